//! The words, quantities and codes of a text in a row, and how alike two places of two texts are by what stands around them.
//!
//! A figure, a name or a negation is checked where it stands: `5` in the evidence does not support the `5` of a claim when the words
//! around it are another figure's.

use std::ops::Range;

use footnote_index::Language;

use super::figures::Same;
use super::names::{Code, same_name};
use super::quantities::Quantity;
use super::tokens::{Text, Token};

/// What an anchor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A word with a topic.
    Word,
    /// The quantity of this number.
    Quantity(usize),
    /// The code of this number.
    Code(usize),
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Anchor {
    pub(super) what: What,
    /// Its first token.
    pub(super) token: usize,
    /// The token after it.
    pub(super) end: usize,
    pub(super) sentence: usize,
}

/// A text with everything read from it.
#[derive(Debug)]
pub(super) struct Analysed<'a> {
    pub(super) text: Text<'a>,
    pub(super) quantities: Vec<Quantity>,
    pub(super) codes: Vec<Code>,
    pub(super) anchors: Vec<Anchor>,
    /// Tokens that are part of a quantity or a code.
    pub(super) taken: Vec<bool>,
    /// The clause each token is in.
    clauses: Vec<usize>,
}

/// Words that begin a clause which says something else.
const CLAUSES: &[&str] =
    &["while", "whereas", "but", "although", "iar", "dar", "insa", "ale", "natomiast", "zas", "a", "lecz"];

/// The number of each token's clause: a comma, a semicolon or a contrasting word begins another.
fn clauses(text: &Text<'_>) -> Vec<usize> {
    let mut clause = 0;
    let contrasts = |t: &Token| {
        CLAUSES.contains(&t.folded.as_str()) && !(t.folded == "a" && text.language != Language::Polish)
    };
    text.tokens
        .iter()
        .map(|t| {
            clause += usize::from(t.is(",") || t.is(";") || t.is("|") || contrasts(t));
            clause
        })
        .collect()
}

impl<'a> Analysed<'a> {
    /// Reads a text in a language.
    pub(super) fn read(raw: &'a str, language: Language) -> Self {
        let text = Text::read(raw, language);
        let mut taken = vec![false; text.tokens.len()];
        let codes = super::names::codes(&text, &mut taken);
        let quantities = super::quantities::quantities(&text, &mut taken);
        let sentence = |token: usize| text.tokens.get(token).map_or(0, |t| t.sentence);
        let at =
            |what: What, token: usize, end: usize| Anchor { what, token, end, sentence: sentence(token) };
        let mut anchors: Vec<Anchor> = text
            .tokens
            .iter()
            .enumerate()
            .filter(|(i, t)| t.stem.is_some() && !taken[*i])
            .map(|(i, _)| at(What::Word, i, i + 1))
            .collect();
        anchors.extend(
            quantities.iter().enumerate().map(|(i, q)| at(What::Quantity(i), q.tokens.start, q.tokens.end)),
        );
        anchors
            .extend(codes.iter().enumerate().map(|(i, c)| at(What::Code(i), c.tokens.start, c.tokens.end)));
        anchors.sort_by_key(|a| a.token);
        let clauses = clauses(&text);
        Self { text, quantities, codes, anchors, taken, clauses }
    }

    fn clause_at(&self, token: usize) -> usize {
        self.clauses.get(token).copied().unwrap_or(0)
    }

    /// The token of an anchor that is a word.
    pub(super) fn word(&self, anchor: usize) -> Option<&Token> {
        let anchor = self.anchors.get(anchor).filter(|a| a.what == What::Word)?;
        self.text.get(anchor.token)
    }

    /// Up to four anchors of the same sentence on one side of a token, the nearest first.
    fn beside(&self, token: usize, right: bool) -> Vec<usize> {
        let sentence = self.text.get(token).map(|t| t.sentence);
        let inside = |at: &usize| Some(self.anchors[*at].sentence) == sentence;
        if right {
            let from = self.anchors.partition_point(|a| a.token <= token);
            (from..self.anchors.len()).take_while(inside).take(WEIGHTS.len()).collect()
        } else {
            let to = self.anchors.partition_point(|a| a.token < token);
            (0..to).rev().take_while(inside).take(WEIGHTS.len()).collect()
        }
    }

    /// How many anchors an anchor is away from a token; the next one is one step away.
    fn steps(&self, anchor: usize, token: usize) -> usize {
        let before = self.anchors.partition_point(|a| a.token < token);
        if anchor < before {
            return before - anchor;
        }
        let here = self.anchors.get(before).is_some_and(|a| a.token == token);
        (anchor + 1 - before).saturating_sub(usize::from(here))
    }

    /// Whether an anchor stands near a token, in its sentence, and not on it.
    fn is_near(&self, anchor: usize, token: usize) -> bool {
        let place = self.anchors.partition_point(|a| a.token < token);
        let at = &self.anchors[anchor];
        at.token != token
            && place.abs_diff(anchor) <= REACH
            && Some(at.sentence) == self.text.get(token).map(|t| t.sentence)
    }
}

/// Which anchors of a claim and of its evidence are the same, and how alike their surroundings are.
#[derive(Debug)]
pub(super) struct Likeness<'t, 'a> {
    pub(super) claim: &'t Analysed<'a>,
    pub(super) evidence: &'t Analysed<'a>,
    same: Vec<Vec<bool>>,
    /// For each anchor of the claim, its best place in the evidence.
    best: Vec<Option<(usize, f32)>>,
}

/// Anchors looked at on each side of a place in the claim, with their weights: the nearest tells most.
const WEIGHTS: [f32; 4] = [1.0, 0.8, 0.6, 0.4];
/// How far from a place in the evidence a neighbour may stand.
const REACH: usize = 6;
/// What a neighbour is worth that stands on the other side in the evidence.
const OTHER_SIDE: f32 = 0.7;
/// What each further step away from the place costs it.
const AWAY: f32 = 0.08;
/// What it is worth in another clause.
const OTHER_CLAUSE: f32 = 0.75;
/// What the word right beside the place adds, function words among them: `in 2003` is no `since 2003`.
const TOUCHING: f32 = 0.4;
/// What the neighbour of the same side, next to the place in both texts, adds.
const ADJACENT: f32 = 0.6;

impl<'t, 'a> Likeness<'t, 'a> {
    /// Compares every anchor of the claim with every one of the evidence.
    pub(super) fn of(claim: &'t Analysed<'a>, evidence: &'t Analysed<'a>) -> Self {
        let language = claim.text.language;
        let same = claim
            .anchors
            .iter()
            .map(|a| evidence.anchors.iter().map(|b| same(claim, a, evidence, b, language)).collect())
            .collect();
        let mut likeness = Self { claim, evidence, same, best: Vec::new() };
        likeness.best = (0..claim.anchors.len())
            .map(|at| most(likeness.places(at).map(|place| (place, likeness.context(at, place)))))
            .collect();
        likeness
    }

    /// Whether two anchors are the same.
    pub(super) fn is_same(&self, claim: usize, evidence: usize) -> bool {
        self.same.get(claim).and_then(|row| row.get(evidence)).copied().unwrap_or(false)
    }

    /// The anchors of the evidence that are the claim's.
    pub(super) fn places(&self, claim: usize) -> impl Iterator<Item = usize> + '_ {
        self.same.get(claim).into_iter().flatten().enumerate().filter(|(_, same)| **same).map(|(at, _)| at)
    }

    /// How alike the surroundings of a place in the claim and one in the evidence are, 0 to 1. A place without neighbours is like any.
    pub(super) fn context(&self, claim: usize, evidence: usize) -> f32 {
        match (self.claim.anchors.get(claim), self.evidence.anchors.get(evidence)) {
            (Some(a), Some(b)) => self.around(a.token..a.end, b.token..b.end),
            _ => 0.0,
        }
    }

    /// The same for two ranges of tokens, which need not be anchors.
    pub(super) fn around(&self, ours: Range<usize>, theirs: Range<usize>) -> f32 {
        let (claim, evidence) = (ours.start, theirs.start);
        let (mut got, mut all) = (0.0, 0.0);
        for right in [false, true] {
            if let Some(word) = self.claim.text.next_to(&ours, right) {
                all += TOUCHING;
                if self.evidence.text.next_to(&theirs, right).is_some_and(|other| other.folded == word.folded)
                {
                    got += TOUCHING;
                }
            }
            let ours = self.claim.beside(claim, right);
            let theirs = self.evidence.beside(evidence, right);
            for (distance, (at, weight)) in ours.iter().zip(WEIGHTS).enumerate() {
                all += weight;
                let near = |place: usize| self.evidence.is_near(place, evidence);
                let share = |place: usize| {
                    let anchor = &self.evidence.anchors[place];
                    let side = if (anchor.token > evidence) == right { 1.0 } else { OTHER_SIDE };
                    let clause = if self.evidence.clause_at(anchor.token) == self.evidence.clause_at(evidence)
                    {
                        1.0
                    } else {
                        OTHER_CLAUSE
                    };
                    // Twice as far away in the evidence as in the claim: likely something else's neighbour.
                    let away = self.evidence.steps(place, evidence).abs_diff(distance + 1);
                    side * clause * (1.0 - AWAY * away.min(5) as f32)
                };
                got += weight * self.places(*at).filter(|place| near(*place)).map(share).fold(0.0, f32::max);
            }
            if let Some(next) = ours.first() {
                all += ADJACENT;
                if theirs.first().is_some_and(|across| self.is_same(*next, *across)) {
                    got += ADJACENT;
                }
            }
        }
        if all == 0.0 { 1.0 } else { got / all }
    }

    /// Whether an anchor of the claim other than `claim` is this one of the evidence, in surroundings at least `alike`.
    pub(super) fn is_taken(&self, claim: usize, evidence: usize, alike: f32) -> bool {
        (0..self.same.len()).any(|other| {
            other != claim && self.is_same(other, evidence) && self.context(other, evidence) >= alike
        })
    }

    /// The place in the evidence whose surroundings are most like the claim's, among the anchors that are the same, and how alike.
    pub(super) fn best(&self, claim: usize) -> Option<(usize, f32)> {
        self.best.get(claim).copied().flatten()
    }

    /// How far the claim, one anchor left out, follows the evidence word by word, 0 to 1: the share of its neighbours that are near each
    /// other there in the same order. Of a claim in other words, what stands around a place tells less.
    pub(super) fn fidelity(&self, without: usize) -> f32 {
        const NEAR: usize = 3;
        let rest: Vec<usize> = (0..self.same.len()).filter(|at| *at != without).collect();
        let follows = |pair: &&[usize]| {
            self.places(pair[0]).any(|from| (from + 1..=from + NEAR).any(|to| self.is_same(pair[1], to)))
        };
        let pairs = rest.windows(2).count();
        if pairs == 0 { 1.0 } else { rest.windows(2).filter(follows).count() as f32 / pairs as f32 }
    }

    /// Whether words of the two can meet.
    pub(super) fn is_one_language(&self) -> bool {
        self.claim.text.language == self.evidence.text.language
    }

    /// The sentence of the evidence that has the most of the claim's anchors.
    pub(super) fn best_sentence(&self) -> Option<usize> {
        let count = |sentence: usize| {
            let has = |row: &&Vec<bool>| {
                row.iter()
                    .enumerate()
                    .any(|(at, same)| *same && self.evidence.anchors[at].sentence == sentence)
            };
            self.same.iter().filter(has).count() as f32
        };
        let sentences = self.evidence.anchors.last().map_or(0, |a| a.sentence + 1);
        most((0..sentences).map(|s| (s, count(s)))).filter(|(_, count)| *count > 0.0).map(|(s, _)| s)
    }

    /// The share of the claim's words with a topic that the evidence has, quantities and codes counted as words.
    pub(super) fn coverage(&self) -> f32 {
        if self.same.is_empty() {
            return 1.0;
        }
        let have = self.same.iter().filter(|row| row.contains(&true)).count();
        have as f32 / self.same.len() as f32
    }
}

/// The pair with the greatest second part, the first one of equals.
pub(super) fn most(pairs: impl Iterator<Item = (usize, f32)>) -> Option<(usize, f32)> {
    pairs.fold(None, |best, pair| match best {
        Some((_, score)) if score >= pair.1 => best,
        _ => Some(pair),
    })
}

fn same(claim: &Analysed<'_>, a: &Anchor, evidence: &Analysed<'_>, b: &Anchor, language: Language) -> bool {
    match (a.what, b.what) {
        (What::Quantity(i), What::Quantity(j)) => {
            claim.quantities[i].compare(&evidence.quantities[j]) >= Same::Roughly
        }
        (What::Code(i), What::Code(j)) => claim.codes[i].canonical == evidence.codes[j].canonical,
        (What::Word, What::Word) => {
            let (x, y) = (&claim.text.tokens[a.token], &evidence.text.tokens[b.token]);
            // Every way of being the same begins with the same letter; most pairs end here.
            if x.folded.chars().next() != y.folded.chars().next() {
                return false;
            }
            x.folded == y.folded
                || (x.stem.is_some() && x.stem == y.stem)
                || same_name(&x.folded, &y.folded, language)
                || same_root(&x.folded, &y.folded)
        }
        _ => false,
    }
}

/// Whether two words share a beginning long enough to be of one family: `deliver` and `delivery`, `livrare` and `livrată`.
fn same_root(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let longest = a.chars().count().max(b.chars().count());
    (shared >= 5 && longest - shared <= 4) || (shared >= 6 && longest - shared <= 5)
}
