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

/// A fused hit: its score and each leg's share of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fused {
    /// The chunk.
    pub id: u32,
    /// Sum of the shares.
    pub score: f32,
    /// What each leg added, in the order the legs were given.
    pub shares: [f32; 2],
    /// Rank in each leg from 1; 0 when the leg did not return it.
    pub ranks: [u32; 2],
}

/// Fuses two rankings (best first), best first; equal scores are ordered by id.
pub fn rrf(legs: [&[(u32, f32)]; 2], settings: &Rrf) -> Vec<Fused> {
    let weights = [settings.bm25, settings.dense];
    let mut fused: HashMap<u32, Fused> = HashMap::new();
    for (leg, ranking) in legs.into_iter().enumerate() {
        for (rank, (id, _)) in (1u32..).zip(ranking) {
            let share = weights[leg] / (settings.k + rank as f32);
            let entry =
                fused.entry(*id).or_insert(Fused { id: *id, score: 0.0, shares: [0.0; 2], ranks: [0; 2] });
            entry.score += share;
            entry.shares[leg] = share;
            entry.ranks[leg] = rank;
        }
    }
    let mut out: Vec<Fused> = fused.into_values().collect();
    out.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    out
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

    #[test]
    fn a_leg_of_weight_zero_adds_nothing() {
        let out = rrf([&[(1, 1.0)], &[(2, 1.0)]], &Rrf { k: 60.0, bm25: 0.0, dense: 1.0 });
        assert_eq!((out[0].id, out[1].score), (2, 0.0));
    }

    proptest! {
        #[test]
        fn a_document_better_in_both_legs_wins(n in 2usize..40, k in 1f32..100.0) {
            let ranking: Vec<(u32, f32)> = (0..n as u32).map(|i| (i, -(i as f32))).collect();
            let out = rrf([&ranking, &ranking], &Rrf { k, ..Rrf::default() });
            let ids: Vec<u32> = out.iter().map(|f| f.id).collect();
            prop_assert_eq!(ids, (0..n as u32).collect::<Vec<_>>());
        }
    }
}
