//! Data sets are foreign: whatever their texts say, a page consists of the elements and attributes listed here.

use footnote_evals::report::page::{Block, Cell, Fact, Figures, Page};
use proptest::prelude::*;

use super::sample;

const ELEMENTS: &[&str] = &[
    "!DOCTYPE",
    "a",
    "b",
    "bdi",
    "body",
    "caption",
    "circle",
    "dd",
    "desc",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "g",
    "h1",
    "h2",
    "head",
    "header",
    "html",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "p",
    "path",
    "rect",
    "script",
    "section",
    "small",
    "span",
    "style",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];
const ATTRIBUTES: &[&str] = &[
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "charset",
    "class",
    "content",
    "cx",
    "cy",
    "d",
    "data-v",
    "dir",
    "height",
    "href",
    "html",
    "http-equiv",
    "id",
    "lang",
    "name",
    "r",
    "rel",
    "role",
    "scope",
    "stroke-width",
    "text-anchor",
    "viewBox",
    "width",
    "x",
    "y",
];

/// Every tag of a page, without its style sheet and script.
fn tags(html: &str) -> Vec<&str> {
    let without = |html: &str, element: &str| {
        let (before, rest) = html.split_once(&format!("<{element}>")).expect("one there");
        let (_, after) = rest.split_once(&format!("</{element}>")).expect("its end");
        assert!(!after.contains(&format!("<{element}")), "a second <{element}>");
        (before.len(), html.len() - after.len())
    };
    let (style, script) = (without(html, "style"), without(html, "script"));
    let parts = [&html[..style.0], &html[style.1..script.0], &html[script.1..]];
    parts
        .into_iter()
        .flat_map(|part| part.split('<').skip(1))
        .map(|tag| tag.split_once('>').expect("a tag ends before the next one").0)
        .collect()
}

/// A tag's name and the names of its attributes. Values are quoted, so what is within quotes is no name.
fn names(tag: &str) -> (&str, Vec<&str>) {
    let outside: Vec<&str> = tag.split('"').step_by(2).collect();
    let mut words = outside.iter().flat_map(|part| part.split([' ', '/'])).filter(|word| !word.is_empty());
    let name = words.next().unwrap_or_default();
    (name, words.map(|word| word.trim_end_matches('=')).collect())
}

fn check(html: &str) {
    for tag in tags(html) {
        let (name, attributes) = names(tag);
        assert!(ELEMENTS.contains(&name), "<{tag}>");
        for attribute in attributes {
            assert!(ATTRIBUTES.contains(&attribute), "<{tag}>: {attribute}");
        }
        if let Some((_, link)) = tag.split_once("href=\"") {
            assert!(link.starts_with('#') || link.starts_with("data:,\""), "<{tag}>");
        }
    }
    assert!(!html.contains(['\u{202e}', '\0']), "a control character is left");
}

/// The sample page with a text in every place that takes one.
fn page_of(text: &str) -> Page {
    let json = serde_json::to_value(sample::page()).expect("written");
    let mut page: Page = serde_json::from_value(replaced(json, text)).expect("read");
    page.manifest.push(Fact::new(text, text));
    page
}

fn replaced(value: serde_json::Value, text: &str) -> serde_json::Value {
    use serde_json::Value;
    match value {
        // The names of kinds are not foreign.
        Value::String(word) if ["higher", "lower", "of_column", "empty"].contains(&word.as_str()) => {
            word.into()
        }
        Value::String(_) => text.into(),
        Value::Array(values) => values.into_iter().map(|value| replaced(value, text)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(key, value)| (key, replaced(value, text))).collect())
        }
        other => other,
    }
}

#[test]
fn no_text_becomes_markup() {
    for text in [
        "</title></desc></svg></style></script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "<!--",
        "]]><![CDATA[",
        "javascript:alert(1)",
        "\0\u{202e}\u{2066}\u{feff}",
        "&lt;script&gt;",
        "",
    ] {
        check(&page_of(text).html());
    }
}

#[test]
fn the_text_itself_is_shown() {
    let html = page_of("<i>&amp;\"").html();
    assert!(html.contains("<h1>&lt;i&gt;&amp;amp;&quot;</h1>"));
}

#[test]
fn markdown_has_no_raw_html_and_no_broken_row() {
    let page = page_of("a|b\n<img src=x> [l](javascript:x) **b**");
    for line in page.markdown().lines() {
        assert!(!line.contains("a|b") && !line.contains(" <img") && !line.contains(" [l]"), "{line}");
    }
}

#[test]
fn numbers_that_are_none_are_drawn_as_nothing() {
    let mut page = sample::page();
    for block in page.sections.iter_mut().flat_map(|section| &mut section.blocks) {
        match block {
            Block::Prose(_) => {}
            Block::Table(table) => table.rows.iter_mut().flatten().for_each(|cell| {
                if let Cell::Number(number) = cell {
                    number.value = f64::NAN;
                }
            }),
            Block::Plot(plot) => spoil(&mut plot.figures),
        }
    }
    let html = page.html();
    check(&html);
    let (_, body) = html.split_once("<body>").expect("a body");
    let (body, _) = body.split_once("<script>").expect("a script");
    assert!(!body.contains("NaN") && !body.contains("inf"));
}

fn spoil(figures: &mut Figures) {
    match figures {
        Figures::Bars(bars) => {
            bars.groups.iter_mut().flat_map(|group| &mut group.bars).for_each(|bar| bar.value = f64::NAN);
        }
        Figures::RiskCoverage(risk) => {
            for point in risk.curves.iter_mut().flat_map(|curve| &mut curve.points) {
                (point.coverage, point.risk) = (f64::INFINITY, f64::NAN);
            }
        }
        Figures::Latencies(latencies) => {
            latencies.systems.iter_mut().for_each(|samples| samples.milliseconds.fill(f64::NEG_INFINITY));
        }
        Figures::Reliability(reliability) => {
            reliability
                .systems
                .iter_mut()
                .flat_map(|it| &mut it.bins)
                .for_each(|bin| bin.accuracy = f64::NAN);
        }
        Figures::Scatter(scatter) => scatter.points.iter_mut().for_each(|point| point.x = f64::NAN),
        Figures::History(history) => {
            history.lines.iter_mut().for_each(|line| line.values.fill(Some(f64::INFINITY)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_random_text_becomes_markup(text in "[<>\"'&/= a-z\\PC\u{0}\u{202e}]{0,24}") {
        check(&page_of(&text).html());
    }
}
