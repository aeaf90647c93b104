//! The evidence of a sentence that cites none: the sentence that shares most with it. Pure.
//!
//! Words count by how rare they are among the evidence, numbers and names more; a number that the evidence lacks counts
//! against it. Similarities of an encoder, where there are any, take part.

use std::collections::{HashMap, HashSet};

use footnote_index::{Analyzer, Language};

/// What a number counts for, as a multiple of a word as rare.
const NUMBER: f32 = 2.0;
/// The same for a name.
const NAME: f32 = 1.5;
/// What is left of a score for every number of the claim that the evidence lacks.
const LACKING_NUMBER: f32 = 0.5;
/// The share of a similarity in the score, when there is one.
const SEMANTIC: f32 = 0.4;
/// Below this score a sentence has no evidence.
pub const MIN_SCORE: f32 = 0.35;

/// The evidence found for a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attribution {
    /// Its place among the sources.
    pub source: usize,
    /// How much of the claim it has, 0 to 1.
    pub score: f32,
}

/// Sentences of the evidence, ready to be compared.
#[derive(Debug)]
pub struct Attributor {
    analyzer: Analyzer,
    sources: Vec<HashSet<String>>,
    /// How many sources have a term.
    frequency: HashMap<String, usize>,
}

/// A word of a claim.
struct Weighed {
    term: String,
    weight: f32,
    number: bool,
}

impl Attributor {
    /// Reads the sentences; `language` is that of the claims. Without one, words are compared as written.
    pub fn new(sources: &[&str], language: Option<Language>) -> Self {
        let analyzer = language.map_or_else(Analyzer::exact, Analyzer::stemmed);
        let sources: Vec<HashSet<String>> =
            sources.iter().map(|text| analyzer.tokens(text).into_iter().map(|t| t.term).collect()).collect();
        let mut frequency = HashMap::new();
        for term in sources.iter().flatten() {
            *frequency.entry(term.clone()).or_insert(0) += 1;
        }
        Self { analyzer, sources, frequency }
    }

    /// The best source for `claim`, when one is good enough. `similarity` holds one value of 0 to 1 a source, or nothing.
    pub fn best(&self, claim: &str, similarity: Option<&[f32]>) -> Option<Attribution> {
        let words = self.weighed(claim);
        let mut best: Option<(f32, f32, usize)> = None;
        for (at, source) in self.sources.iter().enumerate() {
            let lexical = overlap(&words, source);
            let score = match similarity.and_then(|s| s.get(at)) {
                Some(similar) => (1.0 - SEMANTIC) * lexical + SEMANTIC * similar.clamp(0.0, 1.0),
                None => lexical,
            };
            // Of two that have as much of the claim, the one that says less besides.
            let focus = 1.0 / (1.0 + source.len() as f32);
            if best.is_none_or(|(s, f, _)| (score, focus) > (s, f)) {
                best = Some((score, focus, at));
            }
        }
        best.filter(|(score, _, _)| *score >= MIN_SCORE)
            .map(|(score, _, source)| Attribution { source, score })
    }

    fn weighed(&self, claim: &str) -> Vec<Weighed> {
        let count = self.sources.len() as f32;
        let mut seen = HashSet::new();
        let mut words = Vec::new();
        for token in self.analyzer.tokens(claim) {
            if !seen.insert(token.term.clone()) {
                continue;
            }
            let raw = &claim[token.span.clone()];
            let number = raw.contains(|c: char| c.is_ascii_digit());
            let name = token.span.start > 0 && raw.starts_with(char::is_uppercase);
            let have = self.frequency.get(&token.term).copied().unwrap_or(0) as f32;
            let rarity = (1.0 + (count + 1.0) / (have + 1.0)).ln();
            let kind = if number {
                NUMBER
            } else if name {
                NAME
            } else {
                1.0
            };
            words.push(Weighed { term: token.term, weight: rarity * kind, number });
        }
        words
    }
}

/// The share of the claim's words that the source has, by weight, less what its missing numbers cost.
fn overlap(words: &[Weighed], source: &HashSet<String>) -> f32 {
    let all: f32 = words.iter().map(|w| w.weight).sum();
    if all == 0.0 {
        return 0.0;
    }
    let (had, lacking): (Vec<&Weighed>, Vec<&Weighed>) = words.iter().partition(|w| source.contains(&w.term));
    let numbers = lacking.iter().filter(|w| w.number).count();
    let share = had.iter().map(|w| w.weight).sum::<f32>() / all;
    share * LACKING_NUMBER.powi(numbers.min(8) as i32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOURCES: [&str; 4] = [
        "The fee for the basic plan is 5 EUR a month.",
        "The fee for the premium plan is 9 EUR a month.",
        "Maria Pop signs the contracts of the plan.",
        "Fees are due in May.",
    ];

    #[test]
    fn numbers_and_names_decide() {
        let attributor = Attributor::new(&SOURCES, Some(Language::English));
        for (claim, source) in [
            ("The premium plan costs 9 EUR.", 1),
            ("You pay 5 EUR each month for the basic plan.", 0),
            ("Contracts are signed by Maria Pop.", 2),
            ("The fees are due in May.", 3),
        ] {
            assert_eq!(attributor.best(claim, None).map(|a| a.source), Some(source), "{claim}");
        }
    }

    #[test]
    fn what_nobody_says_has_no_evidence() {
        let attributor = Attributor::new(&SOURCES, Some(Language::English));
        assert_eq!(attributor.best("Penguins live in Antarctica.", None), None);
        assert_eq!(attributor.best("", None), None);
        assert_eq!(Attributor::new(&[], None).best("Anything.", None), None);
        let right = attributor.best("The premium plan is 9 EUR a month.", None).expect("evidence").score;
        let wrong = attributor.best("The premium plan is 7 EUR a month.", None).map_or(0.0, |a| a.score);
        assert!(wrong < right * 0.7, "{wrong} {right}");
    }

    #[test]
    fn similarity_helps_where_words_do_not() {
        let attributor = Attributor::new(&SOURCES, Some(Language::English));
        let claim = "Payment must be made by the fifth month.";
        assert_eq!(attributor.best(claim, None), None);
        let found = attributor.best(claim, Some(&[0.2, 0.2, 0.1, 1.0]));
        assert_eq!(found.map(|a| a.source), Some(3));
    }

    #[test]
    fn inflected_words_meet() {
        let ro = Attributor::new(
            &["Angajații au 25 de zile de concediu.", "Sediul este în Cluj."],
            Some(Language::Romanian),
        );
        assert_eq!(ro.best("Fiecare angajat are 25 de zile de concediu.", None).map(|a| a.source), Some(0));
        let pl = Attributor::new(
            &["Pracownicy mają 26 dni urlopu.", "Biuro jest w Gdyni."],
            Some(Language::Polish),
        );
        assert_eq!(pl.best("Pracownik ma 26 dni urlopu.", None).map(|a| a.source), Some(0));
    }

    proptest! {
        #[test]
        fn scores_are_shares(claim in "\\PC{0,60}", sources in prop::collection::vec("\\PC{0,60}", 0..5)) {
            let texts: Vec<&str> = sources.iter().map(String::as_str).collect();
            if let Some(found) = Attributor::new(&texts, None).best(&claim, None) {
                prop_assert!(found.source < texts.len());
                prop_assert!((MIN_SCORE..=1.001).contains(&found.score));
            }
        }
    }
}
