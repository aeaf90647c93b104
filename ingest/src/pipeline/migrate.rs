//! A client's index under other settings: every document cut and embedded again beside what is served, then swapped in.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use footnote_index::{Error, Generation, GenerationState, Scope, StoredVersion};
use serde::{Deserialize, Serialize};

use super::prepare::{Chunked, Vectors, cut};
use super::report::{Entry, Status};
use super::sources::name_of;
use super::{IngestError, ModelTokens, Pipeline};
use crate::extract::{Extracted, structure};

/// Documents cut, embedded and stored at a time: a run that is stopped loses at most these.
const BATCH: usize = 64;

/// Swaps that may find a document published meanwhile before the run is left to be taken up again.
const SWAPS: usize = 5;

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MigrationReport {
    /// The settings that served before; `None` for a client without an index.
    pub from: Option<String>,
    /// The settings that serve now.
    pub to: String,
    /// Whether there was nothing to do: these settings served already.
    pub unchanged: bool,
    /// Documents cut in this run; those of an earlier run that was left are not counted again.
    pub documents: usize,
    /// Chunks stored in this run.
    pub chunks: usize,
    /// Chunks that had to be embedded; the others' vectors were there.
    pub embedded: usize,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// Told to the caller while a migration goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationEvent {
    /// Documents the new generation has.
    pub done: u64,
    /// Documents it needs.
    pub of: u64,
}

/// What there was to begin.
#[derive(Debug)]
pub enum Begun {
    /// Nothing: these settings serve already.
    Unchanged(MigrationReport),
    /// A generation to build.
    Migration(Migration),
}

/// A migration under way: the generation that is being built and what was done for it.
#[derive(Debug)]
pub struct Migration {
    generation: Generation,
    report: MigrationReport,
    started: Instant,
}

impl Pipeline {
    /// Builds the client's index anew under this pipeline's settings and swaps it in. What is served stays until then; a
    /// run that was stopped is taken up where it was left.
    ///
    /// # Errors
    /// When the disk is full or the encoder fails; then nothing served has changed.
    pub fn migrate(
        &self,
        scope: &Scope,
        on: &mut dyn FnMut(MigrationEvent),
    ) -> Result<MigrationReport, IngestError> {
        match self.begin_migration(scope)? {
            Begun::Unchanged(report) => Ok(report),
            Begun::Migration(mut migration) => {
                self.fill(scope, &mut migration, &AtomicBool::new(false), on)?;
                self.swap_in(scope, migration, on)
            }
        }
    }

    /// Begins a migration, or takes up the one that was left. A caller that serves queries meanwhile goes on with
    /// [`Self::fill`], then [`Self::swap_in`].
    ///
    /// # Errors
    /// When storage fails.
    pub fn begin_migration(&self, scope: &Scope) -> Result<Begun, IngestError> {
        let started = Instant::now();
        let spec = self.spec();
        let serving = self.engine.generation(scope)?;
        let unchanged = serving.as_ref().is_none_or(|serving| serving.spec.fingerprint == spec.fingerprint);
        let report = MigrationReport {
            from: serving.map(|serving| serving.spec.name),
            to: spec.name.clone(),
            unchanged,
            documents: 0,
            chunks: 0,
            embedded: 0,
            seconds: 0.0,
        };
        if unchanged {
            return Ok(Begun::Unchanged(report));
        }
        // One that was left under settings that are no longer in force is of no use.
        for status in self.engine.generations(scope)? {
            if status.state == GenerationState::Building
                && status.generation.spec.fingerprint != spec.fingerprint
            {
                self.engine.drop_generation(scope, status.generation.id)?;
            }
        }
        let generation = self.engine.begin_generation(scope, &spec)?;
        Ok(Begun::Migration(Migration { generation, report, started }))
    }

    /// Takes what was published meanwhile along and makes the new generation the serving one. No other run may
    /// publish to the client while this one does: what it began under the old generation would be lost to the new one.
    ///
    /// # Errors
    /// As [`Self::migrate`].
    pub fn swap_in(
        &self,
        scope: &Scope,
        mut migration: Migration,
        on: &mut dyn FnMut(MigrationEvent),
    ) -> Result<MigrationReport, IngestError> {
        for _ in 0..SWAPS {
            self.fill(scope, &mut migration, &AtomicBool::new(false), on)?;
            match self.engine.swap_generation(scope, migration.generation.id) {
                // Something was published between the last look and the swap.
                Err(Error::GenerationIncomplete { .. }) => {}
                swapped => {
                    swapped?;
                    migration.report.seconds = migration.started.elapsed().as_secs_f64();
                    return Ok(migration.report);
                }
            }
        }
        Err(IngestError::Busy)
    }

    /// Cuts, embeds and stores every version the new generation lacks, in batches; ends early, between two of them,
    /// once `stop` is set. What was stored is kept for the next time.
    ///
    /// # Errors
    /// As [`Self::migrate`].
    pub fn fill(
        &self,
        scope: &Scope,
        migration: &mut Migration,
        stop: &AtomicBool,
        on: &mut dyn FnMut(MigrationEvent),
    ) -> Result<(), IngestError> {
        let Migration { generation, report, .. } = migration;
        let tokens = ModelTokens(self.embedder.tokenizer());
        let mut after: Option<String> = None;
        while !stop.load(Ordering::Relaxed) {
            let missing = self.engine.missing_in(scope, generation.id, after.as_deref(), BATCH)?;
            let Some((last, _)) = missing.last() else { return Ok(()) };
            after = Some(last.clone());
            let mut batch = Vec::with_capacity(missing.len());
            for (id, version) in missing {
                if let Some(stored) = self.engine.stored_version(scope, &id, version)? {
                    batch.push(self.cut_again(stored, &tokens));
                }
            }
            let (vectors, embedded) = self.vectors(scope, generation, &batch, &Vectors::new())?;
            let finished: Option<Vec<_>> =
                batch.into_iter().map(|chunked| chunked.finish(generation.id, &vectors)).collect();
            let prepared: Vec<_> = finished
                .ok_or(IngestError::MissingVector)?
                .into_iter()
                .map(|(document, _)| document)
                .collect();
            report.documents += self.engine.put(scope, &prepared)?;
            report.chunks += prepared.iter().map(|document| document.chunks.len()).sum::<usize>();
            report.embedded += embedded;
            let statuses = self.engine.generations(scope)?;
            if let Some(status) = statuses.iter().find(|status| status.generation.id == generation.id) {
                on(MigrationEvent { done: status.documents, of: status.of });
            }
        }
        Ok(())
    }

    fn cut_again(&self, stored: StoredVersion, tokens: &ModelTokens) -> Chunked {
        let mut extracted = Extracted {
            text: stored.text,
            mime: stored.mime,
            language: stored.language,
            layout: stored.layout,
            ..Extracted::default()
        };
        structure::read(&mut extracted, stored.structure.as_deref());
        // A document without a title is shown under its name, which is not embedded.
        let name = name_of(&stored.uri).to_owned();
        let title = Some(stored.title).filter(|title| *title != name && *title != stored.uri);
        let entry = Entry::new(stored.uri, Status::Ingested, "migrated");
        cut(extracted, title, &name, &self.chunker, tokens, (stored.document_id, stored.version), entry)
    }
}
