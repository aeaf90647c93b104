//! The package document: what the book says of itself and the order of its chapters.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node};

use crate::error::ExtractError;
use crate::extract::archive::{Archive, resolve};
use crate::extract::builder::TextBuilder;
use crate::extract::html;

/// Most chapters of a book.
const MAX_CHAPTERS: usize = 10_000;

/// What was read of the package document.
#[derive(Debug, Default)]
pub(super) struct Package {
    properties: Vec<(&'static str, String)>,
    title: Option<String>,
    /// The parts of the archive that hold the text, in reading order.
    pub(super) chapters: Vec<String>,
}

impl Package {
    /// Reads the package document of a book; `None` when it is missing, damaged or names no chapters.
    ///
    /// # Errors
    /// [`ExtractError::Encrypted`] and [`ExtractError::TooLarge`].
    pub(super) fn open(
        archive: &mut Archive<'_>,
        builder: &mut TextBuilder,
    ) -> Result<Option<Self>, ExtractError> {
        let Some(path) = path(archive)? else { return Ok(None) };
        let part = match archive.read(&path) {
            Ok(Some(part)) => part,
            Ok(None) | Err(ExtractError::Corrupt { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let text = xml_text(&part);
        let Ok(tree) = Document::parse(&text) else { return Ok(None) };
        let mut package = Self::default();
        package.read_metadata(&tree);
        package.read_chapters(&tree, &path, archive, builder);
        Ok((!package.chapters.is_empty()).then_some(package))
    }

    /// Tells the builder what the book says of itself.
    pub(super) fn describe(&self, builder: &mut TextBuilder) {
        if let Some(title) = &self.title {
            builder.title(title);
        }
        for (key, value) in &self.properties {
            builder.property(key, value.as_str());
        }
    }

    fn read_metadata(&mut self, tree: &Document<'_>) {
        let Some(metadata) = child(tree.root_element(), "metadata") else { return };
        let all = |name: &str| -> Vec<String> {
            let named =
                metadata.descendants().filter(|node| node.tag_name().name().eq_ignore_ascii_case(name));
            named.map(text_of).filter(|text| !text.is_empty()).collect()
        };
        self.title = all("title").into_iter().next();
        for (key, name) in [
            ("author", "creator"),
            ("publisher", "publisher"),
            ("subject", "subject"),
            ("description", "description"),
            ("identifier", "identifier"),
        ] {
            let values = all(name);
            let value = if matches!(key, "author" | "subject") {
                values.join(", ")
            } else {
                values.into_iter().next().unwrap_or_default()
            };
            self.properties.push((key, value));
        }
        for node in metadata.descendants() {
            let event = node.attributes().find(|a| a.name() == "event").map(|a| a.value());
            let key = match (node.tag_name().name(), node.attribute("property"), event) {
                ("date", _, Some("modification")) | ("meta", Some("dcterms:modified"), _) => "modified",
                ("date", ..) => "created",
                _ => continue,
            };
            self.properties.push((key, text_of(node)));
        }
    }

    fn read_chapters(
        &mut self,
        tree: &Document<'_>,
        path: &str,
        archive: &Archive<'_>,
        builder: &mut TextBuilder,
    ) {
        let root = tree.root_element();
        let mut items = HashMap::new();
        for item in child(root, "manifest").into_iter().flat_map(|manifest| manifest.children()) {
            if let (Some(id), Some(href)) = (item.attribute("id"), item.attribute("href")) {
                items.insert(id, (resolve(path, &percent_decoded(without_fragment(href))), item));
            }
        }
        let contents: HashSet<String> = child(root, "guide")
            .into_iter()
            .flat_map(|guide| guide.children())
            .filter(|reference| reference.attribute("type") == Some("toc"))
            .filter_map(|reference| reference.attribute("href"))
            .map(|href| resolve(path, &percent_decoded(without_fragment(href))))
            .collect();
        let names: HashMap<String, String> =
            archive.names().map(|name| (name.to_lowercase(), name.into_owned())).collect();
        let spine = child(root, "spine").into_iter().flat_map(|spine| spine.children());
        let mut seen = HashSet::new();
        for reference in spine.filter_map(|item| item.attribute("idref")).take(MAX_CHAPTERS) {
            let Some((name, item)) = items.get(reference) else {
                builder.warn(format!("the chapter {reference} is listed but not named"));
                continue;
            };
            let is_contents = contents.contains(name)
                || item.attribute("properties").is_some_and(|p| p.split_whitespace().any(|p| p == "nav"));
            let is_picture = item.attribute("media-type").is_some_and(|t| t.starts_with("image/"));
            if !is_contents && !is_picture && seen.insert(name.clone()) {
                // Some packers change the case of the names.
                self.chapters.push(names.get(&name.to_lowercase()).unwrap_or(name).clone());
            }
        }
    }
}

/// Where the package document is: what the container says, else the part whose name says so.
fn path(archive: &mut Archive<'_>) -> Result<Option<String>, ExtractError> {
    let container = match archive.read("META-INF/container.xml") {
        Ok(container) => container.map(|part| xml_text(&part)),
        Err(ExtractError::Corrupt { .. }) => None,
        Err(error) => return Err(error),
    };
    let named = container.as_deref().and_then(|text| {
        let tree = Document::parse(text).ok()?;
        let mut files = tree.descendants().filter(|node| node.tag_name().name() == "rootfile");
        Some(resolve("", files.find_map(|file| file.attribute("full-path"))?))
    });
    let exists = named.filter(|named| archive.names().any(|name| name == *named));
    Ok(exists.or_else(|| archive.names().find(|name| name.ends_with(".opf")).map(Cow::into_owned)))
}

/// The characters of an XML part without its document type, which may be there but must not be read.
pub(super) fn xml_text(part: &[u8]) -> String {
    let Ok(decoded) = html::decode(part, None) else { return String::new() };
    let text = decoded.text.trim_start();
    match text.split_once("<!DOCTYPE") {
        Some((before, after)) => match after.split_once('>') {
            Some((doctype, rest)) if !doctype.contains('[') => format!("{before}{rest}"),
            _ => text.to_owned(),
        },
        None => text.to_owned(),
    }
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.tag_name().name() == name)
}

fn text_of(node: Node<'_, '_>) -> String {
    let text: String = node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
    text.trim().to_owned()
}

fn without_fragment(href: &str) -> &str {
    href.split('#').next().unwrap_or(href)
}

/// `a%20b` is `a b`; what is no pair of digits stays.
fn percent_decoded(href: &str) -> String {
    let mut out = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| byte == b'%').and_then(|d| std::str::from_utf8(d).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_names() {
        assert_eq!(percent_decoded("a%20b%C4%83%zz%"), "a bă%zz%");
        assert_eq!(without_fragment("a.xhtml#b"), "a.xhtml");
    }

    #[test]
    fn a_document_type_is_dropped_unless_it_defines_something() {
        assert_eq!(xml_text(b" <!DOCTYPE package PUBLIC \"x\"><a/>"), "<a/>");
        let entities = b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>";
        assert_eq!(xml_text(entities).as_bytes(), entities);
    }
}
