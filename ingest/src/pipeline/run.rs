//! One run, from the sources to what is searchable: one thread accepts documents, others read and cut them, one embeds, and
//! the caller's own makes them visible and tells of them. The queues between them are bounded.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use footnote_index::{DocumentId, Failure, NewDocument, Outcome, Scope};

use super::budget::Budget;
use super::embedding::{Embedding, Told};
use super::paths::{PathOptions, find_files, read_file};
use super::reading::{MAX_UNDER_WAY, Readers, Slot, Task, Unread};
use super::report::{Entry, Event, Report, Status};
use super::sources::{Source, name_of};
use super::stages::{Stage, Stages};
use super::{IngestError, Pipeline};
use crate::extract::READER;

/// Documents that may wait between accepting and embedding.
const QUEUE: usize = 16;

/// What the feeding thread hands over, in order.
pub(super) enum Item<'a> {
    Found(usize),
    FileDone,
    /// Finished already: unchanged, unreadable, or a plan only.
    Entry(Entry),
    /// Being read.
    Document(Slot<'a>),
}

/// Takes what is fed.
struct Sink<'a, 'r> {
    items: SyncSender<Item<'a>>,
    /// Versions an earlier run left accepted, which are under way already.
    resumed: RefCell<HashSet<(DocumentId, u32)>>,
    readers: Readers<'a>,
    budget: &'a Budget,
    stages: &'r Stages,
}

impl<'a> Sink<'a, '_> {
    /// False when nobody takes items any more and feeding should stop.
    fn send(&self, item: Item<'a>) -> bool {
        self.items.send(item).is_ok()
    }

    /// Has a document read.
    fn read(&self, task: Task<'a>) -> bool {
        self.readers.read(task).is_some_and(|slot| self.send(Item::Document(slot)))
    }
}

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
            if !sink.send(Item::Found(files.len()))
                || (!options.dry_run && !self.feed_pending(scope, sink)?)
            {
                return Ok(());
            }
            for file in files {
                let mut outcome = Ok(true);
                match file {
                    Ok(path) => read_file(&path, max_bytes, |source| {
                        outcome = match source {
                            Ok(source) => self.feed(scope, source, options.into(), sink),
                            Err(entry) => Ok(sink.send(Item::Entry(entry))),
                        };
                        matches!(outcome, Ok(true))
                    }),
                    Err(entry) => outcome = Ok(sink.send(Item::Entry(entry))),
                }
                if !outcome? || !sink.send(Item::FileDone) {
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
                if !self.feed(scope, source, Feed::default(), sink)? {
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
        feed: impl FnOnce(&Sink<'_, '_>) -> Result<(), IngestError> + Send,
    ) -> Result<Report, IngestError> {
        let started = Instant::now();
        if !dry_run {
            self.generation(scope)?;
        }
        let mut report = Report::new(dry_run);
        let (budget, stages) = (Budget::new(MAX_UNDER_WAY), Stages::default());
        let (budget, stages) = (&budget, &stages);
        std::thread::scope(|threads| {
            let (items, receive) = sync_channel(QUEUE);
            let (done, finished) = sync_channel(1);
            let sink = Sink {
                items,
                resumed: RefCell::default(),
                readers: Readers::start(threads, self, stages),
                budget,
                stages,
            };
            let feeder = threads.spawn(move || feed(&sink));
            let embedder =
                threads.spawn(move || Embedding { pipeline: self, scope, stages, done }.run(&receive));
            let published = self.publish_all(scope, finished, &mut report, on, stages);
            // Each ends when the next one has: the error told is the one everything else came of.
            let embedded = embedder.join().map_err(|_| IngestError::Thread);
            let fed = feeder.join().map_err(|_| IngestError::Thread);
            published.and(embedded?).and(fed?)
        })?;
        report.seconds = started.elapsed().as_secs_f64();
        report.stages = stages.seconds();
        Ok(report)
    }

    /// Accepts one source and has it read unless it is unchanged.
    fn feed(
        &self,
        scope: &Scope,
        source: Source,
        how: Feed,
        sink: &Sink<'_, '_>,
    ) -> Result<bool, IngestError> {
        let new = NewDocument {
            uri: &source.uri,
            title: source.title.as_deref(),
            mime: source.mime.as_deref(),
            metadata: &source.metadata,
            bytes: &source.bytes,
        };
        if let Some(before) = self.failed_before(scope, &new, how)? {
            return Ok(sink.send(Item::Entry(before)));
        }
        let accepted = sink.stages.time(Stage::Accept, || {
            if how.dry_run {
                self.engine.would_accept(scope, &new).map(|outcome| (None, outcome))
            } else {
                self.engine.accept(scope, &new).map(|a| (Some((a.document_id, a.version)), a.outcome))
            }
        });
        let (ids, outcome) = match accepted {
            Ok(accepted) => accepted,
            // The document's own fault: the others go on.
            Err(error @ footnote_index::Error::InvalidInput { .. }) => {
                return Ok(sink.send(Item::Entry(Entry::failed(&source.uri, "invalid", error.to_string()))));
            }
            Err(error) => return Err(error.into()),
        };
        let mut entry = entry_of(&source.uri, outcome);
        let Some((document_id, version)) = ids else { return Ok(sink.send(Item::Entry(entry))) };
        // Told of once, as resumed.
        if sink.resumed.borrow().contains(&(document_id.clone(), version)) {
            return Ok(true);
        }
        entry.document_id = Some(document_id.clone());
        entry.version = Some(version);
        if outcome == Outcome::Unchanged {
            return Ok(sink.send(Item::Entry(entry)));
        }
        entry.same_content_as = self.engine.same_content(scope, &document_id, version)?;
        let Source { name, title, mime, bytes, .. } = source;
        let held = sink.budget.hold(bytes.len());
        Ok(sink.read(Task { document_id, version, name, mime, title, entry, bytes, held }))
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

    fn feed_pending(&self, scope: &Scope, sink: &Sink<'_, '_>) -> Result<bool, IngestError> {
        for pending in self.engine.pending(scope)? {
            let bytes = self.engine.original_by_hash(scope, &pending.content_hash)?;
            let mut entry = entry_of(&pending.uri, Outcome::Changed);
            entry.code = "resumed".to_owned();
            sink.resumed.borrow_mut().insert((pending.document_id.clone(), pending.version));
            entry.document_id = Some(pending.document_id.clone());
            entry.version = Some(pending.version);
            let task = Task {
                name: name_of(&pending.uri).to_owned(),
                document_id: pending.document_id,
                version: pending.version,
                mime: pending.mime,
                title: pending.title,
                entry,
                held: sink.budget.hold(bytes.len()),
                bytes,
            };
            if !sink.read(task) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes what is ready visible and tells of what is finished, until the threads before have ended.
    fn publish_all(
        &self,
        scope: &Scope,
        finished: Receiver<Told<'_>>,
        report: &mut Report,
        on: &mut dyn FnMut(Event<'_>),
        stages: &Stages,
    ) -> Result<(), IngestError> {
        for done in finished {
            match done {
                Told::Found(files) => on(Event::Found { files }),
                Told::FileDone => on(Event::FileDone),
                Told::Entry(entry) => finish(report, on, entry),
                Told::Failed(unread) => {
                    let Unread { document_id, version, mut entry, error } = *unread;
                    let reason = error.to_string();
                    let failure = Failure {
                        code: error.code(),
                        reason: &reason,
                        tried_by: (!error.is_transient()).then_some(READER),
                        spent_ms: entry.spent_ms,
                    };
                    self.engine.fail(scope, &document_id, version, &failure)?;
                    let failed = Entry::failed("", error.code(), reason);
                    (entry.status, entry.code, entry.reason) = (failed.status, failed.code, failed.reason);
                    finish(report, on, entry);
                }
                Told::Batch { documents, embedded, _held } => {
                    if embedded > 0 {
                        report.totals.embedded += embedded;
                        on(Event::Embedded { chunks: embedded });
                    }
                    let (prepared, entries): (Vec<_>, Vec<_>) = documents.into_iter().unzip();
                    stages.time(Stage::Publish, || self.engine.publish(scope, &prepared))?;
                    for entry in entries {
                        finish(report, on, entry);
                    }
                }
            }
        }
        Ok(())
    }
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
