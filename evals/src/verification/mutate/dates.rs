//! Another year, month, day or weekday.

use footnote_index::Language;

use super::super::rng::Rng;
use super::super::words::{has_word, in_case_of, replace, words};
use super::super::{Pair, respell};

fn weekdays(language: Language) -> [&'static str; 7] {
    match language {
        Language::English => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        Language::Romanian => ["luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică"],
        Language::Polish => ["poniedziałek", "wtorek", "środę", "czwartek", "piątek", "sobotę", "niedzielę"],
    }
}

fn months_alone(language: Language) -> [&'static str; 12] {
    match language {
        Language::Polish => [
            "styczniu",
            "lutym",
            "marcu",
            "kwietniu",
            "maju",
            "czerwcu",
            "lipcu",
            "sierpniu",
            "wrześniu",
            "październiku",
            "listopadzie",
            "grudniu",
        ],
        _ => respell::months(language),
    }
}

pub(super) fn changed(pair: &Pair, rng: &mut Rng) -> Option<String> {
    let claim = &pair.claim;
    let found = words(claim);
    let mut places = Vec::new();
    for (i, range) in found.iter().enumerate() {
        let word = &claim[range.clone()];
        let next = found.get(i + 1).map(|r| &claim[r.clone()]);
        let previous = i.checked_sub(1).and_then(|p| found.get(p)).map(|r| &claim[r.clone()]);
        if is_year(word) {
            places.push((range.clone(), What::Year));
        } else if word.len() == 10 && word.chars().filter(char::is_ascii_digit).count() == 8 {
            places.push((range.clone(), What::Spelled));
        }
        for list in [respell::months(pair.language), months_alone(pair.language)] {
            let beside = |w: Option<&str>| w.is_some_and(|w| w.chars().all(|c| c.is_ascii_digit()));
            let certain = !["may", "March", "mai", "maj"].contains(&word) || beside(next) || beside(previous);
            if list.contains(&word) && certain {
                places.push((range.clone(), What::Month));
                for other in [i.checked_sub(1), (pair.language == Language::English).then_some(i + 1)]
                    .into_iter()
                    .flatten()
                {
                    let day = found.get(other).filter(|r| is_day(&claim[(*r).clone()]));
                    places.extend(day.map(|r| (r.clone(), What::Day)));
                }
                break;
            }
        }
        let counted =
            previous.is_some_and(|p| p == "de" || p.chars().all(|c| c.is_ascii_digit())) || word == "luni";
        if weekdays(pair.language).contains(&word) && !counted {
            places.push((range.clone(), What::Weekday));
        }
    }
    let (range, what) = rng.pick(&places)?.clone();
    let old = &claim[range.clone()];
    let new = (0..30)
        .filter_map(|_| other(old, what, pair.language, rng))
        .find(|n| n != old && !has_word(&pair.quote, n))?;
    Some(replace(claim, &range, &in_case_of(&new, old)))
}

#[derive(Clone, Copy)]
enum What {
    Year,
    Month,
    Day,
    Weekday,
    /// A date in digits, day and month and year.
    Spelled,
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && word.chars().all(|c| c.is_ascii_digit())
        && (word.starts_with('1') || word.starts_with("20"))
}

fn is_day(word: &str) -> bool {
    word.len() <= 2 && word.parse::<u32>().is_ok_and(|d| (1..=31).contains(&d))
}

fn other(old: &str, what: What, language: Language, rng: &mut Rng) -> Option<String> {
    match what {
        What::Year => {
            let year: i64 = old.parse().ok()?;
            let steps = [-100, -21, -10, -3, -2, -1, 1, 2, 4, 10, 30];
            Some((year + rng.pick(&steps)?).to_string())
        }
        What::Day => Some((1 + rng.below(28)).to_string()),
        What::Month => {
            let list = if months_alone(language).contains(&old) {
                months_alone(language)
            } else {
                respell::months(language)
            };
            rng.pick(&list).map(|m| (*m).to_owned())
        }
        What::Weekday => rng.pick(&weekdays(language)).map(|d| (*d).to_owned()),
        What::Spelled => {
            // The last digit of the day or of the month, kept possible.
            let places: &[usize] = if old.as_bytes().get(4) == Some(&b'-') { &[6, 9, 3] } else { &[1, 4, 9] };
            let mut bytes = old.as_bytes().to_vec();
            let place = *rng.pick(places)?;
            *bytes.get_mut(place)? = b'1' + u8::try_from(rng.below(2)).ok()?;
            String::from_utf8(bytes).ok()
        }
    }
}
