//! The connection to `history.db`: one a client, opened by the first use and closed when writing pauses.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{Feedback, HistoryEntry, HistoryFilter, Retention, rows, schema};
use crate::cost::Cost;
use crate::store::{Store, StoreError, migrate, open_database};
use crate::{Error, Page, Result};

/// Most the page cache grows to, in KiB: entries are written once and seldom read.
const CACHE_KIB: i64 = 512;

/// What the open connection takes with a full page cache.
const OPEN_BYTES: u64 = 160 * 1024 + CACHE_KIB as u64 * 1024;

/// The database, the log, and the log's index.
const OPEN_FILES: u64 = 3;

/// A client's history.
#[derive(Debug)]
pub(crate) struct History {
    path: PathBuf,
    connection: Mutex<Option<Connection>>,
    is_open: AtomicBool,
    /// Whether this process has looked for texts of documents that are gone: a crash can come between a deletion's commit
    /// and the erasing.
    is_tidy: AtomicBool,
}

/// Whether a commit acknowledges something to a caller, so that it must be on the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Commit {
    Batched,
    Durable,
}

impl History {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            connection: Mutex::default(),
            is_open: AtomicBool::new(false),
            is_tidy: AtomicBool::new(false),
        }
    }

    pub(super) fn record(&self, store: &Store, entries: &[HistoryEntry], keep: Retention) -> Result<()> {
        let mut open = self.lock();
        // Asked under the lock: a deletion that commits after this erases, under the same lock, what is written now.
        let gone = missing(store, entries)?;
        self.write(&mut open, store, Commit::Batched, |tx| {
            for entry in entries {
                rows::insert(tx, entry, entry.documents.iter().any(|id| gone.contains(id)))?;
            }
            rows::prune(tx, keep)
        })
    }

    pub(super) fn page(
        &self,
        store: &Store,
        filter: &HistoryFilter<'_>,
        limit: usize,
        keep: Retention,
    ) -> Result<Page<HistoryEntry>> {
        let mut data =
            self.read(store, |tx| rows::page(tx, filter, limit.saturating_add(1), keep))?.unwrap_or_default();
        let has_more = data.len() > limit;
        data.truncate(limit);
        withhold(store, &mut data)?;
        Ok(Page { data, has_more })
    }

    pub(super) fn entry(
        &self,
        store: &Store,
        id: &str,
        asked_by: Option<&str>,
        keep: Retention,
    ) -> Result<Option<HistoryEntry>> {
        let mut found = self.read(store, |tx| rows::entry(tx, id, asked_by, keep))?.flatten();
        if let Some(entry) = &mut found {
            withhold(store, std::slice::from_mut(entry))?;
        }
        Ok(found)
    }

    pub(super) fn rate(
        &self,
        store: &Store,
        id: &str,
        asked_by: Option<&str>,
        feedback: &Feedback,
        keep: Retention,
    ) -> Result<bool> {
        let mut open = self.lock();
        if !self.path.exists() {
            return Ok(false);
        }
        self.write(&mut open, store, Commit::Durable, |tx| rows::rate(tx, id, asked_by, feedback, keep))
    }

    pub(super) fn forget(&self, store: &Store, id: Option<&str>) -> Result<u64> {
        self.erase(store, |tx| rows::forget(tx, id))
    }

    /// Erases the texts of entries that rest on a document. They are gone from the disk's files when this returns.
    pub(crate) fn withhold(&self, store: &Store, document_id: &str) -> Result<()> {
        self.erase(store, |tx| rows::withhold(tx, document_id)).map(drop)
    }

    /// Closes the connection; the next use opens it again.
    pub(crate) fn close(&self) {
        *self.lock() = None;
        self.is_open.store(false, Ordering::Release);
    }

    /// What the connection takes while it is open.
    pub(crate) fn cost(&self) -> Cost {
        if self.is_open.load(Ordering::Acquire) {
            Cost { bytes: OPEN_BYTES, files: OPEN_FILES, maps: 1 }
        } else {
            Cost::default()
        }
    }

    /// Removes rows or texts: durable, and folded out of the log, which would still hold them.
    fn erase(
        &self,
        store: &Store,
        work: impl FnOnce(&Transaction<'_>) -> Result<u64, StoreError>,
    ) -> Result<u64> {
        let mut open = self.lock();
        if !self.path.exists() {
            return Ok(0);
        }
        let changed = self.write(&mut open, store, Commit::Durable, work)?;
        if let Some(connection) = open.as_ref().filter(|_| changed > 0) {
            connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .map_err(Error::sqlite(&self.path))?;
        }
        Ok(changed)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        // A panic inside a transaction rolled it back on unwind; the connection stays good.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` when nothing was ever recorded.
    fn read<T>(
        &self,
        store: &Store,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>> {
        let mut open = self.lock();
        if !self.path.exists() {
            return Ok(None);
        }
        let connection = self.open(&mut open, store)?;
        let tx = connection
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .map_err(Error::sqlite(&self.path))?;
        work(&tx).map_err(|e| e.at(&self.path)).map(Some)
    }

    fn write<T>(
        &self,
        open: &mut Option<Connection>,
        store: &Store,
        commit: Commit,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T> {
        let error = || Error::sqlite(&self.path);
        let connection = self.open(open, store)?;
        let mode = if commit == Commit::Durable { "FULL" } else { "NORMAL" };
        connection.pragma_update(None, "synchronous", mode).map_err(error())?;
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(error())?;
        let out = work(&tx).map_err(|e| e.at(&self.path))?;
        tx.commit().map_err(error())?;
        Ok(out)
    }

    fn open<'a>(&self, open: &'a mut Option<Connection>, store: &Store) -> Result<&'a mut Connection> {
        if open.is_none() {
            let mut connection = open_database(&self.path, "NORMAL")?;
            let error = || Error::sqlite(&self.path);
            connection.pragma_update(None, "cache_size", -CACHE_KIB).map_err(error())?;
            migrate(&mut connection, &self.path, schema::MIGRATIONS)?;
            if !self.is_tidy.load(Ordering::Acquire) {
                let known = connection.transaction().map_err(error())?;
                let documents = rows::documents(&known).map_err(|e| e.at(&self.path))?;
                for id in store.missing_documents(&documents)? {
                    rows::withhold(&known, &id).map_err(|e| e.at(&self.path))?;
                }
                known.commit().map_err(error())?;
                self.is_tidy.store(true, Ordering::Release);
            }
            *open = Some(connection);
            self.is_open.store(true, Ordering::Release);
        }
        open.as_mut().ok_or_else(|| Error::InvalidInput { reason: "the history did not open".into() })
    }
}

/// Documents that entries name and that are not there any more.
fn missing(store: &Store, entries: &[HistoryEntry]) -> Result<HashSet<String>> {
    let mut named: Vec<&String> = entries.iter().flat_map(|entry| &entry.documents).collect();
    named.sort_unstable();
    named.dedup();
    store.missing_documents(&named)
}

/// Keeps back the texts of entries that rest on a document which is gone, whatever the file still holds.
fn withhold(store: &Store, entries: &mut [HistoryEntry]) -> Result<()> {
    let gone = missing(store, entries)?;
    for entry in entries {
        if entry.is_withheld || entry.documents.iter().any(|id| gone.contains(id)) {
            (entry.answer, entry.resolved_question, entry.is_withheld) = (None, None, true);
        }
        entry.documents.clear();
    }
    Ok(())
}
