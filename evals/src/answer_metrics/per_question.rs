use std::collections::BTreeMap;

use super::citations::{cites_gold, cites_gold_first, span_iou};
use super::containment::{contains, first_characters, first_sentences};
use super::normalise::Normalisation;
use super::overlap::{exact_match, token_f1};
use super::record::AnswerRecord;
use super::run::AnswerRun;

/// A metric that has a value for each question, between 0 and 1: what means are taken of and paired tests compare.
///
/// Where an answer was due and the system abstained the value is zero, so that a system cannot gain by silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerMetric {
    /// A gold answer stands in the first 300 characters of the answer.
    AnswerIn300Chars,
    /// A gold answer stands in the first three sentences of the answer.
    AnswerIn3Sentences,
    /// [`exact_match`]; an unanswerable question is right when the system abstained, as in SQuAD 2.0.
    ExactMatch,
    /// [`token_f1`]; for unanswerable questions as [`Self::ExactMatch`].
    TokenF1,
    /// [`cites_gold_first`].
    CitedDocumentCorrect,
    /// [`cites_gold`].
    CitedDocumentAny,
    /// [`span_iou`].
    SpanIou,
    /// It answered what can be answered, or abstained from what cannot.
    RightDecision,
}

impl AnswerMetric {
    /// Every metric.
    pub const ALL: [Self; 8] = [
        Self::AnswerIn300Chars,
        Self::AnswerIn3Sentences,
        Self::ExactMatch,
        Self::TokenF1,
        Self::CitedDocumentCorrect,
        Self::CitedDocumentAny,
        Self::SpanIou,
        Self::RightDecision,
    ];

    /// Its name in reports and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AnswerIn300Chars => "answer_in_300_chars",
            Self::AnswerIn3Sentences => "answer_in_3_sentences",
            Self::ExactMatch => "exact_match",
            Self::TokenF1 => "token_f1",
            Self::CitedDocumentCorrect => "cited_document_correct",
            Self::CitedDocumentAny => "cited_document_any",
            Self::SpanIou => "span_iou",
            Self::RightDecision => "right_decision",
        }
    }

    /// Its value for one question; `None` for a question that it says nothing of: one that is not answerable, or of which
    /// the gold answers, documents or spans that it needs are not known.
    #[must_use]
    pub fn of(self, record: &AnswerRecord) -> Option<f64> {
        let normalisation = Normalisation::for_language(&record.language);
        // a gold answer of punctuation or an article alone is none, as in SQuAD 2.0
        let says_something = |gold: &String| !normalisation.apply(gold).as_str().is_empty();
        let answers_known = record.answerable && record.gold_answers.iter().any(says_something);
        let documents_known = record.answerable && !record.gold_documents.is_empty();
        let holds = |text: &str| yes(contains(text, &record.gold_answers, normalisation));
        // an unanswerable question has the empty answer, whatever a set says it could have been taken for
        let gold: &[String] = if record.answerable { &record.gold_answers } else { &[] };
        let comparable = answers_known || !record.answerable;
        match self {
            Self::AnswerIn300Chars => answers_known.then(|| holds(first_characters(record.given(), 300))),
            Self::AnswerIn3Sentences => {
                answers_known.then(|| holds(first_sentences(record.given(), 3, &record.language)))
            }
            Self::ExactMatch => comparable.then(|| yes(exact_match(record.given(), gold, normalisation))),
            Self::TokenF1 => comparable.then(|| token_f1(record.given(), gold, normalisation)),
            Self::CitedDocumentCorrect => documents_known.then(|| yes(cites_gold_first(record))),
            Self::CitedDocumentAny => documents_known.then(|| yes(cites_gold(record))),
            Self::SpanIou => (record.answerable && !record.gold_spans.is_empty()).then(|| span_iou(record)),
            Self::RightDecision => Some(yes(record.answered() == record.answerable)),
        }
    }

    /// Its values for the questions of a run that it says something of, by question id: the input of a paired test.
    #[must_use]
    pub fn per_question(self, run: &AnswerRun) -> BTreeMap<String, f64> {
        run.iter().filter_map(|record| Some((record.question.clone(), self.of(record)?))).collect()
    }
}

fn yes(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer_metrics::testing::{right, silent};

    fn values(record: &AnswerRecord) -> Vec<Option<f64>> {
        AnswerMetric::ALL.into_iter().map(|metric| metric.of(record)).collect()
    }

    #[test]
    fn a_perfect_answer_has_everything_and_silence_nothing() {
        assert_eq!(values(&right("q")), [Some(1.0); 8]);
        assert_eq!(values(&silent("q")), [Some(0.0); 8]);
    }

    #[test]
    fn of_unanswerable_questions_only_the_decision_and_squad_say_something() {
        let answered = AnswerRecord { answerable: false, ..right("q") };
        let expected = |value| {
            let decision = Some(value);
            [None, None, decision, decision, None, None, None, decision]
        };
        assert_eq!(values(&answered), expected(0.0));
        let abstained = AnswerRecord { answerable: false, ..silent("q") };
        assert_eq!(values(&abstained), expected(1.0));
    }

    #[test]
    fn a_late_answer_is_late() {
        let padding = "Some words come before it and fill the space that is there. ".repeat(5);
        let late = AnswerRecord { answer: format!("{padding}It is Lyon."), ..right("q") };
        assert_eq!(AnswerMetric::AnswerIn300Chars.of(&late), Some(0.0));
        assert_eq!(AnswerMetric::AnswerIn3Sentences.of(&late), Some(0.0));
        let third = AnswerRecord { answer: "No. Yes. It is Lyon. Or not.".to_owned(), ..right("q") };
        assert_eq!(AnswerMetric::AnswerIn3Sentences.of(&third), Some(1.0));
    }

    #[test]
    fn what_is_not_known_is_not_judged() {
        let unknown = AnswerRecord {
            gold_answers: Vec::new(),
            gold_documents: Vec::new(),
            gold_spans: Vec::new(),
            ..right("q")
        };
        assert_eq!(values(&unknown)[..7], [None; 7]);
        let empty = AnswerRecord { gold_answers: vec!["The".to_owned(), "...".to_owned()], ..right("q") };
        assert_eq!(values(&empty)[..4], [None; 4]);
    }
}
