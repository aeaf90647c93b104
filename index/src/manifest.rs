//! What a snapshot consists of: `manifest.json`, written last.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Error, Result, files};

/// Format of snapshots this release writes, and the newest it reads.
const FORMAT: u32 = 1;

/// The list of files; a folder without it is no snapshot.
const MANIFEST: &str = "manifest.json";

/// The copy of the database.
pub(crate) const STORE: &str = "store.db";

/// The folder of originals, each named by the SHA-256 of what it holds.
pub(crate) const ORIGINALS: &str = "originals";

const USE_ANOTHER: &str = "use another snapshot, or take it again";

/// A snapshot's parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    /// Release that wrote it.
    release: String,
    tenant: String,
    client: String,
    pub(crate) seq: u64,
    pub(crate) documents: u64,
    created_ms: i64,
    pub(crate) files: Vec<Part>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// `store.db`, or `originals/` and a hash.
    pub(crate) path: String,
    /// Length of the file.
    pub(crate) bytes: u64,
    /// SHA-256 of the file.
    sha256: String,
}

/// As it is in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    manifest: Manifest,
    /// SHA-256 of the manifest as JSON without spaces.
    sha256: String,
}

impl Manifest {
    pub(crate) fn new(scope: &crate::Scope, seq: u64, documents: u64, files: Vec<Part>) -> Self {
        Self {
            format: FORMAT,
            release: env!("CARGO_PKG_VERSION").to_owned(),
            tenant: scope.tenant().to_string(),
            client: scope.client().to_string(),
            seq,
            documents,
            created_ms: crate::clock::now_ms(),
            files,
        }
    }

    /// Sum of the files' lengths.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|part| part.bytes).sum()
    }

    /// Hashes of the originals, in the order of the files.
    pub(crate) fn originals(&self) -> impl Iterator<Item = (&str, &Part)> {
        self.files.iter().filter_map(|part| Some((original(&part.path)?, part)))
    }

    /// Writes it into `folder`, durably.
    pub(crate) fn write(self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let sealed = Sealed { sha256: self.digest(&path)?, manifest: self };
        let json = serde_json::to_vec_pretty(&sealed).map_err(|e| Error::io(&path)(e.into()))?;
        files::write_atomic(&path, &json)
    }

    /// Reads the manifest of the snapshot in `folder`; the files it lists are not looked at.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let json = match std::fs::read(&path) {
            Err(e)
                if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
            {
                return Err(wrong(&path, "it is missing, so this is no whole snapshot"));
            }
            read => read.map_err(Error::io(&path))?,
        };
        let unreadable = |e: serde_json::Error| wrong(&path, &format!("it is damaged ({e})"));
        // The format comes first: of a newer one nothing else is known.
        let any: serde_json::Value = serde_json::from_slice(&json).map_err(unreadable)?;
        let format = any["manifest"]["format"].as_u64();
        if format.is_some_and(|format| format > u64::from(FORMAT)) {
            let reason = format!("it has format {}, this release knows {FORMAT}", format.unwrap_or_default());
            return Err(Error::Snapshot { path, reason, fix: "use a newer release of footnote" });
        }
        let sealed: Sealed = serde_json::from_value(any).map_err(unreadable)?;
        if sealed.manifest.digest(&path)? != sealed.sha256 {
            return Err(wrong(&path, "its checksum does not fit: it was changed or damaged"));
        }
        let manifest = sealed.manifest;
        let strange = manifest.files.iter().find(|part| part.path != STORE && original(&part.path).is_none());
        if let Some(part) = strange {
            return Err(wrong(&path, &format!("it lists {:?}, which is no part of a snapshot", part.path)));
        }
        if manifest.files.iter().filter(|part| part.path == STORE).count() != 1 {
            return Err(wrong(&path, "it does not list one store.db"));
        }
        Ok(manifest)
    }

    /// Compares every file listed with its length and checksum. Fails at the first that differs, with its name.
    pub(crate) fn check(&self, folder: &Path) -> Result<()> {
        self.files.iter().try_for_each(|part| part.copy(folder, &mut std::io::sink()))
    }

    fn digest(&self, path: &Path) -> Result<String> {
        let json = serde_json::to_vec(self).map_err(|e| Error::io(path)(e.into()))?;
        Ok(hex::encode(Sha256::digest(json)))
    }
}

impl Part {
    /// What is in `folder` under this name.
    pub(crate) fn of(folder: &Path, name: String) -> Result<Self> {
        let path = folder.join(&name);
        let mut hash = Sha256::new();
        let bytes = File::open(&path).and_then(|mut file| pass(&mut file, &mut hash, &mut std::io::sink()));
        Ok(Self { path: name, bytes: bytes.map_err(Error::io(path))?, sha256: hex::encode(hash.finalize()) })
    }

    /// Writes the file's content to `to`; fails when it is not what the manifest says.
    pub(crate) fn copy(&self, folder: &Path, to: &mut dyn std::io::Write) -> Result<()> {
        let path = folder.join(&self.path);
        let kind = match std::fs::symlink_metadata(&path) {
            Err(e)
                if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
            {
                return Err(wrong(&path, "it is missing"));
            }
            found => found.map_err(Error::io(&path))?,
        };
        if !kind.is_file() {
            return Err(wrong(&path, "it is not a plain file"));
        }
        if kind.len() != self.bytes {
            return Err(wrong(&path, &format!("it has {} bytes instead of {}", kind.len(), self.bytes)));
        }
        let mut hash = Sha256::new();
        let bytes = File::open(&path).and_then(|mut file| pass(&mut file, &mut hash, to));
        if bytes.map_err(Error::io(&path))? != self.bytes || hex::encode(hash.finalize()) != self.sha256 {
            return Err(wrong(&path, "its checksum does not fit: it was changed or damaged"));
        }
        Ok(())
    }
}

/// The hash of the original with this path in a snapshot.
fn original(path: &str) -> Option<&str> {
    let hash = path.strip_prefix(ORIGINALS)?.strip_prefix('/')?;
    let plain = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    plain.then_some(hash)
}

/// Copies all of `from`, and hashes it; returns its length.
fn pass(from: &mut File, hash: &mut Sha256, to: &mut dyn std::io::Write) -> std::io::Result<u64> {
    let mut buffer = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        let n = from.read(&mut buffer)?;
        if n == 0 {
            return Ok(bytes);
        }
        hash.update(&buffer[..n]);
        to.write_all(&buffer[..n])?;
        bytes += n as u64;
    }
}

fn wrong(path: &Path, reason: &str) -> Error {
    Error::Snapshot { path: PathBuf::from(path), reason: reason.to_owned(), fix: USE_ANOTHER }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_parts_are_parts() {
        let hash = "a1".repeat(32);
        assert_eq!(original(&format!("originals/{hash}")), Some(&*hash));
        for name in [
            "originals/",
            "originals/..",
            &format!("originals/../{hash}"),
            &format!("originals/{hash}/x"),
            &format!("originals/{}", hash.to_uppercase()),
            &format!("/originals/{hash}"),
            "../store.db",
        ] {
            assert_eq!(original(name), None, "{name}");
        }
    }
}
