//! Whether claim and evidence agree on what is so and what is not: negations, negating prefixes, opposite words.

mod affixes;
mod antonyms;
mod cues;
mod opposites;
mod splices;

use footnote_index::Language;

use super::anchors::{Likeness, most};
use super::findings::{Finding, Kind, Outcome};
use super::tokens::begins;
use cues::reaches;
pub(super) use cues::{Cue, cues, same_clause};

/// How alike two places must be for a negation at one to speak of the other.
const ALIKE: f32 = 0.34;
/// The same where the evidence has the word only once.
const ALIKE_ONLY: f32 = 0.15;

/// Checks the negations and opposites of the claim against the evidence.
pub(super) fn check(likeness: &Likeness<'_, '_>) -> Vec<Finding> {
    let (claim, evidence) = (likeness.claim, likeness.evidence);
    if claim.text.language != evidence.text.language {
        // Words of two languages do not meet; what they say must be judged by meaning.
        return Vec::new();
    }
    let ours = cues(claim);
    let theirs = cues(evidence);
    let mut out = added(likeness, &ours, &theirs);
    out.extend(dropped(likeness, &ours, &theirs));
    out.extend(splices::check(likeness, &ours, &theirs));
    out.extend(affixes::check(likeness, &ours, &theirs));
    out.extend(opposites::check(likeness, &ours, &theirs));
    out
}

/// Negations of the claim: is what they are about negated in the evidence too?
fn added(likeness: &Likeness<'_, '_>, ours: &[Cue], theirs: &[Cue]) -> Vec<Finding> {
    let mut out = Vec::new();
    for cue in ours {
        let Some(focus) = cue.focus else { continue };
        // Of several places alike, one that is negated counts.
        let place = most(likeness.places(focus).map(|place| {
            let negated = if reaches(likeness.evidence, theirs, place) { 0.15 } else { 0.0 };
            (place, likeness.context(focus, place) + negated)
        }));
        let (outcome, at) = match place {
            Some((place, _)) if is_negated(likeness, theirs, focus, place) => (Outcome::Found, Some(place)),
            Some((place, _)) => (Outcome::Contradicted, Some(place)),
            // What is negated has another word there: any negation near what else the claim says will do.
            None if has_negation_near(likeness, focus, theirs) => (Outcome::Found, None),
            None => (Outcome::Missing, None),
        };
        out.push(finding(likeness, cue.token, at, outcome));
    }
    out
}

/// Whether the place in the evidence is negated, by a word or by a prefix of its own.
fn is_negated(likeness: &Likeness<'_, '_>, theirs: &[Cue], focus: usize, place: usize) -> bool {
    reaches(likeness.evidence, theirs, place) || is_prefixed(likeness, focus, place)
}

/// Whether a negation reaches what stands beside the focus in the claim, or a word that denies stands in that sentence.
fn has_negation_near(likeness: &Likeness<'_, '_>, focus: usize, theirs: &[Cue]) -> bool {
    let text = &likeness.evidence.text;
    let beside = [focus.checked_sub(2), focus.checked_sub(1), Some(focus + 1), Some(focus + 2)];
    let reached = |place: usize| reaches(likeness.evidence, theirs, place);
    if beside.into_iter().flatten().any(|at| likeness.best(at).is_some_and(|(place, _)| reached(place))) {
        return true;
    }
    let Some(sentence) = likeness.best_sentence() else { return false };
    let focus = likeness.claim.word(focus);
    text.tokens.iter().filter(|t| t.sentence == sentence).any(|t| {
        // What the claim says too, "unless" or "only", is not what its negation stands for.
        let said = likeness.claim.text.tokens.iter().any(|c| c.folded == t.folded);
        (!said && is_implied(&t.folded, text.language))
            || focus.is_some_and(|f| affixes::negates(t, f, text.language))
    })
}

/// Polish words that begin like a denial and are none.
const NO_DENIALS: &str = "\
    niedalek nieopodal niemiec niemc niemal niektor niedziel niebiesk niestety niezwykl niemniej niegdys \
    niedawn niejak niewatpliw niepodleg niewielk nieraz niekiedy nieruchomos niezalezn";

/// Words that deny without a negation.
fn is_implied(folded: &str, language: Language) -> bool {
    const STEMS: &str = "\
    lack fail refus prohibit forbid exclud except void unable impossib only absence reject deny denied \
    lips exclu interzi refuz doar numai imposibil brak wylacz wyklucz zabron zakaz tylko odmow niemozliw \
    free gratuit bezplat darmow invalid cease loses lost pierd traci jedynie oprocz unless until decat \
    dopiero";
    let prefixed = match language {
        Language::English => ["un", "non"].iter().any(|p| folded.starts_with(p)),
        Language::Romanian => folded.starts_with("ne"),
        Language::Polish => folded.starts_with("nie") && !begins(NO_DENIALS, folded),
    };
    begins(STEMS, folded) || (prefixed && folded.len() > 7)
}

/// Negations of the evidence about something the claim says too: does the claim negate it?
fn dropped(likeness: &Likeness<'_, '_>, ours: &[Cue], theirs: &[Cue]) -> Vec<Finding> {
    let mut out = Vec::new();
    for cue in theirs {
        let Some(focus) = cue.focus else { continue };
        let said = |place: usize| {
            (0..likeness.claim.anchors.len()).find(|at| {
                // A word that stands in one place only is denied there or nowhere.
                let least = if likeness.places(*at).nth(1).is_none() { ALIKE_ONLY } else { ALIKE };
                likeness.best(*at).is_some_and(|(best, alike)| best == place && alike >= least)
            })
        };
        let token = |anchor: usize| likeness.claim.anchors[anchor].token;
        match (said(focus), said(focus + 1)) {
            (Some(at), _) if reaches(likeness.claim, ours, at) || is_prefixed(likeness, at, focus) => {}
            (Some(at), _) => {
                // "Nobody enters without a pass" says that one is needed.
                let twice = theirs.iter().any(|c| cues::are_double(&likeness.evidence.text, c, cue));
                let outcome =
                    if twice && ours.is_empty() { Outcome::Doubtful } else { Outcome::Contradicted };
                out.push(finding(likeness, token(at), Some(focus), outcome));
            }
            // What is denied may have another word in the claim; what stands beside it is said without a negation.
            (None, Some(at))
                if reaches(likeness.evidence, &[*cue], focus + 1) && !is_denied(likeness, ours) =>
            {
                out.push(finding(likeness, token(at), Some(focus), Outcome::Doubtful));
            }
            _ => {}
        }
    }
    out
}

/// Whether the claim denies anything, in one way or another.
fn is_denied(likeness: &Likeness<'_, '_>, ours: &[Cue]) -> bool {
    let text = &likeness.claim.text;
    !ours.is_empty() || text.tokens.iter().any(|t| is_implied(&t.folded, text.language))
}

/// Whether one of the two words is the other with a negating prefix.
fn is_prefixed(likeness: &Likeness<'_, '_>, anchor: usize, place: usize) -> bool {
    let (Some(ours), Some(theirs)) = (likeness.claim.word(anchor), likeness.evidence.word(place)) else {
        return false;
    };
    let language = likeness.claim.text.language;
    ours.folded != theirs.folded
        && (affixes::negates(ours, theirs, language) || affixes::negates(theirs, ours, language))
}

/// A finding on a token of the claim and an anchor of the evidence.
fn finding(likeness: &Likeness<'_, '_>, token: usize, place: Option<usize>, outcome: Outcome) -> Finding {
    let span = |anchor: usize| {
        let token = likeness.evidence.anchors.get(anchor)?.token;
        likeness.evidence.text.get(token).map(|t| t.span.clone())
    };
    Finding {
        kind: Kind::Negation,
        claim: likeness.claim.text.span(&(token..token + 1)),
        evidence: place.and_then(span),
        outcome,
    }
}

#[cfg(test)]
mod tests;
