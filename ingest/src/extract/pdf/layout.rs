//! From positioned glyph runs to lines in reading order, by recursive XY-cut (Nagy and Seth 1984).
//!
//! Coordinates are PDF points, y upwards. Nothing here knows PDF.

/// A run of glyphs in one font on one baseline.
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
/// A column gutter is at least this many points wide.
const MIN_GUTTER: f32 = 7.0;
/// Cuts nest no deeper than this.
const MAX_DEPTH: usize = 24;

/// The lines of a page in reading order.
pub(super) fn reading_order(runs: Vec<Run>) -> Vec<Line> {
    let mut rows = Vec::new();
    cut(rows_of(runs), 0, &mut rows);
    let mut lines = Vec::new();
    for (region, rows) in rows.into_iter().enumerate() {
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

/// Groups runs whose baselines differ by less than a third of their size, so that superscripts stay in their line.
fn rows_of(mut runs: Vec<Run>) -> Vec<Row> {
    runs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<Row> = Vec::new();
    for run in runs {
        match rows.last_mut() {
            Some(row)
                if row.iter().map(|r| r.y).fold(f32::INFINITY, f32::min).min(row[0].y) - run.y
                    < 0.35 * run.size.max(row[0].size).min(24.0) =>
            {
                row.push(run);
            }
            _ => rows.push(vec![run]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    rows
}

/// Cuts rows into regions, columns first, then at vertical gaps.
fn cut(rows: Vec<Row>, depth: usize, regions: &mut Vec<Vec<Row>>) {
    if rows.is_empty() {
        return;
    }
    if depth < MAX_DEPTH && rows.len() > 1 {
        if let Some(gutter) = gutter(&rows) {
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
    if rows.len() < MIN_ROWS {
        return None;
    }
    let mut spans: Vec<(f32, f32)> = rows.iter().flatten().map(|r| (r.x, right(r))).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut end = spans.first()?.1;
    let mut best: Option<(f32, f32)> = None;
    for (x, right) in spans {
        let gap = x - end;
        if gap >= MIN_GUTTER
            && best.is_none_or(|(widest, _)| gap > widest)
            && separates_prose(rows, (x + end) / 2.0)
        {
            best = Some((gap, (x + end) / 2.0));
        }
        end = end.max(right);
    }
    best.map(|(_, middle)| middle)
}

/// Whether both sides look like running text: several lines, of several words, that mostly fill their side.
fn separates_prose(rows: &[Row], middle: f32) -> bool {
    let side = |left: bool| -> Vec<(f32, f32, usize)> {
        rows.iter()
            .filter_map(|row| {
                let runs: Vec<&Run> = row.iter().filter(|r| (r.x < middle) == left).collect();
                let first = runs.first()?;
                let end = runs.iter().map(|r| right(r)).fold(f32::NEG_INFINITY, f32::max);
                Some((first.x, end, runs.iter().map(|r| r.text.chars().count()).sum()))
            })
            .collect()
    };
    [side(true), side(false)].iter().all(|lines| {
        let left = lines.iter().map(|l| l.0).fold(f32::INFINITY, f32::min);
        let right = lines.iter().map(|l| l.1).fold(f32::NEG_INFINITY, f32::max);
        let full =
            lines.iter().filter(|(x, end, chars)| (end - x) > 0.6 * (right - left) && *chars >= 20).count();
        lines.len() >= 3 && full * 2 >= lines.len()
    })
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

/// Joins the runs of a row.
fn line(row: &Row, region: usize, region_x: f32, region_right: f32) -> Option<Line> {
    let first = row.first()?;
    let chars = |keep: &dyn Fn(&Run) -> bool| {
        row.iter().filter(|r| keep(r)).map(|r| r.text.trim().chars().count()).sum::<usize>()
    };
    let all = chars(&|_| true);
    let mostly = |keep: &dyn Fn(&Run) -> bool| chars(keep) * 10 > all * 8;
    let size = row.iter().max_by_key(|r| r.text.chars().count()).map_or(first.size, |r| r.size);
    let (x, y) = (first.x, row.iter().map(|r| r.y).fold(f32::INFINITY, f32::min));
    let bold = mostly(&|r| r.bold);
    let heading = first.heading;
    let (mut text, mut end, mut cells) = (String::new(), f32::NEG_INFINITY, 1);
    for run in row {
        let gap = run.x - end;
        let words = run.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            continue;
        }
        if !text.is_empty() {
            // A currency sign stands apart from its number in many tables.
            let currency = ['$', '€', '£'];
            let next_amount = cells > 1 && gap > 0.3 * run.size && words.starts_with(currency);
            if (gap > CELL_GAP * run.size || next_amount) && !text.ends_with(currency) {
                text.push_str(" | ");
                cells += 1;
            } else if gap > 0.12 * run.size
                || run.text.starts_with(char::is_whitespace)
                || text.ends_with('\u{0}')
            {
                text.push(' ');
            }
        }
        if text.ends_with("  ") {
            text.pop();
        }
        text.push_str(&words);
        end = end.max(right(run));
        if run.text.ends_with(char::is_whitespace) {
            text.push(' ');
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(Line {
        text,
        x,
        right: end,
        y,
        size,
        bold,
        heading,
        cells,
        region,
        region_right,
        region_x,
    })
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
}
