use footnote_index::fusion::{Fusion, MinMax, Rrf};
use footnote_models::DEFAULT_RERANKER;

use super::Candidates;
use crate::system::System;

/// One way to retrieve, under the name that reports show.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemSpec {
    /// Its name, one of a measurement.
    pub name: String,
    /// What the engine is asked for.
    pub candidates: Candidates,
    /// How both legs are joined.
    pub fusion: Fusion,
    /// Who reorders what was found.
    pub rerank: Option<Rerank>,
}

/// How a cross-encoder reorders.
#[derive(Debug, Clone, PartialEq)]
pub struct Rerank {
    /// Its name in the registry.
    pub model: String,
    /// Chunks scored for each query; those after them keep their order.
    pub depth: usize,
    /// Weight of the order it was given, 0 to 1; the rest is its own.
    pub keep: f32,
}

impl Default for Rerank {
    fn default() -> Self {
        Self { model: DEFAULT_RERANKER.to_owned(), depth: 100, keep: 0.0 }
    }
}

impl SystemSpec {
    /// A system as users get it; `rerank_of` and `rerank` are what the system `rerank` is.
    #[must_use]
    pub fn of(system: System, rerank_of: Candidates, rerank: &Rerank) -> Self {
        Self {
            name: system.name().to_owned(),
            candidates: Candidates::of(system, rerank_of),
            fusion: Fusion::default(),
            rerank: (system == System::Rerank).then(|| rerank.clone()),
        }
    }
}

/// A fusion in words, the lexical leg's weight first.
#[must_use]
pub fn fusion_name(fusion: &Fusion) -> String {
    match fusion {
        Fusion::Rrf(Rrf { k, bm25, dense }) => format!("ranks, k {k}, bm25 {bm25} : dense {dense}"),
        Fusion::MinMax(MinMax { bm25, dense }) => format!("scores, bm25 {bm25} : dense {dense}"),
    }
}
