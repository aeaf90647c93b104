//! Small promises of single calls, each found wanting once.

use std::collections::BTreeSet;

use footnote_index::{Engine, EngineOptions, Error, GenerationSpec, Mode, NewDocument, SearchRequest};

use crate::support::{
    FINGERPRINT, accept, all, bare_client, client, client_dir, ingest, open, prepare, search, spec, vector,
};

#[test]
fn publishing_without_a_generation_says_so() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = bare_client(&engine, "a");
    let accepted = accept(&engine, &scope, "doc", "text");
    let error = engine.publish(&scope, &[prepare(&accepted, "text")]).expect_err("no generation");
    assert!(error.to_string().contains("ensure_generation"), "{error}");
    assert_eq!(engine.pending(&scope).expect("pending").len(), 1);
}

#[test]
fn a_generation_needs_vectors_and_keeps_its_fingerprint() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = bare_client(&engine, "a");
    let flat = engine.ensure_generation(&scope, &GenerationSpec { dims: 0, ..spec() });
    assert!(matches!(flat, Err(Error::InvalidVector { .. })), "{flat:?}");
    engine.ensure_generation(&scope, &spec()).expect("first");
    let other = GenerationSpec { fingerprint: "other".into(), ..spec() };
    let refused = engine.ensure_generation(&scope, &other);
    assert!(matches!(refused, Err(Error::FingerprintMismatch { .. })), "{refused:?}");
}

#[test]
fn a_question_under_another_fingerprint_is_refused_whatever_its_letters() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "doc", "text");
    let vector = vector("text");
    let request = SearchRequest::new("text", Some((&vector, "odcisk-palcążółw")), 3);
    let refused = engine.search(&scope, &request);
    assert!(matches!(refused, Err(Error::FingerprintMismatch { .. })), "{refused:?}");
}

#[test]
fn an_absurd_depth_is_only_a_depth() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "doc", "one text\ntwo text");
    let vector = vector("text");
    let request =
        SearchRequest { depth: usize::MAX, ..SearchRequest::new("text", Some((&vector, FINGERPRINT)), 5) };
    assert_eq!(engine.search(&scope, &request).expect("search").hits.len(), 2);
}

#[test]
fn the_least_recently_used_client_is_closed_and_opens_again() {
    let dir = tempfile::tempdir().expect("tempdir");
    // Room for none: each is closed when the next one is used.
    let options = EngineOptions { memory_bytes: 0, open_writers: 1, ..EngineOptions::default() };
    let engine = Engine::open(dir.path(), options).expect("open");
    let scopes: Vec<_> = (0..5).map(|i| client(&engine, &format!("c{i}"))).collect();
    for round in 0..3 {
        for (i, scope) in scopes.iter().enumerate() {
            ingest(&engine, scope, &format!("doc{round}"), &format!("common client{i} round{round}"));
        }
    }
    for (i, scope) in scopes.iter().enumerate() {
        for mode in [Mode::Bm25, Mode::Dense] {
            let found = all(&engine, scope, mode, "common");
            assert_eq!(found.len(), 3);
            assert!(found.iter().all(|(.., text)| text.contains(&format!("client{i}"))));
        }
    }
}

#[test]
fn a_crash_between_row_and_file_leaves_no_original_behind() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let kept = ingest(&engine, &scope, "doc", "kept").document_id;
    drop(engine);
    let originals = client_dir(dir.path()).join("originals");
    for stray in ["0".repeat(64), format!("{}.tmp17", "1".repeat(64))] {
        std::fs::write(originals.join(stray), "text of a deleted document").expect("write");
    }
    let engine = open(dir.path());
    assert_eq!(engine.original(&scope, &kept).expect("original").0, b"kept");
    assert_eq!(std::fs::read_dir(&originals).expect("list").count(), 1);
}

#[test]
fn equal_originals_go_with_their_last_document() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let one = ingest(&engine, &scope, "one", "the same").document_id;
    let two = ingest(&engine, &scope, "two", "the same").document_id;
    let originals = client_dir(dir.path()).join("originals");
    engine.delete(&scope, &one).expect("delete");
    assert_eq!(engine.original(&scope, &two).expect("original").0, b"the same");
    engine.delete(&scope, &two).expect("delete");
    assert_eq!(std::fs::read_dir(&originals).expect("list").count(), 0);
    assert_eq!(engine.stats(&scope).expect("stats").vectors, 0);
}

#[test]
fn deleted_words_leave_the_database_and_its_log_when_it_closes() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "stays", "something else");
    let id = ingest(&engine, &scope, "goes", "zanzibarcanary").document_id;
    engine.delete(&scope, &id).expect("delete");
    assert!(search(&engine, &scope, Mode::Bm25, "zanzibarcanary", 5).is_empty());
    drop(engine);
    for entry in std::fs::read_dir(client_dir(dir.path())).expect("list") {
        let path = entry.expect("entry").path();
        if path.is_file() {
            let bytes = std::fs::read(&path).expect("read");
            let found = bytes.windows(14).any(|w| w == b"zanzibarcanary");
            assert!(!found, "{} still has the deleted text", path.display());
        }
    }
}

/// The words in the dictionaries of the text index, those of deleted chunks included.
fn indexed_words(dir: &std::path::Path) -> BTreeSet<String> {
    let folder = client_dir(dir).join("gen/1/text");
    let index = tantivy::Index::open_in_dir(&folder).expect("open");
    let searcher = index.reader().expect("reader").searcher();
    let mut words = BTreeSet::new();
    for segment in searcher.segment_readers() {
        for (field, _) in index.schema().fields().filter(|(_, entry)| entry.field_type().is_str()) {
            let index = segment.inverted_index(field).expect("field");
            let mut terms = index.terms().stream().expect("terms");
            while terms.advance() {
                words.insert(String::from_utf8(terms.key().to_vec()).expect("UTF-8"));
            }
        }
    }
    let files = std::fs::read_dir(folder).expect("list");
    let dictionaries =
        files.filter(|f| f.as_ref().expect("entry").path().extension().is_some_and(|e| e == "term"));
    assert_eq!(
        dictionaries.count(),
        searcher.segment_readers().len(),
        "a dictionary of a segment that is gone"
    );
    words
}

#[test]
fn deleted_words_leave_the_files_of_the_text_index() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    // The words of a dictionary lie in its bytes as paths, not as letters in a row: it is read as what it is.
    let stays: Vec<String> = (0..8).map(|i| format!("stays{i}")).collect();
    let texts = [
        ("stays", stays.join("\n")),
        ("goes", "zanzibarcanary one\nzanzibarcanary two\nzanzibarcanary three".to_owned()),
        ("changes", "oldcanary\nsecond\nthird".to_owned()),
    ];
    let accepted = texts.each_ref().map(|(uri, text)| accept(&engine, &scope, uri, text));
    // One batch, one segment: what stays and what goes lie in the same files.
    let prepared: Vec<_> = accepted.iter().zip(&texts).map(|(a, (_, text))| prepare(a, text)).collect();
    engine.publish(&scope, &prepared).expect("publish");
    engine.close_writers().expect("close");
    let words = indexed_words(dir.path());
    assert!(["zanzibarcanary", "oldcanary", "stays3"].iter().all(|word| words.contains(*word)), "{words:?}");
    engine.delete(&scope, &accepted[1].document_id).expect("delete");
    ingest(&engine, &scope, "changes", "newcanary");
    engine.close_writers().expect("close");
    let words = indexed_words(dir.path());
    assert!(["zanzibarcanary", "oldcanary"].iter().all(|word| !words.contains(*word)), "{words:?}");
    assert!(["newcanary", "stays3"].iter().all(|word| words.contains(*word)), "{words:?}");
    drop(engine);
    assert_eq!(indexed_words(dir.path()), words);
}

#[test]
fn what_is_written_is_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "doc", "text");
    let originals = client_dir(dir.path()).join("originals");
    let original = std::fs::read_dir(originals).expect("list").next().expect("one").expect("entry");
    for path in [original.path(), dir.path().join("pepper")] {
        let mode = std::fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn text_outside_the_rules_is_refused_before_anything_is_stored() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let accepted = accept(&engine, &scope, "doc", "żółw");
    let good = prepare(&accepted, "żółw");
    let mut cut = good.clone();
    cut.chunks[0].span = 1..3;
    let mut long = good.clone();
    long.chunks[0].span = 0..99;
    let mut short = good.clone();
    short.chunks[0].vector = vec![1.0].into();
    let mut nan = good.clone();
    nan.chunks[0].vector = vec![f32::NAN; 8].into();
    for bad in [cut, long, short, nan] {
        assert!(engine.publish(&scope, &[good.clone(), bad]).is_err());
        assert_eq!(engine.stats(&scope).expect("stats").documents, 0, "half of a refused batch");
    }
    let metadata = serde_json::Map::new();
    for uri in ["", "a\nb", &"x".repeat(2049)] {
        let new = NewDocument { uri, title: None, mime: None, metadata: &metadata, bytes: b"" };
        assert!(matches!(engine.accept(&scope, &new), Err(Error::InvalidInput { .. })));
    }
    engine.publish(&scope, &[good]).expect("the good one");
    assert_eq!(search(&engine, &scope, Mode::Bm25, "zolw", 5)[0].end_char, 4);
}
