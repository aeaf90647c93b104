//! Paragraphs, headings, lists and sections.

use super::super::document::BlockKind;
use super::super::office::comments::prefix;
use super::super::office::{Flowing as _, Node, RichText, xml};
use super::inline::Context;
use super::reader::Reader;
use crate::error::ExtractError;

/// Style names of lines of code.
const CODE: [&str; 3] = ["preformatted text", "source code", "code"];

impl<'a> Reader<'a, '_> {
    /// Reads the blocks inside an element.
    pub(super) fn read_blocks(&mut self, parent: Node<'a>) -> Result<(), ExtractError> {
        for node in xml::children(parent) {
            match xml::name(node) {
                "p" | "h" => self.paragraph(node)?,
                "list" => self.list(node)?,
                "table" => self.table(node)?,
                "section" => self.section(node)?,
                // Deleted text, and what indexes are made from.
                "tracked-changes" | "forms" | "annotation" | "note-citation" => {}
                name if name.ends_with("-source") || name.ends_with("-decls") => {}
                "frame" | "custom-shape" | "rect" | "ellipse" | "circle" | "line" | "connector"
                | "polygon" | "polyline" | "path" | "g" | "a" => {
                    let mut text = RichText::default();
                    self.drawing(node, &mut text)?;
                    self.emit(BlockKind::Paragraph, &text)?;
                    self.end_paragraph(BlockKind::Paragraph)?;
                }
                _ => self.read_blocks(node)?,
            }
        }
        Ok(())
    }

    fn section(&mut self, node: Node<'a>) -> Result<(), ExtractError> {
        let hidden = match xml::attribute(node, "display") {
            Some("none") => true,
            Some("condition") => xml::attribute(node, "is-hidden") == Some("true"),
            _ => false,
        };
        let from = self.flow.builder.len();
        self.read_blocks(node)?;
        if hidden && self.flow.cells.is_empty() {
            self.flush()?;
            self.flow.builder.hide_since(from);
        }
        Ok(())
    }

    fn list(&mut self, node: Node<'a>) -> Result<(), ExtractError> {
        // A list in a cell or a box is not one of the list around it.
        let outermost =
            !node.parent().is_some_and(|parent| matches!(xml::name(parent), "list-item" | "list-header"));
        self.lists.open(node, outermost);
        for item in xml::children(node) {
            match xml::name(item) {
                "list-item" => self.lists.start_item(item),
                _ => self.lists.start_header(),
            }
            self.read_blocks(item)?;
        }
        self.lists.close();
        Ok(())
    }

    fn paragraph(&mut self, node: Node<'a>) -> Result<(), ExtractError> {
        let style = xml::attribute(node, "style-name").unwrap_or("Standard");
        let look = self.styles.look("paragraph", style);
        let mut text = RichText::default();
        self.inline(node, Context { look, shaded: look.shaded == Some(true) }, &mut text)?;
        let level = (xml::name(node) == "h").then(|| {
            let level = xml::attribute(node, "outline-level").and_then(|level| level.parse::<u8>().ok());
            level.unwrap_or(1).clamp(1, 10)
        });
        let marker = match level {
            _ if text.is_blank() => None,
            // A heading of a list goes on with the list's numbers.
            Some(level) if !self.lists.is_open() || !in_list(node) => {
                let plain = xml::attribute(node, "is-list-header") == Some("true")
                    || self.styles.is_without_list(style);
                if plain { None } else { self.lists.heading(node, level) }
            }
            _ if in_list(node) => self.lists.marker(),
            _ => None,
        };
        let is_title = self.styles.is_named(style, &["title"]);
        if is_title && self.flow.cells.is_empty() {
            self.flow.builder.title(text.as_str());
        }
        let kind = match (level, &marker) {
            (Some(level), _) => BlockKind::Heading(level.min(6)),
            _ if is_title => BlockKind::Heading(1),
            (None, Some(_)) => BlockKind::ListItem,
            _ if self.styles.is_named(style, &CODE) => BlockKind::Code,
            _ => BlockKind::Paragraph,
        };
        match marker {
            // The sign of a heading in a list says nothing.
            Some(marker) if marker != "- " || level.is_none() => self.emit(kind, &text.prefixed(&marker))?,
            _ => self.emit(kind, &text)?,
        }
        self.end_paragraph(kind)
    }

    /// Writes the comments with their authors and what they are about.
    pub(super) fn write_comments(&mut self) -> Result<(), ExtractError> {
        // Comments cannot hold comments; what claims to is left alone.
        for (id, node) in std::mem::take(&mut self.comments) {
            let text = self.gather(node)?;
            let value = |name| xml::child(node, name).map(xml::text_of);
            let quote = id.and_then(|id| self.quotes.of(id));
            let prefix =
                prefix(&value("creator").unwrap_or_default(), value("date").as_deref(), quote.as_deref());
            self.comment(&text, &prefix)?;
        }
        Ok(())
    }
}

/// Whether a paragraph stands directly in an item of a list.
fn in_list(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| matches!(xml::name(parent), "list-item" | "list-header"))
}
