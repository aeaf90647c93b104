use footnote_index::{EngineOptions, HistoryFilter, HistoryKind, Name, new_history_id};

use super::*;

#[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
fn engine(dir: &std::path::Path) -> (Arc<Engine>, [Scope; 2]) {
    let engine = Arc::new(Engine::open(dir, EngineOptions::default()).expect("open"));
    let tenant = Name::new("t").expect("name");
    let scopes = ["a", "b"].map(|client| {
        let client = Name::new(client).expect("name");
        engine.control().add_client(&tenant, &client).expect("add");
        engine.control().scope(&tenant, &client).expect("scope").expect("there")
    });
    (engine, scopes)
}

fn entry(question: &str) -> HistoryEntry {
    HistoryEntry {
        id: new_history_id().expect("id"),
        at_ms: crate::app::in_seconds(0),
        kind: HistoryKind::Search,
        asked_by: "k".into(),
        question: question.into(),
        resolved_question: None,
        request: "{}".into(),
        status: "found".into(),
        answer: None,
        outcome: "{}".into(),
        seq: 0,
        documents: Vec::new(),
        is_withheld: false,
        feedback: None,
    }
}

fn questions(recorder: &Recorder, scope: &Scope) -> Vec<String> {
    let shared = &recorder.shared;
    let page = shared.engine.history(scope, &HistoryFilter::default(), 1000, recorder.retention());
    page.expect("page").data.into_iter().map(|entry| entry.question).collect()
}

#[test]
fn a_reader_sees_what_was_taken_before_and_the_end_writes_the_rest() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (engine, [a, b]) = engine(dir.path());
    let recorder = Recorder::new(Arc::clone(&engine), HistorySettings::default());
    assert!(recorder.record(&a, entry("one")) && recorder.record(&b, entry("two")));
    recorder.flush(&a);
    assert_eq!(questions(&recorder, &a), ["one"]);
    assert!(recorder.record(&a, entry("three")));
    drop(recorder);
    let recorder = Recorder::new(engine, HistorySettings::default());
    assert_eq!(questions(&recorder, &b), ["two"]);
    assert_eq!(questions(&recorder, &a).len(), 2, "written when the recorder ended");
}

#[test]
fn a_full_queue_refuses_and_counts() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (engine, [a, _]) = engine(dir.path());
    let recorder = Recorder::new(engine, HistorySettings::default());
    // While the turn to write is held the queue only grows.
    let turn = recorder.shared.writing.lock().expect("not poisoned");
    let taken = (0..MAX_QUEUED + 3).filter(|n| recorder.record(&a, entry(&n.to_string()))).count();
    assert_eq!((taken, recorder.load().dropped), (MAX_QUEUED, 3));
    drop(turn);
    recorder.flush_all();
    let load = recorder.load();
    assert_eq!((load.queued, load.written, load.failed), (0, MAX_QUEUED as u64, 0));
    // By bytes too: what is left of the room after one large entry takes no second one.
    let turn = recorder.shared.writing.lock().expect("not poisoned");
    let large = "x".repeat(MAX_QUEUED_BYTES / 2);
    assert!(recorder.record(&a, entry(&large)));
    assert!(!recorder.record(&a, entry(&large)));
    drop(turn);
}

#[test]
fn entries_of_a_client_that_is_gone_are_counted_as_failed() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (engine, [a, _]) = engine(dir.path());
    let recorder = Recorder::new(Arc::clone(&engine), HistorySettings::default());
    engine.remove_client(&a).expect("remove");
    assert!(recorder.record(&a, entry("late")));
    recorder.flush_all();
    assert_eq!((recorder.load().failed, recorder.load().queued), (1, 0));
    assert_eq!(
        std::fs::read_dir(dir.path().join("clients")).map_or(0, Iterator::count),
        0,
        "nothing came back"
    );
}

#[test]
fn clients_can_be_left_out() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (engine, [a, b]) = engine(dir.path());
    let off_for = vec![(a.tenant().clone(), a.client().clone())];
    let recorder =
        Recorder::new(Arc::clone(&engine), HistorySettings { off_for, ..HistorySettings::default() });
    assert_eq!([recorder.records(&a), recorder.records(&b)], [false, true]);
    let recorder = Recorder::new(engine, HistorySettings { record: false, ..HistorySettings::default() });
    assert!(!recorder.records(&b));
}
