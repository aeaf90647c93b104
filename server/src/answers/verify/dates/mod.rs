//! Dates and times, compared as partial dates: `3 May 2020`, `03.05.2020` and `2020-05-03` are one day, and `May 2020` is said by it.

mod months;
mod partial;
mod times;

use std::ops::Range;

use footnote_index::Language;

use super::tokens::Text;

use months::{month, weekday};
pub(super) use partial::PartialDate;
pub(super) use times::Time;

/// What a span of text can be read as.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reading {
    /// A date or a part of one.
    Date(PartialDate),
    /// A time of the day.
    Time(Time),
    /// Ten years from this one on; below 100 when the century is unsaid.
    Decade(u16),
    /// A day of the week, from 1 for Monday.
    Weekday(u8),
}

/// A date or time in a text, with all it can mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) readings: Vec<Reading>,
    pub(super) tokens: Range<usize>,
}

/// The dates and times of a text, outside the tokens in `taken`, in order.
pub(super) fn dates(text: &Text<'_>, taken: &[bool]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let here =
            date(text, at).filter(|f| f.tokens.clone().all(|i| !taken.get(i).copied().unwrap_or(false)));
        if let Some(date) = here {
            at = date.tokens.end.max(at + 1);
            found.push(date);
        } else {
            at += 1;
        }
    }
    found
}

/// Where the date that starts at `at` ends.
pub(super) fn ends(text: &Text<'_>, at: usize) -> Option<usize> {
    date(text, at).map(|f| f.tokens.end)
}

/// A figure `9.00` where it can be a time.
pub(super) fn disguised_time(text: &Text<'_>, tokens: &Range<usize>) -> Option<Time> {
    times::disguised(text, tokens)
}

fn date(text: &Text<'_>, at: usize) -> Option<Found> {
    let token = text.get(at)?;
    let one = |reading: Reading, tokens: Range<usize>| Found { readings: vec![reading], tokens };
    if let Some((time, tokens)) = times::time(text, at) {
        return Some(one(Reading::Time(time), tokens));
    }
    if token.is_digits() {
        return numeric(text, at)
            .or_else(|| day_month(text, at))
            .or_else(|| decade(text, at))
            .or_else(|| year(text, at).map(|(y, end)| one(Reading::Date(PartialDate::year(y)), at..end)));
    }
    if token.is("'") || token.is("’") {
        return decade(text, at);
    }
    if let Some(found) = month_first(text, at) {
        return Some(found);
    }
    let counted = is_counted(text, at);
    let capital = text.language != Language::English || token.capital;
    weekday(&token.folded, text.language)
        .filter(|_| !counted && capital && token.is_word())
        .map(|day| one(Reading::Weekday(day), at..at + 1))
}

/// Romanian "luni" is Monday and months: "24 de luni", "șase luni", "câteva luni", "luni de zile".
fn is_counted(text: &Text<'_>, at: usize) -> bool {
    let of = text.before(at).is_some_and(|t| t.folded == "de");
    let number = at.checked_sub(1 + usize::from(of)).is_some_and(|i| super::figures::is_number(text, i));
    let several = text.before(at).is_some_and(|t| {
        ["cateva", "multe", "putine", "ultimele", "primele", "urmatoarele", "unor", "alte", "doua"]
            .contains(&t.folded.as_str())
    });
    number || several || (text.word_is(at, "luni") && text.phrase(at + 1, "de zile").is_some())
}

/// `2020-05-03`, `03.05.2020`, `3/5/20`, `05/2020`.
fn numeric(text: &Text<'_>, at: usize) -> Option<Found> {
    let digits =
        |i: usize| text.get(i).filter(|t| t.is_digits() && (i == at || !t.spaced)).map(|t| t.folded.as_str());
    let mark = |i: usize| {
        text.get(i).filter(|t| !t.spaced && (t.is(".") || t.is("/") || t.is_dash())).map(|t| t.folded.clone())
    };
    let (a, first, b) = (digits(at)?, mark(at + 1)?, digits(at + 2)?);
    let value = |s: &str| s.parse::<u16>().ok();
    let small = |s: &str| value(s).and_then(|v| u8::try_from(v).ok()).filter(|_| s.len() <= 2);
    let three = mark(at + 3).filter(|second| *second == first).and_then(|_| digits(at + 4));
    let mut readings = Vec::new();
    if let Some(c) = three {
        if a.len() == 4 {
            readings.extend(PartialDate::new(value(a), small(b)?, Some(small(c)?)));
        } else {
            let year = match c.len() {
                4 => value(c)?,
                2 => century(value(c)?),
                _ => return None,
            };
            readings.extend(PartialDate::new(Some(year), small(b)?, Some(small(a)?)));
            if first == "/" || first == "-" {
                readings.extend(PartialDate::new(Some(year), small(a)?, Some(small(b)?)));
            }
        }
        return found(readings, at..at + 5);
    }
    if (first == "/" || first == ".") && a.len() <= 2 && b.len() == 4 {
        readings.extend(PartialDate::new(
            Some(value(b)?).filter(|y| (1900..2100).contains(y)),
            small(a)?,
            None,
        ));
        readings.retain(|d| d.year.is_some());
        return found(readings, at..at + 3);
    }
    None
}

/// `3 May 2020`, `3rd of May`, `3-5 May 2020`, `3 maja 2020 r.`
fn day_month(text: &Text<'_>, at: usize) -> Option<Found> {
    let day = day(text, at)?;
    let mut next = at + 1;
    if text.get(next).is_some_and(|t| !t.spaced && ["st", "nd", "rd", "th"].contains(&t.folded.as_str())) {
        next += 1;
    }
    next += usize::from(text.joined(next, "."));
    // The end of a range carries the month for its start: the start is read alone, and its end comes after it.
    let joins = |i: usize| {
        text.get(i).is_some_and(|t| {
            t.is_dash() || ["to", "and", "si", "la", "do", "i", "a"].contains(&t.folded.as_str())
        })
    };
    let range = (joins(next) || text.word_is(next, "pana"))
        .then(|| next + 1 + usize::from(text.word_is(next, "pana")))
        .filter(|i| self::day(text, *i).is_some());
    let name = range.map_or(next, |i| i + 1);
    let name = name + usize::from(text.word_is(name, "of")) + usize::from(text.word_is(name, "luna"));
    let token = text.get(name).filter(|t| t.is_word())?;
    let (month, _) = month(&token.folded, text.language)?;
    if text.language == Language::English && !token.capital || is_more(text, name) {
        return None;
    }
    let end = name + 1 + usize::from(text.joined(name + 1, ".") && token.folded.len() <= 5);
    let end =
        end + usize::from(text.get(end).is_some_and(|t| t.is(",")) && four_digits(text, end + 1).is_some());
    let year = year(text, end);
    let date = PartialDate::new(year.map(|(y, _)| y), month, Some(day))?;
    let stop = if range.is_some() { at + 1 } else { year.map_or(end, |(_, after)| after) };
    found(vec![date], at..stop)
}

/// Romanian "cele 3 mai mari": "mai" is "more" before an adjective.
fn is_more(text: &Text<'_>, at: usize) -> bool {
    const ADJECTIVES: &[&str] = &[
        "mari",
        "mare",
        "mici",
        "mica",
        "mic",
        "mult",
        "multe",
        "multi",
        "multa",
        "putin",
        "putine",
        "putini",
        "importante",
        "importanti",
        "vechi",
        "bune",
        "buni",
        "bun",
        "noi",
        "tineri",
        "recente",
        "inalte",
        "inalti",
        "lungi",
        "lung",
        "ieftine",
        "scumpe",
        "rapide",
        "frecvente",
        "cunoscute",
        "cunoscuti",
        "mici",
    ];
    text.word_is(at, "mai") && text.get(at + 1).is_some_and(|t| ADJECTIVES.contains(&t.folded.as_str()))
}

/// `May 3, 2020`, `May 2020`, `in May`.
fn month_first(text: &Text<'_>, at: usize) -> Option<Found> {
    let token = text.get(at).filter(|t| t.is_word())?;
    let (month, sure) = month(&token.folded, text.language)?;
    if text.language == Language::English && !token.capital {
        return None;
    }
    let next = at + 1 + usize::from(text.joined(at + 1, ".") && token.folded.len() <= 4);
    if let Some((year, end)) = year(text, next) {
        return found(PartialDate::new(Some(year), month, None).into_iter().collect(), at..end);
    }
    if text.language == Language::English
        && let Some(day) = day(text, next)
    {
        let suffix = text
            .get(next + 1)
            .is_some_and(|t| !t.spaced && ["st", "nd", "rd", "th"].contains(&t.folded.as_str()));
        let after = next + 1 + usize::from(suffix);
        let comma = after + usize::from(text.get(after).is_some_and(|t| t.is(",")));
        let year = four_digits(text, comma).and_then(|_| self::year(text, comma));
        let date = PartialDate::new(year.map(|(y, _)| y), month, Some(day))?;
        return found(vec![date], at..year.map_or(after, |(_, end)| end));
    }
    let led = text.before(at).is_some_and(|t| {
        ["in", "of", "since", "until", "by", "early", "late", "mid", "from", "luna", "lunii", "w", "od", "do"]
            .contains(&t.folded.as_str())
    });
    // "mai" is "more", "may" a verb, "marca" a brand.
    let plain = sure
        || (led && token.capital)
        || (led && text.before(at).is_some_and(|t| t.folded.starts_with("lun")));
    if plain { found(PartialDate::new(None, month, None).into_iter().collect(), at..at + 1) } else { None }
}

/// `1990s`, `the 90s`, `anii '90`, `lata 90.`
fn decade(text: &Text<'_>, at: usize) -> Option<Found> {
    let start = at + usize::from(text.get(at).is_some_and(|t| t.is("'") || t.is("’")));
    let token = text.get(start).filter(|t| t.is_digits() && matches!(t.folded.len(), 2 | 4))?;
    let value: u16 = token.folded.parse().ok().filter(|v| v % 10 == 0)?;
    let plural = text.get(start + 1).is_some_and(|t| !t.spaced && t.folded == "s")
        || ((text.joined(start + 1, "'") || text.joined(start + 1, "’")) && text.word_is(start + 2, "s"));
    let led = text
        .before(at)
        .is_some_and(|t| ["anii", "anilor", "lata", "lat", "latach", "latami"].contains(&t.folded.as_str()));
    if !(plural || led) {
        return None;
    }
    let end = if text.joined(start + 1, "'") || text.joined(start + 1, "’") {
        start + 3
    } else {
        start + 1 + usize::from(plural)
    };
    Some(Found { readings: vec![Reading::Decade(value)], tokens: at..end.min(text.tokens.len()) })
}

/// A year at `at` and the token after it, with its `r.` or `roku`. The short end of a range, as in `1914–18`, is one too.
fn year(text: &Text<'_>, at: usize) -> Option<(u16, usize)> {
    let token = text.get(at).filter(|t| t.is_digits())?;
    let value: u16 = token.folded.parse().ok()?;
    let after = |end: usize| match text.get(end).map(|t| t.folded.as_str()) {
        Some("r") => end + 1 + usize::from(text.joined(end + 1, ".")),
        Some("roku" | "rok" | "rokiem") => end + 1,
        _ => end,
    };
    let number = text.get(at + 1).is_some_and(|t| !t.spaced && (t.is(".") || t.is(",")))
        && text.get(at + 2).is_some_and(|t| t.is_digits() && !t.spaced);
    let in_number =
        number || (!token.spaced && text.before(at).is_some_and(|t| t.is(".") || t.is(",") || t.is("/")));
    let glued = text.get(at + 1).is_some_and(|t| !t.spaced && t.is_word());
    if token.folded.len() == 2 && !token.spaced && !in_number && !glued {
        let start = at.checked_sub(2).and_then(|i| four_digits(text, i))?;
        let range = text.before(at).is_some_and(|t| t.is_dash() && !t.spaced) && value > start % 100;
        return range.then(|| (start - start % 100 + value, after(at + 1)));
    }
    let named = after(at + 1) > at + 1
        || text.before(at).is_some_and(|t| ["anul", "anului", "rok", "roku"].contains(&t.folded.as_str()));
    let plausible = (1000..=2100).contains(&value) && token.folded.len() == 4;
    let counted = super::figures::unit_follows(text, at + 1) && !named;
    let money = text.before(at).is_some_and(|t| ["$", "€", "£"].contains(&t.folded.as_str()));
    let is_year = (plausible || (named && value >= 100)) && !in_number && !glued && !counted && !money;
    is_year.then(|| (value, after(at + 1)))
}

fn four_digits(text: &Text<'_>, at: usize) -> Option<u16> {
    text.get(at).filter(|t| t.is_digits() && t.folded.len() == 4)?.folded.parse().ok()
}

fn day(text: &Text<'_>, at: usize) -> Option<u8> {
    text.get(at)
        .filter(|t| t.is_digits() && t.folded.len() <= 2)?
        .folded
        .parse()
        .ok()
        .filter(|d| (1..=31).contains(d))
}

/// The year of two digits: of this century up to 49.
fn century(short: u16) -> u16 {
    if short < 50 { 2000 + short } else { 1900 + short }
}

fn found(dates: Vec<PartialDate>, tokens: Range<usize>) -> Option<Found> {
    (!dates.is_empty()).then(|| Found { readings: dates.into_iter().map(Reading::Date).collect(), tokens })
}

#[cfg(test)]
mod tests;
