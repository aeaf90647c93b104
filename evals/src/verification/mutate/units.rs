//! Another unit, currency or magnitude after the same number.

use footnote_index::Language;

use super::super::Pair;
use super::super::rng::Rng;
use super::super::words::{in_case_of, replace, words};

/// Units that can stand for each other, in the forms that follow a number.
fn classes(language: Language) -> &'static [&'static [&'static str]] {
    match language {
        Language::English => &[
            &["seconds", "minutes", "hours", "days", "weeks", "months", "years", "decades", "centuries"],
            &["minute", "hour", "day", "week", "month", "year"],
            &["metres", "kilometres", "miles", "feet", "yards", "inches"],
            &["meters", "kilometers", "miles", "feet", "yards", "inches"],
            &["km", "m", "cm", "mm"],
            &["kg", "g", "mg"],
            &["tons", "kilograms", "grams", "pounds"],
            &["acres", "hectares"],
            &["thousand", "million", "billion", "trillion"],
            &["dollars", "euros", "pounds", "francs"],
            &["kW", "MW", "kWh"],
            &["litres", "gallons"],
        ],
        Language::Romanian => &[
            &["secunde", "minute", "ore", "zile", "săptămâni", "luni", "ani", "decenii", "secole"],
            &["metri", "kilometri", "mile", "centimetri"],
            &["km", "m", "cm", "mm"],
            &["kg", "g", "mg"],
            &["tone", "kilograme", "grame"],
            &["mii", "milioane", "miliarde"],
            &["lei", "euro", "dolari"],
            &["hectare", "acri"],
        ],
        Language::Polish => &[
            &["sekund", "minut", "godzin", "dni", "tygodni", "miesięcy", "lat"],
            &["sekundy", "minuty", "godziny", "dni", "tygodnie", "miesiące", "lata"],
            &["metrów", "kilometrów", "mil", "centymetrów"],
            &["km", "m", "cm", "mm"],
            &["kg", "g", "mg"],
            &["ton", "kilogramów", "gramów"],
            &["tys", "mln", "mld"],
            &["tysięcy", "milionów", "miliardów"],
            &["tysiące", "miliony", "miliardy"],
            &["złotych", "euro", "dolarów", "funtów"],
            &["hektarów", "akrów"],
        ],
    }
}

const SYMBOLS: &[&str] = &["$", "€", "£"];

/// Words that count before a unit.
const NUMBERS: &[&str] = &[
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "fifteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "hundred",
    "doi",
    "două",
    "trei",
    "patru",
    "cinci",
    "șase",
    "șapte",
    "opt",
    "zece",
    "douăzeci",
    "treizeci",
    "dwa",
    "dwie",
    "trzy",
    "cztery",
    "pięć",
    "sześć",
    "siedem",
    "osiem",
    "dziewięć",
    "dziesięć",
    "kilka",
    "several",
];

pub(super) fn changed(pair: &Pair, rng: &mut Rng) -> Option<String> {
    let claim = &pair.claim;
    let found = words(claim);
    let mut places = Vec::new();
    for (i, range) in found.iter().enumerate().skip(1) {
        let word = &claim[range.clone()];
        let mut before = &claim[found[i - 1].clone()];
        if before == "de" && i > 1 {
            before = &claim[found[i - 2].clone()];
        }
        let number = before.ends_with(|c: char| c.is_ascii_digit())
            || NUMBERS.contains(&before.to_lowercase().as_str());
        let several = before == "kilka" || before == "several";
        let gap = &claim[found[i - 1].end..range.start];
        let classes: Vec<&&[&str]> = classes(pair.language).iter().filter(|c| c.contains(&word)).collect();
        if let Some(class) = classes.first().filter(|_| number && !several && gap.trim().is_empty()) {
            places.push((range.clone(), **class));
        }
    }
    for symbol in SYMBOLS {
        if let Some(at) = claim.find(symbol) {
            places.push((at..at + symbol.len(), SYMBOLS));
        }
    }
    let (range, class) = rng.pick(&places)?;
    let old = &claim[range.clone()];
    let others: Vec<&&str> = class.iter().filter(|w| **w != old).collect();
    Some(replace(claim, range, &in_case_of(rng.pick(&others)?, old)))
}
