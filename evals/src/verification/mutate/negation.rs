//! A negation put in or taken out.

use std::ops::Range;

use footnote_index::Language;

use super::super::Pair;
use super::super::rng::Rng;
use super::super::words::{in_case_of, replace, words};

/// Verbs that can be negated by one word, after them in English and before them in Romanian and Polish.
fn verbs(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "is", "was", "are", "were", "has", "had", "have", "can", "could", "will", "would", "should",
            "may", "must", "did", "does",
        ],
        Language::Romanian => &[
            "este",
            "sunt",
            "era",
            "erau",
            "are",
            "au",
            "a",
            "poate",
            "pot",
            "va",
            "vor",
            "trebuie",
            "există",
            "include",
            "reprezintă",
            "conține",
            "devine",
            "folosește",
            "permite",
            "oferă",
            "face",
            "consideră",
            "locuiesc",
            "lucrează",
        ],
        Language::Polish => &[
            "jest",
            "są",
            "był",
            "była",
            "było",
            "były",
            "byli",
            "ma",
            "mają",
            "miał",
            "miała",
            "może",
            "mogą",
            "został",
            "została",
            "zostało",
            "zostały",
            "posiada",
            "wynosi",
            "stanowi",
            "znajduje",
            "występuje",
            "otrzymał",
            "otrzymała",
            "zdobył",
            "wygrał",
            "powstał",
            "powstała",
            "rozpoczął",
            "urodził",
            "napisał",
            "zajmuje",
            "obejmuje",
            "należy",
            "pracował",
            "trwa",
            "trwała",
        ],
    }
}

/// English past tenses with what `did not` makes of them.
const PAST: &[(&str, &str)] = &[
    ("became", "become"),
    ("began", "begin"),
    ("won", "win"),
    ("made", "make"),
    ("took", "take"),
    ("led", "lead"),
    ("left", "leave"),
    ("used", "use"),
    ("included", "include"),
    ("received", "receive"),
    ("moved", "move"),
    ("started", "start"),
    ("played", "play"),
    ("produced", "produce"),
    ("held", "hold"),
    ("built", "build"),
    ("wrote", "write"),
    ("came", "come"),
    ("went", "go"),
    ("gave", "give"),
    ("sang", "sing"),
    ("developed", "develop"),
    ("caused", "cause"),
];

pub(super) fn added(pair: &Pair, rng: &mut Rng) -> Option<String> {
    let claim = &pair.claim;
    let found = words(claim);
    let mut places: Vec<(Range<usize>, String)> = Vec::new();
    for (i, range) in found.iter().enumerate() {
        let word = &claim[range.clone()];
        let next = found.get(i + 1).map_or("", |r| &claim[r.clone()]);
        let previous = i.checked_sub(1).and_then(|p| found.get(p)).map_or("", |r| &claim[r.clone()]);
        let negated = ["not", "no", "never", "nu", "nie"]
            .iter()
            .any(|n| *n == next.to_lowercase() || *n == previous.to_lowercase());
        if negated || next.is_empty() {
            continue;
        }
        let plain = claim[range.end..].starts_with(' ');
        if pair.language == Language::English {
            if verbs(pair.language).contains(&word) && plain {
                places.push((range.clone(), format!("{word} not")));
            }
            if let Some((_, base)) = PAST.iter().find(|(past, _)| *past == word) {
                let auxiliary = [
                    "was", "were", "is", "are", "been", "be", "had", "has", "have", "and", "a", "the", "by",
                    "of", "its", "being",
                ];
                if !auxiliary.contains(&previous) && i > 0 {
                    places.push((range.clone(), format!("did not {base}")));
                }
            }
        } else if verbs(pair.language).contains(&word) {
            // Romanian "a" is also a preposition, an article and the mark of the infinitive.
            let participle = next.ends_with(['t', 's']) || next.ends_with("tă") || next == "fost";
            let pronoun = ["se", "s", "l", "i", "le", "o", "al", "și-a"].contains(&previous)
                || claim[..range.start].ends_with('-');
            if (word == "a" || word == "au" || word == "are") && (!participle || pronoun) {
                continue;
            }
            if pronoun || (pair.language == Language::Polish && word == "a") {
                continue;
            }
            let not = if pair.language == Language::Romanian { "nu" } else { "nie" };
            places.push((range.clone(), in_case_of(&format!("{not} {}", word.to_lowercase()), word)));
        }
    }
    let (range, with) = rng.pick(&places)?;
    Some(replace(claim, range, with))
}

pub(super) fn dropped(pair: &Pair) -> Option<String> {
    let claim = &pair.claim;
    let found = words(claim);
    let negations: &[(&str, &str)] = match pair.language {
        Language::English => &[
            ("not", ""),
            ("never", "always"),
            ("cannot", "can"),
            ("without", "with"),
            ("no", "some"),
            ("isn't", "is"),
            ("wasn't", "was"),
            ("doesn't", "does"),
            ("didn't", "did"),
            ("don't", "do"),
            ("can't", "can"),
            ("weren't", "were"),
            ("aren't", "are"),
            ("couldn't", "could"),
        ],
        Language::Romanian => {
            &[("nu", ""), ("fără", "cu"), ("niciun", "un"), ("nicio", "o"), ("niciodată", "întotdeauna")]
        }
        Language::Polish => &[("nie", ""), ("bez", "z"), ("nigdy", "zawsze")],
    };
    for (i, range) in found.iter().enumerate() {
        let word = claim[range.clone()].to_lowercase();
        let Some((_, with)) = negations.iter().find(|(n, _)| *n == word) else { continue };
        let next = found.get(i + 1).map_or(String::new(), |r| claim[r.clone()].to_lowercase());
        let previous = i
            .checked_sub(1)
            .and_then(|p| found.get(p))
            .map_or(String::new(), |r| claim[r.clone()].to_lowercase());
        // "not only", "no longer", "whether or not", "No. 5" say something else.
        let idiom = [
            "only",
            "just",
            "merely",
            "longer",
            "less",
            "more",
            "later",
            "necessarily",
            "numai",
            "doar",
            "mai",
            "tylko",
            "matter",
            "mniej",
            "więcej",
            "wątpienia",
            "sooner",
            "doubt",
            "așa",
            "alt",
        ];
        if idiom.contains(&next.as_str())
            || ["or", "if", "sau", "czy", "lub", "whether"].contains(&previous.as_str())
            || claim[range.end..].starts_with(". ")
        {
            continue;
        }
        let mut cut = range.clone();
        if with.is_empty() {
            cut.end +=
                claim[cut.end..].chars().next().filter(|c| c.is_whitespace()).map_or(0, char::len_utf8);
            let out = replace(claim, &cut, "");
            // A capital for the first word.
            return Some(if range.start == 0 { super::super::words::as_sentence(&out) } else { out });
        }
        return Some(replace(claim, &cut, &in_case_of(with, &claim[range.clone()])));
    }
    None
}
