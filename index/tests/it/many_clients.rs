//! Many clients in one process under a small budget: each answers for itself, and together they stay within it.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use footnote_index::{Engine, EngineOptions, Filter, Mode, Scope, SearchRequest};

use crate::support::{FINGERPRINT, Random, bare_client, client, ingest, open, search, vector};

const CLIENTS: usize = 60;
const PASSAGES: usize = 20;
const THREADS: u64 = 4;
const QUERIES: usize = 600;
/// Clients written to while others are searched.
const WRITTEN: [usize; 3] = [0, 7, 31];

/// Passage `n` of a client: a word all have, a word only it has.
fn passage(client: usize, n: usize) -> String {
    format!("common c{client}p{n}")
}

fn name(client: usize) -> String {
    format!("client-{client}")
}

fn build(dir: &Path, clients: usize) -> Vec<Scope> {
    let engine = open(dir);
    (0..clients)
        .map(|number| {
            let scope = client(&engine, &name(number));
            let text: String = (0..PASSAGES).map(|n| passage(number, n) + "\n").collect();
            ingest(&engine, &scope, &format!("doc-{number}"), &text);
            scope
        })
        .collect()
}

/// A question of one client: what only it has, what it has not, or what all have. Returns whether it had to be opened.
fn ask(engine: &Engine, scopes: &[Scope], random: &mut Random) -> bool {
    // The product of two even choices leans to the first clients.
    let pick =
        |random: &mut Random| random.below(CLIENTS as u64) * random.below(CLIENTS as u64) / CLIENTS as u64;
    let number = pick(random) as usize;
    let (scope, n) = (&scopes[number], random.below(PASSAGES as u64) as usize);
    let was_open = engine.is_open(scope);
    match random.below(4) {
        0 => {
            let found = search(engine, scope, Mode::Bm25, &format!("c{number}p{n}"), 5);
            assert_eq!(found.iter().map(|hit| &*hit.text).collect::<Vec<_>>(), [passage(number, n)]);
        }
        1 => {
            let found = search(engine, scope, Mode::Dense, &passage(number, n), 3);
            assert_eq!((&*found[0].text, found.len()), (&*passage(number, n), 3));
        }
        2 => {
            let foreign = (number + 1) % CLIENTS;
            assert!(search(engine, scope, Mode::Bm25, &format!("c{foreign}p{n}"), 5).is_empty());
        }
        _ => {
            let found = search(engine, scope, Mode::Hybrid, "common", 1000);
            assert!(found.len() >= PASSAGES, "{} of {PASSAGES}", found.len());
            let own = [format!("doc-{number}"), format!("new-{number}")];
            assert!(found.iter().all(|hit| own.contains(&hit.uri)), "a passage of another client");
        }
    }
    !was_open
}

/// Descriptors this process has of files below `dir`.
fn descriptors(dir: &Path) -> u64 {
    let links = std::fs::read_dir("/proc/self/fd").expect("own descriptors");
    let targets = links.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets.filter(|target| target.starts_with(dir)).count() as u64
}

/// Searches and writes, then looks at what is still open.
fn run(dir: &Path, options: EngineOptions, scopes: &[Scope]) {
    let engine = Engine::open(dir, options).expect("open");
    let (asked, opened) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let searchers: Vec<_> = (0..THREADS)
            .map(|seed| {
                let (engine, asked, opened) = (&engine, &asked, &opened);
                threads.spawn(move || {
                    let mut random = Random(seed << 32);
                    while asked.fetch_add(1, Ordering::Relaxed) < QUERIES {
                        let was_closed = ask(engine, scopes, &mut random);
                        opened.fetch_add(usize::from(was_closed), Ordering::Relaxed);
                    }
                })
            })
            .collect();
        let writer = threads.spawn(|| {
            for turn in 0.. {
                if stop.load(Ordering::Relaxed) {
                    return turn;
                }
                let number = WRITTEN[turn % WRITTEN.len()];
                let text = format!("common new{turn}x\ncommon second{turn}x");
                ingest(&engine, &scopes[number], &format!("new-{number}"), &text);
                let found = search(&engine, &scopes[number], Mode::Bm25, &format!("new{turn}x"), 5);
                assert_eq!(found.len(), 1, "what was acknowledged is found");
            }
            0
        });
        let searched: Vec<_> = searchers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        stop.store(true, Ordering::Relaxed);
        assert!(writer.join().expect("the writer") > 0);
        searched.into_iter().for_each(|searcher| searcher.expect("a searcher"));
    });
    engine.close_writers().expect("close");
    let usage = engine.usage();
    assert!(usage.memory_bytes <= options.memory_bytes && usage.files <= options.open_files, "{usage:?}");
    assert!(opened.load(Ordering::Relaxed) > CLIENTS, "clients were closed and opened again");
    let files = descriptors(&dir.join("clients"));
    assert!((files..=files + usage.clients as u64).contains(&usage.files), "{files} files, {usage:?}");
    for (number, scope) in scopes.iter().enumerate() {
        let found = search(&engine, scope, Mode::Dense, &passage(number, 0), 1);
        assert_eq!(found[0].text, passage(number, 0), "each opens again, whole");
    }
    let left = engine.usage();
    assert!(left.memory_bytes <= options.memory_bytes && left.files <= options.open_files, "{left:?}");
    assert!((CLIENTS / 10..CLIENTS / 3).contains(&left.clients), "{left:?}");
    for number in WRITTEN {
        assert_eq!(engine.verify(&scopes[number]).expect("verify").findings, []);
    }
}

#[test]
fn each_of_many_answers_for_itself_and_all_stay_within_the_budget() {
    let dir = tempfile::tempdir().expect("tempdir");
    let scopes = build(dir.path(), CLIENTS);
    let engine = open(dir.path());
    for (number, scope) in scopes.iter().enumerate() {
        search(&engine, scope, Mode::Dense, &passage(number, 0), 1);
    }
    let all = engine.usage();
    assert_eq!(all.clients, CLIENTS, "all fit in the usual budget");
    drop(engine);
    assert_eq!(descriptors(dir.path()), 0);
    // Either limit alone, at a fifth of what all would take.
    let usual = EngineOptions::default();
    run(dir.path(), EngineOptions { memory_bytes: all.memory_bytes / 5, ..usual }, &scopes);
    run(dir.path(), EngineOptions { open_files: all.files / 5, ..usual }, &scopes);
}

/// Clients of the test below.
const IDLE: usize = 30;

const DIRECTORY: &str = "FOOTNOTE_INDEX_MANY_CLIENTS_DIRECTORY";

/// Threads of this process, and its anonymous memory in bytes.
fn held() -> (usize, u64) {
    let status = std::fs::read_to_string("/proc/self/status").expect("own status");
    let anonymous = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("RssAnon");
    let kib: u64 = anonymous.trim().trim_end_matches("kB").trim().parse().expect("a number");
    (std::fs::read_dir("/proc/self/task").expect("own threads").count(), kib * 1024)
}

/// In a process of its own, started by the test below, as other tests have threads and memory too.
#[test]
fn idle_clients_hold_no_threads_and_no_more_than_is_counted() {
    let Some(dir) = std::env::var_os(DIRECTORY) else {
        let dir = tempfile::tempdir().expect("tempdir");
        build(dir.path(), IDLE);
        let this = "many_clients::idle_clients_hold_no_threads_and_no_more_than_is_counted";
        let output = Command::new(std::env::current_exe().expect("this binary"))
            .args([this, "--exact", "--nocapture", "--test-threads=1"])
            .env(DIRECTORY, dir.path())
            .output()
            .expect("start");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return;
    };
    let engine = open(Path::new(&dir));
    let scopes: Vec<Scope> = (0..IDLE).map(|number| bare_client(&engine, &name(number))).collect();
    let filter = Filter::parse(&serde_json::json!({"uri": {"$prefix": "doc-"}})).expect("a filter");
    let ask = |number: usize| {
        let question = vector(&passage(number, 0));
        let request = SearchRequest::new("common", Some((&question, FINGERPRINT)), 10);
        let found = engine.search(&scopes[number], &SearchRequest { filter: Some(&filter), ..request });
        assert_eq!(found.expect("search").hits.len(), 10);
    };
    // What the first search allocates for all.
    ask(0);
    engine.close_writers().expect("close");
    let (before, counted_before) = (held(), engine.usage().memory_bytes);
    (1..IDLE).for_each(ask);
    let (after, usage) = (held(), engine.usage());
    assert_eq!(usage.clients, IDLE);
    assert_eq!(after.0, before.0, "threads");
    let (grown, counted) = (after.1.saturating_sub(before.1), usage.memory_bytes - counted_before);
    let each = |bytes: u64| bytes / 1024 / (IDLE as u64 - 1);
    println!("a client takes {} KiB, {} KiB counted", each(grown), each(counted));
    assert!(grown <= counted + (2 << 20), "{grown} bytes more, {counted} counted");
    assert!(counted <= grown * 4, "{counted} bytes counted, {grown} more");
}
