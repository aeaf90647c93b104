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

/// Fills in the judgement of the candidates, all in the question's language or all in others. `language` is the question's, where
/// it can be told, `asked` its vector, when there is one. A reranker that cannot be had is named in `degraded`, and the encoder
/// judges.
pub(super) fn judge(
    app: &App,
    question: &str,
    language: Option<&str>,
    asked: Option<&EmbeddedQuestion>,
    hits: &[Hit],
    scored: &mut [(Candidate, Features)],
    degraded: &mut Vec<Degraded>,
) -> Result<Judge, AppError> {
    if scored.is_empty() {
        return Ok(Judge::Nobody);
    }
    if are_english(language, hits, scored) {
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
    Ok(if differ(language, hits, scored) { Judge::Across } else { Judge::Encoder })
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

/// The candidates' languages, ISO 639-1, where they can be told.
fn languages<'h>(hits: &'h [Hit], scored: &[(Candidate, Features)]) -> impl Iterator<Item = Option<&'h str>> {
    scored.iter().map(|(candidate, _)| hits[candidate.hit].language.as_deref())
}

/// Whether the question may be English and most candidates are: the reranker reads nothing else.
fn are_english(asked: Option<&str>, hits: &[Hit], scored: &[(Candidate, Features)]) -> bool {
    let english = Some(Language::English.code());
    let quoted = languages(hits, scored).filter(|quoted| *quoted == english).count();
    quoted * 2 > scored.len() && (asked.is_none() || asked == english)
}

/// Whether every candidate is in another language than the question.
fn differ(asked: Option<&str>, hits: &[Hit], scored: &[(Candidate, Features)]) -> bool {
    let differs = |asked| languages(hits, scored).all(|quoted| quoted.is_some_and(|quoted| quoted != asked));
    asked.is_some_and(differs)
}
