//! Data directories of earlier releases open in this one. See `fixtures/README.md`.

use std::path::{Path, PathBuf};

use footnote_index::{Engine, Filter, GenerationState, Mode, Name, Role, Scope, SearchRequest};

use crate::support::{FINGERPRINT, all, bare_client, ingest, open, search};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("list") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copy");
        }
    }
}

/// A copy of a fixture, opened.
fn opened(version: &str) -> (tempfile::TempDir, Engine) {
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(version);
    let dir = tempfile::tempdir().expect("tempdir");
    copy(&fixture, dir.path());
    let engine = open(dir.path());
    (dir, engine)
}

/// What every version's directory holds.
fn holds_the_first_clients(version: &str, clients: &[&str]) {
    let (dir, engine) = opened(version);
    let tenant = Name::new("default").expect("name");
    let control = engine.control();
    let names: Vec<_> =
        control.clients(&tenant).expect("clients").iter().map(|n| n.as_str().to_owned()).collect();
    assert_eq!(names, clients);

    let key = std::fs::read_to_string(dir.path().join("key.txt")).expect("key");
    let who = control.verify_key(key.trim()).expect("verify").expect("the key still works");
    assert_eq!((who.role, who.tenant.as_str()), (Role::Editor, "default"));
    assert_eq!(who.clients, Some(vec![Name::new("acme").expect("name")]));

    let acme = bare_client(&engine, "acme");
    let stats = engine.stats(&acme).expect("stats");
    assert_eq!((stats.documents, stats.chunks, stats.vectors), (2, 3, 3));
    assert_eq!((stats.pending, stats.failed), (1, 1));
    assert_eq!(engine.generation(&acme).expect("generation").expect("one").spec, crate::support::spec());

    let found = all(&engine, &acme, Mode::Bm25, "common");
    let texts: Vec<_> = found.iter().map(|h| (h.0.as_str(), h.1, h.3.as_str())).collect();
    let expected = [
        ("contract.txt", 2, "common contract of 2026: preț 5 zł"),
        ("contract.txt", 2, "common second line"),
        ("letter.txt", 1, "common letter"),
    ];
    assert_eq!(texts, expected);
    assert_eq!(all(&engine, &acme, Mode::Dense, "common"), found);
    let hit = &search(&engine, &acme, Mode::Bm25, "2026", 1)[0];
    assert_eq!((hit.start_char, hit.end_char, hit.title.as_str()), (0, 34, "Untitled"));
    let (bytes, mime) = engine.original(&acme, &hit.document_id).expect("original");
    assert_eq!(mime, "text/plain");
    assert!(bytes.starts_with("common contract of 2026".as_bytes()));
    let ledger: Vec<_> =
        engine.ledger(&acme, 10).expect("ledger").into_iter().map(|e| (e.uri, e.code)).collect();
    assert_eq!(
        ledger,
        [("broken.pdf".to_owned(), Some("unreadable".to_owned())), ("waiting.txt".to_owned(), None)]
    );

    // And it can be written to.
    ingest(&engine, &acme, "new.txt", "common new");
    assert_eq!(all(&engine, &acme, Mode::Bm25, "common").len(), 4);
}

#[test]
fn a_directory_of_version_1_opens_with_all_it_held() {
    holds_the_first_clients("v1", &["acme", "other"]);
}

#[test]
fn a_directory_of_version_2_opens_with_all_it_held() {
    holds_the_first_clients("v2", &["acme", "other", "swapped"]);
}

#[test]
fn generations_of_version_2_serve_roll_back_and_go_on() {
    let (_dir, engine) = opened("v2");
    let scope = bare_client(&engine, "swapped");
    let states = |scope: &Scope| -> Vec<_> {
        let all = engine.generations(scope).expect("generations");
        all.iter().map(|it| (it.generation.spec.fingerprint.clone(), it.state, it.documents)).collect()
    };
    use GenerationState::{Building, Retired, Serving};
    let expected = [
        (FINGERPRINT.to_owned(), Retired, 2),
        ("second".to_owned(), Serving, 2),
        ("third".to_owned(), Building, 0),
    ];
    assert_eq!(states(&scope), expected);

    let hit = &search(&engine, &scope, Mode::Hybrid, "policy", 1)[0];
    assert_eq!((hit.text.as_str(), hit.title.as_str()), ("common policy of 2026", "Untitled"));
    assert_eq!(hit.metadata["author"], "Ana Ionescu");
    let filter = Filter::parse(&serde_json::json!({"tags": "hr", "year": {"$gte": 2026}})).expect("filter");
    let vector = crate::support::vector("policy");
    let request = SearchRequest {
        filter: Some(&filter),
        ..SearchRequest::new("policy", Some((&vector[..], "second")), 10)
    };
    assert_eq!(engine.search(&scope, &request).expect("search").hits.len(), 1);

    let building = engine.generations(&scope).expect("generations")[2].generation.id;
    engine.drop_generation(&scope, building).expect("drop");
    engine.roll_back(&scope).expect("roll back");
    assert_eq!(search(&engine, &scope, Mode::Dense, "policy", 10).len(), 1);
    assert_eq!(engine.verify(&scope).expect("verify").findings, []);
}
