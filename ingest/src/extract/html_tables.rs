//! Tables of a page: rows whole, merged cells once, tables inside cells after the table they are in.

use std::ops::Range;

use scraper::ElementRef;

use super::builder::TextBuilder;
use super::column_names::{self, Group, are_below};
use super::document::BlockKind;
use super::grid::MAX_CELLS;
use crate::error::{ExtractError, SizeLimit};

/// Blank cells that stand for a merged one at most.
const MAX_SPAN: usize = 100;

/// The open tables, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Tables {
    open: Vec<Table>,
    /// Tables inside cells, until the table around them ends.
    closed: Vec<Table>,
    cells: usize,
    started: usize,
}

#[derive(Debug, Default)]
struct Table {
    caption: Vec<String>,
    rows: Vec<Row>,
    /// For every column, how many more rows a cell from above covers.
    covered: Vec<usize>,
    row: Option<Row>,
    /// Columns and rows of the open cell.
    span: Option<(usize, usize)>,
    in_head: bool,
    /// How many tables were started before it.
    number: usize,
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<String>,
    /// Columns of the cells that are merged with those to their right, and how many they are.
    widths: Vec<(usize, usize)>,
    in_head: bool,
    /// Cells that are no `th`.
    data: usize,
}

impl Tables {
    /// Whether no table is open.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Opens a table; `before` is the text of the cell around it so far.
    pub(super) fn start(&mut self, before: String) {
        if let Some(around) = self.open.last_mut() {
            around.add(before);
        }
        self.open.push(Table { number: self.started, ..Table::default() });
        self.started += 1;
    }

    /// An element of the innermost table opens; `before` is the text in front of it.
    pub(super) fn open(&mut self, element: ElementRef<'_>, before: String) -> Result<(), ExtractError> {
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        table.add(before);
        let number = |name: &str| element.value().attr(name).and_then(|n| n.trim().parse().ok()).unwrap_or(1);
        match element.value().name() {
            "thead" => table.in_head = true,
            "tr" => {
                table.end_row();
                table.row = Some(Row { in_head: table.in_head, ..Row::default() });
            }
            name @ ("td" | "th") => {
                self.cells += 1;
                if self.cells > MAX_CELLS {
                    let (actual, limit) = (self.cells as u64, MAX_CELLS as u64);
                    return Err(ExtractError::TooLarge { what: SizeLimit::Cells, actual, limit });
                }
                table.end_cell();
                table.start_cell(number("colspan"), number("rowspan"), name == "td");
            }
            "caption" => {
                table.end_row();
                table.caption.push(String::new());
            }
            _ => {}
        }
        Ok(())
    }

    /// An element of the innermost table closes; `before` is the text in front of its end.
    ///
    /// # Errors
    /// [`ExtractError::TooLarge`].
    pub(super) fn close(
        &mut self,
        name: &str,
        before: String,
        builder: &mut TextBuilder,
    ) -> Result<(), ExtractError> {
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        table.add(before);
        match name {
            "thead" => table.in_head = false,
            "tr" => table.end_row(),
            "td" | "th" => table.end_cell(),
            "table" => {
                table.end_row();
                self.closed.extend(self.open.pop());
                if self.open.is_empty() {
                    let mut closed = std::mem::take(&mut self.closed);
                    closed.sort_by_key(|table| table.number);
                    return closed.iter().try_for_each(|table| write(builder, table));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Table {
    /// Adds text to the open cell, or to the caption.
    fn add(&mut self, text: String) {
        let open = match (&mut self.row, self.span) {
            (Some(row), Some(_)) => row.cells.last_mut(),
            _ => self.caption.last_mut(),
        };
        match open {
            Some(open) => open.push_str(&text),
            // Text between the cells is no valid page, but it is text.
            None if !text.trim().is_empty() => self.caption.push(text),
            None => {}
        }
    }

    fn start_cell(&mut self, columns: usize, rows: usize, is_data: bool) {
        let in_head = self.in_head;
        let row = self.row.get_or_insert_with(|| Row { in_head, ..Row::default() });
        while let Some(left) = self.covered.get_mut(row.cells.len()).filter(|left| **left > 0) {
            *left -= 1;
            row.cells.push(String::new());
        }
        row.data += usize::from(is_data);
        row.cells.push(String::new());
        self.span = Some((columns.clamp(1, MAX_SPAN), rows.max(1)));
    }

    fn end_cell(&mut self) {
        let (Some((columns, rows)), Some(row)) = (self.span.take(), &mut self.row) else { return };
        let first = row.cells.len() - 1;
        if rows > 1 {
            self.covered.resize(self.covered.len().max(first + columns), 0);
            self.covered.iter_mut().skip(first).take(columns).for_each(|left| *left = rows - 1);
        }
        if columns > 1 {
            row.widths.push((first, columns));
        }
        row.cells.extend(std::iter::repeat_n(String::new(), columns - 1));
    }

    fn end_row(&mut self) {
        self.end_cell();
        let Some(mut row) = self.row.take() else { return };
        self.covered.iter_mut().skip(row.cells.len()).for_each(|left| *left = left.saturating_sub(1));
        let blank = |cell: &String| cell.trim().is_empty();
        row.cells.truncate(row.cells.iter().rposition(|cell| !blank(cell)).map_or(0, |last| last + 1));
        if !row.cells.is_empty() {
            self.rows.push(row);
        }
    }

    /// The rows that name the columns: the last of those that the page marks as head, or that have only `th` cells, and the
    /// row above it when that names groups of columns.
    fn header(&self) -> Range<usize> {
        let lead = self.rows.iter().take_while(|row| row.in_head || row.data == 0).count();
        let end = if lead == self.rows.len() { usize::from(lead > 1) } else { lead };
        let names = self.rows.get(..end).unwrap_or_default();
        match names {
            [.., groups, names] if are_below(&names.cells, &groups.groups()) => end - 2..end,
            _ => end.saturating_sub(1)..end,
        }
    }
}

impl Row {
    /// The cells that are not blank as names of groups.
    fn groups(&self) -> Vec<Group<'_>> {
        let filled = || self.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        let ends = filled().skip(1).map(|(column, _)| column).chain([usize::MAX]);
        let mut groups = Vec::new();
        for ((column, text), end) in filled().zip(ends) {
            let at = self.widths.binary_search_by_key(&column, |(first, _)| *first).ok();
            let width = at.and_then(|at| self.widths.get(at)).map_or(1, |(_, width)| *width);
            groups.push(Group { column, width: width.min(end - column), text: text.trim() });
        }
        groups
    }
}

/// Adds a table.
fn write(builder: &mut TextBuilder, table: &Table) -> Result<(), ExtractError> {
    for caption in &table.caption {
        builder.push(BlockKind::Paragraph, caption)?;
    }
    let header = table.header();
    for (i, row) in table.rows.iter().enumerate() {
        if !header.contains(&i) {
            builder.push_row(BlockKind::TableRow, &row.cells, None)?;
        } else if i + 1 == header.end {
            let mut names = row.cells.clone();
            if let Some(groups) = table.rows.get(header.start).filter(|_| header.len() > 1) {
                column_names::join(&mut names, &groups.groups());
            }
            builder.push_row(BlockKind::TableHeader, &names, None)?;
        }
    }
    Ok(())
}

/// Whether a table arranges a page instead of holding data: it says so, has a single cell, or holds headings or other tables
/// without naming its own columns.
pub(super) fn is_layout_table(table: ElementRef<'_>) -> bool {
    if matches!(table.value().attr("role"), Some("presentation" | "none")) {
        return true;
    }
    let own = OwnCells::of(table);
    own.all < 2 || !own.names && own.holds_blocks(table)
}

/// The cells of a table, without those of tables inside it.
#[derive(Default)]
struct OwnCells {
    all: usize,
    /// Whether there is a caption, a head or a `th`.
    names: bool,
}

impl OwnCells {
    fn of(table: ElementRef<'_>) -> Self {
        let mut own = Self::default();
        let mut rows = Vec::new();
        for part in table.child_elements() {
            match part.value().name() {
                "tr" => rows.push(part),
                "thead" | "tbody" | "tfoot" => {
                    own.names |= part.value().name() == "thead";
                    rows.extend(part.child_elements().filter(|row| row.value().name() == "tr"));
                }
                "caption" => own.names = true,
                _ => {}
            }
        }
        for cell in rows.iter().flat_map(ElementRef::child_elements) {
            own.all += 1;
            own.names |= cell.value().name() == "th";
        }
        own
    }

    fn holds_blocks(&self, table: ElementRef<'_>) -> bool {
        let inner = scraper::Selector::parse("table, h1, h2, h3, h4, h5, h6, pre, form");
        inner.is_ok_and(|inner| table.select(&inner).next().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::document::BlockKind::{Paragraph, TableHeader, TableRow};

    fn blocks(html: &str) -> Vec<(BlockKind, String)> {
        let doc = crate::extract::html::extract(html.as_bytes(), 1 << 20).unwrap();
        doc.validate().unwrap();
        doc.blocks.iter().map(|b| (b.kind, doc.text[b.span.clone()].to_owned())).collect()
    }

    fn expect(html: &str, expected: &[(BlockKind, &str)]) {
        let found = blocks(html);
        let found: Vec<(BlockKind, &str)> = found.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn a_head_or_a_row_of_th_names_the_columns() {
        expect(
            "<table><caption>Ducks</caption><thead><tr><td>a<td>b</thead><tr><td>1<td>2</table>",
            &[(Paragraph, "Ducks"), (TableHeader, "a | b"), (TableRow, "1 | 2")],
        );
        expect("<table><tr><th>a<th>b<tr><th>x<td>2</table>", &[(TableHeader, "a | b"), (TableRow, "x | 2")]);
        expect("<table><tr><th>k<td>1<tr><th>l<td>2</table>", &[(TableRow, "k | 1"), (TableRow, "l | 2")]);
        expect(
            "<table><tr><th colspan=3>Sales<tr><th>a<th>b<th>c<tr><td>1<td>2<td>3</table>",
            &[(TableRow, "Sales"), (TableHeader, "a | b | c"), (TableRow, "1 | 2 | 3")],
        );
    }

    #[test]
    fn names_over_several_columns_are_part_of_the_names_below_them() {
        expect(
            "<table><thead><tr><th rowspan=2>City<th colspan=2>2023<th colspan=2>2024<tr><th>a<th>b<th>a<th>b</thead><tr><td>Cluj<td>1<td>2<td>3<td>4</table>",
            &[(TableHeader, "City | 2023 a | 2023 b | 2024 a | 2024 b"), (TableRow, "Cluj | 1 | 2 | 3 | 4")],
        );
    }

    #[test]
    fn merged_cells_are_written_once_and_keep_their_places() {
        expect(
            "<table><tr><td colspan=2>wide<td>c<tr><td rowspan=2>tall<td>1<td>2<tr><td>3<td>4<tr><td>x<td>y<td rowspan=0>z</table>",
            &[
                (TableRow, "wide | | c"),
                (TableRow, "tall | 1 | 2"),
                (TableRow, "| 3 | 4"),
                (TableRow, "x | y | z"),
            ],
        );
        expect(
            "<table><tr><td>a<td rowspan=2>b<td>c<tr><td>d<td>e</table>",
            &[(TableRow, "a | b | c"), (TableRow, "d | | e")],
        );
    }

    #[test]
    fn a_table_in_a_cell_follows_its_table() {
        expect(
            "<table><tr><th>Do<th>How<tr><td>Quack<td>so <table><tr><th>T<th>S<tr><td>1<td>2</table> or so<tr><td>Fly<td></table><p>end",
            &[
                (TableHeader, "Do | How"),
                (TableRow, "Quack | so or so"),
                (TableRow, "Fly"),
                (TableHeader, "T | S"),
                (TableRow, "1 | 2"),
                (Paragraph, "end"),
            ],
        );
    }

    #[test]
    fn a_table_of_one_cell_is_none() {
        expect("<table><tr><td><p>a<p>b</table>", &[(Paragraph, "a"), (Paragraph, "b")]);
    }

    #[test]
    fn spans_beyond_reason_cost_nothing() {
        let wide = "<tr><td colspan=99999 rowspan=99999>x<td>y".repeat(50);
        let rows = blocks(&format!("<table>{wide}</table>"));
        assert_eq!(rows.len(), 50);
        let deep = "<table><tr><th>a<td>".repeat(5000) + "end";
        assert!(blocks(&deep).iter().any(|(_, text)| text.contains("end")));
    }

    proptest::proptest! {
        #[test]
        fn any_order_of_tags_is_read(tags in proptest::collection::vec(0usize..14, 0..40)) {
            const TAGS: [&str; 14] = [
                "<table>", "</table>", "<tr>", "</tr>", "<td>a", "</td>", "<th colspan=3>b", "<td rowspan=2>c", "<caption>d",
                "</caption>", "<thead>", "<p>e", "<ul><li>f", "</ul>",
            ];
            let html: String = tags.iter().map(|&i| TAGS[i]).collect();
            if let Ok(doc) = crate::extract::html::extract(html.as_bytes(), 1 << 20) {
                doc.validate().unwrap();
                let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).count();
                let written = tags.iter().filter(|i| matches!(i, 4 | 6 | 7 | 8 | 11 | 12)).count();
                // A name over several columns is written with each of them.
                let once = letters(&doc.text) == written || tags.contains(&6) && letters(&doc.text) > written;
                proptest::prop_assert!(once, "{} gives {}", html, doc.text);
            }
        }
    }
}
