//! The state of reading one document.

use super::super::builder::TextBuilder;
use super::super::document::{BlockKind, Extracted};
use super::super::office::comments::Quotes;
use super::super::office::{Flow, Flowing, Grid, Node, Package};
use super::lists::{ListStyles, Lists};
use super::styles::Styles;
use crate::error::ExtractError;

/// What a paragraph can have attached beside text.
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) values: Grid,
}

/// Reads the parts of one document into blocks.
pub(super) struct Reader<'a, 'p> {
    pub(super) flow: Flow<'a, Chart>,
    pub(super) package: &'a mut Package<'p>,
    pub(super) styles: &'a Styles<'a>,
    pub(super) lists: Lists<'a>,
    pub(super) quotes: Quotes<'a>,
    /// Comments with the identifiers of the passages that they are about.
    pub(super) comments: Vec<(Option<&'a str>, Node<'a>)>,
    pub(super) endnotes: Vec<(String, Node<'a>)>,
    /// Embedded objects that were not read.
    pub(super) objects: usize,
}

impl<'a, 'p> Reader<'a, 'p> {
    pub(super) fn new(
        builder: TextBuilder,
        package: &'a mut Package<'p>,
        styles: &'a Styles<'a>,
        lists: &'a ListStyles<'a>,
    ) -> Self {
        Self {
            flow: Flow::new(builder),
            package,
            styles,
            lists: Lists::new(lists),
            quotes: Quotes::default(),
            comments: Vec::new(),
            endnotes: Vec::new(),
            objects: 0,
        }
    }

    /// Writes the endnotes.
    pub(super) fn endnotes(&mut self) -> Result<(), ExtractError> {
        let due = std::mem::take(&mut self.endnotes);
        self.notes(due)
    }

    /// The document, with `title` from its properties unless it has one of its own.
    pub(super) fn finish(mut self, title: Option<String>) -> Result<Extracted, ExtractError> {
        self.write_comments()?;
        self.flush()?;
        let mut builder = self.flow.builder;
        if let Some(title) = title {
            builder.title(&title);
        }
        self.package.tell(&mut builder);
        if self.objects > 0 {
            builder.warn(format!("{} embedded objects are not read", self.objects));
        }
        builder.finish()
    }
}

impl<'a> Flowing<'a> for Reader<'a, '_> {
    type Object = Chart;

    fn flow(&mut self) -> &mut Flow<'a, Chart> {
        &mut self.flow
    }

    fn blocks(&mut self, parent: Node<'a>) -> Result<(), ExtractError> {
        self.read_blocks(parent)
    }

    fn write_object(&mut self, chart: Chart) -> Result<(), ExtractError> {
        self.flow.builder.push(BlockKind::Paragraph, &chart.title)?;
        chart.values.write(&mut self.flow.builder)
    }
}
