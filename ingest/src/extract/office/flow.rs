//! The order in which the blocks of a word processor's document are written: what a paragraph has attached (notes, text boxes,
//! charts) behind it, or behind the list or table that it is in.

use std::collections::HashSet;

use super::super::builder::TextBuilder;
use super::super::document::BlockKind;
use super::margins::is_page_number;
use super::{Grid, Node, RichText, push_heading};
use crate::error::ExtractError;

/// What is written behind the paragraph that holds it; `O` is what else a format has.
pub(crate) enum Attached<'a, O> {
    /// A note: what stands before its text, and its element.
    Note(String, Node<'a>),
    /// A text box or a shape with text.
    Box(Node<'a>),
    /// Text of a drawing.
    Text(RichText),
    /// A chart, a diagram.
    Object(O),
}

/// What was read and how far it is written.
pub(crate) struct Flow<'a, O> {
    pub(crate) builder: TextBuilder,
    /// Open table cells, the innermost last: their text is gathered instead of written.
    pub(crate) cells: Vec<RichText>,
    /// What the paragraph that is being read has attached.
    pub(crate) attached: Vec<Attached<'a, O>>,
    /// Whether a header or footer is being read.
    pub(crate) in_margin: bool,
    /// How many backgrounds that may be dark are open.
    pub(crate) shaded: u32,
    /// What is still to be written, behind the list or table that holds it.
    waiting: Vec<Attached<'a, O>>,
    /// Lines of code; those that follow one another are one block.
    code: Vec<RichText>,
    prefix: Option<String>,
    flushing: bool,
    commented: bool,
}

impl<O> Flow<'_, O> {
    /// Nothing read yet.
    pub(crate) fn new(builder: TextBuilder) -> Self {
        Self {
            builder,
            cells: Vec::new(),
            attached: Vec::new(),
            in_margin: false,
            shaded: 0,
            waiting: Vec::new(),
            code: Vec::new(),
            prefix: None,
            flushing: false,
            commented: false,
        }
    }

    fn flush_code(&mut self) -> Result<(), ExtractError> {
        let mut all = RichText::default();
        for line in self.code.drain(..) {
            all.append(&line);
            all.push("\n", false);
        }
        if all.is_blank() { Ok(()) } else { self.builder.push_rich(BlockKind::Code, &all) }
    }
}

/// A reader of such documents.
pub(crate) trait Flowing<'a> {
    /// What a paragraph can have attached beside text.
    type Object;

    /// What was read and how far it is written.
    fn flow(&mut self) -> &mut Flow<'a, Self::Object>;

    /// Reads the blocks inside an element.
    fn blocks(&mut self, parent: Node<'a>) -> Result<(), ExtractError>;

    /// Writes a chart or a diagram.
    fn write_object(&mut self, object: Self::Object) -> Result<(), ExtractError>;

    /// A header, footer or comment was read to its end.
    fn end_part(&mut self) {}

    /// Writes a block, or adds it to the open cell.
    fn emit(&mut self, kind: BlockKind, text: &RichText) -> Result<(), ExtractError> {
        if text.is_blank() {
            return Ok(());
        }
        let flow = self.flow();
        let prefixed = flow.prefix.take().map(|prefix| text.prefixed(&prefix));
        let text = prefixed.as_ref().unwrap_or(text);
        if let Some(cell) = flow.cells.last_mut() {
            cell.push("\n", false);
            cell.append(text);
            return Ok(());
        }
        if kind == BlockKind::Code {
            flow.code.push(text.clone());
            return Ok(());
        }
        flow.flush_code()?;
        if kind != BlockKind::ListItem {
            self.flush()?;
        }
        let builder = &mut self.flow().builder;
        match kind {
            BlockKind::Heading(level) => push_heading(builder, level, text),
            kind => builder.push_rich(kind, text),
        }
    }

    /// Writes a table, or adds it to the open cell.
    fn emit_table(&mut self, grid: &Grid) -> Result<(), ExtractError> {
        let flow = self.flow();
        if let Some(cell) = flow.cells.last_mut() {
            cell.push("\n", false);
            cell.append(&grid.flatten());
            return Ok(());
        }
        grid.write(&mut flow.builder)?;
        self.end_paragraph(BlockKind::TableRow)
    }

    /// Puts what the paragraph had attached behind it, or behind the list or table that it is in.
    fn end_paragraph(&mut self, kind: BlockKind) -> Result<(), ExtractError> {
        let flow = self.flow();
        flow.waiting.append(&mut flow.attached);
        let outside = flow.cells.is_empty() && !matches!(kind, BlockKind::ListItem | BlockKind::Code);
        if (outside || flow.in_margin) && !flow.waiting.is_empty() { self.flush() } else { Ok(()) }
    }

    /// Writes what is waiting: code first, then notes, boxes and charts.
    fn flush(&mut self) -> Result<(), ExtractError> {
        let flow = self.flow();
        flow.flush_code()?;
        if std::mem::replace(&mut flow.flushing, true) {
            return Ok(());
        }
        // What is written can have attachments of its own.
        loop {
            let waiting = std::mem::take(&mut self.flow().waiting);
            if waiting.is_empty() {
                break;
            }
            for attached in waiting {
                self.write_attached(attached)?;
            }
        }
        self.flow().flushing = false;
        Ok(())
    }

    /// Writes one of the things that were attached.
    fn write_attached(&mut self, attached: Attached<'a, Self::Object>) -> Result<(), ExtractError> {
        match attached {
            Attached::Note(prefix, node) => {
                self.flow().prefix = Some(prefix);
                self.blocks(node)?;
                self.flow().prefix = None;
            }
            Attached::Box(node) => {
                self.flow().shaded += 1;
                self.blocks(node)?;
                self.flow().shaded -= 1;
            }
            Attached::Text(text) => self.emit(BlockKind::Paragraph, &text)?,
            Attached::Object(object) => self.write_object(object)?,
        }
        self.flow().flush_code()
    }

    /// Writes notes that stand together, each with what stands before its text.
    fn notes(&mut self, due: Vec<(String, Node<'a>)>) -> Result<(), ExtractError> {
        let notes = due.into_iter().map(|(prefix, note)| Attached::Note(prefix, note));
        self.flow().waiting.extend(notes);
        self.flush()
    }

    /// The blocks inside an element as the text of one cell.
    fn gather(&mut self, node: Node<'a>) -> Result<RichText, ExtractError> {
        self.flow().cells.push(RichText::default());
        self.blocks(node)?;
        Ok(self.flow().cells.pop().unwrap_or_default())
    }

    /// Writes each header or footer once, unless it says no more than the number of the page.
    fn margins(&mut self, roots: impl Iterator<Item = Node<'a>>) -> Result<(), ExtractError> {
        let mut seen = HashSet::new();
        for root in roots {
            self.flow().in_margin = true;
            let text = self.gather(root)?;
            self.end_part();
            self.flow().in_margin = false;
            let plain = text.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
            if !is_page_number(&plain) && seen.insert(plain) {
                self.emit(BlockKind::Paragraph, &text)?;
            }
        }
        Ok(())
    }

    /// Writes a comment behind `prefix`, which says who wrote it; the first one under a heading.
    fn comment(&mut self, text: &RichText, prefix: &str) -> Result<(), ExtractError> {
        if text.is_blank() {
            return Ok(());
        }
        if !std::mem::replace(&mut self.flow().commented, true) {
            self.emit(BlockKind::Heading(1), &RichText::from("Comments"))?;
        }
        let text = RichText::from(text.as_str().trim_start());
        self.emit(BlockKind::Paragraph, &text.prefixed(prefix))
    }
}
