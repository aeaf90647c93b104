//! One run: sources are accepted and extracted on one thread while chunks are embedded and published
//! on another, with a bounded queue between them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use footnote_index::{Failure, NewDocument, Outcome, Scope};
use footnote_models::{InputKind, Priority};

use super::paths::{PathOptions, find_files, read_file};
use super::prepare::{Chunked, Vectors, cut};
use super::report::{Entry, Event, Report, Status};
use super::sources::{RECORD_MIME, Source, extract_record, name_of};
use super::{IngestError, ModelTokens, Pipeline};
use crate::error::ExtractError;
use crate::extract::{Extracted, READER};

/// Extracted documents that may wait for the encoder.
const QUEUE: usize = 16;

/// A batch is published when it has this many chunks ...
const BATCH_CHUNKS: usize = 256;

/// ... or this many documents ...
const BATCH_DOCUMENTS: usize = 512;

/// ... or when nothing more arrives for this long.
const LINGER: Duration = Duration::from_millis(200);

/// What the feeding thread hands over.
enum Item {
    Found(usize),
    FileDone,
    /// Finished already: unchanged, unreadable, or a plan only.
    Entry(Entry),
    Extracted {
        document_id: String,
        version: u32,
        title: Option<String>,
        entry: Entry,
        result: Box<Result<Extracted, ExtractError>>,
        /// Time that extraction took.
        spent: Duration,
    },
}

/// Receives items; false when the consumer is gone and feeding should stop.
type Sink<'a> = &'a mut dyn FnMut(Item) -> bool;

/// How sources are taken.
#[derive(Debug, Clone, Copy)]
struct Feed {
    /// Only say what would be done.
    dry_run: bool,
    /// Try also what failed before and is as it was.
    retry: bool,
}

impl Default for Feed {
    fn default() -> Self {
        Self { dry_run: false, retry: true }
    }
}

impl From<&PathOptions> for Feed {
    fn from(options: &PathOptions) -> Self {
        Self { dry_run: options.dry_run, retry: options.retry }
    }
}

impl Pipeline {
    /// Ingests files and folders; first finishes what an earlier run left accepted.
    ///
    /// Documents that did not change are skipped; those that cannot be read are reported and the
    /// rest goes on. Fails only when nothing can go on (disk full, other fingerprint).
    pub fn ingest_paths(
        &self,
        scope: &Scope,
        paths: &[PathBuf],
        options: &PathOptions,
        on: &mut dyn FnMut(Event<'_>),
    ) -> Result<Report, IngestError> {
        let files = find_files(paths, options)?;
        let max_bytes = self.extractor.limits().max_input_bytes as u64;
        self.run(scope, options.dry_run, on, |sink| {
            if !sink(Item::Found(files.len())) || (!options.dry_run && !self.feed_pending(scope, sink)?) {
                return Ok(());
            }
            for file in files {
                let mut outcome = Ok(true);
                match file {
                    Ok(path) => read_file(&path, max_bytes, |source| {
                        outcome = match source {
                            Ok(source) => self.feed(scope, &source, options.into(), sink),
                            Err(entry) => Ok(sink(Item::Entry(entry))),
                        };
                        matches!(outcome, Ok(true))
                    }),
                    Err(entry) => outcome = Ok(sink(Item::Entry(entry))),
                }
                if !outcome? || !sink(Item::FileDone) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Ingests sources held in memory.
    pub fn ingest_sources(
        &self,
        scope: &Scope,
        sources: impl IntoIterator<Item = Source, IntoIter: Send> + Send,
        on: &mut dyn FnMut(Event<'_>),
    ) -> Result<Report, IngestError> {
        let sources = sources.into_iter();
        self.run(scope, false, on, |sink| {
            for source in sources {
                if !self.feed(scope, &source, Feed::default(), sink)? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Finishes what was accepted and not yet made searchable (after a crash, or by another caller).
    pub fn ingest_pending(
        &self,
        scope: &Scope,
        on: &mut dyn FnMut(Event<'_>),
    ) -> Result<Report, IngestError> {
        self.run(scope, false, on, |sink| self.feed_pending(scope, sink).map(drop))
    }

    fn run(
        &self,
        scope: &Scope,
        dry_run: bool,
        on: &mut dyn FnMut(Event<'_>),
        feed: impl FnOnce(Sink<'_>) -> Result<(), IngestError> + Send,
    ) -> Result<Report, IngestError> {
        let started = Instant::now();
        if !dry_run {
            self.generation(scope)?;
        }
        let mut report = Report::new(dry_run);
        let (send, receive) = sync_channel(QUEUE);
        let (consumed, fed) = std::thread::scope(|threads| {
            let feeder = threads.spawn(move || feed_all(feed, &send));
            let consumed = self.consume(scope, &receive, &mut report, on);
            (consumed, feeder.join())
        });
        consumed?;
        fed.map_err(|_| IngestError::Thread)??;
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// Accepts one source and extracts it unless it is unchanged.
    fn feed(&self, scope: &Scope, source: &Source, how: Feed, sink: Sink<'_>) -> Result<bool, IngestError> {
        let new = NewDocument {
            uri: &source.uri,
            title: source.title.as_deref(),
            mime: source.mime.as_deref(),
            metadata: &source.metadata,
            bytes: &source.bytes,
        };
        let accepted = if let Some(before) = self.failed_before(scope, &new, how)? {
            return Ok(sink(Item::Entry(before)));
        } else if how.dry_run {
            self.engine.would_accept(scope, &new).map(|outcome| (None, outcome))
        } else {
            self.engine.accept(scope, &new).map(|a| (Some((a.document_id, a.version)), a.outcome))
        };
        let (ids, outcome) = match accepted {
            Ok(accepted) => accepted,
            // The document's own fault: the others go on.
            Err(error @ footnote_index::Error::InvalidInput { .. }) => {
                return Ok(sink(Item::Entry(Entry::failed(&source.uri, "invalid", error.to_string()))));
            }
            Err(error) => return Err(error.into()),
        };
        let mut entry = entry_of(&source.uri, outcome);
        let Some((document_id, version)) = ids else { return Ok(sink(Item::Entry(entry))) };
        entry.document_id = Some(document_id.clone());
        entry.version = Some(version);
        if outcome == Outcome::Unchanged {
            return Ok(sink(Item::Entry(entry)));
        }
        let started = Instant::now();
        let result = Box::new(self.extract(&source.bytes, &source.name, source.mime.as_deref()));
        let (title, spent) = (source.title.clone(), started.elapsed());
        Ok(sink(Item::Extracted { document_id, version, title, entry, result, spent }))
    }

    /// The entry of a source that failed under this very reader and is as it was: it would only fail again.
    fn failed_before(
        &self,
        scope: &Scope,
        new: &NewDocument<'_>,
        how: Feed,
    ) -> Result<Option<Entry>, IngestError> {
        if how.retry {
            return Ok(None);
        }
        let before = match self.engine.failed_before(scope, new, READER) {
            // Told when it is accepted.
            Err(footnote_index::Error::InvalidInput { .. }) => None,
            before => before?,
        };
        Ok(before.map(|before| Entry {
            document_id: Some(before.document_id),
            version: Some(before.version),
            ..Entry::failed(
                new.uri,
                &before.code,
                format!("{} (as it was when it failed; --retry tries it again)", before.reason),
            )
        }))
    }

    fn feed_pending(&self, scope: &Scope, sink: Sink<'_>) -> Result<bool, IngestError> {
        for pending in self.engine.pending(scope)? {
            let bytes = self.engine.original_by_hash(scope, &pending.content_hash)?;
            let mut entry = entry_of(&pending.uri, Outcome::Changed);
            entry.code = "resumed".to_owned();
            entry.document_id = Some(pending.document_id.clone());
            entry.version = Some(pending.version);
            let started = Instant::now();
            let result = Box::new(self.extract(&bytes, name_of(&pending.uri), pending.mime.as_deref()));
            let (document_id, version, title) = (pending.document_id, pending.version, pending.title);
            let spent = started.elapsed();
            if !sink(Item::Extracted { document_id, version, title, entry, result, spent }) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn extract(&self, bytes: &[u8], name: &str, mime: Option<&str>) -> Result<Extracted, ExtractError> {
        if mime == Some(RECORD_MIME) {
            return extract_record(bytes);
        }
        self.extractor.extract(bytes, name, mime)
    }

    fn consume(
        &self,
        scope: &Scope,
        items: &Receiver<Item>,
        report: &mut Report,
        on: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), IngestError> {
        let tokens = ModelTokens(self.embedder.tokenizer());
        let mut batch: Vec<Chunked> = Vec::new();
        loop {
            let chunks: usize = batch.iter().map(|c| c.chunks.len()).sum();
            let full = chunks >= BATCH_CHUNKS || batch.len() >= BATCH_DOCUMENTS;
            let next = if full { Err(RecvTimeoutError::Timeout) } else { items.recv_timeout(LINGER) };
            match next {
                Ok(Item::Found(files)) => on(Event::Found { files }),
                Ok(Item::FileDone) => on(Event::FileDone),
                Ok(Item::Entry(entry)) => finish(report, on, entry),
                Ok(Item::Extracted { document_id, version, title, mut entry, result, spent }) => {
                    match *result {
                        Ok(extracted) => {
                            let started = Instant::now();
                            let title = title.or_else(|| extracted.title.clone());
                            let name = entry.uri.rsplit('/').next().unwrap_or(&entry.uri).to_owned();
                            let ids = (document_id, version);
                            let mut chunked =
                                cut(extracted, title, &name, &self.chunker, &tokens, ids, entry);
                            chunked.entry.spent_ms = millis(spent + started.elapsed());
                            batch.push(chunked);
                        }
                        Err(error) => {
                            entry.spent_ms = millis(spent);
                            let reason = error.to_string();
                            let failure = Failure {
                                code: error.code(),
                                reason: &reason,
                                tried_by: (!error.is_transient()).then_some(READER),
                                spent_ms: entry.spent_ms,
                            };
                            self.engine.fail(scope, &document_id, version, &failure)?;
                            let failed = Entry::failed("", error.code(), reason);
                            (entry.status, entry.code, entry.reason) =
                                (failed.status, failed.code, failed.reason);
                            finish(report, on, entry);
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) if batch.is_empty() => {}
                Err(RecvTimeoutError::Timeout) => {
                    self.publish(scope, std::mem::take(&mut batch), report, on)?;
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return if batch.is_empty() { Ok(()) } else { self.publish(scope, batch, report, on) };
                }
            }
        }
    }

    /// Embeds what is not yet known and makes the batch visible in one commit.
    fn publish(
        &self,
        scope: &Scope,
        batch: Vec<Chunked>,
        report: &mut Report,
        on: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), IngestError> {
        let generation = self.generation(scope)?;
        let (vectors, embedded) = self.vectors(scope, generation.id, &batch)?;
        if embedded > 0 {
            report.totals.embedded += embedded;
            on(Event::Embedded { chunks: embedded });
        }
        let finished: Option<Vec<_>> = batch.into_iter().map(|c| c.finish(generation.id, &vectors)).collect();
        let (prepared, entries): (Vec<_>, Vec<_>) =
            finished.ok_or(IngestError::MissingVector)?.into_iter().unzip();
        self.engine.publish(scope, &prepared)?;
        for entry in entries {
            finish(report, on, entry);
        }
        Ok(())
    }
}

impl Pipeline {
    /// The vectors of a batch, and how many of them had to be made. Known are those of the generation itself, and those of
    /// the serving one when its encoder is the same.
    pub(super) fn vectors(
        &self,
        scope: &Scope,
        generation: u32,
        batch: &[Chunked],
    ) -> Result<(Vectors, usize), IngestError> {
        let mut texts: HashMap<[u8; 32], &String> = HashMap::new();
        for chunked in batch {
            texts.extend(chunked.texts.iter().map(|(hash, text)| (*hash, text)));
        }
        let fingerprint = self.spec().fingerprint;
        let mut vectors = Vectors::new();
        for status in self.engine.generations(scope)? {
            if status.generation.id == generation || status.generation.spec.same_encoder(&fingerprint) {
                let missing: Vec<[u8; 32]> =
                    texts.keys().filter(|hash| !vectors.contains_key(*hash)).copied().collect();
                vectors.extend(self.engine.known_vectors(scope, &status.generation, &missing)?);
            }
        }
        let missing: Vec<[u8; 32]> =
            texts.keys().filter(|hash| !vectors.contains_key(*hash)).copied().collect();
        if !missing.is_empty() {
            let wanted: Vec<String> = missing.iter().map(|hash| texts[hash].clone()).collect();
            let made = self.embedder.embed_blocking(Priority::Bulk, InputKind::Passage, wanted)?;
            vectors.extend(missing.iter().copied().zip(made));
        }
        Ok((vectors, missing.len()))
    }
}

fn feed_all(
    feed: impl FnOnce(Sink<'_>) -> Result<(), IngestError>,
    send: &SyncSender<Item>,
) -> Result<(), IngestError> {
    feed(&mut |item| send.send(item).is_ok())
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn finish(report: &mut Report, on: &mut dyn FnMut(Event<'_>), entry: Entry) {
    on(Event::Done(&entry));
    report.push(entry);
}

fn entry_of(uri: &str, outcome: Outcome) -> Entry {
    let (status, code) = match outcome {
        Outcome::New => (Status::Ingested, "new"),
        Outcome::Changed => (Status::Ingested, "changed"),
        Outcome::Unchanged => (Status::Skipped, "unchanged"),
    };
    Entry::new(uri, status, code)
}
