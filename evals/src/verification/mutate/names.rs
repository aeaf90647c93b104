//! Another name: one that is not in the quote.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use footnote_index::Language;

use super::super::rng::Rng;
use super::super::words::{has_word, replace, words};
use super::super::{Pair, respell};

/// Names that take the place of others. They are real names of their languages and stand in no set often.
fn others(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "Bronwen",
            "Hargreaves",
            "Whitlock",
            "Penhaligon",
            "Tavistock",
            "Oakhurst",
            "Millbrook",
            "Fenwick",
            "Ashdown",
            "Corbett",
            "Lindqvist",
            "Okonkwo",
            "Delacroix",
            "Nakamura",
            "Rutherglen",
            "Salford",
            "Inverness",
            "Tasmania",
            "Ecuador",
            "Zambia",
            "Norland",
            "Vexcorp",
            "Harrington",
            "Beatrice",
            "Godfrey",
            "Malcolm",
        ],
        Language::Romanian => &[
            "Ionescu",
            "Văcărescu",
            "Brăila",
            "Oltenița",
            "Dorohoi",
            "Caransebeș",
            "Mădălina",
            "Octavian",
            "Negulescu",
            "Stănciulescu",
            "Făgăraș",
            "Zalău",
            "Ecuador",
            "Zambia",
            "Tasmania",
            "Lindqvist",
            "Harrington",
            "Petrila",
            "Cozma",
            "Hunedoara",
            "Bucovina",
            "Valeriu",
        ],
        Language::Polish => &[
            "Wiśniewski",
            "Kaczmarek",
            "Zielińska",
            "Ostrołęka",
            "Sieradz",
            "Grudziądz",
            "Bronisława",
            "Mirosław",
            "Suwałki",
            "Ekwador",
            "Zambia",
            "Tasmania",
            "Lindqvist",
            "Harrington",
            "Wąchock",
            "Pszczyna",
            "Dobromir",
            "Olkusz",
            "Żelazowski",
            "Kalwaria",
            "Zamojski",
        ],
    }
}

const ACRONYMS: &[&str] = &["QRZ", "BVK", "TLX", "WDF", "KJP", "ZMO"];

/// The names of a set: words that have a capital inside sentences, more often than not.
#[derive(Debug, Clone, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// Counts the words of these texts.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut counts: HashMap<String, (u32, u32)> = HashMap::new();
        for text in texts {
            for range in words(text) {
                let before = text[..range.start].trim_end();
                let inside = before.ends_with(|c: char| c.is_alphanumeric() || c == ',');
                let word = &text[range];
                let entry = counts.entry(word.to_lowercase()).or_default();
                if word.chars().next().is_some_and(char::is_uppercase) {
                    entry.0 += u32::from(inside);
                } else {
                    entry.1 += 1;
                }
            }
        }
        Self(
            counts
                .into_iter()
                .filter(|(_, (capital, small))| *capital >= 2 && *capital > 4 * small)
                .map(|(w, _)| w)
                .collect(),
        )
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(&word.to_lowercase())
    }

    /// The words of a text that are names, the first word of a sentence among them when the set knows it as one.
    pub(super) fn in_text(&self, text: &str, language: Language) -> Vec<Range<usize>> {
        let calendar: Vec<String> = respell::months(language).iter().map(|m| m.to_lowercase()).collect();
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        words(text)
            .into_iter()
            .filter(|range| {
                let word = &text[range.clone()];
                let lower = word.to_lowercase();
                let letters = word.chars().all(char::is_alphabetic) && word.chars().count() >= 3;
                let capital = word.chars().next().is_some_and(char::is_uppercase);
                let roman = word.chars().all(|c| "IVXLC".contains(c));
                letters
                    && capital
                    && !roman
                    && self.has(word)
                    && !calendar.contains(&lower)
                    && !days.contains(&lower.as_str())
            })
            .collect()
    }
}

pub(super) fn changed(pair: &Pair, known: &Names, rng: &mut Rng) -> Option<String> {
    let found = known.in_text(&pair.claim, pair.language);
    let range = rng.pick(&found)?;
    let old = &pair.claim[range.clone()];
    let list = if old.chars().all(char::is_uppercase) { ACRONYMS } else { others(pair.language) };
    let new = (0..20)
        .filter_map(|_| rng.pick(list))
        .find(|n| !has_word(&pair.quote, n) && !has_word(&pair.context, n))?;
    Some(replace(&pair.claim, range, new))
}
