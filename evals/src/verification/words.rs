//! Text as words between white space, with the punctuation around each set apart: all the mutators know of text.

use std::ops::Range;

/// Byte ranges of the words of a text, without the punctuation at their ends. Empty ones are left out.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for part in text.split(char::is_whitespace) {
        let inner = part.trim_matches(|c: char| !c.is_alphanumeric());
        if !inner.is_empty() {
            let at = start + part.find(inner).unwrap_or(0);
            out.push(at..at + inner.len());
        }
        start += part.len();
        start += text[start..].chars().next().map_or(0, char::len_utf8);
    }
    out
}

/// The text with one range replaced.
pub(super) fn replace(text: &str, range: &Range<usize>, with: &str) -> String {
    format!("{}{}{}", &text[..range.start], with, &text[range.end..])
}

/// Whether the text has this word, letter case aside, between characters that are no letters or digits.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    text.match_indices(&word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// `with` in the letter case of `like`: with a capital, or all small.
pub(super) fn in_case_of(with: &str, like: &str) -> String {
    if !like.chars().next().is_some_and(char::is_uppercase) {
        return with.to_owned();
    }
    let mut chars = with.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The sentence with a capital first letter and a full stop.
pub(super) fn as_sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches(['.', '?', '!', ',', ';', ':']).trim();
    let mut chars = text.chars();
    let head: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{head}{}.", chars.as_str())
}

/// The sentences of a paragraph: a cut after a full stop and a space before a capital, unless a short word or an initial stands before it.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    for (i, &(at, c)) in chars.iter().enumerate().filter(|(_, (_, c))| matches!(c, '.' | '!' | '?')) {
        let space = chars.get(i + 1).is_some_and(|(_, n)| n.is_whitespace());
        let capital = chars.get(i + 2).is_some_and(|(_, n)| n.is_uppercase());
        let last = text
            .get(start..at)
            .unwrap_or_default()
            .split(|c: char| c.is_whitespace() || c == '(')
            .next_back()
            .unwrap_or_default();
        let word = last.chars().filter(|c| c.is_alphabetic()).count() > 3
            || last.chars().any(|c| c.is_ascii_digit());
        if space && capital && (word || c != '.') && last != "Corp" && last != "prof" {
            out.push(start..at + 1);
            start = chars[i + 2].0;
        }
    }
    if start < text.len() {
        out.push(start..text.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bare_and_in_place() {
        let text = "„Ana” are 5,5 mere (mari).";
        let found: Vec<&str> = words(text).into_iter().map(|w| &text[w]).collect();
        assert_eq!(found, ["Ana", "are", "5,5", "mere", "mari"]);
    }

    #[test]
    fn whole_words_only() {
        assert!(has_word("In 1990, yes", "1990"));
        assert!(!has_word("in 19901", "1990"));
        assert!(has_word("the NFL-style", "nfl"));
    }

    #[test]
    fn sentences_stop_at_full_stops_that_end_them() {
        let text = "He met J. K. Rowling in 1990. Then he left! Yes.";
        let found: Vec<&str> = sentences(text).into_iter().map(|s| &text[s]).collect();
        assert_eq!(found, ["He met J. K. Rowling in 1990.", "Then he left!", "Yes."]);
    }
}
