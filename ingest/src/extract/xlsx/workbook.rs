//! The list of sheets and the tables that sheets declare.

use super::sheet::area;
use crate::error::ExtractError;
use crate::extract::grid::Area;
use crate::extract::office::{Node, Package, Relationships, xml};

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
    pub(super) fn read(root: Node<'_>) -> Self {
        let named = |name: &'static str| root.descendants().filter(move |node| xml::name(*node) == name);
        let sheets = named("sheet")
            .filter_map(|node| {
                Some(SheetEntry {
                    name: xml::attribute(node, "name").unwrap_or_default().to_owned(),
                    hidden: xml::attribute(node, "state").is_some_and(|state| state != "visible"),
                    relationship: xml::attribute(node, "id")?.to_owned(),
                })
            })
            .collect();
        let epoch_1904 = named("workbookPr").next().and_then(|node| xml::attribute(node, "date1904"));
        Self { sheets, epoch_1904: epoch_1904.is_some_and(is_true) }
    }
}

/// The header rows of the tables that a sheet declares.
///
/// # Errors
/// As [`Package::source`] and [`Package::tree`].
pub(super) fn tables(package: &mut Package<'_>, related: &Relationships) -> Result<Vec<Area>, ExtractError> {
    let mut headers = Vec::new();
    for part in related.of_kind("table") {
        let source = package.source(part)?;
        let Some(tree) = package.tree(part, source.as_ref())? else { continue };
        let value = |name| xml::attribute(tree.root_element(), name);
        let rows: u32 = value("headerRowCount").and_then(|count| count.parse().ok()).unwrap_or(1);
        if let Some(whole) = value("ref").and_then(area)
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
