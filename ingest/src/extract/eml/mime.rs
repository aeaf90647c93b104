//! Where the parts of a message begin and end.

use std::ops::Range;

/// The header fields and the content of a stored message; the line with which a mailbox introduces it is dropped.
pub(super) fn split_message(bytes: &[u8]) -> (&[u8], &[u8]) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let introduced = bytes.starts_with(b"From ") || bytes.starts_with(b">From ");
    let start = if introduced { lines(bytes).next().map_or(0, |line| line.end) } else { 0 };
    split(bytes.get(start..).unwrap_or_default())
}

/// The header fields and the content of a part: fields end at the first empty line. What does not begin like a field is content.
pub(super) fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut previous_ends_fields = true;
    for line in lines(bytes) {
        let text = bytes.get(line.clone()).unwrap_or_default();
        if text.trim_ascii().is_empty() {
            return (bytes.get(..line.start).unwrap_or_default(), bytes.get(line.end..).unwrap_or_default());
        }
        if previous_ends_fields && !starts_like_a_field(text) {
            return (&[], bytes);
        }
        previous_ends_fields = false;
    }
    (bytes, &[])
}

fn starts_like_a_field(line: &[u8]) -> bool {
    let name = line.split(|&b| b == b':').next().unwrap_or_default();
    let name = name.trim_ascii_end();
    name.len() < line.len() && !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// The lines of `bytes` with their line ends.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    bytes.split_inclusive(|&b| b == b'\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end;
        range
    })
}

/// The parts of a multipart content.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts<'m> {
    /// Each part, fields and content.
    pub(super) parts: Vec<&'m [u8]>,
    /// Whether the line that ends the last part is there.
    pub(super) closed: bool,
}

/// Splits the content of a multipart at the lines that `boundary` makes; there are no parts when no such line is found.
pub(super) fn parts<'m>(content: &'m [u8], boundary: &[u8]) -> Parts<'m> {
    let mut found = Parts { parts: Vec::new(), closed: false };
    let mut open: Option<usize> = None;
    for line in lines(content) {
        let text = content.get(line.clone()).unwrap_or_default();
        let Some(rest) = text.strip_prefix(b"--").and_then(|text| text.strip_prefix(boundary)) else {
            continue;
        };
        let rest = rest.trim_ascii();
        if !rest.is_empty() && rest != b"--" {
            continue;
        }
        if let Some(start) = open.take() {
            found.parts.push(without_line_end(content.get(start..line.start).unwrap_or_default()));
        }
        if rest == b"--" {
            found.closed = true;
            return found;
        }
        open = Some(line.end);
    }
    if let Some(start) = open {
        found.parts.push(content.get(start..).unwrap_or_default());
    }
    found
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The boundary that the content itself shows, for a multipart whose field names none or a wrong one: a line of two hyphens and
/// more, followed by a field of a part.
pub(super) fn guess_boundary(content: &[u8]) -> Option<&[u8]> {
    let mut boundary = None;
    for line in lines(content) {
        let text = content.get(line)?.trim_ascii_end();
        let is_field = text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        if is_field && boundary.is_some() {
            return boundary;
        }
        boundary = text.strip_prefix(b"--").filter(|rest| !rest.is_empty());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_at_the_first_empty_line() {
        assert_eq!(split(b"A: b\r\n\r\ntext"), (&b"A: b\r\n"[..], &b"text"[..]));
        assert_eq!(split(b"\ntext"), (&b""[..], &b"text"[..]));
        assert_eq!(split(b"just words\n\nand more"), (&b""[..], &b"just words\n\nand more"[..]));
        assert_eq!(split(b"A: b"), (&b"A: b"[..], &b""[..]));
        assert_eq!(split_message(b"From x@y Mon\nA: b\n\nc"), (&b"A: b\n"[..], &b"c"[..]));
    }

    #[test]
    fn parts_end_at_their_own_boundary_only() {
        let found = parts(b"preamble\r\n--a\r\none\r\n--ab\r\n--a \r\ntwo\r\n--a--\r\nepilogue", b"a");
        assert_eq!(found, Parts { parts: vec![b"one\r\n--ab", b"two"], closed: true });
        assert_eq!(parts(b"--a\none", b"a"), Parts { parts: vec![b"one"], closed: false });
    }

    #[test]
    fn a_missing_boundary_is_seen_in_the_content() {
        let content = b"Hi\n--not this\n--xyz\nContent-Type: text/plain\n\nbody\n--xyz--";
        assert_eq!(guess_boundary(content), Some(&b"xyz"[..]));
        assert_eq!(guess_boundary(b"-- \nsignature"), None);
    }
}
