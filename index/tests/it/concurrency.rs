//! Searching while others write.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use footnote_index::{Engine, Mode, Scope};

use crate::support::{Random, accept, client, ingest, open, prepare, search, try_search};

/// Chunks of one version; their texts name the version so that a torn one shows.
fn text(uri: &str, n: u64) -> String {
    (0..3).map(|i| format!("common {uri} turn{n} part{i}\n")).collect()
}

/// The chunks of a document in one answer are of one version, all of them.
fn check_whole(hits: &[footnote_index::Hit]) {
    let mut turns: HashMap<&str, HashSet<&str>> = HashMap::new();
    let mut parts: HashMap<&str, usize> = HashMap::new();
    for hit in hits {
        turns.entry(&hit.uri).or_default().insert(hit.text.split(' ').nth(2).expect("turn"));
        *parts.entry(&hit.uri).or_default() += 1;
    }
    for (uri, turns) in turns {
        assert_eq!(turns.len(), 1, "{uri} shows two versions at once");
        assert_eq!(parts[uri], 3, "{uri} shows a part of its chunks");
    }
}

fn searcher(engine: &Engine, scope: &Scope, stop: &AtomicBool, done: &AtomicU64, seed: u64) {
    let mut random = Random(seed);
    while !stop.load(Ordering::Relaxed) {
        let mode = [Mode::Bm25, Mode::Dense, Mode::Hybrid][random.below(3) as usize];
        // 20 documents always stand: 60 chunks.
        let top_k = 1 + random.below(60) as usize;
        let hits = search(engine, scope, mode, "common", top_k);
        assert_eq!(hits.len(), top_k, "{mode:?} came back short");
        check_whole(&search(engine, scope, mode, "common", 1000));
        done.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn searches_are_full_and_never_torn_while_documents_come_change_and_go() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    for i in 0..20 {
        let uri = format!("fixed{i}");
        ingest(&engine, &scope, &uri, &text(&uri, 0));
    }
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|threads| {
        for seed in 0..2 {
            let (engine, scope, stop, done) = (&engine, &scope, &stop, &done);
            threads.spawn(move || {
                // A failed assertion must end the writers too.
                let _guard = StopOnDrop(stop);
                searcher(engine, scope, stop, done, seed);
            });
        }
        let writers: Vec<_> = (0..2u64)
            .map(|writer| {
                let (engine, scope, stop) = (&engine, &scope, &stop);
                threads.spawn(move || {
                    let mut random = Random(100 + writer);
                    for turn in 1..30 {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        // Each writer has documents of its own, so that its view of them is exact.
                        let fixed = format!("fixed{}", random.below(10) * 2 + writer);
                        ingest(engine, scope, &fixed, &text(&fixed, turn));
                        let passing = format!("passing{writer}");
                        let id = ingest(engine, scope, &passing, &text(&passing, turn)).document_id;
                        if random.below(4) > 0 {
                            engine.delete(scope, &id).expect("delete");
                            let left = search(engine, scope, Mode::Dense, &passing, 1000);
                            assert!(left.iter().all(|h| h.document_id != id), "found after its delete");
                        }
                        if random.below(8) == 0 {
                            engine.close_writers().expect("close writers");
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            let _ = writer.join().map_err(|panic| {
                stop.store(true, Ordering::Relaxed);
                std::panic::resume_unwind(panic)
            });
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(done.load(Ordering::Relaxed) > 0, "nobody searched");
}

struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_writer_can_be_closed_at_any_moment() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let closer = threads.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                engine.close_writers().expect("close");
            }
        });
        let _guard = StopOnDrop(&stop);
        for i in 0..40 {
            let uri = format!("doc{i}");
            ingest(&engine, &scope, &uri, &text(&uri, 0));
        }
        stop.store(true, Ordering::Relaxed);
        closer.join().expect("closer");
    });
    assert_eq!(search(&engine, &scope, Mode::Bm25, "common", 1000).len(), 120);
}

#[test]
fn a_client_removed_in_use_leaves_nothing_and_stays_away() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for thread in 0..2 {
            let (engine, scope, stop) = (&engine, &scope, &stop);
            threads.spawn(move || {
                for i in 0.. {
                    let gone = stop.load(Ordering::Relaxed);
                    let uri = format!("doc{thread}-{i}");
                    let text = text(&uri, 0);
                    let metadata = serde_json::Map::new();
                    let new = footnote_index::NewDocument {
                        uri: &uri,
                        title: None,
                        mime: None,
                        metadata: &metadata,
                        bytes: text.as_bytes(),
                    };
                    let step = engine
                        .accept(scope, &new)
                        .and_then(|accepted| engine.publish(scope, &[prepare(&accepted, &text)]))
                        .and_then(|_| try_search(engine, scope, Mode::Hybrid, "common", 5));
                    if let Err(error) = step {
                        assert_eq!(error.to_string(), "no client a");
                        break;
                    }
                    assert!(!gone, "the client is gone and still takes documents");
                }
            });
        }
        while engine.stats(&scope).expect("stats").documents < 4 {
            std::thread::yield_now();
        }
        engine.remove_client(&scope).expect("remove");
        // Every call that begins from here on has to fail.
        stop.store(true, Ordering::Relaxed);
    });
    let left = std::fs::read_dir(dir.path().join("clients")).expect("list").count();
    assert_eq!(left, 0, "files of a removed client");
    // A client of the same name is another client, which the old scope does not reach.
    let again = client(&engine, "a");
    assert_eq!(engine.stats(&again).expect("stats").documents, 0);
    assert!(engine.stats(&scope).is_err());
    engine.remove_client(&scope).expect("removing twice removes nothing else");
    accept(&engine, &again, "doc", "text");
}
