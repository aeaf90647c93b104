//! Sentences in a document that address a language model instead of a reader (prompt injection, OWASP LLM01).
//!
//! Nothing removes the problem: whoever words an order freshly enough is not found. What is found is flagged on the
//! chunk and, sentence by sentence, kept out of answers and prompts. Rules are tables of patterns for English, Romanian
//! and Polish (`rules` says how they are read); each sentence is judged by itself, except that a line such as "Note to
//! AI assistants:" also makes suspect the orders after it.
//!
//! Texts about the subject are not orders: a specimen in quotation marks that is announced as one is left out.

mod combinations;
mod english;
mod fold;
mod marks;
mod polish;
pub mod probe;
mod probe_weights;
mod quoted;
mod romanian;
mod rules;
mod signals;

use std::ops::Range;

use crate::sentences::sentences;

/// Sentences after one that only addresses a model which count as said to it.
const REACH: usize = 2;

/// Whether a sentence of `text` tries to give a language model orders.
pub fn is_suspicious(text: &str) -> bool {
    !suspicious_sentences(text).is_empty()
}

/// The sentences of `text` that try to give a language model orders, as byte ranges in order.
///
/// The ranges are those of [`sentences`] without a language, so that they can be told among the sentences of an answer
/// engine by overlap.
pub fn suspicious_sentences(text: &str) -> Vec<Range<usize>> {
    let mut called = 0;
    let mut found = Vec::new();
    for span in sentences(text, None) {
        let verdict = rules::judge(&quoted::without_specimens(&fold::fold(&text[span.clone()])));
        if verdict.broken.is_some() || (called > 0 && verdict.orders) {
            found.push(span);
        }
        called = if verdict.calls { REACH } else { called.saturating_sub(1) };
    }
    found
}

#[cfg(test)]
mod tests;
