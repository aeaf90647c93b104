//! Characters that do not belong into text, and white space.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Normalises to NFC and `\n` line ends and drops control, invisible and directional-override characters.
///
/// Dropped: controls other than line end and tab, byte order marks, soft hyphens, zero-width spaces, word joiners, bidirectional
/// marks, embeddings, overrides and isolates. Line and paragraph separators become line ends; every other Unicode space a plain one.
pub(crate) fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => out.push('\n'),
            '\u{ad}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' => {}
            c if c.is_control() => {}
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    if is_nfc_quick(out.chars()) == IsNormalized::Yes { out } else { out.nfc().collect() }
}

/// Collapses runs of spaces and tabs to one space, trims lines and drops empty ones; line ends stay. Expects [`clean`] text.
pub(crate) fn squeeze_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let mut words = line.split([' ', '\t']).filter(|w| !w.is_empty()).peekable();
        if words.peek().is_some() && !out.is_empty() {
            out.push('\n');
        }
        while let Some(word) = words.next() {
            out.push_str(word);
            if words.peek().is_some() {
                out.push(' ');
            }
        }
    }
    out
}

/// One line: every run of white space becomes one space.
pub(crate) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Preformatted text: common indentation and trailing spaces removed, blank lines at both ends dropped. Expects [`clean`] text.
pub(crate) fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = text.split('\n').filter(|l| !l.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines: Vec<&str> = text.split('\n').map(|l| l.get(common..).unwrap_or("").trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_letters_are_composed_and_controls_dropped() {
        assert_eq!(clean("\u{feff}s\u{326}i\r\nz\u{307}\rx\u{0}\u{7}\u{202e}y"), "și\nż\nxy");
        assert_eq!(clean("a\u{a0}b\u{ad}c\u{2028}d"), "a bc\nd");
    }

    #[test]
    fn white_space_is_squeezed_by_line() {
        assert_eq!(squeeze_lines("  a \t b  \n\n  c\n"), "a b\nc");
        assert_eq!(squeeze(" a \n b\t"), "a b");
    }

    #[test]
    fn code_keeps_relative_indentation() {
        assert_eq!(dedent("\n    fn x() {\n        y  \n    }\n\n"), "fn x() {\n    y\n}");
    }
}
