//! From the words of a row to a line.

use super::super::bidi;
use super::{CELL_GAP, Line, Row, Run, right};

/// A gap this many font sizes of the word before it wide separates words.
const WORD_GAP: f32 = 0.12;

/// Joins the runs of a row.
pub(super) fn line(row: &Row, region: usize, region_x: f32, region_right: f32) -> Option<Line> {
    let first = row.first()?;
    let chars = |keep: &dyn Fn(&Run) -> bool| {
        row.iter().filter(|r| keep(r)).map(|r| r.text.trim().chars().count()).sum::<usize>()
    };
    let all = chars(&|_| true);
    let mostly = |keep: &dyn Fn(&Run) -> bool| chars(keep) * 10 > all * 8;
    let size = usual_size(row);
    let (x, y) = (first.x, row.iter().map(|r| r.y).fold(f32::INFINITY, f32::min));
    let bold = mostly(&|r| r.bold);
    let heading = first.heading;
    let (text, cells) = joined(row);
    let end = row.iter().map(right).fold(f32::NEG_INFINITY, f32::max);
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

/// The font size of most characters of a row.
fn usual_size(row: &Row) -> f32 {
    let mut sizes: Vec<(f32, usize)> = Vec::new();
    for run in row {
        let chars = run.text.chars().count();
        match sizes.iter_mut().find(|(size, _)| (size - run.size).abs() < 0.05) {
            Some((_, n)) => *n += chars,
            None => sizes.push((run.size, chars)),
        }
    }
    sizes.into_iter().max_by_key(|&(_, chars)| chars).map_or(1.0, |(size, _)| size)
}

/// The text of a row, and how many cells it has.
fn joined(row: &Row) -> (String, usize) {
    const CURRENCY: [char; 3] = ['$', '€', '£'];
    let turns = |(left, right): (char, char)| bidi::turns(left, right);
    let mut words: Vec<String> = Vec::with_capacity(row.len());
    let mut gaps: Vec<&str> = Vec::with_capacity(row.len());
    let (mut end, mut size, mut cells, mut spaced) = (f32::NEG_INFINITY, 0.0, 1, false);
    for run in row {
        let word = run.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if word.is_empty() {
            continue;
        }
        let gap = run.x - end;
        let after_currency = words.last().is_some_and(|w| w.ends_with(CURRENCY));
        // A currency sign stands apart from its number in many tables.
        let next_amount = cells > 1 && gap > 0.3 * run.size && word.starts_with(CURRENCY);
        if words.is_empty() {
            gaps.push("");
        } else if (gap > CELL_GAP * run.size || next_amount) && !after_currency {
            gaps.push(" | ");
            cells += 1;
        } else if gap > WORD_GAP * size
            || spaced
            || run.text.starts_with(char::is_whitespace)
            || words.last().and_then(|w| w.chars().next_back()).zip(word.chars().next()).is_some_and(turns)
        {
            gaps.push(" ");
        } else {
            gaps.push("");
        }
        spaced = run.text.ends_with(char::is_whitespace);
        size = run.size;
        end = end.max(right(run));
        words.push(word);
    }
    let order = bidi::reading_order(&mut words);
    let (mut text, mut before) = (String::new(), None);
    for at in order {
        // Between words that are not neighbours on paper there is a space.
        let gap = before.map_or("", |before: usize| {
            if before.abs_diff(at) == 1 { gaps.get(before.max(at)).copied().unwrap_or(" ") } else { " " }
        });
        text.push_str(gap);
        text.push_str(words.get(at).map_or("", String::as_str));
        before = Some(at);
    }
    (text, cells)
}
