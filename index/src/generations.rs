//! A client's index under other settings, built beside the one that serves: begin, put, seal, swap, roll back, drop.
//!
//! Documents stay where they are; a generation has its own chunks, vectors and caches. While one is being built, what is
//! published goes to the serving one; the versions a generation lacks are told by [`Engine::missing_in`], so that a build
//! can be left and taken up again. A generation that lacks one cannot serve.

use crate::store::check;
use crate::{
    DocumentId, Engine, Error, Generation, GenerationSpec, GenerationState, GenerationStatus,
    PreparedDocument, Result, Scope, StoredVersion, files, write,
};

/// Most rows of one answer of [`Engine::missing_in`].
const MAX_MISSING: usize = 1000;

impl Engine {
    /// All generations of a client with where they stand, oldest first.
    pub fn generations(&self, scope: &Scope) -> Result<Vec<GenerationStatus>> {
        self.client(scope)?.store.generation_statuses()
    }

    /// Begins to build a generation with these settings, or takes one up again: one that was left, or the one that served
    /// before. Refused while another one is being built, and when the serving one has these settings.
    pub fn begin_generation(&self, scope: &Scope, spec: &GenerationSpec) -> Result<Generation> {
        write::check_spec(spec)?;
        self.client(scope)?.store.begin_generation(spec)
    }

    /// Visible versions that a generation lacks, by id of the document, from after `after`, at most `limit` (1 to 1,000).
    pub fn missing_in(
        &self,
        scope: &Scope,
        generation: u32,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(DocumentId, u32)>> {
        self.client(scope)?.store.missing_in(generation, after.unwrap_or(""), limit.clamp(1, MAX_MISSING))
    }

    /// A version as [`Engine::missing_in`] names it; `None` when it was replaced or deleted since.
    pub fn stored_version(&self, scope: &Scope, id: &str, version: u32) -> Result<Option<StoredVersion>> {
        self.client(scope)?.store.stored_version(id, version)
    }

    /// Stores chunks and vectors of visible versions in the generation they name, which is being built; returns how many
    /// versions it took. Versions replaced or deleted meanwhile are skipped, and those it has. Durable when it returns.
    ///
    /// # Errors
    /// When documents of several generations are given, a vector does not fit, or a text is not the one that is stored.
    pub fn put(&self, scope: &Scope, prepared: &[PreparedDocument]) -> Result<usize> {
        let Some(first) = prepared.first() else { return Ok(0) };
        if let Some(other) = prepared.iter().find(|document| document.generation != first.generation) {
            return Err(Error::InvalidInput {
                reason: format!(
                    "documents of generations {} and {} in one call",
                    first.generation, other.generation
                ),
            });
        }
        let client = self.client(scope)?;
        let generations = client.store.generations()?;
        let generation = generations.iter().find(|(generation, _)| generation.id == first.generation);
        let (generation, _) = generation.ok_or(Error::NoSuchGeneration { id: first.generation })?;
        for document in prepared {
            check(document, generation.spec.dims)?;
        }
        files::check_space(client.dir(), prepared.iter().map(write::size).sum())?;
        client.store.put(first.generation, prepared)
    }

    /// Builds the caches of a complete generation that is being built, so that swapping to it is short. They are kept at
    /// the newest commit from then on.
    pub fn seal_generation(&self, scope: &Scope, generation: u32) -> Result<()> {
        let client = self.client(scope)?;
        client.store.require_complete(generation)?;
        self.limit_writers(&client)?;
        client.build_caches(generation)
    }

    /// Makes a complete generation the one that answers queries, sealing it first; returns the commit number. Searches go
    /// on: each sees one generation or the other. The one before it is kept for [`Engine::roll_back`], older ones go.
    ///
    /// # Errors
    /// [`Error::GenerationIncomplete`] when a visible document is not in it; then nothing has changed.
    pub fn swap_generation(&self, scope: &Scope, generation: u32) -> Result<u64> {
        self.seal_generation(scope, generation)?;
        let client = self.client(scope)?;
        let before = client.store.serving()?;
        let seq = client.swap(generation)?;
        for (generation, state) in client.store.generations()? {
            let kept = before.as_ref().is_some_and(|before| before.id == generation.id);
            if state == GenerationState::Retired && !kept {
                self.drop_generation(scope, generation.id)?;
            }
        }
        Ok(seq)
    }

    /// Swaps back to the generation that served before; returns the commit number.
    ///
    /// # Errors
    /// [`Error::GenerationIncomplete`] when documents came or changed since: [`Engine::begin_generation`] with its
    /// settings takes it up again, then they can be put.
    pub fn roll_back(&self, scope: &Scope) -> Result<u64> {
        let client = self.client(scope)?;
        let generations = client.store.generations()?;
        let newest =
            |wanted| generations.iter().rev().find(|(_, state)| *state == wanted).map(|(found, _)| found);
        let Some(retired) = newest(GenerationState::Retired) else {
            return Err(Error::InvalidInput { reason: "there is no generation to roll back to".into() });
        };
        if let Some(building) = newest(GenerationState::Building) {
            let reason = format!("generation {} is being built; finish it or drop it first", building.id);
            return Err(Error::InvalidInput { reason });
        }
        client.store.require_complete(retired.id)?;
        client.store.reopen_generation(retired.id)?;
        self.swap_generation(scope, retired.id)
    }

    /// Removes a generation that does not serve.
    pub fn drop_generation(&self, scope: &Scope, generation: u32) -> Result<()> {
        let client = self.client(scope)?;
        // Also of one that serves by now: whether it does is asked again in the transaction.
        let _order = client.hold_view();
        client.store.require_idle(generation)?;
        client.remove_caches(generation)?;
        client.store.drop_generation(generation)
    }
}
