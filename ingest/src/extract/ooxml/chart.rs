//! Charts: titles, and the values that were drawn as a table.

use std::collections::BTreeMap;

use super::super::builder::TextBuilder;
use super::super::document::BlockKind;
use super::super::office::{Grid, Node, Package, RichText, xml};
use super::text;
use crate::error::ExtractError;

/// Most categories of a chart that are read.
const MAX_CATEGORIES: u32 = 5000;
/// Most series of a chart that are read.
const MAX_SERIES: usize = 100;

/// Writes the chart of a part; a part that cannot be read is noted by `package`.
pub(crate) fn write(
    package: &mut Package<'_>,
    part: &str,
    builder: &mut TextBuilder,
) -> Result<(), ExtractError> {
    let source = package.source(part)?;
    let Some(tree) = package.tree(part, source.as_ref())? else { return Ok(()) };
    let Some(chart) = xml::descendant(tree.root(), "chart") else { return Ok(()) };
    if let Some(title) = xml::child(chart, "title").map(title) {
        builder.push(BlockKind::Paragraph, &title)?;
    }
    let Some(plot) = xml::child(chart, "plotArea") else { return Ok(()) };
    let axis = |names: &[&str]| {
        let axis = xml::children(plot).find(|axis| names.contains(&xml::name(*axis)));
        axis.and_then(|axis| xml::child(axis, "title")).map(title)
    };
    let categories = axis(&["catAx", "dateAx"]).unwrap_or_else(|| "Category".to_owned());
    if let Some(values) = axis(&["valAx"]) {
        builder.push(BlockKind::Paragraph, &values)?;
    }
    grid(plot, &categories)?.write(builder)
}

/// A chart's title, the titles of its axes and the names of its series, where its numbers are read elsewhere: on a sheet they
/// are those of the cells. `None` when it has no names.
///
/// # Errors
/// As [`Package::source`] and [`Package::tree`].
pub(crate) fn names(package: &mut Package<'_>, part: &str) -> Result<Option<String>, ExtractError> {
    let source = package.source(part)?;
    let Some(tree) = package.tree(part, source.as_ref())? else { return Ok(None) };
    let named = |name: &'static str| tree.root().descendants().filter(move |node| xml::name(*node) == name);
    let of_chart = |node: &Node<'_>| node.parent().is_some_and(|parent| xml::name(parent) == "chart");
    let axes = named("title").filter(|node| !of_chart(node)).map(title);
    let series = named("ser").filter_map(|series| xml::child(series, "tx")).map(title);
    let names: Vec<String> = axes.chain(series).filter(|name| !name.trim().is_empty()).collect();
    let names = names.join(", ");
    let heading = named("title").find(of_chart).map(title).map(|title| title.replace('\n', " "));
    Ok(match (heading.filter(|title| !title.trim().is_empty()), names.is_empty()) {
        (Some(heading), true) => Some(heading),
        (Some(heading), false) => Some(format!("{heading}: {names}")),
        (None, true) => None,
        (None, false) => Some(names),
    })
}

fn title(node: Node<'_>) -> String {
    match xml::descendant(node, "rich") {
        Some(rich) => text::body(rich).as_str().to_owned(),
        None => points(node).into_values().collect::<Vec<_>>().join(" "),
    }
}

/// A row for each category, a column for each series.
fn grid(plot: Node<'_>, categories: &str) -> Result<Grid, ExtractError> {
    let series: Vec<Node<'_>> =
        xml::children(plot).flat_map(|kind| xml::children_named(kind, "ser")).take(MAX_SERIES).collect();
    let mut header = vec![RichText::from(categories)];
    let mut rows: BTreeMap<u32, Vec<RichText>> = BTreeMap::new();
    for (column, one) in series.iter().enumerate() {
        let part = |names: [&str; 2]| {
            let node = xml::children(*one).find(|node| names.contains(&xml::name(*node)));
            node.map(points).unwrap_or_default()
        };
        let name = xml::child(*one, "tx").map(points).unwrap_or_default().into_values().next();
        header.push(RichText::from(name.unwrap_or_default().as_str()));
        for (index, label) in part(["cat", "xVal"]) {
            let row = rows.entry(index).or_default();
            if row.is_empty() {
                row.push(RichText::from(label.as_str()));
            }
        }
        for (index, value) in part(["val", "yVal"]) {
            let row = rows.entry(index).or_default();
            if row.is_empty() {
                row.push(RichText::from((index + 1).to_string().as_str()));
            }
            row.resize(column + 1, RichText::default());
            row.push(RichText::from(value.as_str()));
        }
    }
    let mut grid = Grid::default();
    if !rows.is_empty() {
        grid.push_row(header)?;
        grid.set_header_rows(1);
    }
    for row in rows.into_values() {
        grid.push_row(row)?;
    }
    Ok(grid)
}

/// The cached values of a reference by their index; dates as dates.
fn points(node: Node<'_>) -> BTreeMap<u32, String> {
    let mut points = BTreeMap::new();
    let format = xml::descendant(node, "formatCode").map(xml::text_of).unwrap_or_default();
    // Categories of several levels are stored innermost level first.
    for point in node.descendants().filter(|inner| inner.is_element() && xml::name(*inner) == "pt") {
        let index = xml::attribute(point, "idx").and_then(|index| index.parse().ok()).unwrap_or(0u32);
        let Some(value) = xml::child(point, "v").map(xml::text_of) else { continue };
        if index >= MAX_CATEGORIES {
            continue;
        }
        let value = if is_date(&format) { date(&value).unwrap_or(value) } else { value };
        points
            .entry(index)
            .and_modify(|inner: &mut String| *inner = format!("{value} {inner}"))
            .or_insert(value);
    }
    if points.is_empty()
        && let Some(value) = xml::child(node, "v")
    {
        points.insert(0, xml::text_of(value));
    }
    points
}

/// Whether a number format writes dates.
fn is_date(format: &str) -> bool {
    let mut quoted = false;
    let plain: String = format
        .to_ascii_lowercase()
        .chars()
        .filter(|c| {
            quoted ^= *c == '"';
            !quoted
        })
        .collect();
    plain.contains('y') || (plain.contains('d') && plain.contains('m'))
}

/// The date of a day number, counted as spreadsheets do.
fn date(value: &str) -> Option<String> {
    let days = value.parse::<f64>().ok().filter(|days| (61.0..2_958_466.0).contains(days))? as i64;
    // Days since 0000-03-01, see "chrono-compatible low-level date algorithms" by Howard Hinnant.
    let days = days - 25_569 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::super::super::archive::tests::zipped;
    use super::*;

    #[test]
    fn a_chart_is_a_title_and_a_table() {
        let chart = "<chartSpace><chart><title><tx><rich><p><r><t>Sales</t></r></p></rich></tx></title><plotArea><barChart>\
            <ser><tx><strRef><strCache><pt idx='0'><v>North</v></pt></strCache></strRef></tx>\
            <cat><numRef><numCache><formatCode>yyyy\\-mm</formatCode><pt idx='0'><v>45413</v></pt><pt idx='1'><v>45444</v></pt></numCache></numRef></cat>\
            <val><numRef><numCache><formatCode>General</formatCode><pt idx='1'><v>2.5</v></pt></numCache></numRef></val></ser>\
            <ser><tx><v>South</v></tx><val><numLit><pt idx='0'><v>7</v></pt></numLit></val></ser></barChart>\
            <catAx><title><tx><rich><p><r><t>Month</t></r></p></rich></tx></title></catAx></plotArea></chart></chartSpace>";
        let bytes = zipped(&[("c.xml", chart)]);
        let mut package = Package::open(&bytes, "a test").unwrap();
        let mut builder = TextBuilder::new("text/plain", 1000);
        write(&mut package, "c.xml", &mut builder).unwrap();
        let text = builder.finish().unwrap().text;
        assert_eq!(text, "Sales\n\nMonth | North | South\n2024-05-01 | | 7\n2024-06-01 | 2.5");
    }

    #[test]
    fn day_numbers_are_dates() {
        for (days, expected) in [("61", "1900-03-01"), ("45351", "2024-02-29"), ("36526.5", "2000-01-01")] {
            assert_eq!(date(days).as_deref(), Some(expected));
        }
        assert_eq!(date("1e300"), None);
        assert!(!is_date("0.00\" mdy\""));
    }
}
