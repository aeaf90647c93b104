//! Which rows name the columns of a table.

use std::collections::HashSet;
use std::ops::Range;

use super::regions::Region;
use super::{Cell, CellKind, Grid, GridRow};
use crate::extract::column_names::{self, Group, is_name};

/// Rows of one cell above a table that are read as its title.
const MAX_TITLE_ROWS: usize = 10;
/// Rows below a header that are looked at.
const SAMPLE_ROWS: usize = 200;

/// Indices of the rows that name the columns of `region`: the one that the file declares, or one that looks like it, and the row
/// of groups above it. Empty when there are none.
pub(super) fn header_rows(grid: &Grid, region: &Region) -> Range<usize> {
    let declared =
        region.rows.clone().find(|&i| grid.rows().get(i).is_some_and(|row| is_declared(grid, row, region)));
    if let Some(names) = declared {
        let above = names.checked_sub(1).filter(|above| is_row_of_groups(grid, region, *above));
        return above.unwrap_or(names)..names + 1;
    }
    let titles = title_rows(grid, region);
    let first = region.rows.start + titles;
    let looks =
        |first: usize, in_groups: bool| looks_like_header(grid, region, first..region.rows.end, in_groups);
    // A single group over some of the columns looks like a title.
    let last_title = first.checked_sub(1).filter(|_| titles > 0);
    for groups in last_title.into_iter().chain([first]) {
        if is_row_of_groups(grid, region, groups) && (looks(groups, false) || looks(groups + 1, true)) {
            return groups..groups + 2;
        }
    }
    if looks(first, false) { first..first + 1 } else { first..first }
}

/// The cells of a row as names of groups, their columns counted from the left of `region`.
pub(super) fn groups<'g>(grid: &'g Grid, region: &Region, row: &GridRow) -> Vec<Group<'g>> {
    let cells = grid.between(row, region.left, region.right);
    let next = cells.iter().skip(1).map(|cell| cell.column).chain([region.right.saturating_add(1)]);
    let group = |(cell, next): (&Cell, u32)| Group {
        column: (cell.column - region.left) as usize,
        width: cell.right.saturating_add(1).min(next).saturating_sub(cell.column).max(1) as usize,
        text: grid.text(cell),
    };
    cells.iter().zip(next).map(group).collect()
}

/// Whether the row `at` names groups of columns, and the row below it the columns themselves.
fn is_row_of_groups(grid: &Grid, region: &Region, at: usize) -> bool {
    let (Some(upper), Some(lower)) = (grid.rows().get(at), grid.rows().get(at + 1)) else { return false };
    let (above, below) =
        (grid.between(upper, region.left, region.right), grid.between(lower, region.left, region.right));
    let are_words =
        |cells: &[Cell]| cells.iter().all(|cell| cell.kind == CellKind::Text || is_year(grid, cell));
    let seen = !upper.hidden && !lower.hidden && !above.iter().any(|cell| cell.hidden);
    if !region.rows.contains(&at)
        || at + 2 >= region.rows.end
        || lower.number != upper.number + 1
        || !seen
        || !above.iter().any(|cell| cell.right > cell.column)
        || !are_words(above)
        || !are_words(below)
    {
        return false;
    }
    let mut names = vec![""; region.width() as usize];
    for cell in below {
        if let Some(name) = names.get_mut((cell.column - region.left) as usize) {
            *name = grid.text(cell);
        }
    }
    column_names::are_below(&names, &groups(grid, region, upper))
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

/// Whether the first of `rows` differs from the others as names of columns do. Below names of groups (`in_groups`) the same
/// names come back.
fn looks_like_header(grid: &Grid, region: &Region, rows: Range<usize>, in_groups: bool) -> bool {
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
    if !in_groups && distinct.len() * 10 < header.len() * 8 {
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

fn is_year(grid: &Grid, cell: &Cell) -> bool {
    cell.kind == CellKind::Number && column_names::is_year(grid.text(cell))
}
