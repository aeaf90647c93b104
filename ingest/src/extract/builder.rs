//! Writes blocks into one text, so that every format follows the same rules of [`Extracted`].

use std::collections::HashSet;
use std::ops::Range;

use footnote_index::{PageKind, Row, Sheet};
use serde_json::Value;

use super::alt_text;
use super::clean::{clean, dedent, squeeze, squeeze_lines};
use super::document::{Block, BlockKind, Extracted};
use super::office::RichText;
use crate::error::{ExtractError, SizeLimit, truncate_chars};

/// Longest title kept, in characters.
const MAX_TITLE_CHARS: usize = 300;
/// Longest text of a property kept, in characters.
const MAX_PROPERTY_CHARS: usize = 500;
/// Most properties kept.
const MAX_PROPERTIES: usize = 64;

/// Collects the blocks of one document.
#[derive(Debug)]
pub(crate) struct TextBuilder {
    doc: Extracted,
    max_text_bytes: usize,
    /// See [`TextBuilder::headings_name_parts`].
    headings_name_parts: bool,
    /// See [`TextBuilder::first_said`].
    said: HashSet<String>,
}

impl TextBuilder {
    /// An empty document of type `mime` whose text may grow to `max_text_bytes`.
    pub(crate) fn new(mime: &str, max_text_bytes: usize) -> Self {
        Self {
            doc: Extracted { mime: mime.to_owned(), ..Extracted::default() },
            max_text_bytes,
            headings_name_parts: false,
            said: HashSet::new(),
        }
    }

    /// Adds a block of raw text; blank text adds nothing.
    pub(crate) fn push(&mut self, kind: BlockKind, raw: &str) -> Result<(), ExtractError> {
        self.push_with_pages(kind, &[raw])
    }

    /// Adds one block whose text crosses page breaks: a page starts at each part but the first.
    pub(crate) fn push_with_pages(&mut self, kind: BlockKind, parts: &[&str]) -> Result<(), ExtractError> {
        let mut start = None;
        for (i, raw) in parts.iter().enumerate() {
            let cleaned = clean(raw);
            let text = match kind {
                BlockKind::Heading(_) | BlockKind::TableHeader | BlockKind::TableRow => squeeze(&cleaned),
                BlockKind::Paragraph | BlockKind::ListItem => squeeze_lines(&cleaned),
                BlockKind::Code => dedent(&cleaned),
            };
            if !text.is_empty() {
                match start {
                    None => {
                        self.separate(kind);
                        start = Some(self.doc.text.len());
                    }
                    Some(_) => self.doc.text.push(' '),
                }
            }
            if i > 0 {
                self.doc.layout.pages.push(self.doc.text.len());
            }
            self.doc.text.push_str(&text);
            self.check_size()?;
        }
        if let Some(start) = start {
            let end = start + self.doc.text[start..].trim_end().len();
            self.doc.blocks.push(Block { span: start..end, kind });
        }
        Ok(())
    }

    /// Adds a block of which some passages are not seen by a reader.
    pub(crate) fn push_rich(&mut self, kind: BlockKind, rich: &RichText) -> Result<(), ExtractError> {
        let from = self.doc.text.len();
        if !rich.has_hidden() || kind == BlockKind::Code {
            self.push(kind, rich.as_str())?;
            if rich.has_hidden() {
                self.hide_since(from);
            }
            return Ok(());
        }
        let one_line = matches!(kind, BlockKind::Heading(_)) || kind.is_row();
        let (text, hidden) = rich.squeezed(one_line);
        if text.is_empty() {
            return Ok(());
        }
        self.separate(kind);
        let start = self.doc.text.len();
        self.doc.text.push_str(&text);
        self.check_size()?;
        self.doc.blocks.push(Block { span: start..self.doc.text.len(), kind });
        self.doc.hidden.extend(hidden.into_iter().map(|span| span.start + start..span.end + start));
        Ok(())
    }

    /// The next block starts on a new page.
    pub(crate) fn start_page(&mut self) {
        self.doc.layout.pages.push(self.doc.text.len());
    }

    /// The next block starts on a new slide.
    pub(crate) fn start_slide(&mut self) {
        self.doc.layout.page_kind = PageKind::Slide;
        self.start_page();
    }

    /// The next block starts a sheet of a workbook.
    pub(crate) fn start_sheet(&mut self, name: &str) {
        let name = squeeze(&clean(name));
        self.doc.layout.sheets.push(Sheet { start: self.doc.text.len(), name });
    }

    /// Adds a table row of `kind` (header or row), its cells separated by ` | `; a row of blank cells adds nothing.
    /// `at` is the address of the first cell, row and column from 1, where cells have one.
    pub(crate) fn push_row<S: AsRef<str>>(
        &mut self,
        kind: BlockKind,
        cells: &[S],
        at: Option<(u32, u32)>,
    ) -> Result<(), ExtractError> {
        let cells: Vec<String> = cells.iter().map(|cell| squeeze(&clean(cell.as_ref()))).collect();
        let Some(last) = cells.iter().rposition(|cell| !cell.is_empty()) else { return Ok(()) };
        let first = cells.iter().position(|cell| !cell.is_empty()).unwrap_or(0);
        let before = self.doc.blocks.len();
        // Blank cells in front stay: without them the others would stand under the names of other columns.
        self.push(kind, &cells[..=last].join(" | "))?;
        if let (Some((number, column)), Some(block)) = (at, self.doc.blocks.get(before)) {
            let column = |i: usize| column.saturating_add(u32::try_from(i).unwrap_or(u32::MAX));
            self.doc.layout.rows.push(Row {
                start: block.span.start,
                end: block.span.end,
                number,
                first_column: column(first),
                last_column: column(last),
            });
        }
        Ok(())
    }

    /// What a picture shows, from its alternative text, where that says something and the document has not said it of another
    /// picture before.
    pub(crate) fn description(&mut self, alternative: &str) -> Option<String> {
        alt_text::telling(alternative).filter(|text| self.first_said(text))
    }

    /// Whether no picture has said `text` before: the same picture can stand on every page.
    pub(crate) fn first_said(&mut self, text: &str) -> bool {
        self.said.insert(text.to_owned())
    }

    /// Bytes of text so far, for [`TextBuilder::hide_since`].
    pub(crate) fn len(&self) -> usize {
        self.doc.text.len()
    }

    /// What was added since the text was `from` bytes long is not seen by a reader.
    pub(crate) fn hide_since(&mut self, from: usize) {
        let end = self.doc.text.len();
        self.hide(from.min(end)..end);
    }

    /// The text in `span` is not seen by a reader. Spans come in order, but for one that holds those before it.
    pub(crate) fn hide(&mut self, span: Range<usize>) {
        if span.start < span.end && self.doc.text.get(span.clone()).is_some() {
            while self.doc.hidden.last().is_some_and(|last| last.start >= span.start) {
                self.doc.hidden.pop();
            }
            self.doc.hidden.push(span);
        }
    }

    /// What the document says of itself. Blank values and keys that are set already are ignored; texts are one line.
    pub(crate) fn property(&mut self, key: &str, value: impl Into<Value>) {
        let value = match value.into() {
            Value::String(text) => {
                let mut text = squeeze(&clean(&text));
                truncate_chars(&mut text, MAX_PROPERTY_CHARS);
                Value::String(text)
            }
            other => other,
        };
        let blank = matches!(&value, Value::Null) || matches!(&value, Value::String(text) if text.is_empty());
        let key = squeeze(&clean(key));
        if !blank && !key.is_empty() && self.doc.properties.len() < MAX_PROPERTIES {
            self.doc.properties.entry(key).or_insert(value);
        }
    }

    /// Sets the title unless one is set already; blank titles are ignored.
    pub(crate) fn title(&mut self, raw: &str) {
        if self.doc.title.is_none() {
            let mut title = squeeze(&clean(raw));
            truncate_chars(&mut title, MAX_TITLE_CHARS);
            let title = title.trim_end().to_owned();
            if title.chars().any(char::is_alphanumeric) {
                self.doc.title = Some(title);
            }
        }
    }

    /// Headings name parts of the document (sheets, records), so that none of them stands for the whole of it as its title.
    pub(crate) fn headings_name_parts(&mut self) {
        self.headings_name_parts = true;
    }

    /// Notes what was lost or guessed.
    pub(crate) fn warn(&mut self, warning: impl Into<String>) {
        const MAX_WARNINGS: usize = 20;
        if self.doc.warnings.len() < MAX_WARNINGS {
            let mut warning = warning.into();
            truncate_chars(&mut warning, 300);
            self.doc.warnings.push(warning);
        }
    }

    /// The document; the first heading becomes the title when none is set.
    ///
    /// # Errors
    /// [`ExtractError::Empty`] when no block holds text.
    pub(crate) fn finish(mut self) -> Result<Extracted, ExtractError> {
        if self.doc.blocks.is_empty() {
            return Err(ExtractError::Empty);
        }
        if self.doc.title.is_none() && !self.headings_name_parts {
            let heading = self.doc.blocks.iter().find(|b| matches!(b.kind, BlockKind::Heading(_)));
            if let Some(raw) = heading.map(|b| self.doc.text[b.span.clone()].to_owned()) {
                self.title(&raw);
            }
        }
        let (text, len) = (&self.doc.text, self.doc.text.len());
        // Marks were set before the separator of the block behind them.
        let layout = &mut self.doc.layout;
        let sheets = layout.sheets.iter_mut().map(|sheet| &mut sheet.start);
        for start in layout.pages.iter_mut().chain(sheets) {
            *start = len - text[*start..].trim_start().len();
        }
        self.doc.language = crate::language::detect(&self.doc.text).map(str::to_owned);
        Ok(self.doc)
    }

    fn separate(&mut self, kind: BlockKind) {
        if let Some(last) = self.doc.blocks.last() {
            let tight = kind.is_tight_after(last.kind);
            self.doc.text.push_str(if tight { "\n" } else { "\n\n" });
        }
    }

    fn check_size(&self) -> Result<(), ExtractError> {
        if self.doc.text.len() > self.max_text_bytes {
            return Err(ExtractError::TooLarge {
                what: SizeLimit::TextBytes,
                actual: self.doc.text.len() as u64,
                limit: self.max_text_bytes as u64,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_trimmed_and_separated() {
        let mut b = TextBuilder::new("text/plain", 1000);
        b.push(BlockKind::Heading(1), "  Titlu \n mare ").unwrap();
        b.push(BlockKind::ListItem, "- a").unwrap();
        b.push(BlockKind::ListItem, "- b").unwrap();
        b.push(BlockKind::Paragraph, "   ").unwrap();
        b.push(BlockKind::Paragraph, "x  y\n\n z").unwrap();
        let doc = b.finish().unwrap();
        assert_eq!(doc.text, "Titlu mare\n\n- a\n- b\n\nx y\nz");
        assert_eq!(doc.title.as_deref(), Some("Titlu mare"));
        doc.validate().unwrap();
    }

    #[test]
    fn pages_start_at_the_text_they_hold() {
        let mut b = TextBuilder::new("application/pdf", 1000);
        b.start_page();
        b.push(BlockKind::Paragraph, "one").unwrap();
        b.start_page();
        b.start_page();
        b.push_with_pages(BlockKind::Paragraph, &["three and", "four"]).unwrap();
        b.start_page();
        let doc = b.finish().unwrap();
        assert_eq!(doc.text, "one\n\nthree and four");
        assert_eq!(doc.layout.pages, [0, 5, 5, 15, 19]);
        doc.validate().unwrap();
    }

    #[test]
    fn rows_keep_their_addresses_and_sheets_begin_at_their_first_block() {
        let mut b = TextBuilder::new("text/csv", 1000);
        b.start_sheet("Prices");
        b.push(BlockKind::Heading(2), "Prices").unwrap();
        b.push_row(BlockKind::TableHeader, &["Item", "Price"], Some((1, 1))).unwrap();
        b.push_row(BlockKind::TableRow, &["", " "], Some((2, 1))).unwrap();
        b.push_row(BlockKind::TableRow, &["", "5\nzł", ""], Some((3, 1))).unwrap();
        b.start_sheet("Notes");
        b.push_row(BlockKind::TableRow, &["x"], Some((1, 4))).unwrap();
        let doc = b.finish().unwrap();
        assert_eq!(doc.text, "Prices\n\nItem | Price\n| 5 zł\nx");
        let place = |needle: &str| {
            let at = doc.text.find(needle).unwrap();
            let position = doc.layout.position(&(at..at + needle.len()));
            (position.sheet.unwrap(), position.cells.unwrap())
        };
        assert_eq!(place("Item | Price\n| 5 zł"), ("Prices".into(), "A1:B3".into()));
        assert_eq!(place("5 zł"), ("Prices".into(), "B3".into()));
        assert_eq!(place("x"), ("Notes".into(), "D1".into()));
        doc.validate().unwrap();
    }

    #[test]
    fn properties_are_one_line_and_the_first_of_a_key_stays() {
        let mut b = TextBuilder::new("text/plain", 1000);
        b.property("author", " Ana\nPop ");
        b.property("author", "Second");
        b.property("subject", " ");
        let from = b.len();
        b.push(BlockKind::Paragraph, "text").unwrap();
        b.hide_since(from);
        let doc = b.finish().unwrap();
        assert_eq!(serde_json::to_string(&doc.properties).unwrap(), r#"{"author":"Ana Pop"}"#);
        assert_eq!(doc.hidden.first(), Some(&(0..4)));
    }

    #[test]
    fn hidden_passages_of_a_block_are_placed_and_swallowed_by_larger_spans() {
        let mut b = TextBuilder::new("text/plain", 1000);
        let mut text = RichText::from("seen ");
        text.push("not seen", true);
        b.push(BlockKind::Paragraph, "first").unwrap();
        let from = b.len();
        b.push_rich(BlockKind::Paragraph, &text).unwrap();
        assert_eq!(b.doc.hidden.iter().map(|s| &b.doc.text[s.clone()]).collect::<Vec<_>>(), ["not seen"]);
        b.hide_since(from);
        let doc = b.finish().unwrap();
        assert_eq!(doc.hidden.first(), Some(&(5..20)));
        assert_eq!(doc.hidden.len(), 1, "the smaller span is part of the larger");
        doc.validate().unwrap();
    }

    #[test]
    fn the_text_limit_stops_the_builder() {
        let mut b = TextBuilder::new("text/plain", 10);
        assert!(b.push(BlockKind::Paragraph, "short").is_ok());
        assert_eq!(b.push(BlockKind::Paragraph, "too long").unwrap_err().code(), "too_large");
    }
}
