//! A process that is killed at random moments loses nothing it acknowledged.
//!
//! The writer is this test binary again, told by an environment variable where to write. It prints
//! `try OP` before and `ack` after every call; the parent kills it, opens the directory, and
//! expects the acknowledged operations and, of the one under way, all or nothing.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use footnote_index::{Engine, Mode, PendingDocument, Scope};
use sha2::{Digest as _, Sha256};

use crate::support::{Random, accept, all, client, client_dir, open, prepare};

const DIRECTORY: &str = "FOOTNOTE_INDEX_CRASH_DIRECTORY";
const SEED: &str = "FOOTNOTE_INDEX_CRASH_SEED";
const ROUNDS: u64 = 20;

/// Text of turn `n` of a document: one to five chunks, unlike any other.
fn text(uri: &str, n: u64) -> String {
    (0..1 + n % 5).map(|i| format!("common {uri} turn{n} part{i}\n")).collect()
}

fn turn_of(text: &str) -> u64 {
    let word = text.split_whitespace().nth(2).expect("turn");
    word.strip_prefix("turn").expect("turn").parse().expect("number")
}

fn hash(uri: &str, n: u64) -> String {
    hex::encode(Sha256::digest(text(uri, n).as_bytes()))
}

#[derive(Debug, Clone)]
enum Op {
    Accept {
        uri: String,
        n: u64,
    },
    /// Every waiting version at once.
    Publish,
    Delete {
        uri: String,
    },
}

impl Op {
    fn print(&self) -> String {
        match self {
            Self::Accept { uri, n } => format!("try accept {uri} {n}"),
            Self::Publish => "try publish".into(),
            Self::Delete { uri } => format!("try delete {uri}"),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix("try ")?.split(' ');
        match words.next()? {
            "accept" => Some(Self::Accept { uri: words.next()?.into(), n: words.next()?.parse().ok()? }),
            "publish" => Some(Self::Publish),
            "delete" => Some(Self::Delete { uri: words.next()?.into() }),
            _ => None,
        }
    }
}

/// Where each document stands: the turn that is visible, the turn that waits.
type World = BTreeMap<String, (Option<u64>, Option<u64>)>;

fn apply(world: &mut World, op: &Op) {
    match op {
        Op::Accept { uri, n } => world.entry(uri.clone()).or_default().1 = Some(*n),
        Op::Publish => {
            for (visible, waiting) in world.values_mut() {
                *visible = waiting.take().or(*visible);
            }
        }
        Op::Delete { uri } => {
            world.remove(uri);
        }
    }
}

fn original(engine: &Engine, scope: &Scope, waiting: &PendingDocument) -> String {
    let bytes = engine.original_by_hash(scope, &waiting.content_hash).expect("original of a waiting version");
    String::from_utf8(bytes).expect("text")
}

fn actual(engine: &Engine, scope: &Scope) -> World {
    let mut world = World::new();
    for document in engine.documents(scope, None, 1000).expect("documents").data {
        let visible = engine.text(scope, &document.id, None, None).ok().map(|slice| turn_of(&slice.text));
        world.insert(document.uri, (visible, None));
    }
    for waiting in engine.pending(scope).expect("pending") {
        world.get_mut(&waiting.uri).expect("its document").1 =
            Some(turn_of(&original(engine, scope, &waiting)));
    }
    world
}

/// Runs `ops` operations that follow from the seed, telling `say` before and after each.
fn write(directory: &Path, seed: u64, ops: u64, mut say: impl FnMut(&str)) {
    let engine = open(directory);
    let scope = client(&engine, "a");
    let mut random = Random(seed);
    for i in 0..ops {
        let uri = format!("doc{}", random.below(6));
        let n = seed * 1_000_000 + i;
        match random.below(10) {
            0..5 => {
                say(&Op::Accept { uri: uri.clone(), n }.print());
                accept(&engine, &scope, &uri, &text(&uri, n));
            }
            5..8 => {
                let prepared: Vec<_> = engine
                    .pending(&scope)
                    .expect("pending")
                    .iter()
                    .map(|waiting| {
                        let accepted = footnote_index::Accepted {
                            document_id: waiting.document_id.clone(),
                            version: waiting.version,
                            outcome: footnote_index::Outcome::Changed,
                        };
                        prepare(&accepted, &original(&engine, &scope, waiting))
                    })
                    .collect();
                say(&Op::Publish.print());
                engine.publish(&scope, &prepared).expect("publish");
            }
            _ => {
                let Some(document) = engine.document_by_uri(&scope, &uri).expect("look up") else { continue };
                say(&Op::Delete { uri }.print());
                engine.delete(&scope, &document.id).expect("delete");
            }
        }
        say("ack");
    }
}

fn check(directory: &Path, engine: &Engine, scope: &Scope, world: &World) {
    let mut expected = std::collections::BTreeSet::new();
    for (uri, (visible, _)) in world {
        if let Some(n) = visible {
            expected.extend(text(uri, *n).lines().map(|line| (uri.clone(), line.to_owned())));
        }
    }
    for mode in [Mode::Bm25, Mode::Dense, Mode::Hybrid] {
        let found: std::collections::BTreeSet<_> =
            all(engine, scope, mode, "common").into_iter().map(|(uri, _, _, text)| (uri, text)).collect();
        assert_eq!(found, expected, "{mode:?}");
    }
    let stats = engine.stats(scope).expect("stats");
    assert_eq!(stats.chunks, expected.len() as u64);
    assert_eq!(stats.vectors, expected.len() as u64, "texts are unlike each other");
    let store = rusqlite::Connection::open(client_dir(directory).join("store.db")).expect("store");
    let rows: u64 = store.query_row("SELECT count(*) FROM chunks", [], |r| r.get(0)).expect("count");
    assert_eq!(rows, stats.chunks, "tombstones outlive an opening");
}

#[test]
fn a_killed_writer_loses_nothing_it_acknowledged() {
    let dir = tempfile::tempdir().expect("tempdir");
    let directory = dir.path().join("data");
    let mut world = World::new();
    let mut accepted: Vec<(String, u64)> = Vec::new();
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let mut random = Random(round * 7919 + 1);
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args(["crash::the_writer_runs_to_its_end_when_nobody_kills_it", "--exact", "--nocapture"])
            .env(DIRECTORY, &directory)
            .env(SEED, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start the writer");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout"));
        let mut under_way = None;
        let mut acks = 0;
        let kill_after = 1 + random.below(14);
        let delay = std::time::Duration::from_micros(random.below(25_000));
        let mut killed = false;
        let mut line = String::new();
        // A line without its end was cut off by the kill: nobody was told.
        while lines.read_line(&mut line).expect("read") > 0 && line.ends_with('\n') {
            if let Some(op) = Op::parse(line.trim_end()) {
                if let Op::Accept { uri, n } = &op {
                    accepted.push((uri.clone(), *n));
                }
                under_way = Some(op);
            } else if line == "ack\n" {
                apply(&mut world, &under_way.take().expect("an operation before its end"));
                acks += 1;
            }
            if acks == kill_after && !killed {
                // What the writer says until the signal arrives waits in the pipe.
                std::thread::sleep(delay);
                child.kill().expect("kill");
                killed = true;
            }
            line.clear();
        }
        let status = child.wait().expect("wait");
        assert!(killed && !status.success(), "the writer ended on its own: {status}");
        acknowledged += acks;

        let engine = open(&directory);
        let scope = client(&engine, "a");
        let found = actual(&engine, &scope);
        if found != world
            && let Some(op) = under_way
        {
            apply(&mut world, &op);
        }
        assert_eq!(found, world, "round {round}");
        check(&directory, &engine, &scope, &world);

        // Originals: those of the documents that stand, of no others.
        let files: HashSet<String> = match std::fs::read_dir(client_dir(&directory).join("originals")) {
            Ok(entries) => {
                entries.map(|e| e.expect("entry").file_name().to_string_lossy().into_owned()).collect()
            }
            Err(_) => HashSet::new(),
        };
        for (uri, (visible, waiting)) in &world {
            for n in visible.iter().chain(waiting) {
                assert!(files.contains(&hash(uri, *n)), "original of {uri} turn {n}");
            }
        }
        for (uri, n) in &accepted {
            if !world.contains_key(uri) {
                assert!(!files.contains(&hash(uri, *n)), "original of deleted {uri} turn {n}");
            }
        }
    }
    println!("{acknowledged} operations acknowledged over {ROUNDS} kills");
}

/// The writer. On its own it does forty operations and checks them; the test above has it run until
/// it is killed.
#[test]
fn the_writer_runs_to_its_end_when_nobody_kills_it() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        let seed = std::env::var(SEED).expect("seed").parse().expect("number");
        // On one core the test harness has begun a line with the test's name.
        println!();
        write(Path::new(&directory), seed, u64::MAX, |line| {
            let mut out = std::io::stdout();
            writeln!(out, "{line}").and_then(|()| out.flush()).expect("print");
        });
        return;
    }
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut world, mut under_way) = (World::new(), None);
    write(dir.path(), 3, 40, |line| match Op::parse(line) {
        Some(op) => under_way = Some(op),
        None => apply(&mut world, &under_way.take().expect("an operation")),
    });
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    assert_eq!(actual(&engine, &scope), world);
    check(dir.path(), &engine, &scope, &world);
}
