//! Paragraphs: headings, list items, code and prose.

use super::super::document::BlockKind;
use super::super::office::{Flowing as _, Node, RichText, xml};
use super::inline::Context;
use super::reader::Reader;
use super::styles::{ListReference, is_shade, outline};
use crate::error::ExtractError;

impl<'a> Reader<'a, '_> {
    /// Reads the paragraphs and tables inside an element.
    pub(super) fn read_blocks(&mut self, parent: Node<'a>) -> Result<(), ExtractError> {
        for node in xml::children(parent) {
            match xml::name(node) {
                "p" => self.paragraph(node)?,
                "tbl" => self.table(node)?,
                "AlternateContent" => {
                    if let Some(chosen) = xml::alternative(node) {
                        self.read_blocks(chosen)?;
                    }
                }
                "altChunk" => self.lost.chunks += 1,
                "r" | "hyperlink" | "fldSimple" | "oMath" | "oMathPara" => self.loose(node)?,
                "del" | "moveFrom" | "sectPr" | "sdtPr" | "sdtEndPr" | "pPr" | "rPr" | "tcPr" => {}
                _ => self.read_blocks(node)?,
            }
        }
        Ok(())
    }

    /// Text that stands in no paragraph; no program writes it, but readers show it.
    fn loose(&mut self, node: Node<'a>) -> Result<(), ExtractError> {
        let mut text = RichText::default();
        self.inline_node(node, Context::default(), &mut text);
        self.emit(BlockKind::Paragraph, &text)?;
        self.end_paragraph(BlockKind::Paragraph)
    }

    fn paragraph(&mut self, node: Node<'a>) -> Result<(), ExtractError> {
        let properties = xml::child(node, "pPr");
        let style = self.style_of(properties);
        let shading = properties.and_then(|properties| xml::child(properties, "shd"));
        let context = Context {
            look: style.map(|style| self.styles.look(style)).unwrap_or_default(),
            shaded: shading.map_or_else(|| style.is_some_and(|style| self.styles.is_shaded(style)), is_shade),
        };
        let mut text = std::mem::take(&mut self.carried);
        self.inline(node, context, &mut text);
        self.close_field_codes();
        let mark = properties.and_then(|properties| xml::child(properties, "rPr"));
        if mark.is_some_and(|mark| xml::child(mark, "del").is_some()) {
            self.carried = text;
            return Ok(());
        }
        let marker = self.marker(properties, style);
        let level = match properties.and_then(outline) {
            Some(level) => (level < 9).then_some(level + 1),
            None => style.and_then(|style| self.styles.heading(style)),
        };
        let is_title = style.is_some_and(|style| self.styles.is_title(style));
        if is_title && self.flow.cells.is_empty() {
            self.flow.builder.title(text.as_str());
        }
        let kind = match (level, &marker) {
            (Some(level), _) => BlockKind::Heading(level),
            _ if is_title => BlockKind::Heading(1),
            (None, Some(_)) => BlockKind::ListItem,
            _ if style.is_some_and(|style| self.styles.is_code(style)) => BlockKind::Code,
            _ => BlockKind::Paragraph,
        };
        match marker.filter(|_| !text.is_blank()) {
            Some(marker) => self.emit(kind, &text.prefixed(&marker))?,
            None => self.emit(kind, &text)?,
        }
        self.end_paragraph(kind)
    }

    /// The style of a paragraph with these properties.
    pub(super) fn style_of(&self, properties: Option<Node<'a>>) -> Option<&'a str> {
        let named = properties.and_then(|properties| xml::child(properties, "pStyle"));
        named.and_then(|style| xml::attribute(style, "val")).or_else(|| self.styles.default_paragraph())
    }

    /// Counts the paragraph in its list and gives the number or sign before it.
    fn marker(&mut self, properties: Option<Node<'a>>, style: Option<&'a str>) -> Option<String> {
        let own = properties.map(ListReference::read).unwrap_or_default();
        let by_style = style.and_then(|style| self.styles.list(style));
        let (list, level) = match (own.number, by_style) {
            (Some(list), by_style) => {
                (list, own.level.or_else(|| by_style.and_then(|(reference, _)| reference.level)))
            }
            (None, Some((reference, owner))) => {
                let list = reference.number?;
                let level = self.numbering.level_of_style(&list, owner);
                (list, own.level.or(level).or(reference.level))
            }
            (None, None) => return None,
        };
        self.numbering.marker(&list, level.unwrap_or(0))
    }
}
