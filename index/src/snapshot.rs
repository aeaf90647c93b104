//! A consistent copy of one client, taken while it is searched and written to.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::client::Client;
use crate::control::random_hex;
use crate::manifest::{Manifest, ORIGINALS, Part, STORE};
use crate::verify::sha256_of;
use crate::{Engine, Error, Result, Scope, files};

/// What [`Engine::snapshot`] wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotReport {
    /// The folder.
    pub path: PathBuf,
    /// The commit it holds.
    pub seq: u64,
    /// Documents, those that wait or failed included.
    pub documents: u64,
    /// Original files.
    pub originals: u64,
    /// Original files that are hard links, so that they take no room of their own.
    pub linked: u64,
    /// Length of all files together, in bytes.
    pub bytes: u64,
}

impl Engine {
    /// Writes a snapshot of a client to `to`, a folder that does not exist yet. It holds one commit of the database and
    /// the originals which that commit refers to, with a list of lengths and checksums; not the text index and the
    /// vectors in memory, which are built again from it.
    ///
    /// Searches and writes go on. Originals that are deleted meanwhile leave the disk when the snapshot is done. Where
    /// `to` is on the same file system, originals are hard links.
    ///
    /// Everything is durable when this returns. The folder gets its name last: one that was interrupted is left, if
    /// at all, beside it under a name that begins with a dot and contains `.tmp-`, and can be removed.
    ///
    /// # Errors
    /// [`Error::Snapshot`] when `to` exists, or an original is missing or damaged; [`Error::DiskFull`].
    pub fn snapshot(&self, scope: &Scope, to: &Path) -> Result<SnapshotReport> {
        let taken = || Error::Snapshot {
            path: to.to_path_buf(),
            reason: "it exists already".into(),
            fix: "choose another name, or remove it first",
        };
        if fs::symlink_metadata(to).is_ok() {
            return Err(taken());
        }
        let client = self.client(scope)?;
        let unfinished = Unfinished::new(to)?;
        let report = write(&client, scope, &unfinished.folder, to)?;
        // Two snapshots may have begun for the same name: a folder that is not empty is not replaced.
        fs::rename(&unfinished.folder, to).map_err(|e| match e.kind() {
            std::io::ErrorKind::DirectoryNotEmpty
            | std::io::ErrorKind::AlreadyExists
            | std::io::ErrorKind::NotADirectory => taken(),
            _ => Error::io(to)(e),
        })?;
        files::sync_folder(folder_of(to))?;
        Ok(report)
    }
}

/// Where snapshots that are only passed on lie, below the data directory.
const HELD: &str = ".held";

/// A snapshot below the data directory, removed when this is dropped: to be sent somewhere.
#[derive(Debug)]
pub struct HeldSnapshot {
    report: SnapshotReport,
}

impl HeldSnapshot {
    /// What it holds, and where.
    pub fn report(&self) -> &SnapshotReport {
        &self.report
    }
}

impl Drop for HeldSnapshot {
    fn drop(&mut self) {
        // What cannot be removed now is removed when the data directory is opened next.
        let _ = fs::remove_dir_all(&self.report.path);
    }
}

impl Engine {
    /// Takes a snapshot as [`Engine::snapshot`] does, on the data directory's own disk, where originals take no room.
    ///
    /// # Errors
    /// As [`Engine::snapshot`].
    pub fn hold_snapshot(&self, scope: &Scope) -> Result<HeldSnapshot> {
        let folder = self.dir().join(HELD);
        fs::DirBuilder::new().mode(0o700).recursive(true).create(&folder).map_err(Error::io(&folder))?;
        let report = self.snapshot(scope, &folder.join(random_hex(8)?))?;
        Ok(HeldSnapshot { report })
    }
}

/// Removes what a process left behind that was stopped while it held snapshots.
pub(crate) fn remove_held(dir: &Path) -> Result<()> {
    let folder = dir.join(HELD);
    match fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(folder)(e)),
        _ => Ok(()),
    }
}

/// A folder that is removed unless it was renamed.
struct Unfinished {
    folder: PathBuf,
}

impl Unfinished {
    fn new(to: &Path) -> Result<Self> {
        let name = to.file_name().ok_or_else(|| Error::InvalidInput {
            reason: format!("{} names no folder to write a snapshot to", to.display()),
        })?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".tmp-{}", random_hex(8)?));
        let folder = folder_of(to).join(hidden);
        // For the owner alone, as what it is taken of.
        fs::DirBuilder::new().mode(0o700).create(&folder).map_err(Error::io(folder_of(to)))?;
        Ok(Self { folder })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Gone already when it was renamed.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Fills `folder`, the manifest last.
fn write(client: &Client, scope: &Scope, folder: &Path, to: &Path) -> Result<SnapshotReport> {
    files::check_space(folder, client.store.bytes()?)?;
    // Before the state is read: what it refers to stays until all of it is in the folder.
    let pinned = client.pin_originals();
    let state = client.store.copy_to(&folder.join(STORE))?;
    sync(&folder.join(STORE))?;
    let mut parts = vec![Part::of(folder, STORE.to_owned())?];
    let originals = folder.join(ORIGINALS);
    fs::DirBuilder::new().mode(0o700).create(&originals).map_err(Error::io(&originals))?;
    let mut linked = 0;
    for (hash, uri) in &state.originals {
        let name = format!("{ORIGINALS}/{hash}");
        let target = folder.join(&name);
        linked += u64::from(bring(&client.original_path(hash), &target, uri)?);
        check_content(&target, hash, uri, &client.original_path(hash))?;
        parts.push(Part::of(folder, name)?);
    }
    drop(pinned);
    files::sync_folder(&originals)?;
    let manifest = Manifest::new(scope, state.seq, state.documents, parts);
    let report = SnapshotReport {
        path: to.to_path_buf(),
        seq: state.seq,
        documents: state.documents,
        originals: state.originals.len() as u64,
        linked,
        bytes: manifest.bytes(),
    };
    manifest.write(folder)?;
    Ok(report)
}

/// Links an original, or copies it where that is not possible. True when it was linked.
fn bring(from: &Path, to: &Path, uri: &str) -> Result<bool> {
    let missing = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::NotFound => Error::Snapshot {
            path: from.to_path_buf(),
            reason: format!("the original of {uri} is missing"),
            fix: "ingest the document again, then take the snapshot again",
        },
        _ => Error::io(from)(e),
    };
    let bytes = fs::metadata(from).map_err(missing)?.len();
    // Other file systems, some without hard links, other owners: many errors, one way out.
    if fs::hard_link(from, to).is_ok() {
        return Ok(true);
    }
    files::check_space(to, bytes)?;
    let mut source = File::open(from).map_err(missing)?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .and_then(|mut target| std::io::copy(&mut source, &mut target).and_then(|_| target.sync_all()))
        .map_err(Error::io(to))?;
    Ok(false)
}

/// A snapshot does not pass damage on.
fn check_content(file: &Path, hash: &str, uri: &str, original: &Path) -> Result<()> {
    match sha256_of(file) {
        Ok(found) if found == hash => Ok(()),
        _ => Err(Error::Snapshot {
            path: original.to_path_buf(),
            reason: format!("the original of {uri} is damaged"),
            fix: "remove the file, ingest the document again, then take the snapshot again",
        }),
    }
}

fn sync(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(Error::io(path))
}
