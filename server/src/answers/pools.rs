//! Which of the passages' sentences a question is answered from, and in whose judgement.
//!
//! Measurements of sentences in the question's language and of those in another do not compare: the former share words with the
//! question whatever they say, and encoders put texts of one language closer together. So each kind is judged by itself, with
//! weights fitted on such sentences alone, and the kind that more likely holds the answer is kept.

use footnote_index::Language;
use footnote_ingest::language;

use super::features::{Candidate, Features, Question, candidates};
use super::judge::{Judge, judge};
use super::score::{Weights, confidence};
use crate::app::{App, AppError, EmbeddedQuestion};
use crate::wire::{Degraded, Hit};

/// Most sentences handed to a model for one question and kind; the lexically best ones are kept. On development questions of
/// squad2-dev eight did as well as all; every one costs time.
const MAX_CANDIDATES: usize = 12;

/// The sentences of the kind that more likely holds the answer, with their measurements, and whose judgement is among them. `asked`
/// is the question's vector, when there is one. A reranker that cannot be had is named in `degraded`.
pub(super) fn measure(
    app: &App,
    question: &str,
    asked: Option<&EmbeddedQuestion>,
    hits: &[Hit],
    degraded: &mut Vec<Degraded>,
) -> Result<(Vec<(Candidate, Features)>, Judge), AppError> {
    let language = language::detect_among(question, &Language::ALL.map(Language::code));
    let is_own = |hit: &Hit| is_own(language, hit.language.as_deref());
    let asked_words = Question::new(question);
    let mut pools = [true, false].map(|own| {
        let places: Vec<usize> = (0..hits.len()).filter(|&at| is_own(&hits[at]) == own).collect();
        let of_kind: Vec<Hit> = places.iter().map(|&at| hits[at].clone()).collect();
        let (mut found, features) = candidates(&asked_words, &of_kind, MAX_CANDIDATES);
        found.iter_mut().for_each(|candidate| candidate.hit = places[candidate.hit]);
        found.into_iter().zip(features).collect::<Vec<_>>()
    });
    let [own, other] = &mut pools;
    let own_judge = judge(app, question, language, asked, hits, own, degraded)?;
    let other_judge = judge(app, question, language, asked, hits, other, degraded)?;
    let [own, other] = pools;
    Ok(if excess(&other, other_judge) > excess(&own, own_judge) {
        (other, other_judge)
    } else {
        (own, own_judge)
    })
}

/// Whether a passage may be in the language of the question.
fn is_own(asked: Option<&str>, written: Option<&str>) -> bool {
    asked.zip(written).is_none_or(|(asked, written)| asked == written)
}

/// By how much sentences are more likely to hold the answer than is asked of their judge, in log-odds; of none, the least there is.
fn excess(scored: &[(Candidate, Features)], judge: Judge) -> f32 {
    if scored.is_empty() {
        return f32::NEG_INFINITY;
    }
    let weights = Weights::of(judge);
    let log_odds = |p: f32| {
        let p = p.clamp(1e-6, 1.0 - 1e-6);
        (p / (1.0 - p)).ln()
    };
    log_odds(confidence(scored, &weights)) - log_odds(weights.abstain_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(cosines: &[f32]) -> Vec<(Candidate, Features)> {
        let candidate = Candidate { hit: 0, span: 0..1, support: 0.0 };
        cosines
            .iter()
            .map(|&cosine| (candidate.clone(), Features { cosine, ..Features::default() }))
            .collect()
    }

    #[test]
    fn a_sentence_whose_language_cannot_be_told_counts_as_the_questions() {
        assert!(is_own(Some("en"), Some("en")) && !is_own(Some("en"), Some("pl")));
        assert!(is_own(None, Some("pl")) && is_own(Some("en"), None) && is_own(None, None));
    }

    #[test]
    fn kinds_are_compared_by_what_is_asked_of_each() {
        assert_eq!(excess(&[], Judge::Encoder), f32::NEG_INFINITY);
        for judge in [Judge::Encoder, Judge::Across] {
            let (weak, strong) = (excess(&scored(&[0.7]), judge), excess(&scored(&[0.7, 0.9]), judge));
            assert!(weak < strong && weak.is_finite(), "{judge:?}");
        }
        // Across languages the same closeness is worth less.
        assert!(excess(&scored(&[0.9]), Judge::Across) < excess(&scored(&[0.9]), Judge::Encoder));
    }
}
