//! Records of comma-separated values (RFC 4180), safe to open in a spreadsheet. Pure.

/// One record with its line end.
pub(super) fn record<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        line.push_str(&quoted(cell));
    }
    line.push_str("\r\n");
    line
}

/// A text that somebody else wrote. One that a spreadsheet would take for a formula gets an apostrophe in front, which it
/// hides.
pub(super) fn guarded(text: &str) -> String {
    let starts =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    if text.trim_start_matches(' ').starts_with(starts) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let cells = ["a", "", "b,c", "say \"no\"", "two\r\nlines"];
        assert_eq!(record(cells), "a,,\"b,c\",\"say \"\"no\"\"\",\"two\r\nlines\"\r\n");
    }

    #[test]
    fn formulas_are_not_run() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"] {
            assert_eq!(guarded(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "1+1", "a=b", "What's 2-1?", "'=1"] {
            assert_eq!(guarded(text), text);
        }
    }
}
