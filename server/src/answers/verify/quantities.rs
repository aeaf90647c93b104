//! Figures and dates of a text together: one span can be read as either, `2000` as a number and as a year, `9.30` as a time.

use std::ops::Range;

use super::dates::{self, PartialDate, Reading, Time};
use super::figures::{self, Figure, Same};
use super::tokens::Text;

/// Something a quantity can mean.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Figure(Figure),
    Date(PartialDate),
    Time(Time),
    Decade(u16),
    Weekday(u8),
}

/// A figure, a date or a time in a text, with all it can mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    values: Vec<Value>,
    pub(super) tokens: Range<usize>,
    /// With the words that bound it.
    pub(super) with_bound: Range<usize>,
    /// A word that often is no number.
    pub(super) weak: bool,
    /// A date or time first of all.
    pub(super) is_date: bool,
}

impl Quantity {
    /// How this quantity of the claim compares with one of the evidence, by the readings that fit best.
    pub(super) fn compare(&self, evidence: &Self) -> Same {
        let pairs = self.values.iter().flat_map(|a| evidence.values.iter().map(move |b| (a, b)));
        pairs.map(|(a, b)| same(a, b)).max().unwrap_or(Same::No)
    }

    /// Least or most, when it is bounded.
    pub(super) fn bound(&self) -> Option<figures::Bound> {
        self.figure().and_then(|f| f.bound)
    }

    /// The figure it is, when it can be one.
    pub(super) fn figure(&self) -> Option<&Figure> {
        self.values.iter().find_map(|v| if let Value::Figure(f) = v { Some(f) } else { None })
    }

    fn dates(&self) -> impl Iterator<Item = &PartialDate> {
        self.values.iter().filter_map(|v| if let Value::Date(d) = v { Some(d) } else { None })
    }

    /// Whether a date is said in pieces: its day and month by one date of the evidence, its year by another.
    pub(super) fn is_said_in_pieces(&self, evidence: &[&Self]) -> bool {
        self.dates().filter(|d| d.month.is_some() && d.year.is_some()).any(|claim| {
            let rest = PartialDate { year: None, ..*claim };
            let others = || evidence.iter().flat_map(|q| q.dates());
            others().any(|d| rest.is_said_by(d) && claim.agrees(d))
                && others().any(|d| d.is_year() && d.year == claim.year)
        })
    }

    /// Whether the two are of one kind, so that one can stand in the other's place.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let (a, b) = (self.figure(), other.figure());
        self.is_date == other.is_date
            && match (a, b) {
                (Some(a), Some(b)) => a.has_unit() == b.has_unit() || self.is_date,
                _ => true,
            }
    }
}

fn same(claim: &Value, evidence: &Value) -> Same {
    let equal = match (claim, evidence) {
        (Value::Figure(a), Value::Figure(b)) => return a.compare(b),
        (Value::Date(a), Value::Date(b)) => a.is_said_by(b),
        (Value::Time(a), Value::Time(b)) => a.is(b),
        // "In the 1970s" is said by 1977.
        (Value::Decade(a), Value::Date(b)) => b.year.is_some_and(|year| year - year % 10 == *a),
        (Value::Decade(a), Value::Decade(b)) => a == b || ((*a < 100 || *b < 100) && a % 100 == b % 100),
        (Value::Weekday(a), Value::Weekday(b)) => a == b,
        _ => false,
    };
    if equal { Same::Yes } else { Same::No }
}

/// The quantities of a text outside the tokens in `taken`, in order; their tokens are taken afterwards.
pub(super) fn quantities(text: &Text<'_>, taken: &mut [bool]) -> Vec<Quantity> {
    let mut out: Vec<Quantity> =
        dates::dates(text, taken).into_iter().map(|f| of_date(f.readings, f.tokens)).collect();
    mark(taken, out.iter().map(|q| &q.tokens));
    let found = figures::figures(text, taken);
    mark(taken, found.iter().map(|f| &f.tokens));
    out.extend(found.into_iter().map(|f| of_figure(text, f)));
    out.sort_by_key(|q| q.tokens.start);
    out
}

fn mark<'a>(taken: &mut [bool], ranges: impl Iterator<Item = &'a Range<usize>>) {
    for range in ranges {
        if let Some(part) = taken.get_mut(range.clone()) {
            part.fill(true);
        }
    }
}

fn of_date(readings: Vec<Reading>, tokens: Range<usize>) -> Quantity {
    let mut values = Vec::new();
    for reading in readings {
        match reading {
            Reading::Date(date) => {
                // A year alone can be any number.
                if let Some(year) = date.year.filter(|_| date.is_year()) {
                    values.push(Value::Figure(Figure::plain(f64::from(year))));
                }
                values.push(Value::Date(date));
            }
            Reading::Time(time) => values.push(Value::Time(time)),
            Reading::Decade(decade) => {
                // "The 1700s" are ten years or the 18th century.
                if decade >= 1000 && decade % 100 == 0 {
                    values.push(Value::Figure(Figure::century(decade / 100 + 1)));
                }
                values.push(Value::Decade(decade));
            }
            Reading::Weekday(day) => values.push(Value::Weekday(day)),
        }
    }
    Quantity { values, with_bound: tokens.clone(), tokens, weak: false, is_date: true }
}

fn of_figure(text: &Text<'_>, found: figures::Found) -> Quantity {
    let mut values = Vec::new();
    if let Some(year) =
        found.figure.bare_integer().and_then(|v| u16::try_from(v).ok()).filter(|v| (100..=2100).contains(v))
    {
        values.push(Value::Date(PartialDate::year(year)));
    }
    values.extend(dates::disguised_time(text, &found.tokens).map(Value::Time));
    values.push(Value::Figure(found.figure));
    Quantity { values, tokens: found.tokens, with_bound: found.with_bound, weak: found.weak, is_date: false }
}
