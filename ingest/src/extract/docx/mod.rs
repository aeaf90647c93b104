//! Word documents (DOCX): the body in its order with footnotes, text boxes and charts behind the paragraphs that hold them,
//! then endnotes, footers and comments. Pages are not told: a file knows only where some program once broke them.

mod blocks;
mod drawing;
mod inline;
mod notes;
mod numbering;
mod reader;
mod styles;
mod symbols;
mod tables;

use super::ContentLimits;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::Extracted;
use super::office::{Flowing as _, Package, Relationships, Source, xml};
use super::ooxml::properties;
use crate::error::ExtractError;
use numbering::Numbering;
use reader::Reader;
use styles::Styles;

const MIME: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Reads a Word document.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let what = Kind::Docx.what();
    let mut package = Package::open(bytes, what)?;
    let mut builder = TextBuilder::new(MIME, limits.max_text_bytes);
    let title = properties::read(&mut package, &mut builder)?;
    let main = package.main_part("word/document.xml")?;
    let main_source = package.require(&main)?;
    let document = main_source.parse(what)?;
    if main_source.is_mended() {
        package.warn("the text is damaged; what could be read of it is here".to_owned());
    }
    let relationships = package.relationships(&main)?;

    let styles_part = related(&mut package, &relationships, "styles")?;
    let styles = match package.tree("styles", styles_part.as_ref())? {
        Some(tree) => Styles::read(tree.root_element()),
        None => Styles::default(),
    };
    let numbering_part = related(&mut package, &relationships, "numbering")?;
    let numbering = match package.tree("numbering", numbering_part.as_ref())? {
        Some(tree) => Numbering::read(tree.root_element()),
        None => Numbering::default(),
    };
    let footnotes_part = related(&mut package, &relationships, "footnotes")?;
    let footnotes = package.tree("footnotes", footnotes_part.as_ref())?;
    let endnotes_part = related(&mut package, &relationships, "endnotes")?;
    let endnotes = package.tree("endnotes", endnotes_part.as_ref())?;
    let comments_part = related(&mut package, &relationships, "comments")?;
    let comments = package.tree("comments", comments_part.as_ref())?;
    let mut margin_parts = Vec::new();
    for kind in ["header", "footer"] {
        for part in relationships.of_kind(kind) {
            margin_parts.push((kind, package.source(part)?));
        }
    }
    let mut margins = Vec::new();
    for (kind, source) in &margin_parts {
        margins.extend(package.tree(kind, source.as_ref())?.map(|tree| (*kind, tree)));
    }

    let mut reader = Reader::new(builder, &mut package, &styles, numbering);
    if let Some(tree) = &footnotes {
        reader.notes.add_footnotes(tree.root_element());
    }
    if let Some(tree) = &endnotes {
        reader.notes.add_endnotes(tree.root_element());
    }
    let of_kind = |wanted: &'static str| {
        margins.iter().filter(move |(kind, _)| *kind == wanted).map(|(_, tree)| tree.root_element())
    };
    reader.margins(of_kind("header"))?;
    reader.relationships = Some(&relationships);
    let root = document.root_element();
    reader.flow.shaded = u32::from(xml::child(root, "background").is_some());
    reader.blocks(xml::child(root, "body").unwrap_or(root))?;
    reader.flush()?;
    reader.relationships = None;
    reader.endnotes()?;
    reader.margins(of_kind("footer"))?;
    if let Some(tree) = &comments {
        reader.comments(tree.root_element())?;
    }
    reader.finish(title)
}

/// The first part of a kind that the document names.
fn related(
    package: &mut Package<'_>,
    relationships: &Relationships,
    kind: &str,
) -> Result<Option<Source>, ExtractError> {
    match relationships.of_kind(kind).next() {
        Some(part) => package.source(part),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests;
