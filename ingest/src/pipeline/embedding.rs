//! Documents that were read are gathered into batches and get their vectors.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use footnote_index::{Generation, PreparedDocument, Scope};
use footnote_models::{InputKind, Priority};

use super::budget::Held;
use super::prepare::{Chunked, Vectors};
use super::reading::{MAX_UNDER_WAY, Outcome, Slot, Unread};
use super::report::Entry;
use super::run::Item;
use super::stages::{Stage, Stages};
use super::{IngestError, Pipeline};

/// A batch is embedded when it has this many chunks ...
const BATCH_CHUNKS: usize = 256;

/// ... or this many documents ...
const BATCH_DOCUMENTS: usize = 512;

/// ... or this many bytes of text ...
const BATCH_BYTES: usize = MAX_UNDER_WAY / 4;

/// ... or when nothing more arrives for this long.
const LINGER: Duration = Duration::from_millis(200);

/// What is told to the end of the pipeline.
pub(super) enum Told<'a> {
    Found(usize),
    FileDone,
    /// Finished: unchanged, or a plan only.
    Entry(Entry),
    /// Not readable.
    Failed(Box<Unread>),
    /// Ready to be made visible.
    Batch {
        documents: Vec<(PreparedDocument, Entry)>,
        /// Chunks that had to be embedded.
        embedded: usize,
        /// Given back when the batch is published.
        _held: Vec<Held<'a>>,
    },
}

/// Documents that wait to be embedded together.
#[derive(Default)]
struct Batch<'a> {
    documents: Vec<Chunked>,
    held: Vec<Held<'a>>,
    chunks: usize,
    bytes: usize,
}

impl<'a> Batch<'a> {
    fn push(&mut self, document: Chunked, held: Held<'a>) {
        self.chunks += document.chunks.len();
        self.bytes += held.bytes();
        self.documents.push(document);
        self.held.push(held);
    }

    fn is_full(&self) -> bool {
        self.chunks >= BATCH_CHUNKS || self.documents.len() >= BATCH_DOCUMENTS || self.bytes >= BATCH_BYTES
    }
}

/// The thread that embeds. Ends when the feeding has ended, or when nobody takes its batches any more.
pub(super) struct Embedding<'a, 'p> {
    pub(super) pipeline: &'p Pipeline,
    pub(super) scope: &'p Scope,
    pub(super) stages: &'p Stages,
    pub(super) done: SyncSender<Told<'a>>,
}

impl<'a> Embedding<'a, '_> {
    pub(super) fn run(&self, items: &Receiver<Item<'a>>) -> Result<(), IngestError> {
        let mut batch = Batch::default();
        // Vectors of the batch before, which may not be visible yet: equal chunks are embedded once.
        let mut before = Vectors::new();
        loop {
            if batch.is_full() && !self.finish(std::mem::take(&mut batch), &mut before)? {
                return Ok(());
            }
            let taken = match items.recv_timeout(LINGER) {
                Ok(Item::Found(files)) => self.tell(Told::Found(files)),
                Ok(Item::FileDone) => self.tell(Told::FileDone),
                Ok(Item::Entry(entry)) => self.tell(Told::Entry(entry)),
                Ok(Item::Document(slot)) => match self.wait(&slot, &mut batch, &mut before)? {
                    Some(Outcome::Cut(document, held)) => {
                        batch.push(*document, held);
                        true
                    }
                    Some(Outcome::Failed(unread)) => self.tell(Told::Failed(unread)),
                    None => false,
                },
                Err(RecvTimeoutError::Timeout) => self.finish(std::mem::take(&mut batch), &mut before)?,
                Err(RecvTimeoutError::Disconnected) => {
                    return self.finish(batch, &mut before).map(drop);
                }
            };
            if !taken {
                return Ok(());
            }
        }
    }

    /// Waits for a document to be read. When that takes long, what is ready is not kept waiting. `None` when nobody takes
    /// batches any more.
    fn wait(
        &self,
        slot: &Slot<'a>,
        batch: &mut Batch<'a>,
        before: &mut Vectors,
    ) -> Result<Option<Outcome<'a>>, IngestError> {
        match slot.recv_timeout(LINGER) {
            Ok(outcome) => return Ok(Some(outcome)),
            Err(RecvTimeoutError::Disconnected) => return Err(IngestError::Thread),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if !self.finish(std::mem::take(batch), before)? {
            return Ok(None);
        }
        slot.recv().map(Some).map_err(|_| IngestError::Thread)
    }

    fn tell(&self, done: Told<'a>) -> bool {
        self.done.send(done).is_ok()
    }

    /// Gives a batch its vectors and hands it on.
    fn finish(&self, batch: Batch<'a>, before: &mut Vectors) -> Result<bool, IngestError> {
        if batch.documents.is_empty() {
            return Ok(true);
        }
        let generation = self.pipeline.generation(self.scope)?;
        let (vectors, embedded) = self.stages.time(Stage::Embed, || {
            self.pipeline.vectors(self.scope, &generation, &batch.documents, before)
        })?;
        let documents: Option<Vec<_>> =
            batch.documents.into_iter().map(|document| document.finish(generation.id, &vectors)).collect();
        *before = vectors;
        let documents = documents.ok_or(IngestError::MissingVector)?;
        Ok(self.tell(Told::Batch { documents, embedded, _held: batch.held }))
    }
}

impl Pipeline {
    /// The vectors of a batch, and how many of them had to be made. Known are those in `recent`, those of the generation
    /// itself, and those of the serving one when its encoder is the same.
    pub(super) fn vectors(
        &self,
        scope: &Scope,
        generation: &Generation,
        batch: &[Chunked],
        recent: &Vectors,
    ) -> Result<(Vectors, usize), IngestError> {
        let mut texts: HashMap<[u8; 32], &String> = HashMap::new();
        for chunked in batch {
            texts.extend(chunked.texts.iter().map(|(hash, text)| (*hash, text)));
        }
        let mut vectors: Vectors =
            texts.keys().filter_map(|hash| Some((*hash, recent.get(hash)?.clone()))).collect();
        let serving = self.engine.generation(scope)?.filter(|serving| {
            serving.id != generation.id && serving.spec.same_encoder(&generation.spec.fingerprint)
        });
        for known in std::iter::once(generation).chain(&serving) {
            let missing = missing(&texts, &vectors);
            vectors.extend(self.engine.known_vectors(scope, known, &missing)?);
        }
        let missing = missing(&texts, &vectors);
        if !missing.is_empty() {
            let wanted: Vec<String> = missing.iter().map(|hash| texts[hash].clone()).collect();
            let made = self.embedder.embed_blocking(Priority::Bulk, InputKind::Passage, wanted)?;
            vectors.extend(missing.iter().copied().zip(made));
        }
        Ok((vectors, missing.len()))
    }
}

/// The texts without a vector.
fn missing(texts: &HashMap<[u8; 32], &String>, vectors: &Vectors) -> Vec<[u8; 32]> {
    texts.keys().filter(|hash| !vectors.contains_key(*hash)).copied().collect()
}
