//! How much of what an exact search finds the served vector search finds, for the client of a data directory or a server.
//!
//! The exact ranking is put together from parts: a search that a filter keeps to few documents compares every vector of
//! theirs (its planner says so), so the best of all parts are the best of all. What is served is the same question without
//! a filter.

mod exact;

use std::time::{Duration, Instant};

use footnote_index::Mode;
use footnote_server::wire::SearchBody;
use serde::Serialize;

use crate::latency::Latency;
use crate::progress::Progress;
use crate::target::{Client, DocumentRef, TargetError};

use exact::Exact;

/// Two products of the same vectors may differ by this much in different orders of addition.
const SAME: f32 = 1e-5;

/// What the served search finds of the exact one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnnFigures {
    /// Questions asked.
    pub questions: usize,
    /// Documents of the client.
    pub documents: usize,
    /// Hits wanted of a question.
    pub k: usize,
    /// Mean share of the k best that are served.
    pub recall: f64,
    /// The least share of a question.
    pub recall_min: f64,
    /// Share of the questions that were served all of them.
    pub perfect: f64,
    /// Median time of a served search, the question's embedding and the way there included.
    pub p50_ms: f64,
    /// 95th percentile of it.
    pub p95_ms: f64,
    /// Median time of the vector search alone, as the server tells it.
    pub dense_p50_ms: f64,
    /// 95th percentile of it.
    pub dense_p95_ms: f64,
    /// How the last question was searched, in the planner's words.
    pub planner: String,
    /// Searches that made up the exact rankings.
    pub exact_searches: usize,
}

/// Why a client could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum AnnError {
    /// The engine or the server.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// There is nothing to find.
    #[error("the client has no document")]
    Empty,
    /// There is nothing to ask.
    #[error("there is no question to ask")]
    NoQuestions,
    /// One document is so large that a search of it alone goes through a graph.
    #[error("a search of document {0} alone is not exact, so that there is nothing to compare with")]
    NotExact(String),
    /// A hit without the score of its vector.
    #[error("a hit does not say its score: {0}")]
    NoScore(String),
}

/// Asks every question once as served and once exactly.
///
/// # Errors
/// When the client has no document, cannot be asked, or an exact ranking cannot be had.
pub fn measure_ann(client: &dyn Client, questions: &[String], k: usize) -> Result<AnnFigures, AnnError> {
    let documents = client.documents()?;
    let first = questions.first().ok_or(AnnError::NoQuestions)?;
    let mut exact = Exact::new(client, &documents, k)?;
    // The first search pays for opening files that no later one does.
    client.search(&body(first, k))?;
    let (mut shares, mut times, mut dense) = (Vec::new(), Vec::new(), Vec::new());
    let mut planner = String::new();
    let mut progress = Progress::start("asking", questions.len(), "questions");
    for question in questions {
        let started = Instant::now();
        let served = client.search(&body(question, k))?;
        times.push(started.elapsed());
        let took = served.timings_ms.get("dense").copied().unwrap_or_default();
        dense.push(Duration::from_secs_f64(took.max(0.0) / 1000.0));
        if let Some(explain) = served.hits.first().and_then(|hit| hit.explain.as_ref()) {
            planner.clone_from(&explain.planner);
        }
        let scores: Vec<f32> = served.hits.iter().map(|hit| hit.score).collect();
        shares.push(share(&scores, &exact.best(question)?));
        progress.advance(1);
    }
    progress.finish();
    let count = shares.len() as f64;
    let (all, alone) = (Latency::of(&times), Latency::of(&dense));
    Ok(AnnFigures {
        questions: questions.len(),
        documents: documents.len(),
        k,
        recall: shares.iter().sum::<f64>() / count,
        recall_min: shares.iter().copied().fold(1.0, f64::min),
        perfect: shares.iter().filter(|share| **share >= 1.0).count() as f64 / count,
        p50_ms: all.p50_ms,
        p95_ms: all.p95_ms,
        dense_p50_ms: alone.p50_ms,
        dense_p95_ms: alone.p95_ms,
        planner,
        exact_searches: exact.searches,
    })
}

/// Questions where nobody has any: how chosen documents begin, each about as long as a question.
///
/// # Errors
/// When a text cannot be read.
pub fn beginnings(
    client: &dyn Client,
    documents: Vec<DocumentRef>,
    count: usize,
    seed: u64,
) -> Result<Vec<String>, TargetError> {
    let (chosen, _) = crate::sampling::sample(documents, count, seed, |document| &document.id);
    let begins = |document: &DocumentRef| client.text(&document.id, document.version, 0..LENGTH);
    let texts = chosen.iter().map(begins).collect::<Result<Vec<_>, _>>()?;
    Ok(texts.into_iter().filter(|text| !text.trim().is_empty()).collect())
}

/// Characters of a question that is the beginning of a document.
const LENGTH: usize = 80;

fn body(question: &str, k: usize) -> SearchBody {
    SearchBody {
        // Marks of a query would narrow the search.
        query: question.replace(['"', '\u{201e}', '\u{201d}', '\u{ab}', '\u{bb}'], " "),
        top_k: Some(k),
        mode: Some(Mode::Dense),
        explain: true,
        ..SearchBody::default()
    }
}

/// The share of the best scores that are served. Chunks of equal scores stand for one another.
fn share(served: &[f32], best: &[f32]) -> f64 {
    let Some(least) = best.last() else { return 1.0 };
    let there = served.iter().filter(|score| **score >= least - SAME).count();
    there.min(best.len()) as f64 / best.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_stand_for_one_another_and_worse_ones_do_not() {
        let best = [0.9, 0.8, 0.8];
        assert!((share(&[0.9, 0.8, 0.8], &best) - 1.0).abs() < 1e-12);
        assert!((share(&[0.9, 0.8, 0.7], &best) - 2.0 / 3.0).abs() < 1e-12);
        assert!((share(&[0.9, 0.8, 0.8, 0.8], &best) - 1.0).abs() < 1e-12);
        assert!(share(&[], &best).abs() < 1e-12 && (share(&[], &[]) - 1.0).abs() < 1e-12);
    }
}
