//! Notes and comments on cells.

use std::collections::{HashMap, HashSet};

use roxmltree::Node;

use super::package::{LocalNames as _, Relationship, characters, read_optional, relationships, tree};
use super::sheet::address;
use crate::error::ExtractError;
use crate::extract::archive::Archive;
use crate::extract::builder::TextBuilder;

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

/// The comments of a sheet.
///
/// # Errors
/// [`ExtractError::TooLarge`].
pub(super) fn read(
    archive: &mut Archive<'_>,
    related: &[Relationship],
    builder: &mut TextBuilder,
) -> Result<Vec<Comment>, ExtractError> {
    let mut threads = Vec::new();
    for part in related.iter().filter(|part| part.kind == "threadedComment") {
        let persons = persons(archive, builder)?;
        if let Some(bytes) = read_optional(archive, &part.path, builder)? {
            with_tree(&bytes, &part.path, builder, |root| threads = threaded(root, &persons));
        }
    }
    let mut comments = Vec::new();
    for part in related.iter().filter(|part| part.kind == "comments") {
        if let Some(bytes) = read_optional(archive, &part.path, builder)? {
            with_tree(&bytes, &part.path, builder, |root| comments.extend(notes(root, !threads.is_empty())));
        }
    }
    comments.extend(threads);
    Ok(comments)
}

fn with_tree(bytes: &[u8], path: &str, builder: &mut TextBuilder, then: impl FnOnce(Node<'_, '_>)) {
    match tree(&characters(bytes)) {
        Ok(document) => then(document.root_element()),
        Err(error) => builder.warn(format!("{path} is damaged: {error}")),
    }
}

/// Names of the people who wrote comments, by their number.
fn persons(
    archive: &mut Archive<'_>,
    builder: &mut TextBuilder,
) -> Result<HashMap<String, String>, ExtractError> {
    let mut names = HashMap::new();
    let parts = relationships(archive, "xl/workbook.xml", builder)?;
    for part in parts.iter().filter(|part| part.kind == "person") {
        let Some(bytes) = read_optional(archive, &part.path, builder)? else { continue };
        with_tree(&bytes, &part.path, builder, |root| {
            let people = root.children().filter(Node::is_element);
            names.extend(people.filter_map(|person| {
                Some((person.attribute("id")?.to_owned(), person.attribute("displayName")?.to_owned()))
            }));
        });
    }
    Ok(names)
}

fn threaded(root: Node<'_, '_>, persons: &HashMap<String, String>) -> Vec<Comment> {
    let comments = root.children().filter(|node| node.has_tag_name_local("threadedComment"));
    comments
        .filter_map(|comment| {
            let text = comment.children().find(|node| node.has_tag_name_local("text"))?.text()?;
            let author = comment.attribute("personId").and_then(|id| persons.get(id));
            Some(line(comment.attribute("ref")?, author.map_or("", String::as_str), text))
        })
        .collect()
}

fn notes(root: Node<'_, '_>, threaded: bool) -> Vec<Comment> {
    let authors: Vec<&str> = root
        .descendants()
        .filter(|node| node.has_tag_name_local("author"))
        .map(|node| node.text().unwrap_or_default())
        .collect();
    let mut seen = HashSet::new();
    root.descendants()
        .filter(|node| node.has_tag_name_local("comment"))
        .filter_map(|comment| {
            let text = note_text(comment);
            let author = comment.attribute("authorId").and_then(|id| id.parse::<usize>().ok());
            let author = author.and_then(|id| authors.get(id)).copied().unwrap_or_default();
            let at = comment.attribute("ref")?;
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
fn note_text(comment: Node<'_, '_>) -> String {
    comment
        .descendants()
        .filter(|node| node.has_tag_name_local("t"))
        .filter(|node| !node.ancestors().any(|above| above.has_tag_name_local("rPh")))
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
