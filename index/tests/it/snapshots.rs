//! Snapshots of a client in use, and clients made from them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use footnote_index::{Engine, Error, Mode, Scope, SnapshotReport};

use crate::support::{Random, accept, all, bare_client, client, failure, ingest, open, prepare, search};

/// Text of turn `n` of a document: one to four chunks.
pub(crate) fn text(uri: &str, n: u64) -> String {
    (0..1 + n % 4).map(|i| format!("common {uri} turn{n} part{i}\n")).collect()
}

/// Visible documents: uri to text.
pub(crate) type World = BTreeMap<String, String>;

pub(crate) fn visible(engine: &Engine, scope: &Scope) -> World {
    let documents = engine.documents(scope, None, 1000).expect("documents").data;
    documents
        .into_iter()
        .filter(|document| document.seq.is_some())
        .map(|document| {
            let text = engine.text(scope, &document.id, None, None).expect("text").text;
            assert_eq!(engine.original(scope, &document.id).expect("original").0, text.as_bytes());
            (document.uri, text)
        })
        .collect()
}

/// Adds, replaces and deletes until told to stop; what was visible after each commit.
fn write(engine: &Engine, scope: &Scope, stop: &AtomicBool, seed: u64) -> BTreeMap<u64, World> {
    let (mut random, mut world) = (Random(seed), visible(engine, scope));
    let mut after = BTreeMap::from([(engine.stats(scope).expect("stats").seq, world.clone())]);
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let uri = format!("doc{}", random.below(12));
        let seq = match world.contains_key(&uri) && random.below(3) == 0 {
            true => {
                let id = engine.document_by_uri(scope, &uri).expect("look up").expect("there").id;
                world.remove(&uri);
                engine.delete(scope, &id).expect("delete")
            }
            false => {
                let text = text(&uri, n);
                let accepted = accept(engine, scope, &uri, &text);
                let seq = engine.publish(scope, &[prepare(&accepted, &text)]).expect("publish");
                world.insert(uri, text);
                seq
            }
        };
        after.insert(seq, world.clone());
    }
    after
}

/// A client made from a snapshot, clean.
fn restored(engine: &Engine, name: &str, from: &Path) -> Scope {
    let scope = bare_client(engine, name);
    engine.restore(&scope, from).expect("restore");
    assert_eq!(engine.verify(&scope).expect("verify").findings, []);
    scope
}

pub(crate) fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("folder");
    entries.map(|entry| entry.expect("entry").file_name().into_string().expect("a name")).collect()
}

#[test]
fn a_snapshot_taken_while_others_write_is_one_commit_whole() {
    let dir = tempfile::tempdir().expect("tempdir");
    let out = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    for i in 0..12 {
        ingest(&engine, &scope, &format!("doc{i}"), &text("first", i));
    }
    let stop = AtomicBool::new(false);
    let (after, reports) = std::thread::scope(|threads| {
        let writer = threads.spawn(|| write(&engine, &scope, &stop, 1));
        let reports: Vec<SnapshotReport> = (0..12)
            .map(|n| engine.snapshot(&scope, &out.path().join(format!("s{n}"))).expect("snapshot"))
            .collect();
        stop.store(true, Ordering::Relaxed);
        (writer.join().expect("the writer"), reports)
    });
    assert!(reports.windows(2).all(|pair| pair[0].seq <= pair[1].seq));
    assert!(reports[0].seq < reports[11].seq, "nothing was written meanwhile");
    for (n, report) in reports.iter().enumerate() {
        let copy = restored(&engine, &format!("copy{n}"), &report.path);
        assert_eq!(engine.stats(&copy).expect("stats").seq, report.seq);
        assert_eq!(&visible(&engine, &copy), &after[&report.seq], "commit {}", report.seq);
        assert_eq!(names(&report.path), ["manifest.json", "originals", "store.db"].map(String::from).into());
        assert_eq!(names(&report.path.join("originals")).len() as u64, report.originals);
    }
    assert_eq!(names(out.path()).len(), 12, "nothing unfinished stays");
}

#[test]
fn originals_deleted_meanwhile_are_in_every_snapshot_that_knows_their_documents() {
    let dir = tempfile::tempdir().expect("tempdir");
    let out = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = bare_client(&engine, "a");
    let name = |n: usize| format!("doc{n:03}");
    let ids: Vec<_> = (0..150).map(|n| accept(&engine, &scope, &name(n), &name(n)).document_id).collect();
    let (deleted, reports) = std::thread::scope(|threads| {
        // From the end: those are linked last.
        let deleter = threads.spawn(|| ids.iter().rev().for_each(|id| drop(engine.delete(&scope, id))));
        let mut reports = Vec::new();
        while !deleter.is_finished() {
            let target = out.path().join(format!("s{}", reports.len()));
            reports.push(engine.snapshot(&scope, &target).expect("snapshot"));
        }
        (deleter.join(), reports)
    });
    deleted.expect("the deleter");
    assert!(reports.windows(2).any(|pair| pair[0].originals > pair[1].originals), "nothing went meanwhile");
    for (n, report) in reports.iter().enumerate().step_by(1 + reports.len() / 10) {
        let copy = restored(&engine, &format!("copy{n}"), &report.path);
        let pending = engine.pending(&copy).expect("pending");
        assert_eq!((pending.len() as u64, report.documents), (report.originals, report.originals));
        for document in pending {
            let bytes = engine.original_by_hash(&copy, &document.content_hash).expect("original");
            assert_eq!(bytes, document.uri.as_bytes());
        }
    }
    let data = dir.path().join("clients");
    let mut folders = names(&data).into_iter().map(|client| data.join(client).join("originals"));
    assert!(folders.any(|folder| folder.exists() && names(&folder).is_empty()), "none is left of the first");
}

#[test]
fn a_restored_client_answers_as_the_one_it_was_taken_of() {
    let dir = tempfile::tempdir().expect("tempdir");
    let out = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    for n in 0..9 {
        ingest(&engine, &scope, &format!("doc{}", n % 5), &text(&format!("doc{}", n % 5), n));
    }
    let gone = ingest(&engine, &scope, "gone", "common zanzibarcanary");
    engine.delete(&scope, &gone.document_id).expect("delete");
    accept(&engine, &scope, "waiting", "common waiting");
    let failed = accept(&engine, &scope, "failed", "%PDF");
    engine.fail(&scope, &failed.document_id, failed.version, &failure("unreadable", "no PDF")).expect("fail");
    let target = out.path().join("snapshot");
    let report = engine.snapshot(&scope, &target).expect("snapshot");
    assert_eq!((report.documents, report.originals, report.linked), (7, 11, 11));
    let database = std::fs::read(target.join("store.db")).expect("read");
    assert!(!database.windows(14).any(|w| w == b"zanzibarcanary"), "deleted text");

    let copy = restored(&engine, "copy", &target);
    let rows = |scope: &Scope| {
        let documents = engine.documents(scope, None, 100).expect("documents").data;
        let ledger = engine.ledger(scope, 100).expect("ledger");
        let pending = engine.pending(scope).expect("pending");
        format!("{:?} {documents:?} {ledger:?} {pending:?}", engine.stats(scope).expect("stats"))
    };
    assert_eq!(rows(&copy), rows(&scope));
    assert_eq!(visible(&engine, &copy), visible(&engine, &scope));
    for mode in [Mode::Bm25, Mode::Dense, Mode::Hybrid] {
        for query in ["common", "turn7", "doc3 part1", "zanzibarcanary"] {
            let hits = |scope: &Scope| {
                let hits = search(&engine, scope, mode, query, 50).into_iter();
                hits.map(|hit| (hit.chunk_id, hit.score.to_bits(), hit.text)).collect::<Vec<_>>()
            };
            assert_eq!(hits(&copy), hits(&scope), "{mode:?} {query}");
        }
    }
    // What waited goes on, and neither client has the other's.
    let waiting = engine.pending(&copy).expect("pending").remove(0);
    let bytes = engine.original_by_hash(&copy, &waiting.content_hash).expect("original");
    assert_eq!(bytes, b"common waiting");
    ingest(&engine, &copy, "waiting", "common waiting");
    assert_eq!(all(&engine, &copy, Mode::Bm25, "waiting").len(), 1);
    assert!(all(&engine, &scope, Mode::Bm25, "waiting").is_empty());
    // The snapshot is no part of either.
    std::fs::remove_dir_all(&target).expect("remove");
    drop(engine);
    let engine = open(dir.path());
    for scope in [&scope, &copy] {
        assert_eq!(engine.verify(scope).expect("verify").findings, []);
    }
}

/// Every file of a snapshot.
fn files(snapshot: &Path) -> Vec<PathBuf> {
    let originals = names(&snapshot.join("originals")).into_iter().map(|name| format!("originals/{name}"));
    ["manifest.json".to_owned(), "store.db".to_owned()]
        .into_iter()
        .chain(originals)
        .map(|name| snapshot.join(name))
        .collect()
}

#[test]
fn a_damaged_snapshot_is_refused_by_the_name_of_its_file_and_changes_nothing() {
    let dir = tempfile::tempdir().expect("tempdir");
    let out = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "one", "common one");
    ingest(&engine, &scope, "two", "common two");
    let whole = out.path().join("whole");
    engine.snapshot(&scope, &whole).expect("snapshot");
    let copy = bare_client(&engine, "copy");
    type Damage = fn(Vec<u8>) -> Option<Vec<u8>>;
    let damages: [(&str, Damage); 4] = [
        ("missing", |_| None),
        ("cut", |bytes| Some(bytes[..bytes.len() / 2].to_vec())),
        ("longer", |bytes| Some([bytes, vec![0]].concat())),
        ("changed", |mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            Some(bytes)
        }),
    ];
    for path in files(&whole) {
        let before = std::fs::read(&path).expect("read");
        for (what, damage) in damages {
            // A new file: the old one may be the original itself.
            std::fs::remove_file(&path).expect("remove");
            if let Some(bytes) = damage(before.clone()) {
                std::fs::write(&path, bytes).expect("write");
            }
            let error = engine.restore(&copy, &whole).expect_err(what);
            assert!(matches!(error, Error::Snapshot { .. }), "{what} {}: {error}", path.display());
            assert!(error.to_string().starts_with(&path.display().to_string()), "{what}: {error}");
            assert!(error.to_string().ends_with("use another snapshot, or take it again"), "{error}");
            assert_eq!(engine.stats(&copy).expect("stats").documents, 0);
            let _ = std::fs::remove_file(&path);
            std::fs::write(&path, &before).expect("write");
        }
    }
    let manifest = whole.join("manifest.json");
    let before = std::fs::read(&manifest).expect("read");
    let mut changed: serde_json::Value = serde_json::from_slice(&before).expect("JSON");
    changed["manifest"]["documents"] = 3.into();
    std::fs::write(&manifest, changed.to_string()).expect("write");
    let error = engine.restore(&copy, &whole).expect_err("changed");
    assert!(error.to_string().contains("manifest.json: its checksum does not fit"), "{error}");
    // A list that was written again to fit, but leaves out an original or names a file elsewhere.
    type Change = fn(&mut serde_json::Value);
    let changes: [(Change, &str); 4] = [
        (|m| drop(m["files"].as_array_mut().expect("files").pop()), "not listed"),
        (|m| m["files"][1]["path"] = "originals/../store.db".into(), "no part of a snapshot"),
        (|m| m["seq"] = 99.into(), "instead of 99"),
        (|m| m["format"] = 99.into(), "use a newer release of footnote"),
    ];
    for (change, reason) in changes {
        let mut sealed: serde_json::Value = serde_json::from_slice(&before).expect("JSON");
        change(&mut sealed["manifest"]);
        seal(&mut sealed);
        std::fs::write(&manifest, sealed.to_string()).expect("write");
        let error = engine.restore(&copy, &whole).expect_err(reason);
        assert!(error.to_string().contains(reason), "{error}");
    }
    std::fs::write(&manifest, before).expect("write");
    engine.restore(&copy, &whole).expect("whole again");
    assert_eq!(visible(&engine, &copy), visible(&engine, &scope));
    assert_eq!(engine.verify(&copy).expect("verify").findings, []);
}

/// Makes a changed manifest's checksum fit. The order of its fields is that of the file, which this keeps by hand.
fn seal(sealed: &mut serde_json::Value) {
    use sha2::{Digest as _, Sha256};
    let manifest = &sealed["manifest"];
    let field = |of: &serde_json::Value, name: &str| format!("{:?}:{}", name, of[name]);
    let list: Vec<String> = manifest["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| format!("{{{}}}", ["path", "bytes", "sha256"].map(|name| field(file, name)).join(",")))
        .collect();
    let head = ["format", "release", "tenant", "client", "seq", "documents", "created_ms"];
    let json =
        format!("{{{},\"files\":[{}]}}", head.map(|name| field(manifest, name)).join(","), list.join(","));
    sealed["sha256"] = hex::encode(Sha256::digest(json)).into();
}

#[test]
fn a_place_or_a_client_that_is_taken_is_left_alone() {
    let dir = tempfile::tempdir().expect("tempdir");
    let out = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "doc", "common text");
    let (file, folder) = (out.path().join("file"), out.path().join("folder"));
    std::fs::write(&file, "mine").expect("write");
    std::fs::create_dir(&folder).expect("create");
    for taken in [&file, &folder] {
        let error = engine.snapshot(&scope, taken).expect_err("taken");
        assert!(error.to_string().contains("exists already; choose another name"), "{error}");
    }
    assert_eq!(std::fs::read(&file).expect("read"), b"mine");
    let nowhere = engine.snapshot(&scope, &out.path().join("no/where")).expect_err("no folder");
    assert!(nowhere.to_string().contains("/no: "), "{nowhere}");
    assert!(engine.snapshot(&scope, Path::new("/")).is_err());

    let target = out.path().join("snapshot");
    engine.snapshot(&scope, &target).expect("snapshot");
    let other = client(&engine, "other");
    accept(&engine, &other, "waiting", "only accepted");
    let error = engine.restore(&other, &target).expect_err("it holds a document");
    assert!(error.to_string().contains("client other holds documents; restore into a new client"), "{error}");
    assert_eq!(engine.pending(&other).expect("pending").len(), 1);
    let not_one = engine.restore(&bare_client(&engine, "new"), &folder).expect_err("no snapshot");
    assert!(not_one.to_string().contains("manifest.json: it is missing"), "{not_one}");

    engine.remove_client(&scope).expect("remove");
    let gone = out.path().join("gone");
    assert!(matches!(engine.snapshot(&scope, &gone), Err(Error::NoSuchClient { .. })));
    assert!(matches!(engine.restore(&scope, &target), Err(Error::NoSuchClient { .. })));
    assert_eq!(names(out.path()), ["file", "folder", "snapshot"].map(String::from).into());
    assert_eq!(names(&dir.path().join("clients")).len(), 1, "a removed client's folder came back");
    // A client without any document is one, too, and what was removed comes back with its snapshot.
    let empty = out.path().join("empty");
    engine.snapshot(&bare_client(&engine, "new"), &empty).expect("of an empty client");
    restored(&engine, "empty", &empty);
    let again = restored(&engine, "a", &target);
    assert_eq!(visible(&engine, &again).len(), 1);
}

#[test]
fn of_two_snapshots_to_one_place_one_is_written() {
    let dir = tempfile::tempdir().expect("tempdir");
    let out = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    for i in 0..5 {
        ingest(&engine, &scope, &format!("doc{i}"), &text("doc", i));
    }
    for round in 0..10 {
        let target = out.path().join(format!("s{round}"));
        let written = std::thread::scope(|threads| {
            let takers = [(); 2].map(|()| threads.spawn(|| engine.snapshot(&scope, &target)));
            takers.map(|taker| taker.join().expect("a taker")).into_iter().filter(|made| match made {
                Ok(_) => true,
                Err(error) => {
                    assert!(error.to_string().contains("exists already"), "{error}");
                    false
                }
            })
        });
        assert_eq!(written.count(), 1);
    }
    assert_eq!(names(out.path()).len(), 10, "what lost the race goes");
    restored(&engine, "copy", &out.path().join("s9"));
}

#[test]
fn damage_is_not_passed_on() {
    let dir = tempfile::tempdir().expect("tempdir");
    let out = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "folder/one.txt", "common one");
    let originals = crate::support::client_dir(dir.path()).join("originals");
    let original = originals.join(names(&originals).first().expect("one"));
    let target = out.path().join("snapshot");
    let before = std::fs::read(&original).expect("read");
    std::fs::write(&original, b"something else").expect("write");
    let damaged = engine.snapshot(&scope, &target).expect_err("damaged").to_string();
    assert!(damaged.contains("the original of folder/one.txt is damaged; remove the file"), "{damaged}");
    std::fs::remove_file(&original).expect("remove");
    let missing = engine.snapshot(&scope, &target).expect_err("missing").to_string();
    assert!(missing.contains("the original of folder/one.txt is missing; ingest the document"), "{missing}");
    assert_eq!(names(out.path()).len(), 0, "nothing half is left");
    std::fs::write(&original, before).expect("write");
    engine.snapshot(&scope, &target).expect("mended");
}
