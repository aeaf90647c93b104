//! JSON, JSON lines and GeoJSON as text that a person can read and that still has the values of the file.

mod geo;
mod openapi;
mod value;
mod write;

use self::value::{Invalid, Value};
use self::write::{TITLES, TOP, Writer, label};
use super::builder::TextBuilder;
use super::charset::{self, Decoded};
use super::detect::Kind;
use super::document::{BlockKind, Extracted};
use super::records::push_table;
use super::{ContentLimits, plain};
use crate::error::ExtractError;

/// Bad lines that are named in a warning.
const MAX_NAMED_LINES: usize = 5;

/// Reads a JSON document; one that is none is read as source.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(bytes, None)?;
    let text = without_mark(&decoded.text);
    match Value::parse(text) {
        Ok(value) => {
            let mut builder = builder("application/json", &decoded, limits);
            write_document(&mut builder, &value)?;
            builder.finish()
        }
        Err(Invalid::Limit(error)) => Err(error),
        Err(Invalid::Syntax(reason)) => match Lines::parse(text)? {
            Some(lines) if lines.bad.is_empty() && lines.values.len() > 1 => {
                write_lines(&decoded, &lines, limits)
            }
            _ => as_source(bytes, &reason, limits),
        },
    }
}

/// Reads a file of one JSON value a line.
pub(crate) fn extract_lines(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(bytes, None)?;
    let text = without_mark(&decoded.text);
    match Lines::parse(text)? {
        Some(lines) => write_lines(&decoded, &lines, limits),
        None => extract(bytes, limits),
    }
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn builder(mime: &str, decoded: &Decoded, limits: &ContentLimits) -> TextBuilder {
    let mut builder = TextBuilder::new(mime, limits.max_text_bytes);
    builder.headings_name_parts();
    if let Some(warning) = &decoded.warning {
        builder.warn(warning.clone());
    }
    builder
}

fn as_source(bytes: &[u8], reason: &str, limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let mut doc = plain::extract(bytes, Kind::Code, "application/json", limits.max_text_bytes)?;
    doc.warnings.push(format!("read as source, it is no valid JSON: {reason}"));
    Ok(doc)
}

fn write_document(builder: &mut TextBuilder, value: &Value<'_>) -> Result<(), ExtractError> {
    let named =
        |value: &Value<'_>| value.get("title").or_else(|| value.get("name"))?.scalar().map(str::to_owned);
    let within = |key| value.get(key).and_then(named);
    if let Some(title) = named(value).or_else(|| within("info")).or_else(|| within("metadata")) {
        builder.title(&title);
    }
    let mut writer = Writer::new(builder);
    if let Some(feature) = geo::feature(value) {
        writer.value("", &feature, TOP)?;
    } else if let (Some("FeatureCollection"), Some(Value::Array(features))) =
        (value.get("type").and_then(Value::scalar), value.get("features"))
    {
        let features: Vec<Value<'_>> =
            features.iter().map(|f| geo::feature(f).unwrap_or_else(|| f.clone())).collect();
        writer.object("", &without(value, &["type", "features"]), TOP)?;
        writer.heading("features", TOP)?;
        writer.array("", &features.iter().collect::<Vec<_>>(), TOP + 1)?;
    } else if openapi::describes_interface(value) {
        writer.object("", &without(value, &["paths", "components", "definitions"]), TOP)?;
        if let Some(paths) = value.get("paths") {
            openapi::operations(&mut writer, paths)?;
        }
        for key in ["components", "definitions"] {
            if let Some(part) = value.get(key) {
                writer.object("", &[(key, part)], TOP)?;
            }
        }
    } else {
        writer.value("", value, TOP)?;
    }
    writer.finish()
}

/// The entries of an object but for those of some keys.
fn without<'v, 't>(value: &'v Value<'t>, keys: &[&str]) -> Vec<(&'v str, &'v Value<'t>)> {
    match value {
        Value::Object(entries) => {
            let kept = entries.iter().filter(|(key, _)| !keys.contains(&key.as_ref()));
            kept.map(|(key, value)| (key.as_ref(), value)).collect()
        }
        _ => Vec::new(),
    }
}

/// The values of a file of JSON lines.
struct Lines<'t> {
    values: Vec<Value<'t>>,
    /// Numbers and texts of the lines that are no JSON.
    bad: Vec<(usize, &'t str)>,
}

impl<'t> Lines<'t> {
    /// `None` when the first line is no JSON value.
    fn parse(text: &'t str) -> Result<Option<Self>, ExtractError> {
        let mut lines = Self { values: Vec::new(), bad: Vec::new() };
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match Value::parse(line) {
                Ok(value) => lines.values.push(value),
                Err(Invalid::Limit(error)) => return Err(error),
                Err(Invalid::Syntax(_)) if lines.values.is_empty() => return Ok(None),
                Err(Invalid::Syntax(_)) => lines.bad.push((number, line)),
            }
        }
        Ok((!lines.values.is_empty()).then_some(lines))
    }
}

fn write_lines(
    decoded: &Decoded,
    lines: &Lines<'_>,
    limits: &ContentLimits,
) -> Result<Extracted, ExtractError> {
    let mut builder = builder("application/x-ndjson", decoded, limits);
    if !lines.bad.is_empty() {
        let named: Vec<String> =
            lines.bad.iter().take(MAX_NAMED_LINES).map(|(number, _)| number.to_string()).collect();
        builder.warn(format!("{} lines are no valid JSON (lines {})", lines.bad.len(), named.join(", ")));
    }
    let features: Vec<Value<'_>> =
        lines.values.iter().map(|value| geo::feature(value).unwrap_or_else(|| value.clone())).collect();
    let mut writer = Writer::new(&mut builder);
    let records: Option<Vec<_>> = features.iter().map(|value| writer.record(value)).collect();
    let is_table = match records {
        Some(records) => push_table(writer.builder, &records)?,
        None => false,
    };
    for value in features.iter().filter(|_| !is_table) {
        if let Some(label) = label(value, &TITLES) {
            writer.heading(&label, TOP)?;
        }
        writer.value("", value, TOP + 1)?;
        writer.flush()?;
    }
    writer.finish()?;
    for (_, line) in &lines.bad {
        builder.push(BlockKind::Code, line)?;
    }
    builder.finish()
}

#[cfg(test)]
mod tests;
