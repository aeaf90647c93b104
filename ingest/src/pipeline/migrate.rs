//! A client's index under other settings: every document cut and embedded again beside what is served, then swapped in.

use std::time::Instant;

use footnote_index::{Error, Generation, Scope, StoredVersion};
use serde::Serialize;

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
#[derive(Debug, Clone, PartialEq, Serialize)]
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

impl Pipeline {
    /// Builds the client's index anew under this pipeline's settings and swaps it in. What is served stays until then; a
    /// run that was stopped is taken up where it was left.
    ///
    /// # Errors
    /// When another generation is being built, the disk is full, or the encoder fails; then nothing served has changed.
    pub fn migrate(
        &self,
        scope: &Scope,
        on: &mut dyn FnMut(MigrationEvent),
    ) -> Result<MigrationReport, IngestError> {
        let started = Instant::now();
        let spec = self.spec();
        let serving = self.engine.generation(scope)?;
        let mut report = MigrationReport {
            from: serving.as_ref().map(|serving| serving.spec.name.clone()),
            to: spec.name.clone(),
            unchanged: serving.as_ref().is_none_or(|serving| serving.spec.fingerprint == spec.fingerprint),
            documents: 0,
            chunks: 0,
            embedded: 0,
            seconds: 0.0,
        };
        if !report.unchanged {
            let generation = self.engine.begin_generation(scope, &spec)?;
            for _ in 0..SWAPS {
                self.fill(scope, &generation, &mut report, on)?;
                match self.engine.swap_generation(scope, generation.id) {
                    // Something was published between the last look and the swap.
                    Err(Error::GenerationIncomplete { .. }) => {}
                    swapped => {
                        swapped?;
                        report.seconds = started.elapsed().as_secs_f64();
                        return Ok(report);
                    }
                }
            }
            return Err(IngestError::Busy);
        }
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// Puts every version the generation lacks.
    fn fill(
        &self,
        scope: &Scope,
        generation: &Generation,
        report: &mut MigrationReport,
        on: &mut dyn FnMut(MigrationEvent),
    ) -> Result<(), IngestError> {
        let tokens = ModelTokens(self.embedder.tokenizer());
        let mut after: Option<String> = None;
        loop {
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
