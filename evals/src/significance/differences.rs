use serde::Serialize;

use super::paired::{Pair, Paired};

/// A query on which two systems differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueryDifference {
    /// The query's id.
    pub query: String,
    /// The baseline's value.
    pub baseline: f64,
    /// The system's value.
    pub system: f64,
}

/// How a system does against a baseline, query by query.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Differences {
    /// Queries on which the system is better.
    pub wins: usize,
    /// Queries on which the two do not differ.
    pub ties: usize,
    /// Queries on which the system is worse.
    pub losses: usize,
    /// The queries it wins by most, the largest difference first.
    pub largest_wins: Vec<QueryDifference>,
    /// The queries it loses by most, the largest difference first.
    pub largest_losses: Vec<QueryDifference>,
}

impl Differences {
    /// Counts wins and losses, a tie being a difference of at most `tie`, and lists the `largest` largest of each; where
    /// differences are equal, by query id.
    #[must_use]
    pub fn of(paired: &Paired, tie: f64, largest: usize) -> Self {
        let (mut wins, mut losses) = (Vec::new(), Vec::new());
        for pair in paired.pairs() {
            if pair.difference() > tie {
                wins.push(pair);
            } else if pair.difference() < -tie {
                losses.push(pair);
            }
        }
        Self {
            wins: wins.len(),
            ties: paired.pairs().len() - wins.len() - losses.len(),
            losses: losses.len(),
            largest_wins: top(wins, largest),
            largest_losses: top(losses, largest),
        }
    }
}

fn top(mut pairs: Vec<&Pair>, count: usize) -> Vec<QueryDifference> {
    // stable, and pairs are by query id
    pairs.sort_by(|a, b| b.difference().abs().total_cmp(&a.difference().abs()));
    let shown = |pair: &Pair| QueryDifference {
        query: pair.query.clone(),
        baseline: pair.baseline,
        system: pair.system,
    };
    pairs.into_iter().take(count).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_largest_come_first_and_equal_ones_by_id() {
        let system = [("a", 0.6), ("b", 0.2), ("c", 0.9), ("d", 0.1), ("e", 0.5 + 1e-12), ("f", 0.9)];
        let baseline: BTreeMap<_, _> = system.iter().map(|(query, _)| ((*query).to_owned(), 0.5)).collect();
        let system = system.into_iter().map(|(query, value)| (query.to_owned(), value)).collect();
        let differences = Differences::of(&Paired::new(&baseline, &system).expect("paired"), 1e-9, 2);
        assert_eq!((differences.wins, differences.ties, differences.losses), (3, 1, 2));
        let ids = |list: &[QueryDifference]| list.iter().map(|q| q.query.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&differences.largest_wins), ["c", "f"]);
        assert_eq!(ids(&differences.largest_losses), ["d", "b"]);
    }
}
