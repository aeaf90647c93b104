//! The forms of a citation marker. Pure.

use super::super::super::fold::fold;

/// Highest number that is taken for a marker; above, `[2024]` is part of the text.
const MAX_NUMBER: usize = 99;
/// Longest text between the brackets, in characters.
const MAX_INSIDE: usize = 48;
/// Most passages of a range such as `[1-3]`.
const MAX_RANGE: usize = 10;

/// Words that may stand before a number inside the brackets, folded.
const LABELS: [&str; 38] = [
    "source",
    "sources",
    "doc",
    "docs",
    "document",
    "documents",
    "evidence",
    "passage",
    "passages",
    "ref",
    "refs",
    "reference",
    "references",
    "citation",
    "citations",
    "cite",
    "context",
    "chunk",
    "sursa",
    "surse",
    "sursele",
    "documentul",
    "documentele",
    "pasaj",
    "pasajul",
    "pasajele",
    "dovada",
    "dovezi",
    "zrodlo",
    "zrodla",
    "dokument",
    "dokumenty",
    "fragment",
    "fragmenty",
    "przypis",
    "no",
    "nr",
    "id",
];
/// Words that may stand before a marker inside round brackets, folded.
const POINTERS: [&str; 10] = ["see", "cf", "e.g", "vezi", "conform", "zob", "patrz", "por", "from", "per"];
/// Words between two numbers, folded.
const JOINS: [&str; 6] = ["and", "si", "i", "oraz", "to", "or"];

/// A marker at the start of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    /// Bytes it takes.
    pub(super) len: usize,
    /// Its numbers, in order.
    pub(super) numbers: Vec<usize>,
    /// Whether it is a bare number in round brackets, which may be something else.
    pub(super) bare: bool,
}

/// The marker at the start of `text`; `after_word` is whether a letter, digit or underscore stands right before.
pub(super) fn marker(text: &str, after_word: bool) -> Option<Marker> {
    let (open, escaped) = match text.strip_prefix('\\') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let first = open.chars().next()?;
    if let Some(numbers) = superscripts(text).filter(|_| !after_word) {
        return Some(numbers);
    }
    let close = match first {
        '[' => ']',
        '【' => '】',
        '(' => ')',
        _ => return None,
    };
    let start = usize::from(escaped) + first.len_utf8();
    let inside = bracketed(&text[start..], first, close)?;
    let mut len = start + inside.len() + close.len_utf8();
    let mut inner = inside;
    if escaped {
        inner = inner.strip_suffix('\\')?;
    }
    let found = if first == '(' { in_round_brackets(inner)? } else { (numbers(inner)?, false) };
    let (numbers, bare) = found;
    if first == '[' {
        len += link(&text[len..]);
    }
    let next = text[len..].trim_start_matches(' ');
    // `a[1].b`, `a[1] = 2`: code.
    let mut after = text[len..].chars();
    let operator = after_word && next.starts_with('=') && !next.starts_with("==>");
    let member = after_word && after.next() == Some('.') && after.next().is_some_and(char::is_alphabetic);
    let glued = text[len..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (!operator && !member && !glued).then_some(Marker { len, numbers, bare })
}

/// Whether `text` begins like a marker whose end may still come.
pub(super) fn may_become(text: &str) -> bool {
    let open = text.strip_prefix('\\').unwrap_or(text);
    let Some(close) = open.chars().next().and_then(|c| match c {
        '[' => Some(']'),
        '【' => Some('】'),
        '(' => Some(')'),
        _ => None,
    }) else {
        return open.is_empty() && !text.is_empty();
    };
    let head: String = open.chars().take(MAX_INSIDE + 1).collect();
    !head.contains(close) && !head.contains('\n') && open.chars().count() <= MAX_INSIDE
}

/// The text up to the bracket that closes, one level of square brackets inside round ones allowed.
fn bracketed(text: &str, open: char, close: char) -> Option<&str> {
    let mut depth = 0;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if count > MAX_INSIDE || c == '\n' {
            return None;
        }
        match c {
            c if c == close && depth == 0 => return Some(&text[..at]),
            '[' | '【' if open == '(' => depth += 1,
            ']' | '】' if open == '(' => depth -= 1,
            '[' | '【' | '(' => return None,
            _ => {}
        }
    }
    None
}

/// `(Source 1)`, `(see [1])`, `([1], [2])` and, bare, `(1)`.
fn in_round_brackets(inner: &str) -> Option<(Vec<usize>, bool)> {
    let flat = inner.replace(['[', ']', '【', '】'], " ");
    let nested = flat != inner;
    let words: Vec<&str> = flat.split_whitespace().collect();
    let pointers = words.iter().take_while(|w| POINTERS.contains(&folded(w).as_str())).count();
    let rest = words[pointers..].join(" ");
    let numbers = numbers(&rest)?;
    let labelled = rest.contains(|c: char| c.is_alphabetic() && c != '†');
    let bare = !nested && !labelled && pointers == 0;
    (!bare || inner.chars().all(|c| c.is_ascii_digit())).then_some((numbers, bare))
}

/// `1`, `1, 2 and 4`, `1-3`, `Source 1; Source 2`, `^1`, `1†L3-L5`.
fn numbers(inner: &str) -> Option<Vec<usize>> {
    // What follows a dagger is a place in the source.
    let listed = inner.split('†').next().unwrap_or_default();
    let spaced: String = listed.chars().flat_map(spread).collect();
    let mut found: Vec<usize> = Vec::new();
    let mut range = false;
    for word in spaced.split_whitespace() {
        let word = folded(word);
        if let Ok(number) = word.parse::<usize>() {
            if number == 0 || number > MAX_NUMBER || word.starts_with('0') {
                return None;
            }
            match found.last().copied().filter(|_| range) {
                Some(low) if low < number && number - low < MAX_RANGE => found.extend(low + 1..=number),
                Some(_) => return None,
                None => found.push(number),
            }
            range = false;
        } else if matches!(word.as_str(), "-" | "–") && !found.is_empty() {
            range = true;
        } else if !(LABELS.contains(&word.as_str()) || !found.is_empty() && JOINS.contains(&word.as_str())) {
            return None;
        }
    }
    (!found.is_empty() && !range).then_some(found)
}

/// Separators become spaces, signs of a range words of their own.
fn spread(c: char) -> Vec<char> {
    match c {
        ',' | ';' | '&' | '^' | '#' | ':' | '.' | '/' | '=' | '_' => vec![' '],
        '-' | '–' => vec![' ', c, ' '],
        c if c.is_ascii_digit() => vec![c],
        c => vec![c],
    }
}

/// The length of a link's address right after its label.
fn link(text: &str) -> usize {
    let Some(inside) = text.strip_prefix('(') else { return 0 };
    let address = |inside: &str| {
        inside.starts_with("http")
            || inside.starts_with('#')
            || inside.starts_with('/')
            || inside.starts_with("www.")
    };
    match inside.find(|c: char| c == ')' || c.is_whitespace()) {
        Some(end) if inside[end..].starts_with(')') && address(inside) => end + 2,
        _ => 0,
    }
}

/// `¹²` after a sentence.
fn superscripts(text: &str) -> Option<Marker> {
    let digit = |c| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|d| d == c);
    let digits: Vec<usize> = text.chars().map_while(digit).collect();
    let len = text.chars().take(digits.len()).map(char::len_utf8).sum();
    let number = digits.iter().fold(0, |sum: usize, d| sum.saturating_mul(10).saturating_add(*d));
    (number > 0 && number <= MAX_NUMBER).then(|| Marker { len, numbers: vec![number], bare: false })
}

/// A word as the lists have it: folded, without full stops around it.
pub(super) fn folded(word: &str) -> String {
    fold(word.trim_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(Vec<usize>, usize)> {
        marker(text, false).map(|m| (m.numbers, m.len))
    }

    #[test]
    fn forms_of_a_marker() {
        for (text, numbers) in [
            ("[1]", &[1][..]),
            ("[1, 2]", &[1, 2]),
            ("[1,2;4]", &[1, 2, 4]),
            ("[1-3]", &[1, 2, 3]),
            ("[2–4]", &[2, 3, 4]),
            ("[1 and 2]", &[1, 2]),
            ("[^1]", &[1]),
            ("[#3]", &[3]),
            ("【1】", &[1]),
            ("【2†source】", &[2]),
            ("[Source 1]", &[1]),
            ("[source: 2]", &[2]),
            ("[Doc 1, Doc 3]", &[1, 3]),
            ("[Sursa 2]", &[2]),
            ("[Źródło 2]", &[2]),
            ("[ 7 ]", &[7]),
            ("\\[1\\]", &[1]),
            ("(Source 1)", &[1]),
            ("(see [1])", &[1]),
            ("([1], [2])", &[1, 2]),
            ("(1)", &[1]),
            ("¹", &[1]),
            ("[1](https://a.example/x)", &[1]),
        ] {
            assert_eq!(of(text), Some((numbers.to_vec(), text.len())), "{text}");
        }
    }

    #[test]
    fn what_is_no_marker() {
        for text in [
            "[2024]",
            "[x]",
            "[ ]",
            "[]",
            "[note]",
            "[0]",
            "[01]",
            "[1",
            "(1, 2)",
            "(a)",
            "[1]x",
            "[3-1]",
            "[text](http://a)",
            "(see 2020)",
            "[1-]",
            "",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        assert!(marker("[1].len", true).is_none());
        assert!(marker("[1] = 5", true).is_none());
        assert!(marker("[1].", true).is_some());
        assert!(marker("²", true).is_none(), "m²");
    }

    #[test]
    fn bare_numbers_are_told_apart() {
        assert!(marker("(1)", false).is_some_and(|m| m.bare));
        assert!(marker("([1])", false).is_some_and(|m| !m.bare));
        assert!(marker("(doc 1)", false).is_some_and(|m| !m.bare));
    }

    #[test]
    fn an_open_bracket_may_still_become_one() {
        for text in ["[", "[1", "[1, ", "【", "(see ", "\\"] {
            assert!(may_become(text), "{text}");
        }
        for text in ["", "word", "[1]", "[1\n", &format!("[{}", "x".repeat(60))] {
            assert!(!may_become(text), "{text}");
        }
    }
}
