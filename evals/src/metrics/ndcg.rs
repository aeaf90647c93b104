use crate::qrels::Judgments;
use crate::run::Ranking;

/// Normalised discounted cumulative gain of the best `k`: trec_eval's `ndcg_cut_k` (`m_ndcg_cut.c`).
///
/// The gain is linear, the grade itself (not `2^grade - 1`), discounted by `log2(rank + 1)`. The ideal ranking is made
/// of all documents judged relevant, found or not, and cut at `k` as well. Zero when nothing is relevant.
#[must_use]
pub fn ndcg(ranking: &Ranking, judgments: &Judgments, k: usize) -> f64 {
    let ideal = dcg(judgments.ideal_gains().into_iter().take(k));
    if ideal == 0.0 {
        return 0.0;
    }
    dcg(ranking.top(k).iter().map(|document| judgments.gain(&document.id))) / ideal
}

fn dcg(gains: impl Iterator<Item = u32>) -> f64 {
    gains.enumerate().map(|(index, gain)| f64::from(gain) / (index as f64 + 2.0).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qrels::Qrels;

    #[test]
    fn gains_are_linear_and_the_ideal_is_cut_at_k() {
        let qrels = Qrels::from_iter([("q", "a", 3), ("q", "b", 1), ("q", "c", 1)]);
        let judgments = qrels.get("q").expect("judged");
        let ranking = Ranking::new([("b", 3.0), ("a", 2.0), ("x", 1.0)]);
        let log3 = 3.0_f64.log2();
        assert!((ndcg(&ranking, judgments, 2) - (1.0 + 3.0 / log3) / (3.0 + 1.0 / log3)).abs() < 1e-12);
        assert!((ndcg(&ranking, judgments, 3) - (1.0 + 3.0 / log3) / (3.0 + 1.0 / log3 + 0.5)).abs() < 1e-12);
    }
}
