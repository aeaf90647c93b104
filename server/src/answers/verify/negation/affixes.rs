//! Negation inside a word: `unlimited`, `neinclus`, `nieważny`. A prefix negates only when the other text has the word without it.

use footnote_index::Language;

use super::super::anchors::{Likeness, most};
use super::super::findings::{Finding, Outcome};
use super::super::names::same_name;
use super::super::tokens::Token;
use super::cues::{Cue, reaches};
use super::{ALIKE, finding};

/// The word without its negating prefix, when it can have one.
fn bare(folded: &str, language: Language) -> Option<&str> {
    let prefixes: &[&str] = match language {
        Language::English => &["non", "un", "in", "im", "ir", "il", "dis"],
        Language::Romanian => &["ne", "in", "im", "non", "i"],
        Language::Polish => &["nie", "bez"],
    };
    prefixes.iter().find_map(|p| folded.strip_prefix(p)).filter(|rest| rest.chars().count() >= 4)
}

/// Whether `negated` is the negation of `word` by a prefix.
pub(super) fn negates(negated: &Token, word: &Token, language: Language) -> bool {
    let Some(rest) = bare(&negated.folded, language) else { return false };
    let alike = |a: &str, b: &str| {
        let shared = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
        let (x, y) = (a.chars().count(), b.chars().count());
        shared >= 5 && x.max(y) - shared <= 3
    };
    rest == word.folded || same_name(rest, &word.folded, language) || alike(rest, &word.folded)
}

/// Words of the claim whose prefix negates a word of the evidence, or the other way round.
pub(super) fn check(likeness: &Likeness<'_, '_>, ours: &[Cue], theirs: &[Cue]) -> Vec<Finding> {
    let language = likeness.claim.text.language;
    let mut out = Vec::new();
    for anchor in 0..likeness.claim.anchors.len() {
        let Some(token) = likeness.claim.word(anchor) else { continue };
        let as_written =
            |place: usize| likeness.evidence.word(place).is_some_and(|t| t.folded == token.folded);
        if likeness.places(anchor).any(as_written) {
            continue;
        }
        let negated = |place: usize| {
            let other = likeness.evidence.word(place)?;
            let either = negates(token, other, language) || negates(other, token, language);
            either.then(|| (place, likeness.context(anchor, place)))
        };
        let pair = most((0..likeness.evidence.anchors.len()).filter_map(negated));
        let Some((place, _)) = pair.filter(|(_, alike)| *alike >= ALIKE) else { continue };
        // "not included" is "neinclus": a negation on one side makes up for the prefix on the other.
        if reaches(likeness.claim, ours, anchor) == reaches(likeness.evidence, theirs, place) {
            out.push(finding(
                likeness,
                likeness.claim.anchors[anchor].token,
                Some(place),
                Outcome::Contradicted,
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::tokens::Text;
    use super::*;

    #[test]
    fn prefixes_negate_the_word_they_stand_on() {
        for (a, b, language, expected) in [
            ("unlimited", "limited", Language::English, true),
            ("refundable", "refundable", Language::English, false),
            ("nieważna", "ważny", Language::Polish, true),
            ("neinclusă", "inclus", Language::Romanian, true),
            ("interes", "teren", Language::Romanian, false),
            ("union", "ion", Language::English, false),
            ("international", "national", Language::English, false),
        ] {
            let (x, y) = (Text::read(a, language), Text::read(b, language));
            assert_eq!(negates(&x.tokens[0], &y.tokens[0], language), expected, "{a} {b}");
        }
    }
}
