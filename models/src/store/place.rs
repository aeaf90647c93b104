//! Puts a model's files in place: a temporary folder, every file synced, one rename.

use std::path::Path;

use super::manifest::{MANIFEST, Manifest};
use super::temp::TempDir;
use super::{ModelDir, ModelStore};
use crate::error::ModelError;
use crate::registry::ModelSpec;

/// A model's files in a temporary folder beside the models; removed unless it is placed. The model's lock must be
/// held from before it is made until it is placed.
pub(crate) struct Staged<'a> {
    store: &'a ModelStore,
    folder: TempDir,
    dir: ModelDir,
}

impl<'a> Staged<'a> {
    /// Writes the files and the manifest that describes them.
    pub(crate) fn new(
        store: &'a ModelStore,
        manifest: &Manifest,
        files: &[(&str, Vec<u8>)],
    ) -> Result<Self, ModelError> {
        let name = &manifest.model.name;
        let folder = TempDir::create(store.root(), name)?;
        for (file, bytes) in files {
            write_synced(&folder.path().join(file), bytes)?;
        }
        write_synced(&folder.path().join(MANIFEST), manifest.to_toml()?.as_bytes())?;
        sync_folder(folder.path())?;
        let dir = ModelDir::open(folder.path().to_path_buf(), name, ModelSpec::find(name))?;
        Ok(Self { store, folder, dir })
    }

    /// The model as it lies in the temporary folder.
    pub(crate) fn dir(&self) -> &ModelDir {
        &self.dir
    }

    /// Moves the folder to its place, where nobody may write to it. A folder that is already there is replaced.
    pub(crate) fn place(self) -> Result<ModelDir, ModelError> {
        let (root, name) = (self.store.root(), &self.dir.config().name);
        let path = root.join(name);
        let mut replaced = None;
        if path.exists() {
            let aside = TempDir::reserve(root, name);
            std::fs::rename(&path, aside.path()).map_err(ModelError::io("move away", &path))?;
            replaced = Some(aside);
        }
        if let Err(error) = std::fs::rename(self.folder.path(), &path) {
            if let Some(aside) = &replaced {
                let _ = std::fs::rename(aside.path(), &path);
            }
            return Err(ModelError::io("put in place", &path)(error));
        }
        forbid_writing(&path)?;
        sync_folder(root)?;
        drop(replaced);
        self.store.open(name)
    }
}

/// Writes a new file, which cannot be written again, and waits until the disk has it.
fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    use std::io::Write as _;
    let mut file = std::fs::File::create_new(path).map_err(ModelError::io("create", path))?;
    file.write_all(bytes).map_err(ModelError::io("write", path))?;
    forbid_writing(path)?;
    file.sync_all().map_err(ModelError::io("sync", path))
}

/// Takes everybody's right to write, where rights are Unix's: 0644 becomes 0444, 0755 becomes 0555.
fn forbid_writing(path: &Path) -> Result<(), ModelError> {
    if !cfg!(unix) {
        return Ok(());
    }
    let mut permissions =
        std::fs::metadata(path).map_err(ModelError::io("read the permissions of", path))?.permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(path, permissions).map_err(ModelError::io("set the permissions of", path))
}

/// Waits until the disk has a folder's entries.
fn sync_folder(path: &Path) -> Result<(), ModelError> {
    let folder = std::fs::File::open(path).map_err(ModelError::io("open", path))?;
    folder.sync_all().map_err(ModelError::io("sync", path))
}
