//! Notes and comments on cells.

use std::collections::{HashMap, HashSet};

use super::sheet::address;
use crate::error::ExtractError;
use crate::extract::office::{Node, Package, Relationships, xml};

/// What stands in the note that a comment leaves for older programs.
const PLACEHOLDER: &str = "[Threaded comment]";

/// A comment on a cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Comment {
    /// The cell, its author and what he says: `- B4, Ana: text`.
    pub(super) text: String,
    /// Row and column of the cell.
    pub(super) at: Option<(u32, u32)>,
}

/// Names of the people who wrote comments, by their number.
pub(super) type Persons = HashMap<String, String>;

/// The people that a workbook names.
///
/// # Errors
/// As [`Package::source`] and [`Package::tree`].
pub(super) fn persons(package: &mut Package<'_>, parts: &Relationships) -> Result<Persons, ExtractError> {
    let mut persons = Persons::new();
    for part in parts.of_kind("person") {
        let source = package.source(part)?;
        let Some(tree) = package.tree(part, source.as_ref())? else { continue };
        persons.extend(xml::children(tree.root_element()).filter_map(|person| {
            let name = xml::attribute(person, "displayName")?;
            Some((xml::attribute(person, "id")?.to_owned(), name.to_owned()))
        }));
    }
    Ok(persons)
}

/// The comments of a sheet.
///
/// # Errors
/// As [`Package::source`] and [`Package::tree`].
pub(super) fn read(
    package: &mut Package<'_>,
    related: &Relationships,
    persons: &Persons,
) -> Result<Vec<Comment>, ExtractError> {
    let mut threads = Vec::new();
    for part in related.of_kind("threadedComment") {
        let source = package.source(part)?;
        let Some(tree) = package.tree(part, source.as_ref())? else { continue };
        threads.extend(threaded(tree.root_element(), persons));
    }
    let mut comments = Vec::new();
    for part in related.of_kind("comments") {
        let source = package.source(part)?;
        let Some(tree) = package.tree(part, source.as_ref())? else { continue };
        comments.extend(notes(tree.root_element(), !threads.is_empty()));
    }
    comments.extend(threads);
    Ok(comments)
}

fn threaded(root: Node<'_>, persons: &Persons) -> Vec<Comment> {
    xml::children_named(root, "threadedComment")
        .filter_map(|comment| {
            let text = xml::text_of(xml::child(comment, "text")?);
            let author = xml::attribute(comment, "personId").and_then(|id| persons.get(id));
            Some(line(xml::attribute(comment, "ref")?, author.map_or("", String::as_str), &text))
        })
        .collect()
}

fn notes(root: Node<'_>, threaded: bool) -> Vec<Comment> {
    let named = |name: &'static str| root.descendants().filter(move |node| xml::name(*node) == name);
    let authors: Vec<&str> = named("author").map(|node| node.text().unwrap_or_default()).collect();
    let mut seen = HashSet::new();
    named("comment")
        .filter_map(|comment| {
            let text = note_text(comment);
            let author = xml::attribute(comment, "authorId").and_then(|id| id.parse::<usize>().ok());
            let author = author.and_then(|id| authors.get(id)).copied().unwrap_or_default();
            let at = xml::attribute(comment, "ref")?;
            let placeholder = text.trim_start().starts_with(PLACEHOLDER);
            let skip = text.trim().is_empty() || placeholder && threaded;
            let text = if placeholder { text.rsplit("Comment:").next().unwrap_or(&text) } else { &text };
            let author = if author.starts_with("tc={") { "" } else { author };
            let line = line(at, author, text);
            (!skip && seen.insert(line.clone())).then_some(line)
        })
        .collect()
}

/// The text of a note without phonetic guides.
fn note_text(comment: Node<'_>) -> String {
    comment
        .descendants()
        .filter(|node| xml::name(*node) == "t")
        .filter(|node| !node.ancestors().any(|above| xml::name(above) == "rPh"))
        .filter_map(|node| node.text())
        .collect()
}

/// Programs write the author's name above the text of a note as well.
fn line(at: &str, author: &str, text: &str) -> Comment {
    let text = text.trim();
    let text = text.strip_prefix(author).and_then(|rest| rest.strip_prefix(':')).map_or(text, str::trim);
    let by = if author.trim().is_empty() { String::new() } else { format!(", {author}") };
    Comment { text: format!("- {at}{by}: {text}"), at: address(at) }
}
