//! Tables of office documents, read whole before they are written, because what is a header shows only then.

use std::collections::BTreeMap;

use super::super::builder::TextBuilder;
use super::super::column_names::{Group, are_below, columns_of};
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
    /// How many columns the cells of the first rows are merged over that are merged, by row and column.
    widths: BTreeMap<(usize, usize), usize>,
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

    /// The cell of the last row in `column` is merged with those to its right, `width` columns in all.
    pub(crate) fn widen(&mut self, column: usize, width: usize) {
        let row = self.rows.len().saturating_sub(1);
        if width > 1 && row < MAX_HEADER_ROWS {
            self.widths.insert((row, column), width);
        }
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
        if header_rows == 1 && self.starts_with_groups() {
            header_rows = 2;
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

    /// Whether the first row names groups of columns, and the second the columns themselves.
    fn starts_with_groups(&self) -> bool {
        let [_, names, _, ..] = self.rows.as_slice() else { return false };
        let names: Vec<&str> = names.iter().map(RichText::as_str).collect();
        !self.hidden_rows.contains(&0) && !self.hidden_rows.contains(&1) && are_below(&names, &self.groups(0))
    }

    /// The cells of a row that are not blank, as names of groups.
    fn groups(&self, row: usize) -> Vec<Group<'_>> {
        let cells = self.rows.get(row).map(Vec::as_slice).unwrap_or_default();
        let filled = || cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank());
        let ends = filled().skip(1).map(|(column, _)| column).chain([cells.len()]);
        let mut groups = Vec::new();
        for ((column, cell), end) in filled().zip(ends) {
            let width = self.widths.get(&(row, column)).copied().unwrap_or(1);
            groups.push(Group { column, width: width.min(end - column), text: cell.as_str() });
        }
        groups
    }

    /// One name a column from the first `count` rows: what stands over several columns is part of the name of each.
    fn names(&self, count: usize) -> Vec<RichText> {
        let mut names: Vec<RichText> = Vec::new();
        for row in (0..count).rev() {
            let below: Vec<&str> = names.iter().map(RichText::as_str).collect();
            let mut placed: Vec<(usize, &RichText)> = Vec::new();
            for group in self.groups(row) {
                let Some(cell) = self.rows.get(row).and_then(|cells| cells.get(group.column)) else {
                    continue;
                };
                placed.extend(columns_of(&group, &below).into_iter().map(|column| (column, cell)));
            }
            for (column, cell) in placed {
                if column >= names.len() {
                    names.resize(column + 1, RichText::default());
                }
                if let Some(name) = names.get_mut(column) {
                    let mut whole = cell.clone();
                    whole.push(" ", false);
                    whole.append(name);
                    *name = whole;
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
    fn a_name_over_several_columns_is_part_of_the_name_of_each() {
        let mut grid = Grid::default();
        for cells in [["", "2020", "", "Sum"], ["Item", "Q1", "Q2", ""], ["Pear", "1", "2", "3"]] {
            grid.push_row(row(&cells)).unwrap();
            grid.widen(1, usize::from(grid.len() == 1) * 2);
        }
        for marked in [1, 2] {
            grid.set_header_rows(marked);
            assert_eq!(written(&grid).text, "Item | 2020 Q1 | 2020 Q2 | Sum\nPear | 1 | 2 | 3");
        }
    }

    #[test]
    fn data_below_a_merged_name_stay_data() {
        let mut grid = Grid::default();
        for cells in [["Name", "Contact", ""], ["Ana", "mail", "phone"], ["Ion", "mail", ""]] {
            grid.push_row(row(&cells)).unwrap();
            grid.widen(1, usize::from(grid.len() == 1) * 2);
        }
        grid.set_header_rows(1);
        assert_eq!(written(&grid).text, "Name | Contact\nAna | mail | phone\nIon | mail");
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
