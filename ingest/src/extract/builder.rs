//! Writes blocks into one text, so that every format follows the same rules of [`Extracted`].

use super::clean::{clean, dedent, squeeze, squeeze_lines};
use super::document::{Block, BlockKind, Extracted};
use crate::error::{ExtractError, SizeLimit, truncate_chars};

/// Longest title kept, in characters.
const MAX_TITLE_CHARS: usize = 300;

/// Collects the blocks of one document.
#[derive(Debug)]
pub(crate) struct TextBuilder {
    doc: Extracted,
    max_text_bytes: usize,
}

impl TextBuilder {
    /// An empty document of type `mime` whose text may grow to `max_text_bytes`.
    pub(crate) fn new(mime: &str, max_text_bytes: usize) -> Self {
        Self { doc: Extracted { mime: mime.to_owned(), ..Extracted::default() }, max_text_bytes }
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
                BlockKind::Heading(_) | BlockKind::TableRow => squeeze(&cleaned),
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
                self.doc.pages.push(self.doc.text.len());
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

    /// The next block starts on a new page.
    pub(crate) fn start_page(&mut self) {
        // The separator is written before the block; the page starts behind it, which `finish` fixes up.
        self.doc.pages.push(self.doc.text.len());
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
        if self.doc.title.is_none() {
            let heading = self.doc.blocks.iter().find(|b| matches!(b.kind, BlockKind::Heading(_)));
            if let Some(raw) = heading.map(|b| self.doc.text[b.span.clone()].to_owned()) {
                self.title(&raw);
            }
        }
        let (text, len) = (&self.doc.text, self.doc.text.len());
        for page in &mut self.doc.pages {
            let rest = &text[*page..];
            *page = len - rest.trim_start().len();
        }
        self.doc.language = crate::language::detect(&self.doc.text).map(str::to_owned);
        Ok(self.doc)
    }

    fn separate(&mut self, kind: BlockKind) {
        if let Some(last) = self.doc.blocks.last() {
            let tight = kind.is_tight() && last.kind == kind;
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
        assert_eq!(doc.pages, [0, 5, 5, 15, 19]);
        assert_eq!([0, 5, 15].map(|o| doc.page_of(o)), [Some(1), Some(3), Some(4)]);
        doc.validate().unwrap();
    }

    #[test]
    fn the_text_limit_stops_the_builder() {
        let mut b = TextBuilder::new("text/plain", 10);
        assert!(b.push(BlockKind::Paragraph, "short").is_ok());
        assert_eq!(b.push(BlockKind::Paragraph, "too long").unwrap_err().code(), "too_large");
    }
}
