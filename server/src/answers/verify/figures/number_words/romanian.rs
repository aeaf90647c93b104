//! Romanian number words, folded.

use super::Part;

const UNITS: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("unu", 1.0),
    ("una", 1.0),
    ("doi", 2.0),
    ("doua", 2.0),
    ("trei", 3.0),
    ("patru", 4.0),
    ("cinci", 5.0),
    ("sase", 6.0),
    ("sapte", 7.0),
    ("opt", 8.0),
    ("noua", 9.0),
    ("zece", 10.0),
    ("unsprezece", 11.0),
    ("doisprezece", 12.0),
    ("douasprezece", 12.0),
    ("treisprezece", 13.0),
    ("paisprezece", 14.0),
    ("patrusprezece", 14.0),
    ("cincisprezece", 15.0),
    ("saisprezece", 16.0),
    ("sasesprezece", 16.0),
    ("saptesprezece", 17.0),
    ("optsprezece", 18.0),
    ("nouasprezece", 19.0),
];

const TENS: &[(&str, f64)] = &[
    ("douazeci", 20.0),
    ("treizeci", 30.0),
    ("patruzeci", 40.0),
    ("cincizeci", 50.0),
    ("saizeci", 60.0),
    ("saptezeci", 70.0),
    ("optzeci", 80.0),
    ("nouazeci", 90.0),
];

/// What the folded word does to a number.
pub(super) fn part(word: &str) -> Option<Part> {
    let find = |table: &[(&str, f64)], word: &str| table.iter().find(|(w, _)| *w == word).map(|(_, v)| *v);
    match word {
        "un" | "o" => return Some(Part::Article),
        "suta" | "sute" | "sutele" | "sutelor" => return Some(Part::Times(100.0)),
        "mie" | "mii" | "miile" | "miilor" => return Some(Part::Times(1e3)),
        "milion" | "milioane" | "milioanele" | "milioanelor" | "milionul" | "mil" | "mln" => {
            return Some(Part::Times(1e6));
        }
        "miliard" | "miliarde" | "miliardele" | "miliardelor" | "miliardul" | "mld" => {
            return Some(Part::Times(1e9));
        }
        "prim" | "primul" | "prima" | "primii" | "primele" | "primului" | "primei" | "primilor"
        | "primelor" | "intaia" | "intai" | "intaiul" => return Some(Part::Ordinal(1.0)),
        _ => {}
    }
    if let Some(value) = find(UNITS, word) {
        return Some(Part::Unit(value));
    }
    if let Some(value) = find(TENS, word) {
        return Some(Part::Ten(value));
    }
    ordinal(word).map(Part::Ordinal)
}

/// `cincilea`, `cincea`, `optulea`, `opta`: a cardinal with `-lea`, `-ulea`, `-a`.
fn ordinal(word: &str) -> Option<f64> {
    let table = || UNITS.iter().chain(TENS).filter(|(_, v)| *v >= 2.0);
    for (cardinal, value) in table() {
        let Some(rest) = word.strip_prefix(cardinal) else { continue };
        if matches!(rest, "lea" | "ulea") || (rest == "a" && *value > 2.0) {
            return Some(*value);
        }
    }
    match word {
        "cincea" => Some(5.0),
        "zecea" => Some(10.0),
        "patra" => Some(4.0),
        "treia" => Some(3.0),
        _ => None,
    }
}
