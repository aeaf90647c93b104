//! What a slide inherits from its layout and master: places of shapes and bullets of lists.

use std::collections::HashMap;

use super::super::office::{Node, Package, Relationships, xml};
use super::bullets::ListStyle;
use super::order::Place;
use crate::error::ExtractError;

/// The role of a shape that takes its form from the layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    /// `title`, `body`, `ftr` and so on; `body` when it is not said.
    pub(super) kind: String,
    index: Option<String>,
}

impl Role {
    /// Reads the `p:ph` of a shape's properties.
    pub(super) fn read(shape: Node<'_>) -> Option<Self> {
        let properties = xml::children(shape).find(|node| xml::name(*node).starts_with("nv"))?;
        let node = xml::at(properties, &["nvPr", "ph"])?;
        Some(Self {
            kind: match xml::attribute(node, "type").unwrap_or("body") {
                "ctrTitle" => "title",
                "obj" => "body",
                kind => kind,
            }
            .to_owned(),
            index: xml::attribute(node, "idx").map(str::to_owned),
        })
    }

    pub(super) fn is_title(&self) -> bool {
        self.kind == "title"
    }
}

#[derive(Debug)]
struct Placeholder {
    role: Role,
    place: Option<Place>,
    style: ListStyle,
}

/// The placeholders of a layout and of the master it is made from.
#[derive(Debug, Default)]
pub(super) struct Layout {
    own: Vec<Placeholder>,
    master: Vec<Placeholder>,
    body: ListStyle,
}

impl Layout {
    /// Where the shape of a role stands when it does not say, and the bullets of its text.
    pub(super) fn inherited(&self, role: &Role) -> (Option<Place>, ListStyle) {
        let own = self
            .own
            .iter()
            .find(|found| found.role.index == role.index && role.index.is_some())
            .or_else(|| self.own.iter().find(|found| found.role.kind == role.kind));
        // Masters have one place for all content.
        let kind = if is_content(&role.kind) { "body" } else { role.kind.as_str() };
        let master = self.master.iter().find(|found| found.role.kind == kind);
        let base =
            if is_content(&role.kind) || role.kind == "subTitle" { self.body } else { ListStyle::default() };
        let style = |found: Option<&Placeholder>| found.map(|found| found.style).unwrap_or_default();
        let place = |found: Option<&Placeholder>| found.and_then(|found| found.place);
        (place(own).or_else(|| place(master)), style(own).over(style(master)).over(base))
    }
}

fn is_content(kind: &str) -> bool {
    !matches!(kind, "title" | "subTitle" | "dt" | "ftr" | "sldNum" | "hdr" | "sldImg")
}

/// The layouts that were read, by part.
#[derive(Debug, Default)]
pub(super) struct Layouts {
    by_part: HashMap<String, Layout>,
    none: Layout,
}

impl Layouts {
    /// The layout of a slide, an empty one when it has none that can be read.
    pub(super) fn of_slide(
        &mut self,
        package: &mut Package<'_>,
        relationships: &Relationships,
    ) -> Result<&Layout, ExtractError> {
        let Some(part) = relationships.of_kind("slideLayout").next() else { return Ok(&self.none) };
        if !self.by_part.contains_key(part) {
            self.by_part.insert(part.to_owned(), read(package, part)?);
        }
        Ok(self.by_part.get(part).unwrap_or(&self.none))
    }
}

fn read(package: &mut Package<'_>, part: &str) -> Result<Layout, ExtractError> {
    let mut layout = Layout::default();
    let source = package.source(part)?;
    if let Some(tree) = package.tree(part, source.as_ref())? {
        layout.own = placeholders(tree.root_element());
    }
    let relationships = package.relationships(part)?;
    let Some(part) = relationships.of_kind("slideMaster").next() else { return Ok(layout) };
    let source = package.source(part)?;
    if let Some(tree) = package.tree(part, source.as_ref())? {
        layout.master = placeholders(tree.root_element());
        let style = xml::at(tree.root_element(), &["txStyles", "bodyStyle"]);
        layout.body = style.map(ListStyle::read).unwrap_or_default();
    }
    Ok(layout)
}

fn placeholders(root: Node<'_>) -> Vec<Placeholder> {
    let shapes = xml::at(root, &["cSld", "spTree"]).into_iter().flat_map(xml::children);
    let read = |shape| {
        let style = xml::at(shape, &["txBody", "lstStyle"]).map(ListStyle::read).unwrap_or_default();
        Some(Placeholder { role: Role::read(shape)?, place: Place::read(shape), style })
    };
    shapes.filter_map(read).collect()
}
