//! Which row names the columns of a table.

use std::collections::HashSet;

use super::regions::Region;
use super::{Cell, CellKind, Grid, GridRow};

/// Rows of one cell above a table that are read as its title.
const MAX_TITLE_ROWS: usize = 10;
/// A longer text names no column.
const MAX_NAME_CHARS: usize = 100;
/// Rows below a header that are looked at.
const SAMPLE_ROWS: usize = 200;

/// Index of the row that names the columns of `region`: the one that the file declares, or one that looks like it.
pub(super) fn header_row(grid: &Grid, region: &Region) -> Option<usize> {
    let declared =
        region.rows.clone().find(|&i| grid.rows().get(i).is_some_and(|row| is_declared(grid, row, region)));
    if declared.is_some() {
        return declared;
    }
    let first = region.rows.start + title_rows(grid, region);
    let rows = first..region.rows.end;
    if !looks_like_header(grid, region, rows.clone()) {
        return None;
    }
    // A first row of names over several columns each has the names of the single columns below it.
    let cells = |i: usize| grid.rows().get(i).map(|row| grid.between(row, region.left, region.right));
    let groups = cells(first).is_some_and(|cells| cells.iter().any(|cell| cell.wide));
    let names = cells(first + 1)
        .is_some_and(|cells| cells.len() > 1 && cells.iter().all(|cell| cell.kind == CellKind::Text));
    Some(if groups && names && first + 2 < rows.end { first + 1 } else { first })
}

/// Whether the file itself says that this row is the header of a table in `region`.
pub(super) fn is_declared(grid: &Grid, row: &GridRow, region: &Region) -> bool {
    grid.headers.iter().any(|area| {
        (area.top..=area.bottom).contains(&row.number)
            && area.left <= region.right
            && area.right >= region.left
            && grid.between(row, region.left, region.right).len() > usize::from(region.width() > 1)
    })
}

/// How many rows of one cell come before the first row with several.
pub(super) fn title_rows(grid: &Grid, region: &Region) -> usize {
    let single = |row: &GridRow| grid.between(row, region.left, region.right).len() < 2;
    let rows = grid.rows().get(region.rows.clone()).unwrap_or_default();
    if region.width() < 2 || rows.iter().all(single) {
        return 0;
    }
    let count = rows.iter().take_while(|row| single(row)).count();
    if count > MAX_TITLE_ROWS { 0 } else { count }
}

fn looks_like_header(grid: &Grid, region: &Region, rows: std::ops::Range<usize>) -> bool {
    let mut rows = grid.rows().get(rows).unwrap_or_default().iter();
    let Some(header) = rows.next() else { return false };
    let below: Vec<&[Cell]> =
        rows.take(SAMPLE_ROWS).map(|row| grid.between(row, region.left, region.right)).collect();
    let header = grid.between(header, region.left, region.right);
    let widest = below.iter().map(|cells| cells.len()).max().unwrap_or(0);
    if below.is_empty() || header.len() * 2 < widest || (region.width() > 1 && header.len() < 2) {
        return false;
    }
    let typed = typed_columns(grid, header, &below);
    let years = header.iter().filter(|cell| is_year(grid, cell)).count();
    let names = |cell: &Cell| match cell.kind {
        CellKind::Text => is_name(grid.text(cell)),
        CellKind::Number => years > 1 && is_year(grid, cell) && typed.differs(cell.column) != Some(false),
        CellKind::Date => typed.differs(cell.column) == Some(true),
        CellKind::Other => false,
    };
    let numbered = grid.header_expected
        && header
            .iter()
            .all(|cell| cell.kind == CellKind::Number && typed.differs(cell.column) == Some(true));
    if !numbered && !header.iter().all(names) {
        return false;
    }
    let distinct: HashSet<&str> = header.iter().map(|cell| grid.text(cell).trim()).collect();
    if distinct.len() * 10 < header.len() * 8 {
        return false;
    }
    if grid.header_expected {
        return true;
    }
    let bold = |cells: &[Cell]| !cells.is_empty() && cells.iter().all(|cell| cell.bold);
    if bold(header) && !bold(below[0]) {
        return true;
    }
    // Forms have two columns as well, and their first line is no header; only a column of numbers below a word is a sign.
    let differing = header.iter().filter(|cell| typed.differs(cell.column) == Some(true)).count();
    let short = header.iter().map(|cell| grid.text(cell).chars().count()).sum::<usize>() <= 30 * header.len();
    differing > 0 && (header.len() > 2 || below.len() > 1 || region.width() == 1)
        || header.len() > 2 && below.len() > 2 && short
}

/// What is below every cell of a header, compared with the cell itself.
struct Typed(Vec<(u32, Option<bool>)>);

impl Typed {
    /// Whether nearly every cell of the column is of another kind than its header cell; `None` when the column is blank.
    fn differs(&self, column: u32) -> Option<bool> {
        let at = self.0.binary_search_by_key(&column, |(column, _)| *column).ok()?;
        self.0.get(at)?.1
    }
}

fn typed_columns(grid: &Grid, header: &[Cell], below: &[&[Cell]]) -> Typed {
    // Years name columns of other numbers.
    let kind = |cell: &Cell| (cell.kind, is_year(grid, cell));
    let differs = |cell: &Cell| {
        let (mut other, mut all) = (0usize, 0usize);
        for cells in below {
            if let Ok(at) = cells.binary_search_by_key(&cell.column, |c| c.column) {
                all += 1;
                other += usize::from(kind(&cells[at]) != kind(cell));
            }
        }
        (all > 0).then_some(other * 10 >= all * 9)
    };
    Typed(header.iter().map(|cell| (cell.column, differs(cell))).collect())
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.ends_with(':') && text.chars().take(MAX_NAME_CHARS + 1).count() <= MAX_NAME_CHARS
}

fn is_year(grid: &Grid, cell: &Cell) -> bool {
    let text = grid.text(cell);
    cell.kind == CellKind::Number
        && text.len() == 4
        && text.parse().is_ok_and(|year: u32| (1800..2200).contains(&year))
}
