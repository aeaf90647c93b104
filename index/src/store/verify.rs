//! The store against itself.

use roaring::RoaringBitmap;
use rusqlite::{Transaction, params};

use super::{Store, StoreError};
use crate::Result;

/// How far a vector's length may be from 1.
const UNIT_TOLERANCE: f64 = 0.01;

/// What reading all texts found.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// Versions with a text.
    pub(crate) versions: u64,
    /// Chunks (by id) that lie outside their text, cut a character, or whose two places differ.
    pub(crate) misplaced: Vec<String>,
}

impl Store {
    /// What SQLite's checks of the file and of references say; empty when all is well.
    pub(crate) fn damage(&self) -> Result<Vec<String>> {
        self.read(|tx| {
            let mut found: Vec<String> = tx
                .prepare("PRAGMA integrity_check(20)")?
                .query_map([], |row| row.get::<_, String>(0))?
                .collect::<Result<_, _>>()?;
            found.retain(|line| line != "ok");
            let mut statement = tx.prepare("PRAGMA foreign_key_check")?;
            let broken = statement.query_map([], |row| {
                Ok(format!(
                    "a row of {} refers to a missing one of {}",
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(2)?
                ))
            })?;
            found.extend(broken.collect::<Result<Vec<_>, _>>()?);
            Ok(found)
        })
    }

    /// Reads every text and looks where its chunks say they are.
    pub(crate) fn check_texts(&self) -> Result<Texts> {
        self.read(|tx| {
            let mut texts = Texts::default();
            let mut versions =
                tx.prepare("SELECT document_id, version, text FROM versions WHERE text IS NOT NULL")?;
            let mut chunks = tx.prepare_cached(
                "SELECT id, start_byte, end_byte, start_char, end_char FROM chunks
                 WHERE document_id = ?1 AND version = ?2 ORDER BY start_byte",
            )?;
            let mut rows = versions.query([])?;
            while let Some(row) = rows.next()? {
                texts.versions += 1;
                let text: Vec<u8> = row.get(2)?;
                let text = std::str::from_utf8(&text).ok();
                let mut own = chunks.query(params![row.get::<_, String>(0)?, row.get::<_, u32>(1)?])?;
                while let Some(chunk) = own.next()? {
                    let bytes = chunk.get::<_, usize>(1)?..chunk.get::<_, usize>(2)?;
                    let chars = chunk.get::<_, usize>(3)?..chunk.get::<_, usize>(4)?;
                    let fits = text.is_some_and(|text| {
                        text.get(bytes.clone()).is_some_and(|part| !part.is_empty())
                            && crate::offsets::to_chars(text, &bytes) == chars
                    });
                    if !fits {
                        texts.misplaced.push(format!("chunk {}", chunk.get::<_, u32>(0)?));
                    }
                }
            }
            Ok(texts)
        })
    }

    /// Vectors (by id) that cannot be compared.
    pub(crate) fn check_vectors(&self) -> Result<Vec<String>> {
        self.read(|tx| {
            let mut statement = tx.prepare(
                "SELECT x.id, x.vector, g.dims FROM vectors x JOIN generations g ON g.id = x.generation",
            )?;
            let mut rows = statement.query([])?;
            let mut wrong = Vec::new();
            while let Some(row) = rows.next()? {
                let bytes: Vec<u8> = row.get(1)?;
                let squares: f64 = super::chunks::floats(&bytes).map(|x| f64::from(x) * f64::from(x)).sum();
                if bytes.len() != row.get::<_, usize>(2)? * 4
                    || (squares.sqrt() - 1.0).abs() > UNIT_TOLERANCE
                    || !squares.is_finite()
                {
                    wrong.push(format!("vector {}", row.get::<_, i64>(0)?));
                }
            }
            Ok(wrong)
        })
    }

    /// Rows that nothing refers to: vectors without a chunk, live chunks without their visible version.
    pub(crate) fn orphans(&self) -> Result<u64> {
        self.read(|tx| {
            let vectors: u64 = tx.query_row(
                "SELECT count(*) FROM vectors x WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.vector_id = x.id)",
                [],
                |row| row.get(0),
            )?;
            let chunks: u64 = tx.query_row(
                "SELECT count(*) FROM chunks c LEFT JOIN documents d ON d.id = c.document_id
                 WHERE c.dead_seq IS NULL AND d.current_version IS NOT c.version",
                [],
                |row| row.get(0),
            )?;
            Ok(vectors + chunks)
        })
    }

    /// The hash of every original and the uri of a document that has it, in order of uri.
    pub(crate) fn originals(&self) -> Result<Vec<(String, String)>> {
        self.read(originals)
    }

    /// Ids of the chunks that live at `seq`.
    pub(crate) fn live_chunks(&self, generation: u32, seq: u64) -> Result<RoaringBitmap> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT id FROM chunks WHERE generation = ?1 AND seq <= ?2 AND (dead_seq IS NULL OR dead_seq > ?2) ORDER BY id",
            )?;
            let mut rows = statement.query(params![generation, seq])?;
            let mut ids = RoaringBitmap::new();
            while let Some(row) = rows.next()? {
                ids.insert(row.get(0)?);
            }
            Ok(ids)
        })
    }
}

/// The hash of every original and the uri of a document that has it, in order of uri.
pub(super) fn originals(tx: &Transaction<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT v.content_hash, min(d.uri) FROM versions v JOIN documents d ON d.id = v.document_id
         GROUP BY v.content_hash ORDER BY min(d.uri), v.content_hash",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
