//! Markers of list items, fields and options.

use super::lines::{content_indent, indent, is_blank};

/// A marker at the start of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marker<'t> {
    /// What a reader sees of it.
    pub(super) text: String,
    /// The line behind it.
    pub(super) rest: &'t str,
    /// The column at which its content begins.
    pub(super) indent: usize,
}

/// A bullet: `- text`.
pub(super) fn bullet(line: &str) -> Option<Marker<'_>> {
    let first = line.chars().next().filter(|c| "*+-•‣⁃".contains(*c))?;
    let width = first.len_utf8();
    let rest = line.get(width..)?;
    // A column each, however many bytes the bullet takes.
    let indent = content_indent(line, width) + 1 - width;
    let text = "- ".to_owned();
    (rest.is_empty() || rest.starts_with(' ')).then(|| Marker { text, rest: rest.trim_start(), indent })
}

/// The number of the list that an item without one of its own goes on with.
#[derive(Debug, Default)]
pub(super) struct Counter {
    last: Option<String>,
}

impl Counter {
    /// The list ends.
    pub(super) fn reset(&mut self) {
        self.last = None;
    }

    /// The next number after the last one: letters and numbers; Roman ones are not counted.
    fn next(&mut self) -> String {
        let next = match self.last.as_deref() {
            None => "1".to_owned(),
            Some(last) => match (last.parse::<u64>(), last.as_bytes()) {
                (Ok(number), _) => number.saturating_add(1).to_string(),
                (Err(_), [letter]) if letter.is_ascii_alphabetic() && !matches!(letter, b'z' | b'Z') => {
                    char::from(letter + 1).to_string()
                }
                _ => "#".to_owned(),
            },
        };
        self.last = Some(next.clone());
        next
    }
}

/// A number: `1. text`, `(a) text`, `iv) text`, `#. text`. `following` is the line behind it: a text that only begins like an item
/// goes on there.
pub(super) fn enumerator<'t>(
    line: &'t str,
    following: Option<&&str>,
    counter: &mut Counter,
) -> Option<Marker<'t>> {
    let opened = line.strip_prefix('(');
    let body = opened.unwrap_or(line);
    let number = body.get(..body.find(['.', ')', ' '])?)?;
    let after = body.get(number.len()..)?;
    let rest = if opened.is_some() { after.strip_prefix(')')? } else { after.strip_prefix(['.', ')'])? };
    if !is_number(number) || !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    let width = line.len() - rest.len();
    let content = content_indent(line, width);
    let goes_on = following.is_some_and(|next| {
        !is_blank(next) && indent(next) == 0 && enumerator(next, None, &mut Counter::default()).is_none()
    });
    if goes_on {
        return None;
    }
    let shown = if number == "#" { counter.next() } else { number.to_owned() };
    counter.last = Some(shown.clone());
    let text = line.get(..width)?.replacen(number, &shown, 1) + " ";
    Some(Marker { text, rest: rest.trim_start(), indent: content })
}

fn is_number(number: &str) -> bool {
    let all = |is: fn(u8) -> bool| number.bytes().all(is);
    let roman = |b: u8| b"ivxlcdm".contains(&b.to_ascii_lowercase());
    match number.len() {
        0 => false,
        1 => number == "#" || all(|b| b.is_ascii_alphanumeric()),
        2..=9 => all(|b| b.is_ascii_digit()) || number.bytes().all(roman),
        _ => false,
    }
}

/// A field: `:name: text`. The marker's text is the name.
pub(super) fn field(line: &str) -> Option<Marker<'_>> {
    let body = line.strip_prefix(':')?;
    if body.starts_with([' ', ':', '`']) {
        return None;
    }
    let mut escaped = false;
    let mut quoted = false;
    let end = body.char_indices().find_map(|(at, c)| {
        let ends = c == ':'
            && !escaped
            && !quoted
            && body.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        escaped = c == '\\' && !escaped;
        quoted ^= c == '`';
        ends.then_some(at)
    })?;
    let rest = body.get(end + 1..)?;
    Some(Marker { text: body.get(..end)?.to_owned(), rest: rest.trim_start(), indent: 1 })
}

/// A command line option: `-a, --all  text`. The marker's text is the option.
pub(super) fn option<'t>(line: &'t str, following: Option<&&str>) -> Option<Marker<'t>> {
    let is_option = |word: &str| {
        let name =
            word.strip_prefix("--").or_else(|| word.strip_prefix('-')).or_else(|| word.strip_prefix('/'));
        name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '?'))
    };
    if !is_option(line) {
        return None;
    }
    let (options, rest) = match line.split_once("  ") {
        Some((options, rest)) => (options, rest.trim_start()),
        None if following.is_some_and(|next| indent(next) > 0) => (line, ""),
        None => return None,
    };
    let each_is_one = options.split(", ").all(|option| is_option(option) && option.split(' ').count() <= 2);
    each_is_one.then(|| Marker { text: options.to_owned(), rest, indent: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers() {
        let number = |line, next: Option<&&str>| {
            enumerator(line, next, &mut Counter::default()).map(|m| (m.text, m.indent))
        };
        assert_eq!(bullet("-  a").map(|m| (m.rest, m.indent)), Some(("a", 3)));
        assert_eq!(bullet("--a"), None);
        assert_eq!(number("(iv)  a", None), Some(("(iv) ".into(), 6)));
        assert_eq!(number("8. This line", Some(&"goes on")), None);
        assert_eq!(number("8. This", Some(&"9. That")), Some(("8. ".into(), 3)));
        assert_eq!(number("e.g. this", None), None);
        assert_eq!(field(":a b: c").map(|m| (m.text, m.rest)), Some(("a b".into(), "c")));
        assert_eq!(field(":sub:`x` y"), None);
        assert_eq!(option("-a, --all=X  text", None).map(|m| m.text), Some("-a, --all=X".into()));
        assert_eq!(option("- a  b", None), None);
    }

    #[test]
    fn numbers_go_on() {
        let mut counter = Counter::default();
        let mut next = |line| enumerator(line, None, &mut counter).map(|m| m.text);
        assert_eq!(next("(d)  a"), Some("(d) ".into()));
        assert_eq!(next("(#)  b"), Some("(e) ".into()));
    }
}
