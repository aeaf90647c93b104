//! A client from a snapshot.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::Serialize;

use crate::manifest::{Manifest, ORIGINALS, Part, STORE};
use crate::store::Store;
use crate::{Engine, Error, Result, Scope, files};

/// The store while it is being restored.
const STAGED: &str = "store.db.restored";

/// What [`Engine::restore`] put in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    /// The commit it holds.
    pub seq: u64,
    /// Documents, those that wait or failed included.
    pub documents: u64,
    /// Original files.
    pub originals: u64,
    /// Length of all files together, in bytes.
    pub bytes: u64,
}

impl Engine {
    /// Fills a client that holds no documents from the snapshot in `from`, and builds its text index. What the snapshot
    /// holds is copied; it can be removed afterwards.
    ///
    /// Before anything is changed, every file of the snapshot is compared with its checksum. The client has all of
    /// the snapshot or, when this fails or the process ends, nothing of it.
    ///
    /// # Errors
    /// [`Error::Snapshot`] names the file that is missing, cut, changed or of a newer format; or the client, when it
    /// holds documents. [`Error::NewerSchema`] when a newer release wrote the database. [`Error::DiskFull`].
    pub fn restore(&self, scope: &Scope, from: &Path) -> Result<RestoreReport> {
        let manifest = Manifest::read(from)?;
        manifest.check(from)?;
        self.close_for(scope, |dir| {
            fs::create_dir_all(dir).map_err(Error::io(dir))?;
            refuse_unless_empty(scope, dir)?;
            files::check_space(dir, manifest.bytes())?;
            // What a failure leaves behind goes when the client is opened next.
            self.untidy(scope);
            put(&manifest, from, dir).inspect_err(|_| {
                let _ = drop_unfinished(dir);
            })
        })?;
        // Opening builds the caches.
        drop(self.client(scope)?);
        Ok(RestoreReport::of(&manifest))
    }
}

/// Compares every file of a snapshot with its checksum, as [`Engine::restore`] does first: what came over a network or from a
/// shelf.
///
/// # Errors
/// [`Error::Snapshot`] names the file that is missing, cut, changed or of a newer format.
pub fn check_snapshot(from: &Path) -> Result<RestoreReport> {
    let manifest = Manifest::read(from)?;
    manifest.check(from)?;
    Ok(RestoreReport::of(&manifest))
}

impl RestoreReport {
    fn of(manifest: &Manifest) -> Self {
        Self {
            seq: manifest.seq,
            documents: manifest.documents,
            originals: manifest.originals().count() as u64,
            bytes: manifest.bytes(),
        }
    }
}

fn refuse_unless_empty(scope: &Scope, dir: &Path) -> Result<()> {
    let path = dir.join(STORE);
    if !path.exists() || Store::open(&path)?.is_empty()? {
        return Ok(());
    }
    Err(Error::Snapshot {
        path,
        reason: format!("client {} holds documents", scope.client()),
        fix: "restore into a new client, or remove this one first",
    })
}

/// Copies the snapshot's files; the store takes its name last.
fn put(manifest: &Manifest, from: &Path, dir: &Path) -> Result<()> {
    let staged = dir.join(STAGED);
    drop_unfinished(dir)?;
    for part in manifest.files.iter().filter(|part| part.path == STORE) {
        copy(part, from, &staged)?;
    }
    check_store(manifest, from, &staged)?;
    let originals = dir.join(ORIGINALS);
    fs::create_dir_all(&originals).map_err(Error::io(&originals))?;
    for (hash, part) in manifest.originals() {
        copy(part, from, &originals.join(hash))?;
    }
    files::sync_folder(&originals)?;
    // Caches and a log of what was there before must not meet the new store.
    let caches = dir.join("gen");
    ignore_missing(fs::remove_dir_all(&caches)).map_err(Error::io(&caches))?;
    remove_with_log(dir, STORE, &["-wal", "-shm"])?;
    files::sync_folder(dir)?;
    fs::rename(&staged, dir.join(STORE)).map_err(Error::io(dir))?;
    files::sync_folder(dir)
}

/// Opens the copied store, which brings an older one up to date: a newer one, or one that is not what the manifest
/// says, is refused while the client still has its own.
fn check_store(manifest: &Manifest, from: &Path, staged: &Path) -> Result<()> {
    let wrong = |reason: String| {
        let fix = "use another snapshot, or take it again";
        Err(Error::Snapshot { path: from.join(STORE), reason, fix })
    };
    let store = Store::open(staged)?;
    let seq = store.seq()?;
    if seq != manifest.seq {
        return wrong(format!("it holds commit {seq} instead of {}", manifest.seq));
    }
    let listed: HashSet<&str> = manifest.originals().map(|(hash, _)| hash).collect();
    match store.content_hashes()?.iter().find(|hash| !listed.contains(hash.as_str())) {
        Some(hash) => wrong(format!("it refers to an original that is not listed, {hash}")),
        None => Ok(()),
    }
}

/// Copies a file of the snapshot, compares what was copied, and syncs it.
fn copy(part: &Part, from: &Path, to: &Path) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(to)
        .map_err(Error::io(to))?;
    part.copy(from, &mut file)?;
    file.sync_all().map_err(Error::io(to))
}

/// Removes what a restore that did not end left in the client's folder, but for originals.
pub(crate) fn drop_unfinished(dir: &Path) -> Result<()> {
    remove_with_log(dir, STAGED, &["", "-wal", "-shm", "-journal"])
}

fn remove_with_log(dir: &Path, name: &str, suffixes: &[&str]) -> Result<()> {
    suffixes.iter().try_for_each(|suffix| {
        let path = dir.join(format!("{name}{suffix}"));
        ignore_missing(fs::remove_file(&path)).map_err(Error::io(&path))
    })
}

fn ignore_missing(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
