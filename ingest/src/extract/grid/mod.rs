//! Cells at addresses, of a sheet or of a file of rows, and how they become tables of the text.

mod header;
mod regions;
mod write;

use std::ops::Range;

pub(crate) use write::write;

use crate::error::{ExtractError, SizeLimit};

/// Most cells of a document.
pub(crate) const MAX_CELLS: usize = 5_000_000;

/// What a cell holds, as far as it tells names of columns from data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellKind {
    /// Words.
    Text,
    /// A number, a percentage, an amount.
    Number,
    /// A date or a time.
    Date,
    /// A truth value or an error.
    Other,
}

/// A cell that is not blank.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// Its column, from 1.
    pub(crate) column: u32,
    /// What it holds.
    pub(crate) kind: CellKind,
    /// Whether it is set in bold.
    pub(crate) bold: bool,
    /// Whether a reader of the sheet does not see it.
    pub(crate) hidden: bool,
    /// The last column that it is merged with, its own when it is not.
    pub(crate) right: u32,
    text: Range<usize>,
}

/// A row with at least one cell.
#[derive(Debug, Clone)]
pub(crate) struct GridRow {
    /// Its number, from 1.
    pub(crate) number: u32,
    /// Whether a reader of the sheet does not see it.
    pub(crate) hidden: bool,
    cells: Range<usize>,
}

/// A range of cells, every bound from 1 and inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    /// First row.
    pub(crate) top: u32,
    /// First column.
    pub(crate) left: u32,
    /// Last row.
    pub(crate) bottom: u32,
    /// Last column.
    pub(crate) right: u32,
}

/// The cells that are not blank, row by row. All texts are in one string: a million cells are no million allocations.
#[derive(Debug)]
pub(crate) struct Grid {
    text: String,
    cells: Vec<Cell>,
    rows: Vec<GridRow>,
    max_text_bytes: usize,
    /// Rows that the file itself calls the header of a table.
    pub(crate) headers: Vec<Area>,
    /// Whether the first row of the file is expected to name the columns.
    pub(crate) header_expected: bool,
}

impl Grid {
    /// No cells yet; their texts together may take `max_text_bytes`.
    pub(crate) fn new(max_text_bytes: usize) -> Self {
        Self {
            text: String::new(),
            cells: Vec::new(),
            rows: Vec::new(),
            max_text_bytes,
            headers: Vec::new(),
            header_expected: false,
        }
    }

    /// The cells that follow are in row `number`.
    pub(crate) fn start_row(&mut self, number: u32, hidden: bool) {
        self.drop_blank_row();
        let at = self.cells.len();
        self.rows.push(GridRow { number, hidden, cells: at..at });
    }

    /// Adds a cell to the row started last; blank text adds nothing.
    ///
    /// # Errors
    /// [`ExtractError::TooLarge`].
    pub(crate) fn push(
        &mut self,
        column: u32,
        text: &str,
        kind: CellKind,
    ) -> Result<Option<&mut Cell>, ExtractError> {
        let Some(row) = self.rows.last_mut() else { return Ok(None) };
        if text.trim().is_empty() {
            return Ok(None);
        }
        let start = self.text.len();
        let too_large = |what, actual: usize, limit: usize| {
            Err(ExtractError::TooLarge { what, actual: actual as u64, limit: limit as u64 })
        };
        if start + text.len() > self.max_text_bytes {
            return too_large(SizeLimit::TextBytes, start + text.len(), self.max_text_bytes);
        }
        if self.cells.len() >= MAX_CELLS {
            return too_large(SizeLimit::Cells, self.cells.len() + 1, MAX_CELLS);
        }
        self.text.push_str(text);
        self.cells.push(Cell {
            column,
            kind,
            bold: false,
            hidden: false,
            right: column,
            text: start..self.text.len(),
        });
        row.cells.end = self.cells.len();
        Ok(self.cells.last_mut())
    }

    /// Puts rows and cells into the order of their addresses; files that do not keep it are rare.
    pub(crate) fn finish(&mut self) {
        self.drop_blank_row();
        for row in &self.rows {
            if let Some(cells) = self.cells.get_mut(row.cells.clone())
                && !cells.is_sorted_by_key(|cell| cell.column)
            {
                cells.sort_by_key(|cell| cell.column);
            }
        }
        if !self.rows.is_sorted_by_key(|row| row.number) {
            self.rows.sort_by_key(|row| row.number);
        }
    }

    /// The rows, in order.
    pub(crate) fn rows(&self) -> &[GridRow] {
        &self.rows
    }

    /// The cells of a row, in order.
    pub(crate) fn cells(&self, row: &GridRow) -> &[Cell] {
        self.cells.get(row.cells.clone()).unwrap_or_default()
    }

    /// The cells of a row, in order, to be marked.
    pub(crate) fn cells_mut(&mut self, row: usize) -> &mut [Cell] {
        let cells = self.rows.get(row).map_or(0..0, |row| row.cells.clone());
        self.cells.get_mut(cells).unwrap_or_default()
    }

    /// The cells of a row from column `left` to column `right`.
    fn between(&self, row: &GridRow, left: u32, right: u32) -> &[Cell] {
        let cells = self.cells(row);
        let first = cells.partition_point(|cell| cell.column < left);
        let end = cells.partition_point(|cell| cell.column <= right);
        cells.get(first..end).unwrap_or_default()
    }

    /// What a cell reads.
    pub(crate) fn text(&self, cell: &Cell) -> &str {
        self.text.get(cell.text.clone()).unwrap_or_default()
    }

    fn drop_blank_row(&mut self) {
        if self.rows.last().is_some_and(|row| row.cells.is_empty()) {
            self.rows.pop();
        }
    }
}
