//! Opposite words in one place: the claim says `after` where the evidence says `before`.

use super::super::anchors::{Likeness, most};
use super::super::findings::{Finding, Kind, Outcome};
use super::super::tokens::Text;
use super::antonyms::{Side, sides};
use super::cues::{Cue, same_clause};

/// How alike the surroundings of the opposite must be.
const ALIKE: f32 = 0.45;
/// The same when the word itself is nowhere in the evidence.
const ALIKE_ALONE: f32 = 0.4;
/// By how much more than those of the word itself.
const MARGIN: f32 = 0.3;
/// Tokens before a word in which a negation turns it round.
const TURNS: usize = 4;

/// Words of the claim whose opposite stands in their place in the evidence.
pub(super) fn check(likeness: &Likeness<'_, '_>, ours: &[Cue], theirs: &[Cue]) -> Vec<Finding> {
    let (claim, evidence) = (&likeness.claim.text, &likeness.evidence.text);
    let others = all(evidence);
    let mut out = Vec::new();
    for (at, side) in all(claim) {
        let near = |first: bool| {
            let places = others.iter().filter(|(_, s)| s.pair == side.pair && s.first == first);
            most(places.map(|(place, _)| (*place, likeness.around(at..at + 1, *place..*place + 1))))
        };
        let same = near(side.first);
        let opposite = near(!side.first);
        let least = if same.is_some() { ALIKE } else { ALIKE_ALONE };
        let wins = |a: Option<(usize, f32)>, b: Option<(usize, f32)>| {
            a.filter(|(_, alike)| *alike >= least && *alike > b.map_or(0.0, |(_, other)| other) + MARGIN)
        };
        let turned = |place: usize| is_turned(claim, ours, at) != is_turned(evidence, theirs, place);
        // The opposite in its place, or the word itself with a negation on one side only.
        let against = wins(opposite, same)
            .filter(|(place, _)| !turned(*place))
            .or_else(|| wins(same, opposite).filter(|(place, _)| !is_little(claim, at) && turned(*place)))
            .filter(|(place, alike)| !is_said_elsewhere(likeness, at, *place, *alike));
        if let Some((opposite, _)) = against {
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

fn all(text: &Text<'_>) -> Vec<(usize, Side)> {
    let of = |at: usize| sides(&text.tokens[at], text.language).into_iter().map(move |side| (at, side));
    (0..text.tokens.len()).flat_map(of).collect()
}

/// A preposition or another little word: a negation before it is about something else.
fn is_little(text: &Text<'_>, at: usize) -> bool {
    text.get(at).is_none_or(|t| t.stem.is_none())
}

/// Whether the claim has the evidence's word too, at another place that is as like its surroundings.
fn is_said_elsewhere(likeness: &Likeness<'_, '_>, at: usize, place: usize, alike: f32) -> bool {
    let (claim, evidence) = (&likeness.claim.text, &likeness.evidence.text);
    (0..claim.tokens.len()).any(|other| {
        other != at
            && claim.tokens[other].folded == evidence.tokens[place].folded
            && likeness.around(other..other + 1, place..place + 1) >= alike
    })
}

/// Whether a negation stands shortly before the word: `not included` is `excluded`.
fn is_turned(text: &Text<'_>, cues: &[Cue], at: usize) -> bool {
    cues.iter().any(|c| c.token < at && at - c.token <= TURNS && same_clause(text, c.token, at))
}
