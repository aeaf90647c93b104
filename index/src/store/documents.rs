//! Documents, their versions, and the ledger.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::generations::{has_version, next_seq, serving};
use super::{Store, StoreError};
use crate::clock::now_ms;
use crate::{
    Accepted, Document, DocumentId, Error, FailedBefore, Failure, LedgerEntry, Outcome, PendingDocument,
    PreparedDocument, Result, Stats, VersionState,
};

/// A version about to be accepted.
#[derive(Debug)]
pub(crate) struct NewVersion<'a> {
    pub(crate) uri: &'a str,
    pub(crate) title: Option<&'a str>,
    pub(crate) mime: Option<&'a str>,
    pub(crate) metadata: &'a str,
    pub(crate) content_hash: &'a str,
    /// Hash over content, title and metadata: tells "unchanged".
    pub(crate) input_hash: &'a str,
    pub(crate) bytes: u64,
    /// Id to use when the uri is new.
    pub(crate) fresh_id: DocumentId,
}

impl Store {
    /// What [`Store::accept`] would answer, without writing.
    pub(crate) fn compare(&self, uri: &str, input_hash: &str) -> Result<Option<Accepted>> {
        self.read(|tx| newest_same(tx, uri, input_hash))
    }

    /// Writes the ledger row of a new version, or tells that nothing changed.
    pub(crate) fn accept(&self, new: &NewVersion<'_>) -> Result<Accepted> {
        self.write(|tx| {
            if let Some(same) = newest_same(tx, new.uri, new.input_hash)? {
                return Ok(same);
            }
            if let Some(again) = failed_same(tx, new.uri, new.input_hash)? {
                tx.execute(
                    "UPDATE versions SET state = 'accepted', code = NULL, reason = NULL, tried_by = NULL
                     WHERE document_id = ?1 AND version = ?2",
                    params![again.document_id, again.version],
                )?;
                return Ok(Accepted {
                    document_id: again.document_id,
                    version: again.version,
                    outcome: Outcome::Changed,
                });
            }
            let known: Option<(DocumentId, u32)> = tx
                .query_row("SELECT id, newest_version FROM documents WHERE uri = ?1", [new.uri], |r| {
                    Ok((r.get(0)?, r.get(1)?))
                })
                .optional()?;
            let (document_id, version, outcome) = match known {
                Some((id, newest)) => {
                    // A version nobody saw is replaced, not kept waiting behind the new one.
                    tx.execute(
                        "UPDATE versions SET state = 'superseded' WHERE document_id = ?1 AND state IN ('accepted', 'failed')",
                        [&id],
                    )?;
                    tx.execute("UPDATE documents SET newest_version = ?2 WHERE id = ?1", params![id, newest + 1])?;
                    (id, newest + 1, Outcome::Changed)
                }
                None => {
                    tx.execute(
                        "INSERT INTO documents (id, uri, current_version, newest_version, created_ms) VALUES (?1, ?2, NULL, 1, ?3)",
                        params![new.fresh_id, new.uri, now_ms()],
                    )?;
                    (new.fresh_id.clone(), 1, Outcome::New)
                }
            };
            tx.execute(
                "INSERT INTO versions (document_id, version, content_hash, input_hash, bytes, given_title, given_mime, metadata, state, accepted_ms)
                 VALUES (?1,?2,?3,?4,?5,?6,?7,?8,'accepted',?9)",
                params![document_id, version, new.content_hash, new.input_hash, new.bytes, new.title, new.mime, new.metadata, now_ms()],
            )?;
            Ok(Accepted { document_id, version, outcome })
        })
    }

    /// Versions accepted and not yet processed, oldest first.
    pub(crate) fn pending(&self) -> Result<Vec<PendingDocument>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT v.document_id, v.version, d.uri, v.given_title, v.given_mime, v.content_hash
                 FROM versions v JOIN documents d ON d.id = v.document_id
                 WHERE v.state = 'accepted' ORDER BY v.accepted_ms, v.rowid",
            )?;
            let rows = statement.query_map([], |r| {
                Ok(PendingDocument {
                    document_id: r.get(0)?,
                    version: r.get(1)?,
                    uri: r.get(2)?,
                    title: r.get(3)?,
                    mime: r.get(4)?,
                    content_hash: r.get(5)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Records that a version cannot be made searchable. A version replaced meanwhile is left alone.
    pub(crate) fn fail(&self, id: &str, version: u32, failure: &Failure<'_>) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "UPDATE versions SET state = 'failed', attempts = attempts + 1, code = ?3, reason = ?4, tried_by = ?5,
                   spent_ms = ?6
                 WHERE document_id = ?1 AND version = ?2 AND state = 'accepted'",
                params![id, version, failure.code, failure.reason, failure.tried_by, failure.spent_ms],
            )?;
            Ok(())
        })
    }

    /// The newest version of `uri` when it has this input and failed under the reader `by`.
    pub(crate) fn failed_before(
        &self,
        uri: &str,
        input_hash: &str,
        by: &str,
    ) -> Result<Option<FailedBefore>> {
        self.read(|tx| Ok(failed_same(tx, uri, input_hash)?.filter(|it| it.tried_by.as_deref() == Some(by))))
    }

    /// The uri of another document whose newest version has the same bytes, the first one by name.
    pub(crate) fn same_content(&self, id: &str, version: u32) -> Result<Option<String>> {
        self.read(|tx| {
            Ok(tx
                .prepare_cached(
                    "SELECT d.uri FROM versions mine
                     JOIN versions v ON v.content_hash = mine.content_hash AND v.document_id <> mine.document_id
                     JOIN documents d ON d.id = v.document_id AND d.newest_version = v.version
                     WHERE mine.document_id = ?1 AND mine.version = ?2 AND v.state IN ('visible', 'accepted')
                     ORDER BY d.uri LIMIT 1",
                )?
                .query_row(params![id, version], |r| r.get(0))
                .optional()?)
        })
    }

    /// Makes prepared versions visible, all of them in one commit; returns its number.
    ///
    /// Versions that were deleted or replaced while they were being prepared are skipped.
    pub(crate) fn publish(&self, prepared: &[PreparedDocument]) -> Result<u64> {
        self.write(|tx| {
            let generation = serving(tx)?.ok_or_else(|| Error::InvalidInput {
                reason: "no generation to publish into; call ensure_generation first".into(),
            })?;
            require_generation(prepared, generation.id)?;
            let seq = next_seq(tx)?;
            for document in prepared {
                if mark_visible(tx, document, seq)? {
                    super::chunks::bury(tx, &document.document_id, document.version, seq)?;
                    super::chunks::insert(tx, &generation, document, seq)?;
                    has_version(tx, generation.id, &document.document_id, document.version)?;
                }
            }
            Ok(seq)
        })
    }

    /// Removes a document; its chunks stay as tombstones until the caches have passed the commit.
    /// Returns the commit number and the content hashes of its originals.
    pub(crate) fn delete(&self, id: &str) -> Result<(u64, Vec<String>)> {
        self.write(|tx| {
            let hashes = tx
                .prepare_cached("SELECT DISTINCT content_hash FROM versions WHERE document_id = ?1")?
                .query_map([id], |r| r.get(0))?
                .collect::<Result<Vec<String>, _>>()?;
            if tx.execute("DELETE FROM documents WHERE id = ?1", [id])? == 0 {
                return Err(Error::NoSuchDocument { id: id.to_owned() }.into());
            }
            let seq = next_seq(tx)?;
            super::chunks::bury_all(tx, id, seq)?;
            let mut unused = Vec::new();
            for hash in hashes {
                let used: bool = tx.query_row(
                    "SELECT EXISTS (SELECT 1 FROM versions WHERE content_hash = ?1)",
                    [&hash],
                    |r| r.get(0),
                )?;
                if !used {
                    unused.push(hash);
                }
            }
            Ok((seq, unused))
        })
    }

    /// One document; the shown version is the visible one, else the newest.
    pub(crate) fn document(&self, id: &str) -> Result<Document> {
        self.read(|tx| {
            tx.query_row(&format!("{SELECT_DOCUMENT} WHERE d.id = ?1"), [id], document_row)
                .optional()?
                .ok_or_else(|| Error::NoSuchDocument { id: id.to_owned() }.into())
        })
    }

    /// Id of the document with this uri.
    pub(crate) fn document_by_uri(&self, uri: &str) -> Result<Option<DocumentId>> {
        self.read(|tx| {
            Ok(tx.query_row("SELECT id FROM documents WHERE uri = ?1", [uri], |r| r.get(0)).optional()?)
        })
    }

    /// Documents in order of id, after `after`, at most `limit`, and whether more follow.
    pub(crate) fn documents(&self, after: Option<&str>, limit: usize) -> Result<(Vec<Document>, bool)> {
        self.read(|tx| {
            let mut statement =
                tx.prepare_cached(&format!("{SELECT_DOCUMENT} WHERE d.id > ?1 ORDER BY d.id LIMIT ?2"))?;
            let mut rows = statement
                .query_map(params![after.unwrap_or(""), limit + 1], document_row)?
                .collect::<Result<Vec<_>, _>>()?;
            let more = rows.len() > limit;
            rows.truncate(limit);
            Ok((rows, more))
        })
    }

    /// Rows of the ledger that are not simply visible: waiting or failed.
    pub(crate) fn ledger(&self, limit: usize) -> Result<Vec<LedgerEntry>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT v.document_id, v.version, d.uri, v.state, v.attempts, v.code, v.reason
                 FROM versions v JOIN documents d ON d.id = v.document_id
                 WHERE v.state IN ('accepted', 'failed') ORDER BY v.accepted_ms, v.rowid LIMIT ?1",
            )?;
            let rows = statement.query_map([limit], |r| {
                Ok(LedgerEntry {
                    document_id: r.get(0)?,
                    version: r.get(1)?,
                    uri: r.get(2)?,
                    state: state_column(r, 3)?,
                    attempts: r.get(4)?,
                    code: r.get(5)?,
                    reason: r.get(6)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Content hash and media type of a document's shown version, for serving the original.
    pub(crate) fn original(&self, id: &str) -> Result<(String, String)> {
        let document = self.document(id)?;
        Ok((document.content_hash, document.mime))
    }

    /// Content hashes of all versions: the originals that must be there.
    pub(crate) fn content_hashes(&self) -> Result<std::collections::HashSet<String>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached("SELECT DISTINCT content_hash FROM versions")?;
            let hashes = statement.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
            Ok(hashes)
        })
    }

    /// Counts of the client.
    pub(crate) fn stats(&self) -> Result<Stats> {
        self.read(|tx| {
            let count = |sql: &str| tx.query_row(sql, [], |r| r.get::<_, u64>(0));
            Ok(Stats {
                documents: count("SELECT count(*) FROM documents WHERE current_version IS NOT NULL")?,
                chunks: count(
                    "SELECT count(*) FROM chunks WHERE dead_seq IS NULL AND generation = (SELECT serving FROM client)",
                )?,
                vectors: count(
                    "SELECT count(*) FROM vectors WHERE generation = (SELECT serving FROM client)",
                )?,
                pending: count("SELECT count(*) FROM versions WHERE state = 'accepted'")?,
                failed: count("SELECT count(*) FROM versions WHERE state = 'failed'")?,
                seq: count("SELECT seq FROM client")?,
            })
        })
    }
}

/// Fails when a document was prepared for another generation than the serving one.
pub(crate) fn require_generation(prepared: &[PreparedDocument], serving: u32) -> Result<()> {
    match prepared.iter().find(|document| document.generation != serving) {
        Some(other) => Err(Error::GenerationReplaced { given: other.generation, serving }),
        None => Ok(()),
    }
}

/// The newest version of `uri` when it has the same input and is served or on its way.
fn newest_same(tx: &Transaction<'_>, uri: &str, input_hash: &str) -> Result<Option<Accepted>, StoreError> {
    Ok(tx
        .query_row(
            "SELECT d.id, v.version, v.state FROM documents d
             JOIN versions v ON v.document_id = d.id AND v.version = d.newest_version
             WHERE d.uri = ?1 AND v.input_hash = ?2 AND v.state IN ('visible', 'accepted')",
            params![uri, input_hash],
            |r| {
                // Accepted but not yet visible: the same version, still to be processed.
                let outcome =
                    if r.get::<_, String>(2)? == "visible" { Outcome::Unchanged } else { Outcome::Changed };
                Ok(Accepted { document_id: r.get(0)?, version: r.get(1)?, outcome })
            },
        )
        .optional()?)
}

/// The newest version of `uri` when it has the same input and failed.
fn failed_same(
    tx: &Transaction<'_>,
    uri: &str,
    input_hash: &str,
) -> Result<Option<FailedBefore>, StoreError> {
    let row = |r: &Row<'_>| {
        Ok(FailedBefore {
            document_id: r.get(0)?,
            version: r.get(1)?,
            code: r.get(2)?,
            reason: r.get(3)?,
            tried_by: r.get(4)?,
        })
    };
    Ok(tx
        .query_row(
            "SELECT d.id, v.version, coalesce(v.code, ''), coalesce(v.reason, ''), v.tried_by FROM documents d
             JOIN versions v ON v.document_id = d.id AND v.version = d.newest_version
             WHERE d.uri = ?1 AND v.input_hash = ?2 AND v.state = 'failed'",
            params![uri, input_hash],
            row,
        )
        .optional()?)
}

/// Flips a version to visible and its predecessor to superseded; false when it is gone or replaced.
fn mark_visible(tx: &Transaction<'_>, document: &PreparedDocument, seq: u64) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE versions SET state = 'visible', attempts = attempts + 1, code = NULL, reason = NULL,
           title = ?3, mime = ?4, language = ?5, layout = ?6, warnings = ?7, text = ?8, chars = ?9, seq = ?10,
           properties = ?11, spent_ms = ?12, structure = ?13
         WHERE document_id = ?1 AND version = ?2 AND state = 'accepted'",
        params![
            document.document_id,
            document.version,
            document.title,
            document.mime,
            document.language,
            json(&document.layout),
            json(&document.warnings),
            document.text.as_bytes(),
            document.text.chars().count(),
            seq,
            serde_json::Value::Object(document.properties.clone()).to_string(),
            document.spent_ms,
            document.structure
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    tx.execute(
        "UPDATE versions SET state = 'superseded' WHERE document_id = ?1 AND version < ?2 AND state = 'visible'",
        params![document.document_id, document.version],
    )?;
    tx.execute(
        "UPDATE documents SET current_version = ?2 WHERE id = ?1",
        params![document.document_id, document.version],
    )?;
    Ok(true)
}

/// The caller's metadata over what the document says of itself; the latter is missing in rows of earlier releases.
pub(super) fn metadata_columns(
    row: &Row<'_>,
    given: usize,
    properties: usize,
) -> rusqlite::Result<serde_json::Map<String, serde_json::Value>> {
    let given: serde_json::Map<_, _> = json_column(row, given)?;
    let mut all: serde_json::Map<_, _> = match row.get::<_, Option<String>>(properties)? {
        Some(_) => json_column(row, properties)?,
        None => serde_json::Map::new(),
    };
    all.extend(given);
    Ok(all)
}

/// JSON text of plain lists and structures, which always serialise.
pub(super) fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

const SELECT_DOCUMENT: &str = "
SELECT d.id, d.uri, coalesce(v.title, v.given_title, d.uri), v.version, v.state, n.code, n.reason, d.newest_version,
  v.content_hash, coalesce(v.mime, v.given_mime, 'application/octet-stream'), v.language, v.bytes,
  coalesce(v.chars, 0),
  (SELECT count(*) FROM chunks c WHERE c.document_id = d.id AND c.version = v.version AND c.dead_seq IS NULL
    AND c.generation = (SELECT serving FROM client)),
  v.metadata, coalesce(v.warnings, '[]'), v.accepted_ms, v.seq, v.properties, n.attempts, n.spent_ms
FROM documents d
JOIN versions v ON v.document_id = d.id AND v.version = coalesce(d.current_version, d.newest_version)
JOIN versions n ON n.document_id = d.id AND n.version = d.newest_version";

fn document_row(r: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document {
        id: r.get(0)?,
        uri: r.get(1)?,
        title: r.get(2)?,
        version: r.get(3)?,
        state: state_column(r, 4)?,
        code: r.get(5)?,
        reason: r.get(6)?,
        newest_version: r.get(7)?,
        content_hash: r.get(8)?,
        mime: r.get(9)?,
        language: r.get(10)?,
        bytes: r.get(11)?,
        chars: r.get(12)?,
        chunks: r.get(13)?,
        metadata: metadata_columns(r, 14, 18)?,
        warnings: json_column(r, 15)?,
        updated_ms: r.get(16)?,
        seq: r.get(17)?,
        attempts: r.get(19)?,
        spent_ms: r.get(20)?,
    })
}

fn state_column(r: &Row<'_>, column: usize) -> rusqlite::Result<VersionState> {
    let text: String = r.get(column)?;
    VersionState::parse(&text).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            format!("state {text:?}").into(),
        )
    })
}

pub(super) fn json_column<T: serde::de::DeserializeOwned>(r: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = r.get(column)?;
    serde_json::from_str(&text).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e))
    })
}
