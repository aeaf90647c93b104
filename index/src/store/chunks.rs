//! Chunks and vectors: what the caches are built from.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::documents::{json, json_column, metadata_columns};
use super::generations::serving;
use super::{Store, StoreError};
use crate::{
    ChunkFlag, ChunkPage, DocumentId, Error, Generation, ListedChunk, Position, PreparedDocument, Result,
    offsets,
};

/// A chunk as the text leg indexes it.
#[derive(Debug)]
pub(crate) struct ChunkRow {
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) headings: Vec<String>,
    pub(crate) language: Option<String>,
    pub(crate) text: String,
}

/// A chunk as a hit shows it.
#[derive(Debug, Clone)]
pub(crate) struct ChunkHead {
    pub(crate) id: u32,
    pub(crate) document_id: String,
    pub(crate) version: u32,
    pub(crate) ordinal: u32,
    pub(crate) uri: String,
    pub(crate) title: String,
    pub(crate) language: Option<String>,
    pub(crate) position: Position,
    pub(crate) flags: Vec<ChunkFlag>,
    pub(crate) heading_path: Vec<String>,
    pub(crate) start_char: usize,
    pub(crate) end_char: usize,
    pub(crate) text: String,
    pub(crate) metadata: serde_json::Map<String, serde_json::Value>,
}

/// Stores the chunks and vectors of a version under commit `seq`.
pub(super) fn insert(
    tx: &Transaction<'_>,
    generation: &Generation,
    document: &PreparedDocument,
    seq: u64,
) -> Result<(), StoreError> {
    let mut add_vector = tx.prepare_cached(
        "INSERT INTO vectors (generation, text_hash, vector) VALUES (?1, ?2, ?3)
         ON CONFLICT (generation, text_hash) DO UPDATE SET generation = excluded.generation RETURNING id",
    )?;
    let mut add_chunk = tx.prepare_cached(
        "INSERT INTO chunks (generation, document_id, version, ordinal, start_byte, end_byte, start_char, end_char, place, heading_path, vector_id, seq, language, flags)
         VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)",
    )?;
    for (ordinal, chunk) in document.chunks.iter().enumerate() {
        let vector: Vec<u8> = chunk.vector.iter().flat_map(|x| x.to_le_bytes()).collect();
        let vector_id: i64 =
            add_vector.query_row(params![generation.id, chunk.text_hash.as_slice(), vector], |r| r.get(0))?;
        let chars = offsets::to_chars(&document.text, &chunk.span);
        add_chunk.execute(params![
            generation.id,
            document.document_id,
            document.version,
            ordinal,
            chunk.span.start,
            chunk.span.end,
            chars.start,
            chars.end,
            json(&document.layout.position(&chunk.span)),
            json(&chunk.heading_path),
            vector_id,
            seq,
            chunk.language,
            ChunkFlag::to_bits(&chunk.flags)
        ])?;
    }
    Ok(())
}

/// Ends the chunks of every version before `version`.
pub(super) fn bury(tx: &Transaction<'_>, id: &str, version: u32, seq: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE chunks SET dead_seq = ?3 WHERE document_id = ?1 AND version < ?2 AND dead_seq IS NULL",
        params![id, version, seq],
    )?;
    Ok(())
}

/// Ends all chunks of a document.
pub(super) fn bury_all(tx: &Transaction<'_>, id: &str, seq: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE chunks SET dead_seq = ?2 WHERE document_id = ?1 AND dead_seq IS NULL",
        params![id, seq],
    )?;
    Ok(())
}

impl Store {
    /// Vectors already stored for these text hashes, in the serving generation.
    pub(crate) fn known_vectors(
        &self,
        generation: u32,
        hashes: &[[u8; 32]],
    ) -> Result<HashMap<[u8; 32], Arc<[f32]>>> {
        self.read(|tx| {
            let mut statement =
                tx.prepare_cached("SELECT vector FROM vectors WHERE generation = ?1 AND text_hash = ?2")?;
            let mut known = HashMap::new();
            for hash in hashes {
                let found: Option<Vec<u8>> =
                    statement.query_row(params![generation, hash.as_slice()], |r| r.get(0)).optional()?;
                if let Some(bytes) = found {
                    known.insert(*hash, decode(&bytes));
                }
            }
            Ok(known)
        })
    }

    /// Calls `each` with every chunk made visible after `after` and up to `upto`, in order of id,
    /// leaving out those that ended by then.
    pub(crate) fn chunks_since(
        &self,
        generation: u32,
        after: u64,
        upto: u64,
        mut each: impl FnMut(ChunkRow) -> Result<()>,
    ) -> Result<()> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT c.id, v.title, c.heading_path, coalesce(c.language, v.language), c.start_byte, c.end_byte, v.rowid
                 FROM chunks c JOIN versions v ON v.document_id = c.document_id AND v.version = c.version
                 WHERE c.generation = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND (c.dead_seq IS NULL OR c.dead_seq > ?3)
                 ORDER BY c.seq, c.id",
            )?;
            // A version's chunks follow each other: its text is read once, not once a chunk.
            let mut read_text = tx.prepare_cached("SELECT text FROM versions WHERE rowid = ?1")?;
            let mut open: (Option<i64>, Vec<u8>) = (None, Vec::new());
            let mut rows = statement.query(params![generation, after, upto])?;
            while let Some(row) = rows.next()? {
                let version: i64 = row.get(6)?;
                if open.0 != Some(version) {
                    open = (Some(version), read_text.query_row([version], |r| r.get(0))?);
                }
                let span = row.get::<_, usize>(4)?..row.get(5)?;
                let text = open.1.get(span).and_then(|bytes| std::str::from_utf8(bytes).ok());
                each(ChunkRow {
                    id: chunk_id(row, 0)?,
                    title: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                    headings: json_column(row, 2)?,
                    language: row.get(3)?,
                    text: text
                        .ok_or_else(|| StoreError::Damaged("a chunk lies outside its text".into()))?
                        .to_owned(),
                })?;
            }
            Ok(())
        })
    }

    /// Ids, which rise, and vectors of the chunks made visible after `after` and up to `upto`.
    pub(crate) fn vectors_since(
        &self,
        generation: &Generation,
        after: u64,
        upto: u64,
    ) -> Result<(Vec<u32>, Vec<f32>)> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT c.id, x.vector FROM chunks c JOIN vectors x ON x.id = c.vector_id
                 WHERE c.generation = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND (c.dead_seq IS NULL OR c.dead_seq > ?3)
                 ORDER BY c.seq, c.id",
            )?;
            let count: usize = tx
                .prepare_cached("SELECT count(*) FROM chunks WHERE generation = ?1 AND seq > ?2 AND seq <= ?3")?
                .query_row(params![generation.id, after, upto], |row| row.get(0))?;
            let (mut ids, mut data) = (Vec::with_capacity(count), Vec::with_capacity(count * generation.spec.dims));
            // In the order of the index on commits, in which ids rise too: sorting would copy every vector.
            let mut rows = statement.query(params![generation.id, after, upto])?;
            while let Some(row) = rows.next()? {
                let id = chunk_id(row, 0)?;
                if ids.last().is_some_and(|last| *last >= id) {
                    return Err(StoreError::Damaged(format!("chunk {id} is newer than a chunk with a greater id")));
                }
                let bytes = row.get_ref(1)?.as_blob().map_err(|e| StoreError::Damaged(format!("vector of chunk {id}: {e}")))?;
                if bytes.len() != generation.spec.dims * 4 {
                    return Err(StoreError::Damaged(format!(
                        "vector of chunk {id} has {} bytes instead of {}", bytes.len(), generation.spec.dims * 4
                    )));
                }
                ids.push(id);
                data.extend(floats(bytes));
            }
            Ok((ids, data))
        })
    }

    /// Ids of the chunks that ended after `after` and up to `upto`.
    pub(crate) fn dead_since(&self, after: u64, upto: u64) -> Result<Vec<u32>> {
        self.read(|tx| {
            let mut statement = tx
                .prepare_cached("SELECT id FROM chunks WHERE dead_seq > ?1 AND dead_seq <= ?2 ORDER BY id")?;
            let mut rows = statement.query(params![after, upto])?;
            let mut ids = Vec::new();
            while let Some(row) = rows.next()? {
                ids.push(chunk_id(row, 0)?);
            }
            Ok(ids)
        })
    }

    /// Removes rows of chunks that ended at or before `upto`, and vectors nobody uses any more.
    pub(crate) fn sweep(&self, upto: u64) -> Result<usize> {
        // A client that is only read has no writer, and mostly nothing to sweep.
        let any = self.read(|tx| {
            let mut statement =
                tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM chunks WHERE dead_seq <= ?1)")?;
            Ok(statement.query_row([upto], |row| row.get::<_, bool>(0))?)
        })?;
        if !any {
            return Ok(0);
        }
        self.write(|tx| {
            let vectors: Vec<i64> = tx
                .prepare_cached("SELECT DISTINCT vector_id FROM chunks WHERE dead_seq <= ?1")?
                .query_map([upto], |r| r.get(0))?
                .collect::<Result<_, _>>()?;
            let swept = tx.execute("DELETE FROM chunks WHERE dead_seq <= ?1", [upto])?;
            let mut drop_vector = tx.prepare_cached(
                "DELETE FROM vectors WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM chunks WHERE vector_id = ?1)",
            )?;
            for id in vectors {
                drop_vector.execute([id])?;
            }
            Ok(swept)
        })
    }

    /// The chunks with these ids that are live at `seq`, in no particular order.
    pub(crate) fn heads(&self, ids: &[u32], seq: u64) -> Result<Vec<ChunkHead>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(&format!(
                "{SELECT_HEAD} WHERE c.id = ?1 AND c.seq <= ?2 AND (c.dead_seq IS NULL OR c.dead_seq > ?2)"
            ))?;
            let mut heads = Vec::with_capacity(ids.len());
            for id in ids {
                heads.extend(statement.query_row(params![id, seq], head_row).optional()?);
            }
            Ok(heads)
        })
    }

    /// The document of each of these chunks; `None` for a chunk that was swept.
    pub(crate) fn documents_of(&self, ids: &[u32]) -> Result<Vec<Option<DocumentId>>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached("SELECT document_id FROM chunks WHERE id = ?1")?;
            let documents = ids.iter().map(|id| statement.query_row([id], |row| row.get(0)).optional());
            Ok(documents.collect::<Result<_, _>>()?)
        })
    }

    /// Chunks of a document's visible version in the serving generation, from ordinal `first`, at most `limit`; searches see
    /// what was committed up to `shown`. `None` while it has no such version.
    pub(crate) fn chunks(
        &self,
        document: &str,
        first: u32,
        limit: usize,
        shown: u64,
    ) -> Result<Option<ChunkPage>> {
        self.read(|tx| {
            let current = tx
                .prepare_cached("SELECT current_version FROM documents WHERE id = ?1")?
                .query_row([document], |r| r.get::<_, Option<u32>>(0))
                .optional()?;
            let current = current.ok_or_else(|| Error::NoSuchDocument { id: document.to_owned() })?;
            let (Some(version), Some(generation)) = (current, serving(tx)?) else { return Ok(None) };
            let mut statement = tx.prepare_cached(&format!(
                "{SELECT_HEAD} WHERE c.document_id = ?1 AND c.version = ?2 AND c.generation = ?3 AND c.ordinal >= ?4
                 AND c.dead_seq IS NULL ORDER BY c.ordinal LIMIT ?5"
            ))?;
            let mut standing = tx.prepare_cached(
                "SELECT seq, (SELECT count(*) FROM chunks o WHERE o.vector_id = c.vector_id AND o.dead_seq IS NULL)
                 FROM chunks c WHERE id = ?1",
            )?;
            let heads = statement
                .query_map(params![document, version, generation.id, first, limit + 1], head_row)?
                .collect::<Result<Vec<_>, _>>()?;
            let has_more = heads.len() > limit;
            let mut data = Vec::with_capacity(heads.len());
            for head in heads.into_iter().take(limit) {
                let (seq, sharing) =
                    standing.query_row([head.id], |r| Ok((r.get::<_, u64>(0)?, r.get(1)?)))?;
                data.push(ListedChunk {
                    chunk_id: head.id,
                    ordinal: head.ordinal,
                    searchable: seq <= shown,
                    text: head.text,
                    start_char: head.start_char,
                    end_char: head.end_char,
                    position: head.position,
                    language: head.language,
                    flags: head.flags,
                    heading_path: head.heading_path,
                    sharing,
                });
            }
            Ok(Some(ChunkPage { version, model: generation.spec.model, data, has_more }))
        })
    }

    /// The chunks of the version and generation that `chunk` is of, from `first` to `last` by ordinal, in order.
    pub(crate) fn neighbours(&self, chunk: u32, first: u32, last: u32) -> Result<Vec<ChunkHead>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(&format!(
                "{SELECT_HEAD} JOIN chunks o ON o.document_id = c.document_id AND o.version = c.version AND o.generation = c.generation
                 WHERE o.id = ?1 AND c.ordinal BETWEEN ?2 AND ?3 AND c.dead_seq IS NULL ORDER BY c.ordinal"
            ))?;
            let rows = statement.query_map(params![chunk, first, last], head_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

const SELECT_HEAD: &str = "
SELECT c.id, c.document_id, c.version, c.ordinal, d.uri, coalesce(v.title, d.uri), coalesce(c.language, v.language), c.page, c.heading_path,
  c.start_char, c.end_char, substr(v.text, c.start_byte + 1, c.end_byte - c.start_byte), v.metadata, v.properties,
  c.place, c.flags
FROM chunks c
JOIN documents d ON d.id = c.document_id
JOIN versions v ON v.document_id = c.document_id AND v.version = c.version";

fn head_row(row: &Row<'_>) -> rusqlite::Result<ChunkHead> {
    Ok(ChunkHead {
        id: chunk_id(row, 0)?,
        document_id: row.get(1)?,
        version: row.get(2)?,
        ordinal: row.get(3)?,
        uri: row.get(4)?,
        title: row.get(5)?,
        language: row.get(6)?,
        position: match row.get::<_, Option<String>>(14)? {
            Some(_) => json_column(row, 14)?,
            None => Position { page: row.get(7)?, ..Position::default() },
        },
        flags: ChunkFlag::from_bits(row.get(15)?),
        heading_path: json_column(row, 8)?,
        start_char: row.get(9)?,
        end_char: row.get(10)?,
        text: utf8(row, 11)?,
        metadata: metadata_columns(row, 12, 13)?,
    })
}

/// Chunk ids are 32-bit so that a bitmap holds them: four billion commits of one client's life.
fn chunk_id(row: &Row<'_>, column: usize) -> rusqlite::Result<u32> {
    row.get(column)
}

fn utf8(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    let bytes: Vec<u8> = row.get(column)?;
    String::from_utf8(bytes).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Blob, Box::new(e))
    })
}

pub(super) fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b))
}

fn decode(bytes: &[u8]) -> Arc<[f32]> {
    floats(bytes).collect()
}

/// Checks what a caller hands in before any of it is stored.
pub(crate) fn check(document: &PreparedDocument, dims: usize) -> Result<()> {
    for chunk in &document.chunks {
        if chunk.vector.len() != dims {
            return Err(Error::InvalidVector {
                reason: format!("{} values instead of {dims}", chunk.vector.len()),
            });
        }
        if !chunk.vector.iter().all(|x| x.is_finite()) {
            return Err(Error::InvalidVector { reason: "it holds NaN or infinity".into() });
        }
        if document.text.get(chunk.span.clone()).is_none_or(str::is_empty) {
            return Err(Error::InvalidInput {
                reason: format!(
                    "chunk {}..{} of a text of {} bytes is empty, outside it or cuts a character",
                    chunk.span.start,
                    chunk.span.end,
                    document.text.len()
                ),
            });
        }
    }
    Ok(())
}
