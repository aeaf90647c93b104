use std::collections::BTreeMap;
use std::ops::Range;

use super::record::{AnswerRecord, Citation};

/// The records of one run, by question id: each question once, and no number that a metric cannot take.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnswerRun {
    records: BTreeMap<String, AnswerRecord>,
}

/// A record that says what cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("answer to question `{question}`: {what}")]
pub struct RecordError {
    /// The question's id.
    pub question: String,
    /// What is wrong.
    pub what: &'static str,
}

impl AnswerRun {
    /// Takes the records of a run.
    ///
    /// # Errors
    /// When a question occurs twice, a confidence is not between 0 and 1, a latency is negative or not finite, or a span
    /// ends before it begins.
    pub fn new(records: impl IntoIterator<Item = AnswerRecord>) -> Result<Self, RecordError> {
        let mut run = Self::default();
        for record in records {
            let what = wrong(&record)
                .or_else(|| run.records.contains_key(&record.question).then_some("it occurs twice"));
            if let Some(what) = what {
                return Err(RecordError { question: record.question, what });
            }
            run.records.insert(record.question.clone(), record);
        }
        Ok(run)
    }

    /// Every record, by question id.
    pub fn iter(&self) -> impl Iterator<Item = &AnswerRecord> {
        self.records.values()
    }

    /// The number of questions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True when nothing was asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The same run cut by a property of its records, such as the language: macro figures and tables by language come of
    /// it.
    #[must_use]
    pub fn split_by(&self, key: impl Fn(&AnswerRecord) -> String) -> BTreeMap<String, Self> {
        let mut parts: BTreeMap<String, Self> = BTreeMap::new();
        for (question, record) in &self.records {
            parts.entry(key(record)).or_default().records.insert(question.clone(), record.clone());
        }
        parts
    }
}

fn wrong(record: &AnswerRecord) -> Option<&'static str> {
    let unordered = |span: Range<usize>| span.start > span.end;
    let cites_badly = |citation: &Citation| {
        unordered(citation.start..citation.end) || unordered(citation.answer_start..citation.answer_end)
    };
    let faults = [
        (
            record.confidence.is_some_and(|confidence| !(0.0..=1.0).contains(&confidence)),
            "its confidence is not between 0 and 1",
        ),
        (
            !(record.latency_ms.is_finite() && record.latency_ms >= 0.0),
            "its latency is negative or not a number",
        ),
        (record.citations.iter().any(cites_badly), "a citation ends before it begins"),
        (
            record.gold_spans.iter().any(|span| unordered(span.start..span.end)),
            "a gold span ends before it begins",
        ),
    ];
    faults.into_iter().find_map(|(wrong, what)| wrong.then_some(what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer_metrics::testing::{citation, right, silent, span};

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |records: Vec<AnswerRecord>| AnswerRun::new(records).expect_err("refused").to_string();
        assert!(refused(vec![right("a"), right("a")]).contains("`a`: it occurs twice"));
        for confidence in [f64::NAN, -0.1, 1.1] {
            let wrong = AnswerRecord { confidence: Some(confidence), ..right("a") };
            assert!(refused(vec![wrong]).contains("confidence"));
        }
        for latency_ms in [f64::INFINITY, -1.0] {
            assert!(refused(vec![AnswerRecord { latency_ms, ..right("a") }]).contains("latency"));
        }
        let backwards = Range { start: 5, end: 3 };
        for citation in [citation("d", backwards.clone(), 0..4), citation("d", 0..4, backwards.clone())] {
            let wrong = AnswerRecord { citations: vec![citation], ..right("a") };
            assert!(refused(vec![wrong]).contains("citation"));
        }
        let wrong = AnswerRecord { gold_spans: vec![span("d", backwards)], ..right("a") };
        assert!(refused(vec![wrong]).contains("gold span"));
    }

    #[test]
    fn a_run_is_cut_by_language() {
        let romanian = AnswerRecord { language: "ro".to_owned(), ..right("c") };
        let run = AnswerRun::new([right("b"), romanian, silent("a")]).expect("sound");
        let parts = run.split_by(|record| record.language.clone());
        let ids: Vec<_> = parts["en"].iter().map(|record| record.question.as_str()).collect();
        assert_eq!((ids, parts["ro"].len(), parts.len()), (vec!["a", "b"], 1, 2));
    }

    #[test]
    fn records_are_read_strictly_and_read_back() {
        let json = serde_json::to_string(&right("a")).expect("written");
        assert_eq!(serde_json::from_str::<AnswerRecord>(&json).expect("read"), right("a"));
        assert!(json.contains(r#""decision":"answered""#));
        let least =
            r#"{"question":"q","language":"en","answerable":false,"decision":"abstained","latency_ms":2}"#;
        assert_eq!(serde_json::from_str::<AnswerRecord>(least).expect("read").confidence, None);
        let misspelt = least.replace("latency_ms", "latency");
        assert!(serde_json::from_str::<AnswerRecord>(&misspelt).is_err());
    }
}
