//! What elements are by their names in the vocabularies of documents: DocBook, TEI, JATS, DITA, feeds.

use roxmltree::Node;

/// Names of an element's title.
pub(super) const TITLES: [&str; 4] = ["title", "head", "name", "heading"];
/// Elements whose title is that of the element around them.
pub(super) const FRONTS: [&str; 8] =
    ["info", "articleinfo", "bookinfo", "chapterinfo", "sectioninfo", "front", "teiHeader", "prolog"];
/// Elements that are never text.
const SKIPPED: [&str; 6] = ["indexterm", "script", "style", "anchor", "bookmark", "milestone"];
const PROSE: [&str; 9] = ["p", "para", "simpara", "ab", "l", "line", "term", "quote", "shortdesc"];
const LISTS: [&str; 9] =
    ["list", "itemizedlist", "orderedlist", "simplelist", "variablelist", "ul", "ol", "procedure", "dl"];
const ITEMS: [&str; 8] = ["item", "listitem", "li", "member", "varlistentry", "step", "list-item", "dd"];
const CODE: [&str; 9] =
    ["programlisting", "screen", "literallayout", "code", "codeblock", "pre", "eg", "synopsis", "listing"];
const ROWS: [&str; 2] = ["row", "tr"];
const CELLS: [&str; 5] = ["entry", "cell", "td", "th", "stentry"];
const SECTIONS: [&str; 10] =
    ["section", "sec", "div", "chapter", "sect1", "sect2", "sect3", "figure", "note", "table"];

/// What an element is to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing that is read.
    Skipped,
    /// A paragraph.
    Prose,
    /// A list; whether its items are numbered.
    List(bool),
    /// Lines that keep their shape.
    Code,
    /// Rows of cells.
    Table,
    /// Anything else.
    Other,
}

/// The role of an element.
pub(super) fn role(node: Node<'_, '_>) -> Role {
    let name = node.tag_name().name();
    if is_skipped(node) {
        Role::Skipped
    } else if PROSE.contains(&name) {
        Role::Prose
    } else if LISTS.contains(&name) && node.children().any(is_item) {
        let ordered = node
            .attribute("list-type")
            .or_else(|| node.attribute("type"))
            .is_some_and(|kind| kind.starts_with("order"));
        Role::List(ordered || matches!(name, "orderedlist" | "ol" | "procedure"))
    } else if CODE.contains(&name) {
        Role::Code
    } else if node.children().any(|child| is_row(child) && child.children().any(is_cell)) {
        Role::Table
    } else {
        Role::Other
    }
}

/// Whether an element stands between paragraphs, not inside one.
pub(super) fn is_block(node: Node<'_, '_>) -> bool {
    let name = node.tag_name().name();
    [&PROSE[..], &LISTS, &ITEMS, &CODE, &ROWS, &SECTIONS, &["tgroup", "thead", "tbody", "informaltable"]]
        .iter()
        .any(|names| names.contains(&name))
}

/// Whether an element is never text.
pub(super) fn is_skipped(node: Node<'_, '_>) -> bool {
    SKIPPED.contains(&node.tag_name().name())
}

/// Whether an element is an item of a list.
pub(super) fn is_item(node: Node<'_, '_>) -> bool {
    ITEMS.contains(&node.tag_name().name())
}

/// Whether an element is a row of a table.
pub(super) fn is_row(node: Node<'_, '_>) -> bool {
    ROWS.contains(&node.tag_name().name())
}

/// Whether an element is a cell of a table.
pub(super) fn is_cell(node: Node<'_, '_>) -> bool {
    CELLS.contains(&node.tag_name().name())
}

/// Whether a document is prose with mark-up, whose attributes are not meant for its reader.
pub(super) fn is_prose(root: Node<'_, '_>) -> bool {
    root.descendants().any(|node| matches!(node.tag_name().name(), "p" | "para" | "simpara"))
}
