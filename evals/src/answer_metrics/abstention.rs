use serde::Serialize;

use super::record::AnswerRecord;

/// Decisions to answer or to abstain against what was right; abstaining is the positive class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Abstention {
    /// Unanswerable, and it abstained.
    pub true_positives: usize,
    /// Answerable, and it abstained.
    pub false_positives: usize,
    /// Unanswerable, and it answered.
    pub false_negatives: usize,
    /// Answerable, and it answered.
    pub true_negatives: usize,
}

impl Abstention {
    /// Counts decisions.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a AnswerRecord>) -> Self {
        let mut counts = Self::default();
        for record in records {
            let cell = match (record.answered(), record.answerable) {
                (false, false) => &mut counts.true_positives,
                (false, true) => &mut counts.false_positives,
                (true, false) => &mut counts.false_negatives,
                (true, true) => &mut counts.true_negatives,
            };
            *cell += 1;
        }
        counts
    }

    /// The share of the questions it abstained from that are unanswerable. `None` when it never abstained.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// The share of the unanswerable questions that it abstained from. `None` when there are none.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// The harmonic mean of precision and recall: zero when it never abstained where it should have. `None` when no
    /// question is unanswerable and it never abstained.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        let wrong = self.false_positives + self.false_negatives;
        share(2 * self.true_positives, 2 * self.true_positives + wrong)
    }
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer_metrics::testing::{right, silent};

    #[test]
    fn abstaining_is_positive() {
        let unanswerable = |record| AnswerRecord { answerable: false, ..record };
        let records =
            [right("a"), right("b"), silent("c"), unanswerable(silent("d")), unanswerable(right("e"))];
        let expected = Abstention { true_negatives: 2, ..counts(1, 1, 1) };
        assert_eq!(Abstention::of(&records), expected);
    }

    fn counts(true_positives: usize, false_positives: usize, false_negatives: usize) -> Abstention {
        Abstention { true_positives, false_positives, false_negatives, true_negatives: 1 }
    }

    #[test]
    fn figures_are_undefined_rather_than_flattering() {
        let figures = |counts: Abstention| (counts.precision(), counts.recall(), counts.f1());
        assert_eq!(figures(counts(3, 1, 3)), (Some(0.75), Some(0.5), Some(0.6)));
        assert_eq!(figures(counts(0, 0, 2)), (None, Some(0.0), Some(0.0)));
        assert_eq!(figures(counts(0, 2, 0)), (Some(0.0), None, Some(0.0)));
        assert_eq!(figures(counts(0, 0, 0)), (None, None, None));
    }
}
