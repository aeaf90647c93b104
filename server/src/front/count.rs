//! What is counted of a search or an answer.

use footnote_index::Rating;

use super::{CacheUse, Front};
use crate::history::status;
use crate::metrics::{
    ANSWERS, CACHE, DEGRADED, FEEDBACK, GENERATOR_CALLS, GENERATOR_TOKENS, SEARCHES, STAGE_SECONDS,
};
use crate::wire::{Answer, Degraded, SearchResult};

/// Stages with a series of their own; what is added later counts as `other` until it is listed here.
const STAGES: [&str; 12] = [
    "bm25",
    "cache",
    "dense",
    "embed",
    "filter",
    "fuse_and_read",
    "generate",
    "rerank",
    "retrieve",
    "select",
    "total",
    "verify",
];

impl Front {
    pub(super) fn count_search(&self, result: &SearchResult, cache: CacheUse) {
        let status = if result.hits.is_empty() { "empty" } else { "found" };
        self.metrics.add(&SEARCHES, &[status], 1.0);
        self.count_parts("search", &result.timings_ms, &result.degraded, cache);
    }

    pub(super) fn count_answer(&self, answer: &Answer, cache: CacheUse) {
        let reason = answer.grounding.reason.and_then(|reason| serde_json::to_value(reason).ok());
        let reason = reason.as_ref().and_then(|reason| reason.as_str()).unwrap_or("none");
        let status = status(answer.grounding.status);
        self.metrics.add(&ANSWERS, &[&answer.engine, status, reason], 1.0);
        let usage = answer.usage.as_ref().filter(|_| !matches!(cache, CacheUse::Hit(_)));
        if let Some(usage) = usage {
            let outcome = if usage.engine == answer.engine { "used" } else { "not_used" };
            self.metrics.add(&GENERATOR_CALLS, &[&usage.engine, outcome], 1.0);
            let tokens = [("read", usage.prompt_tokens), ("written", usage.completion_tokens)];
            for (direction, tokens) in tokens {
                self.metrics.add(&GENERATOR_TOKENS, &[&usage.engine, direction], tokens as f64);
            }
        }
        self.count_parts("answer", &answer.timings_ms, &answer.degraded, cache);
    }

    pub(crate) fn count_feedback(&self, rating: Rating) {
        self.metrics.add(&FEEDBACK, &[rating.as_str()], 1.0);
    }

    fn count_parts(
        &self,
        operation: &str,
        timings_ms: &std::collections::BTreeMap<String, f64>,
        degraded: &[Degraded],
        cache: CacheUse,
    ) {
        for (stage, ms) in timings_ms {
            let stage = STAGES.iter().find(|known| *known == stage).copied().unwrap_or("other");
            self.metrics.observe(&STAGE_SECONDS, &[operation, stage], ms / 1000.0);
        }
        for part in degraded {
            self.metrics.add(&DEGRADED, &[&part.part], 1.0);
        }
        let outcome = match cache {
            CacheUse::Hit(_) => "hit",
            CacheUse::Stored => "stored",
            CacheUse::Miss => "miss",
            CacheUse::Bypass => "bypass",
        };
        self.metrics.add(&CACHE, &[operation, outcome], 1.0);
    }
}
