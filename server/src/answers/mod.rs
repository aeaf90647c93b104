//! The extractive answer engine: the documents' own sentences, chosen for the question, each with a
//! citation that was read back from the store. Deterministic and offline; no sentence is written by
//! a model.
//!
//! `features` measures candidate sentences (pure), `score` turns measurements into a ranking and a
//! confidence (pure), `compose` joins the chosen ones and counts offsets (pure), `verify` checks what a
//! sentence says against its quote, whatever engine wrote it (pure); this file runs the steps and is
//! the only one that reads anything.

mod compose;
pub mod conversation;
mod features;
mod fold;
pub mod generate;
pub mod generated;
mod score;
pub mod verify;
mod wanted;

use std::collections::BTreeMap;
use std::time::Instant;

use footnote_index::{Position, Scope, offsets};
use footnote_models::{InputKind, Priority};

use crate::app::{App, AppError, Retrieval};
use crate::wire::{AbstainReason, Answer, Degraded, Grounding, GroundingStatus, Hit, Place};

pub use features::{Candidate, Features, Question, candidates};
pub use score::{Weights, best, confidence, rank};

/// Most sentences handed to the encoder for one question; the lexically best ones are kept.
const MAX_CANDIDATES: usize = 40;

/// Most sentences of an answer.
const MAX_SENTENCES: usize = 3;

/// What a question found: passages, and their sentences with everything measured about them.
#[derive(Debug)]
pub struct Evidence {
    /// Passages read, best first.
    pub passages: Vec<Hit>,
    /// Candidate sentences.
    pub scored: Vec<(Candidate, Features)>,
    /// Parts that did not take part.
    pub degraded: Vec<Degraded>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<String, f64>,
}

/// Retrieves passages for a question and measures their sentences.
pub fn gather(app: &App, scope: &Scope, retrieval: &Retrieval<'_>) -> Result<Evidence, AppError> {
    let started = Instant::now();
    let (found, asked) = app.retrieve(scope, retrieval)?;
    let mut timings_ms: BTreeMap<String, f64> =
        found.timings_ms.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect();
    timings_ms.insert("retrieve".into(), ms(started));
    let hits: Vec<Hit> = found.hits.into_iter().map(Into::into).collect();

    let step = Instant::now();
    let (candidates, mut features) = candidates(&Question::new(retrieval.question), &hits, MAX_CANDIDATES);
    if let Some(asked) = asked.filter(|_| !candidates.is_empty()) {
        let sentences = candidates.iter().map(|c| hits[c.hit].text[c.span.clone()].to_owned()).collect();
        let vectors = app.embedder().embed_blocking(Priority::Interactive, InputKind::Passage, sentences)?;
        for (features, vector) in features.iter_mut().zip(&vectors) {
            features.cosine = footnote_index::dot(&asked, vector);
        }
    }
    timings_ms.insert("select".into(), ms(step));
    Ok(Evidence {
        passages: hits,
        scored: candidates.into_iter().zip(features).collect(),
        degraded: found.degraded.into_iter().map(Into::into).collect(),
        timings_ms,
    })
}

/// Whether what was found is likely enough to hold the answer.
fn is_enough(found: &Evidence) -> bool {
    let weights = Weights::default();
    !found.scored.is_empty() && confidence(&found.scored, &weights) >= weights.abstain_below
}

/// Answers from the passages found, in their own sentences, or abstains with a reason; the passages come along either way.
fn extractive(app: &App, scope: &Scope, found: Evidence, started: Instant) -> Result<Answer, AppError> {
    let weights = Weights::default();
    let confidence = confidence(&found.scored, &weights);
    let mut out = Answer {
        id: new_id()?,
        answer: String::new(),
        citations: Vec::new(),
        grounding: Grounding { status: GroundingStatus::Abstained, confidence, reason: None },
        engine: "extractive".into(),
        usage: None,
        degraded: found.degraded,
        passages: found.passages,
        timings_ms: found.timings_ms,
    };
    if found.scored.is_empty() {
        out.grounding.reason = Some(AbstainReason::NoEvidence);
    } else if confidence < weights.abstain_below {
        out.grounding.reason = Some(AbstainReason::WeakEvidence);
    } else {
        let step = Instant::now();
        let chosen = score::choose(&found.scored, &weights, MAX_SENTENCES);
        let verified = verify(app, scope, &out.passages, &chosen)?;
        out.timings_ms.insert("verify".into(), ms(step));
        if verified.is_empty() {
            out.grounding.reason = Some(AbstainReason::Unverified);
        } else {
            (out.answer, out.citations) = compose::compose(&out.passages, verified);
            out.grounding.status = GroundingStatus::Grounded;
        }
    }
    out.timings_ms.insert("total".into(), ms(started));
    Ok(out)
}

/// The chosen sentences whose quotes the store confirms, with the passage each is from.
fn verify(
    app: &App,
    scope: &Scope,
    hits: &[Hit],
    chosen: &[Candidate],
) -> Result<Vec<(usize, Quote)>, AppError> {
    let mut verified = Vec::with_capacity(chosen.len());
    for candidate in chosen {
        let hit = &hits[candidate.hit];
        let mut quote = quote_of(hit, candidate);
        if let Some(position) = confirmed(app, scope, hit, &quote)? {
            quote.place.position = position;
            verified.push((candidate.hit, quote));
        }
    }
    Ok(verified)
}

/// A sentence's text and place.
pub(crate) struct Quote {
    pub(crate) text: String,
    pub(crate) place: Place,
    pub(crate) score: f32,
}

fn quote_of(hit: &Hit, candidate: &Candidate) -> Quote {
    let chars = offsets::to_chars(&hit.text, &candidate.span);
    Quote {
        text: hit.text[candidate.span.clone()].to_owned(),
        place: Place {
            start_char: hit.source.start_char + chars.start,
            end_char: hit.source.start_char + chars.end,
            position: hit.source.position.clone(),
            heading_path: hit.source.heading_path.clone(),
        },
        score: candidate.support,
    }
}

/// The page, slide or cells of the quote when the store still has exactly this text at this place. A document deleted or
/// replaced since the search makes it `None`: such a sentence is not served.
fn confirmed(app: &App, scope: &Scope, hit: &Hit, quote: &Quote) -> Result<Option<Position>, AppError> {
    let chars = quote.place.start_char..quote.place.end_char;
    match app.engine().text(scope, &hit.document_id, Some(hit.version), Some(chars)) {
        Ok(slice) => Ok((slice.text == quote.text).then_some(slice.position)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn new_id() -> Result<String, AppError> {
    let mut bytes = [0u8; 12];
    getrandom::fill(&mut bytes)
        .map_err(|e| AppError::Invalid(format!("the system has no random numbers: {e}")))?;
    Ok(format!("ans_{}", hex::encode(bytes)))
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
