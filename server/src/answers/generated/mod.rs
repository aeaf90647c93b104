//! Answers that a generator writes: it is shown the passages, what it says is held sentence by sentence, and a sentence
//! is served only with a quote that supports it and that the store confirms.
//!
//! `support` finds the quote (pure), `writer` holds the sentences, `attempt` asks one engine, `answer` asks them in
//! order and ends with the extractive one, always.

mod attempt;
mod support;
mod writer;

use std::sync::Arc;
use std::time::Instant;

use footnote_index::{Scope, offsets};

use self::attempt::{Attempt, Outcome};
use super::{Evidence, Weights, confidence, extractive, gather, is_enough, ms, new_id};
use crate::app::{App, AppError, Retrieval};
use crate::generators::{Cancel, Engine, Tokens};
use crate::wire::{
    AbstainReason, Answer, Citation, Degraded, Grounding, GroundingStatus, Hit, SupportStatus, Usage,
};

pub use self::writer::Counts;

/// What a listener hears while an answer is made.
#[derive(Debug)]
pub enum Told<'a> {
    /// The passages found.
    Passages(&'a [Hit]),
    /// The next sentence of the answer, with the space before it, and its citations. Joined they are the answer.
    Message {
        /// The sentence.
        text: &'a str,
        /// Its citations.
        citations: &'a [Citation],
    },
    /// What became of the sentences an engine wrote; heard once for each engine that wrote any.
    Counted(Counts),
}

/// Who answers, and who listens.
pub(crate) struct Asked<'a> {
    /// Generators in the order they are asked.
    pub(crate) engines: &'a [Arc<Engine>],
    /// Only as many of the passages are read as the question needs.
    pub(crate) enough: bool,
    /// Least confidence with which an answer is given; the judge's own if `None`.
    pub(crate) min_confidence: Option<f32>,
    /// Set when nobody waits any more.
    pub(crate) cancel: &'a Cancel,
    /// Hears the answer while it is made.
    pub(crate) tell: &'a mut dyn FnMut(Told<'_>),
}

/// Answers a question, or abstains; the passages come along either way.
pub(crate) fn answer(
    app: &App,
    scope: &Scope,
    retrieval: &Retrieval<'_>,
    asked: Asked<'_>,
) -> Result<Answer, AppError> {
    let started = Instant::now();
    let Asked { engines, enough, min_confidence, cancel, tell } = asked;
    let found = gather(app, scope, retrieval, enough, min_confidence)?;
    tell(Told::Passages(&found.passages));
    // Without evidence no engine is asked.
    let engines = if is_enough(&found) { engines } else { &[] };
    let step = Instant::now();
    let deadline = started + app.generators().timeout();
    let mut degraded: Vec<Degraded> = Vec::new();
    let mut usage = None;
    let mut written = None;
    for engine in engines {
        let attempt = Attempt {
            app,
            scope,
            engine,
            question: retrieval.question,
            hits: &found.passages,
            deadline,
            cancel,
        };
        let Outcome { text, citations, refused, tokens, reason } = attempt.run(tell)?;
        if cancel.is_cancelled() {
            return Err(AppError::Cancelled);
        }
        usage = tokens.map(|tokens| used(engine.name(), tokens)).or(usage);
        degraded.extend(reason.map(|reason| Degraded { part: engine.name().to_owned(), reason }));
        if refused || !text.is_empty() {
            written = Some((engine.name(), text, citations));
            break;
        }
    }
    let generate_ms = ms(step);
    let mut answer = match written {
        Some((engine, text, citations)) => by_generator(found, engine, text, citations)?,
        None => {
            let answer = extractive(app, scope, retrieval.question, found, started)?;
            for (text, citations) in messages(&answer) {
                tell(Told::Message { text, citations });
            }
            answer
        }
    };
    answer.degraded.append(&mut degraded);
    answer.usage = usage;
    if !engines.is_empty() {
        answer.timings_ms.insert("generate".into(), generate_ms);
    }
    answer.timings_ms.insert("total".into(), ms(started));
    Ok(answer)
}

fn used(engine: &str, tokens: Tokens) -> Usage {
    Usage { prompt_tokens: tokens.prompt, completion_tokens: tokens.completion, engine: engine.to_owned() }
}

/// The answer of a generator; without a text it declined.
fn by_generator(
    found: Evidence,
    engine: &str,
    text: String,
    citations: Vec<Citation>,
) -> Result<Answer, AppError> {
    let confidence = confidence(&found.scored, &Weights::of(found.judge));
    let partly =
        sentences(&citations).any(|own| own.iter().all(|c| c.support.status != SupportStatus::Verified));
    let (status, reason) = match (text.is_empty(), partly) {
        (true, _) => (GroundingStatus::Abstained, Some(AbstainReason::Declined)),
        (false, true) => (GroundingStatus::Partial, None),
        (false, false) => (GroundingStatus::Grounded, None),
    };
    Ok(Answer {
        id: new_id()?,
        answer: text,
        citations,
        grounding: Grounding { status, confidence, reason },
        engine: engine.to_owned(),
        resolved_question: None,
        quoted_language: None,
        usage: None,
        degraded: found.degraded,
        passages: found.passages,
        timings_ms: found.timings_ms,
        trace_id: None,
    })
}

/// The citations of each sentence.
fn sentences(citations: &[Citation]) -> impl Iterator<Item = &[Citation]> {
    citations.chunk_by(|a, b| a.answer == b.answer)
}

/// The sentences of an answer with the space before each, and their citations.
pub(crate) fn messages(answer: &Answer) -> Vec<(&str, &[Citation])> {
    let mut rest = answer.answer.as_str();
    let mut at = 0;
    let mut messages = Vec::new();
    for own in sentences(&answer.citations) {
        let Some(end) = own.first().map(|c| c.answer.end_char).filter(|end| *end > at) else { continue };
        let (text, after) = rest.split_at(offsets::to_bytes(rest, &(0..end - at)).end);
        messages.push((text, own));
        (rest, at) = (after, end);
    }
    messages
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::answers::Judge;
    use crate::wire::{Place, Span, Support};

    fn citation(id: u32, start_char: usize, end_char: usize, status: SupportStatus) -> Citation {
        Citation {
            id,
            document_id: "d".into(),
            version: 1,
            chunk_id: "1".into(),
            title: "T".into(),
            uri: "u".into(),
            quote: String::new(),
            source: Place {
                start_char: 0,
                end_char: 0,
                position: footnote_index::Position::default(),
                heading_path: Vec::new(),
            },
            answer: Span { start_char, end_char },
            phrase: None,
            support: Support { status, score: 1.0, method: "facts".into() },
        }
    }

    fn found() -> Evidence {
        Evidence {
            passages: vec![],
            scored: vec![],
            judge: Judge::default(),
            min_confidence: 0.5,
            degraded: vec![],
            timings_ms: BTreeMap::new(),
        }
    }

    #[test]
    fn messages_are_the_answer_cut_at_its_sentences() {
        use SupportStatus::{Partial, Verified};
        let citations =
            vec![citation(1, 0, 14, Verified), citation(2, 0, 14, Partial), citation(3, 16, 25, Partial)];
        let text = "Costă 5 złote.\n\nŻółw śpi.".to_owned();
        let answer = by_generator(found(), "mine", text, citations).expect("answer");
        let told: Vec<(&str, usize)> = messages(&answer).iter().map(|(t, c)| (*t, c.len())).collect();
        assert_eq!(told, [("Costă 5 złote.", 2), ("\n\nŻółw śpi.", 1)]);
        assert_eq!(
            answer.grounding.status,
            GroundingStatus::Partial,
            "the second sentence has no verified citation"
        );
    }

    #[test]
    fn an_answer_without_text_is_an_abstention_with_its_reason() {
        let answer = by_generator(found(), "mine", String::new(), Vec::new()).expect("answer");
        assert_eq!(answer.grounding.status, GroundingStatus::Abstained);
        assert_eq!(answer.grounding.reason, Some(AbstainReason::Declined));
        assert!(messages(&answer).is_empty());
    }
}
