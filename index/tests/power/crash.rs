//! A process that ends at any moment loses nothing it acknowledged: half the rounds by a kill at a
//! random time, half at a named point, just before or just after a call of the operating system.

use std::path::Path;
use std::time::Duration;

use crate::recorder::{ABORT, ABORTED, ROOT};
use crate::rounds::{Folder, seeds};
use crate::support::Random;
use crate::world::{NOTES, World};
use crate::writer::command;

/// Rounds one after the other in one data directory.
const CHAIN: u64 = 10;

/// Operation, pattern of its path, and which of the matching calls: one of the first so many.
///
/// Both sides of: SQLite's commit (sync of the log), its checkpoint, the log's removal on closing; an
/// original's four steps and its removal; tantivy's commit (meta.json), its segments, its removals.
/// The view is swapped after meta.json's renaming and before the next write to the log.
const POINTS: &[(&str, &str, u64)] = &[
    ("sync", "store.db-wal$", 60),
    ("write", "store.db-wal$", 300),
    ("write", "store.db$", 20),
    ("sync", "store.db$", 3),
    ("remove", "store.db-wal$", 1),
    ("sync", "control.db-wal$", 3),
    ("create", "originals/", 20),
    ("sync", "originals/", 20),
    ("rename", "originals/", 20),
    ("sync", "originals$", 20),
    ("remove", "originals/", 10),
    ("create", "/text/", 60),
    ("write", "/text/", 200),
    ("sync", "/text/", 60),
    ("rename", "/meta.json$", 20),
    ("rename", "/.managed.json$", 60),
    ("sync", "/text$", 20),
    ("remove", "/text/", 40),
    ("write", "/graph/", 6),
    ("sync", "/graph/", 6),
    ("rename", "/graph/", 6),
    ("remove", "/graph/", 4),
    ("remove", "/gen/", 20),
    ("mkdir", "/", 6),
];

#[test]
fn a_stopped_writer_loses_nothing_it_acknowledged() {
    let (mut acknowledged, mut killed, mut aborted, mut ended) = (0, 0, 0, 0);
    for seed in seeds(3, 20) {
        let mut folder = Folder::new(seed);
        let root = folder.path().to_owned();
        let mut world = World::default();
        for round in 0..CHAIN {
            let mut random = Random(seed * CHAIN + round);
            if std::fs::exists(root.join(NOTES)).expect("look") {
                std::fs::remove_file(root.join(NOTES)).expect("remove the notes");
            }
            if round % 2 == 0 {
                folder.doing = format!("round {round}, killed");
                kill(&root, &mut random);
                killed += 1;
            } else {
                let point = point(&mut random);
                folder.doing = format!("round {round}, ended {point}");
                if abort(&root, &mut random, &point) {
                    aborted += 1;
                } else {
                    ended += 1;
                }
            }
            world.follow(&notes(&root));
            world.check(&root);
        }
        acknowledged += world.acknowledged;
    }
    println!(
        "{acknowledged} calls acknowledged; {killed} kills, {aborted} ends at a point, {ended} not reached"
    );
    assert!(aborted > ended, "most points are reached");
}

/// A writer killed some time after some acknowledgements.
fn kill(root: &Path, random: &mut Random) {
    let mut child = command(root, random.below(1 << 40), u64::MAX).spawn().expect("start the writer");
    let after = random.below(15);
    while notes(root).matches("\nack").count() < after as usize {
        assert!(child.try_wait().expect("wait").is_none(), "the writer ended on its own");
        std::thread::sleep(Duration::from_micros(300));
    }
    std::thread::sleep(Duration::from_micros(random.below(25_000)));
    child.kill().expect("kill");
    assert!(!child.wait().expect("wait").success(), "the writer ended on its own");
}

pub(crate) fn point(random: &mut Random) -> String {
    let (op, pattern, first) = POINTS[random.below(POINTS.len() as u64) as usize];
    let side = if random.below(2) == 0 { "before" } else { "after" };
    format!("{side} {op} {pattern} {}", 1 + random.below(first))
}

/// A writer that ends at a point; false when it never came there.
fn abort(root: &Path, random: &mut Random, point: &str) -> bool {
    let mut command = command(root, random.below(1 << 40), 120);
    let status = command.env(ROOT, root).env(ABORT, point).status().expect("run the writer");
    assert!(status.success() || status.code() == Some(ABORTED), "{status}");
    !status.success()
}

/// What writers noted below `root`.
pub(crate) fn notes(root: &Path) -> String {
    std::fs::read_to_string(root.join(NOTES)).unwrap_or_default()
}
