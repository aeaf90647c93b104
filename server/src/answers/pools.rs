//! Which of the passages' sentences a question is answered from, and in whose judgement.
//!
//! Measurements of sentences in the question's language and of those in another do not compare: the former share words with the
//! question whatever they say, and encoders put texts of one language closer together. So each kind is judged by itself, with
//! weights fitted on such sentences alone. Sentences in the question's language answer it when they are likely enough to; else
//! those that come closer to what is asked of their judge.

use footnote_index::Language;
use footnote_ingest::language;

use super::features::{Candidate, Features, Question, candidates};
use super::judge::{Judge, Kind, judge};
use super::score::{Weights, log_odds};
use crate::app::{App, AppError, EmbeddedQuestion};
use crate::wire::{Degraded, Hit};

/// Most sentences handed to a model for one question and kind; the lexically best ones are kept. On development questions of
/// squad2-dev eight did as well as all; every one costs time.
const MAX_CANDIDATES: usize = 12;

/// The sentences of the kind that a question is answered from, with their measurements, and whose judgement is among them. `asked` is the
/// question's vector, when there is one; `min_confidence` the least confidence of an answer, where it is not the judge's own. A
/// reranker that cannot be had is named in `degraded`.
pub(super) fn measure(
    app: &App,
    question: &str,
    asked: Option<&EmbeddedQuestion>,
    hits: &[Hit],
    min_confidence: Option<f32>,
    degraded: &mut Vec<Degraded>,
) -> Result<(Vec<(Candidate, Features)>, Judge), AppError> {
    let language = language::detect_among(question, &Language::ALL.map(Language::code));
    let words = Question::new(question);
    let mut judged = |kind: Kind| {
        let is_of_kind = |hit: &Hit| is_own(language, hit) == (kind != Kind::Other);
        let places: Vec<usize> = (0..hits.len()).filter(|&at| is_of_kind(&hits[at])).collect();
        let of_kind: Vec<Hit> = places.iter().map(|&at| hits[at].clone()).collect();
        let (mut found, features) = candidates(&words, &of_kind, MAX_CANDIDATES);
        found.iter_mut().for_each(|candidate| candidate.hit = places[candidate.hit]);
        let mut scored: Vec<(Candidate, Features)> = found.into_iter().zip(features).collect();
        let judge = judge(app, question, kind, asked, hits, &mut scored, degraded)?;
        let excess = excess(&scored, judge, min_confidence);
        Ok::<_, AppError>((excess, scored, judge))
    };
    let may_be_english = language.is_none_or(|code| code == Language::English.code());
    let (own, scored, judge) = judged(Kind::Own { may_be_english })?;
    if own >= 0.0 {
        return Ok((scored, judge));
    }
    let (other, foreign, across) = judged(Kind::Other)?;
    Ok(if other > own { (foreign, across) } else { (scored, judge) })
}

/// Whether a passage is in the language of the question, or may be. The languages of short texts are told among many and sometimes
/// mistaken; between two it is easier.
fn is_own(asked: Option<&str>, hit: &Hit) -> bool {
    let (Some(asked), Some(written)) = (asked, hit.language.as_deref()) else { return true };
    asked == written || language::detect_among(&hit.text, &[asked, written]) == Some(asked)
}

/// By how much sentences are more likely to hold the answer than their judge asks for, or than the caller does where that is more, in
/// log-odds; of none, the least there is. A caller who takes any answer still wants the better one.
fn excess(scored: &[(Candidate, Features)], judge: Judge, min_confidence: Option<f32>) -> f32 {
    let weights = Weights::of(judge);
    let least = min_confidence.unwrap_or(0.0).max(weights.abstain_below).min(1.0 - 1e-6);
    log_odds(scored, &weights) - (least / (1.0 - least)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(cosine: f32) -> Vec<(Candidate, Features)> {
        let candidate = Candidate { hit: 0, span: 0..1, support: 0.0 };
        vec![(candidate, Features { cosine, ..Features::default() })]
    }

    #[test]
    fn a_passage_is_foreign_only_when_its_text_is_not_rather_in_the_questions_language() {
        let written = |language: Option<&str>, text: &str| Hit {
            language: language.map(str::to_owned),
            ..crate::answers::features::tests::hit(text)
        };
        let polish = "Kefir stoi w chłodni i jest dobry przez trzy tygodnie od napełnienia butelki.";
        let english = "The kefir is kept in the cold store and is good for three weeks.";
        assert!(!is_own(Some("en"), &written(Some("pl"), polish)));
        assert!(is_own(Some("pl"), &written(Some("pl"), polish)));
        assert!(is_own(Some("en"), &written(Some("nl"), english)), "mistaken for Dutch");
        assert!(is_own(None, &written(Some("pl"), polish)) && is_own(Some("en"), &written(None, polish)));
    }

    #[test]
    fn kinds_are_compared_by_what_is_asked_of_each() {
        assert_eq!(excess(&[], Judge::Encoder, None), f32::NEG_INFINITY);
        for judge in [Judge::Encoder, Judge::Across, Judge::Reranker] {
            let (weak, strong) = (excess(&scored(0.8), judge, None), excess(&scored(0.9), judge, None));
            assert!(weak <= strong && strong.is_finite(), "{judge:?}");
            assert_eq!(
                excess(&scored(0.8), judge, Some(0.0)),
                weak,
                "{judge:?}: the better one all the same"
            );
            assert!(excess(&scored(0.8), judge, Some(0.95)) < weak, "{judge:?}: more is asked");
        }
    }
}
