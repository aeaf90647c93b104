//! Text documents and presentations (OOXML): paragraphs and rows in their order.

use std::io::{Cursor, Read};

use roxmltree::{Document, Node};
use zip::ZipArchive;

use super::CELLS;

/// The parts of an office file, by name.
pub(super) struct Package<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Self {
        Self(ZipArchive::new(Cursor::new(bytes)).expect("an office file"))
    }

    /// The part as text; `None` when there is none of that name.
    pub(super) fn part(&mut self, name: &str) -> Option<String> {
        let mut text = String::new();
        self.0.by_name(name).ok()?.read_to_string(&mut text).expect("a part in UTF-8");
        Some(text)
    }
}

/// The text of a word processor's document.
pub(super) fn text_document(bytes: &[u8]) -> String {
    text(&Package::open(bytes).part("word/document.xml").expect("a document"))
}

/// The slides of a presentation whose parts are numbered in their order, then all notes.
pub(super) fn presentation(bytes: &[u8]) -> String {
    let mut package = Package::open(bytes);
    let mut all = Vec::new();
    for name in ["slides/slide", "notesSlides/notesSlide"] {
        let parts = (1..).map_while(|number| package.part(&format!("ppt/{name}{number}.xml")));
        all.extend(parts.map(|part| text(&part)));
    }
    all.join("\n")
}

fn text(part: &str) -> String {
    let tree = Document::parse(part).expect("well-formed XML");
    let mut lines = Vec::new();
    push_lines(tree.root_element(), &mut lines);
    lines.join("\n")
}

/// A line for every paragraph outside a table and for every row of a table.
fn push_lines(node: Node<'_, '_>, lines: &mut Vec<String>) {
    match node.tag_name().name() {
        "p" => lines.push(letters(node)),
        "tr" => {
            let cells = node.children().filter(|child| child.tag_name().name() == "tc");
            lines.push(cells.map(letters).collect::<Vec<_>>().join(CELLS));
        }
        _ => node.children().for_each(|child| push_lines(child, lines)),
    }
}

/// What the runs under `node` say.
fn letters(node: Node<'_, '_>) -> String {
    let runs = node.descendants().filter(|run| run.tag_name().name() == "t");
    runs.filter_map(|run| run.text()).collect()
}
