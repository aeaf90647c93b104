//! Text documents of OpenDocument (ODT): the body in its order with footnotes and text boxes behind the paragraphs that hold
//! them, then endnotes, footers and comments.

mod blocks;
mod inline;
mod lists;
mod objects;
mod properties;
mod reader;
mod styles;
mod tables;

use super::ContentLimits;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::Extracted;
use super::office::{Flowing as _, Node, Package, xml};
use crate::error::ExtractError;
use lists::ListStyles;
use reader::Reader;
use styles::Styles;

const MIME: &str = "application/vnd.oasis.opendocument.text";

/// Reads a text document.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let what = Kind::Odt.what();
    let mut package = Package::open(bytes, what)?;
    if is_encrypted(&mut package)? {
        return Err(ExtractError::Encrypted { what: what.to_owned() });
    }
    let mut builder = TextBuilder::new(MIME, limits.max_text_bytes);
    let title = properties::read(&mut package, &mut builder)?;
    let content_source = package.require("content.xml")?;
    let content = content_source.parse(what)?;
    if content_source.is_mended() {
        package.warn("the text is damaged; what could be read of it is here".to_owned());
    }
    let styles_source = package.source("styles.xml")?;
    let styles_tree = package.tree("styles.xml", styles_source.as_ref())?;
    let root = content.root_element();
    let common = styles_tree.as_ref().map(|tree| tree.root_element());
    // Automatic styles of the body and of headers have the same names.
    let (body_styles, body_lists) = styles_of(common, Some(root));
    let (margin_styles, margin_lists) = styles_of(common, common);
    let masters: Vec<Node<'_>> = common
        .and_then(|root| xml::child(root, "master-styles"))
        .into_iter()
        .flat_map(|masters| xml::children_named(masters, "master-page"))
        .flat_map(xml::children)
        .collect();
    let margins =
        |kind: &'static str| masters.iter().copied().filter(move |node| xml::name(*node).starts_with(kind));

    let mut reader = Reader::new(builder, &mut package, &margin_styles, &margin_lists);
    reader.margins(margins("header"))?;
    (reader.styles, reader.lists.styles) = (&body_styles, &body_lists);
    let body = xml::child(root, "body").unwrap_or(root);
    reader.blocks(xml::child(body, "text").unwrap_or(body))?;
    reader.flush()?;
    reader.endnotes()?;
    (reader.styles, reader.lists.styles) = (&margin_styles, &margin_lists);
    reader.margins(margins("footer"))?;
    reader.finish(title)
}

/// The common styles of one part and the automatic ones of another.
fn styles_of<'a>(common: Option<Node<'a>>, automatic: Option<Node<'a>>) -> (Styles<'a>, ListStyles<'a>) {
    let common = common.and_then(|root| xml::child(root, "styles"));
    let automatic = automatic.and_then(|root| xml::child(root, "automatic-styles"));
    let groups = [common, automatic].into_iter().flatten();
    (Styles::read(groups.clone()), ListStyles::read(groups))
}

/// Whether the manifest says that the text is encrypted.
fn is_encrypted(package: &mut Package<'_>) -> Result<bool, ExtractError> {
    let name = "META-INF/manifest.xml";
    let source = package.source(name)?;
    let Some(tree) = package.tree(name, source.as_ref())? else { return Ok(false) };
    let found = xml::children_named(tree.root_element(), "file-entry").any(|entry| {
        let path = xml::attribute(entry, "full-path").unwrap_or_default();
        matches!(path, "content.xml" | "encrypted-package") && xml::child(entry, "encryption-data").is_some()
    });
    Ok(found)
}

#[cfg(test)]
mod tests;
