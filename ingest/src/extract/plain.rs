//! Plain text and everything that is read like it: prose with paragraphs at blank lines, and code.

use super::builder::TextBuilder;
use super::charset;
use super::detect::Kind;
use super::document::{BlockKind, Extracted};
use crate::error::ExtractError;

/// Reads `bytes` as prose or code.
pub(crate) fn extract(
    bytes: &[u8],
    kind: Kind,
    mime: &str,
    max_text_bytes: usize,
) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(bytes, None)?;
    let mut builder = TextBuilder::new(mime, max_text_bytes);
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    let text = decoded.text.replace("\r\n", "\n").replace(['\r', '\u{85}'], "\n");
    match kind {
        Kind::Code => blank_line_groups(&text, |lines| builder.push(BlockKind::Code, &lines.join("\n")))?,
        _ => {
            let mut underlines = Vec::new();
            blank_line_groups(&text, |lines| push_paragraph(&mut builder, lines, &mut underlines))?;
        }
    }
    builder.finish()
}

/// Calls `each` with every run of lines between blank lines. A form feed counts as a blank line.
fn blank_line_groups<'t>(
    text: &'t str,
    mut each: impl FnMut(&[&'t str]) -> Result<(), ExtractError>,
) -> Result<(), ExtractError> {
    let mut group: Vec<&str> = Vec::new();
    for line in text.split('\u{c}').flat_map(|page| page.split('\n').chain([""])) {
        if !line.trim().is_empty() {
            group.push(line);
        } else if !group.is_empty() {
            each(&group)?;
            group.clear();
        }
    }
    Ok(())
}

/// A paragraph, whose first lines may be an underlined heading (reStructuredText, setext).
fn push_paragraph(
    builder: &mut TextBuilder,
    lines: &[&str],
    underlines: &mut Vec<(char, bool)>,
) -> Result<(), ExtractError> {
    let rest = match heading(lines) {
        Some((title, style, rest)) => {
            let level = underlines.iter().position(|u| *u == style).unwrap_or_else(|| {
                underlines.push(style);
                underlines.len() - 1
            });
            builder.push(BlockKind::Heading(u8::try_from(level + 1).unwrap_or(6).min(6)), title)?;
            rest
        }
        None => lines,
    };
    builder.push(BlockKind::Paragraph, &rest.join("\n"))
}

/// The title, its adornment (character, overlined) and the lines after it.
fn heading<'a, 'l>(lines: &'a [&'l str]) -> Option<(&'l str, (char, bool), &'a [&'l str])> {
    let (title, adornment, overlined, used) = match lines {
        [over, title, under, ..] if adornment(over).is_some() && adornment(over) == adornment(under) => {
            (title, adornment(over)?, true, 3)
        }
        [title, under, ..] => (title, adornment(under)?, false, 2),
        _ => return None,
    };
    let width = |s: &str| s.trim_end().chars().count();
    let wide_enough = width(lines[used - 1]) + 1 >= width(title) || overlined;
    let is_title = title.chars().any(char::is_alphanumeric) && !title.starts_with([' ', '\t', '|', '+']);
    (is_title && wide_enough).then(|| (*title, (adornment, overlined), &lines[used..]))
}

/// The one punctuation character that the line repeats at least three times.
fn adornment(line: &str) -> Option<char> {
    let line = line.trim_end();
    let first = line.chars().next()?;
    (line.len() >= 3 && "=-~^\"'`#*+.:_".contains(first) && line.chars().all(|c| c == first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, kind: Kind) -> Extracted {
        let doc = extract(text.as_bytes(), kind, "text/plain", 1 << 20).unwrap();
        doc.validate().unwrap();
        doc
    }

    fn kinds(doc: &Extracted) -> Vec<(BlockKind, &str)> {
        doc.blocks.iter().map(|b| (b.kind, &doc.text[b.span.clone()])).collect()
    }

    #[test]
    fn paragraphs_end_at_blank_lines_and_keep_their_lines() {
        let doc = read("Unu\r\ndoi  trei\r\n \r\nPatru\u{c}Cinci", Kind::Text);
        assert_eq!(doc.text, "Unu\ndoi trei\n\nPatru\n\nCinci");
    }

    #[test]
    fn underlined_titles_are_headings() {
        let doc = read("=====\nTitle\n=====\n\nIntro\n\nPart\n----\nText\n\nPart 2\n------\n", Kind::Text);
        use BlockKind::{Heading, Paragraph};
        assert_eq!(
            kinds(&doc),
            [
                (Heading(1), "Title"),
                (Paragraph, "Intro"),
                (Heading(2), "Part"),
                (Paragraph, "Text"),
                (Heading(2), "Part 2")
            ]
        );
        assert_eq!(doc.title.as_deref(), Some("Title"));
    }

    #[test]
    fn code_keeps_its_shape() {
        assert_eq!(kinds(&read("{\n  \"a\": 1\n}\n", Kind::Code)), [(BlockKind::Code, "{\n  \"a\": 1\n}")]);
    }
}
