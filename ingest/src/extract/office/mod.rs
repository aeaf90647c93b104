//! What the formats of word processors and presentations have in common: packages of XML parts, text with hidden passages,
//! tables, numbers of lists, comments, and the order in which blocks are written.

pub(crate) mod comments;
pub(crate) mod flow;
pub(crate) mod grid;
pub(crate) mod look;
pub(crate) mod margins;
pub(crate) mod numbers;
pub(crate) mod package;
pub(crate) mod rich_text;
pub(crate) mod xml;

pub(crate) use flow::{Attached, Flow, Flowing};
pub(crate) use grid::Grid;
pub(crate) use look::Look;
pub(crate) use package::{Package, Relationships};
pub(crate) use rich_text::RichText;
pub(crate) use xml::{Node, Source};

use super::builder::TextBuilder;
use super::document::BlockKind;
use crate::error::ExtractError;

/// Longest heading, in characters; a longer one is a paragraph that was given the style of a heading.
const MAX_HEADING_CHARS: usize = 400;

/// Adds a heading of `level`, counted from 1, or a paragraph when it is too long for a heading.
pub(crate) fn push_heading(
    builder: &mut TextBuilder,
    level: u8,
    text: &RichText,
) -> Result<(), ExtractError> {
    let long = text.as_str().chars().nth(MAX_HEADING_CHARS).is_some();
    let kind = if long { BlockKind::Paragraph } else { BlockKind::Heading(level.clamp(1, 6)) };
    builder.push_rich(kind, text)
}

/// Whether a title in the properties says something: not what a program fills in by itself.
pub(crate) fn is_telling_title(title: &str) -> bool {
    const PLACEHOLDERS: [&str; 5] = ["document", "presentation", "slide", "untitled", "word document"];
    let title = title.trim().to_lowercase();
    let by_program = title.starts_with("microsoft word - ")
        || PLACEHOLDERS.contains(&title.trim_end_matches(char::is_numeric).trim_end())
        || (title.contains("powerpoint") && title.split_whitespace().count() <= 3);
    !title.is_empty() && !by_program
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_programs_say_nothing() {
        for title in [
            "",
            "Microsoft Word - a.doc",
            "PowerPoint Presentation",
            "Prezentare PowerPoint",
            "Document1",
            "Slide 1",
        ] {
            assert!(!is_telling_title(title), "{title}");
        }
        for title in ["Annual report", "Using PowerPoint in class well"] {
            assert!(is_telling_title(title), "{title}");
        }
    }

    #[test]
    fn a_long_heading_is_a_paragraph() {
        let mut builder = TextBuilder::new("text/plain", 10_000);
        push_heading(&mut builder, 9, &RichText::from("Short")).unwrap();
        push_heading(&mut builder, 1, &RichText::from("word ".repeat(100).as_str())).unwrap();
        let kinds: Vec<_> = builder.finish().unwrap().blocks.iter().map(|block| block.kind).collect();
        assert_eq!(kinds, [BlockKind::Heading(6), BlockKind::Paragraph]);
    }
}
