//! Whether text that a font's character map gave can be read.

use super::letters::Letters;

/// What the text of one font on one page is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    /// Text, as far as can be told.
    Text,
    /// Its letters are not distributed as in any language, or it is mostly punctuation of all kinds: a broken map, or a list of
    /// keys or codes.
    Doubtful,
    /// Mostly characters without a meaning: private use, controls, replacement characters.
    Noise,
}

/// Judges text; short texts count as [`Worth::Text`].
pub(super) fn worth(text: &str) -> Worth {
    const MIN_MEANINGLESS: usize = 20;
    const MIN_LETTERS: u32 = 200;
    const MAX_FIT: f32 = -0.1;
    let (mut meaningless, mut visible, mut alphabetic) = (0, 0, 0);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        visible += 1;
        meaningless += usize::from(is_meaningless(c));
        alphabetic += u32::from(c.is_alphabetic());
    }
    if meaningless >= MIN_MEANINGLESS && meaningless * 2 > visible {
        return Worth::Noise;
    }
    let letters = Letters::of(text);
    let latin = letters.total() as f32 >= 0.7 * alphabetic as f32;
    let no_language = letters.total() >= MIN_LETTERS && latin && letters.fit() < MAX_FIT;
    if no_language || is_punctuation(text, visible) { Worth::Doubtful } else { Worth::Text }
}

/// Whether text is for two fifths ASCII punctuation of many kinds, more than formulas have and more kinds than rules and leaders.
fn is_punctuation(text: &str, visible: usize) -> bool {
    const MIN_VISIBLE: usize = 200;
    const MIN_KINDS: usize = 14;
    let mut counts = [0_usize; 128];
    for c in text.chars().filter(char::is_ascii_punctuation) {
        if let Some(count) = counts.get_mut(c as usize) {
            *count += 1;
        }
    }
    let kinds = counts.iter().filter(|&&count| count > 0).count();
    visible >= MIN_VISIBLE && kinds >= MIN_KINDS && counts.iter().sum::<usize>() * 5 > visible * 2
}

fn is_meaningless(c: char) -> bool {
    let private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
    private || c.is_control() || c == char::REPLACEMENT_CHARACTER
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "Whereas recognition of the inherent dignity and of the equal and inalienable rights of all members of the \
                         human family is the foundation of freedom, justice and peace in the world, whereas disregard and \
                         contempt for human rights have resulted in barbarous acts, which have outraged the conscience.";

    #[test]
    fn prose_and_tables_are_text() {
        assert_eq!(worth(PROSE), Worth::Text);
        assert_eq!(worth(&"12.5 % | 1,169 | $ 37 | Q3 2021 ".repeat(20)), Worth::Text);
        assert_eq!(worth(&"Права человека 人権 حقوق ".repeat(30)), Worth::Text);
        assert_eq!(worth("∑ ≤ ∂ λ \u{f0b7} \u{f0b7}"), Worth::Text);
        assert_eq!(worth(""), Worth::Text);
    }

    #[test]
    fn private_use_and_controls_are_noise() {
        let private: String = PROSE.chars().filter_map(|c| char::from_u32(0xe000 + c as u32)).collect();
        assert_eq!(worth(&private), Worth::Noise);
        assert_eq!(worth(&"\u{87}\u{3}\u{fffd}".repeat(20)), Worth::Noise);
    }

    #[test]
    fn shifted_letters_are_doubtful() {
        let shifted: String =
            PROSE.chars().map(|c| if c.is_ascii_alphabetic() { (c as u8 - 29) as char } else { c }).collect();
        assert_eq!(worth(&shifted.repeat(2)), Worth::Doubtful, "{shifted}");
    }

    #[test]
    fn punctuation_for_letters_is_doubtful_and_source_code_is_not() {
        let labels = r##"?>9@AJ.D<F@-<>2.@A:0>#3$4,56#?>9@AJ.0A:</C./8-2#3$4%56#&-.789:;#3%4,56#&-./012#3%4%56#!"#$!"#+!"#K(A)29"##;
        assert_eq!(worth(&labels.repeat(3)), Worth::Doubtful);
        let code = include_str!("noise.rs");
        assert_eq!(worth(code.split("mod tests").next().unwrap_or_default()), Worth::Text);
        assert_eq!(
            worth(&"1. Introduction ........................ 12\n+-----+-----+\n".repeat(20)),
            Worth::Text
        );
    }
}
