//! Temporary folders and the per-model lock of a fetch.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::ModelError;

/// A folder beside the models that is removed on drop, if it still has its name.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    /// Creates an empty folder in `root` for work on a model.
    pub(crate) fn create(root: &Path, model: &str) -> Result<Self, ModelError> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = root.join(format!("{}{}-{number}", prefix(model), std::process::id()));
        std::fs::create_dir(&path).map_err(ModelError::io("create", &path))?;
        Ok(Self(path))
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // Gone already when it was renamed into place; a leftover is removed by the next fetch.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How the names of a model's temporary folders begin.
fn prefix(model: &str) -> String {
    format!(".{model}.tmp-")
}

/// Waits for the model's lock; the operating system releases it when the file is dropped or the process dies.
pub(crate) fn lock(root: &Path, model: &str) -> Result<File, ModelError> {
    let path = root.join(format!(".{model}.lock"));
    let file =
        File::options().create(true).append(true).open(&path).map_err(ModelError::io("open", &path))?;
    file.lock().map_err(ModelError::io("lock", &path))?;
    Ok(file)
}

/// Removes the temporary folders that a killed fetch of this model left; the caller holds its lock.
pub(crate) fn remove_leftovers(root: &Path, model: &str) {
    let prefix = prefix(model);
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_one_model_are_removed_and_of_another_kept() -> Result<(), Box<dyn std::error::Error>> {
        let root = tempfile::tempdir()?;
        let mine = TempDir::create(root.path(), "a")?;
        let other = TempDir::create(root.path(), "b")?;
        remove_leftovers(root.path(), "a");
        assert!(!mine.path().exists() && other.path().exists());
        Ok(())
    }
}
