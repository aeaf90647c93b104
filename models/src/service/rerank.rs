//! A shared reranker.

use std::sync::Arc;

use super::batcher::Batcher;
use super::pieces::Weight;
use super::{Priority, ServiceOptions};
use crate::error::ModelError;
use crate::reranker::{Pair, Reranker, RerankerInfo, Score};

impl Weight for Pair {
    fn bytes(&self) -> usize {
        self.query.len() + self.passage.len()
    }
}

/// A handle to a reranker's inference thread. Cheap to clone.
#[derive(Clone)]
pub struct RerankService {
    info: Arc<RerankerInfo>,
    batcher: Batcher<Reranker>,
}

impl std::fmt::Debug for RerankService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RerankService").field("info", &self.info).finish_non_exhaustive()
    }
}

impl RerankService {
    /// Starts the inference threads `rerank-0`, `rerank-1`... If the system gives none, every call is
    /// [`ModelError::Stopped`].
    #[must_use]
    pub fn spawn(reranker: Reranker, options: ServiceOptions) -> Self {
        let info = Arc::new(reranker.info().clone());
        Self { info, batcher: Batcher::spawn(reranker, "rerank", &options) }
    }

    /// What gives the scores their meaning.
    #[must_use]
    pub fn info(&self) -> &RerankerInfo {
        &self.info
    }

    /// The scores of passages for a query, in order, waiting for a place in the lane. Not for async code: it blocks the
    /// thread (and panics on a worker thread of a tokio runtime, as tokio's own blocking calls do).
    ///
    /// # Errors
    /// [`ModelError::Inference`], [`ModelError::Tokenize`], [`ModelError::Panicked`] or [`ModelError::Stopped`].
    pub fn rerank_blocking(
        &self,
        priority: Priority,
        query: &str,
        passages: Vec<String>,
    ) -> Result<Vec<Score>, ModelError> {
        self.batcher.run_blocking(priority, pairs(query, passages)).map(|logits| self.scores(logits))
    }

    /// The scores of passages for a query, in order; a full lane is [`ModelError::Overloaded`] at once. Dropping the
    /// future drops the job.
    ///
    /// # Errors
    /// As [`Self::rerank_blocking`], and [`ModelError::Overloaded`].
    pub async fn rerank(
        &self,
        priority: Priority,
        query: &str,
        passages: Vec<String>,
    ) -> Result<Vec<Score>, ModelError> {
        self.batcher.run(priority, pairs(query, passages)).await.map(|logits| self.scores(logits))
    }

    fn scores(&self, logits: Vec<f32>) -> Vec<Score> {
        logits.into_iter().map(|logit| self.info.score(logit)).collect()
    }
}

fn pairs(query: &str, passages: Vec<String>) -> Vec<Pair> {
    let query: Arc<str> = Arc::from(query);
    passages.into_iter().map(|passage| Pair { query: Arc::clone(&query), passage }).collect()
}
