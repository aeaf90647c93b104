//! `store.db`: the client's one truth. All SQL of a client's store is in this folder; that of its history in `history`.

mod attributes;
mod chunks;
mod connection;
mod documents;
mod generations;
mod jobs;
mod presence;
mod schema;
mod settings;
mod snapshot;
mod texts;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connection::{Count, Counted};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub(crate) use attributes::AttributeRow;
pub(crate) use chunks::{ChunkHead, ChunkRow, check};
pub(crate) use documents::{NewVersion, require_generation};

use crate::cost::Cost;
use crate::{Error, Result};

/// One step of a schema, applied once; its place in the list plus one is the schema version.
pub(crate) type Migration = &'static str;

/// Most a connection's page cache grows to, in KiB; it holds no more pages than the database has.
const CACHE_KIB: u32 = 2048;

/// What a connection takes beside its page cache: its small allocations, the schema, prepared statements.
const CONNECTION_BYTES: u64 = 160 * 1024;

/// A page of the database in a cache, with its header.
const PAGE_BYTES: u64 = 4096 + 256;

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
    limit_cache(&connection).map_err(error())?;
    Ok(connection)
}

fn limit_cache(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "cache_size", -i64::from(CACHE_KIB))
}

fn schema_version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the schema up to `migrations`; refuses a file written by a newer release.
pub(crate) fn migrate(connection: &mut Connection, path: &Path, migrations: &[Migration]) -> Result<()> {
    let error = || Error::sqlite(path);
    let found = schema_version(connection).map_err(error())?;
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

/// The client's database: a few readers, and a writer from the first write on. The last connection to close folds the
/// log into the file, so that deleted rows do not stay readable in it.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    connections: Arc<Count>,
    readers: Mutex<Vec<Counted>>,
    writer: Mutex<Option<Counted>>,
    /// Whether there is a writer, for those who may not wait for the one that writes.
    has_writer: AtomicBool,
    /// Pages of the database.
    pages: AtomicU64,
}

/// Readers kept open for reuse; more are opened when needed and closed after use.
const IDLE_READERS: usize = 2;

impl Store {
    /// Opens the database. One that is missing is created, an older one migrated; else nothing is written, and nothing
    /// opened for writing.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let store = Self {
            path: path.to_path_buf(),
            connections: Arc::default(),
            readers: Mutex::default(),
            writer: Mutex::default(),
            has_writer: AtomicBool::new(false),
            pages: AtomicU64::new(0),
        };
        if path.exists() {
            let reader = store.open_reader()?;
            let found = schema_version(&reader).map_err(Error::sqlite(path))?;
            if usize::try_from(found).is_ok_and(|found| found == schema::MIGRATIONS.len()) {
                store.put_back(reader);
                return Ok(store);
            }
        }
        store
            .open_writer(&mut store.lock_writer())
            .and_then(|writer| migrate(writer, path, schema::MIGRATIONS))?;
        Ok(store)
    }

    /// Runs `work` in one immediate transaction; it is durable when this returns `Ok`.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T> {
        let mut writer = self.lock_writer();
        let tx = self
            .open_writer(&mut writer)?
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Error::sqlite(&self.path))?;
        let out = work(&tx).map_err(|e| e.at(&self.path))?;
        let pages = page_count(&tx).map_err(Error::sqlite(&self.path))?;
        tx.commit().map_err(Error::sqlite(&self.path))?;
        self.pages.store(pages, Ordering::Relaxed);
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
        self.put_back(connection);
        out
    }

    /// Closes the writer when there is one; the next write opens it again. Waits for the write under way.
    pub(crate) fn close_writer(&self) {
        let mut writer = self.lock_writer();
        *writer = None;
        self.has_writer.store(false, Ordering::Release);
    }

    /// Whether a writer is open.
    pub(crate) fn has_writer(&self) -> bool {
        self.has_writer.load(Ordering::Acquire)
    }

    /// Frees the page caches of readers nobody uses.
    pub(crate) fn shrink(&self) -> Result<()> {
        let readers = self.idle_readers();
        readers.iter().try_for_each(|reader| reader.release_memory()).map_err(Error::sqlite(&self.path))
    }

    /// What the connections that stay open take. Their caches are counted as full: as large as the database, up to
    /// their limit.
    pub(crate) fn cost(&self) -> Cost {
        let connections = self.idle_readers().len() as u64 + u64::from(self.has_writer());
        let cache = (self.pages.load(Ordering::Relaxed) * PAGE_BYTES).min(u64::from(CACHE_KIB) * 1024);
        Cost {
            bytes: connections * (CONNECTION_BYTES + cache),
            // The database's, the log of each, and the log's index of all.
            files: self.connections.most() + connections + u64::from(connections > 0),
            maps: u64::from(connections > 0),
        }
    }

    fn idle_readers(&self) -> MutexGuard<'_, Vec<Counted>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_back(&self, reader: Counted) {
        let mut readers = self.idle_readers();
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
    }

    fn lock_writer(&self) -> MutexGuard<'_, Option<Counted>> {
        // A panic inside a transaction rolled it back on unwind; the connection stays good.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_writer<'a>(&self, writer: &'a mut Option<Counted>) -> Result<&'a mut Connection> {
        Ok(match writer {
            Some(open) => open,
            empty => {
                let opened = empty.insert(self.connections.with(open_database(&self.path, "FULL")?));
                self.has_writer.store(true, Ordering::Release);
                opened
            }
        })
    }

    /// A connection that may not change data, yet folds the log when it is the last to close: one opened read-only
    /// would leave the log behind.
    fn open_reader(&self) -> Result<Counted> {
        let error = || Error::sqlite(&self.path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(error())?;
        connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(error())?;
        connection.pragma_update(None, "query_only", true).map_err(error())?;
        limit_cache(&connection).map_err(error())?;
        self.pages.store(page_count(&connection).map_err(error())?, Ordering::Relaxed);
        Ok(self.connections.with(connection))
    }
}

fn page_count(connection: &Connection) -> rusqlite::Result<u64> {
    connection.pragma_query_value(None, "page_count", |row| row.get(0))
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
    pub(crate) fn at(self, path: &Path) -> Error {
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
    fn a_reader_cannot_write_and_the_last_to_close_folds_the_log() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("store.db");
        let log = dir.path().join("store.db-wal");
        drop(Store::open(&path).expect("create"));
        let store = Store::open(&path).expect("reopen");
        assert!(!store.has_writer(), "nothing was written");
        assert_eq!((store.cost().files, log.exists()), (3, true));
        let refused: Result<usize> = store.read(|tx| Ok(tx.execute("UPDATE client SET seq = 9", [])?));
        assert!(refused.is_err());
        store.write(|tx| Ok(tx.execute("UPDATE client SET seq = seq + 1", [])?)).expect("write");
        assert_eq!(store.cost().files, 5);
        store.close_writer();
        assert_eq!(store.cost().files, 4, "a descriptor stays for the next writer");
        assert!(std::fs::metadata(&log).expect("log").len() > 0);
        drop(store);
        assert!(!log.exists());
        assert_eq!(Store::open(&path).expect("again").seq().expect("seq"), 1);
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
