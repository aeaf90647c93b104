//! How well sentences fit the question in the judgement of a model: the reranker's where it reads the language, else the
//! encoder's.

use footnote_index::{Language, dot};
use footnote_ingest::injection::probe;
use footnote_ingest::language;
use footnote_models::{InputKind, Priority};

use super::features::{Candidate, Features};
use crate::app::{App, AppError};
use crate::wire::{Degraded, Hit};

/// Whose judgement the measurements hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Judge {
    /// The cross-encoder's, in `logit`.
    Reranker,
    /// The encoder's, in `cosine`.
    Encoder,
    /// Nobody's: words alone.
    #[default]
    Nobody,
}

/// Fills in the judgement of the candidates. `asked` is the question's vector, when there is one. A reranker that cannot be had is
/// named in `degraded`, and the encoder judges.
pub(super) fn judge(
    app: &App,
    question: &str,
    asked: Option<&[f32]>,
    hits: &[Hit],
    scored: &mut [(Candidate, Features)],
    degraded: &mut Vec<Degraded>,
) -> Result<Judge, AppError> {
    if scored.is_empty() {
        return Ok(Judge::Nobody);
    }
    if is_english(question, hits, scored) {
        match app.reranker() {
            None => {}
            Some(Err(error)) => {
                degraded.push(Degraded { part: "rerank".to_owned(), reason: error.to_string() });
            }
            Some(Ok(service)) => {
                let scores = service.rerank_blocking(Priority::Interactive, question, texts(hits, scored))?;
                for ((_, features), score) in scored.iter_mut().zip(scores) {
                    features.logit = score.logit;
                }
                return Ok(Judge::Reranker);
            }
        }
    }
    let Some(asked) = asked else { return Ok(Judge::Nobody) };
    let vectors = vectors(app, texts(hits, scored))?;
    for ((_, features), vector) in scored.iter_mut().zip(vectors) {
        features.cosine = dot(asked, &vector);
    }
    Ok(Judge::Encoder)
}

/// Whether each of `sentences` gives a language model orders, by the probe over the default encoder's vectors; with another encoder
/// none does.
pub(super) fn orders(app: &App, sentences: Vec<String>) -> Result<Vec<bool>, AppError> {
    if app.embedder().info().name != probe::ENCODER {
        return Ok(vec![false; sentences.len()]);
    }
    let vectors = vectors(app, sentences.clone())?;
    Ok(sentences.iter().zip(vectors).map(|(text, vector)| probe::is_order(text, &vector)).collect())
}

fn texts(hits: &[Hit], scored: &[(Candidate, Features)]) -> Vec<String> {
    scored.iter().map(|(c, _)| hits[c.hit].text[c.span.clone()].to_owned()).collect()
}

fn vectors(app: &App, sentences: Vec<String>) -> Result<Vec<std::sync::Arc<[f32]>>, AppError> {
    Ok(app.embedder().embed_blocking(Priority::Interactive, InputKind::Passage, sentences)?)
}

/// Whether the question may be English and most candidates are: the reranker reads nothing else.
fn is_english(question: &str, hits: &[Hit], scored: &[(Candidate, Features)]) -> bool {
    let english = Language::English.code();
    let asked = language::detect_among(question, &Language::ALL.map(Language::code));
    let of_candidates =
        scored.iter().filter(|(c, _)| hits[c.hit].language.as_deref() == Some(english)).count();
    asked.is_none_or(|code| code == english) && of_candidates * 2 > scored.len()
}
