//! A power loss at any moment loses nothing that was acknowledged.
//!
//! A writer runs with the recorder until it ends at a point, another goes on after it, as after a crash of the process
//! alone. Their log is replayed onto a disk (`disk`) up to a cut, and what the disk would then hold is opened and
//! checked. The next two writers go on from what the last cut left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::crash::{notes, point};
use crate::disk::{Disk, Kept, write_tree};
use crate::record::{Op, Record, read_log};
use crate::recorder::{ABORT, ABORTED, LOG, ROOT};
use crate::rounds::{Folder, copy, seeds};
use crate::support::Random;
use crate::world::{DATA, NOTES, World};
use crate::writer::{FIRST, command};

/// Logs one after the other for one seed.
const STAGES: u64 = 2;
/// Cuts of each log.
const CUTS: u64 = 5;

/// A writer below `root` that is logged.
fn recorded(root: &Path, log: &Path, seed: u64, calls: u64) -> Command {
    let mut command = command(root, seed, calls);
    command.env(ROOT, root).env(LOG, log);
    command
}

/// Two writers with one log: the first ends at a point, when it comes there, the second does not. True when it did.
fn record(dir: &Path, seed: u64, point: &str, mut world: World) -> bool {
    let (root, log) = (dir.join("root"), dir.join("log"));
    let status = recorded(&root, &log, seed * 2, 60).env(ABORT, point).status().expect("run a writer");
    assert!(status.success() || status.code() == Some(ABORTED), "{status}");
    let mut second = recorded(&root, &log, seed * 2 + 1, 60);
    // Whether the last call happened is looked up in a copy: looking changes files.
    copy(&root, &dir.join("copy"));
    world.follow(&notes(&root));
    if let Some(line) = world.check(&dir.join("copy")) {
        second.env(FIRST, line);
    }
    assert!(second.status().expect("run a writer").success());
    !status.success()
}

fn shared_memory(path: &str) -> bool {
    path.ends_with("-shm")
}

/// What the log names and does not follow: nothing but SQLite's shared memory, which every opening
/// makes anew.
fn assert_nothing_else(log: &[Record]) {
    let others = log.iter().filter(|r| r.op == Op::Other);
    let others: BTreeSet<_> =
        others.filter(|r| !(r.data == b"mmap" && shared_memory(&r.path))).map(|r| &r.path).collect();
    assert_eq!(others, BTreeSet::new(), "changed in ways the log does not follow");
}

#[test]
fn the_log_of_a_writer_replays_to_the_same_bytes() {
    let dir = tempfile::tempdir().expect("tempdir");
    let dir = dir.path().canonicalize().expect("a path");
    let (root, log) = (dir.join("root"), dir.join("log"));
    std::fs::create_dir(&root).expect("make");
    let mut seen = BTreeMap::new();
    // From nothing to a clean end, on from there, and to an end in the middle.
    for (seed, abort) in [(1, None), (2, None), (3, Some("after rename meta.json$ 9"))] {
        let mut disk = Disk::holding(&root);
        let mut command = recorded(&root, &log, seed, 120);
        abort.map(|point| command.env(ABORT, point));
        let status = command.status().expect("run the writer");
        assert_eq!(status.code(), Some(if abort.is_some() { ABORTED } else { 0 }));
        let records = read_log(&log);
        std::fs::remove_file(&log).expect("next log");
        assert_nothing_else(&records);
        for record in &records {
            disk.apply(record);
            *seen.entry(record.op.name()).or_insert(0) += 1;
        }
        let contents = |disk: &Disk| {
            let mut tree = disk.now();
            tree.retain(|path, _| !shared_memory(&path.to_string_lossy()));
            tree
        };
        let (replayed, real) = (contents(&disk), contents(&Disk::holding(&root)));
        let names = |tree: &BTreeMap<_, _>| tree.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&replayed), names(&real));
        assert!(real.len() > 20, "{real:?}");
        for (path, bytes) in &real {
            assert!(replayed[path] == *bytes, "{} differs", path.display());
        }
    }
    println!("{seen:?}");
    for op in ["create", "mkdir", "write", "sync", "rename", "remove"] {
        assert!(seen.get(op).is_some_and(|n| *n > 5), "hardly any {op}: {seen:?}");
    }
}

#[test]
fn a_power_loss_loses_nothing_acknowledged() {
    let (mut cuts, mut acknowledged) = (0, 0);
    for seed in seeds(2, 10) {
        let mut folder = Folder::new(seed);
        let mut world = World::default();
        for stage in 0..STAGES {
            let dir = folder.path().join(stage.to_string());
            let log = dir.join("log");
            // A folder that was kept has its log: the same cuts once more.
            if !log.exists() {
                std::fs::create_dir_all(dir.join("base")).expect("make");
                if stage > 0 {
                    let last = folder.path().join((stage - 1).to_string()).join("cut");
                    copy(&last.join(DATA), &dir.join("base").join(DATA));
                }
                copy(&dir.join("base"), &dir.join("root"));
                folder.doing = format!("writers of log {stage}");
                let number = seed * STAGES + stage;
                record(&dir, number, &point(&mut Random(number)), world.clone());
            }
            let records = read_log(&log);
            assert_nothing_else(&records);
            let mut after = world.clone();
            for cut in 0..CUTS {
                let mut random = Random((seed * STAGES + stage) * CUTS + cut);
                let at = place(&records, &mut random);
                let kept =
                    if random.below(3) == 0 { Kept::Nothing } else { Kept::Chance(random.below(1 << 40)) };
                folder.doing =
                    format!("log {stage}, cut {cut} after {at} of {} records, {kept:?}", records.len());
                after = world.clone();
                check(&dir, &records[..at], kept, &mut after);
                cuts += 1;
                acknowledged += after.acknowledged - world.acknowledged;
            }
            world = after;
        }
    }
    println!("{cuts} cuts, {acknowledged} calls acknowledged before them");
    assert!(acknowledged > cuts * 10);
}

#[test]
fn folders_that_a_stopped_writer_left_behind_are_made_durable() {
    let points = ["data$", "clients$", "clients/", "originals$", "text$"];
    for (seed, pattern) in (0..).zip(points) {
        let mut folder = Folder::new(seed);
        folder.doing = format!("a writer ends when it has made {pattern}");
        let dir = folder.path();
        std::fs::create_dir(dir.join("base")).expect("make");
        std::fs::create_dir(dir.join("root")).expect("make");
        assert!(record(dir, seed, &format!("after mkdir {pattern} 1"), World::default()));
        let records = read_log(&dir.join("log"));
        let mut world = World::default();
        check(dir, &records, Kept::Nothing, &mut world);
        assert!(world.acknowledged > 30);
    }
}

/// Where to cut: anywhere, or right after an acknowledgement.
fn place(records: &[Record], random: &mut Random) -> usize {
    let acknowledged: Vec<usize> = (0..records.len())
        .filter(|i| is_note(&records[*i]) && records[*i].data.starts_with(b"ack"))
        .collect();
    match random.below(2) {
        0 => 1 + acknowledged[random.below(acknowledged.len() as u64) as usize],
        _ => random.below(records.len() as u64 + 1) as usize,
    }
}

fn is_note(record: &Record) -> bool {
    record.op == Op::Write && record.path == NOTES
}

/// Replays `records` onto the base in `dir`, cuts the power, and checks what is left.
fn check(dir: &Path, records: &[Record], kept: Kept, world: &mut World) {
    let mut disk = Disk::holding(&dir.join("base"));
    let mut notes = Vec::new();
    for record in records {
        disk.apply(record);
        if is_note(record) {
            notes.extend(&record.data);
        }
    }
    world.follow(std::str::from_utf8(&notes).expect("notes"));
    let cut = dir.join("cut");
    if cut.exists() {
        std::fs::remove_dir_all(&cut).expect("remove the cut before");
    }
    write_tree(&disk.after_power_loss(kept), &cut);
    world.check(&cut);
}
