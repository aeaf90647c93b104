//! Grid tables and simple tables: cells joined over their lines, merged cells once.

/// A table as rows of raw cells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// The row that names the columns; several rows of a header are one.
    pub(super) header: Option<Vec<String>>,
    /// The other rows.
    pub(super) rows: Vec<Vec<String>>,
}

/// Most columns of a table.
const MAX_COLUMNS: usize = 1000;
/// Most cells of a table, empty ones counted; more is no table.
const MAX_CELLS: usize = 5_000_000;

/// The lines at the start of `lines` that make a grid table, and the table.
pub(super) fn grid(lines: &[&str]) -> Option<(usize, Table)> {
    let first = lines.first()?;
    if !first.starts_with("+-") || !first.ends_with('+') || !first.chars().all(|c| matches!(c, '+' | '-')) {
        return None;
    }
    let len = lines.iter().take_while(|line| line.starts_with(['+', '|'])).count();
    let screen: Vec<Vec<char>> = lines.iter().take(len).map(|line| columns(line)).collect();
    let mut edges: Vec<usize> = Vec::new();
    for line in &screen {
        edges.extend((0..line.len()).filter(|&at| is_corner(line, at)));
        edges.sort_unstable();
        edges.dedup();
    }
    let fits = edges.len() <= MAX_COLUMNS && edges.len() * len <= MAX_CELLS;
    (len > 2 && edges.len() > 1 && fits).then(|| (len, Grid { screen, edges }.read()))
}

/// The characters of a line by the columns they stand in: wide ones take two.
fn columns(line: &str) -> Vec<char> {
    let mut out = Vec::with_capacity(line.len());
    for c in line.chars() {
        out.push(c);
        let wide = matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1f64f}' | '\u{20000}'..='\u{3fffd}');
        if wide {
            out.push('\0');
        }
    }
    out
}

fn is_rule(c: Option<&char>) -> bool {
    matches!(c, Some('-' | '='))
}

/// Whether a plus sign is where lines of the grid meet.
fn is_corner(line: &[char], at: usize) -> bool {
    line.get(at) == Some(&'+')
        && (is_rule(line.get(at + 1)) || at.checked_sub(1).is_some_and(|left| is_rule(line.get(left))))
}

struct Grid {
    screen: Vec<Vec<char>>,
    /// Columns at which cells may begin and end.
    edges: Vec<usize>,
}

impl Grid {
    /// What stands between two neighbouring edges of a line.
    fn segment(&self, line: usize, column: usize) -> &[char] {
        let (from, to) = (self.edges.get(column), self.edges.get(column + 1));
        let line = self.screen.get(line).map_or(&[][..], Vec::as_slice);
        match (from, to) {
            (Some(&from), Some(&to)) => line.get(from + 1..to.min(line.len())).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether a segment is a line of the grid.
    fn is_border(&self, line: usize, column: usize) -> bool {
        let segment = self.segment(line, column);
        let ends = [self.edges.get(column), self.edges.get(column + 1)];
        let mut ends =
            ends.into_iter().flatten().map(|&at| self.screen.get(line).and_then(|line| line.get(at)));
        !segment.is_empty()
            && segment.iter().all(|c| is_rule(Some(c)) && Some(c) == segment.first())
            && ends.all(|end| matches!(end, Some('+' | '-' | '=')))
    }

    fn read(&self) -> Table {
        let columns = self.edges.len() - 1;
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut header_rows = None;
        // The row in which the cell of each column began.
        let mut began = vec![0usize; columns];
        let mut band: Vec<usize> = Vec::new();
        for line in 0..self.screen.len() {
            let borders: Vec<usize> = (0..columns).filter(|&column| self.is_border(line, column)).collect();
            if borders.is_empty() {
                band.push(line);
                continue;
            }
            self.push_band(&std::mem::take(&mut band), &began, &mut rows);
            let whole = borders.len() == columns;
            if whole && self.segment(line, 0).first() == Some(&'=') && header_rows.is_none() {
                header_rows = Some(rows.len());
            }
            for column in borders {
                if let Some(began) = began.get_mut(column) {
                    *began = rows.len();
                }
            }
            // A border that some cells cross is a line of text for them.
            if !whole {
                band.push(line);
                rows.push(Vec::new());
            }
        }
        self.push_band(&band, &began, &mut rows);
        rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        let mut table = Table { header: None, rows };
        if let Some(header_rows) = header_rows.filter(|&n| n > 0 && n < table.rows.len()) {
            let body = table.rows.split_off(header_rows);
            table.header = Some(merged(std::mem::replace(&mut table.rows, body)));
        }
        table
    }

    /// Adds the text of the lines between two borders to the rows in which their cells began.
    fn push_band(&self, band: &[usize], began: &[usize], rows: &mut Vec<Vec<String>>) {
        let columns = self.edges.len() - 1;
        if band.is_empty() {
            return;
        }
        let mut column = 0;
        while column < columns {
            let row = began.get(column).copied().unwrap_or_default();
            let mut end = column + 1;
            while end < columns && !self.is_divided(band, end) && began.get(end) == Some(&row) {
                end += 1;
            }
            while rows.len() <= row {
                rows.push(Vec::new());
            }
            if let Some(cells) = rows.get_mut(row) {
                cells.resize(columns.max(cells.len()), String::new());
                if let Some(cell) = cells.get_mut(column) {
                    self.push_cell(band, column, end, cell);
                }
            }
            column = end;
        }
    }

    /// Whether a vertical line of the grid goes through all lines of a band.
    fn is_divided(&self, band: &[usize], edge: usize) -> bool {
        let at = self.edges.get(edge).copied().unwrap_or_default();
        let char_at = |line: &usize| self.screen.get(*line).and_then(|line| line.get(at));
        band.iter().all(|line| matches!(char_at(line), Some('|' | '+')))
    }

    fn push_cell(&self, band: &[usize], column: usize, end: usize, cell: &mut String) {
        let (Some(&from), Some(&to)) = (self.edges.get(column), self.edges.get(end)) else { return };
        for &line in band {
            if (column..end).all(|column| self.is_border(line, column)) {
                continue;
            }
            let chars = self.screen.get(line).map_or(&[][..], Vec::as_slice);
            let text: String = chars
                .get(from + 1..to.min(chars.len()))
                .unwrap_or_default()
                .iter()
                .filter(|c| **c != '\0')
                .collect();
            if !text.trim().is_empty() {
                if !cell.is_empty() {
                    cell.push(' ');
                }
                cell.push_str(text.trim());
            }
        }
    }
}

/// Several rows as one, column by column.
fn merged(rows: Vec<Vec<String>>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for row in rows {
        for (column, cell) in row.into_iter().enumerate() {
            match all.get_mut(column) {
                Some(whole) if !cell.is_empty() => {
                    if !whole.is_empty() {
                        whole.push(' ');
                    }
                    whole.push_str(&cell);
                }
                Some(_) => {}
                None => all.push(cell),
            }
        }
    }
    all
}

/// Whether a line is the border of a simple table: runs of equals signs.
pub(super) fn is_simple_border(line: &str) -> bool {
    line.starts_with('=') && line.contains(' ') && line.chars().all(|c| matches!(c, '=' | ' '))
}

/// The lines at the start of `lines` that make a simple table, and the table.
pub(super) fn simple(lines: &[&str]) -> Option<(usize, Table)> {
    let border = lines.first().filter(|line| is_simple_border(line))?;
    let columns = runs(border, '=');
    let borders: Vec<usize> = (1..lines.len())
        .filter(|&at| lines.get(at).is_some_and(|line| is_simple_border(line)))
        .take(2)
        .collect();
    let ends = |at: usize| lines.get(at + 1).is_none_or(|line| line.trim().is_empty());
    let (header, end) = match borders.as_slice() {
        [end] | [end, _] if ends(*end) => (None, *end),
        [header, end] => (Some(*header), *end),
        _ => return None,
    };
    if end * columns.len() > MAX_CELLS {
        return None;
    }
    let mut table = Table::default();
    if let Some(header) = header {
        table.header =
            Some(merged(simple_rows(lines.get(1..header)?, &columns))).filter(|row| !row.is_empty());
    }
    table.rows = simple_rows(lines.get(header.unwrap_or(0) + 1..end)?, &columns);
    Some((end + 1, table))
}

/// Where the runs of `mark` begin.
fn runs(line: &str, mark: char) -> Vec<usize> {
    let chars: Vec<char> = line.chars().collect();
    let is_start = |at: &usize| {
        chars.get(*at) == Some(&mark)
            && at.checked_sub(1).is_none_or(|before| chars.get(before) != Some(&mark))
    };
    (0..chars.len()).filter(is_start).take(MAX_COLUMNS).collect()
}

fn simple_rows(lines: &[&str], columns: &[usize]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        // Hyphens below a row only say which cells are merged; the text shows that too.
        if line.contains("--") && line.chars().all(|c| matches!(c, '-' | ' ')) {
            continue;
        }
        let cells = simple_cells(line, columns);
        let goes_on = cells.first().is_some_and(|cell| cell.is_empty());
        match rows.last_mut().filter(|_| goes_on) {
            Some(row) => {
                let before = std::mem::take(row);
                *row = merged(vec![before, cells]);
            }
            None => rows.push(cells),
        }
    }
    rows
}

/// The cells of a line; text that runs over the gap between two columns is one cell.
fn simple_cells(line: &str, starts: &[usize]) -> Vec<String> {
    let chars = columns(line);
    let mut cells = vec![String::new(); starts.len()];
    let mut open = 0;
    for (column, &start) in starts.iter().enumerate() {
        let before = start.checked_sub(1).and_then(|gap| chars.get(gap));
        if before.is_none_or(|c| *c == ' ') || column == 0 {
            open = column;
        }
        let end = starts.get(column + 1).copied().unwrap_or(chars.len());
        let text: String = chars
            .get(start.min(chars.len())..end.min(chars.len()))
            .unwrap_or_default()
            .iter()
            .filter(|c| **c != '\0')
            .collect();
        if let Some(cell) = cells.get_mut(open) {
            cell.push_str(&text);
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<&str> {
        text.lines().collect()
    }

    fn rows(table: &Table) -> Vec<String> {
        table.header.iter().chain(&table.rows).map(|row| row.join("|")).collect()
    }

    #[test]
    fn a_grid_with_merged_cells() {
        let text = "\
+---------------------+----------+
| Property            | Earth    |
+=============+=======+==========+
|             | min   | -89.2 °C |
| Temperature +-------+----------+
| 1961-1990   | mean  | 14 °C    |
|             +-------+----------+
|             | a | b | 汉字     |
+-------------+-------+----------+
after";
        let (used, table) = grid(&lines(text)).unwrap();
        assert_eq!(used, 9);
        assert!(table.header.is_some());
        assert_eq!(
            rows(&table),
            ["Property||Earth", "Temperature 1961-1990|min|-89.2 °C", "|mean|14 °C", "|a | b|汉字"]
        );
    }

    #[test]
    fn a_header_of_two_rows_is_one() {
        let text = "\
+---------+---------------+
| Place   | Temperature   |
|         | in Celsius    |
|         +-------+-------+
|         | min   | max   |
+=========+=======+=======+
| Earth   | -89.2 | 56.7  |
+---------+-------+-------+";
        let (_, table) = grid(&lines(text)).unwrap();
        assert_eq!(rows(&table), ["Place|Temperature in Celsius min|max", "Earth|-89.2|56.7"]);
    }

    #[test]
    fn a_simple_table() {
        let text = "\
=====  =====  ======
   Inputs     Output
------------  ------
  A      B    A or B
=====  =====  ======
False  \\      some
              more
True   False  and a longer text
=====  =====  ======
";
        let (used, table) = simple(&lines(text)).unwrap();
        assert_eq!(used, 9);
        assert_eq!(
            rows(&table),
            ["Inputs A|B|Output A or B", "False|\\|some more", "True|False|and a longer text"]
        );
        assert_eq!(simple(&lines("====  ===\na     b")), None);
    }
}
