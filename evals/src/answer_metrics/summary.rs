use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::abstention::Abstention;
use super::alce::{CitationScores, MAX_CITATIONS, Statement, SupportJudge, citation_scores};
use super::auroc::auroc;
use super::calibration::{brier, equal_mass, equal_width};
use super::normalise::Normalisation;
use super::per_question::AnswerMetric;
use super::record::AnswerRecord;
use super::risk_coverage::risk_coverage;
use super::run::AnswerRun;
use crate::latency::Latency;
use crate::quantile::median;

/// Every figure of a run of answers. Rates are between 0 and 1; one that is not defined, a precision of nothing or a
/// figure whose gold data or confidence is missing, is absent (`null`), not zero.
///
/// Means over answerable questions count a question that the system abstained from as zero;
/// [`AnswerMetrics::when_answered`] has those over the questions it answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerMetrics {
    /// Questions asked.
    pub questions: usize,
    /// Of them, those the documents answer.
    pub answerable: usize,
    /// Questions that were answered.
    pub answered: usize,
    /// Citations of those answers.
    pub citations: usize,
    /// The share of citations whose quote is exactly the document's text at its place.
    pub exact_quote_rate: Option<f64>,
    /// Mean of [`AnswerMetric::AnswerIn300Chars`] over answerable questions.
    pub answer_in_300_chars: Option<f64>,
    /// Mean of [`AnswerMetric::AnswerIn3Sentences`] over answerable questions.
    pub answer_in_3_sentences: Option<f64>,
    /// Mean of [`AnswerMetric::ExactMatch`] over all questions, as SQuAD 2.0 has it.
    pub exact_match: Option<f64>,
    /// Mean of [`AnswerMetric::TokenF1`] over all questions, as SQuAD 2.0 has it.
    pub token_f1: Option<f64>,
    /// The same over answerable questions (SQuAD 2.0's `HasAns_f1`).
    pub answerable_token_f1: Option<f64>,
    /// Mean of [`AnswerMetric::CitedDocumentCorrect`] over answerable questions.
    pub cited_document_correct: Option<f64>,
    /// Mean of [`AnswerMetric::CitedDocumentAny`] over answerable questions.
    pub cited_document_any: Option<f64>,
    /// Mean ALCE citation precision of the answers; absent without a judge.
    pub citation_precision: Option<f64>,
    /// Mean ALCE citation recall of the answers; absent without a judge.
    pub citation_recall: Option<f64>,
    /// Mean of [`AnswerMetric::SpanIou`] over answerable questions.
    pub span_iou: Option<f64>,
    /// [`Abstention::precision`]; abstaining is the positive class.
    pub abstention_precision: Option<f64>,
    /// [`Abstention::recall`].
    pub abstention_recall: Option<f64>,
    /// [`Abstention::f1`].
    pub abstention_f1: Option<f64>,
    /// [`auroc()`] of answerable against unanswerable questions by confidence.
    pub abstention_auroc: Option<f64>,
    /// Area under the [`risk_coverage()`] curve of the answers.
    pub aurc: Option<f64>,
    /// Expected calibration error of the confidence that an answer is right, over the answers given, in
    /// [`AnswerMetrics::BINS`] bins of equal width.
    pub ece: Option<f64>,
    /// The same in as many bins of equal mass.
    pub ece_equal_mass: Option<f64>,
    /// Brier score of the confidence that an answer is right, over the answers given.
    pub brier: Option<f64>,
    /// Expected calibration error of the confidence that a question is answerable, over all questions, in
    /// [`AnswerMetrics::BINS`] bins of equal width.
    pub answerable_ece: Option<f64>,
    /// Brier score of the confidence that a question is answerable, over all questions.
    pub answerable_brier: Option<f64>,
    /// Median length of the answers, in words between white space.
    pub answer_words_median: Option<f64>,
    /// Median time of a question, answered or not.
    pub p50_ms: f64,
    /// 95th percentile of that time.
    pub p95_ms: f64,
    /// Figures over the answerable questions that were answered.
    pub when_answered: WhenAnswered,
    /// How the texts of each language were made comparable.
    pub normalisation: BTreeMap<String, Normalisation>,
}

/// Means over the answerable questions that were answered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WhenAnswered {
    /// Those questions.
    pub questions: usize,
    /// Mean of [`AnswerMetric::AnswerIn300Chars`].
    pub answer_in_300_chars: Option<f64>,
    /// Mean of [`AnswerMetric::AnswerIn3Sentences`].
    pub answer_in_3_sentences: Option<f64>,
    /// Mean of [`AnswerMetric::CitedDocumentCorrect`].
    pub cited_document_correct: Option<f64>,
}

impl AnswerMetrics {
    /// Bins of the calibration errors.
    pub const BINS: usize = 10;

    /// Judges a run. `judge` decides whether quotes support sentences; without one the two figures that need it are
    /// absent.
    #[must_use]
    pub fn of(run: &AnswerRun, judge: Option<&mut dyn SupportJudge>) -> Self {
        let all = |_: &AnswerRecord| true;
        let over_all = |metric| mean(run, metric, all);
        let answers: Vec<&AnswerRecord> = run.iter().filter(|record| record.answered()).collect();
        let quotes: Vec<f64> = answers
            .iter()
            .flat_map(|record| &record.citations)
            .map(|citation| f64::from(u8::from(citation.quote_exact)))
            .collect();
        let cited = judge.and_then(|judge| mean_scores(&answers, judge));
        let decisions = Abstention::of(run.iter());
        let (right, answerable) = (run.answers_right(), run.answerable());
        let latency = Latency::of(&run.iter().map(time).collect::<Vec<_>>());
        Self {
            questions: run.len(),
            answerable: run.iter().filter(|record| record.answerable).count(),
            answered: answers.len(),
            citations: quotes.len(),
            exact_quote_rate: average(&quotes),
            answer_in_300_chars: over_all(AnswerMetric::AnswerIn300Chars),
            answer_in_3_sentences: over_all(AnswerMetric::AnswerIn3Sentences),
            exact_match: over_all(AnswerMetric::ExactMatch),
            token_f1: over_all(AnswerMetric::TokenF1),
            answerable_token_f1: mean(run, AnswerMetric::TokenF1, |record| record.answerable),
            cited_document_correct: over_all(AnswerMetric::CitedDocumentCorrect),
            cited_document_any: over_all(AnswerMetric::CitedDocumentAny),
            citation_precision: cited.map(|scores| scores.precision),
            citation_recall: cited.map(|scores| scores.recall),
            span_iou: over_all(AnswerMetric::SpanIou),
            abstention_precision: decisions.precision(),
            abstention_recall: decisions.recall(),
            abstention_f1: decisions.f1(),
            abstention_auroc: auroc(&answerable),
            aurc: risk_coverage(&right, run.len()).map(|curve| curve.aurc),
            ece: equal_width(&right, Self::BINS).map(|calibration| calibration.ece),
            ece_equal_mass: equal_mass(&right, Self::BINS).map(|calibration| calibration.ece),
            brier: brier(&right),
            answerable_ece: equal_width(&answerable, Self::BINS).map(|calibration| calibration.ece),
            answerable_brier: brier(&answerable),
            answer_words_median: median(answers.iter().map(|record| words(&record.answer)).collect()),
            p50_ms: latency.p50_ms,
            p95_ms: latency.p95_ms,
            when_answered: WhenAnswered::of(run),
            normalisation: run
                .iter()
                .map(|record| (record.language.clone(), Normalisation::for_language(&record.language)))
                .collect(),
        }
    }
}

impl WhenAnswered {
    fn of(run: &AnswerRun) -> Self {
        let answered = |record: &AnswerRecord| record.answered() && record.answerable;
        Self {
            questions: run.iter().filter(|record| answered(record)).count(),
            answer_in_300_chars: mean(run, AnswerMetric::AnswerIn300Chars, answered),
            answer_in_3_sentences: mean(run, AnswerMetric::AnswerIn3Sentences, answered),
            cited_document_correct: mean(run, AnswerMetric::CitedDocumentCorrect, answered),
        }
    }
}

fn mean(run: &AnswerRun, metric: AnswerMetric, of: impl Fn(&AnswerRecord) -> bool) -> Option<f64> {
    let values: Vec<f64> =
        run.iter().filter(|record| of(record)).filter_map(|record| metric.of(record)).collect();
    average(&values)
}

fn mean_scores(answers: &[&AnswerRecord], judge: &mut dyn SupportJudge) -> Option<CitationScores> {
    let (mut precision, mut recall) = (Vec::new(), Vec::new());
    for record in answers {
        if let Some(scores) = citation_scores(&Statement::of(record), MAX_CITATIONS, judge) {
            precision.push(scores.precision);
            recall.push(scores.recall);
        }
    }
    Some(CitationScores { precision: average(&precision)?, recall: average(&recall)? })
}

fn average(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn words(text: &str) -> f64 {
    text.split_whitespace().count() as f64
}

fn time(record: &AnswerRecord) -> Duration {
    // an `AnswerRun` has no negative or infinite latencies; one too long for a duration is the longest there is
    Duration::try_from_secs_f64(record.latency_ms / 1e3).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer_metrics::VerbatimJudge;
    use crate::answer_metrics::testing::{citation, right, silent};

    fn run() -> AnswerRun {
        let mut inexact = citation("x", 0..4, 0..4);
        inexact.quote_exact = false;
        let wrong = AnswerRecord {
            answer: "It is Paris, I think.".to_owned(),
            citations: vec![inexact],
            latency_ms: 9.0,
            ..right("b")
        };
        let refused = AnswerRecord { answerable: false, gold_answers: Vec::new(), ..silent("d") };
        AnswerRun::new([right("a"), wrong, silent("c"), refused]).expect("sound")
    }

    #[test]
    fn figures_of_a_small_run() {
        let metrics = AnswerMetrics::of(&run(), Some(&mut VerbatimJudge));
        assert_eq!((metrics.questions, metrics.answerable, metrics.answered), (4, 3, 2));
        assert_eq!((metrics.citations, metrics.exact_quote_rate), (2, Some(0.5)));
        assert_eq!(metrics.answer_in_300_chars, Some(1.0 / 3.0));
        assert_eq!(metrics.when_answered.questions, 2);
        assert_eq!(metrics.when_answered.answer_in_300_chars, Some(0.5));
        assert_eq!((metrics.exact_match, metrics.answerable_token_f1), (Some(0.5), Some(1.0 / 3.0)));
        assert_eq!(metrics.cited_document_correct, Some(1.0 / 3.0));
        assert_eq!((metrics.citation_precision, metrics.citation_recall), (Some(0.5), Some(0.5)));
        assert_eq!((metrics.abstention_precision, metrics.abstention_recall), (Some(0.5), Some(1.0)));
        // unanswerable 0.2 against answerable 0.9, 0.9 and 0.2
        assert_eq!(metrics.abstention_auroc, Some(2.5 / 3.0));
        assert_eq!((metrics.aurc, metrics.ece), (Some(0.5), Some(0.4)));
        assert_eq!(metrics.answer_words_median, Some(3.0));
        assert_eq!((metrics.p50_ms, metrics.p95_ms), (1.0, 9.0));
    }

    /// DESIGN.md, section 8.
    #[test]
    fn the_names_that_others_read_are_there() {
        let json = serde_json::to_value(AnswerMetrics::of(&run(), None)).expect("written");
        for name in [
            "exact_quote_rate",
            "answer_in_300_chars",
            "answer_in_3_sentences",
            "cited_document_correct",
            "abstention_precision",
            "abstention_recall",
            "abstention_f1",
            "abstention_auroc",
            "ece",
            "answer_words_median",
            "p50_ms",
            "p95_ms",
        ] {
            assert!(json[name].is_number(), "{name}");
        }
        assert!(json["citation_recall"].is_null());
        assert_eq!(json["normalisation"]["en"], "squad");
        for metric in AnswerMetric::ALL.into_iter().filter(|&metric| metric != AnswerMetric::RightDecision) {
            assert!(json.get(metric.name()).is_some(), "{}", metric.name());
        }
    }

    #[test]
    fn nothing_asked_nothing_measured() {
        let metrics = AnswerMetrics::of(&AnswerRun::default(), Some(&mut VerbatimJudge));
        assert_eq!((metrics.questions, metrics.ece, metrics.citation_recall), (0, None, None));
    }
}
