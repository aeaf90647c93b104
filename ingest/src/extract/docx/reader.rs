//! The state of reading one document and the order in which its blocks are written.

use super::super::builder::TextBuilder;
use super::super::document::{BlockKind, Extracted};
use super::super::office::comments::Quotes;
use super::super::office::{Node, Package, Relationships, RichText, push_heading};
use super::super::ooxml::{chart, diagram};
use super::inline::Field;
use super::notes::Notes;
use super::numbering::Numbering;
use super::styles::Styles;
use crate::error::ExtractError;

/// What is written behind the paragraph that holds it.
pub(super) enum Attached<'a> {
    /// A footnote: what stands before its text, and its element.
    Note(String, Node<'a>),
    /// The content of a text box.
    Box(Node<'a>),
    /// Text of a drawing.
    Text(RichText),
    /// The part of a chart.
    Chart(String),
    /// The part of a diagram's data.
    Diagram(String),
}

/// Things that were met but not read.
#[derive(Debug, Default)]
pub(super) struct Lost {
    pub(super) objects: usize,
    pub(super) chunks: usize,
    pub(super) symbols: usize,
}

/// Reads the parts of one document into blocks.
pub(super) struct Reader<'a, 'p> {
    pub(super) builder: TextBuilder,
    pub(super) package: &'a mut Package<'p>,
    pub(super) styles: &'a Styles,
    pub(super) numbering: Numbering,
    pub(super) notes: Notes<'a>,
    pub(super) quotes: Quotes<'a>,
    /// What the part that is being read names, where that is known.
    pub(super) relationships: Option<&'a Relationships>,
    /// How many backgrounds that may be dark are open.
    pub(super) shaded: u32,
    /// Fields that are open; they can span paragraphs.
    pub(super) fields: Vec<Field>,
    /// Whether a header or footer is being read.
    pub(super) in_margin: bool,
    /// Open table cells, the innermost last: their text is gathered instead of written.
    pub(super) cells: Vec<RichText>,
    /// What the paragraph that is being read has attached.
    pub(super) attached: Vec<Attached<'a>>,
    /// Text of a paragraph whose end was deleted: the next one continues it.
    pub(super) carried: RichText,
    /// What is still to be written, behind the list or table that holds it.
    pub(super) waiting: Vec<Attached<'a>>,
    pub(super) lost: Lost,
    code: Vec<RichText>,
    prefix: Option<String>,
    flushing: bool,
}

impl<'a, 'p> Reader<'a, 'p> {
    pub(super) fn new(
        builder: TextBuilder,
        package: &'a mut Package<'p>,
        styles: &'a Styles,
        numbering: Numbering,
    ) -> Self {
        Self {
            builder,
            package,
            styles,
            numbering,
            notes: Notes::default(),
            quotes: Quotes::default(),
            relationships: None,
            shaded: 0,
            fields: Vec::new(),
            in_margin: false,
            cells: Vec::new(),
            attached: Vec::new(),
            carried: RichText::default(),
            waiting: Vec::new(),
            lost: Lost::default(),
            code: Vec::new(),
            prefix: None,
            flushing: false,
        }
    }

    /// Writes a block, or adds it to the open cell.
    pub(super) fn emit(&mut self, kind: BlockKind, text: &RichText) -> Result<(), ExtractError> {
        if text.is_blank() {
            return Ok(());
        }
        let prefixed = self.prefix.take().map(|prefix| text.prefixed(&prefix));
        let text = prefixed.as_ref().unwrap_or(text);
        if let Some(cell) = self.cells.last_mut() {
            cell.push("\n", false);
            cell.append(text);
            return Ok(());
        }
        if kind == BlockKind::Code {
            self.code.push(text.clone());
            return Ok(());
        }
        self.flush_code()?;
        if kind != BlockKind::ListItem {
            self.flush()?;
        }
        match kind {
            BlockKind::Heading(level) => push_heading(&mut self.builder, level, text),
            kind => self.builder.push_rich(kind, text),
        }
    }

    /// Puts what the paragraph had attached behind it, or behind the list or table that it is in.
    pub(super) fn end_paragraph(&mut self, kind: BlockKind) -> Result<(), ExtractError> {
        self.waiting.append(&mut self.attached);
        let outside = self.cells.is_empty() && !matches!(kind, BlockKind::ListItem | BlockKind::Code);
        if (outside || self.in_margin) && !self.waiting.is_empty() { self.flush() } else { Ok(()) }
    }

    /// Writes what is waiting: code first, then notes, boxes and charts.
    pub(super) fn flush(&mut self) -> Result<(), ExtractError> {
        self.flush_code()?;
        if self.flushing {
            return Ok(());
        }
        self.flushing = true;
        // What is written can have attachments of its own.
        while !self.waiting.is_empty() {
            for attached in std::mem::take(&mut self.waiting) {
                self.write_attached(attached)?;
            }
        }
        self.flushing = false;
        Ok(())
    }

    fn write_attached(&mut self, attached: Attached<'a>) -> Result<(), ExtractError> {
        match attached {
            Attached::Note(prefix, node) => {
                self.prefix = Some(prefix);
                self.blocks(node)?;
                self.prefix = None;
            }
            Attached::Box(node) => {
                self.shaded += 1;
                self.blocks(node)?;
                self.shaded -= 1;
            }
            Attached::Text(text) => self.emit(BlockKind::Paragraph, &text)?,
            Attached::Chart(part) => chart::write(self.package, &part, &mut self.builder)?,
            Attached::Diagram(part) => diagram::write(self.package, &part, &mut self.builder)?,
        }
        self.flush_code()
    }

    fn flush_code(&mut self) -> Result<(), ExtractError> {
        let mut all = RichText::default();
        for line in self.code.drain(..) {
            all.append(&line);
            all.push("\n", false);
        }
        if all.is_blank() { Ok(()) } else { self.builder.push_rich(BlockKind::Code, &all) }
    }

    /// The document, with `title` from its properties unless it has one of its own.
    pub(super) fn finish(mut self, title: Option<String>) -> Result<Extracted, ExtractError> {
        self.flush()?;
        if let Some(title) = title {
            self.builder.title(&title);
        }
        self.package.tell(&mut self.builder);
        for (count, what) in [
            (self.lost.objects, "embedded objects are not read"),
            (self.lost.chunks, "documents inside the document are not read"),
            (self.lost.symbols, "signs of symbol fonts have no known character"),
        ] {
            if count > 0 {
                self.builder.warn(format!("{count} {what}"));
            }
        }
        self.builder.finish()
    }
}
