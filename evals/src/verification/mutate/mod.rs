//! Changes one thing in a claim, so that it is no longer true. Every kind has a file with word lists of its own.

mod dates;
mod names;
mod negation;
mod numbers;
mod opposites;
mod swaps;
mod units;

pub use names::Names;

use super::rng::Rng;
use super::{Change, Mutant, Pair};

/// The changed claims of a pair: one for each kind of change that the claim has room for. `known` are the names of the set.
pub fn mutants(pair: &Pair, known: &Names) -> Vec<Mutant> {
    let made = |change: Change| {
        let mut rng = Rng::of(&format!("{}{:?}{change:?}", pair.id, pair.kind));
        let claim = match change {
            Change::Number => numbers::changed(pair, &mut rng),
            Change::Date => dates::changed(pair, &mut rng),
            Change::Unit => units::changed(pair, &mut rng),
            Change::Name => names::changed(pair, known, &mut rng),
            Change::NegationAdded => negation::added(pair, &mut rng),
            Change::NegationDropped => negation::dropped(pair),
            Change::Opposite => opposites::changed(pair, &mut rng),
            Change::NumberSwapped => swaps::number(pair, &mut rng),
            Change::NameSwapped => swaps::name(pair, known, &mut rng),
        };
        claim.filter(|c| *c != pair.claim).map(|claim| Mutant { change, claim })
    };
    Change::ALL.into_iter().filter_map(made).collect()
}
