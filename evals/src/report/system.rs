use std::time::Duration;

use serde::Serialize;

use crate::latency::Latency;
use crate::metrics::{Metric, mean};
use crate::qrels::Qrels;
use crate::run::Run;

/// The figures of one system. Metrics are means over all judged queries, between 0 and 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemReport {
    /// Mean [`crate::metrics::ndcg()`] at 10.
    #[serde(rename = "ndcg@10")]
    pub ndcg_10: f64,
    /// Mean [`crate::metrics::recall()`] at 10.
    #[serde(rename = "recall@10")]
    pub recall_10: f64,
    /// Mean [`crate::metrics::recall()`] at 100.
    #[serde(rename = "recall@100")]
    pub recall_100: f64,
    /// Mean [`crate::metrics::reciprocal_rank()`] within 10.
    #[serde(rename = "mrr@10")]
    pub mrr_10: f64,
    /// Mean [`crate::metrics::average_precision()`] of the documents retrieved (`top_k` of the manifest).
    pub map: f64,
    /// Mean [`crate::metrics::precision()`] at 5.
    #[serde(rename = "p@5")]
    pub p_5: f64,
    /// Median time of one query, in milliseconds.
    pub p50_ms: f64,
    /// 95th percentile of the time of one query, in milliseconds.
    pub p95_ms: f64,
    /// The number of judged queries the means are taken over.
    pub queries: usize,
    /// How often an answer comes within what is read, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_in_tokens: Option<AnswerInTokens>,
}

/// How often an answer stands within the first tokens of what is returned, in a text of a relevant document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AnswerInTokens {
    /// Tokens read, counted as the encoder counts.
    pub tokens: usize,
    /// Share of the queries that have answers.
    pub share: f64,
    /// How many these are.
    pub queries: usize,
}

impl AnswerInTokens {
    /// Counts what came of each query.
    pub fn new<'a>(tokens: usize, answered: impl ExactSizeIterator<Item = &'a bool>) -> Self {
        let queries = answered.len();
        let share = answered.filter(|it| **it).count() as f64 / queries.max(1) as f64;
        Self { tokens, share, queries }
    }
}

impl SystemReport {
    /// Judges a run; `times` holds one measured time per query.
    #[must_use]
    pub fn new(run: &Run, qrels: &Qrels, times: &[Duration]) -> Self {
        let mean = |metric| mean(metric, run, qrels);
        let latency = Latency::of(times);
        Self {
            ndcg_10: mean(Metric::Ndcg(10)),
            recall_10: mean(Metric::Recall(10)),
            recall_100: mean(Metric::Recall(100)),
            mrr_10: mean(Metric::ReciprocalRank(10)),
            map: mean(Metric::AveragePrecision),
            p_5: mean(Metric::Precision(5)),
            p50_ms: latency.p50_ms,
            p95_ms: latency.p95_ms,
            queries: qrels.len(),
            answer_in_tokens: None,
        }
    }

    /// The JSON names of the figures, in the order they are shown.
    pub const NAMES: [&'static str; 8] =
        ["ndcg@10", "recall@10", "recall@100", "mrr@10", "map", "p@5", "p50_ms", "p95_ms"];

    /// The figures, in the order of [`Self::NAMES`].
    #[must_use]
    pub fn values(&self) -> [f64; 8] {
        [
            self.ndcg_10,
            self.recall_10,
            self.recall_100,
            self.mrr_10,
            self.map,
            self.p_5,
            self.p50_ms,
            self.p95_ms,
        ]
    }

    /// The figure with the given JSON name, `None` when there is no such figure.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<f64> {
        let figures = Self::NAMES.into_iter().zip(self.values());
        let mut named = figures.filter(|&(known, _)| known == name);
        named.next().map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Ranking;

    #[test]
    fn every_shown_figure_is_the_json_value_of_that_name() {
        let qrels = Qrels::from_iter([("q", "a", 2), ("q", "b", 1)]);
        let run: Run = [("q", Ranking::new([("x", 2.0), ("b", 1.0)]))].into_iter().collect();
        let report = SystemReport::new(&run, &qrels, &[Duration::from_millis(3)]);
        let json = serde_json::to_value(&report).expect("serialised");
        for (name, value) in SystemReport::NAMES.into_iter().zip(report.values()) {
            assert_eq!(json[name].as_f64(), Some(value), "{name}");
        }
        assert_eq!(json["queries"], 1);
        assert_eq!(json.as_object().map(serde_json::Map::len), Some(9));
        assert_eq!(report.figure("mrr@10"), Some(0.5));
        assert_eq!(report.figure("ndcg@11"), None);
    }
}
