//! Tables as HTML. End tags that HTML lets one leave out are left out: a table of a thousand queries is a third smaller.

use std::fmt::Write as _;

use super::super::emphasis::best;
use super::super::number::{NOTHING, fixed};
use super::super::table::{Better, Cell, Column, Number, Table};
use super::super::text::inline;

/// Writes a table that can be scrolled sideways, with its footnotes below.
pub(super) fn write(out: &mut String, table: &Table) {
    out.push_str("<div class=\"table\">\n<table>\n");
    if !table.caption.is_empty() {
        let _ = writeln!(out, "<caption><span>{}</span></caption>", inline(&table.caption));
    }
    out.push_str("<thead><tr>");
    for column in &table.columns {
        let _ = write!(out, "<th{}>{}", classes(column), inline(&column.title));
    }
    out.push_str("\n<tbody>\n");
    for (row, marks) in best(table).into_iter().enumerate() {
        out.push_str("<tr>");
        for (place, (column, best)) in table.columns.iter().zip(marks).enumerate() {
            cell(out, table.cell(row, place), column, place == 0, best);
        }
        out.push('\n');
    }
    out.push_str("</table>\n");
    notes(out, table);
    out.push_str("</div>\n");
}

/// `w` for words, and `low` where the first click should put the smallest on top.
fn classes(column: &Column) -> &'static str {
    match (column.words, column.better) {
        (true, _) => " class=\"w\"",
        (false, Some(Better::Lower)) => " class=\"low\"",
        (false, _) => "",
    }
}

fn cell(out: &mut String, cell: &Cell, column: &Column, heads_row: bool, best: bool) {
    out.push_str(if heads_row { "<th" } else { "<td" });
    if column.words {
        out.push_str(" class=\"w\"");
    }
    match cell {
        Cell::Empty => {
            let _ = write!(out, ">{NOTHING}");
        }
        Cell::Text(text) => {
            let _ = write!(out, ">{}", inline(text));
        }
        Cell::Number(number) => number_cell(out, number, column.decimals, best),
    }
}

fn number_cell(out: &mut String, number: &Number, decimals: usize, best: bool) {
    let text = fixed(number.value, decimals);
    // What is written for people may not read as a number: the script then takes this one.
    if text.parse::<f64>().is_err() && number.value.is_finite() {
        let _ = write!(out, " data-v=\"{}\"", number.value);
    }
    out.push('>');
    let _ = if best { write!(out, "<b>{text}</b>") } else { write!(out, "{text}") };
    if let Some(note) = number.note {
        let _ = write!(out, "<sup>{}</sup>", note + 1);
    }
    if let Some(interval) = number.interval {
        let _ = write!(
            out,
            "<small>{}\u{2013}{}</small>",
            fixed(interval.low, decimals),
            fixed(interval.high, decimals)
        );
    }
}

fn notes(out: &mut String, table: &Table) {
    if table.notes.is_empty() {
        return;
    }
    out.push_str("<ol class=\"notes\">\n");
    for note in &table.notes {
        let _ = writeln!(out, "<li>{}", inline(note));
    }
    out.push_str("</ol>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::page::table::{Best, Interval};

    #[test]
    fn a_table() {
        let table = Table {
            caption: "nDCG@10".into(),
            columns: vec![
                Column::words("system"),
                Column::numbers("<b>", 3).better(Better::Higher),
                Column::numbers("p50 ms", 1).better(Better::Lower),
            ],
            rows: vec![
                vec![Cell::text("bm25"), Cell::number(0.327), Cell::number(1.2)],
                vec![
                    Cell::text("rerank"),
                    Cell::with_interval(0.353, Some(Interval { low: 0.32, high: 0.39 })).noted(0),
                    Cell::number(12_456.2),
                ],
                vec![Cell::text("short & <i>")],
            ],
            best: Best::OfColumn,
            notes: vec!["of 30 <chunks>".into()],
        };
        let mut out = String::new();
        write(&mut out, &table);
        let expected = "\
<div class=\"table\">
<table>
<caption><span>nDCG@10</span></caption>
<thead><tr><th class=\"w\">system<th>&lt;b&gt;<th class=\"low\">p50 ms
<tbody>
<tr><th class=\"w\">bm25<td>0.327<td><b>1.2</b>
<tr><th class=\"w\">rerank<td><b>0.353</b><sup>1</sup><small>0.320\u{2013}0.390</small><td data-v=\"12456.2\">12,456.2
<tr><th class=\"w\">short &amp; &lt;i&gt;<td>\u{2013}<td>\u{2013}
</table>
<ol class=\"notes\">
<li>of 30 &lt;chunks&gt;
</ol>
</div>
";
        assert_eq!(out, expected);
    }
}
