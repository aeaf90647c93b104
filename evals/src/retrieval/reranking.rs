use std::path::{Path, PathBuf};

use footnote_index::Hit;
use footnote_models::{DEFAULT_RERANKER, InputKind, Precision, Reranker, RerankerInfo, VectorCache};

use super::embedder::obtain;
use super::{Candidates, Chunker, MeasureError};

/// Pairs scored in one call.
const BATCH: usize = 64;

/// How the system `rerank` works.
#[derive(Debug, Clone)]
pub struct RerankOptions {
    /// Cross-encoder, by its name in the registry.
    pub model: String,
    /// What it is given.
    pub candidates: Candidates,
    /// Chunks scored for each query; those after them keep their order.
    pub depth: usize,
    /// File that remembers scores between measurements.
    pub cache: Option<PathBuf>,
}

impl Default for RerankOptions {
    fn default() -> Self {
        Self {
            model: DEFAULT_RERANKER.to_owned(),
            candidates: Candidates::default(),
            depth: 100,
            cache: None,
        }
    }
}

/// A cross-encoder, and the file that remembers what it scored.
pub(super) struct Reranking {
    model: Reranker,
    fingerprint: String,
    chunker: Chunker,
    depth: usize,
    cache: Option<VectorCache>,
}

impl Reranking {
    /// Loads the model, fetching it first when it is not in the store.
    pub(super) fn load(
        options: &RerankOptions,
        chunker: Chunker,
        precision: Precision,
    ) -> Result<Self, MeasureError> {
        let model = Reranker::load(&obtain(&options.model)?, precision)?;
        let cache = options.cache.as_deref().map(|path: &Path| VectorCache::open(path)).transpose()?;
        Ok(Self { fingerprint: model.info().fingerprint(), model, chunker, depth: options.depth, cache })
    }

    /// What gives the scores their meaning.
    pub(super) fn info(&self) -> &RerankerInfo {
        self.model.info()
    }

    /// The hits' new scores: the logits of the first ones, and for the rest scores below all of those.
    pub(super) fn rerank(&self, query: &str, hits: &[Hit]) -> Result<Vec<f32>, MeasureError> {
        let passages: Vec<String> = hits
            .iter()
            .take(self.depth)
            .map(|hit| self.chunker.passage(&hit.title, &hit.heading_path, &hit.text))
            .collect();
        let logits = self.logits(query, &passages)?;
        let least = logits.iter().copied().fold(f32::INFINITY, f32::min);
        let below = (1..).map(|place: u16| least - f32::from(place));
        Ok(logits.iter().copied().chain(below).take(hits.len()).collect())
    }

    /// One logit a passage, from the cache where it has it.
    fn logits(&self, query: &str, passages: &[String]) -> Result<Vec<f32>, MeasureError> {
        let key = |passage: &str| format!("{query}\0{passage}");
        let known = |passage: &String| {
            let cache = self.cache.as_ref()?;
            cache.get(&self.fingerprint, InputKind::Query, &key(passage))?.first().copied()
        };
        let mut logits: Vec<Option<f32>> = passages.iter().map(known).collect();
        let missing: Vec<usize> = (0..passages.len()).filter(|place| logits[*place].is_none()).collect();
        for batch in missing.chunks(BATCH) {
            let texts: Vec<&str> = batch.iter().map(|place| passages[*place].as_str()).collect();
            let scores = self.model.score(query, &texts)?.scores;
            for (place, score) in batch.iter().zip(scores) {
                if let Some(cache) = &self.cache {
                    cache.put(
                        &self.fingerprint,
                        InputKind::Query,
                        &key(&passages[*place]),
                        &[score.logit],
                    )?;
                }
                logits[*place] = Some(score.logit);
            }
        }
        if let Some(cache) = self.cache.as_ref().filter(|_| !missing.is_empty()) {
            cache.flush()?;
        }
        logits.into_iter().collect::<Option<_>>().ok_or(MeasureError::MissingVector)
    }
}
