//! Retrieval metrics, equal to trec_eval's.
//!
//! Each metric is a pure function of one query's ranking and judgments and sits in a file of its own; [`Metric`] names
//! them the way reports do, and [`mean`] averages over the judged queries. Proven against trec_eval itself by the golden
//! files under `tests/it/golden`.

mod average_precision;
mod ndcg;
mod precision;
mod recall;
mod reciprocal_rank;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

pub use average_precision::average_precision;
pub use ndcg::ndcg;
pub use precision::precision;
pub use recall::recall;
pub use reciprocal_rank::reciprocal_rank;

use crate::qrels::{Judgments, Qrels};
use crate::run::{Ranking, Run};

/// A metric with its cutoff, written as in reports: `ndcg@10`, `recall@100`, `mrr@10`, `map`, `p@5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// [`ndcg()`] of the best k.
    Ndcg(usize),
    /// [`recall()`] of the best k.
    Recall(usize),
    /// [`reciprocal_rank()`] within the best k; its mean is MRR.
    ReciprocalRank(usize),
    /// [`average_precision()`] of the whole ranking; its mean is MAP.
    AveragePrecision,
    /// [`precision()`] of the best k.
    Precision(usize),
}

impl Metric {
    /// The metric's value for one query, between 0 and 1.
    #[must_use]
    pub fn of(self, ranking: &Ranking, judgments: &Judgments) -> f64 {
        match self {
            Self::Ndcg(k) => ndcg(ranking, judgments, k),
            Self::Recall(k) => recall(ranking, judgments, k),
            Self::ReciprocalRank(k) => reciprocal_rank(ranking, judgments, k),
            Self::AveragePrecision => average_precision(ranking, judgments),
            Self::Precision(k) => precision(ranking, judgments, k),
        }
    }
}

/// The mean of a metric over every judged query, as `trec_eval -c` takes it: a query the run leaves out counts as zero,
/// and a query nobody judged counts not at all. Zero when nothing is judged.
#[must_use]
pub fn mean(metric: Metric, run: &Run, qrels: &Qrels) -> f64 {
    if qrels.is_empty() {
        return 0.0;
    }
    let values = qrels.iter().filter_map(|(id, judgments)| Some(metric.of(run.get(id)?, judgments)));
    values.sum::<f64>() / qrels.len() as f64
}

/// A metric's value for every judged query, by query id: what [`mean`] is the mean of, so a query the run leaves out is
/// here as zero. Two systems judged by the same judgments have the same queries here, as a paired test needs.
#[must_use]
pub fn per_query(metric: Metric, run: &Run, qrels: &Qrels) -> BTreeMap<String, f64> {
    let value = |id: &str, judgments| run.get(id).map_or(0.0, |ranking| metric.of(ranking, judgments));
    qrels.iter().map(|(id, judgments)| (id.to_owned(), value(id, judgments))).collect()
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ndcg(k) => write!(f, "ndcg@{k}"),
            Self::Recall(k) => write!(f, "recall@{k}"),
            Self::ReciprocalRank(k) => write!(f, "mrr@{k}"),
            Self::AveragePrecision => f.write_str("map"),
            Self::Precision(k) => write!(f, "p@{k}"),
        }
    }
}

/// A name that is no metric.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error(
    "unknown metric `{0}`: expected map, or ndcg, recall, mrr or p with a cutoff of at least 1, such as ndcg@10"
)]
pub struct UnknownMetric(String);

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownMetric(name.to_owned());
        let Some((kind, cutoff)) = name.split_once('@') else {
            return if name == "map" { Ok(Self::AveragePrecision) } else { Err(unknown()) };
        };
        let k = cutoff.parse().ok().filter(|&k| k > 0).ok_or_else(unknown)?;
        match kind {
            "ndcg" => Ok(Self::Ndcg(k)),
            "recall" => Ok(Self::Recall(k)),
            "mrr" => Ok(Self::ReciprocalRank(k)),
            "p" => Ok(Self::Precision(k)),
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for name in ["ndcg@10", "recall@100", "mrr@10", "map", "p@5"] {
            assert_eq!(name.parse::<Metric>().expect(name).to_string(), name);
        }
        for name in ["ndcg", "ndcg@0", "ndcg@", "map@10", "f1@3", ""] {
            assert!(name.parse::<Metric>().is_err(), "{name}");
        }
    }

    #[test]
    fn the_mean_is_over_judged_queries() {
        let qrels = Qrels::from_iter([("found", "d", 1), ("missing", "d", 1)]);
        let run: Run =
            ["found", "unjudged"].map(|query| (query, Ranking::new([("d", 1.0)]))).into_iter().collect();
        assert_eq!(mean(Metric::Ndcg(10), &run, &qrels), 0.5);
        assert_eq!(mean(Metric::Ndcg(10), &run, &Qrels::default()), 0.0);
        let values: Vec<_> = per_query(Metric::Ndcg(10), &run, &qrels).into_iter().collect();
        assert_eq!(values, [("found".to_owned(), 1.0), ("missing".to_owned(), 0.0)]);
    }
}
