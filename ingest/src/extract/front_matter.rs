//! The front matter of a Markdown document: scalars and lists of YAML or TOML, which is what people write there.

use serde_json::Value;

use super::builder::TextBuilder;

/// Most elements of a list that are kept.
const MAX_ELEMENTS: usize = 64;
/// Other names of the properties that every format has.
const NAMES: [(&str, &str); 9] = [
    ("authors", "author"),
    ("date", "created"),
    ("published", "created"),
    ("publishdate", "created"),
    ("lastmod", "modified"),
    ("updated", "modified"),
    ("last_modified_at", "modified"),
    ("last_updated", "modified"),
    ("keyword", "keywords"),
];

/// Reads the lines between the marks; keys become properties, the title the title. Deeper structure is left out.
pub(super) fn read(text: &str, builder: &mut TextBuilder) {
    for (key, value) in entries(text) {
        if key.eq_ignore_ascii_case("title") {
            if let Value::String(title) = &value {
                builder.title(title);
            }
            continue;
        }
        let lower = key.to_ascii_lowercase();
        let name = NAMES.iter().find(|(other, _)| *other == lower).map_or(key.as_str(), |(_, name)| name);
        builder.property(name, value);
    }
}

/// Keys of the top level and their values, in order.
fn entries(text: &str) -> Vec<(String, Value)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        // Keys below a TOML table are not of the top level.
        if line.starts_with('[') {
            break;
        }
        let Some((key, value)) = key_and_value(line) else { continue };
        let rest = lines.get(at..).unwrap_or_default();
        let belongs = |line: &&&str| line.starts_with([' ', '\t', '-', ']']) || line.trim().is_empty();
        let below: Vec<&str> = rest.iter().take_while(belongs).copied().collect();
        at += below.len();
        let value = without_comment(value);
        let value = if value.is_empty() {
            list(&below)
        } else if matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+") {
            Some(Value::String(below.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")))
        } else if let Some(inside) = value.strip_prefix('[') {
            let whole = std::iter::once(inside).chain(below.iter().map(|line| without_comment(line)));
            Some(flow_list(&whole.collect::<Vec<_>>().join(" ")))
        } else if value.starts_with(['{', '&', '*']) {
            None
        } else {
            Some(scalar(value))
        };
        entries.extend(value.map(|value| (key.to_owned(), value)));
    }
    entries
}

/// `key: value` or `key = value` at the start of a line.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    if line.starts_with([' ', '\t', '#', '-']) {
        return None;
    }
    let (at, sign) = line.char_indices().find(|(_, c)| matches!(c, ':' | '='))?;
    let (key, value) = (line.get(..at)?, line.get(at + sign.len_utf8()..)?);
    let separated = sign == '=' || value.is_empty() || value.starts_with([' ', '\t']);
    let key = unquoted(key.trim()).unwrap_or_else(|| key.trim());
    (separated && !key.is_empty()).then(|| (key, value.trim()))
}

/// The lines of a block list, `None` when they are something else.
fn list(lines: &[&str]) -> Option<Value> {
    let lines =
        lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let elements: Vec<Value> = lines
        .map(|line| line.strip_prefix('-').filter(|rest| rest.starts_with(' ')))
        .map(|rest| rest.map(|rest| scalar(without_comment(rest.trim()))))
        .collect::<Option<_>>()?;
    (!elements.is_empty()).then(|| Value::Array(elements.into_iter().take(MAX_ELEMENTS).collect()))
}

/// The elements of `[a, "b, c"]`, without its first bracket.
fn flow_list(text: &str) -> Value {
    let text = text.trim_end();
    let text = text.strip_suffix(']').unwrap_or(text);
    let (mut elements, mut quote, mut start) = (Vec::new(), None, 0);
    for (i, c) in text.char_indices().chain([(text.len(), ',')]) {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ',') => {
                elements.push(text.get(start..i).unwrap_or_default().trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    let kept = elements.into_iter().filter(|element| !element.is_empty()).take(MAX_ELEMENTS);
    Value::Array(kept.map(scalar).collect())
}

/// Quoted text without its quotes, truth values and whole numbers as such, anything else as it is written.
fn scalar(text: &str) -> Value {
    if let Some(inside) = unquoted(text) {
        let inside = if text.starts_with('"') {
            inside.replace("\\\"", "\"").replace("\\\\", "\\")
        } else {
            inside.replace("''", "'")
        };
        return Value::String(inside);
    }
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" | "~" => Value::Null,
        _ => {
            let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
            number.map_or_else(|| Value::String(text.to_owned()), Value::from)
        }
    }
}

fn unquoted(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

/// The value without a comment behind it.
fn without_comment(value: &str) -> &str {
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = value.get(1..).and_then(|rest| rest.rfind(quote)).map_or(value.len(), |at| at + 2);
        return value.get(..end).unwrap_or(value);
    }
    if value.starts_with('#') { "" } else { value.split(" #").next().unwrap_or(value).trim_end() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_and_lists_are_read() {
        let yaml = "title: \"A: b\" # c\ndate: 2024-05-01\ntags: [x, 'y, z']\nauthors:\n  - Ana\n  - \"Ion\" # lead\ndraft: true\n\
                    weight: 10\nversion: 1.10\nurl: http://a.example\nsummary: >\n  two\n  lines\nmap:\n  a: b\nempty:\nit's: ''\n";
        let expected = [
            ("title", json!("A: b")),
            ("date", json!("2024-05-01")),
            ("tags", json!(["x", "y, z"])),
            ("authors", json!(["Ana", "Ion"])),
            ("draft", json!(true)),
            ("weight", json!(10)),
            ("version", json!("1.10")),
            ("url", json!("http://a.example")),
            ("summary", json!("two lines")),
            ("it's", json!("")),
        ];
        assert_eq!(entries(yaml), expected.map(|(key, value)| (key.to_owned(), value)));
    }

    #[test]
    fn toml_is_read_as_far_as_its_first_table() {
        let toml = "title = 'T'\ndate = 2024-05-01T10:00:00Z\ntags = [\n  \"a\", # first\n  \"b\",\n]\n[params]\nx = 1\n";
        let expected =
            [("title", json!("T")), ("date", json!("2024-05-01T10:00:00Z")), ("tags", json!(["a", "b"]))];
        assert_eq!(entries(toml), expected.map(|(key, value)| (key.to_owned(), value)));
    }

    proptest::proptest! {
        #[test]
        fn any_lines_are_read(text in "[a\"'#:=\\[\\]\\-, |>\n\té]{0,60}") {
            let mut builder = TextBuilder::new("x", 100);
            read(&text, &mut builder);
        }
    }
}
