//! Random operations against a plain map.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use footnote_index::{Engine, Mode, Outcome, Scope};
use proptest::prelude::*;

use crate::support::{accept, client, failure, ingest, open, prepare, search, try_search};

const WORDS: [&str; 6] = ["amber", "birch", "żółw", "delta", "ember", "fjord"];
const URIS: usize = 4;
const CANARY: &str = "zanzibarcanary";

/// Lines of words: each line is a chunk.
type Lines = Vec<Vec<usize>>;

#[derive(Debug, Clone)]
enum Op {
    Put {
        uri: usize,
        lines: Lines,
    },
    /// Accepted and not published.
    Accept {
        uri: usize,
        lines: Lines,
    },
    /// Publishes everything that waits.
    PublishWaiting,
    /// Fails everything that waits.
    FailWaiting,
    Again {
        uri: usize,
    },
    Delete {
        uri: usize,
    },
    Reopen {
        wipe: bool,
    },
    CloseWriters,
    Foreign {
        uri: usize,
        lines: Lines,
    },
}

fn lines() -> impl Strategy<Value = Lines> {
    prop::collection::vec(prop::collection::vec(0..WORDS.len(), 1..4), 1..5)
}

fn op() -> impl Strategy<Value = Op> {
    let uri = 0..URIS;
    prop_oneof![
        6 => (uri.clone(), lines()).prop_map(|(uri, lines)| Op::Put { uri, lines }),
        3 => (uri.clone(), lines()).prop_map(|(uri, lines)| Op::Accept { uri, lines }),
        2 => Just(Op::PublishWaiting),
        1 => Just(Op::FailWaiting),
        1 => uri.clone().prop_map(|uri| Op::Again { uri }),
        3 => uri.clone().prop_map(|uri| Op::Delete { uri }),
        1 => any::<bool>().prop_map(|wipe| Op::Reopen { wipe }),
        1 => Just(Op::CloseWriters),
        1 => (uri, lines()).prop_map(|(uri, lines)| Op::Foreign { uri, lines }),
    ]
}

fn text(lines: &Lines) -> String {
    let line = |words: &Vec<usize>| words.iter().map(|w| WORDS[*w]).collect::<Vec<_>>().join(" ");
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A document as it should be.
#[derive(Debug, Default, Clone)]
struct Known {
    id: String,
    newest: u32,
    visible: Option<(u32, String)>,
    waiting: Option<(u32, String)>,
    failed: bool,
}

struct World {
    dir: tempfile::TempDir,
    engine: Option<Engine>,
    a: Scope,
    b: Scope,
    known: BTreeMap<String, Known>,
    deleted: BTreeSet<String>,
    seq: u64,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("tempdir");
        let engine = open(dir.path());
        let (a, b) = (client(&engine, "a"), client(&engine, "b"));
        ingest(&engine, &b, "uri0", &format!("{CANARY} amber"));
        Self { dir, engine: Some(engine), a, b, known: BTreeMap::new(), deleted: BTreeSet::new(), seq: 0 }
    }

    fn engine(&self) -> &Engine {
        self.engine.as_ref().expect("open")
    }

    fn accept(&mut self, uri: &str, text: String) {
        let known = self.known.get(uri).cloned();
        let accepted = accept(self.engine(), &self.a, uri, &text);
        let Some(mut known) = known else {
            assert_eq!((accepted.outcome, accepted.version), (Outcome::New, 1));
            assert!(!self.deleted.contains(&accepted.document_id), "an id came back");
            let waiting = Some((1, text));
            let fresh = Known { id: accepted.document_id, newest: 1, waiting, ..Known::default() };
            self.known.insert(uri.into(), fresh);
            return;
        };
        assert_eq!(accepted.document_id, known.id);
        let same = |slot: &Option<(u32, String)>| slot.as_ref() == Some(&(known.newest, text.clone()));
        if !known.failed && same(&known.visible) {
            assert_eq!((accepted.outcome, accepted.version), (Outcome::Unchanged, known.newest));
        } else if same(&known.waiting) {
            assert_eq!((accepted.outcome, accepted.version), (Outcome::Changed, known.newest));
        } else {
            known.newest += 1;
            known.failed = false;
            assert_eq!((accepted.outcome, accepted.version), (Outcome::Changed, known.newest));
            known.waiting = Some((known.newest, text));
        }
        self.known.insert(uri.into(), known);
    }

    fn publish_waiting(&mut self) {
        let prepared: Vec<_> = self
            .known
            .values()
            .filter_map(|k| {
                let (version, text) = k.waiting.as_ref()?;
                let accepted = footnote_index::Accepted {
                    document_id: k.id.clone(),
                    version: *version,
                    outcome: Outcome::Changed,
                };
                Some(prepare(&accepted, text))
            })
            .collect();
        self.seq = self.engine().publish(&self.a, &prepared).expect("publish");
        for known in self.known.values_mut() {
            known.visible = known.waiting.take().or(known.visible.take());
        }
    }

    fn run(&mut self, op: &Op) {
        let name = |uri: &usize| format!("uri{uri}");
        match op {
            Op::Put { uri, lines } => {
                self.accept(&name(uri), text(lines));
                self.publish_waiting();
            }
            Op::Accept { uri, lines } => self.accept(&name(uri), text(lines)),
            Op::PublishWaiting => self.publish_waiting(),
            Op::FailWaiting => {
                for known in self.known.values_mut() {
                    if let Some((version, _)) = known.waiting.take() {
                        let engine = self.engine.as_ref().expect("open");
                        engine.fail(&self.a, &known.id, version, &failure("code", "reason")).expect("fail");
                        known.failed = true;
                    }
                }
            }
            Op::Again { uri } => {
                let standing = self.known.get(&name(uri)).and_then(|k| k.visible.clone());
                if let Some((_, text)) = standing {
                    self.accept(&name(uri), text);
                }
            }
            Op::Delete { uri } => {
                if let Some(known) = self.known.remove(&name(uri)) {
                    self.seq = self.engine().delete(&self.a, &known.id).expect("delete");
                    assert!(self.engine().document(&self.a, &known.id).is_err());
                    self.deleted.insert(known.id);
                }
            }
            Op::Reopen { wipe } => {
                self.engine = None;
                if *wipe {
                    for entry in std::fs::read_dir(self.dir.path().join("clients")).expect("clients") {
                        let text = entry.expect("entry").path().join("gen");
                        if text.exists() {
                            std::fs::remove_dir_all(text).expect("wipe");
                        }
                    }
                }
                self.engine = Some(open(self.dir.path()));
            }
            Op::CloseWriters => self.engine().close_writers().expect("close writers"),
            Op::Foreign { uri, lines } => {
                ingest(self.engine(), &self.b, &name(uri), &format!("{}\n{CANARY}", text(lines)));
            }
        }
    }

    fn check(&self) {
        let engine = self.engine();
        // Chunks that must be found: (document, version, ordinal) and text.
        let mut live: HashMap<(String, u32, u32), String> = HashMap::new();
        for known in self.known.values() {
            if let Some((version, text)) = &known.visible {
                for (ordinal, line) in (0u32..).zip(text.lines()) {
                    live.insert((known.id.clone(), *version, ordinal), line.to_owned());
                }
            }
        }
        let find = |mode, query: &str, top_k| -> BTreeSet<(String, u32, u32)> {
            let hits = search(engine, &self.a, mode, query, top_k);
            let n = hits.len();
            let keys: BTreeSet<_> = hits
                .into_iter()
                .map(|hit| {
                    let key = (hit.document_id, hit.version, hit.ordinal);
                    assert_eq!(Some(&hit.text), live.get(&key), "a hit of no live chunk: {key:?}");
                    let range = Some(hit.start_char..hit.end_char);
                    let slice = engine.text(&self.a, &key.0, None, range).expect("text");
                    assert_eq!(slice.text, hit.text, "the hit's place shows something else");
                    assert_eq!(slice.version, key.1);
                    key
                })
                .collect();
            assert_eq!(keys.len(), n, "the same chunk twice");
            keys
        };
        let everything: BTreeSet<_> = live.keys().cloned().collect();
        assert_eq!(find(Mode::Dense, "anything", live.len().max(1)), everything);
        for word in &WORDS {
            let having: BTreeSet<_> = live
                .iter()
                .filter(|(_, text)| text.split(' ').any(|w| w == *word))
                .map(|(key, _)| key.clone())
                .collect();
            assert_eq!(find(Mode::Bm25, word, 1000), having, "{word}");
        }
        assert_eq!(find(Mode::Hybrid, "amber delta", 1000), everything);
        assert!(find(Mode::Bm25, CANARY, 1000).is_empty());
        let theirs = try_search(engine, &self.b, Mode::Bm25, CANARY, 1000).expect("search").hits;
        assert!(!theirs.is_empty());
        assert!(theirs.iter().all(|h| self.known.values().all(|k| k.id != h.document_id)));

        let stats = engine.stats(&self.a).expect("stats");
        let texts: BTreeSet<_> = live.values().collect();
        assert_eq!(stats.documents, self.known.values().filter(|k| k.visible.is_some()).count() as u64);
        assert_eq!(stats.chunks, live.len() as u64);
        assert_eq!(stats.vectors, texts.len() as u64, "equal texts share a vector, and none is left over");
        assert_eq!(stats.pending, self.known.values().filter(|k| k.waiting.is_some()).count() as u64);
        assert_eq!(stats.failed, self.known.values().filter(|k| k.failed).count() as u64);
        assert_eq!(stats.seq, self.seq);
        let listed: Vec<_> = engine.documents(&self.a, None, 1000).expect("documents").data;
        assert_eq!(listed.len(), self.known.len());
        for document in listed {
            let known = &self.known[&document.uri];
            let shown = known.visible.as_ref().map_or(known.newest, |v| v.0);
            assert_eq!((&document.id, document.version), (&known.id, shown));
            assert_eq!(document.newest_version, known.newest);
        }
        for id in &self.deleted {
            assert!(engine.text(&self.a, id, None, None).is_err());
        }
    }

    /// No row of a dead chunk is left once the caches have passed it.
    fn check_rows(&self) {
        for entry in std::fs::read_dir(self.dir.path().join("clients")).expect("clients") {
            let path = entry.expect("entry").path().join("store.db");
            let store = rusqlite::Connection::open(path).expect("store");
            let dead: u64 = store
                .query_row("SELECT count(*) FROM chunks WHERE dead_seq IS NOT NULL", [], |r| r.get(0))
                .expect("count");
            assert_eq!(dead, 0, "tombstones are left");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn behaves_like_a_map(ops in prop::collection::vec(op(), 1..24)) {
        let mut world = World::new();
        for op in &ops {
            world.run(op);
            world.check();
            world.check_rows();
        }
        world.run(&Op::Reopen { wipe: false });
        world.check();
    }
}
