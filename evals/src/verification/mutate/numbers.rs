//! Another number: one digit changed, a nought added, one more; another number word.

use std::ops::Range;

use footnote_index::Language;

use super::super::rng::Rng;
use super::super::words::{has_word, in_case_of, replace, words};
use super::super::{Pair, respell};

/// Number words that can stand for each other: a form is replaced by the same form of another number.
fn classes(language: Language) -> &'static [&'static [&'static str]] {
    match language {
        Language::English => &[
            &[
                "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
                "fifteen", "twenty", "thirty", "forty", "fifty",
            ],
            &["second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
            &["hundred", "thousand", "million", "billion"],
        ],
        Language::Romanian => &[
            &["doi", "trei", "patru", "cinci", "șase", "șapte", "opt", "zece", "unsprezece"],
            &["două", "trei", "patru", "cinci", "șase", "șapte", "opt", "zece", "douăzeci", "treizeci"],
            &["doilea", "treilea", "patrulea", "cincilea", "șaselea", "șaptelea", "optulea", "zecelea"],
            &["treia", "patra", "cincea", "șasea", "șaptea", "opta", "zecea"],
        ],
        Language::Polish => &[
            &["trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć", "dziesięć", "dwanaście"],
            &["dwa", "trzy", "cztery", "pięć", "sześć"],
            &["dwie", "trzy", "cztery", "pięć", "osiem"],
            &["dwóch", "trzech", "czterech", "pięciu", "sześciu", "siedmiu", "ośmiu", "dziesięciu"],
            &["trzeci", "czwarty", "piąty", "szósty", "siódmy", "ósmy", "dziesiąty"],
            &["trzecia", "czwarta", "piąta", "szósta", "siódma", "ósma"],
            &["trzeciego", "czwartego", "piątego", "szóstego", "siódmego", "ósmego"],
            &["trzeciej", "czwartej", "piątej", "szóstej", "siódmej", "ósmej"],
        ],
    }
}

pub(super) fn changed(pair: &Pair, rng: &mut Rng) -> Option<String> {
    let claim = &pair.claim;
    let digits = numbers(claim, pair.language);
    let worded: Vec<(Range<usize>, &[&str])> = words(claim)
        .into_iter()
        .filter_map(|r| {
            let word = claim[r.clone()].to_lowercase();
            classes(pair.language).iter().find(|c| c.contains(&word.as_str())).map(|c| (r, *c))
        })
        .collect();
    let choice = rng.below(digits.len() + worded.len());
    if let Some(range) = digits.get(choice) {
        let old = &claim[range.clone()];
        let new = (0..20)
            .map(|_| other_number(old, rng))
            .find(|n| n != old && !has_word(&pair.quote, n) && !is_worded(pair, n))?;
        return Some(replace(claim, range, &new));
    }
    let (range, class) = worded.get(choice.checked_sub(digits.len())?)?;
    let old = &claim[range.clone()];
    let new = (0..20)
        .filter_map(|_| rng.pick(class))
        .find(|w| **w != old.to_lowercase() && !has_word(&pair.quote, w) && !is_in_digits(pair, w))?;
    Some(replace(claim, range, &in_case_of(new, old)))
}

/// Digit runs of a text that are numbers, not years, not days of a month, not parts of a code.
pub(super) fn numbers(text: &str, language: Language) -> Vec<Range<usize>> {
    let months = respell::months(language);
    let found = words(text);
    let mut out = Vec::new();
    for (i, range) in found.iter().enumerate() {
        let word = &text[range.clone()];
        let core = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let tail = &word[core.len()..];
        let body = core.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        let unit_tail = tail.is_empty()
            || tail.starts_with('%')
            || tail.starts_with("-lea")
            || ["st", "nd", "rd", "th", "km", "m", "kg"].contains(&tail);
        if core.is_empty() || !body || !unit_tail || !core.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let year = core.len() == 4
            && !core.contains(['.', ','])
            && (core.starts_with('1') || core.starts_with("20"));
        let is_month = |r: Option<&Range<usize>>| {
            r.is_some_and(|r| months.iter().any(|m| m.to_lowercase() == text[r.clone()].to_lowercase()))
        };
        let dated = is_month(found.get(i + 1)) || i.checked_sub(1).is_some_and(|p| is_month(found.get(p)));
        let dots = core.matches('.').count();
        if !year && !dated && dots < 2 {
            out.push(range.start..range.start + core.len());
        }
    }
    out
}

fn other_number(old: &str, rng: &mut Rng) -> String {
    let mut chars: Vec<char> = old.chars().collect();
    if rng.below(4) == 0 && !old.contains(['.', ',']) && chars.len() < 6 {
        chars.push('0');
        return chars.into_iter().collect();
    }
    let places: Vec<usize> = (0..chars.len()).filter(|i| chars[*i].is_ascii_digit()).collect();
    if let Some(place) = rng.pick(&places).copied() {
        let digit = b'1' + u8::try_from(rng.below(9)).unwrap_or(0);
        chars[place] = char::from(digit);
    }
    chars.into_iter().collect()
}

/// Whether the quote has a small number as a word.
fn is_worded(pair: &Pair, digits: &str) -> bool {
    const WORDS: &[(&str, &str)] = &[
        (
            "1",
            "one unu una un jeden jedna jedno first primul prima pierwszy pierwsza pierwszym pierwszej pierwszego",
        ),
        ("2", "two doi două second doilea doua dwa dwie dwóch drugi druga drugiej drugiego drugim dwaj oba"),
        ("3", "three third trei treilea treia trzy trzech trzeci trzecia trzeciego trzeciej"),
        ("4", "four fourth patru patrulea patra cztery czterech czwarty czwarta czwartego czwartej"),
        ("5", "five fifth cinci cincilea cincea pięć pięciu piąty piąta piątego piątej"),
        ("6", "six sixth șase șaselea sześć sześciu szósty"),
        ("7", "seven seventh șapte șaptelea siedem siedmiu siódmy"),
        ("8", "eight eighth opt optulea osiem ośmiu ósmy"),
        ("9", "nine ninth nouă nouălea dziewięć dziewięciu"),
        ("10", "ten tenth zece zecelea dziesięć dziesięciu dziesiąty"),
        ("12", "twelve twelfth doisprezece douăsprezece dwanaście dwunastu"),
        ("20", "twenty douăzeci dwadzieścia dwudziestu"),
        ("30", "thirty treizeci trzydzieści trzydziestu"),
    ];
    WORDS.iter().any(|(d, words)| *d == digits && words.split(' ').any(|w| has_word(&pair.quote, w)))
}

/// Whether the quote has a number word's number as digits or as a word of another form.
fn is_in_digits(pair: &Pair, word: &str) -> bool {
    const STEMS: &[(&str, &str)] = &[
        ("2", "two second doi două doilea dwa dwie dwóch drugi"),
        ("3", "three third trei treilea treia trzy trzech trzeci trzecia trzeciego trzeciej"),
        ("4", "four fourth patru patrulea patra cztery czterech czwarty czwarta czwartego czwartej"),
        ("5", "five fifth cinci cincilea cincea pięć pięciu piąty piąta piątego piątej"),
        ("6", "six sixth șase șaselea șasea sześć sześciu szósty szósta szóstego szóstej"),
        ("7", "seven seventh șapte șaptelea șaptea siedem siedmiu siódmy siódma siódmego siódmej"),
        ("8", "eight eighth opt optulea opta osiem ośmiu ósmy ósma ósmego ósmej"),
        ("9", "nine ninth dziewięć"),
        ("10", "ten tenth zece zecelea zecea dziesięć dziesięciu dziesiąty"),
        ("11", "eleven unsprezece"),
        ("12", "twelve dwanaście"),
        ("15", "fifteen"),
        ("20", "twenty douăzeci"),
        ("30", "thirty treizeci"),
        ("40", "forty"),
        ("50", "fifty"),
    ];
    STEMS.iter().filter(|(_, words)| words.split(' ').any(|w| w == word)).any(|(digits, words)| {
        has_word(&pair.quote, digits) || words.split(' ').any(|w| has_word(&pair.quote, w))
    })
}
