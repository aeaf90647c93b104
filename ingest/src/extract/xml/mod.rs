//! XML of no known vocabulary: titles as headings, records as tables, short elements as `name: text`, prose as paragraphs.

mod entities;
mod names;
mod read;

use roxmltree::{Document, Node, ParsingOptions};

use self::read::Reader;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::Extracted;
use super::{ContentLimits, charset, html, plain};
use crate::error::{ExtractError, SizeLimit};

/// Most elements, attributes and texts of a document that is read as a tree.
const MAX_NODES: u32 = 3_000_000;

/// Most levels of elements.
const MAX_DEPTH: u64 = 256;

/// Reads an XML document; one that is not well-formed is read as source.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(bytes, html::declared_charset(bytes))?;
    let text = decoded.text.trim_start_matches('\u{feff}').trim_start();
    let prepared;
    let options = || ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let mut parsed = Document::parse_with_options(text, options());
    if parsed.is_err() && entities::may_help(text) {
        prepared = entities::without_document_type(text);
        parsed = Document::parse_with_options(&prepared, options());
    }
    let document = match parsed {
        Ok(document) => document,
        Err(error) => {
            let mut doc = plain::extract(bytes, Kind::Code, "application/xml", limits.max_text_bytes)?;
            doc.warnings.push(format!("read as source, it could not be read as XML: {error}"));
            return Ok(doc);
        }
    };
    let root = document.root_element();
    let depth = depth(root);
    if depth > MAX_DEPTH {
        return Err(ExtractError::TooLarge { what: SizeLimit::Depth, actual: depth, limit: MAX_DEPTH });
    }
    if root.tag_name().name() == "html" {
        return html::extract(bytes, limits.max_text_bytes);
    }
    let mut builder = TextBuilder::new("application/xml", limits.max_text_bytes);
    builder.headings_name_parts();
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    if let Some(title) = title(root) {
        builder.title(&title);
    }
    Reader::new(&mut builder, root).read(root)?;
    builder.finish()
}

/// The title of the root, or of the only element in it (the channel of a feed), or in its front part.
fn title(root: Node<'_, '_>) -> Option<String> {
    let elements = |node: Node<'_, '_>| node.children().filter(Node::is_element).count();
    let only = root.children().find(Node::is_element).filter(|_| elements(root) == 1);
    [Some(root), only].into_iter().flatten().find_map(read::title_of).map(|(title, _)| title)
}

/// Levels of elements below `root`, itself included.
fn depth(root: Node<'_, '_>) -> u64 {
    let (mut depth, mut deepest) = (1, 1);
    let mut node = root;
    loop {
        if let Some(child) = node.first_child() {
            node = child;
            depth += 1;
            deepest = deepest.max(depth);
            continue;
        }
        loop {
            if node == root {
                return deepest;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return deepest };
            node = parent;
            depth -= 1;
        }
    }
}

#[cfg(test)]
mod tests;
