//! Units and currencies in symbols and words, with what one is worth in the first unit of its dimension.

mod table;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::tokens::{Text, listed};

/// What is measured. Two figures with units compare only inside one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dimension {
    Percent,
    PercentPoint,
    Mass,
    Length,
    Area,
    Volume,
    /// Seconds to weeks: lengths of time that are always the same.
    Time,
    /// Days on which people work.
    WorkingTime,
    /// Months and years, of twelve months.
    Calendar,
    Century,
    Speed,
    Temperature,
    TemperatureFahrenheit,
    Voltage,
    Power,
    Energy,
    Data,
    Frequency,
    Angle,
    Leu,
    Zloty,
    Euro,
    Dollar,
    Pound,
    Franc,
    Yen,
    Ruble,
    Koruna,
    Forint,
}

/// A unit as one of its dimension's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Unit {
    pub(super) dimension: Dimension,
    pub(super) factor: f64,
}

/// What a day is in seconds, the first unit of time.
pub(super) const DAY: f64 = 86_400.0;

/// A unit read from tokens: all it can mean (`pounds`), and the token after it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    pub(super) units: Vec<Unit>,
    pub(super) end: usize,
}

/// Phrases by their first word, and words with their units by language: every word of every text is looked up.
type Tables =
    (HashMap<&'static str, Vec<(&'static str, Unit)>>, HashMap<(&'static str, &'static str), Vec<Unit>>);

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let (mut first, mut words): Tables = Default::default();
    for (phrase, unit) in table::PHRASES {
        first.entry(phrase.split(' ').next().unwrap_or(phrase)).or_default().push((*phrase, *unit));
    }
    for (languages, forms, unit) in table::WORDS {
        for language in *languages {
            for form in forms.split(' ') {
                words.entry((language.code(), form)).or_default().push(*unit);
            }
        }
    }
    (first, words)
});

/// Words that may stand between a number and its unit.
const BETWEEN: &str = "operating full consecutive whole complete additional extra further more successive paid \
    kolejnych kolejne pelnych pelne dodatkowych dodatkowe nastepnych";

/// The unit at `at`, which stands after a number: `kg`, `de zile`, `-minute`, `m²`, `km/h`, `metri pătrați`, `zł`.
pub(super) fn after_number(text: &Text<'_>, at: usize) -> Option<Read> {
    let hyphen =
        text.get(at).is_some_and(|t| t.is_dash() && !t.spaced) && text.get(at + 1).is_some_and(|t| !t.spaced);
    let mut start = at + usize::from(hyphen || text.word_is(at, "de"));
    // "500 operating hours", "two full years", "trzech kolejnych miesięcy".
    start += usize::from(text.get(start).is_some_and(|t| t.is_word() && listed(BETWEEN, &t.folded)));
    unit(text, start)
}

/// The currency that starts at `at` and stands before its number: `$`, `US$`, `EUR`.
pub(super) fn before_number(text: &Text<'_>, at: usize) -> Option<Read> {
    let read = unit(text, at)?;
    let token = text.get(at)?;
    let money = read.units.iter().all(|u| u.dimension >= Dimension::Leu);
    let symbol = !token.is_word() || token.caps;
    (money && symbol).then_some(read)
}

/// The unit that starts exactly at `at`, the longest one.
pub(super) fn unit(text: &Text<'_>, at: usize) -> Option<Read> {
    let token = text.get(at)?;
    if let Some(read) = symbol(text, at) {
        return Some(read);
    }
    if !token.is_word() {
        return None;
    }
    let (first, words) = &*TABLES;
    for (phrase, unit) in first.get(token.folded.as_str()).into_iter().flatten() {
        if let Some(length) = text.phrase(at, phrase) {
            return Some(Read { units: vec![*unit], end: at + length });
        }
    }
    let mut units = words.get(&(text.language.code(), token.folded.as_str())).cloned().unwrap_or_default();
    if units.is_empty() {
        let stem = table::ADJECTIVES
            .iter()
            .find(|(language, stem, _)| *language == text.language && token.folded.starts_with(stem));
        units.extend(stem.map(|(_, _, unit)| *unit));
    }
    (!units.is_empty()).then_some(Read { units, end: at + 1 })
}

/// The unit of the second part of a Polish compound adjective, as in `trzyletni`.
pub(super) fn adjective(word: &str) -> Option<Unit> {
    table::ADJECTIVES.iter().find(|(_, stem, _)| word.starts_with(stem)).map(|(_, _, unit)| *unit)
}

/// Symbols, whose case counts: `MB` is no `Mb`, `W` is no Polish `w`.
fn symbol(text: &Text<'_>, at: usize) -> Option<Read> {
    let raw = |i: usize| text.get(i).map(|t| &text.raw[t.span.clone()]);
    let joined = |i: usize| text.get(i).filter(|t| !t.spaced).and_then(|_| raw(i));
    let first = raw(at)?;
    // Longest first: three tokens (km/h), two (m², °C, US$), one.
    for length in [3, 2, 1] {
        let mut name = first.to_owned();
        let whole = (1..length).all(|i| {
            joined(at + i).is_some_and(|part| {
                name.push_str(part);
                true
            })
        });
        if !whole {
            continue;
        }
        if let Some((_, unit)) = table::SYMBOLS.iter().find(|(symbol, _)| *symbol == name) {
            return Some(Read { units: vec![*unit], end: at + length });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use footnote_index::Language;

    fn dimension(text: &str, language: Language) -> Option<(Dimension, f64)> {
        let text = format!("5{}{text}", if text.starts_with('-') { "" } else { " " });
        after_number(&Text::read(&text, language), 1).map(|r| (r.units[0].dimension, r.units[0].factor))
    }

    #[test]
    fn symbols_words_and_inflected_words_meet() {
        use Language::{English, Polish, Romanian};
        for (text, language, expected) in [
            ("kg", English, (Dimension::Mass, 1000.0)),
            ("kilogramów", Polish, (Dimension::Mass, 1000.0)),
            ("de lei", Romanian, (Dimension::Leu, 1.0)),
            ("RON", Romanian, (Dimension::Leu, 1.0)),
            ("złotych", Polish, (Dimension::Zloty, 1.0)),
            ("zł", Polish, (Dimension::Zloty, 1.0)),
            ("-minute", English, (Dimension::Time, 60.0)),
            ("miesięcy", Polish, (Dimension::Calendar, 1.0)),
            ("-letnia", Polish, (Dimension::Calendar, 12.0)),
            ("de zile lucrătoare", Romanian, (Dimension::WorkingTime, 1.0)),
            ("m²", English, (Dimension::Area, 1.0)),
            ("km/h", English, (Dimension::Speed, 1.0)),
            ("°C", English, (Dimension::Temperature, 1.0)),
            ("la sută", Romanian, (Dimension::Percent, 1.0)),
        ] {
            assert_eq!(dimension(text, language), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_of_other_languages_and_cases_are_no_units() {
        assert_eq!(dimension("ore", Language::English), None);
        assert_eq!(dimension("w", Language::Polish), None);
        assert_eq!(dimension("people", Language::English), None);
    }
}
