use super::*;
use crate::extract::document::BlockKind::{Code, Heading, ListItem, Paragraph, TableHeader, TableRow};

fn read(text: &str) -> Extracted {
    let doc = extract(text.as_bytes(), &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

fn blocks(doc: &Extracted) -> Vec<(BlockKind, &str)> {
    doc.blocks.iter().map(|b| (b.kind, &doc.text[b.span.clone()])).collect()
}

#[test]
fn objects_are_lines_below_headings() {
    let doc = read(
        r#"{"title": "Config", "deep": {"a": {"b": 1.50, "c": ["x", "y"]}, "note": "two\nlines"}, "n": null, "tags": []}"#,
    );
    assert_eq!(doc.title.as_deref(), Some("Config"));
    let expected = [
        (Paragraph, "title: Config\nn: null\ntags: []"),
        (Heading(2), "deep"),
        (Paragraph, "a.b: 1.50\na.c: x, y"),
        (Paragraph, "note: two\nlines"),
    ];
    assert_eq!(blocks(&doc), expected);
}

#[test]
fn arrays_of_records_are_tables() {
    let doc =
        read(r#"{"users": [{"id": 1, "at": {"city": "Iași"}}, {"id": 2, "tags": ["a", "b"], "at": null}]}"#);
    let expected = [
        (Heading(2), "users"),
        (TableHeader, "id | at.city | tags | at"),
        (TableRow, "1 | Iași"),
        (TableRow, "2 | | a, b"),
    ];
    assert_eq!(blocks(&doc), expected);
    let doc = read(r#"[["name", "n"], ["x", 1], ["y", 2]]"#);
    assert_eq!(blocks(&doc), [(TableHeader, "name | n"), (TableRow, "x | 1"), (TableRow, "y | 2")]);
}

#[test]
fn elements_have_the_heading_that_they_name() {
    let long = "words ".repeat(60);
    let doc = read(&format!(
        r#"[{{"name": "First", "text": "{long}"}}, {{"text": "x", "more": [{{"a": [{{"b": 1}}]}}]}}, "plain"]"#
    ));
    let blocks = blocks(&doc);
    assert_eq!(blocks[0], (Heading(2), "First"));
    assert_eq!(blocks[1], (Paragraph, "name: First"));
    assert_eq!(blocks.last(), Some(&(ListItem, "- plain")));
    assert!(doc.text.contains("b: 1"), "{}", doc.text);
}

#[test]
fn long_lists_of_numbers_are_cut_and_said() {
    let numbers = vec!["0.25"; 500].join(",");
    let doc = read(&format!(r#"{{"vector": [{numbers}]}}"#));
    assert!(doc.text.ends_with("0.25, … (500 numbers)"));
    assert_eq!(doc.warnings, ["1 long lists of numbers are cut"]);
}

#[test]
fn features_have_a_row_each() {
    let feature = |name: &str, geometry: &str| {
        format!(
            r#"{{"type": "Feature", "properties": {{"name": "{name}", "n": 1}}, "geometry": {geometry}, "id": "{name}1"}}"#
        )
    };
    let point = r#"{"type": "Point", "coordinates": [-1.50, 2]}"#;
    let polygon = r#"{"type": "Polygon", "coordinates": [[[0, 1], [5.0, -2], [3, 3], [0, 1]]]}"#;
    let doc = read(&format!(
        r#"{{"type": "FeatureCollection", "metadata": {{"title": "Quakes"}}, "features": [{}, {}]}}"#,
        feature("a", point),
        feature("b", polygon)
    ));
    assert_eq!(doc.title.as_deref(), Some("Quakes"));
    assert!(
        doc.text.ends_with(
            "id | name | n | geometry\na1 | a | 1 | Point (-1.50, 2)\nb1 | b | 1 | Polygon (0, -2 to 5.0, 3)"
        ),
        "{}",
        doc.text
    );
}

#[test]
fn an_interface_is_told_by_its_operations() {
    let doc = read(
        r#"{"openapi": "3.0.0", "info": {"title": "API", "version": "1"}, "paths": {"/users": {"get": {"summary": "All users",
        "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}, {"name": "from", "in": "query"}],
        "responses": {"200": {"description": "Fine"}}}}}, "components": {"schemas": {"User": {"type": "object"}}}}"#,
    );
    let all = blocks(&doc);
    let at = all.iter().position(|b| *b == (Heading(3), "GET /users")).unwrap();
    assert_eq!(all[at + 1], (Paragraph, "All users"));
    assert!(
        all.contains(&(TableHeader, "name | in | schema.type")) && doc.text.contains("200.description: Fine"),
        "{}",
        doc.text
    );
    assert_eq!(doc.title.as_deref(), Some("API"));
}

#[test]
fn lines_are_a_table_or_records() {
    let read = |text: &str| extract_lines(text.as_bytes(), &ContentLimits::default()).unwrap();
    let doc = read("{\"q\": \"a?\", \"n\": 1}\n\n{\"q\": \"b?\", \"n\": 2}\n{broken\n");
    assert_eq!(
        blocks(&doc),
        [(TableHeader, "q | n"), (TableRow, "a? | 1"), (TableRow, "b? | 2"), (Code, "{broken")]
    );
    assert_eq!(doc.warnings, ["1 lines are no valid JSON (lines 4)"]);
    let long = "word ".repeat(100);
    let doc = read(&format!("{{\"title\": \"One\", \"text\": \"{long}\"}}\n{{\"text\": \"two\"}}\n"));
    assert_eq!(blocks(&doc)[0], (Heading(2), "One"));
    assert_eq!(blocks(&doc).last(), Some(&(Paragraph, "text: two")));
    assert_eq!(read("{\n\"a\": 1\n}\n").text, "a: 1", "one value over several lines");
}

#[test]
fn what_is_no_json_is_source() {
    let doc = read("{\"a\": 1,\n  // comment\n}");
    assert_eq!(blocks(&doc)[0].0, Code);
    assert_eq!(doc.warnings, ["read as source, it is no valid JSON: no key in line 2"]);
    let deep = "[".repeat(300) + &"]".repeat(300);
    assert_eq!(extract(deep.as_bytes(), &ContentLimits::default()).unwrap_err().code(), "too_large");
    assert_eq!(
        read("{\"a\": 1, \"b\": 2}\n{\"a\": 3, \"b\": 4}\n").text,
        "a | b\n1 | 2\n3 | 4",
        "lines with the wrong name"
    );
}

#[test]
fn no_damage_panics() {
    let whole = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": "\u00e9x"}, "geometry":
        {"type": "Polygon", "coordinates": [[[1, 2], [3, -4e5]]]}}], "list": [{"name": "n", "v": [1, [2, {"k": null}]]}]}"#;
    for at in 0..whole.len() {
        for byte in [b'[', b'{', b'"', b'1', b'\\'] {
            let mut damaged = whole.as_bytes().to_vec();
            damaged[at] = byte;
            for bytes in [&damaged[..], &whole.as_bytes()[..at]] {
                let limits = ContentLimits::default();
                for doc in [extract(bytes, &limits), extract_lines(bytes, &limits)].iter().flatten() {
                    doc.validate().unwrap();
                }
            }
        }
    }
}
