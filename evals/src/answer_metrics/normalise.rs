use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// How texts are made comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalisation {
    /// As the official scripts of SQuAD 1.1 and 2.0 do it: lower case, without ASCII punctuation, without the words `a`,
    /// `an` and `the`, single spaces.
    Squad,
    /// For languages other than English: Unicode NFKC, lower case, without anything that is not a letter, digit or white
    /// space, without diacritics (`ș` and `ş` are `s`, `ł` is `l`), single spaces. No words are removed.
    Folded,
}

impl Normalisation {
    /// [`Normalisation::Squad`] for English (`en`), whose articles it knows; [`Normalisation::Folded`] for all else.
    #[must_use]
    pub fn for_language(language: &str) -> Self {
        if language == "en" { Self::Squad } else { Self::Folded }
    }

    /// The normalised text.
    #[must_use]
    pub fn apply(self, text: &str) -> Normalised {
        let text = match self {
            Self::Squad => text.to_lowercase(),
            Self::Folded => fold(text),
        };
        let mut letters = self.without_punctuation(&text);
        if self == Self::Squad {
            without_articles(&mut letters);
        }
        Normalised::from_letters(&letters)
    }

    fn is_punctuation(self, c: char) -> bool {
        match self {
            Self::Squad => c.is_ascii_punctuation(),
            Self::Folded => !(c.is_alphanumeric() || is_space(c)),
        }
    }

    fn without_punctuation(self, text: &str) -> Vec<Letter> {
        let mut letters: Vec<Letter> = Vec::new();
        let mut removed = String::new();
        for c in text.chars() {
            if self.is_punctuation(c) {
                removed.push(c);
                continue;
            }
            // `3.5` and `1,000` are one number, so that `3` is not found in `3.5`
            let number = matches!(removed.as_str(), "." | ",")
                && c.is_numeric()
                && letters.last().is_some_and(|letter| letter.c.is_numeric());
            letters.push(Letter { c, word_starts: !removed.is_empty() && !number });
            removed.clear();
        }
        letters
    }
}

/// A character that is kept.
#[derive(Clone, Copy)]
struct Letter {
    c: char,
    /// True when punctuation was removed before it, which separates words although no space is left.
    word_starts: bool,
}

/// A text made comparable, which still knows where the words of the original began and ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    text: String,
    boundaries: BTreeSet<usize>,
}

impl Normalised {
    fn from_letters(letters: &[Letter]) -> Self {
        let mut text = String::new();
        let mut boundaries = BTreeSet::from([0]);
        for letter in letters {
            if is_space(letter.c) {
                if !text.is_empty() && !text.ends_with(' ') {
                    boundaries.insert(text.len());
                    text.push(' ');
                    boundaries.insert(text.len());
                }
                continue;
            }
            let joined =
                letter.c.is_alphanumeric() && text.chars().next_back().is_some_and(char::is_alphanumeric);
            if letter.word_starts || !joined {
                boundaries.insert(text.len());
            }
            text.push(letter.c);
        }
        text.truncate(text.trim_end_matches(' ').len());
        boundaries.insert(text.len());
        Self { text, boundaries }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its words.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ').filter(|token| !token.is_empty())
    }

    /// True when `part` occurs in it from the start of a word to the end of one, words being those of the original: `Rhine`
    /// occurs in `the Rhine's`, which normalises to `rhines`, and `3` does not in `1932` or `3.5`. An empty text occurs in
    /// none.
    #[must_use]
    pub fn contains(&self, part: &Self) -> bool {
        let starts = self.boundaries.iter().filter_map(|&start| Some((start, self.text.get(start..)?)));
        let mut found = starts.filter(|(_, rest)| rest.starts_with(&part.text));
        !part.text.is_empty() && found.any(|(start, _)| self.boundaries.contains(&(start + part.text.len())))
    }
}

/// Replaces the articles among the words by spaces.
fn without_articles(letters: &mut [Letter]) {
    let mut start = 0;
    while start < letters.len() {
        let word = letters[start..].iter().take_while(|letter| letter.c.is_alphanumeric()).count();
        let end = start + word.max(1);
        let text: String = letters[start..end].iter().map(|letter| letter.c).collect();
        if matches!(text.as_str(), "a" | "an" | "the") {
            letters[start..end].iter_mut().for_each(|letter| letter.c = ' ');
        }
        start = end;
    }
}

fn fold(text: &str) -> String {
    let lower = text.nfkc().collect::<String>().to_lowercase();
    lower.nfd().filter(|c| !is_combining_mark(*c)).map(without_stroke).nfc().collect()
}

/// The base letter of those that Unicode does not decompose.
fn without_stroke(c: char) -> char {
    match c {
        'ł' => 'l',
        'đ' => 'd',
        'ø' => 'o',
        'ħ' => 'h',
        'ŧ' => 't',
        'ı' => 'i',
        _ => c,
    }
}

/// White space as Python's `str.split` sees it, which is what SQuAD's script splits with.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squad(text: &str) -> String {
        Normalisation::Squad.apply(text).text
    }

    fn folded(text: &str) -> String {
        Normalisation::Folded.apply(text).text
    }

    #[test]
    fn squad_removes_case_punctuation_articles_and_spaces() {
        assert_eq!(squad("The  quick, Brown\tfox's an A."), "quick brown foxs");
        assert_eq!(squad("anthem of a theatre"), "anthem of theatre");
        assert_eq!(squad("U.S. $1,000 – the–end"), "us 1000 – –end");
        assert_eq!(squad("a.n. a-b"), "ab");
        assert_eq!(squad(" The "), "");
    }

    #[test]
    fn folding_is_blind_to_diacritics_and_any_punctuation() {
        assert_eq!(folded("„Şcoala  ȘTIINȚEI” — în 1,5 ani"), "scoala stiintei in 15 ani");
        assert_eq!(folded("Łódź: żółć, Gdańsk"), "lodz zolc gdansk");
        assert_eq!(folded("ﬁ ² a the"), "fi 2 a the");
    }

    #[test]
    fn parts_are_found_word_by_word() {
        let found = |text: &str, part: &str| {
            Normalisation::Squad.apply(text).contains(&Normalisation::Squad.apply(part))
        };
        for (text, part) in [
            ("along the Rhine's banks", "Rhine"),
            ("in the U.S. army", "US"),
            ("a 5-year plan", "5"),
            ("it was 1932.", "1932"),
            ("over Kraków–Warszawa", "Warszawa"),
            ("paid $1,000 (net)", "1000"),
            ("The New York Times", "the new york"),
        ] {
            assert!(found(text, part), "{part} in {text}");
        }
        for (text, part) in [
            ("in 1932", "3"),
            ("about 3.5 m", "3"),
            ("catalogue", "cat"),
            ("New York", "York New"),
            ("the", "the"),
        ] {
            assert!(!found(text, part), "{part} in {text}");
        }
    }

    #[test]
    fn languages_choose_their_normalisation() {
        let chosen = ["en", "ro", "pl", ""].map(Normalisation::for_language);
        assert_eq!(chosen[0], Normalisation::Squad);
        assert!(chosen[1..].iter().all(|&normalisation| normalisation == Normalisation::Folded));
    }
}
