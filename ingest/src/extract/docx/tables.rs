//! Tables: rows with merged cells, header rows, tables inside tables.

use super::super::office::grid::check_cells;
use super::super::office::{Flowing as _, Grid, Node, RichText, xml};
use super::super::ooxml::is_on;
use super::reader::Reader;
use super::styles::is_shade;
use crate::error::ExtractError;

/// Most columns that one cell can span.
const MAX_SPAN: usize = 256;

impl<'a> Reader<'a, '_> {
    /// Reads a table as rows, or as plain blocks when it only arranges the page.
    pub(super) fn table(&mut self, node: Node<'a>) -> Result<(), ExtractError> {
        let rows = rows(node);
        let shaded = self.is_shaded_table(node);
        if self.flow.cells.is_empty() && self.is_layout(&rows) {
            for cell in rows.iter().flat_map(|row| cells(*row)) {
                self.in_cell_shade(shaded, cell, |reader| reader.read_blocks(cell))?;
            }
            return Ok(());
        }
        let grid = self.grid(node, &rows, shaded)?;
        self.emit_table(&grid)
    }

    fn grid(&mut self, table: Node<'a>, rows: &[Node<'a>], shaded: bool) -> Result<Grid, ExtractError> {
        // What waits in front of the table must not mix with what its cells attach.
        if self.flow.cells.is_empty() {
            self.flush()?;
        }
        let mut grid = Grid::default();
        for row in rows {
            let before = number(xml::at(*row, &["trPr", "gridBefore"])).unwrap_or(0).min(MAX_SPAN);
            let mut texts = vec![RichText::default(); before];
            let mut widths = Vec::new();
            for cell in cells(*row) {
                let properties = xml::child(cell, "tcPr");
                let property = |name| properties.and_then(|inner| xml::child(inner, name));
                let continues = |name| {
                    property(name).is_some_and(|merge| xml::attribute(merge, "val") != Some("restart"))
                };
                let span = number(property("gridSpan")).unwrap_or(1).clamp(1, MAX_SPAN);
                let text = if continues("vMerge") || continues("hMerge") {
                    RichText::default()
                } else {
                    self.in_cell_shade(shaded, cell, |reader| reader.gather(cell))?
                };
                widths.push((texts.len(), span));
                texts.push(text);
                texts.resize(texts.len() + span - 1, RichText::default());
                check_cells(texts.len())?;
            }
            grid.push_row(texts)?;
            widths.into_iter().for_each(|(column, width)| grid.widen(column, width));
            if xml::at(*row, &["trPr", "hidden"]).is_some_and(|hidden| is_on(xml::attribute(hidden, "val"))) {
                grid.hide_last_row();
            }
        }
        let marked = rows.iter().take_while(|row| is_marked_header(**row)).count();
        grid.set_header_rows(if marked > 0 {
            marked
        } else {
            usize::from(self.looks_like_header(table, rows, &grid))
        });
        Ok(grid)
    }

    /// Whether a table or its style may put a dark background behind the text of its cells.
    fn is_shaded_table(&self, table: Node<'a>) -> bool {
        xml::at(table, &["tblPr", "shd"]).is_some_and(is_shade)
            || table_style(table).is_some_and(|style| self.styles.has_header_row(style))
    }

    /// Runs `read` with the background of a cell of a table that is `shaded` or not.
    fn in_cell_shade<T>(
        &mut self,
        shaded: bool,
        cell: Node<'a>,
        read: impl FnOnce(&mut Self) -> Result<T, ExtractError>,
    ) -> Result<T, ExtractError> {
        let shaded = shaded || xml::at(cell, &["tcPr", "shd"]).is_some_and(is_shade);
        self.flow.shaded += u32::from(shaded);
        let result = read(self);
        self.flow.shaded -= u32::from(shaded);
        result
    }

    /// Whether the first row, though not marked, names the columns: it looks different from the second.
    fn looks_like_header(&self, table: Node<'a>, rows: &[Node<'a>], grid: &Grid) -> bool {
        let [first, second, ..] = rows else { return false };
        if grid.filled(0) < 2 {
            return false;
        }
        let look = xml::at(table, &["tblPr", "tblLook"]);
        let by_look = look.is_some_and(|look| match xml::attribute(look, "firstRow") {
            Some(value) => is_on(Some(value)),
            None => {
                let bits = xml::attribute(look, "val").and_then(|bits| u32::from_str_radix(bits, 16).ok());
                bits.is_some_and(|bits| bits & 0x20 != 0)
            }
        });
        let by_style = by_look && table_style(table).is_some_and(|style| self.styles.has_header_row(style));
        by_style || (self.is_bold_row(*first) && !self.is_bold_row(*second))
    }

    /// Whether all text of a row is bold or in paragraphs made for headers.
    fn is_bold_row(&self, row: Node<'a>) -> bool {
        let mut any = false;
        for paragraph in row.descendants().filter(|node| node.is_element() && xml::name(*node) == "p") {
            let style = self.style_of(xml::child(paragraph, "pPr"));
            if style.is_some_and(|style| self.styles.is_table_heading(style)) {
                any = true;
                continue;
            }
            let by_style = style.is_some_and(|style| self.styles.is_bold(style));
            for run in paragraph.descendants().filter(|node| node.is_element() && xml::name(*node) == "r") {
                let text = xml::child(run, "t").map(xml::text_of).unwrap_or_default();
                if text.trim().is_empty() {
                    continue;
                }
                let properties = xml::child(run, "rPr");
                let property = |name| properties.and_then(|inner| xml::child(inner, name));
                let run_style = property("rStyle").and_then(|style| xml::attribute(style, "val"));
                let bold = match property("b") {
                    Some(bold) => is_on(xml::attribute(bold, "val")),
                    None => by_style || run_style.is_some_and(|style| self.styles.is_bold(style)),
                };
                if !bold {
                    return false;
                }
                any = true;
            }
        }
        any
    }

    /// Whether a table arranges the page: one cell, or one row or column that holds tables or headings.
    fn is_layout(&self, rows: &[Node<'a>]) -> bool {
        let widest = rows.iter().map(|row| cells(*row).len()).max().unwrap_or(0);
        if rows.len() > 1 && widest > 1 {
            return false;
        }
        let holds_blocks = |cell: Node<'a>| {
            cell.descendants().any(|node| match xml::name(node) {
                "tbl" => true,
                "p" => {
                    let style = self.style_of(xml::child(node, "pPr"));
                    style.is_some_and(|style| self.styles.heading(style).is_some())
                }
                _ => false,
            })
        };
        (rows.len() == 1 && widest == 1) || rows.iter().flat_map(|row| cells(*row)).any(holds_blocks)
    }
}

fn table_style(table: Node<'_>) -> Option<&str> {
    xml::attribute(xml::at(table, &["tblPr", "tblStyle"])?, "val")
}

/// The rows that were not deleted.
fn rows(table: Node<'_>) -> Vec<Node<'_>> {
    let deleted = |row: &Node<'_>| xml::at(*row, &["trPr", "del"]).is_some();
    gather(table, "tr").into_iter().filter(|row| !deleted(row)).collect()
}

/// The cells of a row that were not deleted.
fn cells(row: Node<'_>) -> Vec<Node<'_>> {
    let deleted = |cell: &Node<'_>| xml::at(*cell, &["tcPr", "cellDel"]).is_some();
    gather(row, "tc").into_iter().filter(|cell| !deleted(cell)).collect()
}

/// The elements called `wanted` in an element or in the wrappers around parts of its content.
fn gather<'a>(parent: Node<'a>, wanted: &str) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    for node in xml::children(parent) {
        match xml::name(node) {
            name if name == wanted => found.push(node),
            "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" | "smartTag" => {
                found.extend(gather(node, wanted));
            }
            "AlternateContent" => {
                found.extend(xml::alternative(node).into_iter().flat_map(|chosen| gather(chosen, wanted)));
            }
            _ => {}
        }
    }
    found
}

fn is_marked_header(row: Node<'_>) -> bool {
    xml::at(row, &["trPr", "tblHeader"]).is_some_and(|mark| is_on(xml::attribute(mark, "val")))
}

fn number(node: Option<Node<'_>>) -> Option<usize> {
    xml::attribute(node?, "val")?.trim().parse().ok()
}
