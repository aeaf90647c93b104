use std::collections::HashMap;

use footnote_index::fusion::{Fusion, MinMax, Rrf};

use crate::retrieval::fusion_name;

/// A way to make one ranking of two legs'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Join {
    /// One the engine has.
    Engine(Fusion),
    /// A weighted sum of scores brought to 0..1 in a way that the engine has not.
    Other {
        /// How scores are brought there.
        by: Normalisation,
        /// Weight of the lexical leg.
        bm25: f32,
        /// Weight of the dense leg.
        dense: f32,
    },
}

/// How the scores of a leg's candidates are brought to 0..1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalisation {
    /// From the worst candidate (0) to the best (1), for both legs alike.
    Range,
    /// From three standard deviations below the mean (0) to three above (1): distribution-based score fusion.
    Spread,
}

/// The weights tried, the lexical leg's first.
const WEIGHTS: [(f32, f32); 7] =
    [(0.5, 0.5), (0.4, 0.6), (0.3, 0.7), (0.2, 0.8), (0.6, 0.4), (0.7, 0.3), (0.8, 0.2)];

/// The twenty ways a sweep tries: the engine's scores with seven weights, ranks with four weights and three other constants,
/// and two other normalisations with three weights each. The first is the engine's default.
#[must_use]
pub fn grid() -> Vec<Join> {
    let scores = |(bm25, dense)| Join::Engine(Fusion::MinMax(MinMax { bm25, dense }));
    let ranks = |k: f32, (bm25, dense)| Join::Engine(Fusion::Rrf(Rrf { k, bm25, dense }));
    let other = |by, (bm25, dense)| Join::Other { by, bm25, dense };
    let mut grid: Vec<Join> = WEIGHTS.into_iter().map(scores).collect();
    grid.extend(WEIGHTS.into_iter().take(4).map(|weights| ranks(60.0, weights)));
    grid.extend([10.0, 20.0, 100.0].map(|k| ranks(k, WEIGHTS[0])));
    for by in [Normalisation::Range, Normalisation::Spread] {
        grid.extend(WEIGHTS.into_iter().take(3).map(|weights| other(by, weights)));
    }
    grid
}

impl Join {
    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Engine(fusion) => fusion_name(fusion),
            Self::Other { by, bm25, dense } => {
                let by = match by {
                    Normalisation::Range => "range",
                    Normalisation::Spread => "spread",
                };
                format!("{by}, bm25 {bm25} : dense {dense}")
            }
        }
    }

    /// One ranking of chunks of two, best first; equal scores by id, as the engine has it.
    #[must_use]
    pub fn join(&self, legs: [&[(u32, f32)]; 2]) -> Vec<(u32, f32)> {
        match self {
            Self::Engine(fusion) => fusion.fuse(legs).into_iter().map(|hit| (hit.id, hit.score)).collect(),
            Self::Other { by, bm25, dense } => {
                let mut sums: HashMap<u32, f32> = HashMap::new();
                for (leg, weight) in legs.into_iter().zip([bm25, dense]) {
                    for ((id, _), part) in leg.iter().zip(by.parts(leg)) {
                        *sums.entry(*id).or_default() += weight * part;
                    }
                }
                let mut joined: Vec<(u32, f32)> = sums.into_iter().collect();
                joined.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                joined
            }
        }
    }
}

impl Normalisation {
    fn parts(self, leg: &[(u32, f32)]) -> Vec<f32> {
        let scores: Vec<f32> = leg.iter().map(|(_, score)| *score).collect();
        let (low, high) = match self {
            Self::Range => (
                scores.iter().copied().fold(f32::INFINITY, f32::min),
                scores.iter().copied().fold(f32::NEG_INFINITY, f32::max),
            ),
            Self::Spread => {
                let count = scores.len().max(1) as f32;
                let mean = scores.iter().sum::<f32>() / count;
                let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f32>() / count;
                (mean - 3.0 * variance.sqrt(), mean + 3.0 * variance.sqrt())
            }
        };
        let part = |score: f32| if high > low { ((score - low) / (high - low)).clamp(0.0, 1.0) } else { 1.0 };
        scores.into_iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_twenty_different_ways_and_begins_with_the_default() {
        let grid = grid();
        let names: std::collections::BTreeSet<String> = grid.iter().map(Join::name).collect();
        assert_eq!((grid.len(), names.len()), (20, 20));
        assert_eq!(grid[0], Join::Engine(Fusion::default()));
    }

    #[test]
    fn ranges_and_spreads() {
        let (bm25, dense) = ([(1, 9.0), (2, 6.0), (3, 3.0)], [(2, 0.9), (4, 0.5)]);
        let join = |by| Join::Other { by, bm25: 0.5, dense: 0.5 }.join([&bm25, &dense]);
        assert_eq!(join(Normalisation::Range), [(2, 0.75), (1, 0.5), (3, 0.0), (4, 0.0)]);
        let spread = join(Normalisation::Spread);
        // bm25: mean 6, deviation sqrt(6); the middle one is at the mean, a half; dense: one deviation above, two thirds.
        assert_eq!(spread[0].0, 2);
        assert!((spread[0].1 - (0.25 + 1.0 / 3.0)).abs() < 1e-6, "{spread:?}");
        assert!(Join::Other { by: Normalisation::Spread, bm25: 1.0, dense: 1.0 }.join([&[], &[]]).is_empty());
    }
}
