//! Writing files so that what was acknowledged survives a power cut, and asking the disk how full
//! it is.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use crate::{Error, Result};

/// Bytes kept free on the disk: below this, writes are refused before they start, so that SQLite,
/// tantivy and the log still have room to finish what is under way.
pub(crate) const DISK_RESERVE: u64 = 64 * 1024 * 1024;

/// Writes `bytes` to `path`: a temporary file beside it, fsync, rename, fsync of the folder.
pub(crate) fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = parent(path);
    create_folder(folder)?;
    let mut temp = path.to_path_buf();
    temp.as_mut_os_string().push(format!(".tmp{}", std::process::id()));
    // Originals and keys are for the owner alone, from the first byte.
    let mut options = fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(options.write(true).create(true).truncate(true), 0o600);
    let written = options.open(&temp).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(error) = written {
        let _ = fs::remove_file(&temp);
        return Err(Error::io(path)(error));
    }
    fs::rename(&temp, path).map_err(Error::io(path))?;
    sync_folder(folder)
}

/// Creates `folder` and what is missing above it. The name of each new one is durable in its parent when this
/// returns: without that, a power cut takes it with all it holds.
pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = parent(folder);
    create_folder(above)?;
    match fs::create_dir(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(Error::io(folder)(e)),
        _ => {}
    }
    sync_folder(above)
}

/// Creates the folder a database lives in. While the database is not there yet, the names of the folder and of so many
/// `above` it are made durable, also those a process left behind that was stopped before it had done so.
pub(crate) fn create_home(folder: &Path, database: &str, above: usize) -> Result<()> {
    if folder.join(database).exists() {
        return Ok(());
    }
    create_folder(folder)?;
    folder.ancestors().take(above).try_for_each(|made| sync_folder(parent(made)))
}

/// The folder that holds `path`.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes renames and removals inside `folder` durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(Error::io(folder))
}

/// Refuses a write of `bytes` when the disk would be left with less than [`DISK_RESERVE`].
pub(crate) fn check_space(folder: &Path, bytes: u64) -> Result<()> {
    let needed = DISK_RESERVE.saturating_add(bytes);
    match free_bytes(folder) {
        Some(free) if free < needed => Err(Error::DiskFull { path: folder.to_path_buf(), free, needed }),
        _ => Ok(()),
    }
}

/// Bytes an unprivileged process may still write on the file system of `path`, or of its nearest
/// existing ancestor; `None` when the system does not say.
pub(crate) fn free_bytes(path: &Path) -> Option<u64> {
    let existing = path.ancestors().find(|p| p.exists()).unwrap_or(Path::new("."));
    let stat = rustix::fs::statvfs(existing).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Files this process may have open at once, when the system says.
pub(crate) fn most_open() -> u64 {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_whole_or_not_at_all() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("a/b");
        write_atomic(&path, b"one").expect("first");
        write_atomic(&path, b"two").expect("second");
        assert_eq!(fs::read(&path).expect("read"), b"two");
        assert_eq!(fs::read_dir(dir.path().join("a")).expect("list").count(), 1);
    }

    #[test]
    fn free_bytes_looks_at_the_nearest_existing_folder() {
        let dir = tempfile::tempdir().expect("tempdir");
        assert!(free_bytes(dir.path()).expect("statvfs") > 0);
        assert!(free_bytes(&dir.path().join("not/yet/there")).is_some());
    }

    #[test]
    fn refuses_what_would_fill_the_disk() {
        let dir = tempfile::tempdir().expect("tempdir");
        assert!(check_space(dir.path(), 0).is_ok());
        let error = check_space(dir.path(), u64::MAX / 2).expect_err("too big");
        assert!(matches!(error, Error::DiskFull { .. }), "{error}");
        assert!(error.to_string().contains("free some space"));
    }
}
