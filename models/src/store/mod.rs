//! The folder of stored models, and one model's files in it.
//!
//! ```text
//! <root>/<model>/model.safetensors  tokenizer.json  manifest.toml
//! <root>/<model>/model.gguf  manifest.toml                          (a generator)
//! ```
//! A model's folder appears whole, by one rename, or not at all, and nobody may write to it. Its manifest says what
//! the model is and holds the hashes of the files it was made from and of those it consists of; for a model of the
//! registry both must be the registry's. Opening checks the manifest, and names and lengths of the files; every read
//! of a file checks its SHA-256 (some 50 ms for 90 MB where the processor has SHA instructions), so a damaged file
//! is an error and never a wrong vector. Reading writes nothing, so the store may be read-only.

mod dir;
mod manifest;
mod place;
pub(crate) mod temp;

use std::path::{Path, PathBuf};

pub use self::dir::ModelDir;
pub(crate) use self::manifest::{FileEntry, Manifest};
pub(crate) use self::place::Staged;
use crate::add::{self, AddOptions};
use crate::config::{ModelConfig, ModelKind};
use crate::error::ModelError;
use crate::fetch::{self, FetchEvent, FetchOptions};
use crate::hash;
use crate::registry::{MODELS, ModelSpec};

/// The weights' file name.
pub(crate) const WEIGHTS: &str = "model.safetensors";

/// The tokenizer's file name.
pub(crate) const TOKENIZER: &str = "tokenizer.json";

/// The file name of a generator, which has its tokenizer in it.
pub(crate) const GGUF: &str = "model.gguf";

/// Characters in a model's name.
const LONGEST_NAME: usize = 63;

/// A model and whether it is in the store.
#[derive(Clone, Debug)]
pub struct ModelStatus {
    /// Its name.
    pub name: String,
    /// What it is; unknown for an added model whose manifest cannot be read.
    pub config: Option<ModelConfig>,
    /// Whether it was added, and is not a model of the registry.
    pub added: bool,
    /// Whether its folder is there and passes the cheap checks.
    pub installed: bool,
    /// Why its folder cannot be used, if it is there and cannot.
    pub problem: Option<String>,
}

/// The folder of all stored models.
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

    /// The names of the models of the registry, then of those that were added, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut added: Vec<String> = names.filter(|name| self.is_added(name)).collect();
        added.sort_unstable();
        MODELS.iter().map(|spec| spec.name.to_owned()).chain(added).collect()
    }

    /// Whether there is the folder of a model of that name that is not in the registry.
    fn is_added(&self, name: &str) -> bool {
        is_name(name)
            && ModelSpec::find(name).is_none()
            && self.root.join(name).join(manifest::MANIFEST).is_file()
    }

    /// Fails unless a model has that name, whether its files are there or not.
    ///
    /// # Errors
    /// [`ModelError::UnknownModel`] with the names there are.
    pub fn check_name(&self, name: &str) -> Result<(), ModelError> {
        if ModelSpec::find(name).is_some() || self.is_added(name) {
            return Ok(());
        }
        Err(ModelError::UnknownModel { name: name.to_owned(), known: self.names().join(", ") })
    }

    /// Every model of the registry, then every added one, with its state.
    #[must_use]
    pub fn list(&self) -> Vec<ModelStatus> {
        let status = |name: String| {
            let spec = ModelSpec::find(&name);
            let opened = self.open(&name);
            let installed = opened.is_ok();
            let (config, problem) = match opened {
                Ok(dir) => (Some(dir.config().clone()), None),
                Err(ModelError::NotInstalled { .. }) => (None, None),
                Err(error) => (None, Some(error.to_string())),
            };
            let config = config.or_else(|| spec.map(ModelConfig::from));
            ModelStatus { name, config, added: spec.is_none(), installed, problem }
        };
        self.names().into_iter().map(status).collect()
    }

    /// Opens a model without any network, and without writing anything.
    ///
    /// # Errors
    /// Unknown name, not fetched yet (the text says how), or a folder that fails the cheap checks.
    pub fn open(&self, name: &str) -> Result<ModelDir, ModelError> {
        self.check_name(name)?;
        let path = self.root.join(name);
        if !path.exists() {
            return Err(ModelError::NotInstalled { name: name.to_owned(), root: self.root.clone() });
        }
        ModelDir::open(path, name, ModelSpec::find(name))
    }

    /// Re-hashes every file of a model against its manifest, and the manifest's sources against the registry.
    ///
    /// # Errors
    /// As [`Self::open`], and [`ModelError::WrongHash`].
    pub fn verify(&self, name: &str) -> Result<ModelDir, ModelError> {
        let dir = self.open(name)?;
        dir.verify()?;
        Ok(dir)
    }

    /// Makes sure a model is in the store: fetches, verifies, converts and places it unless a sound copy is there.
    /// Safe to call from several processes at once: one works, the others wait and find it done. An added model is
    /// only verified.
    ///
    /// # Errors
    /// Unknown name, no usable source (the text names each with its reason), a wrong hash, a full disk, a store that
    /// cannot be written.
    pub fn fetch(
        &self,
        name: &str,
        options: &FetchOptions,
        on_event: &mut dyn FnMut(FetchEvent),
    ) -> Result<ModelDir, ModelError> {
        self.check_name(name)?;
        match ModelSpec::find(name) {
            Some(spec) => fetch::fetch(self, spec, options, on_event),
            None => self.verify(name).inspect(|_| on_event(FetchEvent::AlreadyThere)),
        }
    }

    /// Copies a model from a folder in the layout of `sentence-transformers` or `transformers` into the store, where
    /// it then has the name the options give, or the folder's. A model that was added before under the same name is
    /// replaced. The folder is not needed afterwards.
    ///
    /// # Errors
    /// [`ModelError::CannotAdd`] with what is missing or not supported, or what is wrong with an option; a full disk,
    /// a store that cannot be written.
    pub fn add(&self, path: &Path, options: &AddOptions) -> Result<ModelDir, ModelError> {
        add::add(self, path, options)
    }

    /// The files of a model of the registry that lie in the store under a manifest of another version, if they are
    /// those this version would make and are undamaged.
    pub(crate) fn reusable(&self, spec: &ModelSpec) -> Option<Vec<(&'static str, Vec<u8>)>> {
        let folder = self.root.join(spec.name);
        let entries = Manifest::reusable(&folder, spec)?;
        let read = |name: &'static str| {
            let entry = entries.iter().find(|entry| entry.name == name)?;
            let bytes = std::fs::read(folder.join(name)).ok()?;
            hash::check(name, &bytes, &entry.sha256, "").ok()?;
            Some((name, bytes))
        };
        file_names(spec.kind).iter().copied().map(read).collect()
    }
}

/// The files of a model's folder, beside the manifest.
fn file_names(kind: ModelKind) -> &'static [&'static str] {
    match kind {
        ModelKind::Encoder | ModelKind::Reranker => &[WEIGHTS, TOKENIZER],
        ModelKind::Generator => &[GGUF],
    }
}

/// Whether a model may have that name: `[a-z0-9][a-z0-9._-]{0,62}`.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= LONGEST_NAME
        && name.bytes().next().is_some_and(plain)
        && name.bytes().all(|c| plain(c) || b"._-".contains(&c))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_file_names() {
        for good in ["a", "bge-m3", "my_model.v2", "0", &"x".repeat(63)] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", ".", "..", ".hidden", "-x", "A", "a/b", "a b", "ă", &"x".repeat(64)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

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
