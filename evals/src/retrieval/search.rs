use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use footnote_datasets::beir::Query;
use footnote_index::{Hit, MAX_TOP_K, SearchRequest};

use super::cut::ModelTokens;
use super::embedder::QueryVector;
use super::index::TemporaryIndex;
use super::reading::{Read, answer_within};
use super::reranking::Reranking;
use super::{Candidates, MeasureError};
use crate::pooling::max_pool;
use crate::progress::Progress;
use crate::qrels::Qrels;
use crate::run::Run;
use crate::system::System;

/// What one system returned and how long each query took, its embedding included.
pub(super) struct Answers {
    pub(super) run: Run,
    pub(super) times: Vec<Duration>,
    /// Whether an answer was within the tokens read, for the queries that have answers.
    pub(super) answered: BTreeMap<String, bool>,
}

/// Chunks asked of the engine so that pooling leaves `top_k` documents: more when documents have several chunks.
pub(super) fn chunk_depth(top_k: usize, chunks: usize, documents: usize) -> usize {
    let chunks_a_document = chunks.div_ceil(documents.max(1)).max(1);
    let spare = if chunks_a_document > 1 { 2 } else { 1 };
    (top_k * chunks_a_document * spare).min(MAX_TOP_K)
}

/// How a system is asked.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) system: System,
    /// What the engine is asked for.
    pub(super) candidates: Candidates,
    /// Who reorders it.
    pub(super) reranking: Option<&'a Reranking>,
    /// Documents kept.
    pub(super) top_k: usize,
    /// Chunks asked for.
    pub(super) depth: usize,
    /// Tokens read of what is returned, with what tells them and the judgments, when answers are looked for.
    pub(super) reading: Option<(usize, &'a ModelTokens, &'a Qrels)>,
}

/// Asks every query, one at a time, and pools chunks to documents. `vectors` holds one entry per query when the system
/// needs them.
pub(super) fn ask(
    index: &TemporaryIndex,
    queries: &[Query],
    vectors: &[QueryVector],
    asking: Asking<'_>,
) -> Result<Answers, MeasureError> {
    let Asking { system, candidates, reranking, top_k, depth, reading } = asking;
    let mut progress = Progress::start(format!("asking {system}"), queries.len(), "queries");
    let mut answers =
        Answers { run: Run::default(), times: Vec::with_capacity(queries.len()), answered: BTreeMap::new() };
    for (number, query) in queries.iter().enumerate() {
        let vector = if candidates.needs_vector() { vectors.get(number) } else { None };
        let request = SearchRequest {
            mode: candidates.mode(),
            depth,
            ..SearchRequest::new(
                &query.text,
                vector.map(|(v, _)| (&**v, index.generation.spec.fingerprint.as_str())),
                depth,
            )
        };
        if number == 0 {
            // The first search pays for opening files that no later one does.
            index.engine.search(&index.scope, &request)?;
        }
        let started = Instant::now();
        let response = index.engine.search(&index.scope, &request)?;
        // A question without a word to look up finds nothing, which is the system's answer; a leg that failed is not.
        if let Some(failed) = response.degraded.into_iter().find(|part| part.reason != NO_WORD) {
            let query = query.id.clone();
            return Err(MeasureError::LegFailed { query, part: failed.part, reason: failed.reason });
        }
        let scores = match reranking {
            Some(reranking) => reranking.rerank(&query.text, &response.hits)?,
            None => response.hits.iter().map(|hit| hit.score).collect(),
        };
        let took = started.elapsed();
        let mut hits: Vec<(Hit, f32)> = response.hits.into_iter().zip(scores).collect();
        hits.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        if let Some((budget, tokens, qrels)) = reading.filter(|_| !query.answers.is_empty())
            && let Some(judgments) = qrels.get(&query.id)
        {
            let read = hits.iter().map(|(hit, _)| Read { document: &hit.uri, text: &hit.text });
            let answered = answer_within(read, query, judgments, budget, |text| tokens.0.offsets(text));
            answers.answered.insert(query.id.clone(), answered);
        }
        let hits: Vec<(String, f32)> = hits.into_iter().map(|(hit, score)| (hit.uri, score)).collect();
        answers.times.push(took + vector.map_or(Duration::ZERO, |(_, embedding)| *embedding));
        answers.run.insert(query.id.as_str(), max_pool(hits).cut(top_k));
        progress.advance(1);
    }
    progress.finish();
    Ok(answers)
}

/// The engine's reason when a question is all punctuation.
const NO_WORD: &str = "the question has no word to look up";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_grows_with_chunks_a_document() {
        assert_eq!(chunk_depth(100, 3633, 3633), 100);
        assert_eq!(chunk_depth(100, 5000, 2500), 400);
        assert_eq!(chunk_depth(100, 100_000, 1000), MAX_TOP_K);
        assert_eq!(chunk_depth(10, 0, 0), 10);
    }
}
