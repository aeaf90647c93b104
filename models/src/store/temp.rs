//! Temporary folders and the per-model lock of whoever changes the store.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::ModelError;

/// A folder beside the models that is removed on drop, if it still has its name.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    /// Creates an empty folder in `root` for work on a model.
    pub(crate) fn create(root: &Path, model: &str) -> Result<Self, ModelError> {
        let folder = Self::reserve(root, model);
        std::fs::create_dir(&folder.0).map_err(ModelError::io("create", &folder.0))?;
        Ok(folder)
    }

    /// The name of a folder that is not there yet.
    pub(crate) fn reserve(root: &Path, model: &str) -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        Self(root.join(format!("{}{}-{number}", prefix(model), std::process::id())))
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// How the names of a model's temporary folders begin.
fn prefix(model: &str) -> String {
    format!(".{model}.tmp-")
}

/// Waits for the model's lock in the store's folder, which is made if need be; the operating system releases it when
/// the file is dropped or the process dies.
pub(crate) fn lock(root: &Path, model: &str) -> Result<File, ModelError> {
    let not_writable = |source: std::io::Error| match source.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            ModelError::ReadOnlyStore { root: root.to_path_buf(), source }
        }
        _ => ModelError::io("write to", root)(source),
    };
    std::fs::create_dir_all(root).map_err(not_writable)?;
    let path = root.join(format!(".{model}.lock"));
    let file = File::options().create(true).append(true).open(&path).map_err(not_writable)?;
    file.lock().map_err(ModelError::io("lock", &path))?;
    Ok(file)
}

/// Removes the temporary folders that a killed fetch of this model left; the caller holds its lock.
pub(crate) fn remove_leftovers(root: &Path, model: &str) {
    let prefix = prefix(model);
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            remove(&entry.path());
        }
    }
}

/// Removes a folder of ours, if it is there, even one that nobody may write to. What cannot be removed stays, and the
/// next change of the same model tries again.
fn remove(folder: &Path) {
    allow_writing(folder);
    let _ = std::fs::remove_dir_all(folder);
}

/// Gives the owner back the right to change the folder and those in it.
#[cfg(unix)]
fn allow_writing(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = std::fs::symlink_metadata(folder) else { return };
    if metadata.is_dir() {
        let mode = metadata.permissions().mode() | 0o700;
        let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode));
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            allow_writing(&entry.path());
        }
    }
}

/// Rights to folders are not taken away here.
#[cfg(not(unix))]
fn allow_writing(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_one_model_are_removed_and_of_another_kept() -> Result<(), Box<dyn std::error::Error>> {
        let root = tempfile::tempdir()?;
        let mine = TempDir::create(root.path(), "a")?;
        std::fs::create_dir(mine.path().join("inside"))?;
        std::fs::write(mine.path().join("inside/file"), "x")?;
        let mut permissions = std::fs::metadata(mine.path().join("inside"))?.permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(mine.path().join("inside"), permissions)?;
        let other = TempDir::create(root.path(), "b")?;
        remove_leftovers(root.path(), "a");
        assert!(!mine.path().exists() && other.path().exists());
        Ok(())
    }
}
