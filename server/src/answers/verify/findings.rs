//! What a check found, item by item.

use std::ops::Range;

use serde::Serialize;

/// What kind of thing was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number with its unit or currency.
    Figure,
    /// A date or a time.
    Date,
    /// At least, at most.
    Bound,
    /// A proper name or an acronym.
    Name,
    /// A product code, an address, a reference to an article.
    Code,
    /// What is denied.
    Negation,
    /// One of a pair of opposite words.
    Opposite,
}

/// How an item of the claim stands to the evidence, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is there.
    Found,
    /// Something near it is there, or it is not there and may be no item at all: a sentence's first word that may be a name.
    Doubtful,
    /// It is not there.
    Missing,
    /// Something else is there in its place.
    Contradicted,
}

/// One item of the claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Bytes of the claim.
    pub claim: Range<usize>,
    /// Bytes of the quote: where it stands, or what stands in its place. `None` also when it was found in the quote's title or headings.
    pub evidence: Option<Range<usize>>,
    /// How it came out.
    pub outcome: Outcome,
}

/// Everything found about one pair of claim and evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// Bytes of the quote that say the claim word for word.
    pub verbatim: Option<Range<usize>>,
    /// The items, in the order of the claim.
    pub items: Vec<Finding>,
    /// Share of the claim's words with a topic that the evidence has in some form, 0 to 1.
    pub coverage: f32,
    /// Whether claim and evidence are in one language; otherwise only figures, dates, codes and names that are written alike could be checked.
    pub one_language: bool,
}

impl Findings {
    /// The worst outcome of any item.
    pub fn worst(&self) -> Outcome {
        self.items.iter().map(|f| f.outcome).max().unwrap_or(Outcome::Found)
    }
}
