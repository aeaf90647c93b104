//! `store.db`: the client's one truth. All SQL of a client's database is in this folder.

mod attributes;
mod chunks;
mod documents;
mod generations;
mod schema;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub(crate) use attributes::AttributeRow;
pub(crate) use chunks::{ChunkHead, ChunkRow, check};
pub(crate) use documents::{NewVersion, require_generation};

use crate::{Error, Result};

/// One step of a schema, applied once; its place in the list plus one is the schema version.
pub(crate) type Migration = &'static str;

/// Page cache of one connection, in KiB. A cold client holds one reader and one writer.
const CACHE_KIB: i64 = 2048;

/// Opens (creating if needed) a database in WAL mode. `synchronous` is `FULL` where a commit
/// acknowledges something to a caller.
pub(crate) fn open_database(path: &Path, synchronous: &str) -> Result<Connection> {
    let error = || Error::sqlite(path);
    let connection = Connection::open(path).map_err(error())?;
    connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(error())?;
    for (pragma, value) in [
        ("journal_mode", "WAL"),
        ("synchronous", synchronous),
        ("foreign_keys", "ON"),
        ("temp_store", "MEMORY"),
        ("secure_delete", "ON"),
    ] {
        connection.pragma_update(None, pragma, value).map_err(error())?;
    }
    connection.pragma_update(None, "cache_size", -CACHE_KIB).map_err(error())?;
    Ok(connection)
}

/// Brings the schema up to `migrations`; refuses a file written by a newer release.
pub(crate) fn migrate(connection: &mut Connection, path: &Path, migrations: &[Migration]) -> Result<()> {
    let error = || Error::sqlite(path);
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(error())?;
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(Error::NewerSchema { path: path.to_path_buf(), found, known });
    }
    for (step, sql) in (1u32..).zip(migrations).skip(found as usize) {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(error())?;
        tx.execute_batch(sql).map_err(error())?;
        tx.pragma_update(None, "user_version", step).map_err(error())?;
        tx.commit().map_err(error())?;
    }
    Ok(())
}

/// The client's database: one writer, a few readers.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    /// Before the writer, so that the last connection to close may fold the log into the file:
    /// deleted rows do not stay readable in it.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
}

/// Readers kept open for reuse; more are opened when needed and closed after use.
const IDLE_READERS: usize = 2;

impl Store {
    /// Opens or creates the database and applies migrations.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut writer = open_database(path, "FULL")?;
        migrate(&mut writer, path, schema::MIGRATIONS)?;
        Ok(Self { path: path.to_path_buf(), writer: Mutex::new(writer), readers: Mutex::default() })
    }

    /// Runs `work` in one immediate transaction; it is durable when this returns `Ok`.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T> {
        let mut connection = self.writer();
        let tx = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Error::sqlite(&self.path))?;
        let out = work(&tx).map_err(|e| e.at(&self.path))?;
        tx.commit().map_err(Error::sqlite(&self.path))?;
        Ok(out)
    }

    /// Runs `work` on a reader, inside one read transaction, so that it sees one state.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T> {
        let pooled = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match pooled {
            Some(connection) => connection,
            None => self.open_reader()?,
        };
        let out = {
            let tx = connection
                .transaction_with_behavior(TransactionBehavior::Deferred)
                .map_err(Error::sqlite(&self.path))?;
            work(&tx).map_err(|e| e.at(&self.path))
        };
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        out
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolled it back on unwind; the connection stays good.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_reader(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(Error::sqlite(&self.path))?;
        connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(Error::sqlite(&self.path))?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB).map_err(Error::sqlite(&self.path))?;
        Ok(connection)
    }
}

/// Error inside a store closure: SQLite's (the path is added outside) or the index's own.
#[derive(Debug)]
pub(crate) enum StoreError {
    Sqlite(rusqlite::Error),
    Index(Error),
    /// A stored value does not parse.
    Damaged(String),
}

impl StoreError {
    fn at(self, path: &Path) -> Error {
        match self {
            Self::Sqlite(e) => Error::sqlite(path)(e),
            Self::Index(e) => e,
            Self::Damaged(reason) => Error::Corrupt { path: path.to_path_buf(), reason },
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(e: rusqlite::Error) -> Self {
        Self::Sqlite(e)
    }
}

impl From<Error> for StoreError {
    fn from(e: Error) -> Self {
        Self::Index(e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_newer_schema_and_reopens_its_own() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("store.db");
        drop(Store::open(&path).expect("create"));
        drop(Store::open(&path).expect("reopen"));
        let connection = Connection::open(&path).expect("open");
        connection.pragma_update(None, "user_version", 99).expect("set");
        let error = Store::open(&path).expect_err("newer");
        assert!(matches!(error, Error::NewerSchema { found: 99, .. }), "{error}");
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let dir = tempfile::tempdir().expect("tempdir");
        let store = Store::open(&dir.path().join("store.db")).expect("create");
        let result: Result<()> = store.write(|tx| {
            tx.execute("UPDATE client SET seq = seq + 1", [])?;
            Err(StoreError::Damaged("on purpose".into()))
        });
        assert!(result.is_err());
        let seq: i64 =
            store.read(|tx| Ok(tx.query_row("SELECT seq FROM client", [], |r| r.get(0))?)).expect("read");
        assert_eq!(seq, 0);
    }
}
