//! Text to index terms: word segmentation, folding, stemming. Pure; the same code reads documents,
//! queries and answers.
//!
//! - Words are runs of letters and digits. Codes such as `SKU-4411/B`, `art.12`, `1.2.3` or
//!   `ana@firma.ro` also give one term of the whole run, so that they are findable as typed.
//! - Folding: lower case, compatibility-decomposed, marks dropped (ş and ș, ţ and ț meet; ł, đ, ø,
//!   æ, ß by hand), so that text written without diacritics matches text with them.
//! - Stemming: Snowball for English, Romanian and Polish, before folding (the algorithms know
//!   diacritics).
//! - Han, Hiragana, Katakana, Hangul and Thai have no spaces: overlapping bigrams.

use std::ops::Range;

use snowstem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::stopwords;

/// A language with an analyzer of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// Romanian.
    Romanian,
    /// Polish.
    Polish,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::English, Self::Romanian, Self::Polish];

    /// By ISO 639-1 code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    /// ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Romanian => "ro",
            Self::Polish => "pl",
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::English => Algorithm::English,
            Self::Romanian => Algorithm::Romanian,
            Self::Polish => Algorithm::Polish,
        }
    }

    fn stopwords(self) -> &'static [&'static str] {
        match self {
            Self::English => stopwords::ENGLISH,
            Self::Romanian => stopwords::ROMANIAN,
            Self::Polish => stopwords::POLISH,
        }
    }
}

/// One index term and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The term.
    pub term: String,
    /// Byte range of the text it stands for.
    pub span: Range<usize>,
    /// Word position; a code and its first part share one.
    pub position: usize,
}

/// Longest term kept, in bytes; longer runs are noise (base64, hashes) and are cut.
pub(super) const MAX_TERM: usize = 64;

/// Version of this file's rules, part of every fingerprint.
pub(crate) const VERSION: u32 = 1;

/// Turns text into terms, for one language or exactly as written (folded only).
#[derive(Clone)]
pub struct Analyzer {
    language: Option<(Language, std::sync::Arc<Stemmer>)>,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer").field("language", &self.language.as_ref().map(|l| l.0)).finish()
    }
}

impl Analyzer {
    /// Folds only; keeps every word, and codes whole beside their parts.
    pub fn exact() -> Self {
        Self { language: None }
    }

    /// Stems, and drops the language's function words.
    pub fn stemmed(language: Language) -> Self {
        Self { language: Some((language, std::sync::Arc::new(Stemmer::create(language.algorithm())))) }
    }

    /// Names the rules in force; part of the fingerprint of everything indexed with them.
    pub fn fingerprint() -> String {
        format!("analyzer-{VERSION}")
    }

    /// The terms of `text`, in order.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut out = Vec::new();
        let mut position = 0;
        for run in runs(text) {
            let code = self.language.is_none() && run.words.len() > 1 && run.is_code(text);
            if code {
                let span = run.words[0].start..run.words[run.words.len() - 1].end;
                out.push(Token { term: cut(fold(&text[span.clone()])), span, position });
            }
            for span in run.words {
                let word = &text[span.clone()];
                if is_spaceless(word) {
                    for (term, span) in bigrams(word, span.start) {
                        out.push(Token { term, span, position });
                        position += 1;
                    }
                } else {
                    if let Some(term) = self.term(word) {
                        out.push(Token { term, span, position });
                    }
                    position += 1;
                }
            }
        }
        out
    }

    fn term(&self, word: &str) -> Option<String> {
        let Some((language, stemmer)) = &self.language else { return Some(cut(fold(word))) };
        let lower = normalise_romanian(&word.to_lowercase());
        if language.stopwords().contains(&fold(&lower).as_str()) {
            return None;
        }
        Some(cut(fold(&stemmer.stem(&lower))))
    }
}

/// Lower-cases and strips marks: what two spellings of one word have in common.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            // Lower-casing 'İ' and the like can bring a mark back.
            c if is_combining_mark(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Old files write ş ţ with a cedilla; the stemmer knows the comma letters.
fn normalise_romanian(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            'ş' => 'ș',
            'ţ' => 'ț',
            c => c,
        })
        .collect()
}

pub(super) fn cut(mut term: String) -> String {
    if term.len() > MAX_TERM {
        let mut at = MAX_TERM;
        while !term.is_char_boundary(at) {
            at -= 1;
        }
        term.truncate(at);
    }
    term
}

/// Words joined by single punctuation marks, without white space between.
pub(super) struct Run {
    /// Its words, at least one, in order.
    pub(super) words: Vec<Range<usize>>,
}

impl Run {
    /// Worth a term of its own: it holds a digit or an at sign.
    fn is_code(&self, text: &str) -> bool {
        let whole = &text[self.words[0].start..self.words[self.words.len() - 1].end];
        whole.len() <= MAX_TERM && whole.chars().any(|c| c.is_numeric() || c == '@')
    }
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut word_start = None;
    let mut previous_end: Option<usize> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_word(c) {
            word_start.get_or_insert(at);
            let end = at + c.len_utf8();
            if chars.peek().is_none_or(|(_, next)| !is_word(*next)) {
                let span = word_start.take().unwrap_or(at)..end;
                match (previous_end, runs.last_mut()) {
                    // Exactly one joining mark between two words keeps them in one run.
                    (Some(prev), Some(run)) if is_joiner(&text[prev..span.start]) => run.words.push(span),
                    _ => runs.push(Run { words: vec![span] }),
                }
                previous_end = Some(end);
            }
        }
    }
    runs
}

pub(super) fn is_joiner(between: &str) -> bool {
    matches!(between, "-" | "/" | "." | "_" | "@" | "+" | ":" | "\u{2011}")
}

/// Scripts written without spaces between words.
pub(super) fn is_spaceless(word: &str) -> bool {
    word.chars().any(|c| {
        matches!(u32::from(c), 0x0E00..=0x0E7F | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
    })
}

fn bigrams(word: &str, offset: usize) -> Vec<(String, Range<usize>)> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let end = |i: usize| chars.get(i).map_or(word.len(), |(at, _)| *at);
    if chars.len() == 1 {
        return vec![(fold(word), offset..offset + word.len())];
    }
    (0..chars.len() - 1)
        .map(|i| (fold(&word[chars[i].0..end(i + 2)]), offset + chars[i].0..offset + end(i + 2)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(analyzer: &Analyzer, text: &str) -> Vec<String> {
        analyzer.tokens(text).into_iter().map(|t| t.term).collect()
    }

    #[test]
    fn spellings_with_and_without_diacritics_meet() {
        let exact = Analyzer::exact();
        assert_eq!(terms(&exact, "Preţul Știrilor ŁÓDŹ"), ["pretul", "stirilor", "lodz"]);
        assert_eq!(terms(&exact, "Prețul ştirilor lodz"), terms(&exact, "Pretul stirilor Łódź"));
        assert_eq!(terms(&exact, "e\u{301}te\u{301}"), ["ete"]);
    }

    #[test]
    fn inflected_forms_meet_in_their_language() {
        for (language, a, b) in [
            (Language::English, "maintenance contracts", "maintenance contract"),
            (Language::Romanian, "facturile", "facturilor"),
            (Language::Polish, "faktury", "fakturami"),
        ] {
            let analyzer = Analyzer::stemmed(language);
            assert_eq!(terms(&analyzer, a), terms(&analyzer, b), "{language:?}");
        }
    }

    #[test]
    fn codes_are_findable_as_typed_and_by_part() {
        let exact = Analyzer::exact();
        assert_eq!(terms(&exact, "see SKU-4411/B."), ["see", "sku-4411/b", "sku", "4411", "b"]);
        assert_eq!(terms(&exact, "ana@firma.ro"), ["ana@firma.ro", "ana", "firma", "ro"]);
        assert_eq!(terms(&exact, "well-known"), ["well", "known"]);
    }

    #[test]
    fn function_words_go_from_stemmed_text_only() {
        assert_eq!(terms(&Analyzer::stemmed(Language::English), "What is the price?"), ["price"]);
        assert_eq!(terms(&Analyzer::exact(), "What is the price?"), ["what", "is", "the", "price"]);
        assert_eq!(terms(&Analyzer::stemmed(Language::Polish), "się w że"), Vec::<String>::new());
    }

    #[test]
    fn scripts_without_spaces_become_bigrams() {
        assert_eq!(terms(&Analyzer::exact(), "日本語 x"), ["日本", "本語", "x"]);
        assert_eq!(terms(&Analyzer::exact(), "水"), ["水"]);
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_text_and_positions_ascend(text in "\\PC{0,80}") {
            for analyzer in [Analyzer::exact(), Analyzer::stemmed(Language::Romanian)] {
                let tokens = analyzer.tokens(&text);
                for t in &tokens {
                    prop_assert!(text.get(t.span.clone()).is_some());
                    prop_assert!(t.term.len() <= MAX_TERM);
                }
                prop_assert!(tokens.windows(2).all(|w| w[0].position <= w[1].position));
            }
        }
    }
}
