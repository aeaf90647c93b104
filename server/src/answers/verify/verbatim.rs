//! Whether the evidence says the claim word for word.

use std::ops::Range;

use super::anchors::Analysed;
use super::negation;
use super::tokens::{Text, Token};

/// The bytes of the evidence that are the claim, letter case, quotation marks and punctuation between words aside.
///
/// A part of a sentence does not count when a negation or a condition before it in its clause, or a condition after it, was left out:
/// `refunds are given` is in `no refunds are given`, and is not what it says.
pub(super) fn find(claim: &Analysed<'_>, evidence: &Analysed<'_>) -> Option<Range<usize>> {
    let needle = telling(&claim.text);
    let hay = telling(&evidence.text);
    let first = needle.first()?;
    let cues = negation::cues(evidence);
    let starts = (0..(hay.len() + 1).saturating_sub(needle.len()))
        .filter(|i| same(&claim.text, *first, &evidence.text, hay[*i]));
    for start in starts {
        let found = &hay[start..start + needle.len()];
        let equal = needle.iter().zip(found).all(|(a, b)| same(&claim.text, *a, &evidence.text, *b));
        let (Some(from), Some(to)) = (found.first(), found.last()) else { continue };
        if equal && !is_cut_short(&evidence.text, &cues, *from, *to) {
            return Some(evidence.text.span(&(*from..*to + 1)));
        }
    }
    None
}

/// Tokens that must be the same: words, digits, and the marks that are part of a figure.
fn telling(text: &Text<'_>) -> Vec<usize> {
    let digits = |t: Option<&Token>| t.is_some_and(Token::is_digits);
    let tells = |at: &usize| {
        let token = &text.tokens[*at];
        let after = text.get(at + 1).filter(|t| !t.spaced);
        if token.is_word() || token.is_digits() {
            return true;
        }
        if token.is_dash() {
            // A minus sign; between digits it is a range.
            return token.spaced && digits(after);
        }
        match token.folded.as_str() {
            "." | "," | ":" | "/" | "'" | "’" => !token.spaced && digits(text.before(*at)) && digits(after),
            mark => "%‰€$£¥°½¼¾+<>=²³§#@&".contains(mark),
        }
    };
    (0..text.tokens.len()).filter(tells).collect()
}

fn same(a: &Text<'_>, i: usize, b: &Text<'_>, j: usize) -> bool {
    let (x, y) = (&a.tokens[i], &b.tokens[j]);
    // Letters without their marks: text from PDF files loses some. The possessive is part of what is said.
    x.folded == y.folded || (x.is_word() && y.is_word() && a.raw[x.span.clone()] == b.raw[y.span.clone()])
}

/// Words that make what follows or precedes a condition.
const CONDITIONS: &[&str] = &[
    "if",
    "unless",
    "except",
    "only",
    "provided",
    "whether",
    "until",
    "hardly",
    "daca",
    "doar",
    "numai",
    "decat",
    "exceptia",
    "jesli",
    "jezeli",
    "chyba",
    "tylko",
    "wyjatkiem",
    "oprocz",
    "dopiero",
    "false",
    "fals",
    "nieprawda",
    "excepting",
    "excluding",
];

fn is_cut_short(text: &Text<'_>, cues: &[negation::Cue], from: usize, to: usize) -> bool {
    let condition = |at: usize| CONDITIONS.contains(&text.tokens[at].folded.as_str());
    let comma = |range: Range<usize>| text.tokens[range].iter().any(|t| t.is(",") || t.is(";"));
    let before = (0..from).rev().take_while(|at| negation::same_clause(text, *at, from));
    let denied =
        before.take(8).any(|at| (cues.iter().any(|c| c.token == at) && !comma(at..from)) || condition(at));
    let after = (to + 1..text.tokens.len()).take_while(|at| negation::same_clause(text, to, *at));
    denied || after.take(3).any(condition)
}
