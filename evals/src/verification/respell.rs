//! Figures and dates in another spelling: `1,200` as `1200`, `5` as `five`, `3 May 2020` as `2020-05-03`. What is said stays the same.

use footnote_index::Language;

use super::words::{in_case_of, replace, words};

/// Small numbers as words; of Romanian and Polish the forms that stand in many places.
fn small(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => &[
            ("2", "two"),
            ("3", "three"),
            ("4", "four"),
            ("5", "five"),
            ("6", "six"),
            ("7", "seven"),
            ("8", "eight"),
            ("9", "nine"),
            ("10", "ten"),
            ("11", "eleven"),
            ("12", "twelve"),
            ("15", "fifteen"),
            ("20", "twenty"),
            ("25", "twenty-five"),
            ("30", "thirty"),
            ("50", "fifty"),
        ],
        Language::Romanian => &[
            ("2", "două"),
            ("3", "trei"),
            ("4", "patru"),
            ("5", "cinci"),
            ("6", "șase"),
            ("7", "șapte"),
            ("8", "opt"),
            ("10", "zece"),
            ("11", "unsprezece"),
            ("12", "douăsprezece"),
            ("15", "cincisprezece"),
            ("20", "douăzeci"),
            ("25", "douăzeci și cinci"),
            ("30", "treizeci"),
            ("50", "cincizeci"),
        ],
        Language::Polish => &[
            ("2", "dwa"),
            ("3", "trzy"),
            ("4", "cztery"),
            ("5", "pięć"),
            ("6", "sześć"),
            ("7", "siedem"),
            ("8", "osiem"),
            ("9", "dziewięć"),
            ("10", "dziesięć"),
            ("11", "jedenaście"),
            ("12", "dwanaście"),
            ("15", "piętnaście"),
            ("20", "dwadzieścia"),
            ("25", "dwadzieścia pięć"),
            ("30", "trzydzieści"),
            ("50", "pięćdziesiąt"),
        ],
    }
}

/// Months as they stand in dates.
pub(super) fn months(language: Language) -> [&'static str; 12] {
    match language {
        Language::English => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        Language::Romanian => [
            "ianuarie",
            "februarie",
            "martie",
            "aprilie",
            "mai",
            "iunie",
            "iulie",
            "august",
            "septembrie",
            "octombrie",
            "noiembrie",
            "decembrie",
        ],
        Language::Polish => [
            "stycznia",
            "lutego",
            "marca",
            "kwietnia",
            "maja",
            "czerwca",
            "lipca",
            "sierpnia",
            "września",
            "października",
            "listopada",
            "grudnia",
        ],
    }
}

/// The text with everything respelled that can be, when anything can.
pub(super) fn respelled(text: &str, language: Language) -> Option<String> {
    let dated = date(text, language).unwrap_or_else(|| text.to_owned());
    let mut out = dated;
    // From the end, so that ranges stay true.
    for range in words(&out).into_iter().rev() {
        let word = &out[range.clone()];
        if let Some(with) = number(&out, &range, word, language) {
            out = replace(&out, &range, &with);
        }
    }
    (out != text).then_some(out)
}

fn number(text: &str, range: &std::ops::Range<usize>, word: &str, language: Language) -> Option<String> {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let alone = before.is_none_or(char::is_whitespace)
        && after.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | ';'));
    if !alone {
        return None;
    }
    let next = text[range.end..].trim_start().split(char::is_whitespace).next().unwrap_or_default();
    let previous = text[..range.start].trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
    let month =
        |word: &str| months(language).iter().any(|m| *m == word.trim_matches(|c: char| !c.is_alphanumeric()));
    // Digits beside digits or number words may be one number in groups, or a list: "12 667", "6 i 7", "6 thousand".
    let digits = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    let joined = |w: &str| {
        ["și", "i", "and", "-", "–", "to", "do", "la", "or", "sau", "lub", "a", "nr", "nr.", "no."]
            .contains(&w)
    };
    let counted = |w: &str| {
        let w = w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        small(language).iter().any(|(_, words)| *words == w)
            || [
                "hundred", "thousand", "million", "billion", "sut", "mii", "mili", "tysi", "tys", "mln",
                "mld", "p.m", "a.m", "p", "sferturi", "treimi",
            ]
            .iter()
            .any(|s| w.starts_with(s) && (s.len() > 1 || w == *s))
    };
    if [next, previous].iter().any(|w| digits(w) || joined(w) || counted(w)) {
        return None;
    }
    if month(next) || month(previous) || previous.ends_with('.') {
        return None;
    }
    if let Some((_, words)) = small(language).iter().find(|(digits, _)| *digits == word) {
        return Some((*words).to_owned());
    }
    let lower = word.to_lowercase();
    if let Some((digits, _)) = small(language).iter().find(|(_, words)| *words == lower) {
        // A word after a number word is part of it.
        let bound = |other: &str| {
            small(language).iter().any(|(_, w)| *w == other.to_lowercase())
                || other.contains("sut")
                || other == "hundred"
        };
        return (!bound(next) && !bound(previous) && next != "și").then(|| in_case_of(digits, word));
    }
    let (mark, other) = if language == Language::English { (',', "") } else { ('.', "") };
    let groups: Vec<&str> = word.split(mark).collect();
    let thousands = groups.len() > 1 && groups[0].len() <= 3 && groups[1..].iter().all(|g| g.len() == 3);
    let digits = |g: &&str| !g.is_empty() && g.chars().all(|c| c.is_ascii_digit());
    if thousands && groups.iter().all(digits) {
        return Some(groups.join(other));
    }
    if groups.len() == 1
        && groups.iter().all(digits)
        && (5..=9).contains(&word.len())
        && !word.starts_with('0')
    {
        let cut = word.len() % 3;
        let mut parts: Vec<&str> = if cut > 0 { vec![&word[..cut]] } else { Vec::new() };
        parts.extend((cut..word.len()).step_by(3).map(|at| &word[at..at + 3]));
        return Some(parts.join(&mark.to_string()));
    }
    None
}

/// The first full date in another spelling.
fn date(text: &str, language: Language) -> Option<String> {
    let found = words(text);
    let names = months(language);
    for at in 0..found.len().saturating_sub(2) {
        let word = |i: usize| &text[found[at + i].clone()];
        let month = |w: &str| names.iter().position(|m| *m == w);
        let day = |w: &str| w.parse::<u32>().ok().filter(|d| (1..=31).contains(d) && w.len() <= 2);
        let year = |w: &str| (w.len() == 4 && w.chars().all(|c| c.is_ascii_digit())).then(|| w.to_owned());
        let (d, m, y) = match (day(word(0)), month(word(1)), year(word(2))) {
            (Some(d), Some(m), Some(y)) => (d, m, y),
            _ => match (month(word(0)), day(word(1)), year(word(2))) {
                (Some(m), Some(d), Some(y)) if language == Language::English => (d, m, y),
                _ => continue,
            },
        };
        let spelled = match (language, d % 2) {
            (Language::English, 0) | (_, 1) => format!("{y}-{:02}-{d:02}", m + 1),
            _ => format!("{d:02}.{:02}.{y}", m + 1),
        };
        return Some(replace(text, &(found[at].start..found[at + 2].end), &spelled));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_change_their_spelling_only() {
        let of = |text: &str, language| respelled(text, language);
        assert_eq!(
            of("It cost 1,200 dollars in 5 towns.", Language::English).as_deref(),
            Some("It cost 1200 dollars in five towns.")
        );
        assert_eq!(
            of("On 3 May 2020 he left.", Language::English).as_deref(),
            Some("On 2020-05-03 he left.")
        );
        assert_eq!(
            of("A plecat pe 4 mai 2020.", Language::Romanian).as_deref(),
            Some("A plecat pe 04.05.2020.")
        );
        assert_eq!(of("Kosztuje 120000 zł.", Language::Polish).as_deref(), Some("Kosztuje 120.000 zł."));
        assert_eq!(of("Nothing here.", Language::English), None);
    }
}
