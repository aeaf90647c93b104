use serde::Serialize;

use super::join::Join;
use super::run::PolicyResult;
use super::swept::{Side, Swept};

/// How many passages are read for a question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Always so many.
    Fixed(usize),
    /// Those whose score is at least this share of the best one's, but no fewer than 3 and no more than 8.
    Shape(f32),
}

/// Passages a [`Policy::Shape`] reads at least and at most.
const SHAPE: (usize, usize) = (3, 8);

/// What a policy does to the questions of a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct PolicyFigures {
    /// Share of the questions for which a relevant document is read.
    pub found: f64,
    /// Mean passages read.
    pub passages: f64,
    /// Mean tokens read.
    pub tokens: f64,
}

/// Every policy a sweep tries: 1 to 10 passages, and six shapes.
#[must_use]
pub fn policies() -> Vec<Policy> {
    let shapes = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map(Policy::Shape);
    (1..=10).map(Policy::Fixed).chain(shapes).collect()
}

impl Policy {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Fixed(passages) => format!("{passages} passages"),
            Self::Shape(share) => format!("{} to {}, score from {share} of the best", SHAPE.0, SHAPE.1),
        }
    }

    /// How many of the passages with these scores, best first, are read.
    #[must_use]
    pub fn read(self, scores: &[f32]) -> usize {
        match self {
            Self::Fixed(passages) => passages.min(scores.len()),
            Self::Shape(share) => {
                let best = scores.first().copied().unwrap_or(0.0);
                let good = scores.iter().take_while(|score| **score >= share * best).count();
                good.clamp(SHAPE.0, SHAPE.1).min(scores.len())
            }
        }
    }
}

/// What a fixed number of passages would find for the same tokens, between the two nearest numbers; `fixed` is in ascending
/// order of tokens. `None` beyond its ends.
#[must_use]
fn at_equal_tokens(fixed: &[PolicyFigures], tokens: f64) -> Option<f64> {
    let place = fixed.iter().position(|it| it.tokens >= tokens)?;
    let high = fixed[place];
    if high.tokens <= tokens {
        return Some(high.found);
    }
    let low = fixed[place.checked_sub(1)?];
    let share = (tokens - low.tokens) / (high.tokens - low.tokens);
    Some(low.found + share * (high.found - low.found))
}

/// Every policy on the development questions, and the best shape on the others.
pub(super) fn policy_results(swept: &[Swept], winner: &Join) -> Vec<PolicyResult> {
    let all = policies();
    let dev: Vec<PolicyFigures> = all.iter().map(|it| read(swept, Side::Dev, winner, *it)).collect();
    let fixed: Vec<PolicyFigures> =
        all.iter().zip(&dev).filter(|(it, _)| matches!(it, Policy::Fixed(_))).map(|(_, dev)| *dev).collect();
    let gain = |policy: &Policy, figures: &PolicyFigures| match policy {
        Policy::Fixed(_) => None,
        Policy::Shape(_) => Some(figures.found - at_equal_tokens(&fixed, figures.tokens)?),
    };
    let gains: Vec<Option<f64>> = all.iter().zip(&dev).map(|(policy, dev)| gain(policy, dev)).collect();
    let best = gains.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let result = |((policy, dev), gain): ((&Policy, &PolicyFigures), &Option<f64>)| PolicyResult {
        name: policy.name(),
        dev: *dev,
        // The fixed numbers as well: they are what the chosen shape is compared with, and choose nothing.
        test: (gain.is_none_or(|gain| gain >= best)).then(|| read(swept, Side::Test, winner, *policy)),
        gain: *gain,
    };
    all.iter().zip(&dev).zip(&gains).map(result).collect()
}

/// What a policy does to the questions of one side, a mean over the sets.
fn read(swept: &[Swept], side: Side, winner: &Join, policy: Policy) -> PolicyFigures {
    let mut sum = PolicyFigures::default();
    for set in swept {
        let count = set.halves.side(side).len().max(1) as f64 * swept.len() as f64;
        for hits in set.hits(side) {
            let ranking = winner.join([&hits.legs[0], &hits.legs[1]]);
            let scores: Vec<f32> = ranking.iter().map(|(_, score)| *score).collect();
            let shown = ranking.iter().take(policy.read(&scores));
            let chunks: Vec<_> = shown.filter_map(|(id, _)| set.legs.chunks.get(id)).collect();
            let judged = set.collection.qrels.get(&hits.query);
            let found = chunks.iter().any(|it| judged.is_some_and(|judged| judged.is_relevant(&it.document)));
            sum.found += f64::from(u8::from(found)) / count;
            sum.passages += chunks.len() as f64 / count;
            sum.tokens += chunks.iter().map(|it| it.tokens as f64).sum::<f64>() / count;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_stay_within_their_bounds() {
        assert_eq!(Policy::Fixed(5).read(&[1.0; 3]), 3);
        let steep = [1.0, 0.1, 0.1, 0.1];
        assert_eq!((Policy::Shape(0.5).read(&steep), Policy::Shape(0.5).read(&[1.0; 20])), (3, 8));
        assert_eq!(Policy::Shape(0.5).read(&[1.0, 0.9, 0.8, 0.7, 0.6, 0.4, 0.3]), 5);
        assert_eq!((Policy::Shape(0.5).read(&[0.9]), Policy::Shape(0.5).read(&[])), (1, 0));
    }

    #[test]
    fn equal_tokens_lie_between_two_numbers() {
        let figures = |found, tokens| PolicyFigures { found, tokens, passages: 0.0 };
        let fixed = [figures(0.5, 100.0), figures(0.7, 200.0)];
        assert_eq!(at_equal_tokens(&fixed, 150.0), Some(0.6));
        assert_eq!(at_equal_tokens(&fixed, 200.0), Some(0.7));
        assert_eq!((at_equal_tokens(&fixed, 50.0), at_equal_tokens(&fixed, 201.0)), (None, None));
    }
}
