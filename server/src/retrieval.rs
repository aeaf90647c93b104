//! What the retrieval step of searches and answers is asked for, and what it gives.

use std::sync::Arc;

use footnote_index::{Filter, SearchResponse};
use footnote_models::EmbeddingService;

/// What to retrieve.
#[derive(Debug, Clone, Copy)]
pub struct Retrieval<'a> {
    /// The question as typed.
    pub question: &'a str,
    /// Hits wanted.
    pub top_k: usize,
    /// Which legs answer.
    pub mode: footnote_index::Mode,
    /// Whether hits say how they came to their score.
    pub explain: bool,
    /// Only documents that pass it.
    pub filter: Option<&'a Filter>,
    /// Whether quoted parts of the question must stand in a hit word by word, and `*` completes a word.
    pub phrases: bool,
    /// Whether the question's last word may be the beginning of a longer one.
    pub prefix: bool,
    /// Fields whose values are counted.
    pub facets: &'a [String],
}

impl<'a> Retrieval<'a> {
    /// The `top_k` best hits of both legs for a question.
    pub fn new(question: &'a str, top_k: usize) -> Self {
        let mode = footnote_index::Mode::Hybrid;
        Self {
            question,
            top_k,
            mode,
            explain: false,
            filter: None,
            phrases: false,
            prefix: false,
            facets: &[],
        }
    }
}

/// What was found, and the question as it was embedded.
pub type Retrieved = (SearchResponse, Option<EmbeddedQuestion>);

/// A question's vector, and the encoder that made it: only its vectors of other texts can be compared with this one.
pub struct EmbeddedQuestion {
    /// Normalised, as long as the encoder makes them.
    pub vector: Arc<[f32]>,
    /// The encoder.
    pub encoder: EmbeddingService,
}
