use crate::qrels::Judgments;
use crate::run::Ranking;

/// The share of all relevant documents among the best `k`: trec_eval's `recall_k` (`m_recall.c`). Zero when nothing is
/// relevant. With more than `k` relevant documents it cannot reach 1.
#[must_use]
pub fn recall(ranking: &Ranking, judgments: &Judgments, k: usize) -> f64 {
    let relevant = judgments.relevant();
    if relevant == 0 {
        return 0.0;
    }
    let found = ranking.top(k).iter().filter(|document| judgments.is_relevant(&document.id)).count();
    found as f64 / relevant as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qrels::Qrels;

    #[test]
    fn the_denominator_is_every_relevant_document() {
        let qrels = Qrels::from_iter([("q", "a", 1), ("q", "b", 2), ("q", "c", 1), ("q", "d", 0)]);
        let ranking = Ranking::new([("d", 4.0), ("a", 3.0), ("b", 2.0), ("c", 1.0)]);
        let values = [1, 2, 3, 4, 100].map(|k| recall(&ranking, qrels.get("q").expect("judged"), k));
        assert_eq!(values, [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0, 1.0]);
    }
}
