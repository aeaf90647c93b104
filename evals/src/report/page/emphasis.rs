//! Which cells of a table hold the best value.

use super::number::fixed;
use super::table::{Best, Better, Cell, Column, Table};

/// For each row and column, whether the cell is the best of its column or row.
///
/// Values that look the same at the decimals shown are equally good: a reader must never see one of two equal numbers
/// emphasised. Nothing is best among fewer than two numbers, nor where all look the same.
pub(super) fn best(table: &Table) -> Vec<Vec<bool>> {
    let (rows, columns) = (table.rows.len(), table.columns.len());
    let mut best = vec![vec![false; columns]; rows];
    let lines: Vec<Vec<(usize, usize)>> = match table.best {
        Best::Nowhere => Vec::new(),
        Best::OfColumn => (0..columns).map(|column| (0..rows).map(|row| (row, column)).collect()).collect(),
        Best::OfRow => (0..rows).map(|row| (0..columns).map(|column| (row, column)).collect()).collect(),
    };
    for line in lines {
        for (row, column) in best_of(table, &line) {
            if let Some(mark) = best.get_mut(row).and_then(|marks| marks.get_mut(column)) {
                *mark = true;
            }
        }
    }
    best
}

fn best_of(table: &Table, line: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for &(row, column) in line {
        let Some(Column { decimals, better: Some(better), .. }) = table.columns.get(column) else { continue };
        if let Cell::Number(number) = table.cell(row, column)
            && number.value.is_finite()
        {
            let goodness = match better {
                Better::Higher => number.value,
                Better::Lower => -number.value,
            };
            candidates.push(((row, column), goodness, fixed(number.value, *decimals)));
        }
    }
    let Some((_, _, shown)) = candidates.iter().max_by(|a, b| a.1.total_cmp(&b.1)).cloned() else {
        return Vec::new();
    };
    let alike: Vec<_> =
        candidates.iter().filter(|(_, _, text)| *text == shown).map(|(at, _, _)| *at).collect();
    if alike.len() == candidates.len() { Vec::new() } else { alike }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(best: Best, columns: &[Better], rows: &[&[f64]]) -> Table {
        let mut all = vec![Column::words("system")];
        all.extend(columns.iter().map(|&better| Column::numbers("x", 3).better(better)));
        let rows = rows
            .iter()
            .map(|row| {
                let mut cells = vec![Cell::text("s")];
                cells.extend(row.iter().map(|&value| Cell::number(value)));
                cells
            })
            .collect();
        Table { columns: all, rows, best, ..Table::default() }
    }

    fn marks(table: &Table) -> Vec<Vec<bool>> {
        best(table).into_iter().map(|row| row.into_iter().skip(1).collect()).collect()
    }

    #[test]
    fn the_best_of_a_column_is_the_largest_or_the_smallest() {
        let table = table(
            Best::OfColumn,
            &[Better::Higher, Better::Lower],
            &[&[0.31, 1.2], &[0.35, 4.8], &[0.33, 3.7]],
        );
        assert_eq!(marks(&table), [[false, true], [true, false], [false, false]]);
    }

    #[test]
    fn the_best_of_a_row() {
        let table = table(Best::OfRow, &[Better::Higher; 3], &[&[0.1, 0.3, 0.2], &[0.9, 0.8, f64::NAN]]);
        assert_eq!(marks(&table), [[false, true, false], [true, false, false]]);
    }

    #[test]
    fn what_looks_equal_is_equally_good() {
        let table = table(Best::OfColumn, &[Better::Higher], &[&[0.35041], &[0.35039], &[0.1]]);
        assert_eq!(marks(&table), [[true], [true], [false]]);
    }

    #[test]
    fn nothing_is_best_among_equals_or_alone() {
        for rows in [&[&[0.5][..]][..], &[&[0.5], &[0.5]]] {
            assert!(marks(&table(Best::OfColumn, &[Better::Higher], rows)).concat().iter().all(|mark| !mark));
        }
        let none = table(Best::Nowhere, &[Better::Higher], &[&[0.1], &[0.2]]);
        assert!(marks(&none).concat().iter().all(|mark| !mark));
    }

    #[test]
    fn figures_that_are_neither_good_nor_bad_are_never_best() {
        let mut counts = table(Best::OfColumn, &[Better::Higher], &[&[1.0], &[2.0]]);
        counts.columns[1].better = None;
        assert!(marks(&counts).concat().iter().all(|mark| !mark));
    }
}
