//! The page as Markdown, in GitHub's dialect.

use std::fmt::Write as _;

use super::emphasis::best;
use super::model::{Block, Page};
use super::number::{NOTHING, fixed};
use super::plots::Plot;
use super::table::{Cell, Column, Number, Table};
use super::text::{has_right_to_left, printable};

/// Rows of a plot's numbers that are shown; of longer ones the first and last half of that many.
const ROWS: usize = 24;

/// The page so far, and the footnotes that wait for its end.
#[derive(Default)]
struct Writer {
    out: String,
    notes: Vec<String>,
}

pub(super) fn write(page: &Page) -> String {
    let mut writer = Writer::default();
    let _ = write!(writer.out, "# {}\n\n", escape(&page.title));
    if !page.subtitle.is_empty() {
        let _ = write!(writer.out, "{}\n\n", paragraph(&page.subtitle));
    }
    let mut figures = 0;
    for section in &page.sections {
        let _ = write!(writer.out, "## {}\n\n", escape(&section.title));
        for block in &section.blocks {
            match block {
                Block::Prose(text) => {
                    let _ = write!(writer.out, "{}\n\n", paragraph(text));
                }
                Block::Table(table) => writer.table(table, usize::MAX),
                Block::Plot(plot) => {
                    figures += 1;
                    writer.plot(plot, figures);
                }
            }
        }
    }
    writer.manifest(page);
    writer.footnotes();
    let length = writer.out.trim_end().len();
    writer.out.truncate(length);
    writer.out.push('\n');
    writer.out
}

impl Writer {
    fn table(&mut self, table: &Table, rows: usize) {
        if !table.caption.is_empty() {
            let _ = write!(self.out, "{}\n\n", paragraph(&table.caption));
        }
        for column in &table.columns {
            let _ = write!(self.out, "| {} ", escape(&column.title));
        }
        self.out.push_str("|\n");
        for column in &table.columns {
            self.out.push_str(if column.words { "|:--" } else { "|--:" });
        }
        self.out.push_str("|\n");
        let first_note = self.notes.len();
        self.notes.extend(table.notes.iter().cloned());
        let shown = shown_rows(table.rows.len(), rows);
        for (row, marks) in best(table).into_iter().enumerate() {
            if let Some(left_out) = shown.gap_before(row) {
                self.gap(table, left_out);
            }
            if !shown.has(row) {
                continue;
            }
            for (place, (column, best)) in table.columns.iter().zip(marks).enumerate() {
                let _ = write!(self.out, "| {} ", cell(table.cell(row, place), column, best, first_note));
            }
            self.out.push_str("|\n");
        }
        self.out.push('\n');
    }

    /// A row that says how many others are not shown.
    fn gap(&mut self, table: &Table, left_out: usize) {
        let _ = write!(self.out, "| \u{2026} {} more \u{2026} ", fixed(left_out as f64, 0));
        self.out.push_str(&"| ".repeat(table.columns.len().saturating_sub(1)));
        self.out.push_str("|\n");
    }

    fn plot(&mut self, plot: &Plot, number: usize) {
        let _ = write!(self.out, "**Figure {number}: {}.**", escape(&plot.title));
        if !plot.caption.is_empty() {
            let _ = write!(self.out, " {}", escape(&plot.caption));
        }
        self.out.push_str("\n\n");
        self.table(&plot.figures.draw().numbers(), ROWS);
    }

    fn manifest(&mut self, page: &Page) {
        if page.manifest.is_empty() {
            return;
        }
        self.out.push_str("## Manifest\n\n| | |\n|:--|:--|\n");
        for fact in &page.manifest {
            let _ = writeln!(self.out, "| {} | {} |", escape(&fact.name), escape(&fact.value));
        }
        self.out.push('\n');
    }

    fn footnotes(&mut self) {
        for (place, note) in self.notes.iter().enumerate() {
            let _ = writeln!(self.out, "[^{}]: {}", place + 1, escape(note));
        }
    }
}

/// Which rows of a long table are shown: all, or so many from its start and its end.
struct Shown {
    rows: usize,
    ends: usize,
}

fn shown_rows(rows: usize, most: usize) -> Shown {
    Shown { rows, ends: if rows <= most { rows } else { most / 2 } }
}

impl Shown {
    fn has(&self, row: usize) -> bool {
        row < self.ends || row >= self.rows - self.ends
    }

    fn gap_before(&self, row: usize) -> Option<usize> {
        let left_out = self.rows.saturating_sub(2 * self.ends);
        (row == self.ends && left_out > 0 && self.ends < self.rows).then_some(left_out)
    }
}

fn cell(cell: &Cell, column: &Column, best: bool, first_note: usize) -> String {
    match cell {
        Cell::Empty => NOTHING.to_owned(),
        Cell::Text(text) => escape(text),
        Cell::Number(Number { value, interval, note }) => {
            let text = fixed(*value, column.decimals);
            let mut text = if best { format!("**{text}**") } else { text };
            if let Some(interval) = interval {
                let [low, high] = [interval.low, interval.high].map(|end| fixed(end, column.decimals));
                let _ = write!(text, " ({low}\u{2013}{high})");
            }
            if let Some(note) = note {
                let _ = write!(text, "[^{}]", first_note + note + 1);
            }
            text
        }
    }
}

/// Plain text for anywhere within a line: no character of it is read as markup, and none as the start of a link.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().map(printable).peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let markup = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' => true,
            // Between letters an underscore is one.
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            // What GitHub would make a link of: addresses, and people's names.
            ':' => next == '/',
            '.' => before.eq_ignore_ascii_case(&'w'),
            '@' => !before.is_alphanumeric(),
            '!' => next == '[',
            _ => false,
        };
        if markup {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    if has_right_to_left(text) { format!("\u{2068}{out}\u{2069}") } else { out }
}

/// [`escape`] for the start of a line, where further characters begin headings, lists, quotes and rules.
fn paragraph(text: &str) -> String {
    let text = text.trim_start();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let after = text.chars().nth(digits);
    let escaped = escape(text);
    match text.chars().next() {
        Some('#' | '-' | '+' | '=') => format!("\\{escaped}"),
        // A number with a dot or a parenthesis begins a list.
        Some('0'..='9') if matches!(after, Some('.' | ')')) => {
            let (number, rest) = escaped.split_at(digits);
            format!("{number}\\{rest}")
        }
        _ => escaped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        for (text, escaped) in [
            ("a|b", "a\\|b"),
            ("<script>*x*</script>", "\\<script\\>\\*x\\*\\</script\\>"),
            ("all_minilm_l6 _em_", "all_minilm_l6 \\_em\\_"),
            ("https://evil.example", "https\\://evil.example"),
            ("www.evil.example", "www\\.evil.example"),
            ("ndcg@10 @name", "ndcg@10 \\@name"),
            ("![x](y)", "\\!\\[x\\](y)"),
            ("two\nlines\r\n\u{202e}", "two lines  \u{fffd}"),
            ("שלום", "\u{2068}שלום\u{2069}"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn nothing_starts_a_heading_or_a_list() {
        for (text, escaped) in [
            ("# h", "\\# h"),
            ("- item", "\\- item"),
            ("12. item", "12\\. item"),
            ("3) x", "3\\) x"),
            ("3.5 is a number", "3\\.5 is a number"),
            ("   plain", "plain"),
            ("> quote", "\\> quote"),
        ] {
            assert_eq!(paragraph(text), escaped);
        }
    }

    #[test]
    fn a_long_table_says_what_it_leaves_out() {
        let table = Table {
            columns: vec![Column::words("q"), Column::numbers("x", 1)],
            rows: (0..100).map(|n| vec![Cell::text(format!("q{n}")), Cell::number(f64::from(n))]).collect(),
            ..Table::default()
        };
        let mut writer = Writer::default();
        writer.table(&table, 4);
        assert_eq!(
            writer.out,
            "| q | x |\n|:--|--:|\n| q0 | 0.0 |\n| q1 | 1.0 |\n| \u{2026} 96 more \u{2026} | |\n| q98 | 98.0 |\n| q99 | 99.0 |\n\n"
        );
    }

    #[test]
    fn footnotes_are_numbered_through_the_page() {
        let table = Table {
            columns: vec![Column::numbers("x", 1)],
            rows: vec![vec![Cell::number(1.0).noted(0)]],
            notes: vec!["why".into()],
            ..Table::default()
        };
        let mut writer = Writer::default();
        for _ in 0..2 {
            writer.table(&table, ROWS);
        }
        writer.footnotes();
        assert!(writer.out.contains("| 1.0[^1] |") && writer.out.contains("| 1.0[^2] |"));
        assert!(writer.out.ends_with("[^1]: why\n[^2]: why\n"));
    }
}
