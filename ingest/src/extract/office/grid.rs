//! Tables of office documents, read whole before they are written, because what is a header shows only then.

use super::super::builder::TextBuilder;
use super::super::document::BlockKind;
use super::RichText;
use crate::error::{ExtractError, SizeLimit};

/// Most cells of one table.
const MAX_CELLS: usize = 500_000;
/// Most header rows that are read as the names of the columns.
const MAX_HEADER_ROWS: usize = 4;

/// A table: rows of cells. A merged cell has its text in its first place and nothing in the others.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    rows: Vec<Vec<RichText>>,
    hidden_rows: Vec<usize>,
    header_rows: usize,
    cells: usize,
}

impl Grid {
    /// Adds a row.
    ///
    /// # Errors
    /// [`ExtractError::TooLarge`] when the table has more cells than a table may have.
    pub(crate) fn push_row(&mut self, row: Vec<RichText>) -> Result<(), ExtractError> {
        self.cells = self.cells.saturating_add(row.len());
        check_cells(self.cells)?;
        self.rows.push(row);
        Ok(())
    }

    /// The last row is not seen by a reader.
    pub(crate) fn hide_last_row(&mut self) {
        self.hidden_rows.extend(self.rows.len().checked_sub(1));
    }

    /// The first `count` rows name the columns.
    pub(crate) fn set_header_rows(&mut self, count: usize) {
        self.header_rows = count;
    }

    /// Rows so far.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Cells with text in the row `index`.
    pub(crate) fn filled(&self, index: usize) -> usize {
        self.rows.get(index).map_or(0, |row| row.iter().filter(|cell| !cell.is_blank()).count())
    }

    /// Writes the rows as blocks. Several header rows become one, since a table has one row of names.
    pub(crate) fn write(&self, builder: &mut TextBuilder) -> Result<(), ExtractError> {
        let mut header_rows = self.header_rows;
        if header_rows >= self.rows.len() || header_rows > MAX_HEADER_ROWS {
            header_rows = usize::from(self.rows.len() > 1);
        }
        if header_rows > 0 {
            push_cells(builder, BlockKind::TableHeader, &self.names(header_rows))?;
        }
        for (index, row) in self.rows.iter().enumerate().skip(header_rows) {
            let from = builder.len();
            push_cells(builder, BlockKind::TableRow, row)?;
            if self.hidden_rows.binary_search(&index).is_ok() {
                builder.hide_since(from);
            }
        }
        Ok(())
    }

    /// The table as text of a cell of another: cells after commas, rows after semicolons.
    pub(crate) fn flatten(&self) -> RichText {
        let mut out = RichText::default();
        for row in &self.rows {
            let mut separator = if out.is_blank() { "" } else { "; " };
            for cell in row.iter().filter(|cell| !cell.is_blank()) {
                out.push(separator, false);
                out.append(cell);
                separator = ", ";
            }
        }
        out
    }

    /// One name a column from the first `count` rows.
    fn names(&self, count: usize) -> Vec<RichText> {
        let mut names: Vec<RichText> = Vec::new();
        for row in self.rows.iter().take(count) {
            for (column, cell) in row.iter().enumerate() {
                match names.get_mut(column) {
                    Some(name) => {
                        name.push(" ", false);
                        name.append(cell);
                    }
                    None => names.push(cell.clone()),
                }
            }
        }
        names
    }
}

/// Refuses more cells than a table may have.
pub(crate) fn check_cells(cells: usize) -> Result<(), ExtractError> {
    if cells > MAX_CELLS {
        let (actual, limit) = (cells as u64, MAX_CELLS as u64);
        return Err(ExtractError::TooLarge { what: SizeLimit::Cells, actual, limit });
    }
    Ok(())
}

fn push_cells(builder: &mut TextBuilder, kind: BlockKind, cells: &[RichText]) -> Result<(), ExtractError> {
    let starts_blank = cells.first().is_some_and(RichText::is_blank);
    if !starts_blank && !cells.iter().any(RichText::has_hidden) {
        let cells: Vec<&str> = cells.iter().map(RichText::as_str).collect();
        return builder.push_row(kind, &cells, None);
    }
    let last = cells.iter().rposition(|cell| !cell.is_blank()).map_or(0, |last| last + 1);
    // A row that starts with empty cells keeps their separators, so that the others stay under their names.
    let mut row = RichText::default();
    for (column, cell) in cells.iter().enumerate().take(last) {
        if column > 0 {
            row.push(" | ", false);
        }
        row.append(cell);
    }
    builder.push_rich(kind, &row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<RichText> {
        cells.iter().map(|cell| RichText::from(*cell)).collect()
    }

    fn written(grid: &Grid) -> super::super::super::Extracted {
        let mut builder = TextBuilder::new("text/plain", 1000);
        grid.write(&mut builder).unwrap();
        let doc = builder.finish().unwrap();
        doc.validate().unwrap();
        doc
    }

    #[test]
    fn header_rows_become_one() {
        let mut grid = Grid::default();
        for cells in [["Year", "2020", ""], ["", "Q1", "Q2"], ["sum", "1", "2"]] {
            grid.push_row(row(&cells)).unwrap();
        }
        grid.set_header_rows(2);
        let doc = written(&grid);
        assert_eq!(doc.text, "Year | 2020 Q1 | Q2\nsum | 1 | 2");
        assert_eq!(doc.blocks[0].kind, BlockKind::TableHeader);
        assert_eq!(grid.flatten().as_str(), "Year, 2020; Q1, Q2; sum, 1, 2");
    }

    #[test]
    fn hidden_cells_and_rows_are_marked() {
        let mut grid = Grid::default();
        let mut secret = RichText::default();
        secret.push("secret", true);
        grid.push_row(vec![RichText::default(), RichText::from("seen"), secret]).unwrap();
        grid.push_row(row(&["gone"])).unwrap();
        grid.hide_last_row();
        let doc = written(&grid);
        assert_eq!(doc.text, "| seen | secret\ngone");
        let hidden: Vec<_> = doc.hidden.iter().map(|span| doc.text[span.clone()].trim()).collect();
        assert_eq!(hidden, ["secret", "gone"]);
    }

    #[test]
    fn cells_are_limited() {
        let mut grid = Grid::default();
        let huge = vec![RichText::default(); MAX_CELLS + 1];
        assert_eq!(grid.push_row(huge).unwrap_err().code(), "too_large");
    }
}
