use super::calibration::Forecast;
use super::per_question::AnswerMetric;
use super::record::AnswerRecord;
use super::run::AnswerRun;

/// Whether an answer that was given is right: not for an unanswerable question; else whether it holds a gold answer in
/// its first 300 characters, or, where only the documents are known, whether it cites one of them first. `None` when the
/// system abstained or nothing is known.
fn right(record: &AnswerRecord) -> Option<bool> {
    if !record.answered() {
        return None;
    }
    if !record.answerable {
        return Some(false);
    }
    let value = AnswerMetric::AnswerIn300Chars.of(record);
    Some(value.or_else(|| AnswerMetric::CitedDocumentCorrect.of(record))? > 0.5)
}

impl AnswerRun {
    /// How sure the system was of each answer it gave, and whether the answer is right: what its confidence is worth to
    /// who reads it. An answer is right when it holds a gold answer in its first 300 characters or, where only the
    /// documents are known, cites one of them first.
    #[must_use]
    pub fn answers_right(&self) -> Vec<Forecast> {
        let forecast = |record: &AnswerRecord| {
            Some(Forecast { confidence: record.confidence?, came_true: right(record)? })
        };
        self.iter().filter_map(forecast).collect()
    }

    /// How sure the system was for each question, answered or not, and whether the documents hold an answer: what it
    /// decides by.
    #[must_use]
    pub fn answerable(&self) -> Vec<Forecast> {
        let forecast = |record: &AnswerRecord| {
            Some(Forecast { confidence: record.confidence?, came_true: record.answerable })
        };
        self.iter().filter_map(forecast).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer_metrics::testing::{right, silent};

    #[test]
    fn only_answers_are_right_or_wrong_and_every_question_is_answerable_or_not() {
        let wrong = AnswerRecord { answer: "Paris.".to_owned(), ..right("b wrong") };
        let unanswerable =
            AnswerRecord { answerable: false, confidence: Some(0.7), ..right("c unanswerable") };
        let unsure = AnswerRecord { confidence: None, ..right("d says nothing") };
        let documents_only = AnswerRecord { gold_answers: Vec::new(), ..right("e documents only") };
        let nothing_known =
            AnswerRecord { gold_answers: Vec::new(), gold_documents: Vec::new(), ..right("f nothing known") };
        let records = [
            right("a right"),
            wrong,
            unanswerable,
            unsure,
            documents_only,
            nothing_known,
            silent("g silent"),
        ];
        let run = AnswerRun::new(records).expect("sound");
        let given = |forecasts: Vec<Forecast>| -> Vec<(f64, bool)> {
            forecasts.into_iter().map(|forecast| (forecast.confidence, forecast.came_true)).collect()
        };
        assert_eq!(given(run.answers_right()), [(0.9, true), (0.9, false), (0.7, false), (0.9, true)]);
        let answerable = [(0.9, true), (0.9, true), (0.7, false), (0.9, true), (0.9, true), (0.2, true)];
        assert_eq!(given(run.answerable()), answerable);
    }
}
