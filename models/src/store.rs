//! The folder of fetched models, and one model's files in it.
//!
//! ```text
//! <root>/<model>/model.safetensors  tokenizer.json  manifest.toml
//! ```
//! A model's folder appears whole, by one rename, or not at all. Its manifest holds the hashes of the files it was
//! made from, which must be the registry's, and of the files it consists of. Opening checks names, lengths and
//! hashes in the manifest; every read of a file checks its SHA-256 (some 50 ms for 90 MB where the processor has
//! SHA instructions), so a damaged file is an error and never a wrong vector.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::ModelConfig;
use crate::error::ModelError;
use crate::fetch::{self, FetchEvent, FetchOptions};
use crate::hash;
use crate::registry::{MODELS, ModelSpec};

/// The format of a model's folder; another number means: fetch again.
const FORMAT: u32 = 1;

/// The manifest's file name.
const MANIFEST: &str = "manifest.toml";

/// The weights' file name.
pub(crate) const WEIGHTS: &str = "model.safetensors";

/// The tokenizer's file name.
pub(crate) const TOKENIZER: &str = "tokenizer.json";

/// Name, size and hash of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// What a model's folder consists of and was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    name: String,
    source: Vec<FileEntry>,
    file: Vec<FileEntry>,
}

impl Manifest {
    /// The manifest of a model made from its pinned sources into these files.
    pub(crate) fn new(spec: &ModelSpec, files: &[(&str, Vec<u8>)]) -> Self {
        let source = spec.files.iter();
        let source =
            source.map(|f| FileEntry { name: f.name.into(), bytes: f.bytes, sha256: f.sha256.into() });
        let file = files.iter().map(|(name, bytes)| FileEntry {
            name: (*name).to_owned(),
            bytes: bytes.len() as u64,
            sha256: hash::sha256_hex(bytes),
        });
        Self { format: FORMAT, name: spec.name.to_owned(), source: source.collect(), file: file.collect() }
    }

    /// The entry of a file.
    fn entry(&self, name: &str) -> Option<&FileEntry> {
        self.file.iter().find(|entry| entry.name == name)
    }

    /// Fails unless this is the manifest of `spec` as it is pinned now.
    fn check(&self, spec: &ModelSpec, file: &Path) -> Result<(), ModelError> {
        let damaged = |reason: String| Err(ModelError::damaged(file.display(), reason));
        if self.format != FORMAT {
            return damaged(format!("format {} where this version reads {FORMAT}", self.format));
        }
        if self.name != spec.name {
            return damaged(format!("it describes `{}`, not `{}`", self.name, spec.name));
        }
        for pinned in spec.files {
            let Some(source) = self.source.iter().find(|source| source.name == pinned.name) else {
                return damaged(format!("it does not name the source {}", pinned.name));
            };
            if source.sha256 != pinned.sha256 {
                return Err(ModelError::WrongHash {
                    file: format!("{} (the source in {})", pinned.name, file.display()),
                    expected: pinned.sha256.into(),
                    found: source.sha256.clone(),
                    fix: format!("run `footnote models fetch {}`", spec.name),
                });
            }
        }
        for name in [WEIGHTS, TOKENIZER] {
            if self.entry(name).is_none() {
                return damaged(format!("it does not name {name}"));
            }
        }
        Ok(())
    }
}

/// The folder of one fetched model; its manifest and the lengths of its files have been checked.
#[derive(Clone, Debug)]
pub struct ModelDir {
    spec: &'static ModelSpec,
    config: ModelConfig,
    path: PathBuf,
    manifest: Manifest,
}

impl ModelDir {
    /// The model's row in the registry.
    #[must_use]
    pub fn spec(&self) -> &'static ModelSpec {
        self.spec
    }

    /// What the model is.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
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
        hash::check(&path.display().to_string(), &bytes, &entry.sha256, &self.fix())?;
        Ok(bytes)
    }

    /// The hash of a file according to the manifest; empty if the manifest does not name it.
    pub(crate) fn sha256(&self, name: &str) -> String {
        self.manifest.entry(name).map(|entry| entry.sha256.clone()).unwrap_or_default()
    }

    /// What to do about a damaged file.
    fn fix(&self) -> String {
        format!("run `footnote models fetch {}` to replace it", self.spec.name)
    }

    /// Opens a folder: manifest, and presence and length of every file.
    fn open(spec: &'static ModelSpec, path: PathBuf) -> Result<Self, ModelError> {
        let file = path.join(MANIFEST);
        let text = std::fs::read_to_string(&file).map_err(ModelError::io("read", &file))?;
        let manifest: Manifest =
            toml::from_str(&text).map_err(|e| ModelError::damaged(file.display(), e.message()))?;
        manifest.check(spec, &file)?;
        for entry in &manifest.file {
            let path = path.join(&entry.name);
            let found = std::fs::metadata(&path).map_err(ModelError::io("read", &path))?.len();
            if found != entry.bytes {
                let reason = format!("{found} bytes where the manifest says {}", entry.bytes);
                return Err(ModelError::damaged(path.display(), reason));
            }
        }
        Ok(Self { spec, config: spec.into(), path, manifest })
    }
}

/// A model of the registry and whether it is in the store.
#[derive(Clone, Debug)]
pub struct ModelStatus {
    /// The model's row in the registry.
    pub spec: &'static ModelSpec,
    /// Whether its folder is there and passes the cheap checks.
    pub installed: bool,
    /// Why its folder cannot be used, if it is there and cannot.
    pub problem: Option<String>,
}

/// The folder of all fetched models.
#[derive(Clone, Debug)]
pub struct ModelStore {
    root: PathBuf,
}

impl ModelStore {
    /// The store in a folder, which need not exist yet.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The store named by the environment: `FOOTNOTE_MODELS`, else `footnote/models` in the user's cache folder
    /// (`XDG_CACHE_HOME`, else `~/.cache`).
    ///
    /// # Errors
    /// [`ModelError::NoRoot`] if none of these variables is set.
    pub fn from_env() -> Result<Self, ModelError> {
        root_from(|name| std::env::var_os(name).filter(|value| !value.is_empty())).map(Self::new)
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Every model of the registry with its state.
    #[must_use]
    pub fn list(&self) -> Vec<ModelStatus> {
        let status = |spec: &'static ModelSpec| match self.open(spec.name) {
            Ok(_) => ModelStatus { spec, installed: true, problem: None },
            Err(ModelError::NotInstalled { .. }) => ModelStatus { spec, installed: false, problem: None },
            Err(error) => ModelStatus { spec, installed: false, problem: Some(error.to_string()) },
        };
        MODELS.iter().map(status).collect()
    }

    /// Opens a model without any network.
    ///
    /// # Errors
    /// Unknown name, not fetched yet (the text says how), or a folder that fails the cheap checks.
    pub fn open(&self, name: &str) -> Result<ModelDir, ModelError> {
        let spec = ModelSpec::find(name)?;
        let path = self.root.join(spec.name);
        if !path.exists() {
            return Err(ModelError::NotInstalled { name: name.to_owned(), root: self.root.clone() });
        }
        ModelDir::open(spec, path)
    }

    /// Re-hashes every file of a model against its manifest, and the manifest's sources against the registry.
    ///
    /// # Errors
    /// As [`Self::open`], and [`ModelError::WrongHash`].
    pub fn verify(&self, name: &str) -> Result<ModelDir, ModelError> {
        let dir = self.open(name)?;
        for entry in &dir.manifest.file {
            dir.read(&entry.name)?;
        }
        Ok(dir)
    }

    /// Makes sure a model is in the store: fetches, verifies, converts and places it unless a sound copy is there.
    /// Safe to call from several processes at once: one works, the others wait and find it done.
    ///
    /// # Errors
    /// Unknown name, no usable source (the text names each with its reason), a wrong hash, a full disk.
    pub fn fetch(
        &self,
        name: &str,
        options: &FetchOptions,
        on_event: &mut dyn FnMut(FetchEvent),
    ) -> Result<ModelDir, ModelError> {
        fetch::fetch(self, ModelSpec::find(name)?, options, on_event)
    }

    /// Puts a model's files in place: a temporary folder, every file synced, one rename. A folder that is already
    /// there is replaced. The caller holds the model's lock.
    pub(crate) fn place(
        &self,
        spec: &'static ModelSpec,
        files: &[(&str, Vec<u8>)],
    ) -> Result<ModelDir, ModelError> {
        let manifest = Manifest::new(spec, files);
        let text = toml::to_string(&manifest).map_err(|e| ModelError::damaged(MANIFEST, e))?;
        let temporary = fetch::TempDir::create(&self.root, spec.name)?;
        for (name, bytes) in files {
            write_synced(&temporary.path().join(name), bytes)?;
        }
        write_synced(&temporary.path().join(MANIFEST), text.as_bytes())?;
        sync_folder(temporary.path())?;
        let path = self.root.join(spec.name);
        if path.exists() {
            let old = fetch::TempDir::create(&self.root, spec.name)?;
            let aside = old.path().join("replaced");
            std::fs::rename(&path, &aside).map_err(ModelError::io("move away", &path))?;
        }
        std::fs::rename(temporary.path(), &path).map_err(ModelError::io("put in place", &path))?;
        sync_folder(&self.root)?;
        ModelDir::open(spec, path)
    }
}

/// The store's folder, from a look-up of environment variables.
fn root_from(get: impl Fn(&str) -> Option<std::ffi::OsString>) -> Result<PathBuf, ModelError> {
    if let Some(root) = get("FOOTNOTE_MODELS") {
        return Ok(root.into());
    }
    let cache = get("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = cache.or_else(|| get("HOME").map(|home| PathBuf::from(home).join(".cache")));
    cache.map(|cache| cache.join("footnote").join("models")).ok_or(ModelError::NoRoot)
}

/// Writes a new file and waits until the disk has it.
fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    use std::io::Write as _;
    let mut file = std::fs::File::create_new(path).map_err(ModelError::io("create", path))?;
    file.write_all(bytes).map_err(ModelError::io("write", path))?;
    file.sync_all().map_err(ModelError::io("sync", path))
}

/// Waits until the disk has a folder's entries.
fn sync_folder(path: &Path) -> Result<(), ModelError> {
    let folder = std::fs::File::open(path).map_err(ModelError::io("open", path))?;
    folder.sync_all().map_err(ModelError::io("sync", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_comes_from_the_first_variable_that_is_set() {
        let root = |set: &[(&str, &str)]| {
            root_from(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())).ok()
        };
        let all = [("FOOTNOTE_MODELS", "/m"), ("XDG_CACHE_HOME", "/c"), ("HOME", "/h")];
        assert_eq!(root(&all), Some("/m".into()));
        assert_eq!(root(&all[1..]), Some("/c/footnote/models".into()));
        assert_eq!(root(&all[2..]), Some("/h/.cache/footnote/models".into()));
        assert_eq!(
            root(&[("XDG_CACHE_HOME", "relative"), ("HOME", "/h")]),
            Some("/h/.cache/footnote/models".into())
        );
        assert_eq!(root(&[]), None);
    }
}
