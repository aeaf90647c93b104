//! Generations and the client's commit number.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Store, StoreError};
use crate::clock::now_ms;
use crate::{
    DocumentId, Error, Generation, GenerationSpec, GenerationState, GenerationStatus, PreparedDocument,
    Result,
};

impl Store {
    /// The newest commit number.
    pub(crate) fn seq(&self) -> Result<u64> {
        self.read(|tx| Ok(tx.query_row("SELECT seq FROM client", [], |row| row.get(0))?))
    }

    /// The generation that answers queries; `None` before the first document.
    pub(crate) fn serving(&self) -> Result<Option<Generation>> {
        self.read(serving)
    }

    /// The serving generation, made when there is none; a different fingerprint is an error.
    pub(crate) fn ensure_generation(&self, spec: &GenerationSpec) -> Result<Generation> {
        self.write(|tx| {
            if let Some(generation) = serving(tx)? {
                if generation.spec.fingerprint == spec.fingerprint {
                    return Ok(generation);
                }
                return Err(Error::FingerprintMismatch {
                    stored: generation.spec.name,
                    wanted: spec.name.clone(),
                }
                .into());
            }
            let id = add(tx, spec, GenerationState::Serving)?;
            tx.execute("UPDATE client SET serving = ?1", [id])?;
            Ok(Generation { id, spec: spec.clone() })
        })
    }

    /// The generation with this fingerprint beside the serving one, made when there is none; a retired one is taken up
    /// again.
    pub(crate) fn begin_generation(&self, spec: &GenerationSpec) -> Result<Generation> {
        self.write(|tx| {
            let refuse = |reason: String| Err(Error::InvalidInput { reason }.into());
            let Some(serving) = serving(tx)? else {
                return refuse(
                    "the client has no generation yet; its first document makes one with any settings".into(),
                );
            };
            if serving.spec.fingerprint == spec.fingerprint {
                return refuse(format!("{} answers queries already; there is nothing to build", spec.name));
            }
            let others = states(tx)?.into_iter().filter(|(_, state)| *state != GenerationState::Serving);
            for (generation, state) in others {
                if generation.spec.fingerprint == spec.fingerprint {
                    set_state(tx, generation.id, GenerationState::Building)?;
                    return Ok(generation);
                }
                if state == GenerationState::Building {
                    return refuse(format!(
                        "generation {} ({}) is being built; finish it or drop it first",
                        generation.id, generation.spec.name
                    ));
                }
            }
            let id = add(tx, spec, GenerationState::Building)?;
            Ok(Generation { id, spec: spec.clone() })
        })
    }

    /// All generations with their states, oldest first.
    pub(crate) fn generations(&self) -> Result<Vec<(Generation, GenerationState)>> {
        self.read(states)
    }

    /// The same, with how many of the visible documents each has.
    pub(crate) fn generation_statuses(&self) -> Result<Vec<GenerationStatus>> {
        self.read(|tx| {
            let of: u64 = tx.query_row(
                "SELECT count(*) FROM documents WHERE current_version IS NOT NULL",
                [],
                |row| row.get(0),
            )?;
            let mut statuses = Vec::new();
            for (generation, state) in states(tx)? {
                let missing = missing(tx, generation.id)?;
                let created_ms: i64 = tx.query_row(
                    "SELECT created_ms FROM generations WHERE id = ?1",
                    [generation.id],
                    |row| row.get(0),
                )?;
                statuses.push(GenerationStatus {
                    generation,
                    state,
                    documents: of - missing,
                    of,
                    created_ms,
                });
            }
            Ok(statuses)
        })
    }

    /// Visible versions that a generation does not have, by id of the document, from after `after`.
    pub(crate) fn missing_in(
        &self,
        generation: u32,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(DocumentId, u32)>> {
        self.read(|tx| {
            existing(tx, generation)?;
            let mut statement = tx.prepare_cached(&format!(
                "SELECT d.id, d.current_version {FROM_MISSING} AND d.id > ?2 ORDER BY d.id LIMIT ?3"
            ))?;
            let rows =
                statement.query_map(params![generation, after, limit], |r| Ok((r.get(0)?, r.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Stores the chunks of visible versions in a generation that is being built; returns how many versions it took.
    /// Versions that were replaced or deleted meanwhile, or that it has, are skipped.
    pub(crate) fn put(&self, generation: u32, prepared: &[PreparedDocument]) -> Result<usize> {
        self.write(|tx| {
            let generation = building(tx, generation)?;
            let seq = next_seq(tx)?;
            let mut taken = 0;
            for document in prepared {
                let (id, version) = (&document.document_id, document.version);
                let missing: bool = tx.query_row(
                    &format!("SELECT EXISTS (SELECT 1 {FROM_MISSING} AND d.id = ?2 AND d.current_version = ?3)"),
                    params![generation.id, id, version],
                    |r| r.get(0),
                )?;
                if !missing {
                    continue;
                }
                let text: Vec<u8> = tx.query_row(
                    "SELECT text FROM versions WHERE document_id = ?1 AND version = ?2",
                    params![id, version],
                    |r| r.get(0),
                )?;
                if text != document.text.as_bytes() {
                    let reason = format!(
                        "the text of {id} is not the one that is stored; ingest the document again before its generation is built"
                    );
                    return Err(Error::InvalidInput { reason }.into());
                }
                super::chunks::insert(tx, &generation, document, seq)?;
                has_version(tx, generation.id, id, version)?;
                taken += 1;
            }
            Ok(taken)
        })
    }

    /// Makes a complete generation the serving one. The one before it is retired.
    pub(crate) fn swap_generation(&self, generation: u32) -> Result<u64> {
        self.write(|tx| {
            building(tx, generation)?;
            complete(tx, generation)?;
            tx.execute("UPDATE generations SET state = 'retired' WHERE state = 'serving'", [])?;
            set_state(tx, generation, GenerationState::Serving)?;
            tx.execute("UPDATE client SET serving = ?1", [generation])?;
            next_seq(tx)
        })
    }

    /// Fails when a generation lacks visible versions.
    pub(crate) fn require_complete(&self, generation: u32) -> Result<()> {
        self.read(|tx| complete(tx, generation))
    }

    /// Fails when a generation answers queries.
    pub(crate) fn require_idle(&self, generation: u32) -> Result<()> {
        self.read(|tx| idle(tx, generation))
    }

    /// Takes a retired generation up again; one that is being built stays as it is.
    pub(crate) fn reopen_generation(&self, generation: u32) -> Result<()> {
        self.write(|tx| {
            if existing(tx, generation)?.1 == GenerationState::Retired {
                set_state(tx, generation, GenerationState::Building)?;
            }
            Ok(())
        })
    }

    /// Removes a generation that does not serve, with its chunks and vectors.
    pub(crate) fn drop_generation(&self, generation: u32) -> Result<()> {
        self.write(|tx| {
            idle(tx, generation)?;
            for sql in [
                "DELETE FROM chunks WHERE generation = ?1",
                "DELETE FROM vectors WHERE generation = ?1",
                "DELETE FROM generation_documents WHERE generation = ?1",
                "DELETE FROM generations WHERE id = ?1",
            ] {
                tx.execute(sql, [generation])?;
            }
            Ok(())
        })
    }
}

/// Visible versions that generation `?1` does not have.
const FROM_MISSING: &str = "FROM documents d WHERE d.current_version IS NOT NULL AND NOT EXISTS
  (SELECT 1 FROM generation_documents g WHERE g.generation = ?1 AND g.document_id = d.id AND g.version = d.current_version)";

/// Takes the next commit number.
pub(super) fn next_seq(tx: &Transaction<'_>) -> Result<u64, StoreError> {
    Ok(tx.query_row("UPDATE client SET seq = seq + 1 RETURNING seq", [], |row| row.get(0))?)
}

pub(super) fn serving(tx: &Transaction<'_>) -> Result<Option<Generation>, StoreError> {
    Ok(tx
        .query_row(
            "SELECT g.id, g.fingerprint, g.name, g.model, g.dims FROM client c JOIN generations g ON g.id = c.serving",
            [],
            generation_row,
        )
        .optional()?)
}

/// Notes that a generation has this version of a document.
pub(super) fn has_version(
    tx: &Transaction<'_>,
    generation: u32,
    document_id: &str,
    version: u32,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO generation_documents (generation, document_id, version) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![generation, document_id, version])?;
    Ok(())
}

fn generation_row(row: &Row<'_>) -> rusqlite::Result<Generation> {
    Ok(Generation {
        id: row.get(0)?,
        spec: GenerationSpec {
            fingerprint: row.get(1)?,
            name: row.get(2)?,
            model: row.get(3)?,
            dims: row.get(4)?,
        },
    })
}

/// All generations with their states, oldest first.
fn states(tx: &Transaction<'_>) -> Result<Vec<(Generation, GenerationState)>, StoreError> {
    let mut statement =
        tx.prepare_cached("SELECT id, fingerprint, name, model, dims, state FROM generations ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let state: String = row.get(5)?;
        let parsed = GenerationState::parse(&state);
        let parsed = parsed.ok_or_else(|| StoreError::Damaged(format!("generation state {state:?}")))?;
        all.push((generation_row(row)?, parsed));
    }
    Ok(all)
}

fn existing(tx: &Transaction<'_>, id: u32) -> Result<(Generation, GenerationState), StoreError> {
    let found = states(tx)?.into_iter().find(|(generation, _)| generation.id == id);
    found.ok_or_else(|| Error::NoSuchGeneration { id }.into())
}

fn building(tx: &Transaction<'_>, id: u32) -> Result<Generation, StoreError> {
    let (generation, state) = existing(tx, id)?;
    if state == GenerationState::Building {
        return Ok(generation);
    }
    let reason = format!("generation {id} is {}, not being built", state.as_str());
    Err(Error::InvalidInput { reason }.into())
}

fn idle(tx: &Transaction<'_>, id: u32) -> Result<(), StoreError> {
    if existing(tx, id)?.1 == GenerationState::Serving {
        let reason = format!("generation {id} answers queries; swap to another one first");
        return Err(Error::InvalidInput { reason }.into());
    }
    Ok(())
}

fn missing(tx: &Transaction<'_>, id: u32) -> Result<u64, StoreError> {
    Ok(tx.query_row(&format!("SELECT count(*) {FROM_MISSING}"), [id], |row| row.get(0))?)
}

fn complete(tx: &Transaction<'_>, id: u32) -> Result<(), StoreError> {
    existing(tx, id)?;
    match missing(tx, id)? {
        0 => Ok(()),
        missing => Err(Error::GenerationIncomplete { id, missing }.into()),
    }
}

fn add(tx: &Transaction<'_>, spec: &GenerationSpec, state: GenerationState) -> Result<u32, StoreError> {
    tx.execute(
        "INSERT INTO generations (fingerprint, name, model, dims, state, created_ms) VALUES (?1,?2,?3,?4,?5,?6)",
        params![spec.fingerprint, spec.name, spec.model, spec.dims, state.as_str(), now_ms()],
    )?;
    u32::try_from(tx.last_insert_rowid())
        .map_err(|_| StoreError::Damaged("generation number out of range".into()))
}

fn set_state(tx: &Transaction<'_>, generation: u32, state: GenerationState) -> Result<(), StoreError> {
    tx.execute("UPDATE generations SET state = ?2 WHERE id = ?1", params![generation, state.as_str()])?;
    Ok(())
}
