//! What a document says of itself: `meta.xml`.

use super::super::builder::TextBuilder;
use super::super::office::{Package, is_telling_title, xml};
use crate::error::ExtractError;

/// Most properties that the user of a program added.
const MAX_CUSTOM: usize = 20;

/// Reads the properties into `builder` and gives the title, when it says something.
pub(super) fn read(
    package: &mut Package<'_>,
    builder: &mut TextBuilder,
) -> Result<Option<String>, ExtractError> {
    let source = package.source("meta.xml")?;
    let Some(tree) = package.tree("meta.xml", source.as_ref())? else { return Ok(None) };
    let root = tree.root_element();
    let meta = xml::child(root, "meta").unwrap_or(root);
    let text = |name| xml::child(meta, name).map(xml::text_of).unwrap_or_default();
    let author = text("initial-creator");
    let last = text("creator");
    builder.property("author", if author.trim().is_empty() { last.clone() } else { author });
    builder.property("created", text("creation-date"));
    builder.property("modified", text("date"));
    let keywords: Vec<String> = xml::children_named(meta, "keyword").map(xml::text_of).collect();
    builder.property("keywords", keywords.join(", "));
    builder.property("subject", text("subject"));
    builder.property("description", text("description"));
    builder.property("last_modified_by", last);
    for node in xml::children_named(meta, "user-defined").take(MAX_CUSTOM) {
        builder.property(xml::attribute(node, "name").unwrap_or_default(), xml::text_of(node));
    }
    Ok(Some(text("title")).filter(|title| is_telling_title(title)))
}
