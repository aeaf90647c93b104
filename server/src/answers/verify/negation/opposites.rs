//! Opposite words in one place: the claim says `after` where the evidence says `before`.

use super::super::anchors::{Likeness, most};
use super::super::findings::{Finding, Kind, Outcome};
use super::super::tokens::Text;
use super::antonyms::{Side, sides};
use super::cues::{Cue, same_clause};

/// How alike the surroundings of the opposite must be.
const ALIKE: f32 = 0.5;
/// By how much more than those of the word itself.
const MARGIN: f32 = 0.2;
/// Tokens before a word in which a negation turns it round.
const TURNS: usize = 4;

/// Words of the claim whose opposite stands in their place in the evidence.
pub(super) fn check(likeness: &Likeness<'_, '_>, ours: &[Cue], theirs: &[Cue]) -> Vec<Finding> {
    let (claim, evidence) = (&likeness.claim.text, &likeness.evidence.text);
    let others = all(evidence, &likeness.evidence.taken);
    let mut out = Vec::new();
    for (at, side) in all(claim, &likeness.claim.taken) {
        let near = |first: bool| {
            let places = others.iter().filter(|(_, s)| s.pair == side.pair && s.first == first);
            most(places.map(|(place, _)| (*place, likeness.around(at..at + 1, *place..*place + 1))))
        };
        let Some((opposite, against)) = near(!side.first) else { continue };
        let same = near(side.first).map_or(0.0, |(_, alike)| alike);
        let turned = is_turned(claim, ours, at) != is_turned(evidence, theirs, opposite);
        if against >= ALIKE && against > same + MARGIN && !turned {
            out.push(Finding {
                kind: Kind::Opposite,
                claim: claim.span(&(at..at + 1)),
                evidence: Some(evidence.span(&(opposite..opposite + 1))),
                outcome: Outcome::Contradicted,
            });
        }
    }
    out
}

fn all(text: &Text<'_>, taken: &[bool]) -> Vec<(usize, Side)> {
    let free = |at: &usize| !taken.get(*at).copied().unwrap_or(false);
    let of = |at: usize| sides(&text.tokens[at], text.language).into_iter().map(move |side| (at, side));
    (0..text.tokens.len()).filter(free).flat_map(of).collect()
}

/// Whether a negation stands shortly before the word: `not included` is `excluded`.
fn is_turned(text: &Text<'_>, cues: &[Cue], at: usize) -> bool {
    cues.iter().any(|c| c.token < at && at - c.token <= TURNS && same_clause(text, c.token, at))
}
