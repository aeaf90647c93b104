//! What is known of documents, for filters.

use rusqlite::params;
use serde_json::{Map, Value};

use super::documents::metadata_columns;
use super::{Store, StoreError};
use crate::Result;

/// What is known of a version that became visible.
#[derive(Debug)]
pub(crate) struct AttributeRow {
    /// Its first chunk; a version's chunks follow one another.
    pub(crate) first_chunk: u32,
    /// Its last chunk.
    pub(crate) last_chunk: u32,
    /// The commit that made it visible.
    pub(crate) seq: u64,
    pub(crate) document_id: String,
    pub(crate) uri: String,
    pub(crate) title: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) mime: Option<String>,
    pub(crate) accepted_ms: i64,
    pub(crate) metadata: Map<String, Value>,
}

impl Store {
    /// The versions with chunks made visible after `after` and up to `upto` that had not ended by then, in order.
    pub(crate) fn attributes_since(
        &self,
        generation: u32,
        after: u64,
        upto: u64,
    ) -> Result<Vec<AttributeRow>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT min(c.id), max(c.id), count(*), c.seq, c.document_id, d.uri, v.title, v.language,
                   coalesce(v.mime, v.given_mime), v.accepted_ms, v.metadata,
                   v.properties
                 FROM chunks c
                 JOIN documents d ON d.id = c.document_id
                 JOIN versions v ON v.document_id = c.document_id AND v.version = c.version
                 WHERE c.generation = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND (c.dead_seq IS NULL OR c.dead_seq > ?3)
                 GROUP BY c.document_id, c.version
                 ORDER BY min(c.id)",
            )?;
            let mut rows = statement.query(params![generation, after, upto])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let (first_chunk, last_chunk): (u32, u32) = (row.get(0)?, row.get(1)?);
                if u64::from(last_chunk - first_chunk) + 1 != row.get::<_, u64>(2)? {
                    let reason = format!("chunks {first_chunk} to {last_chunk} of one version are not consecutive");
                    return Err(StoreError::Damaged(reason));
                }
                all.push(AttributeRow {
                    first_chunk,
                    last_chunk,
                    seq: row.get(3)?,
                    document_id: row.get(4)?,
                    uri: row.get(5)?,
                    title: row.get(6)?,
                    language: row.get(7)?,
                    mime: row.get(8)?,
                    accepted_ms: row.get(9)?,
                    metadata: metadata_columns(row, 10, 11)?,
                });
            }
            Ok(all)
        })
    }
}
