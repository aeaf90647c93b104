//! Which documents are there.

use std::collections::HashSet;

use super::Store;
use crate::Result;

impl Store {
    /// Those of `ids` that name no document, in whatever state.
    pub(crate) fn missing_documents<T: AsRef<str>>(&self, ids: &[T]) -> Result<HashSet<String>> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        self.read(|tx| {
            let mut statement = tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM documents WHERE id = ?1)")?;
            let mut missing = HashSet::new();
            for id in ids {
                if !statement.query_row([id.as_ref()], |r| r.get::<_, bool>(0))? {
                    missing.insert(id.as_ref().to_owned());
                }
            }
            Ok(missing)
        })
    }

    /// Versions by where they stand: those that wait, and those that failed.
    pub(crate) fn ledger_counts(&self) -> Result<(u64, u64)> {
        self.read(|tx| {
            let count = |state: &str| {
                tx.query_row(
                    "SELECT count(*) FROM versions WHERE state = ?1 AND state IN ('accepted', 'failed')",
                    [state],
                    |r| r.get(0),
                )
            };
            Ok((count("accepted")?, count("failed")?))
        })
    }

    /// Documents that are searchable.
    pub(crate) fn visible_documents(&self) -> Result<u64> {
        self.read(|tx| {
            Ok(tx.query_row("SELECT count(*) FROM documents WHERE current_version IS NOT NULL", [], |r| {
                r.get(0)
            })?)
        })
    }
}
