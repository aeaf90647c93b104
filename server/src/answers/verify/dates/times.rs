//! Times of the day: `14:30`, `2.30 pm`, `ora 14`, `godz. 14.30`, `noon`.

use std::ops::Range;

use super::super::tokens::Text;

/// Minutes after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Time {
    minutes: u16,
    /// Which half of the day is known: it is after noon, or am or pm was said.
    sure: bool,
}

impl Time {
    /// Whether the two are one time; `2:30` can be `14:30` when nobody said which half of the day.
    pub(in super::super) fn is(&self, other: &Self) -> bool {
        self.minutes == other.minutes
            || (!(self.sure && other.sure) && self.minutes % 720 == other.minutes % 720)
    }
}

/// The time that starts at `at`, and its tokens.
pub(super) fn time(text: &Text<'_>, at: usize) -> Option<(Time, Range<usize>)> {
    let number = |i: usize, most: u16| {
        text.get(i)
            .filter(|t| t.is_digits() && t.folded.len() <= 2)?
            .folded
            .parse::<u16>()
            .ok()
            .filter(|v| *v <= most)
    };
    let word = text.get(at)?.folded.as_str();
    if matches!(word, "noon" | "midnight" | "midday") {
        let minutes = if word == "midnight" { 0 } else { 720 };
        return Some((Time { minutes, sure: true }, at..at + 1));
    }
    let marker = marker(text, at);
    let start = marker.unwrap_or(at);
    let hour = number(start, 24)?;
    let mut end = start + 1;
    let mut minutes = 0;
    let colon = text.joined(end, ":");
    let stop = text.joined(end, ".");
    let pair = (colon || stop) && text.get(end + 1).is_some_and(|t| !t.spaced && t.folded.len() == 2);
    if let Some(read) = number(end + 1, 59).filter(|_| pair) {
        minutes = read;
        end += 2;
        let seconds = text.joined(end, ":") && text.get(end + 1).is_some_and(|t| !t.spaced && t.is_digits());
        end += 2 * usize::from(seconds);
    } else if text.joined(end, ":") {
        return None;
    }
    let with_minutes = end > start + 1;
    let half = half(text, end);
    let told = marker.is_some() || half.is_some() || (colon && with_minutes);
    if !told {
        return None;
    }
    let mut total = hour % 24 * 60 + minutes;
    let mut sure = hour > 12 || hour == 0;
    if let Some((afternoon, after)) = half {
        if hour > 12 {
            return None;
        }
        total = hour % 12 * 60 + minutes + if afternoon { 720 } else { 0 };
        sure = true;
        end = after;
    }
    // A unit instead of a half of the day: "ora 5 zile" is no time.
    Some((Time { minutes: total, sure }, at..end))
}

/// A decimal figure such as `9.00` that can be a time where times are listed: `9.00-17.30`.
pub(super) fn disguised(text: &Text<'_>, tokens: &Range<usize>) -> Option<Time> {
    let number = |i: usize| text.get(i).filter(|t| t.is_digits()).and_then(|t| t.folded.parse::<u16>().ok());
    let (hour, minutes) = (number(tokens.start)?, number(tokens.start + 2)?);
    let shape = tokens.len() == 3
        && text.joined(tokens.start + 1, ".")
        && text.get(tokens.start + 2)?.folded.len() == 2;
    (shape && hour <= 24 && minutes <= 59)
        .then(|| Time { minutes: hour % 24 * 60 + minutes, sure: hour > 12 })
}

/// A word that says that an hour follows; the token after it.
fn marker(text: &Text<'_>, at: usize) -> Option<usize> {
    let word = text.get(at).filter(|t| t.is_word())?.folded.as_str();
    let next = match word {
        "ora" | "orele" | "orei" | "godz" | "godzina" | "godzine" | "godzinie" | "godziny" | "godzinach" => {
            at + 1
        }
        _ => return None,
    };
    Some(next + usize::from(text.joined(next, ".")))
}

/// `am`, `p.m.`: whether it is the afternoon, and the token after it.
fn half(text: &Text<'_>, at: usize) -> Option<(bool, usize)> {
    let word = text.get(at)?.folded.as_str();
    match word {
        "am" => Some((false, at + 1)),
        "pm" => Some((true, at + 1)),
        "a" | "p" if text.joined(at + 1, ".") && text.word_is(at + 2, "m") => {
            Some((word == "p", at + 3 + usize::from(text.joined(at + 3, "."))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use footnote_index::Language::{self, English, Polish, Romanian};

    fn of(raw: &str, language: Language) -> Option<Time> {
        time(&Text::read(raw, language), 0).map(|(t, _)| t)
    }

    #[test]
    fn one_time_in_several_spellings() {
        let afternoon = of("14:30", English).expect("a time");
        for (raw, language) in [
            ("2:30 pm", English),
            ("2.30 p.m.", English),
            ("2:30", English),
            ("ora 14:30", Romanian),
            ("ora 14.30", Romanian),
            ("godz. 14.30", Polish),
        ] {
            assert!(of(raw, language).is_some_and(|t| t.is(&afternoon)), "{raw}");
        }
        for raw in ["2:30 am", "14:31", "3:30 pm"] {
            assert!(of(raw, English).is_some_and(|t| !t.is(&afternoon)), "{raw}");
        }
    }

    #[test]
    fn a_number_alone_is_no_time() {
        assert_eq!(of("14", English), None);
        assert_eq!(of("14.30", English), None);
        assert_eq!(of("25:10", English), None);
        assert!(of("5 pm", English).is_some());
    }
}
