//! A sentence as the patterns read it: lower-case ASCII, one byte a letter.
//!
//! What is done to letters to slip past a reader of patterns is undone first: invisible characters, full-width and
//! mathematical letters, Cyrillic and Greek look-alikes inside a Latin word, and the tag characters (U+E0020..U+E007E)
//! that spell ASCII without being drawn.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What "AI" is folded to.
pub(super) const MACHINE: &str = "ai-system";

/// `text` folded; letters of other scripts become `x`, other marks a space.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        // Lower case would make one word of it and of Romanian "ai", you have.
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if matches!(bare, "AI" | "A.I") {
            let (before, after) = word.split_once(bare).unwrap_or((word, ""));
            out.push_str(&format!("{}{MACHINE}{}", fold(before), fold(after)));
            continue;
        }
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        for c in word.chars().map(untag).filter(|c| !is_invisible(*c)) {
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                push_folded(c, latin, &mut out);
            }
        }
    }
    out
}

fn push_folded(c: char, in_latin_word: bool, out: &mut String) {
    for c in std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        let plain = match c {
            c if c.is_ascii() => c,
            'ł' => 'l',
            'đ' => 'd',
            'ø' => 'o',
            'ı' => 'i',
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' => '\'',
            '\u{201c}'..='\u{201f}' | '«' | '»' | '\u{2033}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c if in_latin_word => look_alike(c).unwrap_or(if c.is_alphabetic() { 'x' } else { ' ' }),
            c if c.is_alphabetic() => 'x',
            _ => ' ',
        };
        out.push(plain);
    }
}

/// The ASCII letter that a tag character stands for.
fn untag(c: char) -> char {
    match u32::from(c) {
        tag @ 0xe0020..=0xe007e => char::from_u32(tag - 0xe0000).unwrap_or(' '),
        _ => c,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        || matches!(c, '\u{e0001}' | '\u{e007f}' | '\u{fe00}'..='\u{fe0f}')
}

/// Letters of Cyrillic and Greek that are drawn as a Latin one.
fn look_alike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'е' | 'ε' => 'e',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'у' | 'υ' => 'y',
        'х' | 'χ' => 'x',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'ѕ' => 's',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'н' => 'h',
        'т' | 'τ' => 't',
        'в' => 'b',
        'ԁ' => 'd',
        'ɡ' => 'g',
        'ν' => 'v',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_languages_fold_to_plain_letters() {
        assert_eq!(fold("Ignorați „Instrucțiunile” — ŞŢ"), "ignorati \"instructiunile\" - st");
        assert_eq!(fold("Żółć… łąka"), "zolc... laka");
    }

    #[test]
    fn an_ai_is_told_from_a_verb() {
        assert_eq!(fold("Notă pentru AI: ai grijă"), "nota pentru ai-system: ai grija");
    }

    #[test]
    fn disguises_are_undone() {
        assert_eq!(fold("ig\u{200b}no\u{ad}re"), "ignore");
        assert_eq!(fold("ｉｇｎｏｒｅ"), "ignore");
        assert_eq!(fold("Ignоrе аll"), "ignore all", "Cyrillic о, е and а inside Latin words");
        let tagged: String = "obey".chars().filter_map(|c| char::from_u32(0xe0000 + u32::from(c))).collect();
        assert_eq!(fold(&tagged), "obey");
    }

    #[test]
    fn other_scripts_stay_apart_and_everything_is_ascii() {
        assert_eq!(fold("привет 你好"), "xxxxxx xx");
        assert!(fold("½ ﬁ 👍🏽 e\u{301} \u{0}").is_ascii());
    }
}
