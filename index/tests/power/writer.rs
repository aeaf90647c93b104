//! The writer: a process of its own that does what follows from a seed, and says so.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use footnote_index::{Accepted, Engine, KeySpec, Name, Outcome, PreparedDocument, Role, Scope};

use crate::support::{Random, accept, client, prepare, spec};
use crate::world::{DATA, NOTES, Op, World, open, original, text};

const ROOT: &str = "FOOTNOTE_WRITER_ROOT";
const SEED: &str = "FOOTNOTE_WRITER_SEED";
const CALLS: &str = "FOOTNOTE_WRITER_CALLS";
/// What to note first: what became of the call the writer before this one did not end.
pub(crate) const FIRST: &str = "FOOTNOTE_WRITER_FIRST";

/// Starts nothing yet: this binary as a writer below `root`, for so many calls.
pub(crate) fn command(root: &Path, seed: u64, calls: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command
        .args(["writer::the_writer_runs_to_its_end_when_nobody_stops_it", "--exact", "--nocapture"])
        .env(ROOT, root)
        .env(SEED, seed.to_string())
        .env(CALLS, calls.to_string())
        .stdout(Stdio::null());
    command
}

/// Does `calls` calls that follow from the seed. Each is noted before it starts and when it ended well.
fn write(root: &Path, seed: u64, calls: u64) {
    let mut notes =
        OpenOptions::new().create(true).append(true).open(root.join(NOTES)).expect("open the notes");
    let mut note = move |line: &str| notes.write_all(format!("{line}\n").as_bytes()).expect("note");
    if let Ok(line) = std::env::var(FIRST) {
        note(&line);
    }
    let data = root.join(DATA);
    note(&Op::Open.print());
    let mut engine = open(&data);
    let scope = client(&engine, "a");
    note("ack");
    let mut random = Random(seed);
    for i in 0..calls {
        let Some(op) = next(&engine, &scope, &mut random, seed * 1_000_000 + i) else { continue };
        let prepared = if op == Op::Publish { waiting(&engine, &scope) } else { Vec::new() };
        note(&op.print());
        let mut answer = String::new();
        match &op {
            Op::Open => {
                drop(engine);
                engine = open(&data);
            }
            Op::Accept { uri, n } => drop(accept(&engine, &scope, uri, &text(uri, *n))),
            Op::Publish => drop(engine.publish(&scope, &prepared).expect("publish")),
            Op::Delete { uri } => {
                let document = engine.document_by_uri(&scope, uri).expect("look up").expect("a document");
                engine.delete(&scope, &document.id).expect("delete");
            }
            Op::CloseWriters => engine.close_writers().expect("close"),
            Op::Swap => swap(&engine, &scope),
            Op::Reindex => engine.reindex(&scope).expect("reindex"),
            Op::Key => answer = format!(" {}", new_key(&engine)),
        }
        note(&format!("ack{answer}"));
    }
}

/// The next call; `None` when it would be the deletion of nothing.
fn next(engine: &Engine, scope: &Scope, random: &mut Random, n: u64) -> Option<Op> {
    let uri = format!("doc{}", random.below(8));
    Some(match random.below(42) {
        0..18 => Op::Accept { uri, n },
        18..29 => Op::Publish,
        29..35 => {
            engine.document_by_uri(scope, &uri).expect("look up")?;
            Op::Delete { uri }
        }
        35..37 => Op::CloseWriters,
        37 => Op::Open,
        38 => Op::Reindex,
        39 | 40 => Op::Swap,
        _ => Op::Key,
    })
}

/// Swaps to the settings that do not serve. The vectors are the same, so that what is found does not depend on it.
fn swap(engine: &Engine, scope: &Scope) {
    let serving = engine.generation(scope).expect("generation").expect("one");
    let mut wanted = spec();
    if serving.spec.fingerprint == wanted.fingerprint {
        wanted.fingerprint = "other".into();
    }
    let generation = engine.begin_generation(scope, &wanted).expect("begin").id;
    loop {
        let missing = engine.missing_in(scope, generation, None, 3).expect("missing");
        if missing.is_empty() {
            break;
        }
        let prepared: Vec<PreparedDocument> = missing
            .into_iter()
            .map(|(document_id, version)| {
                let text = engine.text(scope, &document_id, Some(version), None).expect("text").text;
                let accepted = Accepted { document_id, version, outcome: Outcome::Changed };
                PreparedDocument { generation, ..prepare(&accepted, &text) }
            })
            .collect();
        engine.put(scope, &prepared).expect("put");
    }
    engine.swap_generation(scope, generation).expect("swap");
}

fn waiting(engine: &Engine, scope: &Scope) -> Vec<PreparedDocument> {
    let generation = engine.generation(scope).expect("generation").expect("one").id;
    let prepare = |waiting: &footnote_index::PendingDocument| {
        let accepted = Accepted {
            document_id: waiting.document_id.clone(),
            version: waiting.version,
            outcome: Outcome::Changed,
        };
        PreparedDocument { generation, ..prepare(&accepted, &original(engine, scope, waiting)) }
    };
    engine.pending(scope).expect("pending").iter().map(prepare).collect()
}

fn new_key(engine: &Engine) -> String {
    let tenant = Name::new("default").expect("name");
    let spec = KeySpec { tenant, label: String::new(), role: Role::Viewer, clients: None, expires_ms: None };
    engine.control().create_key(&spec).expect("key").key
}

/// The writer. On its own it does some calls and checks them; the other tests start it with more.
#[test]
fn the_writer_runs_to_its_end_when_nobody_stops_it() {
    if let Some(root) = std::env::var_os(ROOT) {
        let number = |name| std::env::var(name).expect(name).parse().expect("a number");
        write(Path::new(&root), number(SEED), number(CALLS));
        return;
    }
    let root = tempfile::tempdir().expect("tempdir");
    write(root.path(), 3, 80);
    let mut world = World::default();
    world.follow(&std::fs::read_to_string(root.path().join(NOTES)).expect("notes"));
    assert!(world.acknowledged > 60);
    world.check(root.path());
}
