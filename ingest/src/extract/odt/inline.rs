//! The text of a paragraph: spans, spaces, notes, comments, frames.

use super::super::office::{Attached, Look, Node, RichText, xml};
use super::reader::Reader;
use crate::error::ExtractError;

/// What a span inherits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    pub(super) look: Look,
    pub(super) shaded: bool,
}

impl<'a> Reader<'a, '_> {
    /// Reads the text inside an element.
    pub(super) fn inline(
        &mut self,
        parent: Node<'a>,
        context: Context,
        out: &mut RichText,
    ) -> Result<(), ExtractError> {
        for node in parent.children() {
            if let Some(text) = node.text().filter(|_| node.is_text()) {
                // Line ends in the file are only white space.
                self.push_text(&text.replace(['\n', '\r', '\t'], " "), context, out);
            } else if node.is_element() {
                self.inline_element(node, context, out)?;
            }
        }
        Ok(())
    }

    fn inline_element(
        &mut self,
        node: Node<'a>,
        context: Context,
        out: &mut RichText,
    ) -> Result<(), ExtractError> {
        match xml::name(node) {
            "s" => self.push_text(" ", context, out),
            "tab" => self.push_text("\t", context, out),
            "line-break" => self.push_text("\n", context, out),
            "span" => {
                let style = xml::attribute(node, "style-name").unwrap_or_default();
                let look = self.styles.look("text", style).over(context.look);
                self.inline(node, Context { look, ..context }, out)?;
            }
            "note" => self.note(node, out),
            "annotation" => {
                let id = xml::attribute(node, "name");
                self.comments.push((id, node));
                self.quotes.open(id.unwrap_or_default());
            }
            "annotation-end" => self.quotes.close(xml::attribute(node, "name").unwrap_or_default()),
            "hidden-text" => {
                let text = xml::attribute(node, "string-value").unwrap_or_default();
                out.push(text, true);
            }
            "page-number" | "page-count" | "page-continuation" if self.flow.in_margin => {}
            "ruby-text" | "number" | "tracked-changes" | "soft-page-break" | "forms" => {}
            "frame" | "custom-shape" | "rect" | "ellipse" | "circle" | "line" | "connector" | "polygon"
            | "polyline" | "path" | "g" => self.drawing(node, out)?,
            _ => self.inline(node, context, out)?,
        }
        Ok(())
    }

    fn push_text(&mut self, text: &str, context: Context, out: &mut RichText) {
        self.quotes.push(text);
        out.push(text, context.look.is_hidden(context.shaded || self.flow.shaded > 0));
    }

    /// Writes the mark of a note into the text; a footnote follows the paragraph, an endnote the body.
    fn note(&mut self, node: Node<'a>, out: &mut RichText) {
        let Some(body) = xml::child(node, "note-body") else { return };
        let mark = xml::child(node, "note-citation").map(xml::text_of).unwrap_or_default();
        let mark = format!("[{}]", mark.trim());
        out.push(&mark, false);
        let prefix = mark + " ";
        if xml::attribute(node, "note-class") == Some("endnote") {
            self.endnotes.push((prefix, body));
        } else {
            self.flow.attached.push(Attached::Note(prefix, body));
        }
    }
}
