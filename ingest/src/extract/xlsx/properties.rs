//! What the package says of the document: author, dates, keywords.

use super::package::{Relationship, characters, read_optional, tree};
use crate::error::ExtractError;
use crate::extract::archive::Archive;
use crate::extract::builder::TextBuilder;

/// Elements of the core properties and what they are called here.
const CORE: [(&str, &str); 8] = [
    ("creator", "author"),
    ("created", "created"),
    ("modified", "modified"),
    ("lastModifiedBy", "last_modified_by"),
    ("keywords", "keywords"),
    ("subject", "subject"),
    ("description", "description"),
    ("category", "category"),
];

/// Reads the core properties, when there are any.
///
/// # Errors
/// [`ExtractError::TooLarge`].
pub(super) fn read(
    archive: &mut Archive<'_>,
    package: &[Relationship],
    builder: &mut TextBuilder,
) -> Result<(), ExtractError> {
    let path =
        package.iter().find(|r| r.kind == "core-properties").map_or("docProps/core.xml", |r| r.path.as_str());
    let Some(bytes) = read_optional(archive, path, builder)? else { return Ok(()) };
    let text = characters(&bytes);
    let Ok(document) = tree(&text) else { return Ok(()) };
    for node in document.root_element().children().filter(roxmltree::Node::is_element) {
        let (name, text) = (node.tag_name().name(), node.text().unwrap_or_default());
        if name == "title" {
            builder.title(text);
        } else if let Some((_, key)) = CORE.iter().find(|(element, _)| *element == name) {
            builder.property(key, text);
        }
    }
    Ok(())
}
