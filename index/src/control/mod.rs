//! `control.db`: tenants with their plans and counts of queries, clients and API keys. Secrets are stored as HMAC-SHA-256 only.

mod clients;
mod keys;
mod quotas;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use rusqlite::Connection;

pub use keys::{KeyInfo, KeySpec, NewKey, Principal, Role};
pub use quotas::QueryCount;

use crate::store::{Migration, migrate, open_database};
use crate::{Error, Result, files};

const MIGRATIONS: &[Migration] = &[
    "
CREATE TABLE clients (
  tenant TEXT NOT NULL, name TEXT NOT NULL,
  directory TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;
CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  label TEXT NOT NULL,
  hmac BLOB NOT NULL,
  role TEXT NOT NULL,
  clients TEXT,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  revoked_ms INTEGER
) STRICT;
",
    "
CREATE TABLE removals (directory TEXT PRIMARY KEY) STRICT;
",
    "
CREATE TABLE tenants (name TEXT PRIMARY KEY, plan TEXT NOT NULL) STRICT;
CREATE TABLE query_counts (
  tenant TEXT NOT NULL, client TEXT NOT NULL,
  hour INTEGER NOT NULL,
  queries INTEGER NOT NULL,
  PRIMARY KEY (tenant, hour, client)
) STRICT, WITHOUT ROWID;
",
];

/// Registry of tenants, clients and keys of one data directory.
#[derive(Debug)]
pub struct Control {
    path: PathBuf,
    connection: Mutex<Connection>,
    /// Reads what every request needs, and never waits for a write to reach the disk.
    reader: Mutex<Connection>,
    pepper: [u8; 32],
}

impl Control {
    /// Opens or creates `dir/control.db` and `dir/pepper` (the HMAC key, mode 0600).
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        let path = dir.join("control.db");
        let mut connection = open_database(&path, "FULL")?;
        migrate(&mut connection, &path, MIGRATIONS)?;
        let keys: u64 = connection
            .query_row("SELECT count(*) FROM keys", [], |row| row.get(0))
            .map_err(Error::sqlite(&path))?;
        let pepper = read_or_create_pepper(&dir.join("pepper"), keys)?;
        let reader = open_database(&path, "FULL")?;
        reader.pragma_update(None, "query_only", "ON").map_err(Error::sqlite(&path))?;
        Ok(Self { path, connection: Mutex::new(connection), reader: Mutex::new(reader), pepper })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic while holding the lock leaves SQLite's own transaction to roll back.
        self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// For single reads: sees what was committed before.
    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn sql<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        result.map_err(Error::sqlite(&self.path))
    }
}

/// Reads the pepper; makes one only when no key depends on a lost one.
fn read_or_create_pepper(path: &Path, keys: u64) -> Result<[u8; 32]> {
    if path.exists() {
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        return bytes.try_into().map_err(|bytes: Vec<u8>| Error::Corrupt {
            path: path.to_path_buf(),
            reason: format!("{} bytes instead of 32", bytes.len()),
        });
    }
    if keys > 0 {
        let reason = format!("the file is missing and {keys} API keys depend on it");
        return Err(Error::Corrupt { path: path.to_path_buf(), reason });
    }
    let mut pepper = [0u8; 32];
    fill_random(&mut pepper)?;
    files::write_atomic(path, &pepper)?;
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(Error::io(path))?;
    Ok(pepper)
}

/// Fills `bytes` from the system's random source.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes)
        .map_err(|e| Error::io("system random source")(std::io::Error::other(e.to_string())))
}

/// A fresh opaque id: `n` random bytes in hex.
pub(crate) fn random_hex(n: usize) -> Result<String> {
    let mut bytes = vec![0u8; n];
    fill_random(&mut bytes)?;
    Ok(hex::encode(bytes))
}
