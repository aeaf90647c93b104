//! Two clients with the same uris and overlapping texts never meet.

use footnote_index::Mode;

use crate::support::{accept, client, failure, ingest, open, search};

const SHARED: &str = "shared words about invoices and payment terms\nanother line about invoices";

#[test]
fn nothing_of_one_client_is_found_in_another_and_scores_do_not_move() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let (a, b) = (client(&engine, "a"), client(&engine, "b"));
    for i in 0..5 {
        ingest(&engine, &a, &format!("doc{i}"), &format!("{SHARED}\nnumber{i} of the first"));
    }
    let snapshot = || {
        [Mode::Bm25, Mode::Dense, Mode::Hybrid].map(|mode| {
            let hits = search(&engine, &a, mode, "invoices payment", 100);
            assert!(!hits.is_empty());
            hits.into_iter().map(|h| (h.chunk_id, h.document_id, h.score.to_bits())).collect::<Vec<_>>()
        })
    };
    let before = snapshot();
    for i in 0..20 {
        let text = format!("{SHARED}\nzanzibarcanary invoices invoices {i}");
        ingest(&engine, &b, &format!("doc{i}"), &text);
    }
    assert_eq!(snapshot(), before, "what b holds moved the scores of a");
    assert_eq!(search(&engine, &b, Mode::Bm25, "zanzibarcanary", 100).len(), 20);
    assert!(search(&engine, &a, Mode::Bm25, "zanzibarcanary", 100).is_empty());
    for mode in [Mode::Dense, Mode::Hybrid] {
        let hits = search(&engine, &a, mode, "zanzibarcanary invoices invoices 3", 1000);
        assert_eq!(hits.len(), 15, "all chunks of a, and no other");
        assert!(hits.iter().all(|h| !h.text.contains("zanzibarcanary")));
    }
}

#[test]
fn a_foreign_id_is_an_unknown_id() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let (a, b) = (client(&engine, "a"), client(&engine, "b"));
    ingest(&engine, &a, "mine", "mine");
    let foreign = ingest(&engine, &b, "theirs", "theirs").document_id;
    let pending = accept(&engine, &b, "waiting", "theirs too");
    let unknown = "doc_000000000000000000000000";
    let texts = |id: &str| {
        [
            engine.document(&a, id).expect_err("document").to_string(),
            engine.text(&a, id, None, None).expect_err("text").to_string(),
            engine.text(&a, id, Some(1), None).expect_err("version").to_string(),
            engine.original(&a, id).expect_err("original").to_string(),
            engine.delete(&a, id).expect_err("delete").to_string(),
        ]
        .map(|text| text.replace(id, "ID"))
    };
    assert_eq!(texts(&foreign), texts(unknown));
    assert_eq!(texts(&pending.document_id), texts(unknown));

    // Failing a version of another client changes nothing there, as for an unknown id.
    engine.fail(&a, &pending.document_id, pending.version, &failure("x", "y")).expect("same as unknown");
    engine.fail(&a, unknown, 1, &failure("x", "y")).expect("unknown");
    assert_eq!(engine.pending(&b).expect("pending").len(), 1);
    assert_eq!(engine.stats(&b).expect("stats").documents, 1);
}

#[test]
fn an_original_is_read_by_a_hash_and_by_nothing_else() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let (a, b) = (client(&engine, "a"), client(&engine, "b"));
    let theirs = ingest(&engine, &b, "theirs", "secret of b").document_id;
    ingest(&engine, &a, "mine", "mine");
    let hash = engine.document(&b, &theirs).expect("document").content_hash;
    assert_eq!(engine.original_by_hash(&b, &hash).expect("own"), b"secret of b");
    assert!(engine.original_by_hash(&a, &hash).is_err(), "a hash of another client");
    for entry in std::fs::read_dir(dir.path().join("clients")).expect("list") {
        let folder = entry.expect("entry").file_name();
        let way = format!("../../{}/originals/{hash}", folder.to_string_lossy());
        let error = engine.original_by_hash(&a, &way).expect_err("a path is no hash");
        assert!(error.to_string().contains("hexadecimal"), "{error}");
    }
}
