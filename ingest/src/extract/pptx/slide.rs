//! The shapes of one slide.

use std::collections::HashSet;

use super::super::builder::TextBuilder;
use super::super::document::{BlockKind, Extracted};
use super::super::office::{Grid, Node, Package, Relationships, RichText, push_heading, xml};
use super::super::ooxml::{chart, diagram, is_on, picture, text};
use super::bullets::{ListStyle, paragraphs};
use super::layouts::{Layout, Role};
use super::order::{Place, reading_order};
use crate::error::ExtractError;

/// Level of the titles of slides; level 1 is left to the presentation.
const TITLE_LEVEL: u8 = 2;
/// Most slides that a warning names.
const MAX_NAMED: usize = 20;

/// Width and height of the slides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    width: i64,
    height: i64,
}

impl Extent {
    pub(super) fn read(node: Node<'_>) -> Option<Self> {
        let number = |name| xml::attribute(node, name).and_then(|value| value.parse::<i64>().ok());
        Some(Self { width: number("cx")?, height: number("cy")? })
    }

    fn shows(self, place: Place) -> bool {
        place.left < self.width
            && place.top < self.height
            && place.left + place.width > 0
            && place.top + place.height > 0
    }
}

/// A presentation that is being read.
pub(super) struct Deck<'d, 'p> {
    pub(super) builder: TextBuilder,
    pub(super) package: &'d mut Package<'p>,
    extent: Option<Extent>,
    footers: HashSet<String>,
    objects: usize,
    pictures: usize,
    /// Bytes of the alternative texts on the slide.
    described: usize,
    picture_slides: Vec<String>,
}

/// What the shapes of a slide need to be read.
#[derive(Clone, Copy)]
pub(super) struct Context<'s> {
    relationships: &'s Relationships,
    layout: &'s Layout,
    /// Whether places are those of the slide, not of a group.
    on_slide: bool,
}

impl<'d, 'p> Deck<'d, 'p> {
    pub(super) fn new(builder: TextBuilder, package: &'d mut Package<'p>, extent: Option<Extent>) -> Self {
        Self {
            builder,
            package,
            extent,
            footers: HashSet::new(),
            objects: 0,
            pictures: 0,
            described: 0,
            picture_slides: Vec::new(),
        }
    }

    /// Writes the title and the shapes of a slide.
    pub(super) fn slide(
        &mut self,
        number: usize,
        root: Node<'_>,
        relationships: &Relationships,
        layout: &Layout,
    ) -> Result<(), ExtractError> {
        let Some(tree) = xml::at(root, &["cSld", "spTree"]) else { return Ok(()) };
        let from = self.builder.len();
        (self.pictures, self.described) = (0, 0);
        let shapes = flat_shapes(tree);
        let title = shapes.iter().copied().find(|shape| is_title(*shape) && !text_of(*shape).is_blank());
        if let Some(title) = title {
            push_heading(&mut self.builder, TITLE_LEVEL, &text_of(title))?;
        }
        let rest: Vec<Node<'_>> = shapes.into_iter().filter(|shape| Some(*shape) != title).collect();
        self.shapes(&rest, Context { relationships, layout, on_slide: true })?;
        if self.pictures > 0 && self.builder.len() == from + self.described {
            self.picture_slides.push(number.to_string());
        }
        Ok(())
    }

    fn shapes(&mut self, shapes: &[Node<'_>], context: Context<'_>) -> Result<(), ExtractError> {
        let places: Vec<(Option<Place>, usize)> = shapes
            .iter()
            .map(|shape| {
                let inherited = Role::read(*shape).and_then(|role| context.layout.inherited(&role).0);
                let body = xml::child(*shape, "txBody");
                let count = body.map_or(0, |body| xml::children_named(body, "p").count());
                (Place::read(*shape).or(inherited), count)
            })
            .collect();
        for index in reading_order(&places) {
            let (Some(shape), Some((place, _))) = (shapes.get(index), places.get(index)) else { continue };
            let from = self.builder.len();
            self.shape(*shape, context)?;
            let shown = place.is_none_or(|place| {
                !context.on_slide || self.extent.is_none_or(|extent| extent.shows(place))
            });
            if !shown || is_marked_hidden(*shape) {
                self.builder.hide_since(from);
            }
        }
        Ok(())
    }

    fn shape(&mut self, shape: Node<'_>, context: Context<'_>) -> Result<(), ExtractError> {
        match xml::name(shape) {
            "grpSp" => self.shapes(&flat_shapes(shape), Context { on_slide: false, ..context }),
            "graphicFrame" => match xml::at(shape, &["graphic", "graphicData"]) {
                Some(data) => self.frame(data, context),
                None => Ok(()),
            },
            "pic" => {
                self.pictures += 1;
                self.describe(shape)?;
                self.words(shape, context)
            }
            _ => self.text_shape(shape, context.layout),
        }
    }

    /// Writes what a picture shows, in the words of its alternative text.
    fn describe(&mut self, picture: Node<'_>) -> Result<(), ExtractError> {
        let text = names(picture).and_then(|names| xml::attribute(names, "descr"));
        let Some(text) = text.and_then(|text| self.builder.description(text)) else { return Ok(()) };
        let from = self.builder.len();
        self.builder.push(BlockKind::Paragraph, &text)?;
        self.described += self.builder.len() - from;
        Ok(())
    }

    /// Writes the words of a picture that has some.
    fn words(&mut self, picture: Node<'_>, context: Context<'_>) -> Result<(), ExtractError> {
        let blip = xml::at(picture, &["blipFill", "blip"]);
        let id = blip.and_then(|blip| xml::relationship_id(blip, "embed"));
        match id.and_then(|id| context.relationships.by_id(id)) {
            Some(part) => picture::write(self.package, part, &mut self.builder),
            None => Ok(()),
        }
    }

    fn text_shape(&mut self, shape: Node<'_>, layout: &Layout) -> Result<(), ExtractError> {
        let role = Role::read(shape);
        let Some(body) = xml::child(shape, "txBody") else { return Ok(()) };
        match role.as_ref().map(|role| role.kind.as_str()) {
            Some("dt" | "sldNum" | "hdr" | "sldImg") => return Ok(()),
            Some("ftr") if !self.footers.insert(text::body(body).as_str().trim().to_owned()) => return Ok(()),
            _ => {}
        }
        let base = role.map_or_else(ListStyle::default, |role| layout.inherited(&role).1);
        self.paragraphs(body, base)
    }

    /// Writes the paragraphs of a body of text.
    pub(super) fn paragraphs(&mut self, body: Node<'_>, base: ListStyle) -> Result<(), ExtractError> {
        for (is_item, text) in paragraphs(body, base) {
            let kind = if is_item { BlockKind::ListItem } else { BlockKind::Paragraph };
            self.builder.push_rich(kind, &text)?;
        }
        Ok(())
    }

    /// Writes a table, a chart or a diagram.
    fn frame(&mut self, data: Node<'_>, context: Context<'_>) -> Result<(), ExtractError> {
        for node in xml::children(data) {
            let part = |name| {
                let id = xml::relationship_id(node, name);
                id.and_then(|id| context.relationships.by_id(id)).map(str::to_owned)
            };
            match xml::name(node) {
                "tbl" => self.table(node)?,
                "chart" => match part("id") {
                    Some(part) => chart::write(self.package, &part, &mut self.builder)?,
                    None => self.objects += 1,
                },
                "relIds" => match part("dm") {
                    Some(part) => diagram::write(self.package, &part, &mut self.builder)?,
                    None => self.objects += 1,
                },
                "oleObj" => {
                    self.objects += 1;
                    if let Some(picture) = xml::child(node, "pic") {
                        self.words(picture, context)?;
                    }
                }
                "AlternateContent" => {
                    if let Some(chosen) = xml::alternative(node) {
                        self.frame(chosen, context)?;
                    }
                    // What an embedded object looks like stands in the alternative for older programs.
                    if let Some(picture) = xml::descendant(node, "pic") {
                        self.words(picture, context)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn table(&mut self, table: Node<'_>) -> Result<(), ExtractError> {
        let mut grid = Grid::default();
        let rows: Vec<Node<'_>> = xml::children_named(table, "tr").collect();
        let cells = |row| xml::children_named(row, "tc");
        if let [row] = rows.as_slice()
            && cells(*row).count() == 1
        {
            let body = cells(*row).next().and_then(|cell| xml::child(cell, "txBody"));
            return body.map_or(Ok(()), |body| self.paragraphs(body, ListStyle::default()));
        }
        for row in rows {
            let merged = |cell, name| xml::attribute(cell, name).is_some_and(|value| is_on(Some(value)));
            let text = |cell| {
                let body =
                    xml::child(cell, "txBody").filter(|_| !merged(cell, "hMerge") && !merged(cell, "vMerge"));
                body.map(text::body).unwrap_or_default()
            };
            grid.push_row(cells(row).map(text).collect())?;
            for (column, cell) in cells(row).enumerate() {
                let width = xml::attribute(cell, "gridSpan").and_then(|span| span.parse().ok()).unwrap_or(1);
                grid.widen(column, width);
            }
        }
        let marked = xml::child(table, "tblPr").and_then(|properties| xml::attribute(properties, "firstRow"));
        grid.set_header_rows(usize::from(marked.is_some_and(|value| is_on(Some(value))) && grid.len() > 1));
        grid.write(&mut self.builder)
    }

    /// The presentation, with what was lost.
    pub(super) fn finish(mut self) -> Result<Extracted, ExtractError> {
        self.package.tell(&mut self.builder);
        if self.objects > 0 {
            self.builder.warn(format!("{} embedded objects are not read", self.objects));
        }
        if !self.picture_slides.is_empty() {
            let more = if self.picture_slides.len() > MAX_NAMED { " and more" } else { "" };
            self.picture_slides.truncate(MAX_NAMED);
            let slides = self.picture_slides.join(", ");
            self.builder.warn(format!("slides with pictures only, whose text is not read: {slides}{more}"));
        }
        self.builder.finish()
    }
}

/// The shapes inside a tree or a group, those in alternatives too.
fn flat_shapes(parent: Node<'_>) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    for node in xml::children(parent) {
        match xml::name(node) {
            "sp" | "grpSp" | "graphicFrame" | "pic" | "cxnSp" => out.push(node),
            "AlternateContent" => {
                let choice = xml::alternative(node);
                out.extend(choice.into_iter().flat_map(flat_shapes));
            }
            _ => {}
        }
    }
    out
}

fn is_title(shape: Node<'_>) -> bool {
    Role::read(shape).is_some_and(|role| role.is_title())
}

fn text_of(shape: Node<'_>) -> RichText {
    xml::child(shape, "txBody").map(text::body).unwrap_or_default()
}

/// The element with the name, the alternative text and the visibility of a shape.
fn names(shape: Node<'_>) -> Option<Node<'_>> {
    let properties = xml::children(shape).find(|node| xml::name(*node).starts_with("nv"))?;
    xml::child(properties, "cNvPr")
}

fn is_marked_hidden(shape: Node<'_>) -> bool {
    names(shape).and_then(|names| xml::attribute(names, "hidden")).is_some_and(|value| is_on(Some(value)))
}
