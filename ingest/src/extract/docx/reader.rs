//! The state of reading one document.

use super::super::builder::TextBuilder;
use super::super::document::Extracted;
use super::super::office::comments::Quotes;
use super::super::office::{Flow, Flowing, Node, Package, Relationships, RichText};
use super::super::ooxml::{chart, diagram, picture};
use super::inline::Field;
use super::notes::Notes;
use super::numbering::Numbering;
use super::styles::Styles;
use crate::error::ExtractError;

/// What a paragraph can have attached beside text: the name of a part.
pub(super) enum Object {
    /// The part of a chart.
    Chart(String),
    /// The part of a diagram's data.
    Diagram(String),
    /// The part of a picture with words.
    Picture(String),
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
    pub(super) flow: Flow<'a, Object>,
    pub(super) package: &'a mut Package<'p>,
    pub(super) styles: &'a Styles,
    pub(super) numbering: Numbering,
    pub(super) notes: Notes<'a>,
    pub(super) quotes: Quotes<'a>,
    /// What the part that is being read names, where that is known.
    pub(super) relationships: Option<&'a Relationships>,
    /// Fields that are open; they can span paragraphs.
    pub(super) fields: Vec<Field>,
    /// Text of a paragraph whose end was deleted: the next one continues it.
    pub(super) carried: RichText,
    pub(super) lost: Lost,
}

impl<'a, 'p> Reader<'a, 'p> {
    pub(super) fn new(
        builder: TextBuilder,
        package: &'a mut Package<'p>,
        styles: &'a Styles,
        numbering: Numbering,
    ) -> Self {
        Self {
            flow: Flow::new(builder),
            package,
            styles,
            numbering,
            notes: Notes::default(),
            quotes: Quotes::default(),
            relationships: None,
            fields: Vec::new(),
            carried: RichText::default(),
            lost: Lost::default(),
        }
    }

    /// The document, with `title` from its properties unless it has one of its own.
    pub(super) fn finish(mut self, title: Option<String>) -> Result<Extracted, ExtractError> {
        self.flush()?;
        let mut builder = self.flow.builder;
        if let Some(title) = title {
            builder.title(&title);
        }
        self.package.tell(&mut builder);
        for (count, what) in [
            (self.lost.objects, "embedded objects are not read"),
            (self.lost.chunks, "documents inside the document are not read"),
            (self.lost.symbols, "signs of symbol fonts have no known character"),
        ] {
            if count > 0 {
                builder.warn(format!("{count} {what}"));
            }
        }
        builder.finish()
    }
}

impl<'a> Flowing<'a> for Reader<'a, '_> {
    type Object = Object;

    fn flow(&mut self) -> &mut Flow<'a, Object> {
        &mut self.flow
    }

    fn blocks(&mut self, parent: Node<'a>) -> Result<(), ExtractError> {
        self.read_blocks(parent)
    }

    fn write_object(&mut self, object: Object) -> Result<(), ExtractError> {
        match object {
            Object::Chart(part) => chart::write(self.package, &part, &mut self.flow.builder),
            Object::Diagram(part) => diagram::write(self.package, &part, &mut self.flow.builder),
            Object::Picture(part) => picture::write(self.package, &part, &mut self.flow.builder),
        }
    }

    fn end_part(&mut self) {
        self.fields.clear();
    }
}
