//! What a system returned: for each query a ranking of documents.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use footnote_datasets::run as trec;

/// One document of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredDocument {
    /// The document's id in the test collection.
    pub id: String,
    /// The system's score, larger is better. Single precision, because trec_eval reads scores into a C `float`: two
    /// scores it cannot tell apart have to tie here as well.
    pub score: f32,
}

/// The documents a system returned for one query, each once, in the order trec_eval would judge them.
///
/// trec_eval ignores the rank a run file states: it sorts by score, largest first, and breaks ties by document id,
/// largest first (`comp_sim_docno` in `form_res_rels.c`). Sorting on construction makes any other order unrepresentable.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ranking {
    documents: Vec<ScoredDocument>,
}

impl Ranking {
    /// Sorts `documents` into trec_eval's order. A document that occurs more than once keeps its best score; a score
    /// that is not a number sorts last, so that it can never help a system.
    #[must_use]
    pub fn new<D: Into<String>>(documents: impl IntoIterator<Item = (D, f32)>) -> Self {
        let mut best: HashMap<String, f32> = HashMap::new();
        for (id, score) in documents {
            let score = if score.is_nan() { f32::NEG_INFINITY } else { score };
            best.entry(id.into()).and_modify(|kept| *kept = kept.max(score)).or_insert(score);
        }
        let mut documents: Vec<_> =
            best.into_iter().map(|(id, score)| ScoredDocument { id, score }).collect();
        documents.sort_unstable_by(trec_order);
        Self { documents }
    }

    /// The documents, best first.
    #[must_use]
    pub fn documents(&self) -> &[ScoredDocument] {
        &self.documents
    }

    /// The best `k` documents (all of them when there are fewer).
    #[must_use]
    pub fn top(&self, k: usize) -> &[ScoredDocument] {
        &self.documents[..k.min(self.documents.len())]
    }

    /// Drops everything below the best `k` documents.
    #[must_use]
    pub fn cut(mut self, k: usize) -> Self {
        self.documents.truncate(k);
        self
    }

    /// The number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// True when the system returned nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }
}

/// Score descending, then document id descending. No score is NaN here, and `-0.0` ties with `0.0` as it does in C.
fn trec_order(a: &ScoredDocument, b: &ScoredDocument) -> Ordering {
    b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal).then_with(|| b.id.cmp(&a.id))
}

/// The rankings of one system, by query id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    queries: BTreeMap<String, Ranking>,
}

impl Run {
    /// Sets the ranking of a query.
    pub fn insert(&mut self, query_id: impl Into<String>, ranking: Ranking) {
        self.queries.insert(query_id.into(), ranking);
    }

    /// The ranking of a query, `None` when the system has none.
    #[must_use]
    pub fn get(&self, query_id: &str) -> Option<&Ranking> {
        self.queries.get(query_id)
    }

    /// Every query with its ranking, by query id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Ranking)> {
        self.queries.iter().map(|(id, ranking)| (id.as_str(), ranking))
    }

    /// The number of queries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queries.len()
    }

    /// True when no query was run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queries.is_empty()
    }

    /// The run in TREC's form, to be written to a file; `tag` names the system.
    #[must_use]
    pub fn to_trec(&self, tag: &str) -> trec::Run {
        let hit = |document: &ScoredDocument| trec::RunHit {
            document: document.id.clone(),
            score: f64::from(document.score),
        };
        let hits = |ranking: &Ranking| ranking.documents.iter().map(hit).collect();
        let rankings = self.queries.iter().map(|(id, ranking)| (id.clone(), hits(ranking))).collect();
        trec::Run { tag: tag.to_owned(), rankings }
    }
}

impl<Q: Into<String>> FromIterator<(Q, Ranking)> for Run {
    fn from_iter<I: IntoIterator<Item = (Q, Ranking)>>(rankings: I) -> Self {
        Self { queries: rankings.into_iter().map(|(id, ranking)| (id.into(), ranking)).collect() }
    }
}

impl From<trec::Run> for Run {
    /// Scores lose what a C `float` cannot hold, as they do in trec_eval.
    fn from(run: trec::Run) -> Self {
        let ranking = |hits: Vec<trec::RunHit>| {
            Ranking::new(hits.into_iter().map(|hit| (hit.document, hit.score as f32)))
        };
        run.rankings.into_iter().map(|(id, hits)| (id, ranking(hits))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ranking: &Ranking) -> Vec<&str> {
        ranking.documents().iter().map(|document| document.id.as_str()).collect()
    }

    #[test]
    fn ties_go_to_the_larger_document_id() {
        assert_eq!(
            ids(&Ranking::new([("d1", 1.0), ("d3", 0.5), ("d2", 1.0), ("d10", 1.0)])),
            ["d2", "d10", "d1", "d3"]
        );
    }

    #[test]
    fn negative_zero_ties_with_zero() {
        assert_eq!(ids(&Ranking::new([("a", 0.0), ("b", -0.0)])), ["b", "a"]);
    }

    #[test]
    fn a_repeated_document_keeps_its_best_score() {
        let ranking = Ranking::new([("a", 0.1), ("b", 0.5), ("a", 0.9), ("a", 0.2)]);
        assert_eq!(ids(&ranking), ["a", "b"]);
        assert_eq!(ranking.documents()[0].score, 0.9);
    }

    #[test]
    fn a_score_that_is_not_a_number_sorts_last() {
        assert_eq!(ids(&Ranking::new([("z", f32::NAN), ("a", -5.0), ("b", f32::INFINITY)])), ["b", "a", "z"]);
    }

    #[test]
    fn a_written_run_reads_back_the_same() {
        let run: Run = [
            ("q2", Ranking::new([("a", 0.1_f32 + 0.2), ("b", 1.0e-30), ("c", -3.5)])),
            ("q1", Ranking::new([("x", 16_777_216.0), ("y", 1.0 / 3.0)])),
        ]
        .into_iter()
        .collect();
        let mut text = Vec::new();
        run.to_trec("tag").write(&mut text).expect("written");
        let read = trec::Run::parse(text.as_slice(), std::path::Path::new("test.run")).expect("parsed");
        assert_eq!(Run::from(read), run);
    }
}
