//! One process owns a data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::{Error, Result};

/// Held for as long as the engine is open; the system releases it when the process ends, however
/// it ends.
#[derive(Debug)]
pub(crate) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Takes `dir/lock` or says who holds it.
    pub(crate) fn acquire(dir: &Path) -> Result<Self> {
        let path = dir.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io(&path))?;
        if let Err(refused) = file.try_lock() {
            if let TryLockError::Error(error) = refused {
                return Err(Error::io(path)(error));
            }
            let mut holder = String::new();
            let _ = file.take(400).read_to_string(&mut holder);
            let holder =
                if holder.trim().is_empty() { "(unknown)".to_owned() } else { holder.trim().to_owned() };
            return Err(Error::InUse { path: dir.to_path_buf(), holder });
        }
        let command: Vec<String> = std::env::args().take(3).collect();
        let owner = format!("{} ({})\n", std::process::id(), command.join(" "));
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(owner.as_bytes()))
            .map_err(Error::io(&path))?;
        Ok(Self { _file: file })
    }
}
