//! From positioned words to lines in reading order, by recursive XY-cut (Nagy and Seth 1984).
//!
//! Coordinates are PDF points, y upwards. Nothing here knows PDF.

mod cuts;
mod lines;

use self::cuts::cut;
use self::lines::line;

/// A word, or more of a line in one font.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    /// Font size in points.
    pub(super) size: f32,
    pub(super) bold: bool,
    /// Level from the document's structure tree.
    pub(super) heading: Option<u8>,
    pub(super) text: String,
}

/// A line of text.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Words separated by spaces; cells of a table row by ` | `.
    pub(super) text: String,
    pub(super) x: f32,
    pub(super) right: f32,
    pub(super) y: f32,
    /// Font size of most of the line.
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) heading: Option<u8>,
    /// Cells separated by wide gaps; 1 for ordinary text.
    pub(super) cells: usize,
    /// Lines of one region (column, table, heading) have the same number.
    pub(super) region: usize,
    /// Right edge of the region.
    pub(super) region_right: f32,
    /// Left edge of the region.
    pub(super) region_x: f32,
}

impl Line {
    /// A line of which only the text is known.
    pub(super) fn without_geometry(text: &str) -> Self {
        Self {
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            x: 0.0,
            right: 0.0,
            y: f32::NAN,
            size: 0.0,
            bold: false,
            heading: None,
            cells: 1,
            region: 0,
            region_right: 0.0,
            region_x: 0.0,
        }
    }
}

/// A gap this many font sizes wide separates cells.
const CELL_GAP: f32 = 1.8;

/// The lines of a page in reading order.
pub(super) fn reading_order(runs: Vec<Run>) -> Vec<Line> {
    let mut regions = Vec::new();
    cut(rows_of(runs), 0, &mut regions);
    let mut lines = Vec::new();
    for (region, rows) in regions.into_iter().enumerate() {
        let (left, right) = edges(&rows);
        lines.extend(rows.into_iter().filter_map(|row| line(&row, region, left, right)));
    }
    lines
}

/// Runs on one baseline, left to right.
type Row = Vec<Run>;

fn right(run: &Run) -> f32 {
    run.x + run.width
}

fn edges(rows: &[Row]) -> (f32, f32) {
    let runs = || rows.iter().flatten();
    (runs().map(|r| r.x).fold(f32::INFINITY, f32::min), runs().map(right).fold(f32::NEG_INFINITY, f32::max))
}

/// Groups runs whose baselines differ by less than a third of their size.
fn rows_of(mut runs: Vec<Run>) -> Vec<Row> {
    runs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<Row> = Vec::new();
    for run in runs {
        // The last run of a row is its lowest.
        let near = rows
            .last()
            .and_then(|row| Some((row.first()?, row.last()?)))
            .is_some_and(|(first, last)| last.y - run.y < 0.35 * run.size.max(first.size).min(24.0));
        match rows.last_mut() {
            Some(row) if near => row.push(run),
            _ => rows.push(vec![run]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(x: f32, y: f32, text: &str) -> Run {
        let width = text.chars().count() as f32 * 5.0;
        Run { x, y, width, size: 10.0, bold: false, heading: None, text: text.to_owned() }
    }

    fn texts(runs: Vec<Run>) -> Vec<String> {
        reading_order(runs).into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn columns_are_read_one_after_the_other_under_a_common_title() {
        let mut runs = vec![run(150.0, 700.0, "A title over both columns of the page")];
        for i in 0..6 {
            let y = 650.0 - 12.0 * i as f32;
            runs.push(run(50.0, y, &format!("left column, line number {i}, of text")));
            runs.push(run(300.0, y, &format!("right column, line number {i}, more")));
        }
        let lines = texts(runs);
        assert!(lines[0].starts_with("A title"));
        assert!(lines[1..7].iter().all(|l| l.starts_with("left")), "{lines:?}");
        assert!(lines[7..].iter().all(|l| l.starts_with("right")), "{lines:?}");
    }

    #[test]
    fn a_table_keeps_its_rows() {
        let rows = (0..6).flat_map(|i| {
            let y = 600.0 - 12.0 * i as f32;
            [run(50.0, y, "Mobility"), run(300.0, y, "$"), run(340.0, y, "1,169"), run(450.0, y, "37 %")]
        });
        assert!(texts(rows.collect()).iter().all(|l| l == "Mobility | $ 1,169 | 37 %"));
    }

    #[test]
    fn runs_that_touch_make_a_word() {
        assert_eq!(
            texts(vec![run(50.0, 10.0, "Trace"), run(75.0, 10.0, "-based "), run(110.0, 11.0, "x")]),
            ["Trace-based x"]
        );
    }

    #[test]
    fn a_table_over_both_columns_is_read_row_by_row() {
        let mut runs = Vec::new();
        for i in 0..5 {
            let y = 700.0 - 12.0 * i as f32;
            runs.push(run(50.0, y, &format!("left column above, line number {i}, of the text")));
            runs.push(run(320.0, y, &format!("right column above, line number {i}, of text")));
            let y = 500.0 - 12.0 * i as f32;
            runs.push(run(50.0, y, &format!("left column below, line number {i}, of the text")));
            runs.push(run(320.0, y, &format!("right column below, line number {i}, of text")));
        }
        for (i, name) in ["method", "pulses", "robots", "shapes"].iter().enumerate() {
            let y = 620.0 - 12.0 * i as f32;
            for (column, x) in [60.0, 170.0, 250.0, 330.0, 410.0].into_iter().enumerate() {
                runs.push(run(x, y, &if column == 0 { (*name).to_owned() } else { format!("{i}.{column}") }));
            }
        }
        let lines = texts(runs);
        let table = lines.iter().position(|l| l.starts_with("method")).unwrap();
        assert_eq!(lines[table + 1], "pulses | 1.1 | 1.2 | 1.3 | 1.4", "{lines:?}");
        assert_eq!(table, 10, "{lines:?}");
        assert!(lines[14..19].iter().all(|l| l.starts_with("left column below")), "{lines:?}");
    }
}
