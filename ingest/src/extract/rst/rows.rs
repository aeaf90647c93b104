//! Tables written as rows of values and as lists of lists.

use super::lines::{dedented, indented, is_blank};
use super::lists::bullet;
use super::tables::Table;

/// Rows of values separated by `delimiter`, quoted with `quote`; the first `headers` of them are the header.
pub(super) fn values(lines: &[&str], delimiter: char, quote: char, headers: usize) -> Table {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    for line in lines {
        if is_blank(line) && !quoted {
            continue;
        }
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if quoted {
                if c == quote && chars.next_if_eq(&quote).is_none() {
                    quoted = false;
                } else {
                    cell.push(c);
                }
            } else if c == quote && cell.trim().is_empty() {
                quoted = true;
                cell.clear();
            } else if c == delimiter {
                row.push(std::mem::take(&mut cell));
            } else {
                cell.push(c);
            }
        }
        if quoted {
            cell.push('\n');
        } else {
            row.push(std::mem::take(&mut cell));
            rows.push(std::mem::take(&mut row));
        }
    }
    if !row.is_empty() || !cell.trim().is_empty() {
        row.push(cell);
        rows.push(row);
    }
    with_headers(rows, headers)
}

/// A list of lists: every item is a row, every item of an item a cell.
pub(super) fn list(lines: &[&str], headers: usize) -> Table {
    let cells = |row: Vec<&str>| items(&row).iter().map(|cell| joined(cell)).collect();
    with_headers(items(lines).into_iter().map(cells).collect(), headers)
}

fn with_headers(mut rows: Vec<Vec<String>>, headers: usize) -> Table {
    if headers == 0 || headers >= rows.len() {
        return Table { header: None, rows };
    }
    let body = rows.split_off(headers);
    let mut header: Vec<String> = Vec::new();
    for (column, cell) in rows.into_iter().flat_map(|row| row.into_iter().enumerate()) {
        match header.get_mut(column) {
            Some(whole) => *whole = format!("{whole} {cell}").trim().to_owned(),
            None => header.push(cell),
        }
    }
    Table { header: Some(header), rows: body }
}

/// The content of every item of a list.
fn items<'t>(lines: &[&'t str]) -> Vec<Vec<&'t str>> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let Some(marker) = bullet(line) else { continue };
        let following = lines.get(at..).unwrap_or_default();
        let inside = following.get(..indented(following, 1)).unwrap_or_default();
        let mut item = vec![marker.rest];
        item.extend(dedented(inside));
        at += inside.len();
        items.push(item);
    }
    items
}

fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_lists() {
        let table = values(&["a, \"b, c\"", "", "\"d \"\"e\"\"", "f\", 2"], ',', '"', 1);
        assert_eq!(table.header, Some(vec!["a".to_owned(), "b, c".to_owned()]));
        assert_eq!(table.rows, [["d \"e\"\nf", " 2"]]);
        let table = list(&["* - a", "  - b", "* - c", "    d", "", "  - e"], 1);
        assert_eq!(table.header, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(table.rows, [["c d", "e"]]);
    }
}
