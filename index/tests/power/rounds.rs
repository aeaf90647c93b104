//! How many rounds, which seeds, and what a failed round leaves for its repetition.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The long form instead of the one for every change.
const FULL: &str = "FOOTNOTE_FULL";
/// Only this seed.
const SEED: &str = "FOOTNOTE_SEED";
/// The folder that a failed round kept.
const KEPT: &str = "FOOTNOTE_KEPT";

/// The seeds to run: so many in the short and the full form, or the one that was asked for.
pub(crate) fn seeds(short: u64, full: u64) -> Vec<u64> {
    if let Ok(seed) = std::env::var(SEED) {
        return vec![seed.parse().expect("a number")];
    }
    (0..if std::env::var_os(FULL).is_some() { full } else { short }).collect()
}

/// A folder for one seed. It goes at the end, unless the test fails: then it says how to repeat it.
pub(crate) struct Folder {
    dir: Option<TempDir>,
    path: PathBuf,
    seed: u64,
    /// What was being done.
    pub(crate) doing: String,
}

impl Folder {
    pub(crate) fn new(seed: u64) -> Self {
        if let Some(path) = std::env::var_os(KEPT) {
            return Self { dir: None, path: path.into(), seed, doing: String::new() };
        }
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().canonicalize().expect("a path");
        Self { dir: Some(dir), path, seed, doing: String::new() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        if let Some(dir) = &mut self.dir {
            dir.disable_cleanup(true);
        }
        eprintln!("failed: {}\nrepeat with {SEED}={} ; kept: {}", self.doing, self.seed, self.path.display());
    }
}

/// Copies a folder with all it holds.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("make");
    for entry in std::fs::read_dir(from).expect("list") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copy");
        }
    }
}
