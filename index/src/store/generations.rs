//! Generations and the client's commit number.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{Store, StoreError};
use crate::clock::now_ms;
use crate::{Error, Generation, GenerationSpec, Result};

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
            tx.execute(
                "INSERT INTO generations (fingerprint, name, model, dims, state, created_ms) VALUES (?1,?2,?3,?4,'serving',?5)",
                params![spec.fingerprint, spec.name, spec.model, spec.dims, now_ms()],
            )?;
            let id = u32::try_from(tx.last_insert_rowid())
                .map_err(|_| StoreError::Damaged("generation number out of range".into()))?;
            tx.execute("UPDATE client SET serving = ?1", [id])?;
            Ok(Generation { id, spec: spec.clone() })
        })
    }
}

/// Takes the next commit number.
pub(super) fn next_seq(tx: &Transaction<'_>) -> Result<u64, StoreError> {
    Ok(tx.query_row("UPDATE client SET seq = seq + 1 RETURNING seq", [], |row| row.get(0))?)
}

pub(super) fn serving(tx: &Transaction<'_>) -> Result<Option<Generation>, StoreError> {
    Ok(tx
        .query_row(
            "SELECT g.id, g.fingerprint, g.name, g.model, g.dims FROM client c JOIN generations g ON g.id = c.serving",
            [],
            |row| {
                Ok(Generation {
                    id: row.get(0)?,
                    spec: GenerationSpec {
                        fingerprint: row.get(1)?,
                        name: row.get(2)?,
                        model: row.get(3)?,
                        dims: row.get(4)?,
                    },
                })
            },
        )
        .optional()?)
}
