//! The regions of a sheet as blocks.

use super::header::{groups, header_rows, is_declared, title_rows};
use super::regions::{Region, regions};
use super::{CellKind, Grid, GridRow};
use crate::error::ExtractError;
use crate::extract::builder::TextBuilder;
use crate::extract::clean::{clean, squeeze};
use crate::extract::column_names::{self, Group};
use crate::extract::document::BlockKind;

/// A list in one column whose texts are longer than this on average is prose.
const MAX_LIST_CHARS: usize = 80;

/// Adds every cell of `grid` to the text: titles as paragraphs, tables as rows with their addresses.
///
/// # Errors
/// [`ExtractError::TooLarge`].
pub(crate) fn write(builder: &mut TextBuilder, grid: &Grid) -> Result<(), ExtractError> {
    for region in regions(grid) {
        write_region(builder, grid, &region)?;
    }
    Ok(())
}

fn write_region(builder: &mut TextBuilder, grid: &Grid, region: &Region) -> Result<(), ExtractError> {
    let header = header_rows(grid, region);
    let titles = title_rows(grid, region);
    let prose = region.width() == 1 && header.is_empty() && is_prose(grid, region);
    let rows = grid.rows().get(region.rows.clone()).unwrap_or_default();
    for (i, row) in rows.iter().enumerate() {
        let index = region.rows.start + i;
        let in_header = header.contains(&index);
        let kind = if prose || i < titles && !in_header {
            BlockKind::Paragraph
        } else if in_header || is_declared(grid, row, region) {
            BlockKind::TableHeader
        } else {
            BlockKind::TableRow
        };
        // Under names every row begins in the first column of the table, so that its cells stand under their own names.
        let named = !header.is_empty() && kind != BlockKind::Paragraph;
        let Some(mut line) = Line::read(grid, region, row, named) else { continue };
        if in_header && index + 1 < header.end {
            continue;
        }
        if in_header && index > header.start {
            let above = grid.rows().get(header.start).map(|row| groups(grid, region, row));
            line.put_below(&above.unwrap_or_default());
        }
        line.write(builder, kind, row)?;
    }
    Ok(())
}

/// Whether the cells of a single column are sentences, or a single cell.
fn is_prose(grid: &Grid, region: &Region) -> bool {
    let rows = grid.rows().get(region.rows.clone()).unwrap_or_default();
    let cells = || rows.iter().flat_map(|row| grid.between(row, region.left, region.right));
    let chars: usize = cells().map(|cell| grid.text(cell).chars().count()).sum();
    rows.len() < 3 && cells().all(|cell| cell.kind == CellKind::Text) || chars > MAX_LIST_CHARS * rows.len()
}

/// The cells of a row in a region.
struct Line {
    /// Column of the first text.
    left: u32,
    texts: Vec<String>,
    /// Which of the texts a reader does not see.
    hidden: Vec<bool>,
}

impl Line {
    /// The texts from the first column of the region on, or from the first cell of the row unless `whole`.
    fn read(grid: &Grid, region: &Region, row: &GridRow, whole: bool) -> Option<Self> {
        let cells = grid.between(row, region.left, region.right);
        let left = if whole { region.left } else { cells.first()?.column };
        let width = cells.last()?.column.checked_sub(left)? as usize + 1;
        let mut line = Self { left, texts: vec![String::new(); width], hidden: vec![false; width] };
        for cell in cells {
            let at = (cell.column - left) as usize;
            // Two cells of one address, in a damaged file: none is lost.
            if let (Some(text), Some(hidden)) = (line.texts.get_mut(at), line.hidden.get_mut(at)) {
                let joined = format!("{text} {}", grid.text(cell));
                *text = squeeze(&clean(&joined));
                *hidden |= cell.hidden;
            }
        }
        Some(line)
    }

    /// Puts the names of groups in front of those below them.
    fn put_below(&mut self, groups: &[Group<'_>]) {
        column_names::join(&mut self.texts, groups);
        self.texts.iter_mut().for_each(|text| *text = squeeze(&clean(text)));
        self.hidden.resize(self.texts.len(), false);
    }

    fn write(&self, builder: &mut TextBuilder, kind: BlockKind, row: &GridRow) -> Result<(), ExtractError> {
        let before = builder.len();
        builder.push_row(kind, &self.texts, Some((row.number, self.left)))?;
        if row.hidden {
            builder.hide_since(before);
        } else if self.hidden.contains(&true) {
            hide_cells(builder, before, &self.texts, &self.hidden);
        }
        Ok(())
    }
}

/// Marks the hidden ones of the cells that were written last.
fn hide_cells(builder: &mut TextBuilder, before: usize, texts: &[String], hidden: &[bool]) {
    // Cells are separated by ` | `, two blank ones by ` | | `.
    let width = |i: usize, text: &str| {
        let separator = if i == 0 {
            0
        } else if text.is_empty() {
            2
        } else {
            3
        };
        separator + text.len()
    };
    let first = texts.iter().position(|text| !text.is_empty()).unwrap_or(0);
    let shown = || texts.iter().zip(hidden).skip(first).enumerate();
    let total: usize = shown().map(|(i, (text, _))| width(i, text)).sum();
    let Some(mut at) = builder.len().checked_sub(total).filter(|at| *at >= before) else { return };
    for (i, (text, hidden)) in shown() {
        at += width(i, text);
        if !text.is_empty() && *hidden {
            builder.hide(at - text.len()..at);
        }
    }
}
