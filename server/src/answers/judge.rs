//! How well sentences fit the question in the judgement of a model: the reranker's where it reads the language, else the
//! encoder's.

use std::sync::Arc;

use footnote_index::{Language, dot};
use footnote_ingest::injection::probe;
use footnote_models::{EmbeddingService, InputKind, Priority};

use super::features::{Candidate, Features};
use crate::app::{App, AppError, EmbeddedQuestion};
use crate::wire::{Degraded, Hit};

/// Whose judgement the measurements hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Judge {
    /// The cross-encoder's, in `logit`.
    Reranker,
    /// The encoder's, in `cosine`.
    Encoder,
    /// The encoder's between a question and sentences in another language, which share few words.
    Across,
    /// Nobody's: words alone.
    #[default]
    Nobody,
}

/// Which sentences are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// In the question's language, or perhaps: that may be English.
    Own { may_be_english: bool },
    /// In other languages.
    Other,
}

/// Fills in the judgement of candidates of one kind. `asked` is the question's vector, when there is one. A reranker that cannot be
/// had is named in `degraded`, and the encoder judges.
pub(super) fn judge(
    app: &App,
    question: &str,
    kind: Kind,
    asked: Option<&EmbeddedQuestion>,
    hits: &[Hit],
    scored: &mut [(Candidate, Features)],
    degraded: &mut Vec<Degraded>,
) -> Result<Judge, AppError> {
    if scored.is_empty() {
        return Ok(Judge::Nobody);
    }
    if kind == (Kind::Own { may_be_english: true }) && are_english(hits, scored) {
        match app.reranker() {
            None => {}
            Some(Err(error)) => {
                degraded.push(Degraded { part: "rerank".to_owned(), reason: error.to_string() });
            }
            Some(Ok(service)) => {
                let scores =
                    service.rerank_blocking(Priority::Interactive, question, under_headings(hits, scored))?;
                for ((_, features), score) in scored.iter_mut().zip(scores) {
                    features.logit = score.logit;
                }
                return Ok(Judge::Reranker);
            }
        }
    }
    let Some(asked) = asked else { return Ok(Judge::Nobody) };
    let vectors = vectors(&asked.encoder, sentences(hits, scored))?;
    for ((_, features), vector) in scored.iter_mut().zip(vectors) {
        features.cosine = dot(&asked.vector, &vector);
    }
    Ok(if kind == Kind::Other { Judge::Across } else { Judge::Encoder })
}

/// Whether each of `sentences` gives a language model orders, by the probe over the default encoder's vectors; with another encoder
/// none does.
pub(super) fn orders(app: &App, sentences: &[String]) -> Result<Vec<bool>, AppError> {
    if app.embedder().info().name != probe::ENCODER {
        return Ok(vec![false; sentences.len()]);
    }
    let vectors = vectors(app.embedder(), sentences.to_vec())?;
    Ok(sentences.iter().zip(vectors).map(|(text, vector)| probe::is_order(text, &vector)).collect())
}

fn sentence<'h>(hits: &'h [Hit], candidate: &Candidate) -> &'h str {
    &hits[candidate.hit].text[candidate.span.clone()]
}

/// What the encoder reads: the sentences. Under a heading their vectors are less like a question's.
fn sentences(hits: &[Hit], scored: &[(Candidate, Features)]) -> Vec<String> {
    scored.iter().map(|(candidate, _)| sentence(hits, candidate).to_owned()).collect()
}

/// What the reranker reads of each candidate: the heading it stands under, or the header row of its table, and the sentence. "For an
/// entrapment an engineer is there within 35 minutes" says more under "People trapped in a lift".
fn under_headings(hits: &[Hit], scored: &[(Candidate, Features)]) -> Vec<String> {
    let text = |(candidate, _): &(Candidate, Features)| {
        let sentence = sentence(hits, candidate);
        match hits[candidate.hit].source.heading_path.last() {
            Some(heading) if heading != sentence => format!("{heading}: {sentence}"),
            _ => sentence.to_owned(),
        }
    };
    scored.iter().map(text).collect()
}

fn vectors(encoder: &EmbeddingService, sentences: Vec<String>) -> Result<Vec<Arc<[f32]>>, AppError> {
    Ok(encoder.embed_blocking(Priority::Interactive, InputKind::Passage, sentences)?)
}

/// Whether most candidates are English: the reranker reads nothing else.
fn are_english(hits: &[Hit], scored: &[(Candidate, Features)]) -> bool {
    let english = |(candidate, _): &&(Candidate, Features)| {
        hits[candidate.hit].language.as_deref() == Some(Language::English.code())
    };
    scored.iter().filter(english).count() * 2 > scored.len()
}
