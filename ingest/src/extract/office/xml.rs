//! XML parts of office files: parsed, or mended and parsed when they are damaged. Names are compared without their
//! namespace, because the strict and the transitional forms of a format differ in nothing else.

use std::cell::OnceCell;

use roxmltree::{Document, ParsingOptions};

use self::mending::mend;
use crate::error::{ExtractError, SizeLimit};

mod mending;

/// Most elements inside one another.
pub(crate) const MAX_DEPTH: usize = 256;

/// Most elements and texts of a part that is read as a tree.
const MAX_NODES: u32 = 4_000_000;

/// A node of a parsed part.
pub(crate) type Node<'a> = roxmltree::Node<'a, 'a>;

/// The text of a part; lives as long as what is parsed from it.
#[derive(Debug)]
pub(crate) struct Source {
    text: String,
    mended: OnceCell<String>,
}

impl Source {
    /// Decodes a part: UTF-8 unless its byte order mark says UTF-16.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self { text: encoding_rs::UTF_8.decode(bytes).0.into_owned(), mended: OnceCell::new() }
    }

    /// The text of the part, for one that is read as a stream.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The tree of the part; [`Source::is_mended`] tells afterwards whether some of it was lost.
    ///
    /// # Errors
    /// [`ExtractError::Corrupt`] for what cannot be mended, [`ExtractError::TooLarge`] for elements without end, inside one
    /// another or not. `what` is the format with its article.
    pub(crate) fn parse(&self, what: &str) -> Result<Document<'_>, ExtractError> {
        let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = match Document::parse_with_options(&self.text, options) {
            Ok(document) => document,
            Err(roxmltree::Error::NodesLimitReached) => {
                let limit = MAX_NODES.into();
                return Err(ExtractError::TooLarge { what: SizeLimit::Elements, actual: limit + 1, limit });
            }
            Err(error) => {
                let mended = mend(&self.text).ok_or_else(|| ExtractError::corrupt(what, &error))?;
                let mended = self.mended.get_or_init(|| mended);
                Document::parse(mended).map_err(|_| ExtractError::corrupt(what, &error))?
            }
        };
        check_depth(&document)?;
        Ok(document)
    }

    /// Whether the part had to be mended.
    pub(crate) fn is_mended(&self) -> bool {
        self.mended.get().is_some()
    }
}

/// Refuses trees that a recursive reader cannot walk.
fn check_depth(document: &Document<'_>) -> Result<(), ExtractError> {
    let (mut node, mut depth) = (document.root(), 0usize);
    loop {
        if let Some(child) = node.first_child() {
            (node, depth) = (child, depth + 1);
            if depth > MAX_DEPTH {
                let (actual, limit) = (depth as u64, MAX_DEPTH as u64);
                return Err(ExtractError::TooLarge { what: SizeLimit::Depth, actual, limit });
            }
            continue;
        }
        loop {
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) => (node, depth) = (parent, depth - 1),
                None => return Ok(()),
            }
        }
    }
}

/// The local name of an element, nothing for other nodes.
pub(crate) fn name<'a>(node: Node<'a>) -> &'a str {
    node.tag_name().name()
}

/// The value of the attribute with that local name.
pub(crate) fn attribute<'a>(node: Node<'a>, name: &str) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value())
}

/// The attribute that names a relationship: its local name can be that of another attribute of the same element.
pub(crate) fn relationship_id<'a>(node: Node<'a>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|attribute| {
            attribute.name() == name
                && attribute.namespace().is_some_and(|space| space.ends_with("/relationships"))
        })
        .map(|attribute| attribute.value())
}

/// The elements directly inside `node`.
pub(crate) fn children<'a>(node: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    node.children().filter(roxmltree::Node::is_element)
}

/// The elements called `wanted` directly inside `node`.
pub(crate) fn children_named<'a>(node: Node<'a>, wanted: &'a str) -> impl Iterator<Item = Node<'a>> {
    children(node).filter(move |child| name(*child) == wanted)
}

/// The first element called `wanted` directly inside `node`.
pub(crate) fn child<'a>(node: Node<'a>, wanted: &str) -> Option<Node<'a>> {
    children(node).find(|child| name(*child) == wanted)
}

/// The element at the end of `path`, each step the first of its name.
pub(crate) fn at<'a>(node: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, step| child(node, step))
}

/// The first element called `wanted` anywhere inside `node`.
pub(crate) fn descendant<'a>(node: Node<'a>, wanted: &str) -> Option<Node<'a>> {
    node.descendants().skip(1).find(|inner| inner.is_element() && name(*inner) == wanted)
}

/// All text inside `node`.
pub(crate) fn text_of(node: Node<'_>) -> String {
    node.descendants().filter(roxmltree::Node::is_text).filter_map(|text| text.text()).collect()
}

/// The alternative to read of an `mc:AlternateContent`: the first choice, unless only the fallback holds text.
pub(crate) fn alternative(node: Node<'_>) -> Option<Node<'_>> {
    let has_text = |node: &Node<'_>| {
        node.descendants().any(|inner| {
            inner.is_element()
                && matches!(name(inner), "t" | "chart" | "relIds" | "tbl" | "sym" | "br" | "tab")
        })
    };
    let choice = child(node, "Choice");
    choice.filter(has_text).or_else(|| child(node, "Fallback").filter(has_text)).or(choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_parts_are_mended() {
        let source = Source::new(b"<a x='1'><b>one</b><b>two &nbsp; \x0b</c></b><b>thr");
        let document = source.parse("a test").unwrap();
        assert!(source.is_mended());
        assert_eq!(text_of(document.root()), "onetwo &nbsp; thr");
        let whole = Source::new(b"<a><b/></a>");
        assert!(whole.parse("a test").is_ok() && !whole.is_mended());
    }

    #[test]
    fn what_is_no_xml_is_named() {
        let error = Source::new(b"words").parse("a test").unwrap_err();
        assert!(error.to_string().starts_with("a test is damaged: "), "{error}");
        let entities = Source::new(b"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>");
        assert_eq!(entities.parse("a test").unwrap_err().code(), "corrupt");
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert!(Source::new(nested(MAX_DEPTH).as_bytes()).parse("a test").is_ok());
        let error = Source::new(nested(100_000).as_bytes()).parse("a test").unwrap_err();
        assert_eq!(error.code(), "too_large");
    }

    #[test]
    fn elements_are_limited() {
        let many = format!("<a>{}</a>", "<b/>".repeat(MAX_NODES as usize));
        let error = Source::new(many.as_bytes()).parse("a test").unwrap_err();
        assert!(error.to_string().contains("elements"), "{error}");
    }

    #[test]
    fn one_alternative_is_read() {
        let xml = "<m><AlternateContent><Choice><t>a</t></Choice><Fallback><t>b</t></Fallback></AlternateContent>\
                   <AlternateContent><Choice><pic/></Choice><Fallback><t>c</t></Fallback></AlternateContent></m>";
        let source = Source::new(xml.as_bytes());
        let document = source.parse("a test").unwrap();
        let texts: Vec<_> = children(document.root_element()).filter_map(alternative).map(text_of).collect();
        assert_eq!(texts, ["a", "c"]);
    }
}
