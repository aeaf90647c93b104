//! Records for the tests of this module.

use std::ops::Range;

use super::record::{AnswerRecord, Citation, Decision, GoldSpan};

/// A question whose answer is `Lyon`, at the start of document `d`, and which was answered so.
pub(super) fn right(question: &str) -> AnswerRecord {
    AnswerRecord {
        question: question.to_owned(),
        language: "en".to_owned(),
        answerable: true,
        gold_answers: vec!["Lyon".to_owned()],
        gold_documents: vec!["d".to_owned()],
        gold_spans: vec![span("d", 0..4)],
        decision: Decision::Answered,
        confidence: Some(0.9),
        answer: "Lyon!".to_owned(),
        citations: vec![citation("d", 0..4, 0..4)],
        latency_ms: 1.0,
    }
}

/// The same question, from which the system abstained.
pub(super) fn silent(question: &str) -> AnswerRecord {
    AnswerRecord { decision: Decision::Abstained, confidence: Some(0.2), ..right(question) }
}

/// An exact citation of a place in a document, standing for a part of the answer.
pub(super) fn citation(document: &str, place: Range<usize>, answer: Range<usize>) -> Citation {
    Citation {
        document: document.to_owned(),
        quote: "Lyon".to_owned(),
        quote_exact: true,
        start: place.start,
        end: place.end,
        answer_start: answer.start,
        answer_end: answer.end,
    }
}

/// Where a gold answer stands.
pub(super) fn span(document: &str, place: Range<usize>) -> GoldSpan {
    GoldSpan { document: document.to_owned(), start: place.start, end: place.end }
}
