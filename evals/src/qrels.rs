//! Relevance judgments: which documents answer which query, and how well.

use std::collections::BTreeMap;

/// The judgments of one query.
///
/// A document is relevant when its grade is above zero, as in trec_eval with its default relevance level of 1. Grades of
/// zero and below are judged non-relevant, and so worth exactly what an unjudged document is worth: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgments {
    grades: BTreeMap<String, i32>,
}

impl Judgments {
    /// Records the grade of a document; a later grade for the same document replaces the earlier one.
    pub fn judge(&mut self, document_id: impl Into<String>, grade: i32) {
        self.grades.insert(document_id.into(), grade);
    }

    /// The grade of a document; `None` when it was not judged.
    #[must_use]
    pub fn grade(&self, document_id: &str) -> Option<i32> {
        self.grades.get(document_id).copied()
    }

    /// The gain of a document: its grade when relevant, zero when judged non-relevant or not judged.
    #[must_use]
    pub fn gain(&self, document_id: &str) -> u32 {
        self.grades.get(document_id).map_or(0, |&grade| clamp(grade))
    }

    /// True when the document is judged relevant.
    #[must_use]
    pub fn is_relevant(&self, document_id: &str) -> bool {
        self.gain(document_id) > 0
    }

    /// The number of relevant documents (trec_eval's `num_rel`).
    #[must_use]
    pub fn relevant(&self) -> usize {
        self.grades.values().filter(|&&grade| grade > 0).count()
    }

    /// The gains of all relevant documents, largest first: the ranking no system can beat.
    #[must_use]
    pub fn ideal_gains(&self) -> Vec<u32> {
        let mut gains: Vec<u32> = self.grades.values().copied().map(clamp).filter(|&gain| gain > 0).collect();
        gains.sort_unstable_by(|a, b| b.cmp(a));
        gains
    }

    /// Every judged document with its grade, by document id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i32)> {
        self.grades.iter().map(|(id, &grade)| (id.as_str(), grade))
    }

    /// The number of judged documents, relevant or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.grades.len()
    }

    /// True when nothing is judged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.grades.is_empty()
    }
}

fn clamp(grade: i32) -> u32 {
    u32::try_from(grade).unwrap_or(0)
}

/// The judgments of a test collection, by query id.
///
/// Its queries are the topics that every mean is taken over: a query that a run leaves out counts as zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Qrels {
    queries: BTreeMap<String, Judgments>,
}

impl Qrels {
    /// Records one judgment.
    pub fn judge(&mut self, query_id: impl Into<String>, document_id: impl Into<String>, grade: i32) {
        self.queries.entry(query_id.into()).or_default().judge(document_id, grade);
    }

    /// The judgments of a query, `None` when it was never judged.
    #[must_use]
    pub fn get(&self, query_id: &str) -> Option<&Judgments> {
        self.queries.get(query_id)
    }

    /// Every judged query with its judgments, by query id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Judgments)> {
        self.queries.iter().map(|(id, judgments)| (id.as_str(), judgments))
    }

    /// The number of judged queries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queries.len()
    }

    /// True when no query is judged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queries.is_empty()
    }

    /// Keeps only the queries that `keep` accepts.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.queries.retain(|id, _| keep(id));
    }
}

impl<Q: Into<String>, D: Into<String>> FromIterator<(Q, D, i32)> for Qrels {
    fn from_iter<I: IntoIterator<Item = (Q, D, i32)>>(judgments: I) -> Self {
        let mut qrels = Self::default();
        for (query_id, document_id, grade) in judgments {
            qrels.judge(query_id, document_id, grade);
        }
        qrels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_positive_grades_are_relevant() {
        let qrels = Qrels::from_iter([("q", "a", 2), ("q", "b", 0), ("q", "c", -1), ("q", "d", 1)]);
        let judgments = qrels.get("q").expect("judged");
        assert_eq!(judgments.relevant(), 2);
        assert_eq!(judgments.ideal_gains(), [2, 1]);
        assert_eq!(["a", "b", "c", "d", "unjudged"].map(|id| judgments.gain(id)), [2, 0, 0, 1, 0]);
        assert_eq!(judgments.len(), 4);
    }
}
