use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use footnote_datasets::beir::Query;
use footnote_index::{Hit, MAX_TOP_K, SearchRequest};

use super::cut::ModelTokens;
use super::prepared::Prepared;
use super::reading::{Read, answer_within};
use super::reranking::Reranking;
use super::{Chunker, MeasureError, SystemSpec};
use crate::pooling::max_pool;
use crate::progress::Progress;
use crate::qrels::Qrels;
use crate::run::Run;

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
    pub(super) system: &'a SystemSpec,
    /// Those who reorder.
    pub(super) reranking: &'a Reranking,
    /// What they read of a chunk is what the encoder read.
    pub(super) chunker: Chunker,
    /// Documents kept.
    pub(super) top_k: usize,
    /// Tokens read of what is returned, with what tells them and the judgments, when answers are looked for.
    pub(super) reading: Option<(usize, &'a ModelTokens, &'a Qrels)>,
}

/// Asks every query, one at a time, and pools chunks to documents.
pub(super) fn ask(
    prepared: &Prepared,
    queries: &[Query],
    asking: Asking<'_>,
) -> Result<Answers, MeasureError> {
    let Asking { system, reranking, chunker, top_k, reading } = asking;
    let (index, depth, candidates) = (&prepared.index, prepared.depth, system.candidates);
    let mut progress = Progress::start(format!("asking {}", system.name), queries.len(), "queries");
    let mut answers =
        Answers { run: Run::default(), times: Vec::with_capacity(queries.len()), answered: BTreeMap::new() };
    for (number, query) in queries.iter().enumerate() {
        let vector = if candidates.needs_vector() { prepared.query_vectors.get(number) } else { None };
        let request = SearchRequest {
            mode: candidates.mode(),
            depth,
            fusion: system.fusion,
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
        let mut scores: Vec<f32> = response.hits.iter().map(|hit| hit.score).collect();
        if let Some(rerank) = &system.rerank {
            let passage = |place: usize| {
                let hit = &response.hits[place];
                chunker.passage(&hit.title, &hit.heading_path, &hit.text)
            };
            scores = reranking.rerank(rerank, &query.text, &scores, passage)?;
        }
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
pub(super) const NO_WORD: &str = "the question has no word to look up";

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
