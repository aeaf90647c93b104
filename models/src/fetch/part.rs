//! Files that have arrived in part: they lie in the store's folder, so that an interrupted download goes on where it
//! ended. The caller holds the model's lock.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::registry::{ModelSpec, SourceFile};

/// The part of a model's file that is there.
pub(super) struct Part {
    path: PathBuf,
    /// Its size in bytes.
    pub(super) have: u64,
}

impl Part {
    /// What is there; what is longer than the file can be is thrown away.
    pub(super) fn find(root: &Path, spec: &ModelSpec, file: &SourceFile) -> Result<Self, String> {
        let path = path(root, spec, file);
        let have = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
        let mut part = Self { path, have };
        if have > file.bytes {
            part.clear()?;
        }
        Ok(part)
    }

    /// Throws it away.
    pub(super) fn clear(&mut self) -> Result<(), String> {
        self.have = 0;
        match std::fs::remove_file(&self.path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(format!("cannot delete {}: {e}", self.path.display()))
            }
            _ => Ok(()),
        }
    }

    /// The file, to append to.
    pub(super) fn open(&self) -> Result<File, String> {
        let file = File::options().create(true).append(true).open(&self.path);
        file.map_err(|e| format!("cannot write {}: {e}", self.path.display()))
    }

    /// All of it.
    pub(super) fn read(&self, limit: u64) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let file = File::open(&self.path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
        file.map_err(|e| format!("cannot read {}: {e}", self.path.display()))?;
        Ok(bytes)
    }
}

/// Throws away the parts of all files of a model.
pub(super) fn remove_all(root: &Path, spec: &ModelSpec) {
    for file in spec.files {
        let _ = std::fs::remove_file(path(root, spec, file));
    }
}

/// Where the part of a file lies.
fn path(root: &Path, spec: &ModelSpec, file: &SourceFile) -> PathBuf {
    root.join(format!(".{}.{}.part", spec.name, file.name))
}
