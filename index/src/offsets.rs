//! Offsets: bytes inside the code, Unicode scalar values in every API and file format.
//!
//! Rust slices by byte; users of the API count characters (as Python and JSON clients do). This
//! module is the one place that converts, so that both always agree.

use std::ops::Range;

/// Number of Unicode scalar values in `text[..byte]`.
///
/// `byte` past the end or inside a character counts up to the last boundary before it.
pub fn chars_before(text: &str, byte: usize) -> usize {
    text[..floor_boundary(text, byte)].chars().count()
}

/// Byte offset of the `n`-th Unicode scalar value; the length of `text` when it has fewer.
pub fn byte_of_char(text: &str, n: usize) -> usize {
    text.char_indices().nth(n).map_or(text.len(), |(at, _)| at)
}

/// Converts a byte range of `text` to a range of Unicode scalar values.
pub fn to_chars(text: &str, bytes: &Range<usize>) -> Range<usize> {
    let start = chars_before(text, bytes.start);
    let from = floor_boundary(text, bytes.start);
    let to = floor_boundary(text, bytes.end.max(bytes.start));
    start..start + text[from..to].chars().count()
}

/// Converts a range of Unicode scalar values to a byte range of `text`, clamped to its length.
pub fn to_bytes(text: &str, chars: &Range<usize>) -> Range<usize> {
    let start = byte_of_char(text, chars.start);
    let len = byte_of_char(&text[start..], chars.end.saturating_sub(chars.start));
    start..start + len
}

/// Converts ascending byte offsets to scalar counts in one pass over `text`.
///
/// Cheaper than [`chars_before`] for many offsets of a long text. Offsets must ascend.
pub fn chars_at_all(text: &str, ascending: &[usize]) -> Vec<usize> {
    let mut out = Vec::with_capacity(ascending.len());
    let (mut byte, mut chars) = (0usize, 0usize);
    for &offset in ascending {
        let to = floor_boundary(text, offset).max(byte);
        chars += text[byte..to].chars().count();
        byte = to;
        out.push(chars);
    }
    out
}

fn floor_boundary(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_scalar_values_not_bytes() {
        let text = "preț: 5 zł 👍🏽 e\u{301}";
        let at = text.find("zł").expect("present");
        assert_eq!(to_chars(text, &(at..at + "zł".len())), 8..10);
        assert_eq!(&text[to_bytes(text, &(8..10))], "zł");
    }

    #[test]
    fn clamps_past_the_end() {
        assert_eq!(to_bytes("ab", &(1..9)), 1..2);
        assert_eq!(to_chars("ab", &(1..9)), 1..2);
    }

    proptest! {
        #[test]
        fn round_trips(text in "\\PC{0,60}", a in 0usize..60, b in 0usize..60) {
            let n = text.chars().count();
            let chars = a.min(b).min(n)..a.max(b).min(n);
            let bytes = to_bytes(&text, &chars);
            prop_assert_eq!(to_chars(&text, &bytes), chars.clone());
            let expect: String = text.chars().skip(chars.start).take(chars.len()).collect();
            prop_assert_eq!(&text[bytes.clone()], expect.as_str());
            prop_assert_eq!(chars_at_all(&text, &[bytes.start, bytes.end]), vec![chars.start, chars.end]);
        }
    }
}
