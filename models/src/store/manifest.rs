//! `manifest.toml`: what a model is, what its folder consists of, and what it was made from.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::file_names;
use crate::config::ModelConfig;
use crate::error::ModelError;
use crate::hash;
use crate::registry::ModelSpec;

/// The format of a model's folder. It changes whenever the manifest or the conversion does.
const FORMAT: u32 = 2;

/// Formats whose files are those of [`FORMAT`], so that only the manifest has to be written anew.
const SAME_FILES: [u32; 2] = [1, FORMAT];

/// The manifest's file name.
pub(super) const MANIFEST: &str = "manifest.toml";

/// Name, size and hash of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

impl FileEntry {
    /// The entry of a file with that content.
    pub(crate) fn new(name: &str, content: &[u8]) -> Self {
        let (bytes, sha256) = (content.len() as u64, hash::sha256_hex(content));
        Self { name: name.to_owned(), bytes, sha256 }
    }
}

/// What a model is, and its files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    pub(super) model: ModelConfig,
    source: Vec<FileEntry>,
    pub(super) file: Vec<FileEntry>,
}

/// What every format's manifest has.
#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
    source: Vec<FileEntry>,
    file: Vec<FileEntry>,
}

impl Manifest {
    /// The manifest of a model made from `source` into `files`.
    pub(crate) fn new(model: ModelConfig, source: Vec<FileEntry>, files: &[(&str, Vec<u8>)]) -> Self {
        let file = files.iter().map(|(name, content)| FileEntry::new(name, content)).collect();
        Self { format: FORMAT, model, source, file }
    }

    /// The manifest as it is stored.
    pub(super) fn to_toml(&self) -> Result<String, ModelError> {
        toml::to_string(self).map_err(|e| ModelError::damaged(MANIFEST, e))
    }

    /// The entry of a file.
    pub(super) fn entry(&self, name: &str) -> Option<&FileEntry> {
        self.file.iter().find(|entry| entry.name == name)
    }

    /// Reads the manifest of the model `name` in its folder; `spec` is its row in the registry, if it has one, and
    /// must be what the manifest says.
    pub(super) fn read(folder: &Path, name: &str, spec: Option<&ModelSpec>) -> Result<Self, ModelError> {
        let path = folder.join(MANIFEST);
        let damaged = |reason: &str| ModelError::damaged(path.display(), reason);
        let (text, any) = read_any(&path)?;
        let outdated = |reason: String| ModelError::Outdated {
            name: name.to_owned(),
            reason,
            fix: fix(name, spec.is_some()),
        };
        if any.format != FORMAT {
            return Err(outdated(format!("format {} where this version reads {FORMAT}", any.format)));
        }
        let manifest: Self = toml::from_str(&text).map_err(|e| damaged(e.message()))?;
        if manifest.model.name != name {
            return Err(damaged(&format!("it describes `{}`, not `{name}`", manifest.model.name)));
        }
        let mut names: Vec<&str> = manifest.file.iter().map(|entry| entry.name.as_str()).collect();
        names.sort_unstable();
        let wanted = file_names(manifest.model.kind);
        if names != wanted {
            return Err(damaged(&format!(
                "it names {names:?} where it should name {}",
                wanted.join(" and ")
            )));
        }
        let Some(spec) = spec else { return Ok(manifest) };
        check_sources(&manifest.source, spec, &path)?;
        if manifest.model != spec.into() {
            return Err(outdated("it was described differently".to_owned()));
        }
        Ok(manifest)
    }

    /// The entries of a folder's files, if they are what this version would make of the sources pinned now, whatever
    /// else its manifest says. Whether the files are still there and sound is not known yet.
    pub(super) fn reusable(folder: &Path, spec: &ModelSpec) -> Option<Vec<FileEntry>> {
        let path = folder.join(MANIFEST);
        let (_, any) = read_any(&path).ok()?;
        let sound = SAME_FILES.contains(&any.format) && check_sources(&any.source, spec, &path).is_ok();
        sound.then_some(any.file)
    }
}

/// What to do about a folder that cannot be used: `footnote models` with the right verb.
pub(super) fn fix(name: &str, in_registry: bool) -> String {
    if in_registry {
        return format!("run `footnote models fetch {name}`");
    }
    format!("run `footnote models add PATH --name {name}` again")
}

/// A manifest's text, and the part of it that every format has.
fn read_any(path: &Path) -> Result<(String, AnyFormat), ModelError> {
    let text = std::fs::read_to_string(path).map_err(ModelError::io("read", path))?;
    let any = toml::from_str(&text).map_err(|e| ModelError::damaged(path.display(), e.message()))?;
    Ok((text, any))
}

/// Fails unless the model was made from the files that are pinned now.
fn check_sources(source: &[FileEntry], spec: &ModelSpec, manifest: &Path) -> Result<(), ModelError> {
    for pinned in spec.files {
        let Some(source) = source.iter().find(|source| source.name == pinned.name) else {
            let reason = format!("it does not name the source {}", pinned.name);
            return Err(ModelError::damaged(manifest.display(), reason));
        };
        if source.sha256 != pinned.sha256 {
            return Err(ModelError::WrongHash {
                file: format!("{} (the source in {})", pinned.name, manifest.display()),
                expected: pinned.sha256.into(),
                found: source.sha256.clone(),
                fix: fix(spec.name, true),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::MODELS;
    use crate::store::WEIGHTS;

    #[test]
    fn a_manifest_says_the_same_after_it_was_stored() -> Result<(), Box<dyn std::error::Error>> {
        for spec in MODELS {
            let source = vec![FileEntry::new("source", b"from")];
            let manifest = Manifest::new(spec.into(), source, &[(WEIGHTS, b"w".to_vec())]);
            assert_eq!(toml::from_str::<Manifest>(&manifest.to_toml()?)?, manifest);
        }
        Ok(())
    }
}
