//! A text cut into words, digit runs and marks, each with what the checks ask of it: folded form, stem, case, sentence.

use std::ops::Range;
use std::sync::LazyLock;

use footnote_index::{Analyzer, Language};
use footnote_ingest::sentences::sentences;

use super::function_words::is_function_word;

static EXACT: LazyLock<Analyzer> = LazyLock::new(Analyzer::exact);
static STEMMED: LazyLock<[Analyzer; 3]> = LazyLock::new(|| Language::ALL.map(Analyzer::stemmed));

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Letters, with apostrophes inside.
    Word,
    /// ASCII digits.
    Digits,
    /// One character of any other kind.
    Mark,
}

/// A word, a run of digits or a mark.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) shape: Shape,
    /// Byte range of the text.
    pub(super) span: Range<usize>,
    /// Lower case without diacritics and possessive endings; marks and digits as written.
    pub(super) folded: String,
    /// Stem in the text's language; `None` for function words, digits and marks.
    pub(super) stem: Option<String>,
    /// White space, or the text's start, stands before it.
    pub(super) spaced: bool,
    /// Which sentence of the text it is in.
    pub(super) sentence: usize,
    /// Begins with a capital.
    pub(super) capital: bool,
    /// Two letters or more, all capitals.
    pub(super) caps: bool,
    /// A capital here tells nothing: the first word of a sentence, a cell, a list item, or after a colon.
    pub(super) initial: bool,
}

impl Token {
    pub(super) fn is(&self, mark: &str) -> bool {
        self.shape == Shape::Mark && self.folded == mark
    }

    pub(super) fn is_word(&self) -> bool {
        self.shape == Shape::Word
    }

    pub(super) fn is_digits(&self) -> bool {
        self.shape == Shape::Digits
    }

    pub(super) fn is_dash(&self) -> bool {
        self.shape == Shape::Mark
            && matches!(self.folded.as_str(), "-" | "\u{2010}" | "\u{2011}" | "–" | "—" | "\u{2212}")
    }
}

/// A text with its tokens.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    pub(super) raw: &'a str,
    pub(super) language: Language,
    pub(super) tokens: Vec<Token>,
}

impl<'a> Text<'a> {
    /// Cuts `raw` into tokens.
    pub(super) fn read(raw: &'a str, language: Language) -> Self {
        let bounds = sentences(raw, Some(language.code()));
        let mut tokens: Vec<Token> = Vec::new();
        let mut end = 0;
        let mut sentence = 0;
        let mut open = true;
        for (shape, span) in cut(raw) {
            let word = &raw[span.clone()];
            if span.start > end
                && raw[end..span.start].contains('\n')
                && raw[end..span.start].trim().is_empty()
            {
                open |= raw[end..span.start].matches('\n').count() > 1;
            }
            while bounds.get(sentence).is_some_and(|b| b.end <= span.start) && sentence + 1 < bounds.len() {
                sentence += 1;
                open = true;
            }
            let mut token = Token {
                shape,
                spaced: tokens.is_empty() || span.start > end,
                sentence,
                folded: word.to_owned(),
                stem: None,
                capital: false,
                caps: false,
                initial: false,
                span: span.clone(),
            };
            end = span.end;
            match shape {
                Shape::Word => {
                    fill(&mut token, word, language);
                    token.initial = open;
                    open = false;
                }
                Shape::Digits => open = false,
                Shape::Mark => open |= matches!(word, ":" | "|" | "•" | "▪" | "*" | "#" | "…"),
            }
            tokens.push(token);
        }
        Self { raw, language, tokens }
    }

    /// The token at `at`, when there is one.
    pub(super) fn get(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    /// The token before `at`.
    pub(super) fn before(&self, at: usize) -> Option<&Token> {
        at.checked_sub(1).and_then(|i| self.tokens.get(i))
    }

    /// The word or number beside a range of tokens in its sentence, marks stepped over.
    pub(super) fn next_to(&self, range: &Range<usize>, right: bool) -> Option<&Token> {
        let sentence = self.get(range.start)?.sentence;
        let tells = |t: &&Token| t.shape != Shape::Mark;
        let found = if right {
            self.tokens.get(range.end..)?.iter().find(tells)
        } else {
            self.tokens.get(..range.start)?.iter().rev().find(tells)
        };
        found.filter(|t| t.sentence == sentence)
    }

    /// Whether `at` is a word of this folded form.
    pub(super) fn word_is(&self, at: usize, folded: &str) -> bool {
        self.get(at).is_some_and(|t| t.is_word() && t.folded == folded)
    }

    /// Whether `at` is this mark with no space before it.
    pub(super) fn joined(&self, at: usize, mark: &str) -> bool {
        self.get(at).is_some_and(|t| t.is(mark) && !t.spaced)
    }

    /// How many tokens from `at` on are this phrase of folded words, or `None`.
    pub(super) fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut next = at;
        for part in phrase.split(' ') {
            if self.get(next).is_none_or(|t| t.folded != part) {
                return None;
            }
            next += 1;
        }
        Some(next - at)
    }

    /// Byte range of a range of tokens.
    pub(super) fn span(&self, tokens: &Range<usize>) -> Range<usize> {
        let start = self.get(tokens.start).map_or(self.raw.len(), |t| t.span.start);
        let end = tokens.end.checked_sub(1).and_then(|at| self.get(at)).map_or(start, |t| t.span.end);
        start..end.max(start)
    }
}

/// Whether a word is in a list of words with a space between each two.
pub(super) fn listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|w| w == word)
}

/// Whether a word begins with a stem of such a list.
pub(super) fn begins(list: &str, word: &str) -> bool {
    list.split(' ').any(|stem| word.starts_with(stem))
}

/// Lower case without diacritics.
pub(super) fn fold(word: &str) -> String {
    EXACT.tokens(word).into_iter().map(|t| t.term).collect()
}

fn fill(token: &mut Token, word: &str, language: Language) {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    token.capital = letters.next().is_some_and(char::is_uppercase);
    token.caps = token.capital
        && word.chars().filter(|c| c.is_alphabetic()).count() > 1
        && letters.all(char::is_uppercase);
    let bare = ["'s", "’s", "'S", "’S"].iter().find_map(|s| word.strip_suffix(s)).unwrap_or(word);
    token.folded = fold(bare);
    if is_function_word(&token.folded, language) {
        return;
    }
    let stemmer = &STEMMED[Language::ALL.iter().position(|l| *l == language).unwrap_or(0)];
    token.stem = stemmer.tokens(bare).into_iter().next().map(|t| t.term);
}

fn cut(raw: &str) -> Vec<(Shape, Range<usize>)> {
    let chars: Vec<(usize, char)> = raw.char_indices().collect();
    let kind = |c: char| match c {
        c if c.is_ascii_digit() => Some(Shape::Digits),
        c if c.is_alphabetic() || is_mark_of_letter(c) => Some(Shape::Word),
        c if c.is_whitespace() || is_invisible(c) => None,
        _ => Some(Shape::Mark),
    };
    let mut out: Vec<(Shape, Range<usize>)> = Vec::new();
    for (i, &(at, c)) in chars.iter().enumerate() {
        let end = at + c.len_utf8();
        let letter = |j: Option<usize>| {
            j.and_then(|j| chars.get(j)).is_some_and(|(_, c)| kind(*c) == Some(Shape::Word))
        };
        let shape = match kind(c) {
            None => continue,
            Some(Shape::Mark)
                if matches!(c, '\'' | '’') && letter(i.checked_sub(1)) && letter(Some(i + 1)) =>
            {
                Shape::Word
            }
            Some(shape) => shape,
        };
        match out.last_mut() {
            Some((last, span)) if *last == shape && shape != Shape::Mark && span.end == at => span.end = end,
            _ => out.push((shape, at..end)),
        }
    }
    out
}

/// Combining marks that stand on letters.
fn is_mark_of_letter(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36F)
}

/// Characters without width, which text from the web and from PDF files carries inside words.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        Text::read(text, Language::English).tokens.into_iter().map(|t| t.folded).collect()
    }

    #[test]
    fn words_digits_and_marks_are_told_apart() {
        assert_eq!(folded("The client's 35-min. wait"), ["the", "client", "35", "-", "min", ".", "wait"]);
        assert_eq!(folded("don’t"), ["dont"]);
        assert_eq!(folded("5kg"), ["5", "kg"]);
    }

    #[test]
    fn capitals_tell_nothing_at_the_start_of_a_sentence() {
        let text = Text::read("Maria came. Ion left: Late, with Ana.", Language::Romanian);
        let initial: Vec<(&str, bool)> =
            text.tokens.iter().filter(|t| t.capital).map(|t| (t.folded.as_str(), t.initial)).collect();
        assert_eq!(initial, [("maria", true), ("ion", true), ("late", true), ("ana", false)]);
        let sentences: Vec<usize> = text.tokens.iter().filter(|t| t.capital).map(|t| t.sentence).collect();
        assert_eq!(sentences, [0, 1, 1, 1]);
    }

    #[test]
    fn function_words_have_no_stem() {
        let text = Text::read("Facturile sunt plătite", Language::Romanian);
        let stems: Vec<bool> = text.tokens.iter().map(|t| t.stem.is_some()).collect();
        assert_eq!(stems, [true, false, true]);
    }
}
