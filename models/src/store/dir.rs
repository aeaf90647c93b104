//! One model's folder.

use std::path::{Path, PathBuf};

use super::manifest::{Manifest, fix};
use crate::config::ModelConfig;
use crate::error::ModelError;
use crate::hash;
use crate::registry::ModelSpec;

/// The folder of one stored model; its manifest and the lengths of its files have been checked.
#[derive(Clone, Debug)]
pub struct ModelDir {
    path: PathBuf,
    manifest: Manifest,
}

impl ModelDir {
    /// What the model is.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.manifest.model
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads a file and checks its hash against the manifest.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>, ModelError> {
        let path = self.path.join(name);
        let entry = self
            .manifest
            .entry(name)
            .ok_or_else(|| ModelError::damaged(path.display(), "not in the manifest"))?;
        let bytes = std::fs::read(&path).map_err(ModelError::io("read", &path))?;
        let name = &self.config().name;
        let fix = fix(name, ModelSpec::find(name).is_some());
        hash::check(&path.display().to_string(), &bytes, &entry.sha256, &fix)?;
        Ok(bytes)
    }

    /// Reads every file and checks its hash.
    pub(super) fn verify(&self) -> Result<(), ModelError> {
        self.manifest.file.iter().try_for_each(|entry| self.read(&entry.name).map(drop))
    }

    /// The hash of a file according to the manifest; empty if the manifest does not name it.
    pub(crate) fn sha256(&self, name: &str) -> String {
        self.manifest.entry(name).map(|entry| entry.sha256.clone()).unwrap_or_default()
    }

    /// Opens the folder of the model `name`: manifest, and presence and length of every file. `spec` is its row in
    /// the registry, if it has one.
    pub(super) fn open(path: PathBuf, name: &str, spec: Option<&ModelSpec>) -> Result<Self, ModelError> {
        let manifest = Manifest::read(&path, name, spec)?;
        for entry in &manifest.file {
            let path = path.join(&entry.name);
            let found = std::fs::metadata(&path).map_err(ModelError::io("read", &path))?.len();
            if found != entry.bytes {
                let reason = format!("{found} bytes where the manifest says {}", entry.bytes);
                return Err(ModelError::damaged(path.display(), reason));
            }
        }
        Ok(Self { path, manifest })
    }
}
