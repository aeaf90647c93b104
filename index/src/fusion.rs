//! Joining the rankings of several legs into one. Pure functions.

use std::collections::HashMap;

/// Weights and constant of reciprocal rank fusion.
///
/// Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
/// Learning Methods", SIGIR 2009: `score(d) = Σ weight / (k + rank(d))`, ranks from 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rrf {
    /// Damping constant; the larger, the less the first ranks stand out. The paper uses 60.
    pub k: f32,
    /// Weight of the lexical leg.
    pub bm25: f32,
    /// Weight of the dense leg.
    pub dense: f32,
}

impl Default for Rrf {
    fn default() -> Self {
        Self { k: 60.0, bm25: 1.0, dense: 1.0 }
    }
}

/// How two rankings become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fusion {
    /// By ranks: scores of different scales need no calibration.
    Rrf(Rrf),
    /// By scores, see [`MinMax`].
    MinMax(MinMax),
}

impl Default for Fusion {
    fn default() -> Self {
        Self::MinMax(MinMax::default())
    }
}

impl Fusion {
    /// Fuses two rankings (best first), best first; equal scores are ordered by id.
    pub fn fuse(&self, legs: [&[(u32, f32)]; 2]) -> Vec<Fused> {
        match self {
            Self::Rrf(settings) => rrf(legs, settings),
            Self::MinMax(settings) => min_max(legs, settings),
        }
    }
}

/// Weights of convex combination: each leg's scores are brought to 0..1 and added with their weights; a leg that did not
/// return a hit adds nothing. 1 is a leg's best candidate. 0 is no word in common for the lexical leg, whose scores begin
/// there, and the worst candidate for the dense leg, whose scores begin nowhere in particular.
///
/// Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023 (TM2C2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinMax {
    /// Weight of the lexical leg.
    pub bm25: f32,
    /// Weight of the dense leg.
    pub dense: f32,
}

impl Default for MinMax {
    /// Equal weights: the best of 0.4 to 0.65 on the development halves of eight sets (ADR 14).
    fn default() -> Self {
        Self { bm25: 0.5, dense: 0.5 }
    }
}

/// The least distance of the dense leg's best from its worst, as cosines: among few candidates a smaller one means nothing.
const LEAST_SPREAD: f32 = 0.03;

/// A fused hit: its score and each leg's share of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fused {
    /// The chunk.
    pub id: u32,
    /// Sum of the shares, and what its document added.
    pub score: f32,
    /// What it took of its document's best chunk.
    pub lift: f32,
    /// What each leg added, in the order the legs were given.
    pub shares: [f32; 2],
    /// Rank in each leg from 1; 0 when the leg did not return it.
    pub ranks: [u32; 2],
}

/// Reciprocal rank fusion of two rankings.
fn rrf(legs: [&[(u32, f32)]; 2], settings: &Rrf) -> Vec<Fused> {
    let weights = [settings.bm25, settings.dense];
    add_up(legs, |leg, rank, _| weights[leg] / (settings.k + rank as f32))
}

/// Weighted sum of two rankings' scores, each brought to 0..1.
fn min_max(legs: [&[(u32, f32)]; 2], settings: &MinMax) -> Vec<Fused> {
    let weights = [settings.bm25, settings.dense];
    let [bm25, dense] = legs.map(|ranking| {
        // Rankings come best first.
        let score = |hit: Option<&(u32, f32)>| hit.map_or(0.0, |(_, score)| *score);
        (score(ranking.last()), score(ranking.first()))
    });
    let spans = [bm25.1, (dense.1 - dense.0).max(LEAST_SPREAD)];
    add_up(legs, |leg, _, score| {
        let below = [bm25.1, dense.1][leg] - score;
        let part = if spans[leg] > 0.0 { 1.0 - below / spans[leg] } else { 1.0 };
        weights[leg] * part
    })
}

/// Every hit's shares by leg, rank (from 1) and score, and their sum.
fn add_up(legs: [&[(u32, f32)]; 2], share: impl Fn(usize, u32, f32) -> f32) -> Vec<Fused> {
    let mut fused: HashMap<u32, Fused> = HashMap::new();
    for (leg, ranking) in legs.into_iter().enumerate() {
        for (rank, (id, score)) in (1u32..).zip(ranking) {
            let share = share(leg, rank, *score);
            let entry = fused.entry(*id).or_insert(Fused {
                id: *id,
                score: 0.0,
                lift: 0.0,
                shares: [0.0; 2],
                ranks: [0; 2],
            });
            entry.score += share;
            entry.shares[leg] = share;
            entry.ranks[leg] = rank;
        }
    }
    let mut out: Vec<Fused> = fused.into_values().collect();
    best_first(&mut out);
    out
}

fn best_first(fused: &mut [Fused]) {
    fused.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
}

/// What a chunk takes of its document's best chunk, as a share of the distance between them: where one passage of a document
/// answers the question, those beside it are worth more than their own words say. The order of documents by their best
/// chunks stays. By measurement: ADR 24.
pub(crate) const OF_DOCUMENT: f32 = 0.25;

/// How many of `fused` (best first) can be among the `top_k` best once they are lifted.
pub(crate) fn in_reach(fused: &[Fused], top_k: usize, of_document: f32) -> usize {
    let (Some(best), Some(last)) = (fused.first(), fused.get(top_k.saturating_sub(1)).or(fused.last()))
    else {
        return 0;
    };
    fused.partition_point(|f| f.score + of_document * (best.score - f.score) >= last.score)
}

/// Lifts each of `fused` (best first) towards the best of the same document by the share `of_document` of the distance, and
/// orders them anew. `documents` has the document of each; one without is not lifted.
pub(crate) fn lift<D: Eq + std::hash::Hash>(fused: &mut [Fused], documents: &[Option<D>], of_document: f32) {
    let mut best: HashMap<&D, f32> = HashMap::new();
    for (f, document) in fused.iter_mut().zip(documents) {
        let Some(document) = document else { continue };
        let best = *best.entry(document).or_insert(f.score);
        f.lift = of_document * (best - f.score);
        f.score += f.lift;
    }
    best_first(fused);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn matches_the_formula_and_breaks_ties_by_id() {
        let a = [(7, 9.0), (3, 8.0)];
        let b = [(3, 0.9), (7, 0.8), (1, 0.7)];
        let out = rrf([&a, &b], &Rrf::default());
        assert_eq!(out.iter().map(|f| f.id).collect::<Vec<_>>(), [3, 7, 1]);
        assert!((out[0].score - (1.0 / 62.0 + 1.0 / 61.0)).abs() < 1e-7);
        assert_eq!(out[2].ranks, [0, 3]);
    }

    fn scored(scores: &[f32]) -> Vec<Fused> {
        let fused = |(id, score): (u32, &f32)| Fused {
            id,
            score: *score,
            lift: 0.0,
            shares: [0.0; 2],
            ranks: [0; 2],
        };
        (0..).zip(scores).map(fused).collect()
    }

    #[test]
    fn chunks_beside_a_better_one_are_lifted_and_the_rest_stays() {
        let mut fused = scored(&[1.0, 0.8, 0.7, 0.6, 0.2]);
        lift(&mut fused, &[Some("a"), Some("b"), None, Some("a"), Some("b")], 0.5);
        let found: Vec<(u32, f32, f32)> = fused.iter().map(|f| (f.id, f.score, f.lift)).collect();
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [0, 1, 3, 2, 4]);
        for (found, expected) in
            found.iter().zip([(1.0, 0.0), (0.8, 0.0), (0.8, 0.2), (0.7, 0.0), (0.5, 0.3)])
        {
            assert!((found.1 - expected.0).abs() < 1e-6 && (found.2 - expected.1).abs() < 1e-6, "{found:?}");
        }
    }

    proptest! {
        #[test]
        fn lifting_what_is_in_reach_gives_the_best_of_lifting_all(
            mut scores in prop::collection::vec(-1.0_f32..1.0, 1..40),
            documents in prop::collection::vec(0_u32..8, 40),
            top_k in 1_usize..20,
            share in 0.0_f32..0.9,
        ) {
            scores.sort_unstable_by(|a, b| b.total_cmp(a));
            let documents: Vec<Option<u32>> = documents.into_iter().map(|d| (d > 0).then_some(d)).collect();
            let mut all = scored(&scores);
            let mut some = all[..in_reach(&all, top_k, share)].to_vec();
            lift(&mut all, &documents, share);
            lift(&mut some, &documents, share);
            all.truncate(top_k);
            some.truncate(top_k);
            prop_assert_eq!(some, all.clone());
            // Each document's best keeps its score.
            for f in all.iter().filter(|f| f.lift == 0.0) {
                prop_assert_eq!(f.score, scores[f.id as usize]);
            }
        }
    }

    #[test]
    fn a_leg_of_weight_zero_adds_nothing() {
        let out = rrf([&[(1, 1.0)], &[(2, 1.0)]], &Rrf { k: 60.0, bm25: 0.0, dense: 1.0 });
        assert_eq!((out[0].id, out[1].score), (2, 0.0));
    }

    #[test]
    fn scores_are_brought_to_one_scale_and_weighed() {
        let bm25 = [(7, 9.0), (3, 7.0), (5, 5.0)];
        let dense = [(3, 0.9), (1, 0.7)];
        let fusion = Fusion::MinMax(MinMax { bm25: 0.3, dense: 0.7 });
        let out = fusion.fuse([&bm25, &dense]);
        assert_eq!(out.iter().map(|f| f.id).collect::<Vec<_>>(), [3, 7, 5, 1]);
        assert!((out[0].score - (0.3 * 7.0 / 9.0 + 0.7)).abs() < 1e-6);
        assert_eq!((out[0].ranks, out[3].shares), ([2, 1], [0.0, 0.0]));
        let equal = fusion.fuse([&[(2, 4.0), (4, 4.0)], &[]]);
        assert_eq!(
            equal.iter().map(|f| (f.id, f.score)).collect::<Vec<_>>(),
            [(2, 0.3), (4, 0.3)],
            "ties by id"
        );
        let nothing = fusion.fuse([&[(2, 0.0)], &[]]);
        assert_eq!(nothing[0].score, 0.3);
        // Two vectors that are nearly as near do not outweigh the words.
        let near = fusion.fuse([&[(1, 9.0), (2, 3.0)], &[(2, 0.801), (1, 0.8)]]);
        assert_eq!(near[0].id, 1);
    }

    proptest! {
        #[test]
        fn no_score_passes_the_sum_of_weights_and_the_scale_of_the_lexical_leg_does_not_matter(
            scores in prop::collection::vec((0u32..30, 0f32..25.0), 0..30),
            others in prop::collection::vec((0u32..30, -1f32..1.0), 0..30),
        ) {
            let ranked = |scores: Vec<(u32, f32)>| -> Vec<(u32, f32)> {
                let by_id: std::collections::BTreeMap<u32, f32> = scores.into_iter().collect();
                let mut ranking: Vec<(u32, f32)> = by_id.into_iter().collect();
                ranking.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                ranking
            };
            let (a, b) = (ranked(scores), ranked(others));
            let fusion = Fusion::MinMax(MinMax { bm25: 0.4, dense: 0.6 });
            let out = fusion.fuse([&a, &b]);
            prop_assert!(out.iter().all(|f| (-1e-6..=1.0001).contains(&f.score)));
            // A power of two changes no bit of the quotient.
            let scaled: Vec<(u32, f32)> = a.iter().map(|(id, score)| (*id, score * 4.0)).collect();
            prop_assert_eq!(out, fusion.fuse([&scaled, &b]));
        }

        #[test]
        fn a_document_better_in_both_legs_wins(n in 2usize..40, k in 1f32..100.0) {
            let ranking: Vec<(u32, f32)> = (0..n as u32).map(|i| (i, -(i as f32))).collect();
            let out = rrf([&ranking, &ranking], &Rrf { k, ..Rrf::default() });
            let ids: Vec<u32> = out.iter().map(|f| f.id).collect();
            prop_assert_eq!(ids, (0..n as u32).collect::<Vec<_>>());
        }
    }
}
