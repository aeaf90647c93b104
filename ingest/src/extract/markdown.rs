//! Markdown (CommonMark with tables, front matter, task lists and footnotes) to readable text: link text without addresses, no mark-up.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::builder::TextBuilder;
use super::document::{BlockKind, Extracted};
use super::{charset, front_matter, html};
use crate::error::ExtractError;

/// Reads a Markdown document.
pub(crate) fn extract(bytes: &[u8], max_text_bytes: usize) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(bytes, None)?;
    let mut builder = TextBuilder::new("text/markdown", max_text_bytes);
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let text = decoded.text.replace("\r\n", "\n");
    let mut reader =
        Reader { builder, inline: String::new(), lists: Vec::new(), marker: None, cells: Vec::new() };
    for event in Parser::new_ext(&text, options) {
        reader.event(event)?;
    }
    reader.flush(BlockKind::Paragraph)?;
    reader.builder.finish()
}

struct Reader {
    builder: TextBuilder,
    inline: String,
    /// One entry per open list: the next number of an ordered one.
    lists: Vec<Option<u64>>,
    /// Marker of the list item whose first text is still to come.
    marker: Option<String>,
    cells: Vec<String>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) -> Result<(), ExtractError> {
        match event {
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => self.end(tag)?,
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.inline.push_str(&text);
            }
            Event::Html(text) => self.inline.push_str(&text),
            Event::InlineHtml(tag) => {
                if tag.to_ascii_lowercase().starts_with("<br") {
                    self.inline.push('\n');
                }
            }
            Event::SoftBreak | Event::HardBreak => self.inline.push('\n'),
            Event::FootnoteReference(label) => self.inline.push_str(&format!("[{label}]")),
            Event::TaskListMarker(done) => self.inline.push_str(if done { "[x] " } else { "[ ] " }),
            Event::Rule => self.flush(BlockKind::Paragraph)?,
        }
        Ok(())
    }

    fn start(&mut self, tag: Tag<'_>) -> Result<(), ExtractError> {
        match tag {
            Tag::List(first) => {
                self.flush(BlockKind::ListItem)?;
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush(BlockKind::ListItem)?;
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "- ".to_owned(),
                });
            }
            Tag::CodeBlock(_) | Tag::HtmlBlock => self.flush(BlockKind::Paragraph)?,
            Tag::FootnoteDefinition(label) => {
                self.flush(BlockKind::Paragraph)?;
                self.inline.push_str(&format!("[{label}] "));
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::BlockQuote(_) | Tag::Table(_)
                // A footnote's label stays with its first paragraph.
                if (!self.inline.starts_with('[') || !self.inline.ends_with("] ")) => {
                    self.flush(BlockKind::Paragraph)?;
                }
            Tag::TableHead | Tag::TableRow => self.cells.clear(),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), ExtractError> {
        match tag {
            TagEnd::Paragraph => self.flush(BlockKind::Paragraph),
            TagEnd::Heading(level) => self.flush(BlockKind::Heading(heading_level(level))),
            TagEnd::Item => self.flush(BlockKind::ListItem),
            TagEnd::List(_) => {
                self.lists.pop();
                Ok(())
            }
            TagEnd::CodeBlock => self.flush(BlockKind::Code),
            TagEnd::HtmlBlock => {
                let fragment = std::mem::take(&mut self.inline);
                html::push_fragment(&mut self.builder, &fragment)
            }
            TagEnd::TableCell => {
                self.cells.push(std::mem::take(&mut self.inline));
                Ok(())
            }
            TagEnd::TableHead => self.push_row(BlockKind::TableHeader),
            TagEnd::TableRow => self.push_row(BlockKind::TableRow),
            TagEnd::MetadataBlock(_) => {
                let front_matter = std::mem::take(&mut self.inline);
                front_matter::read(&front_matter, &mut self.builder);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn push_row(&mut self, kind: BlockKind) -> Result<(), ExtractError> {
        self.builder.push_row(kind, &std::mem::take(&mut self.cells), None)
    }

    fn flush(&mut self, kind: BlockKind) -> Result<(), ExtractError> {
        let text = std::mem::take(&mut self.inline);
        if text.trim().is_empty() {
            return Ok(());
        }
        match (kind, self.marker.take()) {
            (BlockKind::Paragraph | BlockKind::ListItem, Some(marker)) => {
                self.builder.push(BlockKind::ListItem, &(marker + text.trim()))
            }
            (BlockKind::Code, marker) => {
                self.marker = marker;
                self.builder.push(kind, &text)
            }
            // A later paragraph of an item is prose; so is text after a nested list.
            (BlockKind::ListItem, None) => self.builder.push(BlockKind::Paragraph, &without_comments(&text)),
            (kind, _) => self.builder.push(kind, &without_comments(&text)),
        }
    }
}

fn heading_level(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Removes MDX comments such as the anchors of headings: `{/*name*/}`.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("{/*") {
        let Some((_, after)) = comment.split_once("*/}") else { break };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Extracted {
        let doc = extract(text.as_bytes(), 1 << 20).unwrap();
        doc.validate().unwrap();
        doc
    }

    #[test]
    fn mark_up_is_dropped_and_link_text_kept() {
        let doc = read(
            "# A *big* [link](http://x.example/y)\n\nSome `code`, **bold**<br>and ![alt text](i.png).\n",
        );
        assert_eq!(doc.text, "A big link\n\nSome code, bold\nand alt text.");
        assert_eq!(doc.blocks[0].kind, BlockKind::Heading(1));
    }

    #[test]
    fn lists_tables_and_code() {
        let doc = read(
            "1. one\n2. two\n   - deep\n\n   more\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn x() {\n    y();\n}\n```\n",
        );
        assert_eq!(doc.text, "1. one\n2. two\n- deep\n\nmore\n\na | b\n1 | 2\n\nfn x() {\n    y();\n}");
        assert!(
            doc.blocks
                .iter()
                .any(|b| b.kind == BlockKind::TableHeader && &doc.text[b.span.clone()] == "a | b")
        );
    }

    #[test]
    fn front_matter_gives_the_title_and_no_text() {
        let doc =
            read("---\ntitle: \"Zarządzanie stanem\"\nother: x\n---\n\n## Część {/*part*/}\n\nTekst.\n");
        assert_eq!(doc.title.as_deref(), Some("Zarządzanie stanem"));
        assert_eq!(doc.text, "Część\n\nTekst.");
        assert_eq!(doc.properties["other"], "x");
        let toml = read("+++\ntitle = 'T'\ntags = [\"a\", \"b\"]\n+++\n\nText.\n");
        assert_eq!((toml.title.as_deref(), toml.text.as_str()), (Some("T"), "Text."));
        assert_eq!(toml.properties["tags"], serde_json::json!(["a", "b"]));
    }

    #[test]
    fn html_blocks_are_read_as_html() {
        let doc = read(
            "<div>\n<p>Hello <b>there</b></p>\n<script>no()</script>\n</div>\n\nEnd[^1].\n\n[^1]: A note.\n",
        );
        assert_eq!(doc.text, "Hello there\n\nEnd[1].\n\n[1] A note.");
    }
}
