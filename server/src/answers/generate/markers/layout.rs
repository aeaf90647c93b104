//! Lines that are not prose: fences of code and the heading of a list of sources. Pure.

use super::grammar::folded;

/// The heading of a list of sources at the end, folded and without marks.
const SOURCES: [&str; 18] = [
    "sources",
    "source",
    "references",
    "reference",
    "citations",
    "evidence",
    "sources used",
    "surse",
    "sursa",
    "surse citate",
    "referinte",
    "bibliografie",
    "zrodla",
    "zrodlo",
    "bibliografia",
    "przypisy",
    "odnosniki",
    "evidence used",
];

/// Whether `text` is such a heading.
pub(super) fn is_sources_heading(text: &str) -> bool {
    let bare: String = folded(text).chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    SOURCES.contains(&bare.split_whitespace().collect::<Vec<_>>().join(" ").as_str())
}

/// Where the last line of `text` begins when it is exactly the beginning of a fence of code.
pub(super) fn fence_start(text: &str) -> Option<usize> {
    let start = text.rfind('\n').map_or(0, |nl| nl + 1);
    let line = text[start..].trim_start_matches(' ');
    (line == "```" && text.len() - start - line.len() <= 3).then_some(start)
}

/// Whether `code`, which begins with a fence, has its closing fence and the end of that line.
pub(super) fn is_closed(code: &str) -> bool {
    let mut lines = code.split('\n').skip(1);
    let closes = |line: &str| line.trim() == "```";
    // The last piece is a line that may go on.
    let complete = code.split('\n').count().saturating_sub(2);
    lines.by_ref().take(complete).any(closes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_source_lists() {
        for text in ["Sources:", "**References**", "## Źródła", "Surse: ,", "Sources used:"] {
            assert!(is_sources_heading(text), "{text}");
        }
        for text in ["Sources of income are taxed.", "", "Source code"] {
            assert!(!is_sources_heading(text), "{text}");
        }
    }

    #[test]
    fn fences_open_at_line_starts_and_close_on_their_own_line() {
        assert_eq!(fence_start("Text\n```"), Some(5));
        assert_eq!(fence_start("Text ```"), None);
        assert!(!is_closed("```rust\nlet a = 1;\n"));
        assert!(!is_closed("```rust\nlet a = 1;\n```"));
        assert!(is_closed("```rust\nlet a = 1;\n```\n"));
    }
}
