//! Snapshots and restores that are killed at random moments.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use footnote_index::{Error, Name};

use crate::snapshots::{names, text, visible};
use crate::support::{Random, bare_client, client, ingest, open};

const DIRECTORY: &str = "FOOTNOTE_INDEX_SNAPSHOT_DIRECTORY";
const DOCUMENTS: u64 = 8;

/// In another process until it is killed: a snapshot, a client from it, and again.
#[test]
fn a_process_killed_meanwhile_leaves_whole_snapshots_and_whole_clients() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        let directory = PathBuf::from(directory);
        let engine = open(&directory.join("data"));
        let scope = bare_client(&engine, "a");
        println!();
        for n in 0..1000 {
            let target = directory.join(format!("out/s{n}-{}", std::process::id()));
            engine.snapshot(&scope, &target).expect("snapshot");
            let copy = bare_client(&engine, &format!("copy-{}-{n}", std::process::id()));
            engine.restore(&copy, &target).expect("restore");
            let mut out = std::io::stdout();
            writeln!(out, "done").and_then(|()| out.flush()).expect("print");
        }
        return;
    }
    let dir = tempfile::tempdir().expect("tempdir");
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    std::fs::create_dir_all(&out).expect("create");
    let engine = open(&data);
    let scope = client(&engine, "a");
    for i in 0..DOCUMENTS {
        ingest(&engine, &scope, &format!("doc{i}"), &text(&format!("doc{i}"), i));
    }
    let expected = visible(&engine, &scope);
    drop(engine);
    let (mut random, mut done) = (Random(5), 0);
    for _ in 0..8 {
        let this = "snapshot_crash::a_process_killed_meanwhile_leaves_whole_snapshots_and_whole_clients";
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args([this, "--exact", "--nocapture"])
            .env(DIRECTORY, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        while lines.next().expect("not at its end").expect("a line") != "done" {}
        std::thread::sleep(std::time::Duration::from_micros(random.below(60_000)));
        child.kill().expect("kill");
        done += 1 + lines.filter(|line| line.as_ref().is_ok_and(|line| line == "done")).count();
        assert!(!child.wait().expect("wait").success());
    }
    let engine = open(&data);
    let (mut snapshots, mut unfinished) = (0, 0);
    for (n, name) in names(&out).into_iter().enumerate() {
        let scope = bare_client(&engine, &format!("again-{n}"));
        match engine.restore(&scope, &out.join(&name)) {
            Ok(_) => assert_eq!(visible(&engine, &scope), expected, "{name}"),
            Err(error) => {
                assert!(name.starts_with('.') && matches!(error, Error::Snapshot { .. }), "{error}");
            }
        }
        *if name.starts_with('.') { &mut unfinished } else { &mut snapshots } += 1;
    }
    let tenant = Name::new("default").expect("name");
    let copies = engine.control().clients(&tenant).expect("clients");
    let (mut full, mut empty) = (0, 0);
    for name in copies.iter().filter(|name| name.as_str().starts_with("copy-")) {
        let scope = bare_client(&engine, name.as_str());
        let found = visible(&engine, &scope);
        assert!(found.is_empty() || found == expected, "half of a snapshot: {found:?}");
        assert_eq!(engine.verify(&scope).expect("verify").findings, []);
        *if found.is_empty() { &mut empty } else { &mut full } += 1;
    }
    println!(
        "{done} done; {snapshots} snapshots and {unfinished} unfinished, {full} clients and {empty} empty"
    );
    assert!(snapshots >= done && full >= done, "what was told to be done is there");
    drop(engine);
    // Opened once more, nothing of the halves is left.
    for client in std::fs::read_dir(data.join("clients")).expect("clients") {
        let path = client.expect("entry").path();
        assert!(!path.join("store.db.restored").exists());
        let full = path.join("originals").exists() && !names(&path.join("originals")).is_empty();
        let rows = rusqlite::Connection::open(path.join("store.db")).expect("store");
        let versions: u64 = rows.query_row("SELECT count(*) FROM versions", [], |r| r.get(0)).expect("count");
        assert_eq!(full, versions > 0, "originals without rows");
    }
}
