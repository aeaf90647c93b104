//! Presentations (PPTX): the slides in their order, each with its title, shapes in the order they are read in, notes and
//! comments.

mod bullets;
mod layouts;
mod notes;
mod order;
mod slide;

use super::ContentLimits;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::Extracted;
use super::office::{Package, xml};
use super::ooxml::{is_on, properties};
use crate::error::{ExtractError, SizeLimit};
use layouts::Layouts;
use notes::Authors;
use slide::{Deck, Extent};

const MIME: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// Reads a presentation.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let what = Kind::Pptx.what();
    let mut package = Package::open(bytes, what)?;
    let mut builder = TextBuilder::new(MIME, limits.max_text_bytes);
    if let Some(title) = properties::read(&mut package, &mut builder)? {
        builder.title(&title);
    }
    let main = package.main_part("ppt/presentation.xml")?;
    let source = package.require(&main)?;
    let presentation = source.parse(what)?;
    if source.is_mended() {
        package.warn("the list of slides is damaged; some slides may be missing".to_owned());
    }
    let relationships = package.relationships(&main)?;
    let root = presentation.root_element();
    let listed = xml::child(root, "sldIdLst").into_iter().flat_map(|list| xml::children_named(list, "sldId"));
    let mut slides: Vec<Option<String>> = listed
        .map(|slide| {
            xml::relationship_id(slide, "id").and_then(|id| relationships.by_id(id)).map(str::to_owned)
        })
        .collect();
    if slides.is_empty() {
        slides = relationships.of_kind("slide").map(|part| Some(part.to_owned())).collect();
    }
    if slides.len() > limits.max_pages {
        let (actual, limit) = (slides.len() as u64, limits.max_pages as u64);
        return Err(ExtractError::TooLarge { what: SizeLimit::Pages, actual, limit });
    }
    let authors = Authors::read(&mut package, &relationships)?;
    let size = xml::child(root, "sldSz").and_then(|size| Extent::read(size));
    let mut deck = Deck::new(builder, &mut package, size);
    let mut layouts = Layouts::default();
    for (index, part) in slides.iter().enumerate() {
        deck.builder.start_slide();
        let from = deck.builder.len();
        let source = match part {
            Some(part) => deck.package.source(part)?,
            None => None,
        };
        let part = part.as_deref().unwrap_or_default();
        let Some(tree) = deck.package.tree(part, source.as_ref())? else {
            deck.package.warn(format!("slide {} is missing or damaged", index + 1));
            continue;
        };
        let relationships = deck.package.relationships(part)?;
        let layout = layouts.of_slide(deck.package, &relationships)?;
        deck.slide(index + 1, tree.root_element(), &relationships, layout)?;
        deck.notes(&relationships, &authors)?;
        if !is_on(xml::attribute(tree.root_element(), "show")) {
            deck.builder.hide_since(from);
        }
    }
    deck.finish()
}

#[cfg(test)]
mod tests;
