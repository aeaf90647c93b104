//! How well the verification of citations tells true claims from changed ones.
//!
//! [`pairs`] makes true (claim, quote) pairs from the articles and questions of public sets: sentences, parts of sentences, sentences
//! told in another order or with figures in another spelling, questions turned into statements with their answers. [`mutate`] changes
//! one thing in a claim: a number, a date, a unit, a name, a negation. [`written`] reads pairs and mutants written by hand. [`measure`]
//! asks the checker and counts.
//!
//! The mutators know nothing of the checker: they have word lists of their own and call none of its parsers, so that what the checker
//! cannot read is counted as missed.

pub mod measure;
pub mod mutate;
pub mod pairs;
mod question;
mod respell;
mod retell;
mod rng;
mod words;
pub mod written;

use footnote_index::Language;
use serde::{Deserialize, Serialize};

/// A claim and the quote that supports it.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Names the pair; the split is by it.
    pub id: String,
    /// The language of both.
    pub language: Language,
    /// How the claim was made.
    pub kind: PairKind,
    /// The claim.
    pub claim: String,
    /// The quote.
    pub quote: String,
    /// Title of the document.
    pub context: String,
}

/// How a true claim was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairKind {
    /// A sentence out of a longer quote.
    Sentence,
    /// A part of a sentence, or a sentence without some of its parts.
    Part,
    /// A sentence with its parts in another order.
    Reordered,
    /// A sentence with figures or dates in another spelling.
    Respelled,
    /// A question turned into a statement with its answer.
    Statement,
    /// A paraphrase written by hand.
    Written,
}

/// What was changed in a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A number became one that is not in the quote.
    Number,
    /// A year, month, day or weekday became one that is not in the quote.
    Date,
    /// A unit, a currency or a magnitude became another.
    Unit,
    /// A name became one that is not in the quote.
    Name,
    /// A negation was put in.
    NegationAdded,
    /// A negation was taken out.
    NegationDropped,
    /// A word became its opposite.
    Opposite,
    /// A number or year became another one of the same quote.
    NumberSwapped,
    /// A name became another one of the same quote.
    NameSwapped,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Number,
        Self::Date,
        Self::Unit,
        Self::Name,
        Self::NegationAdded,
        Self::NegationDropped,
        Self::Opposite,
        Self::NumberSwapped,
        Self::NameSwapped,
    ];

    /// Whether the bar is on it; the others are harder and are reported beside it.
    pub fn is_plain(self) -> bool {
        !matches!(self, Self::Opposite | Self::NumberSwapped | Self::NameSwapped)
    }
}

/// A claim with one thing changed.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// What was changed.
    pub change: Change,
    /// The changed claim.
    pub claim: String,
}

/// Which half of the pairs: rules are tuned on one and reported on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// For looking at.
    Tune,
    /// For reporting.
    Report,
}

impl Pair {
    /// The half this pair is in, by the hash of its document; one paragraph in two languages is in one half.
    pub fn half(&self) -> Half {
        let document = self.id.split('#').next().unwrap_or(&self.id);
        let document = document.split_once('/').map_or(document, |(_, id)| id);
        if rng::Rng::of(document).next().is_multiple_of(2) { Half::Tune } else { Half::Report }
    }
}
