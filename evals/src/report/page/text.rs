//! Foreign text made safe to show: queries, titles and names come from data sets that nobody has vetted.

/// What a reader sees of a character. Line breaks become spaces, and characters that would disturb the text around them
/// become U+FFFD: controls, and the bidirectional embeddings, overrides and isolates (Unicode TR 36, section 2.3) that
/// could make a line read as another.
pub(super) fn printable(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
            '\u{fffd}'
        }
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// Text for the content of an element or the value of a quoted attribute, in HTML or in SVG within HTML.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(printable) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// [`escape`] for running text in HTML: where a text has letters written from right to left, `<bdi>` keeps them from
/// reordering what stands beside it.
pub(super) fn inline(text: &str) -> String {
    let escaped = escape(text);
    if has_right_to_left(text) { format!("<bdi>{escaped}</bdi>") } else { escaped }
}

/// [`escape`] for text among other text where no markup can stand, such as a tooltip: right-to-left text is isolated by
/// the characters U+2068 and U+2069.
pub(super) fn isolated(text: &str) -> String {
    let escaped = escape(text);
    if has_right_to_left(text) { format!("\u{2068}{escaped}\u{2069}") } else { escaped }
}

/// Whether a text has characters of a script written from right to left, or a mark of that direction: the blocks that
/// Unicode reserves for such scripts (DerivedBidiClass.txt, defaults R and AL).
pub(super) fn has_right_to_left(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c,
            '\u{0590}'..='\u{08ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}

/// The first `length` characters of a text, with an ellipsis for the rest.
pub(super) fn clip(text: &str, length: usize) -> String {
    if text.chars().nth(length).is_none() {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(length.saturating_sub(1)).collect();
    kept.truncate(kept.trim_end().len());
    kept.push('\u{2026}');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(
            escape("<img src=x onerror='a()'>&\"\0\n"),
            "&lt;img src=x onerror=&#39;a()&#39;&gt;&amp;&quot;\u{fffd} "
        );
    }

    #[test]
    fn an_override_cannot_turn_the_line_around() {
        assert_eq!(escape("a\u{202e}b\u{2066}c"), "a\u{fffd}b\u{fffd}c");
        // Marks that only join or direct single letters are part of many languages.
        assert_eq!(escape("می\u{200c}خواهم"), "می\u{200c}خواهم");
    }

    #[test]
    fn right_to_left_text_is_isolated() {
        assert_eq!(inline("ما هي العاصمة؟"), "<bdi>ما هي العاصمة؟</bdi>");
        assert_eq!(inline("Кто? 誰? ție"), "Кто? 誰? ție");
        assert_eq!(isolated("עברית"), "\u{2068}עברית\u{2069}");
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("zażółć", 6), "zażółć");
        assert_eq!(clip("zażółć gęślą", 8), "zażółć\u{2026}");
        assert_eq!(clip("", 3), "");
    }
}
