use crate::qrels::Judgments;
use crate::run::Ranking;

/// The share of the best `k` that is relevant: trec_eval's `P_k` (`m_P.c`). A ranking shorter than `k` is filled up with
/// non-relevant documents, so the denominator is always `k`. Zero for a `k` of zero.
#[must_use]
pub fn precision(ranking: &Ranking, judgments: &Judgments, k: usize) -> f64 {
    if k == 0 {
        return 0.0;
    }
    let found = ranking.top(k).iter().filter(|document| judgments.is_relevant(&document.id)).count();
    found as f64 / k as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qrels::Qrels;

    #[test]
    fn a_short_ranking_is_still_divided_by_k() {
        let qrels = Qrels::from_iter([("q", "a", 1), ("q", "b", 1)]);
        let ranking = Ranking::new([("a", 2.0), ("b", 1.0)]);
        assert_eq!(precision(&ranking, qrels.get("q").expect("judged"), 5), 0.4);
    }
}
