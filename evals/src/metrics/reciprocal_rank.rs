use crate::qrels::Judgments;
use crate::run::Ranking;

/// One over the rank of the first relevant document: trec_eval's `recip_rank` (`m_recip_rank.c`), with the usual cutoff:
/// zero when the first relevant document ranks below `k`. The mean over queries is MRR@k.
#[must_use]
pub fn reciprocal_rank(ranking: &Ranking, judgments: &Judgments, k: usize) -> f64 {
    let first = ranking.top(k).iter().position(|document| judgments.is_relevant(&document.id));
    first.map_or(0.0, |index| 1.0 / (index as f64 + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qrels::Qrels;

    #[test]
    fn the_first_relevant_document_counts_within_the_cutoff() {
        let qrels = Qrels::from_iter([("q", "b", 1), ("q", "c", 2)]);
        let ranking = Ranking::new([("a", 3.0), ("b", 2.0), ("c", 1.0)]);
        let values = [1, 2, 10].map(|k| reciprocal_rank(&ranking, qrels.get("q").expect("judged"), k));
        assert_eq!(values, [0.0, 0.5, 0.5]);
    }
}
