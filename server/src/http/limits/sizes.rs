//! What tenants store, against what their plans allow. Clients are measured when they are first asked about and again after
//! they changed; in between, what is accepted is added to what was measured.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use footnote_index::{Engine, Footprint, Scope};

use super::Plan;
use crate::http::error::{ApiError, Code};

/// Footprints of clients as far as they are known.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    known: Mutex<HashMap<Scope, Footprint>>,
}

impl Sizes {
    /// The client changed: it is measured again when it is next asked about.
    pub(super) fn forget(&self, scope: &Scope) {
        self.known().remove(scope);
    }

    /// Footprint of a client. Blocks.
    pub(super) fn of(&self, engine: &Engine, scope: &Scope) -> Result<Footprint, ApiError> {
        if let Some(known) = self.known().get(scope) {
            return Ok(*known);
        }
        // Not under the lock: a large client takes its time.
        let measured = engine.footprint(scope)?;
        Ok(*self.known().entry(scope.clone()).or_insert(measured))
    }

    /// Adds `more` to the client unless its tenant, whose clients are `all`, would then have more than the plan allows.
    /// Blocks.
    pub(super) fn reserve(
        &self,
        engine: &Engine,
        (scope, all): (&Scope, &[Scope]),
        (name, plan): (&str, &Plan),
        more: Footprint,
    ) -> Result<(), ApiError> {
        for client in all {
            self.of(engine, client)?;
        }
        let mut known = self.known();
        let used =
            all.iter().filter_map(|client| known.get(client)).fold(Footprint::default(), |sum, one| {
                Footprint {
                    documents: sum.documents + one.documents,
                    bytes: sum.bytes.saturating_add(one.bytes),
                }
            });
        let over = |what: &str, used: u64, more: u64, limit: Option<u64>| match limit {
            Some(limit) if more > 0 && used.saturating_add(more) > limit => Err(ApiError::new(
                Code::StorageQuotaExceeded,
                format!(
                    "the plan {name} allows {limit} {what}, {used} are stored and this needs {more} more; \
                     delete documents, or ask the operator for a larger plan"
                ),
            )),
            _ => Ok(()),
        };
        over("documents", used.documents, more.documents, plan.documents)?;
        over("bytes", used.bytes, more.bytes, plan.bytes)?;
        if let Some(own) = known.get_mut(scope) {
            own.documents += more.documents;
            own.bytes = own.bytes.saturating_add(more.bytes);
        }
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Scope, Footprint>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
