//! A client's original bytes: one file for each content, kept as long as a version or a running snapshot needs it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::Store;
use crate::{Error, Result};

/// The folder of originals of one client.
#[derive(Debug)]
pub(crate) struct Originals {
    folder: PathBuf,
    kept: Mutex<Kept>,
}

/// Files that stay although no version refers to them.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Snapshots under way.
    snapshots: usize,
    /// Content hashes to look at when those have ended.
    unused: Vec<String>,
}

/// Keeps every original that is there for as long as it lives.
pub(crate) struct Pinned<'a> {
    originals: &'a Originals,
    store: &'a Store,
}

impl Originals {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, kept: Mutex::default() }
    }

    /// Where the original with this SHA-256 lies.
    pub(crate) fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(sha256)
    }

    /// Held while an original and its row come or go together.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes originals no version refers to any more; while a snapshot is taken, when it has ended.
    pub(crate) fn remove(&self, kept: &mut Kept, unused: Vec<String>) -> Result<()> {
        if kept.snapshots > 0 {
            kept.unused.extend(unused);
            return Ok(());
        }
        unused.iter().try_for_each(|hash| remove_file(&self.path(hash)))
    }

    /// Keeps all that is there until the result is dropped. A state of `store` read after this call has its originals
    /// for as long.
    pub(crate) fn pin<'a>(&'a self, store: &'a Store) -> Pinned<'a> {
        self.lock().snapshots += 1;
        Pinned { originals: self, store }
    }
}

impl Drop for Pinned<'_> {
    fn drop(&mut self) {
        let mut kept = self.originals.lock();
        kept.snapshots -= 1;
        if kept.snapshots > 0 {
            return;
        }
        for hash in std::mem::take(&mut kept.unused) {
            // The same bytes may have been handed in again.
            let removed = self.store.has_content(&hash).and_then(|used| match used {
                true => Ok(()),
                false => remove_file(&self.originals.path(&hash)),
            });
            if let Err(error) = removed {
                tracing::warn!(%error, "an unused original stays until the next start");
            }
        }
    }
}

fn remove_file(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path)(e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Engine, EngineOptions, Name, NewDocument};

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
    fn what_is_deleted_meanwhile_goes_when_the_last_snapshot_has_ended() {
        let dir = tempfile::tempdir().expect("tempdir");
        let engine = Engine::open(dir.path(), EngineOptions::default()).expect("open");
        let name = Name::new("a").expect("name");
        engine.control().add_client(&name, &name).expect("add");
        let scope = engine.control().scope(&name, &name).expect("scope").expect("added");
        let accept = |uri: &str, bytes: &[u8]| {
            let metadata = serde_json::Map::new();
            let new = NewDocument { uri, title: None, mime: None, metadata: &metadata, bytes };
            engine.accept(&scope, &new).expect("accept").document_id
        };
        let [one, two, three] = ["one", "two", "three"].map(|text| accept(text, text.as_bytes()));
        let client = engine.client(&scope).expect("client");
        let left = || std::fs::read_dir(client.original_path("")).expect("originals").count();
        let (first, second) = (client.pin_originals(), client.pin_originals());
        engine.delete(&scope, &one).expect("delete");
        engine.delete(&scope, &two).expect("delete");
        assert_eq!(left(), 3);
        accept("again", b"two");
        drop(first);
        assert_eq!(left(), 3, "another snapshot is under way");
        drop(second);
        assert_eq!(left(), 2, "what was handed in again stays");
        engine.delete(&scope, &three).expect("delete");
        assert_eq!(left(), 1, "without a snapshot at once");
    }
}
