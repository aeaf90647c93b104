use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use footnote_models::{
    DEFAULT_MODEL, EmbeddingService, Encoder, EncoderInfo, FetchEvent, FetchOptions, InputKind, ModelDir,
    ModelError, ModelStore, Precision, Priority, ServiceOptions, VectorCache,
};

use super::MeasureError;
use super::cut::{CutDocument, ModelTokens};
use crate::collection::Collection;
use crate::progress::Progress;

/// Texts handed to the encoder at once.
const BATCH: usize = 128;

/// Vectors by the SHA-256 of the text they were made from.
pub(super) type Vectors = HashMap<[u8; 32], Arc<[f32]>>;

/// A query's vector and the time it took to make.
pub(super) type QueryVector = (Arc<[f32]>, Duration);

/// The encoder, and the file that remembers what it made of documents.
pub(super) struct Embedder {
    service: EmbeddingService,
    cache: Option<VectorCache>,
}

impl Embedder {
    /// Loads a model, fetching it first when it is not in the store.
    pub(super) fn load(
        model: Option<&str>,
        precision: Precision,
        cache: Option<&Path>,
    ) -> Result<Self, MeasureError> {
        let cache = cache.map(VectorCache::open).transpose()?;
        let encoder = Encoder::load(&obtain(model.unwrap_or(DEFAULT_MODEL))?, precision)?;
        // Queries are timed, so none may come from memory.
        let options = ServiceOptions { query_cache: 0, ..ServiceOptions::default() };
        Ok(Self { service: EmbeddingService::spawn(encoder, options), cache })
    }

    /// The encoder's inference thread.
    pub(super) fn service(&self) -> &EmbeddingService {
        &self.service
    }

    /// What gives the vectors their meaning.
    pub(super) fn info(&self) -> &EncoderInfo {
        self.service.info()
    }

    /// Counts tokens as the encoder sees them.
    pub(super) fn tokens(&self) -> ModelTokens {
        ModelTokens(self.service.tokenizer())
    }

    /// The vectors of all chunks: from the cache where it has them, each distinct text once.
    pub(super) fn documents(&self, documents: &[CutDocument]) -> Result<Vectors, MeasureError> {
        let fingerprint = self.info().fingerprint();
        let mut vectors = Vectors::new();
        let mut missing: HashMap<[u8; 32], &str> = HashMap::new();
        for chunk in documents.iter().flat_map(|document| &document.chunks) {
            let cached = self.cache.as_ref();
            match cached.and_then(|cache| cache.get(&fingerprint, InputKind::Passage, &chunk.embedded)) {
                Some(vector) => drop(vectors.insert(chunk.text_hash, vector)),
                None => drop(missing.insert(chunk.text_hash, &chunk.embedded)),
            }
        }
        if !vectors.is_empty() {
            eprintln!("{} of {} vectors come from the cache", vectors.len(), vectors.len() + missing.len());
        }
        let missing: Vec<([u8; 32], &str)> = missing.into_iter().collect();
        let mut progress = Progress::start("embedding", missing.len(), "chunks");
        for batch in missing.chunks(BATCH) {
            let texts = batch.iter().map(|(_, text)| (*text).to_owned()).collect();
            let made = self.service.embed_blocking(Priority::Bulk, InputKind::Passage, texts)?;
            if made.len() != batch.len() {
                return Err(MeasureError::MissingVector);
            }
            for ((hash, text), vector) in batch.iter().zip(made) {
                if let Some(cache) = &self.cache {
                    cache.put(&fingerprint, InputKind::Passage, text, &vector)?;
                }
                vectors.insert(*hash, vector);
            }
            // After each batch, so that an interrupted measurement has not embedded in vain.
            if let Some(cache) = &self.cache {
                cache.flush()?;
            }
            progress.advance(batch.len());
        }
        progress.finish();
        Ok(vectors)
    }

    /// The vector of each query, embedded alone and timed, as for a user who waits. Never from the cache.
    pub(super) fn queries(&self, collection: &Collection) -> Result<Vec<QueryVector>, MeasureError> {
        let embed = |text: &str| {
            let started = Instant::now();
            let embedded = self.service.embed_query_blocking(text)?;
            Ok::<_, MeasureError>((embedded.vector, started.elapsed()))
        };
        if let Some(first) = collection.queries.first() {
            // The first call pays for pages and caches that no later one does.
            embed(&first.text)?;
        }
        let mut progress = Progress::start("embedding", collection.queries.len(), "queries");
        let mut vectors = Vec::with_capacity(collection.queries.len());
        for query in &collection.queries {
            vectors.push(embed(&query.text)?);
            progress.advance(1);
        }
        progress.finish();
        Ok(vectors)
    }
}

/// A model's folder; fetched first when it is not in the store.
pub(crate) fn obtain(name: &str) -> Result<ModelDir, ModelError> {
    let store = ModelStore::from_env()?;
    match store.open(name) {
        Err(ModelError::NotInstalled { .. } | ModelError::Outdated { .. }) => {
            store.fetch(name, &FetchOptions::default(), &mut |event| match event {
                FetchEvent::Trying { source } => eprintln!("fetching {name} from {source}"),
                FetchEvent::SourceFailed { source, reason } => eprintln!("{source}: {reason}"),
                FetchEvent::Converting => eprintln!("converting {name}"),
                _ => {}
            })
        }
        opened => opened,
    }
}
