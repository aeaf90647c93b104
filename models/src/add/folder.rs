//! The files of a folder that is being added. Errors are reasons in words.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::store::FileEntry;

/// A folder, and what has been read from it.
pub(super) struct Folder {
    path: PathBuf,
    read: Vec<FileEntry>,
}

impl Folder {
    /// The folder; a reason if there is none.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        if !path.is_dir() {
            return Err("it is not a folder; give the one that has config.json".to_owned());
        }
        Ok(Self { path: path.to_path_buf(), read: Vec::new() })
    }

    /// Whether it has a file of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.path.join(name).is_file()
    }

    /// A file's content, if there is such a file.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, String> {
        if !self.has(name) {
            return Ok(None);
        }
        let bytes = std::fs::read(self.path.join(name)).map_err(|e| format!("cannot read {name}: {e}"))?;
        if self.read.iter().all(|entry| entry.name != name) {
            self.read.push(FileEntry::new(name, &bytes));
        }
        Ok(Some(bytes))
    }

    /// A JSON file's content, if there is such a file.
    pub(super) fn json<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, String> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|e| format!("{name}: {e}"))
    }

    /// Name, size and hash of every file that was read.
    pub(super) fn sources(self) -> Vec<FileEntry> {
        self.read
    }
}

/// The name of a file in a folder inside the folder; the inner one is empty for the folder itself.
pub(super) fn inside(folder: &str, name: &str) -> String {
    let folder = folder.trim_matches('/');
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
