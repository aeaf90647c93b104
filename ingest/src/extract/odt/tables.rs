//! Tables: repeated and merged cells, header rows, tables inside tables.

use super::super::office::grid::check_cells;
use super::super::office::{Flowing as _, Grid, Node, RichText, xml};
use super::reader::Reader;
use crate::error::ExtractError;

/// Most times that a cell or a row is repeated.
const MAX_REPEATED: usize = 1000;
/// Most bytes that come of repeating a cell or a row.
const MAX_REPEATED_BYTES: usize = 64 * 1024;

/// How often a cell or a row of so many bytes stands in the table.
pub(super) fn repeated(node: Node<'_>, attribute: &str, bytes: usize) -> usize {
    let count = xml::attribute(node, attribute).and_then(|count| count.parse().ok()).unwrap_or(1usize);
    count.min(MAX_REPEATED).min(MAX_REPEATED_BYTES / bytes.max(1)).max(1)
}

impl<'a> Reader<'a, '_> {
    /// Reads a table as rows, or as plain blocks when it only arranges the page.
    pub(super) fn table(&mut self, node: Node<'a>) -> Result<(), ExtractError> {
        let mut rows = Vec::new();
        gather_rows(node, false, &mut rows);
        if self.flow.cells.is_empty() && is_layout(&rows) {
            for cell in rows.iter().flat_map(|(row, _)| cells(*row)) {
                self.in_cell(cell, |reader| reader.read_blocks(cell))?;
            }
            return Ok(());
        }
        if self.flow.cells.is_empty() {
            self.flush()?;
        }
        let grid = self.grid(&rows)?;
        self.emit_table(&grid)
    }

    fn grid(&mut self, rows: &[(Node<'a>, bool)]) -> Result<Grid, ExtractError> {
        let mut grid = Grid::default();
        let mut header_rows = 0;
        for (row, is_header) in rows {
            let mut texts = Vec::new();
            let mut widths = Vec::new();
            for cell in xml::children(*row) {
                let text = match xml::name(cell) {
                    "table-cell" => self.in_cell(cell, |reader| reader.gather(cell))?,
                    "covered-table-cell" => RichText::default(),
                    _ => continue,
                };
                let width = xml::attribute(cell, "number-columns-spanned").and_then(|span| span.parse().ok());
                widths.push((texts.len(), width.unwrap_or(1)));
                let times = repeated(cell, "number-columns-repeated", text.as_str().len());
                texts.extend(std::iter::repeat_n(text, times));
                check_cells(texts.len())?;
            }
            let filled = texts.iter().any(|text| !text.is_blank());
            let bytes = texts.iter().map(|text| text.as_str().len()).sum();
            let times = if filled { repeated(*row, "number-rows-repeated", bytes) } else { 1 };
            for _ in 0..times {
                grid.push_row(texts.clone())?;
                widths.iter().for_each(|(column, width)| grid.widen(*column, *width));
                if matches!(xml::attribute(*row, "visibility"), Some("collapse" | "filter")) {
                    grid.hide_last_row();
                }
            }
            if *is_header && header_rows + times == grid.len() {
                header_rows = grid.len();
            }
        }
        if header_rows == 0
            && let [(first, _), (second, _), ..] = rows
            && grid.filled(0) > 1
            && self.is_heading_row(*first)
            && !self.is_heading_row(*second)
        {
            header_rows = 1;
        }
        grid.set_header_rows(header_rows);
        Ok(grid)
    }

    /// Runs `read` with the background of a cell.
    fn in_cell<T>(
        &mut self,
        cell: Node<'a>,
        read: impl FnOnce(&mut Self) -> Result<T, ExtractError>,
    ) -> Result<T, ExtractError> {
        let style = xml::attribute(cell, "style-name").unwrap_or_default();
        let shaded = self.styles.look("table-cell", style).shaded == Some(true);
        self.flow.shaded += u32::from(shaded);
        let result = read(self);
        self.flow.shaded -= u32::from(shaded);
        result
    }

    /// Whether all text of a row is bold or in paragraphs made for the names of columns.
    fn is_heading_row(&self, row: Node<'a>) -> bool {
        let mut any = false;
        for paragraph in row.descendants().filter(|node| node.is_element() && xml::name(*node) == "p") {
            let style = xml::attribute(paragraph, "style-name").unwrap_or_default();
            if self.styles.is_named(style, &["table heading"]) || self.styles.is_bold("paragraph", style) {
                any |= !xml::text_of(paragraph).trim().is_empty();
                continue;
            }
            for node in paragraph.children() {
                let text = if node.is_text() {
                    node.text().unwrap_or_default().to_owned()
                } else {
                    xml::text_of(node)
                };
                if text.trim().is_empty() {
                    continue;
                }
                let style = xml::attribute(node, "style-name").unwrap_or_default();
                if xml::name(node) != "span" || !self.styles.is_bold("text", style) {
                    return false;
                }
                any = true;
            }
        }
        any
    }
}

/// The rows of a table in their order, each with whether it is marked as a header.
fn gather_rows<'a>(parent: Node<'a>, is_header: bool, rows: &mut Vec<(Node<'a>, bool)>) {
    for node in xml::children(parent) {
        match xml::name(node) {
            "table-row" => rows.push((node, is_header)),
            "table-header-rows" => gather_rows(node, true, rows),
            "table-rows" | "table-row-group" => gather_rows(node, is_header, rows),
            _ => {}
        }
    }
}

fn cells<'a>(row: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    xml::children_named(row, "table-cell")
}

/// Whether a table arranges the page: one cell, or one row or column that holds tables or headings.
fn is_layout(rows: &[(Node<'_>, bool)]) -> bool {
    let widest = rows.iter().map(|(row, _)| cells(*row).count()).max().unwrap_or(0);
    if rows.len() > 1 && widest > 1 {
        return false;
    }
    let holds_blocks = |cell: Node<'_>| {
        cell.descendants().any(|node| node.is_element() && matches!(xml::name(node), "table" | "h"))
    };
    (rows.len() == 1 && widest == 1) || rows.iter().flat_map(|(row, _)| cells(*row)).any(holds_blocks)
}
