use crate::qrels::Judgments;
use crate::run::Ranking;

/// Average precision of the whole ranking: trec_eval's `map` for one query (`m_map.c`). The precision at the rank of
/// each relevant document found, summed and divided by the number of all relevant documents, so those not found count
/// as zero. Zero when nothing is relevant.
#[must_use]
pub fn average_precision(ranking: &Ranking, judgments: &Judgments) -> f64 {
    let relevant = judgments.relevant();
    if relevant == 0 {
        return 0.0;
    }
    let mut found = 0_u32;
    let mut sum = 0.0;
    for (index, document) in ranking.documents().iter().enumerate() {
        if judgments.is_relevant(&document.id) {
            found += 1;
            sum += f64::from(found) / (index as f64 + 1.0);
        }
    }
    sum / relevant as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qrels::Qrels;

    #[test]
    fn documents_not_found_count_as_zero() {
        let qrels = Qrels::from_iter([("q", "a", 1), ("q", "c", 2), ("q", "lost", 1)]);
        let ranking = Ranking::new([("a", 3.0), ("b", 2.0), ("c", 1.0)]);
        let expected = (1.0 + 2.0 / 3.0) / 3.0;
        assert!((average_precision(&ranking, qrels.get("q").expect("judged")) - expected).abs() < 1e-12);
    }
}
