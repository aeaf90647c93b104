//! The state of reading one document and the order in which its blocks are written.

use std::collections::HashSet;

use super::super::builder::TextBuilder;
use super::super::document::{BlockKind, Extracted};
use super::super::office::comments::Quotes;
use super::super::office::margins::is_page_number;
use super::super::office::{Grid, Node, Package, RichText, push_heading};
use super::lists::{ListStyles, Lists};
use super::styles::Styles;
use crate::error::ExtractError;

/// What is written behind the paragraph that holds it.
pub(super) enum Attached<'a> {
    /// A note: what stands before its text, and its body.
    Note(String, Node<'a>),
    /// A text box or a shape with text.
    Box(Node<'a>),
    /// The title and the values of a chart.
    Chart(String, Grid),
}

/// Reads the parts of one document into blocks.
pub(super) struct Reader<'a, 'p> {
    pub(super) builder: TextBuilder,
    pub(super) package: &'a mut Package<'p>,
    pub(super) styles: &'a Styles<'a>,
    pub(super) lists: Lists<'a>,
    pub(super) quotes: Quotes<'a>,
    /// Comments with the identifiers of the passages that they are about.
    pub(super) comments: Vec<(Option<&'a str>, Node<'a>)>,
    pub(super) endnotes: Vec<(String, Node<'a>)>,
    /// How many backgrounds that may be dark are open.
    pub(super) shaded: u32,
    /// Whether a header or footer is being read.
    pub(super) in_margin: bool,
    /// Open table cells, the innermost last: their text is gathered instead of written.
    pub(super) cells: Vec<RichText>,
    /// What the paragraph that is being read has attached.
    pub(super) attached: Vec<Attached<'a>>,
    pub(super) waiting: Vec<Attached<'a>>,
    /// Embedded objects that were not read.
    pub(super) objects: usize,
    code: Vec<RichText>,
    prefix: Option<String>,
    flushing: bool,
}

impl<'a, 'p> Reader<'a, 'p> {
    pub(super) fn new(
        builder: TextBuilder,
        package: &'a mut Package<'p>,
        styles: &'a Styles<'a>,
        lists: &'a ListStyles<'a>,
    ) -> Self {
        Self {
            builder,
            package,
            styles,
            lists: Lists::new(lists),
            quotes: Quotes::default(),
            comments: Vec::new(),
            endnotes: Vec::new(),
            shaded: 0,
            in_margin: false,
            cells: Vec::new(),
            attached: Vec::new(),
            waiting: Vec::new(),
            objects: 0,
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
            Attached::Chart(title, grid) => {
                self.builder.push(BlockKind::Paragraph, &title)?;
                grid.write(&mut self.builder)?;
            }
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

    /// Writes the endnotes.
    pub(super) fn endnotes(&mut self) -> Result<(), ExtractError> {
        let due = std::mem::take(&mut self.endnotes);
        self.waiting.extend(due.into_iter().map(|(prefix, note)| Attached::Note(prefix, note)));
        self.flush()
    }

    /// Writes each header or footer once, unless it says no more than the number of the page.
    pub(super) fn margins(&mut self, nodes: impl Iterator<Item = Node<'a>>) -> Result<(), ExtractError> {
        let mut seen = HashSet::new();
        for node in nodes {
            self.in_margin = true;
            let text = self.gather(node)?;
            self.in_margin = false;
            let plain = text.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
            if !is_page_number(&plain) && seen.insert(plain) {
                self.emit(BlockKind::Paragraph, &text)?;
            }
        }
        Ok(())
    }

    /// The blocks inside an element as the text of one cell.
    pub(super) fn gather(&mut self, node: Node<'a>) -> Result<RichText, ExtractError> {
        self.cells.push(RichText::default());
        self.blocks(node)?;
        Ok(self.cells.pop().unwrap_or_default())
    }

    /// The document, with `title` from its properties unless it has one of its own.
    pub(super) fn finish(mut self, title: Option<String>) -> Result<Extracted, ExtractError> {
        self.write_comments()?;
        self.flush()?;
        if let Some(title) = title {
            self.builder.title(&title);
        }
        self.package.tell(&mut self.builder);
        if self.objects > 0 {
            self.builder.warn(format!("{} embedded objects are not read", self.objects));
        }
        self.builder.finish()
    }
}
