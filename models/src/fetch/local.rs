//! Source files an operator gives: the file itself, a folder, a wheel or a source archive.

use std::path::{Path, PathBuf};

use super::{Files, archive};
use crate::registry::{ModelSpec, SourceFile};

/// The model's files at or in `path`.
pub(super) fn get(spec: &'static ModelSpec, path: &Path) -> Result<Files, String> {
    if path.is_dir() {
        return from_folder(spec, path);
    }
    if !path.is_file() {
        return Err("there is no such file or folder".to_owned());
    }
    if archive::is_archive(path) {
        return archive::get(spec, path);
    }
    match spec.files {
        [file] => Ok(vec![(file, read(file, path)?)]),
        files => {
            let names = files.iter().map(|file| file.name).collect::<Vec<_>>().join(", ");
            Err(format!("this model consists of {names}; give the folder that has them"))
        }
    }
}

/// Files lying in the folder, or as the unpacked package has them, or an archive of the package in it.
fn from_folder(spec: &'static ModelSpec, folder: &Path) -> Result<Files, String> {
    let locate = |file: &'static SourceFile| {
        let places = [folder.join(file.name), folder.join(file.package_folder).join(file.name)];
        places.into_iter().find(|place| place.is_file()).map(|place| (file, place))
    };
    if let Some(places) = spec.files.iter().map(locate).collect::<Option<Vec<_>>>() {
        return places.into_iter().map(|(file, place)| Ok((file, read(file, &place)?))).collect();
    }
    let package = spec.package.name.replace('-', "_");
    let mut archives: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| e.to_string())?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| archive::is_archive(path))
        .filter(|path| {
            path.file_name().is_some_and(|n| n.to_string_lossy().replace('-', "_").starts_with(&package))
        })
        .collect();
    archives.sort();
    match archives.first() {
        Some(path) => archive::get(spec, path),
        None => {
            let names = spec.files.iter().map(|file| file.name).collect::<Vec<_>>().join(", ");
            Err(format!("the folder has neither {names} nor an archive of {}", spec.package.name))
        }
    }
}

/// Reads a file that lies open.
fn read(file: &SourceFile, path: &Path) -> Result<Vec<u8>, String> {
    let mut open = std::fs::File::open(path).map_err(|e| format!("cannot open {}: {e}", path.display()))?;
    archive::read_bounded(file, &mut open)
}
