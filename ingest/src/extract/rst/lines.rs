//! Lines and their indentation.

/// Columns from one tab stop to the next.
const TAB: usize = 8;

/// The text with tabs as spaces, plain line ends and no spaces at the ends of lines.
pub(super) fn expanded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{c}', '\u{b}', '\u{85}'], "\n");
    for line in text.split('\n') {
        let mut column = 0;
        for c in line.trim_end().chars() {
            let width = if c == '\t' { TAB - column % TAB } else { 1 };
            column += width;
            if c == '\t' {
                out.extend(std::iter::repeat_n(' ', width));
            } else {
                out.push(c);
            }
        }
        out.push('\n');
    }
    out
}

/// Spaces at the start of a line.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether there is nothing in a line.
pub(super) fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// How many lines at the start of `lines` are blank.
pub(super) fn blank(lines: &[&str]) -> usize {
    lines.iter().take_while(|line| is_blank(line)).count()
}

/// How many lines at the start of `lines` are blank or indented by `least` and more; blank ones at the end do not count.
pub(super) fn indented(lines: &[&str], least: usize) -> usize {
    let inside = lines.iter().take_while(|line| is_blank(line) || indent(line) >= least).count();
    let ending = lines.iter().take(inside).rev().take_while(|line| is_blank(line)).count();
    inside - ending
}

/// The lines without the indentation that they share.
pub(super) fn dedented<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    dedented_by(lines, usize::MAX)
}

/// The lines without the indentation that they share, of which at most `most` is taken away.
pub(super) fn dedented_by<'t>(lines: &[&'t str], most: usize) -> Vec<&'t str> {
    let common =
        lines.iter().filter(|line| !is_blank(line)).map(|line| indent(line)).min().unwrap_or(0).min(most);
    lines.iter().map(|line| line.get(common..).unwrap_or_default()).collect()
}

/// Spaces before the text behind a marker of `width`; a marker alone in its line counts as one space more.
pub(super) fn content_indent(line: &str, width: usize) -> usize {
    let rest = line.get(width..).unwrap_or_default();
    if is_blank(rest) { width + 1 } else { width + indent(rest) }
}

/// The one punctuation character that a line repeats.
pub(super) fn adornment(line: &str) -> Option<char> {
    let first = line.chars().next().filter(char::is_ascii_punctuation)?;
    line.chars().all(|c| c == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_and_indentation() {
        assert_eq!(expanded("*\ta\tb \r\n\tc"), "*       a       b\n        c\n");
        let lines = ["", "  a", "", "   b", "", "c"];
        assert_eq!((blank(&lines), indented(&lines, 1)), (1, 4));
        assert_eq!(dedented(&lines[1..4]), ["a", "", " b"]);
        assert_eq!((content_indent("- a", 1), content_indent("-", 1), content_indent("1.  a", 2)), (2, 2, 4));
        assert_eq!(
            (adornment("==="), adornment("=-="), adornment("aaa"), adornment("")),
            (Some('='), None, None, None)
        );
    }
}
