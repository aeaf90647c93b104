use std::collections::{BTreeMap, BTreeSet};

use super::halves::Halves;
use crate::collection::Collection;
use crate::metrics::Metric;
use crate::pooling::max_pool;
use crate::retrieval::{LegHits, Legs};

/// A set with what both legs returned for its questions.
pub(super) struct Swept {
    pub(super) collection: Collection,
    pub(super) halves: Halves,
    pub(super) legs: Legs,
}

/// Values of questions by set.
pub(super) type BySet = BTreeMap<String, BTreeMap<String, f64>>;

/// Which questions of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Dev,
    Test,
}

impl Halves {
    pub(super) fn side(&self, side: Side) -> &BTreeSet<String> {
        match side {
            Side::Dev => &self.dev,
            Side::Test => &self.test,
        }
    }
}

impl Swept {
    pub(super) fn hits(&self, side: Side) -> impl Iterator<Item = &LegHits> {
        let wanted = self.halves.side(side);
        self.legs.queries.iter().filter(|hits| wanted.contains(&hits.query))
    }

    /// nDCG@10 of the documents of ranked chunks.
    pub(super) fn ndcg(&self, query: &str, ranking: &[(u32, f32)], top_k: usize) -> f64 {
        let chunks = ranking.iter().take(self.legs.depth);
        let documents =
            chunks.filter_map(|(id, score)| Some((self.legs.chunks.get(id)?.document.as_str(), *score)));
        let ranking = max_pool(documents).cut(top_k);
        self.collection.qrels.get(query).map_or(0.0, |judged| Metric::Ndcg(10).of(&ranking, judged))
    }
}

/// The value of every question of one side.
pub(super) fn by_set(swept: &[Swept], side: Side, value: &dyn Fn(&Swept, &LegHits) -> f64) -> BySet {
    let of = |set: &Swept| set.hits(side).map(|hits| (hits.query.clone(), value(set, hits))).collect();
    swept.iter().map(|set| (set.collection.name.clone(), of(set))).collect()
}
