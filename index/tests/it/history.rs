//! The history of a client: kept so long and so many, and never longer than the documents it rests on.

use footnote_index::{
    Engine, Error, Feedback, HistoryEntry, HistoryFilter, HistoryKind, Rating, Retention, Scope,
    new_history_id,
};

use crate::support::{client, client_dir, ingest, open};

const KEEP: Retention = Retention { max_age_ms: 3_600_000, max_entries: 100 };

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("fits")
}

fn entry(question: &str, documents: &[&str]) -> HistoryEntry {
    HistoryEntry {
        id: new_history_id().expect("id"),
        at_ms: now_ms(),
        kind: HistoryKind::Answer,
        asked_by: "key".into(),
        question: question.into(),
        resolved_question: Some(format!("{question} resolved CANARY")),
        request: "{}".into(),
        status: "grounded".into(),
        answer: Some("the CANARY sings".into()),
        outcome: "{}".into(),
        seq: 1,
        documents: documents.iter().map(|&id| id.to_owned()).collect(),
        is_withheld: false,
        feedback: None,
    }
}

fn page(engine: &Engine, scope: &Scope, keep: Retention) -> Vec<HistoryEntry> {
    engine.history(scope, &HistoryFilter::default(), 1000, keep).expect("page").data
}

fn questions(engine: &Engine, scope: &Scope, keep: Retention) -> Vec<String> {
    page(engine, scope, keep).into_iter().map(|entry| entry.question).collect()
}

/// Whether any file of the history holds the word.
fn on_disk(dir: &std::path::Path, word: &str) -> bool {
    let files = std::fs::read_dir(client_dir(dir)).expect("list");
    files.flatten().filter(|f| f.file_name().to_string_lossy().starts_with("history.db")).any(|file| {
        let bytes = std::fs::read(file.path()).expect("read");
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    })
}

#[test]
fn entries_go_by_number_and_by_age() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    assert!(page(&engine, &scope, KEEP).is_empty());
    assert!(!client_dir(dir.path()).join("history.db").exists(), "reading makes no file");
    let three = Retention { max_entries: 3, ..KEEP };
    for n in 0..3 {
        engine.record_history(&scope, &[entry(&n.to_string(), &[])], three).expect("record");
    }
    assert_eq!(page(&engine, &scope, three).len(), 3, "at the limit all are there");
    engine.record_history(&scope, &[entry("3", &[])], three).expect("record");
    let mut left = questions(&engine, &scope, three);
    left.sort();
    assert_eq!(left, ["1", "2", "3"]);

    let old = HistoryEntry { at_ms: now_ms() - 10_000, ..entry("old", &[]) };
    engine.record_history(&scope, std::slice::from_ref(&old), KEEP).expect("record");
    let young = Retention { max_age_ms: 5_000, ..KEEP };
    assert_eq!(questions(&engine, &scope, KEEP).len(), 4);
    assert!(!questions(&engine, &scope, young).contains(&"old".to_owned()), "not shown from its last day on");
    let hidden = engine.history_entry(&scope, &old.id, None, young);
    assert!(matches!(hidden, Err(Error::NoSuchHistoryEntry { .. })), "{hidden:?}");
    engine.record_history(&scope, &[entry("new", &[])], young).expect("record");
    assert!(!questions(&engine, &scope, KEEP).contains(&"old".to_owned()), "removed with the next write");
}

#[test]
fn texts_go_with_the_first_document_they_rest_on() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "one", "first text");
    ingest(&engine, &scope, "two", "second text");
    let id = |uri: &str| engine.document_by_uri(&scope, uri).expect("read").expect("there").id;
    let (one, two) = (id("one"), id("two"));
    let both = entry("both", &[&one, &two]);
    let second = entry("second", &[&two]);
    engine.record_history(&scope, &[both.clone(), second.clone()], KEEP).expect("record");
    engine.delete(&scope, &one).expect("delete");
    let texts = |id: &str| {
        let entry = engine.history_entry(&scope, id, None, KEEP).expect("there");
        (entry.answer.is_some(), entry.resolved_question.is_some(), entry.is_withheld)
    };
    assert_eq!(texts(&both.id), (false, false, true));
    assert_eq!(texts(&second.id), (true, true, false));
    // One that is written after the deletion, as from a queue.
    let late = entry("late", &[&one]);
    engine.record_history(&scope, std::slice::from_ref(&late), KEEP).expect("record");
    assert_eq!(texts(&late.id), (false, false, true));
    engine.delete(&scope, &two).expect("delete");
    assert!(!on_disk(dir.path(), "CANARY"));
    assert!(on_disk(dir.path(), "second"), "the question stays");
    assert_eq!(engine.forget_history(&scope).expect("forget"), 3);
    assert!(!on_disk(dir.path(), "second"));
}

/// A process that ends between the commit of a deletion and the erasing: nothing is shown, and opening erases.
#[test]
fn a_crash_inside_a_deletion_leaves_no_text() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "one", "first text");
    let one = engine.document_by_uri(&scope, "one").expect("read").expect("there").id;
    engine.record_history(&scope, &[entry("q", &[&one])], KEEP).expect("record");
    let store = client_dir(dir.path()).join("store.db");
    let gone = |connection: rusqlite::Connection| {
        connection.execute("DELETE FROM documents WHERE id = ?1", [&one]).expect("delete");
    };
    gone(rusqlite::Connection::open(&store).expect("open"));
    let shown = page(&engine, &scope, KEEP);
    assert_eq!(
        (shown[0].answer.as_ref(), shown[0].is_withheld),
        (None, true),
        "kept back though it is in the file"
    );
    assert!(on_disk(dir.path(), "CANARY"));
    drop(engine);
    let engine = open(dir.path());
    assert_eq!(page(&engine, &scope, KEEP).len(), 1);
    drop(engine);
    assert!(!on_disk(dir.path(), "CANARY"), "erased when the history was opened");
}

#[test]
fn feedback_takes_the_place_of_feedback_and_keys_see_their_own() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let other = client(&engine, "b");
    let first = entry("q", &[]);
    let feedback = |rating| Feedback { rating, comment: None, at_ms: 5, by: "key".into() };
    let absent = engine.rate_history(&scope, &first.id, None, &feedback(Rating::Up), KEEP);
    assert!(matches!(absent, Err(Error::NoSuchHistoryEntry { .. })));
    engine.record_history(&scope, std::slice::from_ref(&first), KEEP).expect("record");
    engine.record_history(&scope, std::slice::from_ref(&first), KEEP).expect("the same twice is once");
    assert_eq!(page(&engine, &scope, KEEP).len(), 1);
    for (by, rating, ok) in
        [(None, Rating::Down, true), (Some("key"), Rating::Up, true), (Some("else"), Rating::Down, false)]
    {
        assert_eq!(engine.rate_history(&scope, &first.id, by, &feedback(rating), KEEP).is_ok(), ok);
    }
    let found = engine.history_entry(&scope, &first.id, Some("key"), KEEP).expect("its own");
    assert_eq!(found.feedback, Some(feedback(Rating::Up)));
    for (of, by) in [(&scope, Some("else")), (&other, None)] {
        let refused = engine.history_entry(of, &first.id, by, KEEP);
        assert!(matches!(refused, Err(Error::NoSuchHistoryEntry { .. })), "{refused:?}");
    }
    assert!(engine.forget_history_entry(&other, &first.id).is_err());
    engine.forget_history_entry(&scope, &first.id).expect("forget");
    assert!(page(&engine, &scope, KEEP).is_empty());
}

#[test]
fn a_newer_history_is_refused_and_documents_are_served_all_the_same() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "one", "first text");
    engine.record_history(&scope, &[entry("q", &[])], KEEP).expect("record");
    drop(engine);
    let path = client_dir(dir.path()).join("history.db");
    let connection = rusqlite::Connection::open(&path).expect("open");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let engine = open(dir.path());
    let refused = engine.history(&scope, &HistoryFilter::default(), 10, KEEP);
    assert!(matches!(refused, Err(Error::NewerSchema { found: 99, .. })), "{refused:?}");
    assert!(engine.document_by_uri(&scope, "one").expect("read").is_some());
}
