//! What lies on a sheet: text boxes, and the titles and series of charts.

use roxmltree::Node;

use super::package::{LocalNames as _, Relationship, characters, read_optional, relationships, tree};
use crate::error::ExtractError;
use crate::extract::archive::Archive;
use crate::extract::builder::TextBuilder;

/// A text on a sheet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Drawn {
    /// Its paragraphs.
    pub(super) text: String,
    /// Row and column of the cell that it starts at.
    pub(super) at: Option<(u32, u32)>,
}

/// The texts on a sheet, one for every text box and chart.
///
/// # Errors
/// [`ExtractError::TooLarge`].
pub(super) fn read(
    archive: &mut Archive<'_>,
    related: &[Relationship],
    builder: &mut TextBuilder,
) -> Result<Vec<Drawn>, ExtractError> {
    let mut texts = Vec::new();
    for drawing in related.iter().filter(|part| part.kind == "drawing") {
        let Some(bytes) = read_optional(archive, &drawing.path, builder)? else { continue };
        let parts = relationships(archive, &drawing.path, builder)?;
        let text = characters(&bytes);
        let document = match tree(&text) {
            Ok(document) => document,
            Err(error) => {
                builder.warn(format!("{} is damaged: {error}", drawing.path));
                continue;
            }
        };
        for node in document.descendants() {
            if node.has_tag_name_local("txBody") && !is_fallback(node) {
                texts.push(Drawn { text: node.paragraphs(), at: anchor(node) });
            } else if node.has_tag_name_local("chart") {
                let id = node.attribute_local("id").unwrap_or_default();
                if let Some(part) = parts.iter().find(|part| part.id == id) {
                    let at = anchor(node);
                    texts.extend(chart(archive, &part.path, builder)?.map(|text| Drawn { text, at }));
                }
            }
        }
    }
    texts.retain(|drawn| !drawn.text.trim().is_empty());
    Ok(texts)
}

/// Row and column of the cell that holds the upper left corner; files count them from zero.
fn anchor(node: Node<'_, '_>) -> Option<(u32, u32)> {
    let from =
        node.ancestors().find_map(|above| above.children().find(|child| child.has_tag_name_local("from")))?;
    let number = |name: &str| {
        let text = from.children().find(|child| child.has_tag_name_local(name))?.text()?;
        text.trim().parse::<u32>().ok()?.checked_add(1)
    };
    Some((number("row")?, number("col")?))
}

/// Alternatives for older programs repeat what is drawn.
fn is_fallback(node: Node<'_, '_>) -> bool {
    node.ancestors().any(|above| above.has_tag_name_local("Fallback"))
}

/// A chart's title, the titles of its axes and the names of its series; its numbers are those of the cells.
fn chart(
    archive: &mut Archive<'_>,
    path: &str,
    builder: &mut TextBuilder,
) -> Result<Option<String>, ExtractError> {
    let Some(bytes) = read_optional(archive, path, builder)? else { return Ok(None) };
    let text = characters(&bytes);
    let Ok(document) = tree(&text) else {
        builder.warn(format!("the chart {path} is damaged"));
        return Ok(None);
    };
    let titles = || document.descendants().filter(|node| node.has_tag_name_local("title"));
    let title =
        |node: Node<'_, '_>| if node.paragraphs().is_empty() { cached(node) } else { node.paragraphs() };
    let of_chart =
        |node: &Node<'_, '_>| node.parent().is_some_and(|parent| parent.has_tag_name_local("chart"));
    let mut names: Vec<String> = titles().filter(|node| !of_chart(node)).map(title).collect();
    for series in document.descendants().filter(|node| node.has_tag_name_local("ser")) {
        names.extend(series.children().filter(|node| node.has_tag_name_local("tx")).map(cached));
    }
    names.retain(|name| !name.trim().is_empty());
    let heading = titles().find(of_chart).map(title).filter(|title| !title.trim().is_empty());
    let names = names.join(", ");
    Ok(match (heading, names.is_empty()) {
        (Some(heading), true) => Some(heading),
        (Some(heading), false) => Some(format!("{}: {names}", heading.replace('\n', " "))),
        (None, true) => None,
        (None, false) => Some(names),
    })
}

/// The text that the chart keeps of a cell.
fn cached(node: Node<'_, '_>) -> String {
    let values = node.descendants().filter(|node| node.has_tag_name_local("v"));
    values.filter_map(|node| node.text()).collect::<Vec<_>>().join(" ")
}
