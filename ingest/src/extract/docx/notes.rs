//! What stands outside the body: footnotes, endnotes, comments.

use std::collections::HashMap;

use super::super::office::comments::prefix;
use super::super::office::numbers::{NumberFormat, format_number};
use super::super::office::{Attached, Flowing as _, Node, RichText, xml};
use super::reader::Reader;
use crate::error::ExtractError;

/// The notes of a document and which were referred to.
#[derive(Debug, Default)]
pub(super) struct Notes<'a> {
    footnotes: HashMap<&'a str, Node<'a>>,
    endnotes: HashMap<&'a str, Node<'a>>,
    labels: HashMap<(bool, &'a str), u32>,
    footnote_count: u32,
    endnote_count: u32,
    endnotes_due: Vec<(String, Node<'a>)>,
}

impl<'a> Notes<'a> {
    pub(super) fn add_footnotes(&mut self, root: Node<'a>) {
        self.footnotes = notes(root, "footnote");
    }

    pub(super) fn add_endnotes(&mut self, root: Node<'a>) {
        self.endnotes = notes(root, "endnote");
    }
}

/// Notes by their identifiers, without the lines that separate them from the text.
fn notes<'a>(root: Node<'a>, name: &'a str) -> HashMap<&'a str, Node<'a>> {
    let all = xml::children_named(root, name).filter(|note| {
        !matches!(
            xml::attribute(*note, "type"),
            Some("separator" | "continuationSeparator" | "continuationNotice")
        )
    });
    all.filter_map(|note| Some((xml::attribute(note, "id")?, note))).collect()
}

impl<'a> Reader<'a, '_> {
    /// Writes the mark of a note into the text; a footnote follows the paragraph, an endnote the body.
    pub(super) fn note_reference(&mut self, node: Node<'a>, out: &mut RichText) {
        let is_footnote = xml::name(node) == "footnoteReference";
        let id = xml::attribute(node, "id").unwrap_or_default();
        let notes = &mut self.notes;
        let label = |number| {
            let format = if is_footnote { NumberFormat::Decimal } else { NumberFormat::LowerRoman };
            format!("[{}]", format_number(number, format))
        };
        if let Some(number) = notes.labels.get(&(is_footnote, id)) {
            out.push(&label(*number), false);
            return;
        }
        let (known, count) = if is_footnote {
            (&notes.footnotes, &mut notes.footnote_count)
        } else {
            (&notes.endnotes, &mut notes.endnote_count)
        };
        let Some(note) = known.get(id).copied() else { return };
        *count += 1;
        let number = *count;
        notes.labels.insert((is_footnote, id), number);
        out.push(&label(number), false);
        let prefix = label(number) + " ";
        if is_footnote {
            self.flow.attached.push(Attached::Note(prefix, note));
        } else {
            notes.endnotes_due.push((prefix, note));
        }
    }

    /// Writes the endnotes that the body refers to.
    pub(super) fn endnotes(&mut self) -> Result<(), ExtractError> {
        let due = std::mem::take(&mut self.notes.endnotes_due);
        self.notes(due)
    }

    /// Writes the comments with their authors and what they are about.
    pub(super) fn comments(&mut self, root: Node<'a>) -> Result<(), ExtractError> {
        for comment in xml::children_named(root, "comment") {
            let text = self.gather(comment)?;
            self.end_part();
            let value = |name| xml::attribute(comment, name);
            let quote = value("id").and_then(|id| self.quotes.of(id));
            let prefix = prefix(value("author").unwrap_or_default(), value("date"), quote.as_deref());
            self.comment(&text, &prefix)?;
        }
        self.flush()
    }
}
