//! Extraction and chunking on threads of their own. What was handed in first comes out first, whatever takes how long.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Scope as Threads;
use std::time::{Duration, Instant};

use super::budget::Held;
use super::prepare::{Chunked, cut};
use super::report::Entry;
use super::sources::{RECORD_MIME, extract_record};
use super::stages::{Stage, Stages};
use super::{ModelTokens, Pipeline};
use crate::error::ExtractError;
use crate::extract::Extracted;

/// Bytes of documents under way, as they come in and then as extracted text. What is made of them (chunks with their
/// headings, tokens, vectors, the text index's buffers) takes about five times as much.
pub(super) const MAX_UNDER_WAY: usize = 64 << 20;

/// Most threads that read documents, each with a worker process.
const MAX_READERS: usize = 4;

/// An accepted document, to be read.
pub(super) struct Task<'a> {
    pub(super) document_id: String,
    pub(super) version: u32,
    pub(super) name: String,
    pub(super) mime: Option<String>,
    /// Title that wins over an extracted one.
    pub(super) title: Option<String>,
    pub(super) entry: Entry,
    pub(super) bytes: Vec<u8>,
    pub(super) held: Held<'a>,
}

/// What came of a [`Task`].
pub(super) enum Outcome<'a> {
    /// Cut into chunks.
    Cut(Box<Chunked>, Held<'a>),
    /// Not readable.
    Failed(Box<Unread>),
}

/// A document that could not be read; the ledger does not know it yet.
pub(super) struct Unread {
    pub(super) document_id: String,
    pub(super) version: u32,
    pub(super) entry: Entry,
    pub(super) error: ExtractError,
}

/// Where a document's outcome will arrive.
pub(super) type Slot<'a> = Receiver<Outcome<'a>>;

/// Hands documents to the reading threads; they end when this is dropped.
pub(super) struct Readers<'a> {
    tasks: SyncSender<(Task<'a>, Sender<Outcome<'a>>)>,
}

impl<'a> Readers<'a> {
    /// Starts the threads: half as many as there are cores, as the encoder uses them all.
    pub(super) fn start<'scope>(
        threads: &'scope Threads<'scope, '_>,
        pipeline: &'scope Pipeline,
        stages: &'scope Stages,
    ) -> Self
    where
        'a: 'scope,
    {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (tasks, receive) = sync_channel::<(Task<'a>, Sender<Outcome<'a>>)>(0);
        let receive = std::sync::Arc::new(Mutex::new(receive));
        for _ in 0..(cores / 2).clamp(1, MAX_READERS) {
            let receive = std::sync::Arc::clone(&receive);
            threads.spawn(move || {
                let tokens = ModelTokens(pipeline.embedder.tokenizer());
                loop {
                    // Taken in a statement of its own, so that the lock is not held while reading.
                    let task = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((task, reply)) = task else { break };
                    // Nobody waits any more when the run has failed elsewhere.
                    let _ = reply.send(read(pipeline, task, &tokens, stages));
                }
            });
        }
        Self { tasks }
    }

    /// Hands a document over, waiting for a thread that is free; `None` when they are gone.
    pub(super) fn read(&self, task: Task<'a>) -> Option<Slot<'a>> {
        let (reply, slot) = channel();
        self.tasks.send((task, reply)).is_ok().then_some(slot)
    }
}

fn read<'a>(pipeline: &Pipeline, task: Task<'a>, tokens: &ModelTokens, stages: &Stages) -> Outcome<'a> {
    let Task { document_id, version, name, mime, title, mut entry, bytes, mut held } = task;
    let started = Instant::now();
    let extracted = stages.time(Stage::Extract, || extract(pipeline, &bytes, &name, mime.as_deref()));
    drop(bytes);
    match extracted {
        Ok(extracted) => {
            held.becomes(extracted.text.len());
            let title = title.or_else(|| extracted.title.clone());
            let shown = entry.uri.rsplit('/').next().unwrap_or(&entry.uri).to_owned();
            let ids = (document_id, version);
            let mut chunked = stages
                .time(Stage::Chunk, || cut(extracted, title, &shown, &pipeline.chunker, tokens, ids, entry));
            chunked.entry.spent_ms = millis(started.elapsed());
            Outcome::Cut(Box::new(chunked), held)
        }
        Err(error) => {
            entry.spent_ms = millis(started.elapsed());
            Outcome::Failed(Box::new(Unread { document_id, version, entry, error }))
        }
    }
}

fn extract(
    pipeline: &Pipeline,
    bytes: &[u8],
    name: &str,
    mime: Option<&str>,
) -> Result<Extracted, ExtractError> {
    if mime == Some(RECORD_MIME) {
        return extract_record(bytes);
    }
    pipeline.extractor.extract(bytes, name, mime)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
