//! A sheet, read as a stream: only cells that are in the file take memory, whatever it says of its size.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::comments::Persons;
use super::number_format::NumberFormat;
use super::strings::{SharedStrings, append, unescape};
use super::styles::CellStyle;
use super::workbook::is_true;
use crate::error::{ExtractError, SizeLimit};
use crate::extract::grid::{Area, Cell, CellKind, Grid, MAX_CELLS};

/// Rows of a sheet.
const MAX_ROWS: u32 = 1 << 20;
/// Columns of a sheet.
const MAX_COLUMNS: u32 = 1 << 14;
/// Merged areas that are looked at.
const MAX_MERGES: usize = 1 << 17;

/// What the sheets of a workbook share.
#[derive(Debug)]
pub(super) struct Context {
    /// Texts that cells name by number.
    pub(super) strings: SharedStrings,
    /// Styles that cells name by number.
    pub(super) styles: Vec<CellStyle>,
    /// Who wrote the comments.
    pub(super) persons: Persons,
    /// Whether dates count from 1904.
    pub(super) epoch_1904: bool,
    /// Bytes that the texts of a sheet may take.
    pub(super) max_text_bytes: usize,
    /// Cells read so far, blank ones included.
    pub(super) cells: usize,
}

/// The cells of a sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its cells that are not blank.
    pub(super) grid: Grid,
    /// What broke off the reading.
    pub(super) damage: Option<String>,
}

impl Sheet {
    /// Reads a sheet whose declared tables have the headers `tables`.
    ///
    /// # Errors
    /// [`ExtractError::TooLarge`].
    pub(super) fn parse(text: &str, context: &mut Context, tables: Vec<Area>) -> Result<Self, ExtractError> {
        let mut grid = Grid::new(context.max_text_bytes);
        grid.headers = tables;
        let mut walker = Walker {
            context,
            grid,
            row: 0,
            column: 0,
            hidden_columns: Vec::new(),
            merges: Vec::new(),
            cell: None,
            path: Path::default(),
        };
        let mut reader = Reader::from_str(text);
        let damage = loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => walker.start(&element)?,
                Ok(Event::Empty(element)) => {
                    walker.start(&element)?;
                    walker.end(element.local_name().as_ref())?;
                }
                Ok(Event::End(element)) => walker.end(element.local_name().as_ref())?,
                Ok(Event::Eof) => break None,
                Ok(event) => walker.text(&event),
                Err(error) => break Some(error.to_string()),
            }
        };
        let Walker { mut grid, merges, .. } = walker;
        grid.finish();
        mark_merged(&mut grid, merges);
        Ok(Self { grid, damage })
    }
}

/// A cell that is being read.
#[derive(Debug, Default)]
struct OpenCell {
    kind: String,
    style: usize,
    value: String,
    inline: String,
}

/// Which texts are being read.
#[derive(Debug, Default)]
struct Path {
    value: bool,
    inline: bool,
    phonetic: bool,
}

struct Walker<'c> {
    context: &'c mut Context,
    grid: Grid,
    row: u32,
    column: u32,
    hidden_columns: Vec<bool>,
    merges: Vec<Area>,
    cell: Option<OpenCell>,
    path: Path,
}

impl Walker<'_> {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), ExtractError> {
        match element.local_name().as_ref() {
            "row" => {
                let number = attribute(element, "r").and_then(|r| r.parse().ok());
                self.row =
                    number.filter(|r| (1..=MAX_ROWS).contains(r)).unwrap_or(self.row.saturating_add(1));
                self.column = 0;
                self.grid.start_row(self.row, attribute(element, "hidden").is_some_and(|v| is_true(&v)));
            }
            "c" => self.start_cell(element)?,
            "v" => self.path.value = self.cell.is_some(),
            "t" => self.path.inline = self.cell.is_some(),
            "rPh" => self.path.phonetic = true,
            "col" => self.columns(element),
            "mergeCell" if self.merges.len() < MAX_MERGES => {
                self.merges.extend(attribute(element, "ref").and_then(|at| area(&at)));
            }
            "autoFilter" => {
                if let Some(whole) = attribute(element, "ref").and_then(|at| area(&at)) {
                    self.grid.headers.push(Area { bottom: whole.top, ..whole });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn start_cell(&mut self, element: &BytesStart<'_>) -> Result<(), ExtractError> {
        self.context.cells += 1;
        if self.context.cells > MAX_CELLS {
            let (actual, limit) = (self.context.cells as u64, MAX_CELLS as u64);
            return Err(ExtractError::TooLarge { what: SizeLimit::Cells, actual, limit });
        }
        let mut cell = OpenCell::default();
        let mut column = self.column.saturating_add(1);
        for attribute in element.attributes().with_checks(false).flatten() {
            match attribute.key.as_ref() {
                "r" => column = address(&attribute.value).map_or(column, |(_, column)| column),
                "s" => cell.style = attribute.value.parse().unwrap_or(0),
                "t" => cell.kind.push_str(&attribute.value),
                _ => {}
            }
        }
        self.column = column;
        self.cell = Some(cell);
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), ExtractError> {
        match name {
            "c" => self.end_cell()?,
            "v" => self.path.value = false,
            "t" => self.path.inline = false,
            "rPh" => self.path.phonetic = false,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, event: &Event<'_>) {
        let Some(cell) = &mut self.cell else { return };
        if self.path.value {
            append(&mut cell.value, event);
        } else if self.path.inline && !self.path.phonetic {
            append(&mut cell.inline, event);
        }
    }

    fn end_cell(&mut self) -> Result<(), ExtractError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let style = self.context.styles.get(cell.style);
        let hidden = self.hidden_columns.get(self.column as usize).copied().unwrap_or(false);
        let mut shown = String::new();
        let (text, kind) = match cell.kind.as_str() {
            "s" => {
                let shared = cell.value.trim().parse().ok().and_then(|index| self.context.strings.get(index));
                (shared.unwrap_or_default(), CellKind::Text)
            }
            "inlineStr" | "str" => {
                let text = if cell.value.is_empty() { &cell.inline } else { &cell.value };
                shown.push_str(&unescape(text));
                (shown.as_str(), CellKind::Text)
            }
            "b" => (if cell.value.trim() == "1" { "TRUE" } else { "FALSE" }, CellKind::Other),
            "e" => (cell.value.as_str(), CellKind::Other),
            "d" => {
                shown.push_str(cell.value.trim().trim_end_matches("T00:00:00").trim_end_matches(".000"));
                (shown.as_str(), CellKind::Date)
            }
            _ => match cell.value.trim().parse::<f64>() {
                Ok(number) => {
                    let format = style.map(|style| style.format.show(number, self.context.epoch_1904));
                    let format = format.unwrap_or_else(|| NumberFormat::default().show(number, false));
                    shown = format.text;
                    (shown.as_str(), if format.is_date { CellKind::Date } else { CellKind::Number })
                }
                Err(_) => (cell.value.as_str(), CellKind::Text),
            },
        };
        if let Some(added) = self.grid.push(self.column, text, kind)? {
            added.bold = style.is_some_and(|style| style.bold);
            added.hidden = hidden || style.is_some_and(|style| style.invisible);
        }
        Ok(())
    }

    fn columns(&mut self, element: &BytesStart<'_>) {
        let number = |name| attribute(element, name).and_then(|value| value.parse::<u32>().ok());
        let hidden = attribute(element, "hidden").is_some_and(|value| is_true(&value))
            || attribute(element, "width").and_then(|width| width.parse::<f64>().ok()) == Some(0.0);
        if let (true, Some(first), Some(last)) = (hidden, number("min"), number("max")) {
            self.hidden_columns.resize(MAX_COLUMNS as usize + 1, false);
            for mark in self.hidden_columns.iter_mut().take(last as usize + 1).skip(first as usize) {
                *mark = true;
            }
        }
    }
}

/// Marks cells that are merged with the columns to their right, and hides those that a merged cell covers: some writers leave
/// their old values in them.
fn mark_merged(grid: &mut Grid, mut merges: Vec<Area>) {
    merges.sort_by_key(|area| (area.top, area.left));
    let mut merges = merges.into_iter().peekable();
    let mut open: BTreeMap<u32, Area> = BTreeMap::new();
    for i in 0..grid.rows().len() {
        let Some(number) = grid.rows().get(i).map(|row| row.number) else { break };
        while let Some(area) = merges.next_if(|area| area.top <= number) {
            if area.bottom >= number {
                open.insert(area.left, area);
            }
        }
        for cell in grid.cells_mut(i) {
            mark(cell, number, &open);
        }
    }
}

fn mark(cell: &mut Cell, row: u32, open: &BTreeMap<u32, Area>) {
    let Some((_, area)) = open.range(..=cell.column).next_back() else { return };
    if area.right < cell.column || area.bottom < row {
        return;
    }
    if area.left == cell.column && area.top == row {
        cell.right = area.right;
    } else {
        cell.hidden = true;
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    attributes.find(|attribute| attribute.key.as_ref() == name).map(|attribute| attribute.value.into_owned())
}

/// Row and column of an address such as `B7` or `$B$7`.
pub(super) fn address(text: &str) -> Option<(u32, u32)> {
    let (mut column, mut row) = (0u32, 0u32);
    for byte in text.bytes().filter(|b| *b != b'$') {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                let letter = u32::from(byte.to_ascii_uppercase() - b'A' + 1);
                column = column.checked_mul(26)?.checked_add(letter)?;
            }
            b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?,
            _ => return None,
        }
    }
    ((1..=MAX_ROWS).contains(&row) && (1..=MAX_COLUMNS).contains(&column)).then_some((row, column))
}

/// The cells of a reference such as `A1:C7`.
pub(super) fn area(text: &str) -> Option<Area> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let ((top, left), (bottom, right)) = (address(first)?, address(last)?);
    (top <= bottom && left <= right).then_some(Area { top, left, bottom, right })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_within_the_bounds_of_a_sheet() {
        assert_eq!(address("B7"), Some((7, 2)));
        assert_eq!(address("$AA$10"), Some((10, 27)));
        assert_eq!(address("XFD1048576"), Some((1_048_576, 16_384)));
        for bad in ["XFE1", "A0", "A1048577", "7", "B", "1B", "A1B", "ZZZZZZZZZZ1", "A99999999999", "é1"] {
            assert_eq!(address(bad), None, "{bad}");
        }
        assert_eq!(area("B2:C3"), Some(Area { top: 2, left: 2, bottom: 3, right: 3 }));
        assert_eq!(area("C3:B2"), None);
    }
}
