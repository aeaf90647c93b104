//! Damage of every kind is found, named and mended as the finding says.

use std::path::{Path, PathBuf};

use footnote_index::{Engine, Mode, Outcome, Part, Remedy, Scope, Verification};
use sha2::{Digest as _, Sha256};

use crate::support::{accept, all, bare_client, client, client_dir, ingest, open};

/// Three documents, one replaced, one deleted, one that waits.
fn filled(dir: &Path) -> (Engine, Scope) {
    let engine = open(dir);
    let scope = client(&engine, "a");
    for (uri, text) in
        [("one", "common ă 1\ncommon 2\n"), ("two", "common 3\n"), ("one", "common ș 4\ncommon 5\n")]
    {
        ingest(&engine, &scope, uri, text);
    }
    let third = ingest(&engine, &scope, "three", "common 6\n");
    engine.delete(&scope, &third.document_id).expect("delete");
    accept(&engine, &scope, "later", "common 7\n");
    engine.close_writers().expect("close");
    (engine, scope)
}

fn verify(dir: &Path) -> Verification {
    let engine = open(dir);
    let scope = client(&engine, "a");
    engine.verify(&scope).expect("verify")
}

/// Runs SQL on the closed client's store.
fn damage(dir: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(client_dir(dir).join("store.db")).expect("open");
    connection.pragma_update(None, "foreign_keys", "OFF").expect("pragma");
    connection.execute_batch(sql).expect(sql);
}

/// The only findings' parts, texts and remedies.
fn findings(found: &Verification) -> Vec<(Part, String, u64, Remedy)> {
    found.findings.iter().map(|f| (f.part, f.problem.clone(), f.count, f.remedy)).collect()
}

fn files_of(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("folder").map(|e| e.expect("entry").path());
    entries.filter(|path| path.extension().is_some_and(|e| e == extension)).collect()
}

#[test]
fn a_clean_client_has_no_findings_open_or_reopened() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (engine, scope) = filled(dir.path());
    let open = engine.verify(&scope).expect("verify");
    drop(engine);
    let reopened = verify(dir.path());
    assert_eq!(findings(&open), []);
    assert_eq!(open, reopened);
    assert_eq!((open.chunks, open.originals), (3, 4), "two versions of one, one of two, the waiting one");
}

#[test]
fn what_the_text_index_lacks_or_has_too_much_is_found_and_reindexing_mends_it() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (engine, _) = filled(dir.path());
    drop(engine);
    // The index has passed the commit, so opening does not bring the changes in.
    damage(dir.path(), "UPDATE chunks SET id = id + 1000 WHERE id = (SELECT max(id) FROM chunks);");
    let found = verify(dir.path());
    let texts: Vec<String> = found.findings.iter().map(|f| format!("{}: {}", f.part, f.problem)).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].starts_with("text index: chunks it does not have: 10"), "{texts:?}");
    assert!(texts[1].starts_with("text index: chunks that ended: "), "{texts:?}");
    assert!(found.findings.iter().all(|f| f.remedy == Remedy::Reindex && f.count == 1));

    let engine = open(dir.path());
    let scope = client(&engine, "a");
    engine.reindex(&scope).expect("reindex");
    assert_eq!(findings(&engine.verify(&scope).expect("verify")), []);
    assert_eq!(all(&engine, &scope, Mode::Bm25, "common").len(), 3);
}

#[test]
fn a_damaged_segment_file_is_found_by_its_checksum_and_mended() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (engine, scope) = filled(dir.path());
    let text = client_dir(dir.path()).join("gen/1/text");
    // The file is changed in place while the index is open, as a failing disk does it.
    let file = files_of(&text, "idx").pop().expect("postings");
    let mut bytes = std::fs::read(&file).expect("read");
    bytes[0] ^= 0xFF;
    std::fs::write(&file, bytes).expect("write");
    let found = engine.verify(&scope).expect("verify");
    assert_eq!(found.findings.len(), 1, "{found:?}");
    assert_eq!((found.findings[0].part, found.findings[0].remedy), (Part::TextIndex, Remedy::Reindex));
    assert!(found.findings[0].problem.contains(".idx"), "{found:?}");
    engine.reindex(&scope).expect("reindex");
    assert_eq!(findings(&engine.verify(&scope).expect("verify")), []);
}

#[test]
fn missing_and_damaged_originals_are_named_and_ingesting_again_brings_them_back() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (engine, scope) = filled(dir.path());
    let folder = client_dir(dir.path()).join("originals");
    let original = |text: &str| folder.join(hex::encode(Sha256::digest(text.as_bytes())));
    let (two, later) = (original("common 3\n"), original("common 7\n"));
    std::fs::remove_file(&two).expect("remove");
    for garbage in [b"not zstd".to_vec(), std::fs::read(original("common ș 4\ncommon 5\n")).expect("another")]
    {
        std::fs::write(&later, garbage).expect("write");
        assert_eq!(
            findings(&engine.verify(&scope).expect("verify")),
            [
                (
                    Part::Originals,
                    "documents whose original bytes are missing: two".to_owned(),
                    1,
                    Remedy::Ingest
                ),
                (
                    Part::Originals,
                    format!("damaged files: {} of later", later.display()),
                    1,
                    Remedy::RemoveAndIngest
                ),
            ]
        );
    }
    std::fs::remove_file(&later).expect("remove");
    for (uri, text, outcome) in
        [("two", "common 3\n", Outcome::Unchanged), ("later", "common 7\n", Outcome::Changed)]
    {
        assert_eq!(accept(&engine, &scope, uri, text).outcome, outcome);
    }
    assert_eq!(findings(&engine.verify(&scope).expect("verify")), []);
}

#[test]
fn rows_that_contradict_one_another_are_found() {
    for (sql, expected) in [
        (
            "UPDATE chunks SET end_byte = 900 WHERE id = (SELECT max(id) FROM chunks)",
            "chunks that are not where",
        ),
        // The second byte of a two-byte letter.
        (
            "UPDATE chunks SET start_byte = start_byte + 8 WHERE id IN (SELECT min(id) FROM chunks)",
            "chunks that are not where",
        ),
        (
            "UPDATE chunks SET start_char = start_char + 1 WHERE id = (SELECT max(id) FROM chunks)",
            "chunks that are not where",
        ),
        (
            "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE id = (SELECT max(id) FROM vectors)",
            "vectors of a wrong length",
        ),
        ("UPDATE documents SET current_version = 1 WHERE uri = 'one'", "rows that nothing refers to"),
        (
            "DELETE FROM versions WHERE state = 'accepted'; UPDATE chunks SET vector_id = 999",
            "the database is damaged: a row of chunks refers",
        ),
    ] {
        let dir = tempfile::tempdir().expect("tempdir");
        let (engine, scope) = filled(dir.path());
        damage(dir.path(), sql);
        let found = engine.verify(&scope).expect("verify");
        let problems: Vec<&str> = found.findings.iter().map(|f| f.problem.as_str()).collect();
        assert!(problems.iter().any(|p| p.starts_with(expected)), "{sql}: {problems:?}");
        assert!(found.findings.iter().all(|f| f.part != Part::Store || f.remedy != Remedy::Reindex));
    }
}

#[test]
fn chunks_out_of_the_order_of_their_commits_are_named() {
    let dir = tempfile::tempdir().expect("tempdir");
    drop(filled(dir.path()));
    damage(dir.path(), "UPDATE chunks SET seq = 1 WHERE id = (SELECT max(id) FROM chunks)");
    let engine = open(dir.path());
    let scope = bare_client(&engine, "a");
    let error = engine.verify(&scope).expect_err("the order is wrong").to_string();
    assert!(error.contains("is newer than a chunk with a greater id"), "{error}");
}

#[test]
fn reindexing_beside_writers_and_searches_ends_and_loses_nothing() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "fixed", "common 0\n");
    let (finished, ended) = std::sync::mpsc::channel();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|threads| {
        // Writers that have nothing to write are nearly always between getting the client and asking for its writer.
        for _ in 0..3 {
            threads.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    engine.publish(&scope, &[]).expect("publish");
                }
            });
        }
        threads.spawn(|| {
            for turn in 0..60 {
                ingest(&engine, &scope, &format!("doc{}", turn % 7), &format!("common turn{turn}\n"));
            }
        });
        threads.spawn(|| {
            for _ in 0..60 {
                assert!(!all(&engine, &scope, Mode::Hybrid, "common").is_empty());
            }
        });
        threads.spawn(|| {
            for _ in 0..10 {
                engine.reindex(&scope).expect("reindex");
            }
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            finished.send(()).expect("the test waits");
        });
        // Two that wait for one another would wait for ever.
        if ended.recv_timeout(std::time::Duration::from_secs(120)).is_err() {
            eprintln!("reindex and a writer wait for one another");
            std::process::abort();
        }
    });
    assert_eq!(findings(&engine.verify(&scope).expect("verify")), []);
    assert_eq!(all(&engine, &scope, Mode::Bm25, "common").len(), 8);
}
