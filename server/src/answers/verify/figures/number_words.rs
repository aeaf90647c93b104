//! Numbers written with words, in English, Romanian and Polish: `twenty-five`, `o sută douăzeci și cinci`, `dwadzieścia pięć`.

mod english;
mod polish;
mod romanian;

use footnote_index::Language;

use super::super::tokens::Text;

/// What a number word does to the number it is part of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// 0 to 19.
    Unit(f64),
    /// 20 to 90.
    Ten(f64),
    /// Hundreds with their count in them, as in Polish `dwieście`.
    Hundreds(f64),
    /// Multiplies what stands before it: hundred, thousand, million.
    Times(f64),
    /// Ends the number: `third`, `piąty`, `al cincilea`.
    Ordinal(f64),
    /// An article that counts as one before a multiple: `a hundred`, `o sută`, `un milion`.
    Article,
}

/// A number in words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Worded {
    pub(super) value: f64,
    /// The token after it.
    pub(super) end: usize,
    /// A word that often is no number: `one`, `first`, `second`, `nouă`.
    pub(super) weak: bool,
    /// Only a multiple, as in `1.5 million`: it needs a number before it.
    pub(super) bare_multiple: bool,
}

/// The number whose words start at `at`.
pub(super) fn worded(text: &Text<'_>, at: usize) -> Option<Worded> {
    let (mut total, mut group) = (0.0, 0.0);
    let mut last: Option<Part> = None;
    let mut next = at;
    let mut count = 0;
    let mut end = at;
    while let Some(part) = part(text, next) {
        if !follows(last, part) {
            break;
        }
        match part {
            Part::Article => {
                // An article alone is no number.
                if !matches!(self::part(text, next + 1), Some(Part::Times(_))) {
                    break;
                }
                group = 1.0;
            }
            Part::Unit(v) | Part::Ten(v) | Part::Hundreds(v) | Part::Ordinal(v) => group += v,
            Part::Times(v) if v < 1000.0 => group = f64::max(group, 1.0) * v,
            Part::Times(v) => {
                total += f64::max(group, 1.0) * v;
                group = 0.0;
            }
        }
        last = Some(part);
        count += 1;
        next += 1;
        end = next;
        next = connector(text, next, part);
    }
    let last = last.filter(|_| end > at)?;
    let first = part(text, at);
    let weak = count == 1 && is_weak(text, last);
    let bare_multiple = matches!(first, Some(Part::Times(_)));
    Some(Worded { value: total + group, end, weak, bare_multiple })
}

fn part(text: &Text<'_>, at: usize) -> Option<Part> {
    let token = text.get(at).filter(|t| t.is_word())?;
    match text.language {
        Language::English => english::part(&token.folded),
        Language::Romanian => romanian::part(&token.folded),
        Language::Polish => polish::part(&token.folded),
    }
}

/// Whether a part can stand after the one before it.
fn follows(last: Option<Part>, next: Part) -> bool {
    match (last, next) {
        (None, _)
        | (Some(Part::Times(_)), Part::Unit(_) | Part::Ten(_) | Part::Hundreds(_) | Part::Ordinal(_)) => true,
        (Some(Part::Times(a)), Part::Times(b)) => b > a && a < 1000.0,
        (Some(Part::Ten(_)), Part::Unit(v) | Part::Ordinal(v)) => v > 0.0 && v < 10.0,
        (Some(Part::Ten(_) | Part::Unit(_) | Part::Hundreds(_)), Part::Times(_)) => true,
        (Some(Part::Hundreds(_)), Part::Unit(_) | Part::Ten(_) | Part::Ordinal(_)) => true,
        (Some(Part::Article), Part::Times(_)) => true,
        // Polish counts both parts of an ordinal: "dwudziesty piąty".
        (Some(Part::Ordinal(a)), Part::Ordinal(b)) => a >= 20.0 && b < 10.0,
        _ => false,
    }
}

/// Steps over the little word or hyphen between two parts, when a part does follow it.
fn connector(text: &Text<'_>, at: usize, before: Part) -> usize {
    let Some(token) = text.get(at) else { return at };
    let steps = match text.language {
        Language::English => {
            (token.is_dash() && matches!(before, Part::Ten(_)))
                || (token.folded == "and" && matches!(before, Part::Times(_)))
        }
        Language::Romanian => {
            (token.folded == "si" && matches!(before, Part::Ten(_) | Part::Times(_)))
                || (token.folded == "de" && matches!(part(text, at + 1), Some(Part::Times(v)) if v >= 1000.0))
        }
        Language::Polish => false,
    };
    if steps && part(text, at + 1).is_some_and(|next| follows(Some(before), next)) { at + 1 } else { at }
}

fn is_weak(text: &Text<'_>, last: Part) -> bool {
    match last {
        Part::Ordinal(v) => v <= 2.0,
        // "nouă" also means "new" and "to us".
        Part::Unit(v) => v == 1.0 || (v == 9.0 && text.language == Language::Romanian),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, language: Language) -> Option<f64> {
        worded(&Text::read(text, language), 0).map(|w| w.value)
    }

    #[test]
    fn english() {
        for (words, expected) in [
            ("twenty-five", 25.0),
            ("one hundred and twenty", 120.0),
            ("two thousand five hundred", 2500.0),
            ("a million", 1_000_000.0),
            ("twelve hundred", 1200.0),
            ("three hundred thousand", 300_000.0),
            ("twenty-first", 21.0),
            ("five", 5.0),
        ] {
            assert_eq!(value(words, Language::English), Some(expected), "{words}");
        }
        assert_eq!(value("a car", Language::English), None);
    }

    #[test]
    fn romanian() {
        for (words, expected) in [
            ("douăzeci și cinci", 25.0),
            ("o sută", 100.0),
            ("o sută douăzeci și una", 121.0),
            ("două mii cinci sute", 2500.0),
            ("douăsprezece", 12.0),
            ("douăzeci de mii", 20_000.0),
            ("un milion", 1_000_000.0),
            ("cincilea", 5.0),
        ] {
            assert_eq!(value(words, Language::Romanian), Some(expected), "{words}");
        }
        assert_eq!(value("o mașină", Language::Romanian), None);
    }

    #[test]
    fn polish() {
        for (words, expected) in [
            ("dwadzieścia pięć", 25.0),
            ("dwiema", 2.0),
            ("pięciu", 5.0),
            ("stu dwudziestu", 120.0),
            ("dwa tysiące pięćset", 2500.0),
            ("pięć tysięcy", 5000.0),
            ("dwudziesty piąty", 25.0),
            ("trzeciego", 3.0),
        ] {
            assert_eq!(value(words, Language::Polish), Some(expected), "{words}");
        }
    }
}
