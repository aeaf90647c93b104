//! The list of sheets and the tables that sheets declare.

use super::package::{LocalNames as _, Relationship, characters, read_optional, tree};
use super::sheet::area;
use crate::error::ExtractError;
use crate::extract::archive::Archive;
use crate::extract::builder::TextBuilder;
use crate::extract::grid::Area;

/// A sheet of the workbook, in the order of the tabs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SheetEntry {
    /// What its tab reads.
    pub(super) name: String,
    /// Whether it has no tab.
    pub(super) hidden: bool,
    /// How the workbook names its part.
    pub(super) relationship: String,
}

/// What the workbook says of itself.
#[derive(Debug)]
pub(super) struct Workbook {
    /// Its sheets.
    pub(super) sheets: Vec<SheetEntry>,
    /// Whether dates count from 1904 instead of 1900.
    pub(super) epoch_1904: bool,
}

impl Workbook {
    /// Reads the part of the workbook.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let document = tree(text)?;
        let sheets = document
            .descendants()
            .filter(|node| node.has_tag_name_local("sheet"))
            .filter_map(|node| {
                Some(SheetEntry {
                    name: node.attribute("name").unwrap_or_default().to_owned(),
                    hidden: node.attribute("state").is_some_and(|state| state != "visible"),
                    relationship: node.attributes().find(|a| a.name() == "id")?.value().to_owned(),
                })
            })
            .collect();
        let properties = document.descendants().find(|node| node.has_tag_name_local("workbookPr"));
        let epoch_1904 = properties.and_then(|node| node.attribute("date1904")).is_some_and(is_true);
        Ok(Self { sheets, epoch_1904 })
    }
}

/// The header rows of the tables that a sheet declares.
///
/// # Errors
/// [`ExtractError::TooLarge`].
pub(super) fn tables(
    archive: &mut Archive<'_>,
    related: &[Relationship],
    builder: &mut TextBuilder,
) -> Result<Vec<Area>, ExtractError> {
    let mut headers = Vec::new();
    for table in related.iter().filter(|part| part.kind == "table") {
        let Some(bytes) = read_optional(archive, &table.path, builder)? else { continue };
        let text = characters(&bytes);
        let Ok(document) = tree(&text) else { continue };
        let root = document.root_element();
        let rows: u32 = root.attribute("headerRowCount").and_then(|count| count.parse().ok()).unwrap_or(1);
        if let Some(whole) = root.attribute("ref").and_then(area)
            && rows > 0
        {
            headers.push(Area { bottom: whole.top, ..whole });
        }
    }
    Ok(headers)
}

/// A truth value of an attribute.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "on")
}
