//! The cross-encoder over the best hits of a search.

use std::sync::{Mutex, PoisonError};

use footnote_models::{ModelError, ModelStore, Priority, RerankService, Reranker, ServiceOptions};

use crate::app::Inference;
use crate::wire::Hit;

/// Hits that are read at least, however few are wanted.
pub(crate) const DEPTH: usize = 30;

/// A reranker, loaded when it is first needed: it takes a fraction of a second, and most commands do without.
pub(crate) enum Reranking {
    /// By its name in the store.
    Named { name: String, store: ModelStore, inference: Inference, loaded: Mutex<Option<RerankService>> },
    /// Loaded by the caller.
    Loaded(RerankService),
}

impl Reranking {
    pub(crate) fn named(name: &str, store: &ModelStore, inference: Inference) -> Self {
        Self::Named { name: name.to_owned(), store: store.clone(), inference, loaded: Mutex::default() }
    }

    /// Its name; nothing is loaded for it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Named { name, .. } => name,
            Self::Loaded(service) => &service.info().name,
        }
    }

    /// The reranker.
    ///
    /// # Errors
    /// A model that was not fetched or is damaged, by name. It is looked for again the next time.
    pub(crate) fn service(&self) -> Result<RerankService, ModelError> {
        let (name, store, inference, loaded) = match self {
            Self::Loaded(service) => return Ok(service.clone()),
            Self::Named { name, store, inference, loaded } => (name, store, inference, loaded),
        };
        let mut loaded = loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = &*loaded {
            return Ok(service.clone());
        }
        let reranker = Reranker::load(&store.open(name)?, inference.precision)?;
        let options = ServiceOptions { threads: inference.threads, ..ServiceOptions::default() };
        Ok(loaded.insert(RerankService::spawn(reranker, options)).clone())
    }
}

/// The hits in the reranker's order, each with its relevance; equal ones keep theirs.
///
/// # Errors
/// When the model fails.
pub(crate) fn rerank(
    service: &RerankService,
    question: &str,
    mut hits: Vec<Hit>,
) -> Result<Vec<Hit>, ModelError> {
    let texts = hits.iter().map(passage).collect();
    let scores = service.rerank_blocking(Priority::Interactive, question, texts)?;
    for (hit, score) in hits.iter_mut().zip(scores) {
        (hit.score, hit.relevance) = (score.logit, Some(score.relevance));
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(hits)
}

/// What the model reads of a hit.
fn passage(hit: &Hit) -> String {
    if hit.title.is_empty() { hit.text.clone() } else { format!("{}\n{}", hit.title, hit.text) }
}
