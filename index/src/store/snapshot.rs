//! A copy of the database as of one commit.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{Store, StoreError};
use crate::{Error, Result};

/// What a copy of the database holds.
#[derive(Debug)]
pub(crate) struct Copied {
    /// The commit.
    pub(crate) seq: u64,
    /// Documents, in whatever state.
    pub(crate) documents: u64,
    /// The hash of every original and the uri of a document that has it.
    pub(crate) originals: Vec<(String, String)>,
}

impl Store {
    /// Copies the database to `to`, a new file, while others read and write. Everything in the copy is of one commit.
    pub(crate) fn copy_to(&self, to: &Path) -> Result<Copied> {
        self.read(|tx| {
            // The first read fixes the state for the whole transaction, the copy included.
            let count = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, u64>(0));
            let copied = Copied {
                seq: count("SELECT seq FROM client")?,
                documents: count("SELECT count(*) FROM documents")?,
                originals: super::verify::originals(tx)?,
            };
            let at = |e| StoreError::from(Error::sqlite(to)(e));
            let mut copy = Connection::open(to).map_err(at)?;
            // Nobody sees the copy before it is whole and synced.
            copy.pragma_update(None, "journal_mode", "OFF").map_err(at)?;
            copy.pragma_update(None, "synchronous", "OFF").map_err(at)?;
            let step = Backup::new(tx, &mut copy).and_then(|backup| backup.step(-1)).map_err(at)?;
            if step != StepResult::Done {
                let reason = format!("copying it ended with {step:?}");
                return Err(Error::Corrupt { path: to.to_path_buf(), reason }.into());
            }
            Ok(copied)
        })
    }

    /// Size of the database, in bytes.
    pub(crate) fn bytes(&self) -> Result<u64> {
        self.read(|tx| {
            let pages: u64 = tx.pragma_query_value(None, "page_count", |row| row.get(0))?;
            let page: u64 = tx.pragma_query_value(None, "page_size", |row| row.get(0))?;
            Ok(pages * page)
        })
    }

    /// Whether there is no document, in whatever state.
    pub(crate) fn is_empty(&self) -> Result<bool> {
        self.read(|tx| Ok(tx.query_row("SELECT NOT EXISTS (SELECT 1 FROM documents)", [], |row| row.get(0))?))
    }

    /// Whether a version has this content.
    pub(crate) fn has_content(&self, hash: &str) -> Result<bool> {
        self.read(|tx| {
            let sql = "SELECT EXISTS (SELECT 1 FROM versions WHERE content_hash = ?1)";
            Ok(tx.query_row(sql, [hash], |row| row.get(0))?)
        })
    }
}
