//! A section for a terminal: columns that line up, no markup.

use std::fmt::Write as _;

use super::model::{Block, Section};
use super::number::{NOTHING, fixed};
use super::table::{Cell, Column, Number, Table};
use super::text::printable;

/// The section's paragraphs and tables; plots have no place on a terminal.
pub(super) fn section(section: &Section) -> String {
    let mut out = format!("{}\n", plain(&section.title));
    for block in &section.blocks {
        match block {
            Block::Prose(text) => {
                let _ = writeln!(out, "\n{}", plain(text));
            }
            Block::Table(shown) => {
                out.push('\n');
                table(&mut out, shown);
            }
            Block::Plot(_) => {}
        }
    }
    out
}

fn table(out: &mut String, table: &Table) {
    if !table.caption.is_empty() {
        let _ = writeln!(out, "{}", plain(&table.caption));
    }
    let mut lines: Vec<Vec<String>> = vec![table.columns.iter().map(|column| plain(&column.title)).collect()];
    for row in 0..table.rows.len() {
        let cells = table.columns.iter().enumerate();
        lines.push(cells.map(|(place, column)| cell(table.cell(row, place), column)).collect());
    }
    let width = |place: usize| lines.iter().map(|line| line[place].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
    for line in &lines {
        let mut text = String::new();
        for ((cell, column), &width) in line.iter().zip(&table.columns).zip(&widths) {
            let _ = if column.words {
                write!(text, "  {cell:<width$}")
            } else {
                write!(text, "  {cell:>width$}")
            };
        }
        let _ = writeln!(out, "{}", text.trim_end());
    }
    for (place, note) in table.notes.iter().enumerate() {
        let _ = writeln!(out, "  ({}) {}", place + 1, plain(note));
    }
}

fn cell(cell: &Cell, column: &Column) -> String {
    match cell {
        Cell::Empty => NOTHING.to_owned(),
        Cell::Text(text) => plain(text),
        Cell::Number(Number { value, interval, note }) => {
            let mut text = fixed(*value, column.decimals);
            if let Some(interval) = interval {
                let [low, high] = [interval.low, interval.high].map(|end| fixed(end, column.decimals));
                let _ = write!(text, " [{low}, {high}]");
            }
            if let Some(note) = note {
                let _ = write!(text, " ({})", note + 1);
            }
            text
        }
    }
}

fn plain(text: &str) -> String {
    text.chars().map(printable).collect()
}

#[cfg(test)]
mod tests {
    use super::super::table::Interval;
    use super::*;

    #[test]
    fn columns_line_up_and_controls_are_shown_as_such() {
        let table = Table {
            caption: "nDCG".into(),
            columns: vec![Column::words("set"), Column::numbers("bm25", 3), Column::numbers("n", 0)],
            rows: vec![
                vec![
                    Cell::text("a\u{1b}[31m"),
                    Cell::with_interval(0.25, Some(Interval { low: 0.125, high: 0.5 })),
                    Cell::count(1200),
                ],
                vec![Cell::text("b"), Cell::number(0.5).noted(0)],
            ],
            notes: vec!["a note".into()],
            ..Table::default()
        };
        let shown = section(&Section {
            title: "Results".into(),
            blocks: vec![Block::Prose("All.".into()), Block::Table(table)],
        });
        let expected = [
            "Results",
            "",
            "All.",
            "",
            "nDCG",
            "  set                     bm25      n",
            "  a\u{fffd}[31m  0.250 [0.125, 0.500]  1,200",
            "  b                  0.500 (1)      \u{2013}",
            "  (1) a note",
            "",
        ];
        assert_eq!(shown, expected.join("\n"));
    }
}
