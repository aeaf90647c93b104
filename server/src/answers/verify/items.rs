//! Looks for each figure, date, code and name of the claim in the evidence, and sees when one stands where another should.

use super::anchors::{Analysed, Likeness, What, most};
use super::figures::{Same, units_named};
use super::findings::{Finding, Kind, Outcome};
use super::names::{self, Known, Name};
use super::quantities::Quantity;

/// How much more alike the surroundings of another item must be for the claim's to be out of place.
const MARGIN: f32 = 0.35;
/// How alike they must be at least.
const ALIKE: f32 = 0.6;
/// The same when next to nothing of what surrounds the claim's item stands near it in the evidence.
const ALIKE_ALONE: f32 = 0.45;
/// How closely the rest of the claim must follow the evidence.
const FIDELITY: f32 = 0.6;
/// Surroundings that are next to nothing.
const NOWHERE: f32 = 0.1;
/// The same for words that may be no items at all, and for codes.
const ALIKE_WEAK: f32 = 0.75;

/// Everything the claim names, with how it stands in the evidence or its context.
pub(super) fn check(likeness: &Likeness<'_, '_>, context: &Analysed<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    for (at, anchor) in likeness.claim.anchors.iter().enumerate() {
        match anchor.what {
            What::Quantity(number) => out.extend(quantity(likeness, context, at, number)),
            What::Code(number) => out.push(code(likeness, context, at, number)),
            What::Word => {}
        }
    }
    let known = [Known::of(&likeness.evidence.text), Known::of(&context.text)];
    for found in names::names(&likeness.claim.text, &likeness.claim.taken) {
        out.push(name(likeness, &known, &found));
    }
    out
}

fn quantity(likeness: &Likeness<'_, '_>, context: &Analysed<'_>, at: usize, number: usize) -> Vec<Finding> {
    let (claim, evidence) = (likeness.claim, likeness.evidence);
    let ours = &claim.quantities[number];
    let theirs = |place: usize| match evidence.anchors[place].what {
        What::Quantity(other) => Some(&evidence.quantities[other]),
        _ => None,
    };
    let kind = if ours.is_date { Kind::Date } else { Kind::Figure };
    let span = claim.text.span(&ours.tokens);
    let place = place_of(likeness, at, |place| theirs(place).map_or(Same::No, |q| ours.compare(q)));
    let in_context = || ours.is_date && context.quantities.iter().any(|q| ours.compare(q) == Same::Yes);
    let all: Vec<&Quantity> = evidence.quantities.iter().chain(&context.quantities).collect();
    let (mut outcome, found) = match place {
        Some((_, Same::No | Same::OtherUnit)) | None => {
            let elsewhere = ours.is_said_in_pieces(&all) || in_context();
            (if elsewhere { Outcome::Found } else { Outcome::Missing }, None)
        }
        Some((place, Same::UnitUnsaid)) => {
            let said = names_unit(ours, evidence) || names_unit(ours, context);
            (if said { Outcome::Found } else { Outcome::Missing }, Some(place))
        }
        Some((place, Same::Roughly)) => (Outcome::Doubtful, Some(place)),
        Some((place, Same::Yes)) => (Outcome::Found, Some(place)),
    };
    let rival = rival(likeness, at, found, |place| {
        theirs(place)
            .is_some_and(|q| ours.compare(q) < Same::Roughly && (ours.is_like(q) && !q.weak || ours.weak))
    });
    if ours.weak {
        outcome = Outcome::Found;
    }
    if let Some(rival) = rival.filter(|r| !ours.weak || r.alike >= ALIKE_WEAK) {
        let instead = theirs(rival.place).map(|q| evidence.text.span(&q.tokens));
        return vec![Finding { kind, claim: span, evidence: instead, outcome: rival.outcome(outcome) }];
    }
    let other = found.and_then(theirs);
    let mut out =
        vec![Finding { kind, claim: span, evidence: other.map(|q| evidence.text.span(&q.tokens)), outcome }];
    if let (Some(a), Some(b), Some(other)) = (ours.bound(), other.and_then(Quantity::bound), other) {
        out.push(Finding {
            kind: Kind::Bound,
            claim: claim.text.span(&ours.with_bound),
            evidence: Some(evidence.text.span(&other.with_bound)),
            outcome: if a == b { Outcome::Found } else { Outcome::Contradicted },
        });
    }
    out
}

/// The place in the evidence that is best the same, by value first and by its surroundings then.
fn place_of(likeness: &Likeness<'_, '_>, at: usize, same: impl Fn(usize) -> Same) -> Option<(usize, Same)> {
    let places = 0..likeness.evidence.anchors.len();
    let best = places.clone().map(&same).max().filter(|s| *s > Same::No)?;
    let alike = places.filter(|p| same(*p) == best).map(|p| (p, likeness.context(at, p)));
    most(alike).map(|(place, _)| (place, best))
}

/// An item of the evidence that seems to stand in the place of the claim's.
#[derive(Debug, Clone, Copy)]
struct Rival {
    place: usize,
    /// How alike its surroundings are.
    alike: f32,
    /// Whether the claim follows the evidence's words closely enough to rely on that.
    sure: bool,
}

impl Rival {
    /// What it makes of an item that came out as `otherwise` without it.
    fn outcome(self, otherwise: Outcome) -> Outcome {
        if self.sure { Outcome::Contradicted } else { otherwise.max(Outcome::Doubtful) }
    }
}

/// Another item of the evidence whose surroundings are much more like the claim's than those of the place that was found.
fn rival(
    likeness: &Likeness<'_, '_>,
    at: usize,
    found: Option<usize>,
    is_other: impl Fn(usize) -> bool,
) -> Option<Rival> {
    let own = found.map_or(0.0, |place| likeness.context(at, place));
    let others = (0..likeness.evidence.anchors.len()).filter(|p| is_other(*p));
    let least = if own < NOWHERE { ALIKE_ALONE } else { ALIKE };
    let enough = |alike: f32| alike >= least && alike >= own + MARGIN;
    let alike = others.map(|p| (p, likeness.context(at, p))).filter(|(_, alike)| enough(*alike));
    let (place, alike) = most(alike.filter(|(p, alike)| !likeness.is_taken(at, *p, *alike)))?;
    Some(Rival { place, alike, sure: likeness.fidelity(at) >= FIDELITY })
}

/// Whether the text names the quantity's unit anywhere, as the head of a column does.
fn names_unit(quantity: &Quantity, text: &Analysed<'_>) -> bool {
    quantity.figure().is_some_and(|figure| figure.shares_unit(&units_named(&text.text)))
}

fn code(likeness: &Likeness<'_, '_>, context: &Analysed<'_>, at: usize, number: usize) -> Finding {
    let (claim, evidence) = (likeness.claim, likeness.evidence);
    let ours = &claim.codes[number];
    let place = likeness.best(at).map(|(place, _)| place);
    let code_at = |place: usize| match evidence.anchors[place].what {
        What::Code(other) => Some(&evidence.codes[other]),
        _ => None,
    };
    let is_other = |place: usize| code_at(place).is_some_and(|c| c.canonical != ours.canonical);
    // Two codes often stand beside each other: "A replaces B and fits".
    let rival = rival(likeness, at, place, is_other).filter(|r| r.alike >= ALIKE_WEAK);
    let there = place.is_some() || context.codes.iter().any(|c| c.canonical == ours.canonical);
    let outcome = if there { Outcome::Found } else { Outcome::Missing };
    Finding {
        kind: Kind::Code,
        claim: claim.text.span(&ours.tokens),
        evidence: rival.map(|r| r.place).or(place).and_then(code_at).map(|c| evidence.text.span(&c.tokens)),
        outcome: rival.map_or(outcome, |r| r.outcome(outcome)),
    }
}

fn name(likeness: &Likeness<'_, '_>, known: &[Known; 2], name: &Name) -> Finding {
    let (claim, evidence) = (&likeness.claim.text, &likeness.evidence.text);
    let find = |at: usize| {
        let token = &claim.tokens[at];
        let place = known[0].find(token, claim.language);
        place.map(Some).or_else(|| known[1].find(token, claim.language).map(|_| None))
    };
    let whole = name.parts.iter().chain(&name.unsure).copied().collect::<Vec<_>>();
    let joined = known[0].find_joined(claim, &whole);
    let place = joined.or_else(|| name.parts.iter().chain(&name.unsure).find_map(|at| find(*at).flatten()));
    let missing = |parts: &[usize]| joined.is_none() && parts.iter().any(|at| find(*at).is_none());
    let language = claim.language;
    let telling = |at: &usize| {
        let token = &claim.tokens[*at];
        name.parts.contains(at) || known[0].is_name_or_new(token, language)
    };
    let rival = whole.iter().filter(|at| telling(at)).find_map(|at| name_rival(likeness, &known[0], *at));
    let outcome = match () {
        () if missing(&name.parts) && likeness.is_one_language() => Outcome::Missing,
        () if missing(&name.parts) || missing(&name.unsure) => Outcome::Doubtful,
        () => Outcome::Found,
    };
    let outcome = rival.map_or(outcome, |r| r.outcome(outcome));
    let place = rival.map(|r| likeness.evidence.anchors[r.place].token).or(place);
    Finding {
        kind: Kind::Name,
        claim: claim.span(&name.tokens),
        evidence: place.map(|at| evidence.span(&(at..at + 1))),
        outcome,
    }
}

/// Another name of the evidence whose surroundings are much more like those of the claim's word.
fn name_rival(likeness: &Likeness<'_, '_>, known: &Known, token: usize) -> Option<Rival> {
    let at = likeness.claim.anchors.iter().position(|a| a.token == token && a.what == What::Word)?;
    let own = likeness.best(at).map(|(place, _)| place);
    // A name of the evidence is not put in the place of a word that only has a sentence's capital, unless that word stands for a name.
    let sure = own.and_then(|place| likeness.evidence.word(place)).is_some_and(|t| known.is_name(t));
    let is_other = |place: usize| {
        let name = likeness.evidence.word(place).is_some_and(|t| known.is_name(t) || (sure && t.capital));
        name && !likeness.is_same(at, place)
    };
    rival(likeness, at, own, is_other)
}
