//! Folders and copies of models that tests may spoil.

use std::path::{Path, PathBuf};

use footnote_models::{FetchOptions, ModelStore, testing::test_encoder, testing::test_store};

pub(crate) type TestResult = Result<(), Box<dyn std::error::Error>>;

/// The model most tests copy.
pub(crate) const NAME: &str = "all-minilm-l6-v2";

/// A temporary folder that can be removed although model folders in it may not be written to.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> std::io::Result<Self> {
        tempfile::tempdir().map(Self)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        allow_writing(self.path());
    }
}

/// Gives the owner the right to change everything below a folder.
pub(crate) fn allow_writing(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let Ok(metadata) = path.symlink_metadata() else { return };
        let mode = if metadata.is_dir() { 0o755 } else { 0o644 };
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
    }
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        allow_writing(&entry.path());
    }
}

/// The folder that has the source files of [`NAME`].
pub(crate) fn sources() -> PathBuf {
    drop(test_encoder(NAME));
    test_store().root().join(NAME)
}

/// A store in `root` with a copy of [`NAME`] that can be spoilt.
pub(crate) fn copy_of_the_model(root: &Path) -> Result<ModelStore, Box<dyn std::error::Error>> {
    let store = ModelStore::new(root);
    store.fetch(NAME, &from(&sources()), &mut |_| {})?;
    allow_writing(root);
    Ok(store)
}

/// Fetch from there and from nowhere else.
pub(crate) fn from(path: &Path) -> FetchOptions {
    FetchOptions { from: Some(path.to_path_buf()), offline: true, ..FetchOptions::default() }
}

/// Fetch from nowhere.
pub(crate) fn from_nowhere() -> FetchOptions {
    FetchOptions { offline: true, ..FetchOptions::default() }
}

/// Files and folders of a store that are no models: locks, parts, temporary folders.
pub(crate) fn leftovers(root: &Path) -> Vec<String> {
    let names = std::fs::read_dir(root).into_iter().flatten().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.') && !name.ends_with(".lock")).collect()
}
