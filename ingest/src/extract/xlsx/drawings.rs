//! What lies on a sheet: text boxes, the titles and series of charts, what pictures
//! show.

use super::super::ooxml::{chart, picture, text};
use crate::error::ExtractError;
use crate::extract::builder::TextBuilder;
use crate::extract::office::{Node, Package, Relationships, xml};

/// A text on a sheet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Drawn {
    /// One paragraph.
    pub(super) text: String,
    /// Row and column of the cell that it starts at.
    pub(super) at: Option<(u32, u32)>,
}

/// The paragraphs of the text boxes on a sheet, what its charts are called and what its pictures show.
///
/// # Errors
/// As [`Package::source`] and [`Package::tree`].
pub(super) fn read(
    package: &mut Package<'_>,
    related: &Relationships,
    builder: &mut TextBuilder,
) -> Result<Vec<Drawn>, ExtractError> {
    let mut texts = Vec::new();
    for part in related.of_kind("drawing") {
        let source = package.source(part)?;
        let Some(tree) = package.tree(part, source.as_ref())? else { continue };
        let parts = package.relationships(part)?;
        for node in tree.root_element().descendants().filter(|node| !is_fallback(*node)) {
            let at = || anchor(node);
            match xml::name(node) {
                "txBody" => {
                    let paragraphs = xml::children_named(node, "p").map(text::paragraph);
                    texts.extend(paragraphs.map(|text| Drawn { text: text.as_str().to_owned(), at: at() }));
                }
                "chart" => {
                    let id = xml::relationship_id(node, "id").unwrap_or_default();
                    if let Some(part) = parts.by_id(id) {
                        texts.extend(chart::names(package, part)?.map(|text| Drawn { text, at: at() }));
                    }
                }
                "pic" => {
                    let names = xml::at(node, &["nvPicPr", "cNvPr"]);
                    let text = names.and_then(|names| xml::attribute(names, "descr"));
                    let text = text.and_then(|text| builder.description(text));
                    texts.extend(text.map(|text| Drawn { text, at: at() }));
                    let blip = xml::at(node, &["blipFill", "blip"]);
                    let part = blip.and_then(|blip| parts.by_id(xml::relationship_id(blip, "embed")?));
                    if let Some(part) = part {
                        let words = picture::words(package, part, builder)?;
                        texts.extend(words.map(|text| Drawn { text, at: at() }));
                    }
                }
                _ => {}
            }
        }
    }
    // What embedded objects look like.
    for part in related.of_kind("image") {
        let words = picture::words(package, part, builder)?;
        texts.extend(words.map(|text| Drawn { text, at: None }));
    }
    texts.retain(|drawn| !drawn.text.trim().is_empty());
    Ok(texts)
}

/// Row and column of the cell that holds the upper left corner; files count them from zero.
fn anchor(node: Node<'_>) -> Option<(u32, u32)> {
    let from = node.ancestors().find_map(|above| xml::child(above, "from"))?;
    let number = |name| xml::text_of(xml::child(from, name)?).trim().parse::<u32>().ok()?.checked_add(1);
    Some((number("row")?, number("col")?))
}

/// Alternatives for older programs repeat what is drawn.
fn is_fallback(node: Node<'_>) -> bool {
    matches!(xml::name(node), "txBody" | "chart")
        && node.ancestors().any(|above| xml::name(above) == "Fallback")
}
