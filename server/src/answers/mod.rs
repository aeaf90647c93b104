//! The extractive answer engine: the documents' own sentences, chosen for the question, each with a
//! citation that was read back from the store. Deterministic and offline; no sentence is written by
//! a model.
//!
//! `features` measures candidate sentences (pure), `pools` parts those in the question's language from others, `score` turns
//! measurements into a ranking and a confidence (pure), `compose` joins the chosen ones and counts offsets (pure), `verify` checks
//! what a sentence says against its quote, whatever engine wrote it (pure); this file runs the steps.

mod abstention;
mod asked;
mod compose;
mod context;
pub mod conversation;
mod features;
mod fold;
pub mod generate;
pub mod generated;
mod judge;
mod named;
mod phrase;
mod pools;
mod score;
pub mod verify;
mod wanted;

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Instant;

use footnote_index::{Position, Scope, offsets};

use crate::app::{App, AppError, Retrieval};
use crate::wire::{AbstainReason, Answer, Degraded, Grounding, GroundingStatus, Hit, Place};

pub(crate) use abstention::said;
pub use asked::MAX_MESSAGES;
pub(crate) use asked::asked;
pub use context::{LEAST, MOST};
pub use features::{Candidate, Features, Question, candidates};
pub use judge::Judge;
pub use score::{Weights, confidence, evidence, rank};

/// Most sentences of an answer.
const MAX_SENTENCES: usize = 3;

/// What a question found: passages, and their sentences with everything measured about them.
#[derive(Debug)]
pub struct Evidence {
    /// Passages read, best first.
    pub passages: Vec<Hit>,
    /// Candidate sentences.
    pub scored: Vec<(Candidate, Features)>,
    /// Whose judgement is among the measurements.
    pub judge: Judge,
    /// Least confidence with which an answer is given.
    pub min_confidence: f32,
    /// Parts that did not take part.
    pub degraded: Vec<Degraded>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<String, f64>,
}

/// Retrieves passages for a question and measures their sentences. With `enough` only as many passages are kept as the question
/// needs, by their scores. The least confidence of an answer is the judge's own unless `min_confidence` says otherwise.
pub fn gather(
    app: &App,
    scope: &Scope,
    retrieval: &Retrieval<'_>,
    enough: bool,
    min_confidence: Option<f32>,
) -> Result<Evidence, AppError> {
    let started = Instant::now();
    let top_k = if enough { context::DEPTH } else { retrieval.top_k };
    let (found, asked) = app.retrieve(scope, &Retrieval { top_k, ..*retrieval })?;
    let mut timings_ms: BTreeMap<String, f64> =
        found.timings_ms.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect();
    timings_ms.insert("retrieve".into(), ms(started));
    let mut hits: Vec<Hit> = found.hits.into_iter().map(Into::into).collect();
    if enough {
        let scores: Vec<(&str, f32)> = hits.iter().map(|hit| (hit.document_id.as_str(), hit.score)).collect();
        let kept = context::enough(&scores);
        let mut at = 0;
        hits.retain(|_| {
            at += 1;
            kept.contains(&(at - 1))
        });
    }

    let mut degraded: Vec<Degraded> = found.degraded.into_iter().map(Into::into).collect();

    let step = Instant::now();
    let (scored, judge) =
        pools::measure(app, retrieval.question, asked.as_ref(), &hits, min_confidence, &mut degraded)?;
    timings_ms.insert("select".into(), ms(step));
    let min_confidence = min_confidence.unwrap_or(Weights::of(judge).abstain_below);
    Ok(Evidence { passages: hits, scored, judge, min_confidence, degraded, timings_ms })
}

/// Whether what was found is likely enough to hold the answer.
fn is_enough(found: &Evidence) -> bool {
    let weights = Weights::of(found.judge);
    !found.scored.is_empty() && confidence(&found.scored, &weights) >= found.min_confidence
}

/// Answers from the passages found, in their own sentences, or abstains with a reason; the passages come along either way.
fn extractive(
    app: &App,
    scope: &Scope,
    question: &str,
    mut found: Evidence,
    started: Instant,
) -> Result<Answer, AppError> {
    let weights = Weights::of(found.judge);
    let confidence = confidence(&found.scored, &weights);
    let mut out = Answer {
        id: new_id()?,
        answer: String::new(),
        citations: Vec::new(),
        grounding: Grounding { status: GroundingStatus::Abstained, confidence, reason: None },
        engine: "extractive".into(),
        resolved_question: None,
        quoted_language: None,
        usage: None,
        degraded: std::mem::take(&mut found.degraded),
        passages: std::mem::take(&mut found.passages),
        timings_ms: std::mem::take(&mut found.timings_ms),
        trace_id: None,
    };
    if found.scored.is_empty() {
        out.grounding.reason = Some(AbstainReason::NoEvidence);
    } else if confidence < found.min_confidence {
        out.grounding.reason = Some(AbstainReason::WeakEvidence);
    } else {
        let step = Instant::now();
        let chosen = choose(app, &out.passages, &mut found.scored, &weights)?;
        let verified = verify(app, scope, question, &out.passages, &chosen)?;
        out.timings_ms.insert("verify".into(), ms(step));
        if chosen.is_empty() {
            out.grounding.reason = Some(AbstainReason::NoEvidence);
        } else if verified.is_empty() {
            out.grounding.reason = Some(AbstainReason::Unverified);
        } else {
            (out.answer, out.citations) = compose::compose(&out.passages, verified);
            out.grounding.status = GroundingStatus::Grounded;
            if found.judge == Judge::Across {
                out.quoted_language = chosen.first().and_then(|c| out.passages[c.hit].language.clone());
            }
        }
    }
    out.timings_ms.insert("total".into(), ms(started));
    Ok(out)
}

/// The sentences of the answer; those that give a language model orders are taken out of `scored`, and others take their place.
fn choose(
    app: &App,
    hits: &[Hit],
    scored: &mut Vec<(Candidate, Features)>,
    weights: &Weights,
) -> Result<Vec<Candidate>, AppError> {
    loop {
        let chosen = score::choose(scored, weights, MAX_SENTENCES);
        let texts: Vec<String> = chosen.iter().map(|c| hits[c.hit].text[c.span.clone()].to_owned()).collect();
        let orders = judge::orders(app, &texts)?;
        if !orders.contains(&true) {
            return Ok(chosen);
        }
        let planted = |candidate: &Candidate| {
            let place = |c: &Candidate| (c.hit, c.span.clone());
            chosen.iter().zip(&orders).any(|(c, order)| *order && place(c) == place(candidate))
        };
        scored.retain(|(candidate, _)| !planted(candidate));
    }
}

/// The chosen sentences whose quotes the store confirms, with the passage each is from.
fn verify(
    app: &App,
    scope: &Scope,
    question: &str,
    hits: &[Hit],
    chosen: &[Candidate],
) -> Result<Vec<(usize, Quote)>, AppError> {
    let mut verified = Vec::with_capacity(chosen.len());
    for candidate in chosen {
        let hit = &hits[candidate.hit];
        let mut quote = quote_of(hit, candidate);
        quote.phrase = phrase::phrase(question, &quote.text);
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
    /// Bytes of the text that answer the question, when they can be told.
    pub(crate) phrase: Option<Range<usize>>,
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
        phrase: None,
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
