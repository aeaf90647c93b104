//! Settings of the client that may change while it is served, and what it takes on the disk.

use std::collections::BTreeMap;

use rusqlite::params;

use super::Store;
use crate::{Footprint, Result};

impl Store {
    /// The settings that were made, as JSON by name.
    pub(crate) fn settings(&self) -> Result<BTreeMap<String, String>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached("SELECT name, value FROM settings")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Makes settings, or removes those without a value; all or none.
    pub(crate) fn change_settings(&self, changes: &BTreeMap<&str, Option<String>>) -> Result<()> {
        self.write(|tx| {
            for (name, value) in changes {
                match value {
                    Some(value) => tx.execute(
                        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        params![name, value],
                    )?,
                    None => tx.execute("DELETE FROM settings WHERE name = ?1", [name])?,
                };
            }
            Ok(())
        })
    }

    /// Documents, and the bytes of originals and database.
    pub(crate) fn footprint(&self) -> Result<Footprint> {
        self.read(|tx| {
            let count = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, u64>(0));
            let pragma = |name: &str| tx.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
            let database =
                pragma("page_count")?.saturating_sub(pragma("freelist_count")?) * pragma("page_size")?;
            let originals = count(
                "SELECT coalesce(sum(bytes), 0) FROM (SELECT max(bytes) AS bytes FROM versions GROUP BY content_hash)",
            )?;
            Ok(Footprint {
                documents: count("SELECT count(*) FROM documents")?,
                bytes: database.saturating_add(originals),
            })
        })
    }
}
