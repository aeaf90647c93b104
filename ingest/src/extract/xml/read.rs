//! Walks the tree of a document.

use std::collections::HashSet;

use roxmltree::{Node, NodeId};

use super::names::{FRONTS, Role, TITLES, is_block, is_cell, is_item, is_prose, is_row, is_skipped, role};
use crate::error::ExtractError;
use crate::extract::builder::TextBuilder;
use crate::extract::document::BlockKind;
use crate::extract::html;
use crate::extract::records::{Record, push_table};

/// A longer text is a paragraph of its own.
const MAX_LINE_CHARS: usize = 200;
/// Lines of one paragraph.
const MAX_LINES: usize = 25;
/// Attributes that are meant to be read wherever they are.
const READ: [&str; 5] = ["title", "alt", "label", "summary", "caption"];

/// Adds the elements of a document to its text.
pub(super) struct Reader<'b> {
    builder: &'b mut TextBuilder,
    lines: Vec<String>,
    /// Marker of the list item whose first text is still to come.
    marker: Option<String>,
    /// Whether attributes are not meant to be read.
    prose: bool,
    /// Titles that are headings already.
    told: HashSet<NodeId>,
}

impl<'b> Reader<'b> {
    /// Reads the document of `root` into `builder`.
    pub(super) fn new(builder: &'b mut TextBuilder, root: Node<'_, '_>) -> Self {
        Self { builder, lines: Vec::new(), marker: None, prose: is_prose(root), told: HashSet::new() }
    }

    /// Adds everything below `root`.
    ///
    /// # Errors
    /// [`ExtractError::TooLarge`].
    pub(super) fn read(mut self, root: Node<'_, '_>) -> Result<(), ExtractError> {
        self.element(root, "", 1)?;
        self.flush()
    }

    /// Adds an element; `path` is what it is called when no heading names it.
    fn element(&mut self, node: Node<'_, '_>, path: &str, level: u8) -> Result<(), ExtractError> {
        if self.told.contains(&node.id()) {
            return Ok(());
        }
        match role(node) {
            Role::Skipped => {}
            Role::Code => {
                self.flush()?;
                let text: String =
                    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect();
                self.builder.push(BlockKind::Code, &text)?;
            }
            Role::List(ordered) => self.list(node, ordered, level)?,
            Role::Table => self.table(node, level)?,
            Role::Prose => self.mixed(node, level)?,
            Role::Other if !node.children().any(|child| child.is_element()) => self.leaf(node, path)?,
            Role::Other if has_own_text(node) => {
                self.attributes(node, path)?;
                self.mixed(node, level)?;
            }
            Role::Other => self.container(node, path, level)?,
        }
        Ok(())
    }

    /// An element with a text alone, or nothing.
    fn leaf(&mut self, node: Node<'_, '_>, path: &str) -> Result<(), ExtractError> {
        let text = node.text().unwrap_or_default();
        let name = if path.is_empty() { node.tag_name().name().to_owned() } else { path.to_owned() };
        if looks_like_html(text) {
            self.flush()?;
            html::push_fragment(self.builder, text)?;
        } else {
            let text = squeezed(text);
            if !text.is_empty() {
                self.line(&name, &text)?;
            }
        }
        self.attributes(node, &name)
    }

    /// Attributes as lines: all of them in a file of data, else those that are meant to be read.
    fn attributes(&mut self, node: Node<'_, '_>, path: &str) -> Result<(), ExtractError> {
        let prose = self.prose;
        for (name, value) in attributes(node).filter(|(name, _)| !prose || READ.contains(name)) {
            let name = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            self.line(&name, &squeezed(value))?;
        }
        Ok(())
    }

    /// Text with elements inside it: paragraphs, between the blocks that stand in it.
    fn mixed(&mut self, node: Node<'_, '_>, level: u8) -> Result<(), ExtractError> {
        let mut text = String::new();
        for child in node.children() {
            if child.is_element() && is_block(child) {
                self.paragraph(&std::mem::take(&mut text))?;
                self.element(child, "", level)?;
            } else {
                inline(child, &mut text);
            }
        }
        self.paragraph(&text)
    }

    /// An element that holds others: its title as a heading, then records as tables and everything else in order.
    fn container(&mut self, node: Node<'_, '_>, path: &str, level: u8) -> Result<(), ExtractError> {
        let title = title_of(node);
        let (mut path, mut level) = (path.to_owned(), level);
        if let Some((text, _)) = &title {
            self.flush()?;
            self.builder.push(BlockKind::Heading(level.clamp(1, 6)), text)?;
            (path, level) = (String::new(), level.saturating_add(1));
        }
        self.attributes(node, &path)?;
        self.told.extend(title.iter().flat_map(|(_, nodes)| nodes.iter().map(Node::id)));
        let children: Vec<Node<'_, '_>> =
            node.children().filter(|child| child.is_element() && !self.told.contains(&child.id())).collect();
        for run in children.chunk_by(|a, b| a.tag_name() == b.tag_name()) {
            if !self.records(run)? {
                for child in run {
                    let path = self.path_below(&path, *child);
                    self.element(*child, &path, level)?;
                }
            }
        }
        Ok(())
    }

    /// What `child` is called from the last heading: short texts have their own name, what is in an element without a title
    /// has its name in front.
    fn path_below(&self, path: &str, child: Node<'_, '_>) -> String {
        let name = child.tag_name().name();
        let holds_others = child.children().any(|inner| inner.is_element());
        if self.prose
            || FRONTS.contains(&name)
            || path.is_empty() && (!holds_others || title_of(child).is_some())
        {
            String::new()
        } else if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    }

    /// Adds elements of one name as a table, when they are records; says whether they were.
    fn records(&mut self, run: &[Node<'_, '_>]) -> Result<bool, ExtractError> {
        if run.len() < 2 || run.iter().any(|node| role(*node) != Role::Other) {
            return Ok(false);
        }
        let Some(records) = run.iter().map(|node| record(*node)).collect::<Option<Vec<_>>>() else {
            return Ok(false);
        };
        if records.iter().all(|record| record.len() < 2) {
            return Ok(false);
        }
        self.flush()?;
        push_table(self.builder, &records)
    }

    fn list(&mut self, node: Node<'_, '_>, ordered: bool, level: u8) -> Result<(), ExtractError> {
        self.flush()?;
        let mut number = 0;
        for child in node.children().filter(Node::is_element) {
            if is_item(child) {
                number += 1;
                self.marker = Some(if ordered { format!("{number}. ") } else { "- ".to_owned() });
                self.mixed_or_container(child, level)?;
                self.marker = None;
            } else {
                self.element(child, "", level)?;
            }
        }
        Ok(())
    }

    /// An item of a list: text, or paragraphs of which the first has the marker.
    fn mixed_or_container(&mut self, node: Node<'_, '_>, level: u8) -> Result<(), ExtractError> {
        if has_own_text(node) || node.children().any(|child| child.is_element() && is_block(child)) {
            return self.mixed(node, level);
        }
        let mut text = String::new();
        inline(node, &mut text);
        self.paragraph(&text)
    }

    /// Rows with cells; those of a head, or of `th` alone, name the columns.
    fn table(&mut self, node: Node<'_, '_>, level: u8) -> Result<(), ExtractError> {
        self.flush()?;
        for child in node.children().filter(Node::is_element) {
            if !is_row(child) {
                self.element(child, "", level)?;
                continue;
            }
            let cells: Vec<Node<'_, '_>> = child.children().filter(|cell| is_cell(*cell)).collect();
            let named = cells.iter().all(|cell| {
                cell.tag_name().name() == "th" || matches!(cell.attribute("role"), Some("label" | "head"))
            });
            let head = node.tag_name().name() == "thead" || child.attribute("role") == Some("label") || named;
            let texts: Vec<String> = cells.iter().map(|cell| text_of(*cell)).collect();
            let kind = if head { BlockKind::TableHeader } else { BlockKind::TableRow };
            self.builder.push_row(kind, &texts, None)?;
        }
        Ok(())
    }

    fn paragraph(&mut self, text: &str) -> Result<(), ExtractError> {
        let text = squeezed(text);
        if text.is_empty() {
            return Ok(());
        }
        self.flush()?;
        match self.marker.take() {
            Some(marker) => self.builder.push(BlockKind::ListItem, &(marker + &text)),
            None => self.builder.push(BlockKind::Paragraph, &text),
        }
    }

    /// Adds `name: text` to the paragraph of lines; long texts are paragraphs of their own.
    fn line(&mut self, name: &str, text: &str) -> Result<(), ExtractError> {
        if text.is_empty() {
            return Ok(());
        }
        if text.len() > MAX_LINE_CHARS {
            return self.paragraph(&format!("{name}: {text}"));
        }
        self.lines.push(format!("{name}: {text}"));
        if self.lines.len() >= MAX_LINES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ExtractError> {
        let lines = std::mem::take(&mut self.lines);
        self.builder.push(BlockKind::Paragraph, &lines.join("\n"))
    }
}

/// The title of an element and the nodes that are it: a child of that name, with a label in front, or one in its front part.
pub(super) fn title_of<'a, 'i>(node: Node<'a, 'i>) -> Option<(String, Vec<Node<'a, 'i>>)> {
    let children = || node.children().filter(Node::is_element);
    // A name alone, or one of several parts, is a text like any other.
    let is_title = |child: Node<'_, '_>| match child.tag_name().name() {
        "name" => children().nth(1).is_some() && !child.children().any(|part| part.is_element()),
        name => TITLES.contains(&name),
    };
    let own = children().find(|child| is_title(*child) && is_short(*child));
    if let Some(title) = own {
        let label = children()
            .find(|child| child.tag_name().name() == "label" && child.range().end <= title.range().start);
        let nodes: Vec<Node<'a, 'i>> = label.into_iter().chain([title]).collect();
        let text = nodes.iter().map(|node| text_of(*node)).collect::<Vec<_>>().join(" ");
        return Some((text, nodes));
    }
    let front = children().find(|child| FRONTS.contains(&child.tag_name().name()))?;
    let title =
        front.descendants().find(|node| matches!(node.tag_name().name(), "title" | "article-title"))?;
    Some((text_of(title), vec![title])).filter(|(text, _)| !text.is_empty())
}

/// Whether an element is one line of text.
fn is_short(node: Node<'_, '_>) -> bool {
    let text = text_of(node);
    !text.is_empty()
        && text.len() <= MAX_LINE_CHARS * 2
        && !node.children().any(|child| child.is_element() && is_block(child))
}

/// The fields of an element that has nothing but attributes and elements with texts.
fn record(node: Node<'_, '_>) -> Option<Record> {
    let mut record: Record =
        attributes(node).map(|(name, value)| (name.to_owned(), squeezed(value))).collect();
    if has_own_text(node) {
        return None;
    }
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        let text = child.text().unwrap_or_default();
        if child.children().any(|inner| inner.is_element()) || looks_like_html(text) {
            return None;
        }
        record.push((name.to_owned(), squeezed(text)));
        record.extend(
            attributes(child).map(|(attribute, value)| (format!("{name}.{attribute}"), squeezed(value))),
        );
    }
    Some(record)
}

/// Attributes that are data: none of those about the document's own mark-up.
fn attributes<'a>(node: Node<'a, '_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let about = |namespace: &str| {
        namespace == "http://www.w3.org/XML/1998/namespace" || namespace.ends_with("XMLSchema-instance")
    };
    let data = node.attributes().filter(move |attribute| !attribute.namespace().is_some_and(about));
    data.map(|attribute| (attribute.name(), attribute.value())).filter(|(_, value)| !value.trim().is_empty())
}

fn has_own_text(node: Node<'_, '_>) -> bool {
    node.children().any(|child| child.is_text() && child.text().is_some_and(|text| !text.trim().is_empty()))
}

/// Adds the text of a node as it stands in a line.
fn inline(node: Node<'_, '_>, out: &mut String) {
    if is_skipped(node) {
        return;
    }
    for inner in node.descendants() {
        let name = inner.tag_name().name();
        if inner.is_text() {
            let skipped = inner.ancestors().take_while(|above| *above != node).any(is_skipped);
            out.push_str(if skipped { "" } else { inner.text().unwrap_or_default() });
        } else if matches!(name, "br" | "lb" | "footnote" | "note") || inner.is_element() && is_block(inner) {
            out.push(' ');
        }
    }
}

fn text_of(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    inline(node, &mut text);
    squeezed(&text)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is a piece of a page: feeds carry them.
fn looks_like_html(text: &str) -> bool {
    let tags = ["</", "<p>", "<br", "<img", "<div", "<li", "<a "];
    text.contains('>') && tags.iter().any(|tag| text.contains(tag))
}
