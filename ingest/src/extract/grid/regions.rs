//! Which cells of a sheet belong together: blank rows separate tables, and so do blank columns between two tables that stand
//! side by side.

use std::ops::Range;

use super::header::header_rows;
use super::{CellKind, Grid};

/// More blank columns than this separate whatever stands on their sides.
const MAX_GAP: u32 = 20;

/// Cells that are read together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    /// Indices of its rows.
    pub(super) rows: Range<usize>,
    /// First column.
    pub(super) left: u32,
    /// Last column.
    pub(super) right: u32,
}

impl Region {
    /// Number of columns, blank ones included.
    pub(super) fn width(&self) -> u32 {
        self.right - self.left + 1
    }
}

/// The regions of a sheet in reading order.
pub(super) fn regions(grid: &Grid) -> Vec<Region> {
    let all = Region { rows: 0..grid.rows().len(), left: 1, right: u32::MAX };
    let bands = split_rows(grid, &all);
    let mut regions = Vec::new();
    for band in bands {
        let parts = split_columns(grid, &band);
        if parts.len() < 2 {
            regions.extend(parts);
        } else {
            regions.extend(parts.iter().flat_map(|part| split_rows(grid, part)));
        }
    }
    regions
}

/// Splits at blank rows. A sheet that leaves a blank line after every row means nothing by it.
fn split_rows(grid: &Grid, region: &Region) -> Vec<Region> {
    let rows: Vec<(usize, u32)> = grid
        .rows()
        .iter()
        .enumerate()
        .take(region.rows.end)
        .skip(region.rows.start)
        .filter(|(_, row)| !grid.between(row, region.left, region.right).is_empty())
        .map(|(i, row)| (i, row.number))
        .collect();
    let gaps = rows.windows(2).filter(|pair| pair[1].1 - pair[0].1 == 2).count();
    let allowed = if gaps >= 4 && gaps * 10 >= rows.len() * 7 { 2 } else { 1 };
    let bands = rows.chunk_by(|a, b| b.1 - a.1 <= allowed).filter_map(|band| {
        let rows = band.first()?.0..band.last()?.0 + 1;
        fit(grid, &Region { rows, left: region.left, right: region.right })
    });
    let mut joined: Vec<Region> = Vec::new();
    for band in bands {
        match joined.last_mut() {
            Some(before) if is_apart(grid, before, &band) => before.rows.end = band.rows.end,
            _ => joined.push(band),
        }
    }
    joined
}

/// Whether `names` is a row of names that only one blank row separates from the rows below it.
fn is_apart(grid: &Grid, names: &Region, below: &Region) -> bool {
    let number = |i: usize| grid.rows().get(i).map(|row| row.number);
    let words = grid.rows().get(names.rows.start).is_some_and(|row| {
        grid.between(row, names.left, names.right).iter().all(|cell| cell.kind == CellKind::Text)
    });
    names.rows.len() == 1
        && names.width() > 1
        && (names.left, names.right) == (below.left, below.right)
        && number(below.rows.start) == number(names.rows.start).map(|number| number + 2)
        && words
}

/// The region without blank columns at its sides.
fn fit(grid: &Grid, region: &Region) -> Option<Region> {
    let rows = grid.rows().get(region.rows.clone())?;
    let cells = || rows.iter().map(|row| grid.between(row, region.left, region.right));
    let left = cells().filter_map(|cells| Some(cells.first()?.column)).min()?;
    let right = cells().filter_map(|cells| Some(cells.last()?.column)).max()?;
    Some(Region { rows: region.rows.clone(), left, right })
}

/// Splits at blank columns where both sides are tables of their own; a blank column is often only a wide border.
fn split_columns(grid: &Grid, band: &Region) -> Vec<Region> {
    let rows = grid.rows().get(band.rows.clone()).unwrap_or_default();
    let mut used: Vec<u32> = rows
        .iter()
        .flat_map(|row| grid.between(row, band.left, band.right).iter().map(|cell| cell.column))
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut parts: Vec<Region> = Vec::new();
    for run in used.chunk_by(|a, b| b - a == 1) {
        let (Some(&left), Some(&right)) = (run.first(), run.last()) else { continue };
        let part = Region { rows: band.rows.clone(), left, right };
        match parts.last_mut() {
            Some(before) if !are_two_tables(grid, before, &part) => before.right = right,
            _ => parts.push(part),
        }
    }
    parts
}

/// Whether the parts on both sides of a blank column are tables of their own: the right one has labels of its own in its first
/// column, or names its columns in another row.
fn are_two_tables(grid: &Grid, left: &Region, right: &Region) -> bool {
    if right.left.saturating_sub(left.right) > MAX_GAP {
        return true;
    }
    if left.width() < 2 || right.width() < 2 {
        return false;
    }
    let rows = grid.rows().get(right.rows.clone()).unwrap_or_default();
    let firsts = rows.iter().flat_map(|row| grid.between(row, right.left, right.left));
    let (mut labels, mut all) = (0usize, 0usize);
    for cell in firsts {
        all += 1;
        labels += usize::from(cell.kind == CellKind::Text);
    }
    if all >= 2 && labels * 10 >= all * 7 {
        return true;
    }
    let header = |region: &Region| {
        let region = split_rows(grid, region).into_iter().next()?;
        let rows = header_rows(grid, &region);
        (!rows.is_empty()).then_some(rows.end)
    };
    matches!((header(left), header(right)), (Some(a), Some(b)) if a != b)
}
