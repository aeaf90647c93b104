//! A shared encoder.

use std::sync::Arc;

use super::batcher::Batcher;
use super::pieces::Weight;
use super::recent::{CacheCounts, Recent};
use super::windows::{self, Cut};
use super::{Priority, ServiceOptions};
use crate::cache::Key;
use crate::encoder::{Encoder, EncoderInfo};
use crate::error::ModelError;
use crate::registry::InputKind;
use crate::tokenize::TextTokenizer;

/// One vector of length 1 a text, in the texts' order.
type Vectors = Result<Vec<Arc<[f32]>>, ModelError>;

impl Weight for (InputKind, String) {
    fn bytes(&self) -> usize {
        self.1.len()
    }
}

/// A handle to an encoder's inference thread. Cheap to clone.
#[derive(Clone)]
pub struct EmbeddingService {
    shared: Arc<Shared>,
    /// Whose queries this handle may recognise.
    partition: Arc<str>,
}

struct Shared {
    info: EncoderInfo,
    tokenizer: TextTokenizer,
    batcher: Batcher<Encoder>,
    recent: Recent,
}

impl std::fmt::Debug for EmbeddingService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddingService").field("info", &self.shared.info).finish_non_exhaustive()
    }
}

/// A question's vector.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryEmbedding {
    /// Of length 1.
    pub vector: Arc<[f32]>,
    /// Windows the question was embedded in; 1 unless it has more tokens than the model takes.
    pub windows: usize,
    /// Tokens of the question as the model counts them: with the prefix and the special ones.
    pub tokens: usize,
    /// Whether the end was left out because the windows were used up.
    pub truncated: bool,
}

impl EmbeddingService {
    /// Starts the inference threads `embed-0`, `embed-1`... If the system gives none, every call is
    /// [`ModelError::Stopped`].
    #[must_use]
    pub fn spawn(encoder: Encoder, options: ServiceOptions) -> Self {
        let shared = Shared {
            info: encoder.info().clone(),
            tokenizer: encoder.tokenizer(),
            batcher: Batcher::spawn(encoder, "embed", &options),
            recent: Recent::new(options.query_cache),
        };
        Self { shared: Arc::new(shared), partition: Arc::from("") }
    }

    /// A handle to the same encoder that recognises only queries asked through handles of the same partition: how
    /// long a query takes then tells nothing about the queries of others.
    #[must_use]
    pub fn partition(&self, name: &str) -> Self {
        Self { shared: Arc::clone(&self.shared), partition: Arc::from(name) }
    }

    /// What gives the vectors their meaning.
    #[must_use]
    pub fn info(&self) -> &EncoderInfo {
        &self.shared.info
    }

    /// The encoder's tokenizer.
    #[must_use]
    pub fn tokenizer(&self) -> TextTokenizer {
        self.shared.tokenizer.clone()
    }

    /// What the cache of query vectors has done so far, of all partitions together.
    #[must_use]
    pub fn query_cache(&self) -> CacheCounts {
        self.shared.recent.counts()
    }

    /// Embeds texts, waiting for a place in the lane. Interactive queries that were embedded before come from memory.
    /// Not for async code: it blocks the thread (and panics on a worker thread of a tokio runtime, as tokio's own
    /// blocking calls do).
    ///
    /// # Errors
    /// [`ModelError::Inference`], [`ModelError::Tokenize`], [`ModelError::Panicked`] or [`ModelError::Stopped`].
    pub fn embed_blocking(&self, priority: Priority, kind: InputKind, texts: Vec<String>) -> Vectors {
        let (known, missing) = self.recall(priority, kind, texts);
        let made = self.shared.batcher.run_blocking(priority, missing)?;
        Ok(self.complete(known, made))
    }

    /// Embeds texts; a full lane is [`ModelError::Overloaded`] at once. Dropping the future drops the job.
    ///
    /// # Errors
    /// As [`Self::embed_blocking`], and [`ModelError::Overloaded`].
    pub async fn embed(&self, priority: Priority, kind: InputKind, texts: Vec<String>) -> Vectors {
        let (known, missing) = self.recall(priority, kind, texts);
        let made = self.shared.batcher.run(priority, missing).await?;
        Ok(self.complete(known, made))
    }

    /// Embeds a question of any length. One that has more tokens than the model takes is cut into at most 8 windows
    /// of equal size that overlap a little, and its vector is the normalised mean of theirs,
    /// weighted by their tokens; what is beyond the last window is left out. Any other question gets the vector of
    /// [`Self::embed_blocking`].
    ///
    /// # Errors
    /// As [`Self::embed_blocking`].
    pub fn embed_query_blocking(&self, text: &str) -> Result<QueryEmbedding, ModelError> {
        let Shared { info, tokenizer, .. } = &*self.shared;
        let Cut { texts, weights, tokens, truncated } = windows::cut(tokenizer, info, text);
        let windows = texts.len();
        let texts = texts.into_iter().map(str::to_owned).collect();
        let vectors = self.embed_blocking(Priority::Interactive, InputKind::Query, texts)?;
        let vector = match vectors.as_slice() {
            [one] => Arc::clone(one),
            several => windows::mean(several, &weights),
        };
        Ok(QueryEmbedding { vector, windows, tokens, truncated })
    }

    /// What is known of each text, and the texts to embed.
    fn recall(
        &self,
        priority: Priority,
        kind: InputKind,
        texts: Vec<String>,
    ) -> (Vec<Known>, Vec<(InputKind, String)>) {
        let remembered = priority == Priority::Interactive && kind == InputKind::Query;
        let mut missing = Vec::with_capacity(texts.len());
        let known = texts.into_iter().map(|text| {
            let found = if remembered { self.shared.recent.get(&self.partition, &text) } else { Err(None) };
            if found.is_err() {
                missing.push((kind, text));
            }
            found
        });
        (known.collect(), missing)
    }

    /// The known vectors and those just made, in the texts' order; remembers the latter.
    fn complete(&self, known: Vec<Known>, made: Vec<Vec<f32>>) -> Vec<Arc<[f32]>> {
        let mut made = made.into_iter().map(Arc::from);
        let vector = |known: Known| match known {
            Ok(vector) => Some(vector),
            Err(key) => {
                let vector = made.next()?;
                if let Some(key) = key {
                    self.shared.recent.put(key, &vector);
                }
                Some(vector)
            }
        };
        known.into_iter().filter_map(vector).collect()
    }
}

/// A remembered vector, or the key to remember it by, if it is to be.
type Known = Result<Arc<[f32]>, Option<Key>>;
