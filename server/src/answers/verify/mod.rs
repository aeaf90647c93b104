//! Whether a quote supports a sentence, whatever engine wrote the sentence: its figures, dates, units, names, codes and negations must
//! stand in the quote, in their place. Pure: no model, no store; support by meaning comes from outside as a number.
//!
//! [`check`] reads both texts and lists what it found; [`judge`](judge()) makes a status of it. English, Romanian and Polish have rules of their
//! own; text of other languages is read by the rules of the likeliest of the three, so figures and names are still checked.
//!
//! `tokens` cuts texts, `figures`, `dates` and `names` read items from them, `quantities` and `anchors` put the items in a row and tell
//! how alike two places are, `items` looks for each item of the claim, `negation` compares what is denied, `verbatim` sees quotations.

mod anchors;
mod dates;
mod figures;
mod findings;
mod function_words;
mod items;
mod judge;
mod language;
mod names;
mod negation;
mod quantities;
mod tokens;
mod verbatim;

use footnote_index::Language;

use anchors::{Analysed, Likeness};
pub use findings::{Finding, Findings, Kind, Outcome};
pub use judge::{Judgement, Reason, Thresholds, judge};
pub(super) use language::language_of;

/// Bytes of a claim or a quote that are read; what is longer is cut, at a character.
const MAX_BYTES: usize = 16 * 1024;

/// What a sentence cites.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// The quote.
    pub quote: &'a str,
    /// What its document says around it: title and headings, one a line. Names, codes and dates may stand here instead, figures may not.
    pub context: &'a str,
    /// Its language, when it is known.
    pub language: Option<Language>,
}

impl<'a> From<&'a str> for Evidence<'a> {
    fn from(quote: &'a str) -> Self {
        Self { quote, ..Self::default() }
    }
}

/// Looks for everything the claim says in the evidence. `language` is the claim's, when it is known.
pub fn check(claim: &str, evidence: &Evidence<'_>, language: Option<Language>) -> Findings {
    let (raw, quote, context) = (cut(claim), cut(evidence.quote), cut(evidence.context));
    let theirs = evidence.language.unwrap_or_else(|| language::language_of(quote, None));
    let ours = language.unwrap_or_else(|| language::language_of(raw, Some(theirs)));
    let claim = Analysed::read(raw, ours);
    let quote = Analysed::read(quote, theirs);
    let context = Analysed::read(context, theirs);
    let likeness = Likeness::of(&claim, &quote);
    let verbatim = verbatim::find(&claim, &quote);
    let mut items = items::check(&likeness, &context);
    if verbatim.is_none() {
        items.extend(negation::check(&likeness));
    }
    items.sort_by_key(|f| (f.claim.start, f.kind));
    items.dedup();
    Findings { verbatim, items, coverage: likeness.coverage(), one_language: ours == theirs }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_BYTES)]
}

#[cfg(test)]
mod tests;
