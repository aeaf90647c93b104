//! Numbers with their units and currencies, however they are written: `1.250,50 lei` is `1250.5 RON`, and `35 minutes` are no
//! `35 hours`.

mod bounds;
mod digits;
mod number_words;
mod roman;
mod units;

use std::ops::Range;

use footnote_index::Language;

use super::tokens::Text;

pub(super) use bounds::Bound;
use number_words::worded;
use units::Unit;

/// A number with what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// What it can mean, in its unit.
    values: Vec<f64>,
    /// What its unit can be; empty without one.
    units: Vec<Unit>,
    /// At least, at most.
    pub(super) bound: Option<Bound>,
    /// Called a rough one.
    rough: bool,
}

/// How two figures compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Same {
    /// Another amount.
    No,
    /// The same number of something else.
    OtherUnit,
    /// Near, and the claim says that it is rough; or working days where the claim has days.
    Roughly,
    /// The same number; only the claim says of what.
    UnitUnsaid,
    /// The same amount.
    Yes,
}

/// A figure in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) figure: Figure,
    pub(super) tokens: Range<usize>,
    /// With the words that bound it.
    pub(super) with_bound: Range<usize>,
    /// A word that often is no number: `one`, `first`.
    pub(super) weak: bool,
}

impl Figure {
    /// A number without unit.
    pub(super) fn plain(value: f64) -> Self {
        Self { values: vec![value], units: Vec::new(), bound: None, rough: false }
    }

    /// The century of this number.
    pub(super) fn century(number: u16) -> Self {
        let unit = Unit { dimension: units::Dimension::Century, factor: 1.0 };
        Self { values: vec![f64::from(number)], units: vec![unit], bound: None, rough: false }
    }

    /// Whether it has a unit.
    pub(super) fn has_unit(&self) -> bool {
        !self.units.is_empty()
    }

    /// The whole number it is, when it has no unit.
    pub(super) fn bare_integer(&self) -> Option<u32> {
        let value =
            self.values.first().copied().filter(|_| self.units.is_empty() && self.values.len() == 1)?;
        (value.fract() == 0.0 && (0.0..1e9).contains(&value)).then_some(value as u32)
    }

    /// Compares this figure of the claim with one of the evidence.
    pub(super) fn compare(&self, evidence: &Self) -> Same {
        let equal = self.values.iter().any(|a| evidence.values.iter().any(|b| close(*a, *b, 1e-9)));
        if self.units.is_empty() || evidence.units.is_empty() {
            return match (equal, self.units.is_empty()) {
                (true, true) => Same::Yes,
                (true, false) => Same::UnitUnsaid,
                (false, _) if self.is_near(evidence, 1.0) => Same::Roughly,
                (false, _) => Same::No,
            };
        }
        let mut best = if equal { Same::OtherUnit } else { Same::No };
        for a in &self.units {
            for b in evidence.units.iter().filter(|b| b.dimension == a.dimension) {
                let factor = b.factor / a.factor;
                let same =
                    self.values.iter().any(|x| evidence.values.iter().any(|y| close(*x, y * factor, 1e-9)));
                if same {
                    return Same::Yes;
                }
                if self.is_near(evidence, factor) {
                    best = best.max(Same::Roughly);
                }
            }
        }
        if equal && self.drops_working(evidence) { Same::Roughly } else { best }
    }

    fn is_near(&self, evidence: &Self, factor: f64) -> bool {
        self.rough && self.values.iter().any(|x| evidence.values.iter().any(|y| close(*x, y * factor, 0.05)))
    }

    /// `10 days` said of `10 working days`.
    fn drops_working(&self, evidence: &Self) -> bool {
        self.units.iter().any(|u| u.dimension == units::Dimension::Time && u.factor == units::DAY)
            && evidence.units.iter().any(|u| u.dimension == units::Dimension::WorkingTime)
    }

    /// Whether one of its units is among these.
    pub(super) fn shares_unit(&self, units: &[Unit]) -> bool {
        self.units.iter().any(|a| units.iter().any(|b| a == b))
    }
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

/// The figures of a text, outside the tokens in `taken`.
pub(super) fn figures(text: &Text<'_>, taken: &[bool]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let free = |range: &Range<usize>| range.clone().all(|i| !taken.get(i).copied().unwrap_or(false));
        match figure(text, at).filter(|f| free(&f.tokens)) {
            Some(figure) => {
                at = figure.tokens.end;
                inherit(text, &mut found, &figure);
                found.push(figure);
            }
            None => at += 1,
        }
    }
    found
}

/// Whether a number, or the end of one in words, stands at `at`.
pub(super) fn is_number(text: &Text<'_>, at: usize) -> bool {
    text.get(at).is_some_and(|t| t.is_digits()) || worded(text, at).is_some_and(|n| n.value >= 2.0)
}

/// Where the figure that starts at `at` ends.
pub(super) fn ends(text: &Text<'_>, at: usize) -> Option<usize> {
    figure(text, at).map(|f| f.tokens.end)
}

/// The figure that starts at `at`.
fn figure(text: &Text<'_>, at: usize) -> Option<Found> {
    let currency = units::before_number(text, at);
    let mut start = currency.as_ref().map_or(at, |c| c.end);
    let negative = is_minus(text, start);
    start += usize::from(negative);
    let mut read = quantity(text, start)?;
    if let Some(currency) = currency {
        read.units = currency.units;
    } else if let Some(unit) = units::after_number(text, read.end) {
        read.end = unit.end;
        read.units = unit.units;
    }
    if read.needs_unit && read.units.is_empty() {
        return None;
    }
    if negative {
        read.values.iter_mut().for_each(|v| *v = -*v);
    }
    let tokens = at..read.end;
    let bound = bounds::bound(text, &tokens);
    let with_bound = bound
        .as_ref()
        .map_or(tokens.clone(), |(_, phrase)| phrase.start.min(tokens.start)..phrase.end.max(tokens.end));
    let rough = bounds::is_rough(text, &tokens);
    // "twice a year" is no figure; "one year" is.
    let weak = read.needs_unit || (read.weak && read.units.is_empty());
    let figure = Figure { values: read.values, units: read.units, bound: bound.map(|(b, _)| b), rough };
    Some(Found { figure, tokens, with_bound, weak })
}

/// A number before its unit is known.
struct Read {
    values: Vec<f64>,
    end: usize,
    units: Vec<Unit>,
    weak: bool,
    /// An article: a number only before a unit, as in `an hour`.
    needs_unit: bool,
}

impl Read {
    fn of(values: Vec<f64>, end: usize) -> Self {
        Self { values, end, units: Vec::new(), weak: false, needs_unit: false }
    }
}

fn quantity(text: &Text<'_>, at: usize) -> Option<Read> {
    let token = text.get(at)?;
    if token.is_digits() || digits::vulgar(text, at).is_some() {
        let mut number = digits::number(text, at)?;
        if let Some((value, end)) = fraction(text, at, &number) {
            return Some(Read::of(vec![value], end));
        }
        if let Some(parts) = parts_word(text, number.end).filter(|_| number.plain) {
            number.values.iter_mut().for_each(|v| *v /= parts);
            return Some(Read::of(number.values, number.end + 1));
        }
        number.end = ordinal_suffix(text, number.end);
        let mut read = Read::of(number.values, number.end);
        if let Some((factor, end)) = multiple(text, read.end) {
            read.values.iter_mut().for_each(|v| *v *= factor);
            read.end = end;
        }
        return Some(read);
    }
    if !token.is_word() {
        return None;
    }
    if let Some((value, end)) = half(text, at) {
        return Some(Read { weak: true, ..Read::of(vec![value], end) });
    }
    if let Some(number) = worded(text, at).filter(|n| !n.bare_multiple) {
        return Some(Read {
            weak: number.weak,
            ..Read::of(vec![number.value], ordinal_suffix(text, number.end))
        });
    }
    if let Some((value, units)) = compound(text, at) {
        return Some(Read { units, ..Read::of(vec![value], at + 1) });
    }
    if let Some(value) = roman::numeral(text, at) {
        return Some(Read::of(vec![value], ordinal_suffix(text, at + 1)));
    }
    let article = match text.language {
        Language::English => matches!(token.folded.as_str(), "a" | "an"),
        Language::Romanian => matches!(token.folded.as_str(), "un" | "o"),
        Language::Polish => false,
    };
    article.then(|| Read { weak: true, needs_unit: true, ..Read::of(vec![1.0], at + 1) })
}

/// A multiple after digits: `5 million`, `120 de mii`, `5 tys.`, `$1.2m`.
fn multiple(text: &Text<'_>, at: usize) -> Option<(f64, usize)> {
    let start = at + usize::from(text.word_is(at, "de"));
    if let Some(number) = worded(text, start).filter(|n| n.bare_multiple) {
        // "tys." and "mil." carry a full stop that is theirs.
        let stop = text.joined(number.end, ".") && text.word_is(number.end.saturating_sub(1), "tys");
        return Some((number.value, number.end + usize::from(stop)));
    }
    let token = text.get(at).filter(|t| !t.spaced && t.is_word())?;
    let factor = match &text.raw[token.span.clone()] {
        "k" | "K" => 1e3,
        "m" | "M"
            if at > 1
                && text.tokens[..at]
                    .iter()
                    .rev()
                    .take(4)
                    .any(|t| matches!(t.folded.as_str(), "$" | "€" | "£")) =>
        {
            1e6
        }
        "bn" => 1e9,
        _ => return None,
    };
    Some((factor, at + 1))
}

/// `1/2`, `6 1/2`: a proper fraction of small numbers.
fn fraction(text: &Text<'_>, at: usize, first: &digits::Number) -> Option<(f64, usize)> {
    let part = |i: usize| text.get(i).filter(|t| t.is_digits()).and_then(|t| t.folded.parse::<f64>().ok());
    let at_slash = |i: usize| text.joined(i, "/") && text.get(i + 1).is_some_and(|t| !t.spaced);
    let proper = |top: f64, bottom: f64| top > 0.0 && top < bottom && bottom <= 20.0;
    if !first.plain {
        return None;
    }
    if at_slash(first.end) && !text.joined(first.end + 2, "/") {
        let (top, bottom) = (part(at)?, part(first.end + 1)?);
        return proper(top, bottom).then(|| (top / bottom, first.end + 2));
    }
    if at_slash(first.end + 1) && part(first.end).is_some() && !text.joined(first.end + 3, "/") {
        let (whole, top, bottom) = (part(at)?, part(first.end)?, part(first.end + 2)?);
        return proper(top, bottom).then(|| (whole + top / bottom, first.end + 3));
    }
    None
}

/// `half`, `jumătate`, `pół`, `półtora`, `two thirds`, `trzy czwarte`.
fn half(text: &Text<'_>, at: usize) -> Option<(f64, usize)> {
    let word = text.get(at)?.folded.as_str();
    let article =
        |at: usize| at + usize::from(["a", "an", "de", "of", "o"].iter().any(|a| text.word_is(at, a)));
    let value = match (text.language, word) {
        (Language::English, "half") | (Language::Romanian, "jumatate") | (Language::Polish, "pol") => 0.5,
        (Language::Polish, "poltora" | "poltorej") => 1.5,
        (Language::Romanian, "treime") => 1.0 / 3.0,
        (Language::Romanian, "sfert") => 0.25,
        _ => {
            let top = worded(text, at).filter(|n| !n.bare_multiple)?;
            let bottom = parts_word(text, top.end)?;
            return Some((top.value / bottom, top.end + 1));
        }
    };
    let end = article(at + 1);
    Some((value, if units::unit(text, end).is_some() { end } else { at + 1 }))
}

/// Into how many parts a fraction word divides: `thirds`, `sferturi`, `czwarte`.
fn parts_word(text: &Text<'_>, at: usize) -> Option<f64> {
    match text.get(at)?.folded.as_str() {
        "thirds" | "treimi" | "trzecie" | "trzecich" => Some(3.0),
        "quarters" | "sferturi" | "czwarte" | "czwartych" | "patrimi" => Some(4.0),
        "fifths" | "cincimi" | "piate" | "piatych" => Some(5.0),
        _ => None,
    }
}

/// Polish words that hold number and unit: `trzyletni`, `dwutygodniowy`, `czterogodzinny`.
fn compound(text: &Text<'_>, at: usize) -> Option<(f64, Vec<Unit>)> {
    const NUMBERS: &[(&str, f64)] = &[
        ("jedno", 1.0),
        ("dwudziesto", 20.0),
        ("dwunasto", 12.0),
        ("dwu", 2.0),
        ("trzydziesto", 30.0),
        ("trzy", 3.0),
        ("czternasto", 14.0),
        ("cztero", 4.0),
        ("piecio", 5.0),
        ("szescio", 6.0),
        ("siedmio", 7.0),
        ("osmio", 8.0),
        ("dziewiecio", 9.0),
        ("dziesiecio", 10.0),
        ("pol", 0.5),
    ];
    if text.language != Language::Polish {
        return None;
    }
    let word = text.get(at)?.folded.as_str();
    NUMBERS.iter().find_map(|(number, value)| {
        units::adjective(word.strip_prefix(number)?).map(|unit| (*value, vec![unit]))
    })
}

/// Steps over `st`, `th`, `-lea`, `-a`, `-szy`, `-tego`.
fn ordinal_suffix(text: &Text<'_>, at: usize) -> usize {
    let suffix = |at: usize, forms: &[&str]| {
        text.get(at).is_some_and(|t| !t.spaced && t.is_word() && forms.contains(&t.folded.as_str()))
    };
    if suffix(at, &["st", "nd", "rd", "th", "lea", "ulea"]) {
        return at + 1;
    }
    let dash = text.get(at).is_some_and(|t| t.is_dash() && !t.spaced);
    let forms = [
        "lea", "ulea", "a", "szy", "gi", "ty", "my", "sty", "go", "tego", "ego", "tej", "ta", "te", "tym",
        "mu", "th", "st",
    ];
    if dash && suffix(at + 1, &forms) { at + 2 } else { at }
}

/// A minus sign: it stands before digits and not after a number or a word.
fn is_minus(text: &Text<'_>, at: usize) -> bool {
    text.get(at).is_some_and(|t| t.is_dash() && t.spaced)
        && text.get(at + 1).is_some_and(|t| t.is_digits() && !t.spaced)
        && !text.before(at).is_some_and(|t| t.is_digits())
}

/// In `5-10 days` and `between 5 and 10 days` the first figure has the unit of the second.
fn inherit(text: &Text<'_>, found: &mut [Found], second: &Found) {
    let Some(first) = found.last_mut().filter(|f| f.figure.units.is_empty() && second.figure.has_unit())
    else {
        return;
    };
    let between = first.tokens.end..second.tokens.start;
    let joins = match between.len() {
        1 => text.get(between.start).is_some_and(|t| {
            t.is_dash()
                || t.is("/")
                || t.is(",")
                || ["to", "and", "or", "la", "si", "sau", "do", "i", "lub", "a"].contains(&t.folded.as_str())
        }),
        2 => text.word_is(between.start, "pana") && text.word_is(between.start + 1, "la"),
        _ => false,
    };
    if joins {
        first.figure.units.clone_from(&second.figure.units);
        first.weak = false;
    }
}

/// Whether a unit stands at `at`, after a number.
pub(super) fn unit_follows(text: &Text<'_>, at: usize) -> bool {
    units::after_number(text, at).is_some()
}

/// Every unit the text names, with a number or without: the head of a column, `prices in euro`.
pub(super) fn units_named(text: &Text<'_>) -> Vec<Unit> {
    (0..text.tokens.len()).filter_map(|at| units::unit(text, at)).flat_map(|read| read.units).collect()
}

#[cfg(test)]
mod tests;
