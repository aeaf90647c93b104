//! The regions of a sheet as blocks.

use super::header::{header_row, is_declared, title_rows};
use super::regions::{Region, regions};
use super::{CellKind, Grid, GridRow};
use crate::error::ExtractError;
use crate::extract::builder::TextBuilder;
use crate::extract::clean::{clean, squeeze};
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
    let header = header_row(grid, region);
    let titles = title_rows(grid, region);
    let prose = region.width() == 1 && header.is_none() && is_prose(grid, region);
    let rows = grid.rows().get(region.rows.clone()).unwrap_or_default();
    for (i, row) in rows.iter().enumerate() {
        let index = region.rows.start + i;
        let kind = if prose || i < titles && header != Some(index) {
            BlockKind::Paragraph
        } else if header == Some(index) || is_declared(grid, row, region) {
            BlockKind::TableHeader
        } else {
            BlockKind::TableRow
        };
        write_row(builder, grid, region, row, kind)?;
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

fn write_row(
    builder: &mut TextBuilder,
    grid: &Grid,
    region: &Region,
    row: &GridRow,
    kind: BlockKind,
) -> Result<(), ExtractError> {
    let cells = grid.between(row, region.left, region.right);
    let Some(first) = cells.first() else { return Ok(()) };
    let mut texts: Vec<String> = Vec::new();
    for cell in cells {
        let at = (cell.column - first.column) as usize;
        if at >= texts.len() {
            texts.resize(at + 1, String::new());
        }
        // Two cells of one address, in a damaged file: none is lost.
        if let Some(text) = texts.get_mut(at) {
            let joined = format!("{text} {}", grid.text(cell));
            *text = squeeze(&clean(&joined));
        }
    }
    let before = builder.len();
    builder.push_row(kind, &texts, Some((row.number, first.column)))?;
    if row.hidden {
        builder.hide_since(before);
    } else if cells.iter().any(|cell| cell.hidden) {
        let mut hidden = vec![false; texts.len()];
        for cell in cells {
            if let Some(mark) = hidden.get_mut((cell.column - first.column) as usize) {
                *mark |= cell.hidden;
            }
        }
        hide_cells(builder, before, &texts, &hidden);
    }
    Ok(())
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
