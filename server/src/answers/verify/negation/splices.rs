//! Negations put into, or taken out of, words that are otherwise the quote's own.

use super::super::anchors::Likeness;
use super::super::findings::{Finding, Kind, Outcome};
use super::super::tokens::{Text, Token};
use super::cues::Cue;

/// How alike the two places must be.
const ALIKE: f32 = 0.6;

/// Places where one text has `a not b` and the other, in like surroundings, `a b`. It sees a negation beside another one, where reach
/// alone cannot tell which of two verbs is denied.
pub(super) fn check(likeness: &Likeness<'_, '_>, ours: &[Cue], theirs: &[Cue]) -> Vec<Finding> {
    let (claim, evidence) = (&likeness.claim.text, &likeness.evidence.text);
    let mut out = Vec::new();
    for cue in ours {
        let place = cut(claim, ours, evidence, theirs, cue.token);
        let alike = |at: &usize| {
            is_one_verb(likeness, cue.token, *at)
                && likeness.around(cue.token..cue.token + 1, *at..*at) >= ALIKE
        };
        if let Some(place) = place.filter(alike) {
            out.push(finding(claim, cue.token, evidence, place));
        }
    }
    for cue in theirs {
        let place = cut(evidence, theirs, claim, ours, cue.token);
        let alike = |at: &usize| {
            is_one_verb(likeness, *at, cue.token)
                && likeness.around(*at..*at, cue.token..cue.token + 1) >= ALIKE
        };
        if let Some(place) = place.filter(alike) {
            out.push(finding(claim, place, evidence, cue.token));
        }
    }
    out
}

/// Whether the next words with a topic, which the negation is about, are the same.
fn is_one_verb(likeness: &Likeness<'_, '_>, ours: usize, theirs: usize) -> bool {
    let next = |anchors: &[super::super::anchors::Anchor], token: usize| {
        anchors.partition_point(|a| a.token < token)
    };
    likeness.is_same(next(&likeness.claim.anchors, ours), next(&likeness.evidence.anchors, theirs))
}

/// Where `other` has the words around the negation side by side, unless it has them around a negation too: the place of the second.
fn cut(text: &Text<'_>, cues: &[Cue], other: &Text<'_>, others: &[Cue], cue: usize) -> Option<usize> {
    let is_cue = |at: usize, cues: &[Cue]| cues.iter().any(|c| c.token == at);
    let (before, after) = (beside(text, cue, false)?, beside(text, cue, true)?);
    if is_cue(before, cues) || is_cue(after, cues) {
        return None;
    }
    let (a, b) = (&text.tokens[before].folded, &text.tokens[after].folded);
    let words = |at: usize| other.tokens.get(at).filter(|t| t.is_word()).map(|t| &t.folded);
    let pair = |at: usize| words(at) == Some(b) && beside(other, at, false).and_then(words) == Some(a);
    let denied = |at: usize| {
        words(at) == Some(b)
            && beside(other, at, false)
                .filter(|n| is_cue(*n, others))
                .and_then(|n| beside(other, n, false))
                .and_then(words)
                == Some(a)
    };
    if (0..other.tokens.len()).any(denied) {
        return None;
    }
    (0..other.tokens.len()).find(|at| pair(*at))
}

/// The word next to a token, no mark between them and in its sentence.
fn beside(text: &Text<'_>, at: usize, right: bool) -> Option<usize> {
    let next = if right { at + 1 } else { at.checked_sub(1)? };
    let sentence = text.get(at)?.sentence;
    text.get(next).filter(|t| Token::is_word(t) && t.sentence == sentence).map(|_| next)
}

fn finding(claim: &Text<'_>, ours: usize, evidence: &Text<'_>, theirs: usize) -> Finding {
    Finding {
        kind: Kind::Negation,
        claim: claim.span(&(ours..ours + 1)),
        evidence: Some(evidence.span(&(theirs..theirs + 1))),
        outcome: Outcome::Contradicted,
    }
}
