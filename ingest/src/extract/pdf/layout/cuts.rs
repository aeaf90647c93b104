//! Cuts a page into regions that are read one after the other.

use std::ops::Range;

use super::{Row, Run, right, rows_of};

/// A column gutter is at least this many points wide.
const MIN_GUTTER: f32 = 7.0;
/// A line of text has at least this many characters.
const MIN_PROSE_CHARS: usize = 20;
/// Cuts nest no deeper than this.
const MAX_DEPTH: usize = 24;

/// Cuts rows into regions, columns first, then at vertical gaps.
pub(super) fn cut(rows: Vec<Row>, depth: usize, regions: &mut Vec<Vec<Row>>) {
    if rows.is_empty() {
        return;
    }
    if depth < MAX_DEPTH && rows.len() > 1 {
        if let Some(gutter) = gutter(&rows) {
            if let Some(table) = crossing_table(&rows, gutter) {
                let mut above = rows;
                let below = above.split_off(table.end);
                let table = above.split_off(table.start);
                cut(above, depth + 1, regions);
                regions.push(table);
                cut(below, depth + 1, regions);
                return;
            }
            let (left, right): (Vec<Row>, Vec<Row>) = rows
                .into_iter()
                .map(|row| row.into_iter().partition(|r| r.x + r.width / 2.0 < gutter))
                .unzip();
            for side in [left, right] {
                let runs = side.into_iter().flatten().collect();
                cut(rows_of(runs), depth + 1, regions);
            }
            return;
        }
        if let Some(at) = widest_gap(&rows) {
            let mut above = rows;
            let below = above.split_off(at);
            cut(above, depth + 1, regions);
            cut(below, depth + 1, regions);
            return;
        }
    }
    regions.push(rows);
}

/// The middle of a white strip that runs through all rows and separates two columns of prose (not of a table).
fn gutter(rows: &[Row]) -> Option<f32> {
    const MIN_ROWS: usize = 4;
    /// Strips tried, the widest first.
    const MAX_TRIED: usize = 8;
    if rows.len() < MIN_ROWS {
        return None;
    }
    let mut spans: Vec<(f32, f32)> = rows.iter().flatten().map(|r| (r.x, right(r))).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut end = spans.first()?.1;
    let mut strips: Vec<(f32, f32)> = Vec::new();
    for (x, right) in spans {
        if x - end >= MIN_GUTTER {
            strips.push((x - end, (x + end) / 2.0));
        }
        end = end.max(right);
    }
    strips.sort_by(|a, b| b.0.total_cmp(&a.0));
    strips.into_iter().take(MAX_TRIED).map(|s| s.1).find(|&middle| separates_prose(rows, middle))
}

/// The part of a row on one side of a gutter.
struct Side {
    left: f32,
    right: f32,
    /// Characters, with one space a word.
    chars: usize,
}

impl Side {
    fn of(row: &Row, middle: f32, left: bool) -> Option<Self> {
        let mut runs = row.iter().filter(|r| (r.x < middle) == left).peekable();
        let x = runs.peek()?.x;
        Some(runs.fold(Self { left: x, right: x, chars: 0 }, |side, run| Self {
            left: side.left,
            right: side.right.max(right(run)),
            chars: side.chars + chars(run),
        }))
    }

    /// Whether it is a line of text that fills its column.
    fn is_prose(&self, (left, right): (f32, f32)) -> bool {
        self.right - self.left > 0.6 * (right - left) && self.chars >= MIN_PROSE_CHARS
    }
}

/// Characters of a word and the space after it.
fn chars(run: &Run) -> usize {
    run.text.trim().chars().count() + 1
}

/// The left and right edge of what is on one side of a gutter.
fn column(rows: &[Row], middle: f32, left: bool) -> (f32, f32) {
    let sides = rows.iter().filter_map(|row| Side::of(row, middle, left));
    sides.fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), side| (a.min(side.left), b.max(side.right)))
}

/// Whether both sides look like running text: several lines, of several words, that fill their side and hold most of its text.
fn separates_prose(rows: &[Row], middle: f32) -> bool {
    const MIN_PROSE: usize = 3;
    [true, false].iter().all(|&left| {
        let column = column(rows, middle, left);
        let (mut prose, mut in_prose, mut all) = (0, 0, 0);
        for side in rows.iter().filter_map(|row| Side::of(row, middle, left)) {
            all += side.chars;
            if side.is_prose(column) {
                prose += 1;
                in_prose += side.chars;
            }
        }
        prose >= MIN_PROSE && in_prose * 2 >= all
    })
}

/// The first rows of a table whose cells stand on both sides of a gutter, as far apart there as elsewhere.
fn crossing_table(rows: &[Row], middle: f32) -> Option<Range<usize>> {
    const MIN_ROWS: usize = 3;
    // The first and last row of cells so far, and how many there were.
    let mut table: Option<(usize, usize, usize)> = None;
    for (at, row) in rows.iter().enumerate() {
        let is_cells = match (Side::of(row, middle, true), Side::of(row, middle, false)) {
            (Some(_), Some(_)) => crosses_evenly(row, middle),
            // The second line of a cell.
            (Some(one), None) | (None, Some(one)) if one.chars < MIN_PROSE_CHARS && table.is_some() => {
                continue;
            }
            _ => false,
        };
        table = match (table, is_cells) {
            (None, false) => None,
            (None, true) => Some((at, at, 1)),
            (Some((first, _, count)), true) => Some((first, at, count + 1)),
            (Some((_, _, count)), false) if count >= MIN_ROWS => break,
            (Some(_), false) => None,
        };
    }
    table.filter(|&(_, _, count)| count >= MIN_ROWS).map(|(first, last, _)| first..last + 1)
}

/// Whether a row has three short cells or more, and its gap at a gutter is not much wider than its other gaps between cells.
fn crosses_evenly(row: &Row, middle: f32) -> bool {
    const MAX_WIDER: f32 = 1.6;
    /// Narrow columns stand closer than cells need to be told without a gutter.
    const NEAR_CELLS: f32 = 0.8;
    const MAX_CELL_CHARS: usize = 32;
    let (mut end, mut at_gutter, mut widest_other) = (f32::INFINITY, 0.0, 0.0_f32);
    let (mut gaps, mut cell) = (0, 0);
    for run in row {
        let gap = run.x - end;
        if gap > NEAR_CELLS * run.size {
            (gaps, cell) = (gaps + 1, 0);
            if (end..run.x).contains(&middle) {
                at_gutter = gap;
            } else {
                widest_other = widest_other.max(gap);
            }
        }
        cell += chars(run);
        if cell > MAX_CELL_CHARS {
            return false;
        }
        end = if end.is_finite() { end.max(right(run)) } else { right(run) };
    }
    gaps >= 2 && at_gutter <= MAX_WIDER * widest_other
}

/// Where the widest vertical gap is, when it is clearly wider than the line spacing around it.
fn widest_gap(rows: &[Row]) -> Option<usize> {
    let size = |row: &Row| row.iter().map(|r| r.size).fold(0.0, f32::max);
    let pitch = |i: usize| rows[i - 1][0].y - rows[i][0].y;
    let mut pitches: Vec<f32> = (1..rows.len()).map(pitch).collect();
    pitches.sort_by(f32::total_cmp);
    let usual = pitches[pitches.len() / 4];
    (1..rows.len())
        .map(|i| (i, pitch(i) - size(&rows[i - 1]).max(size(&rows[i]))))
        .filter(|&(i, gap)| gap > 0.6 * size(&rows[i]) && pitch(i) > 1.25 * usual)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(i, _)| i)
}
