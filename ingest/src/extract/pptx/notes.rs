//! Speaker notes and comments of a slide.

use std::collections::HashMap;

use super::super::document::BlockKind;
use super::super::office::{Node, Package, Relationships, RichText, comments, push_heading, xml};
use super::super::ooxml::text;
use super::bullets::ListStyle;
use super::layouts::Role;
use super::slide::Deck;
use crate::error::ExtractError;

/// Level of the headings over notes and comments.
const LEVEL: u8 = 3;

/// Names of the people who wrote comments, by identifier.
#[derive(Debug, Default)]
pub(super) struct Authors(HashMap<String, String>);

impl Authors {
    /// Reads the authors that the presentation names.
    pub(super) fn read(
        package: &mut Package<'_>,
        relationships: &Relationships,
    ) -> Result<Self, ExtractError> {
        let mut authors = HashMap::new();
        for part in relationships.of_kind("commentAuthors").chain(relationships.of_kind("authors")) {
            let source = package.source(part)?;
            let Some(tree) = package.tree(part, source.as_ref())? else { continue };
            authors.extend(xml::children(tree.root_element()).filter_map(|node| {
                Some((xml::attribute(node, "id")?.to_owned(), xml::attribute(node, "name")?.to_owned()))
            }));
        }
        Ok(Self(authors))
    }
}

impl Deck<'_, '_> {
    /// Writes the notes and comments of a slide under headings of their own.
    pub(super) fn notes(
        &mut self,
        relationships: &Relationships,
        authors: &Authors,
    ) -> Result<(), ExtractError> {
        for part in relationships.of_kind("notesSlide") {
            let source = self.package.source(part)?;
            let Some(tree) = self.package.tree(part, source.as_ref())? else { continue };
            let shapes =
                xml::at(tree.root_element(), &["cSld", "spTree"]).into_iter().flat_map(xml::children);
            let bodies: Vec<Node<'_>> = shapes
                .filter(|shape| Role::read(*shape).is_none_or(|role| role.kind == "body"))
                .filter_map(|shape| xml::child(shape, "txBody"))
                .filter(|body| !text::body(*body).is_blank())
                .collect();
            if !bodies.is_empty() {
                push_heading(&mut self.builder, LEVEL, &RichText::from("Notes"))?;
            }
            for body in bodies {
                self.paragraphs(body, ListStyle::default())?;
            }
        }
        let mut comments = Vec::new();
        for part in relationships.of_kind("comments") {
            let source = self.package.source(part)?;
            let Some(tree) = self.package.tree(part, source.as_ref())? else { continue };
            gather(tree.root_element(), authors, &mut comments);
        }
        if !comments.is_empty() {
            push_heading(&mut self.builder, LEVEL, &RichText::from("Comments"))?;
        }
        for comment in comments {
            self.builder.push_rich(BlockKind::Paragraph, &comment)?;
        }
        Ok(())
    }
}

/// Comments of the old form (`p:cm` with `p:text`) and of the new one (with `p188:txBody` and replies).
fn gather(node: Node<'_>, authors: &Authors, out: &mut Vec<RichText>) {
    for comment in xml::children(node) {
        if !matches!(xml::name(comment), "cm" | "reply") {
            gather(comment, authors, out);
            continue;
        }
        let text = match xml::child(comment, "text") {
            Some(text) => RichText::from(xml::text_of(text).as_str()),
            None => xml::child(comment, "txBody").map(text::body).unwrap_or_default(),
        };
        if !text.is_blank() {
            let author = xml::attribute(comment, "authorId").and_then(|id| authors.0.get(id));
            let date = xml::attribute(comment, "dt").or_else(|| xml::attribute(comment, "created"));
            let author = author.map(String::as_str).unwrap_or_default();
            out.push(text.prefixed(&comments::prefix(author, date, None)));
        }
        xml::children_named(comment, "replyLst").for_each(|replies| gather(replies, authors, out));
    }
}
