//! Workbooks (OOXML) whose texts are written in their cells: the sheets in the order of the file, a
//! row a line, cells as they are displayed.

use roxmltree::{Document, Node};

use super::CELLS;
use super::office::Package;

/// The sheets of a workbook whose parts are numbered in their order.
pub(super) fn sheets(bytes: &[u8]) -> String {
    let mut package = Package::open(bytes);
    let styles = package.part("xl/styles.xml").expect("the styles");
    let formats = formats(&styles);
    let mut lines = Vec::new();
    for part in (1..).map_while(|number| package.part(&format!("xl/worksheets/sheet{number}.xml"))) {
        let tree = Document::parse(&part).expect("a sheet");
        for row in named(tree.root_element(), "row") {
            let cells = named(row, "c").filter_map(|cell| shown(cell, &formats));
            lines.push(cells.collect::<Vec<_>>().join(CELLS));
        }
    }
    lines.join("\n")
}

fn named<'a, 'i: 'a>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |child| child.tag_name().name() == name)
}

/// The number format of every cell style.
fn formats(part: &str) -> Vec<String> {
    let tree = Document::parse(part).expect("styles");
    let root = tree.root_element();
    let of = |node: Node<'_, '_>, name: &str| node.attribute(name).unwrap_or_default().to_owned();
    let custom: Vec<_> =
        named(root, "numFmt").map(|format| (of(format, "numFmtId"), of(format, "formatCode"))).collect();
    let styles = named(root, "cellXfs").flat_map(|list| named(list, "xf"));
    styles
        .map(|style| match of(style, "numFmtId").as_str() {
            "0" => "General".to_owned(),
            "1" => "0".to_owned(),
            "2" => "0.00".to_owned(),
            id => custom.iter().find(|(known, _)| known == id).expect("a known format").1.clone(),
        })
        .collect()
}

/// What a cell displays; `None` for a blank one.
fn shown(cell: Node<'_, '_>, formats: &[String]) -> Option<String> {
    if cell.attribute("t") == Some("inlineStr") {
        return Some(named(cell, "t").filter_map(|run| run.text()).collect());
    }
    let value = named(cell, "v").next()?.text()?;
    let style: usize = cell.attribute("s").map_or(0, |style| style.parse().expect("the number of a style"));
    let number: f64 = value.parse().expect("a number");
    Some(match formats[style].as_str() {
        "General" | "0" => format!("{number}"),
        "0.0" => format!("{number:.1}"),
        "0.00" => format!("{number:.2}"),
        "\"£\"#,##0.00" => format!("£{}", grouped(number)),
        "yyyy-mm-dd" => date(number as i64),
        other => panic!("no reader for the number format {other:?}"),
    })
}

/// Two decimals, and commas between thousands.
fn grouped(number: f64) -> String {
    let text = format!("{number:.2}");
    let (whole, fraction) = text.split_once('.').expect("a decimal point");
    let from_behind: Vec<char> = whole.chars().rev().collect();
    let groups: Vec<String> = from_behind.chunks(3).map(|group| group.iter().rev().collect()).collect();
    format!("{}.{fraction}", groups.into_iter().rev().collect::<Vec<_>>().join(","))
}

/// The day with this number in the count that begins with 1 for 1 January 1900 and, as the first
/// spreadsheets did, holds a 29 February 1900.
fn date(serial: i64) -> String {
    let (mut year, mut left) = (1900, serial - 2);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while left >= 365 + i64::from(leap(year)) {
        left -= 365 + i64::from(leap(year));
        year += 1;
    }
    let february = 28 + i64::from(leap(year));
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < days {
            break;
        }
        left -= days;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", left + 1)
}

#[test]
fn days_and_amounts_are_displayed_as_in_a_sheet() {
    let days = [43_831, 44_255, 45_351, 46_387].map(date);
    assert_eq!(days, ["2020-01-01", "2021-02-28", "2024-02-29", "2026-12-31"]);
    assert_eq!([187.0, 1214.5].map(grouped), ["187.00", "1,214.50"]);
}
