//! Parts of the package and the relationships between them.

use std::borrow::Cow;

use crate::error::ExtractError;
use crate::extract::archive::{Archive, resolve};
use crate::extract::builder::TextBuilder;

/// Most nodes of a part that is read as a tree.
const MAX_NODES: u32 = 1_000_000;

/// A part that another part names.
#[derive(Debug, Clone)]
pub(super) struct Relationship {
    /// What the naming part calls it.
    pub(super) id: String,
    /// Last word of its type: `worksheet`, `comments`.
    pub(super) kind: String,
    /// The part's path.
    pub(super) path: String,
}

/// The characters of an XML part; UTF-16 is told by its byte order mark.
pub(super) fn characters(bytes: &[u8]) -> Cow<'_, str> {
    encoding_rs::UTF_8.decode(bytes).0
}

/// The tree of a small part, in words what is wrong with it otherwise.
pub(super) fn tree(text: &str) -> Result<roxmltree::Document<'_>, String> {
    let options =
        roxmltree::ParsingOptions { nodes_limit: MAX_NODES, ..roxmltree::ParsingOptions::default() };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| error.to_string())
}

/// The bytes of a part; some writers do not keep to the case of a name.
///
/// # Errors
/// As [`Archive::read`].
pub(super) fn read(archive: &mut Archive<'_>, path: &str) -> Result<Option<Vec<u8>>, ExtractError> {
    if let Some(bytes) = archive.read(path)? {
        return Ok(Some(bytes));
    }
    let same = |name: &str| name.replace('\\', "/").trim_start_matches('/').eq_ignore_ascii_case(path);
    let name = archive.names().find(|name| same(name)).map(Cow::into_owned);
    match name {
        Some(name) => archive.read(&name),
        None => Ok(None),
    }
}

/// The bytes of a part that the document can do without; damage becomes a warning.
///
/// # Errors
/// [`ExtractError::TooLarge`] and [`ExtractError::Encrypted`].
pub(super) fn read_optional(
    archive: &mut Archive<'_>,
    path: &str,
    builder: &mut TextBuilder,
) -> Result<Option<Vec<u8>>, ExtractError> {
    match read(archive, path) {
        Err(ExtractError::Corrupt { reason, .. }) => {
            builder.warn(format!("a part could not be read: {reason}"));
            Ok(None)
        }
        other => other,
    }
}

/// What the part at `path` names; the empty path is the package itself.
///
/// # Errors
/// As [`read_optional`].
pub(super) fn relationships(
    archive: &mut Archive<'_>,
    path: &str,
    builder: &mut TextBuilder,
) -> Result<Vec<Relationship>, ExtractError> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let rels = resolve("", &format!("{folder}/_rels/{name}.rels"));
    let Some(bytes) = read_optional(archive, &rels, builder)? else { return Ok(Vec::new()) };
    let text = characters(&bytes);
    let document = match tree(&text) {
        Ok(document) => document,
        Err(error) => {
            builder.warn(format!("{rels} is damaged: {error}"));
            return Ok(Vec::new());
        }
    };
    let named = document.root_element().children().filter(|node| node.has_tag_name_local("Relationship"));
    Ok(named
        .filter(|node| node.attribute("TargetMode") != Some("External"))
        .filter_map(|node| {
            let kind = node.attribute("Type")?;
            Some(Relationship {
                id: node.attribute("Id")?.to_owned(),
                kind: kind.rsplit('/').next().unwrap_or(kind).to_owned(),
                path: resolve(path, node.attribute("Target")?),
            })
        })
        .collect())
}

/// Names without their namespaces: strict and transitional documents differ only in those.
pub(super) trait LocalNames {
    /// Whether the element is called `name` in any namespace.
    fn has_tag_name_local(&self, name: &str) -> bool;
    /// The value of the attribute `name` of any namespace.
    fn attribute_local(&self, name: &str) -> Option<&str>;
    /// The text of all elements `t` below, one line for every paragraph.
    fn paragraphs(&self) -> String;
}

impl LocalNames for roxmltree::Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }

    fn attribute_local(&self, name: &str) -> Option<&str> {
        self.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value())
    }

    fn paragraphs(&self) -> String {
        let mut out = String::new();
        for node in self.descendants() {
            if node.has_tag_name_local("p") && !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            } else if node.has_tag_name_local("br") {
                out.push(' ');
            } else if node.has_tag_name_local("t") {
                out.push_str(node.text().unwrap_or_default());
            }
        }
        out.trim().to_owned()
    }
}
