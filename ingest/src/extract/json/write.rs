//! Objects and arrays as headings, tables and lines of `key: value`.

use super::geo::geometry;
use super::value::Value;
use crate::error::ExtractError;
use crate::extract::builder::TextBuilder;
use crate::extract::document::BlockKind;
use crate::extract::records::{Record, push_table};

/// Level of the headings of top-level keys.
pub(super) const TOP: u8 = 2;
/// Deepest level of headings; what lies deeper has its path in front.
const DEEPEST: u8 = 4;
/// Lines of one paragraph.
const MAX_LINES: usize = 25;
/// A longer text is a paragraph of its own.
const MAX_LINE_CHARS: usize = 200;
/// Longest text that stands for an element of an array as its heading.
const MAX_LABEL_CHARS: usize = 120;
/// Arrays of more numbers than this are cut: nobody reads them.
const MAX_NUMBERS: usize = 100;
/// An object of no more lines than this needs no heading of its own.
const MAX_SMALL: usize = 4;
/// Keys whose value is the title of an object.
pub(super) const TITLES: [&str; 3] = ["title", "name", "label"];
/// Keys whose value names an object.
const LABELS: [&str; 6] = ["title", "name", "label", "id", "_id", "key"];

/// Adds values to the text of a document.
pub(super) struct Writer<'b> {
    /// The document.
    pub(super) builder: &'b mut TextBuilder,
    lines: Vec<String>,
    cut: usize,
}

impl<'b> Writer<'b> {
    /// Adds to `builder`.
    pub(super) fn new(builder: &'b mut TextBuilder) -> Self {
        Self { builder, lines: Vec::new(), cut: 0 }
    }

    /// Adds the last lines and says what was cut.
    pub(super) fn finish(mut self) -> Result<(), ExtractError> {
        self.flush()?;
        if self.cut > 0 {
            self.builder.warn(format!("{} long lists of numbers are cut", self.cut));
        }
        Ok(())
    }

    /// Adds any value; `name` is what it is called from the heading above it, blank for the whole document.
    pub(super) fn value(&mut self, name: &str, value: &Value<'_>, level: u8) -> Result<(), ExtractError> {
        if let Some(text) = self.inline(value) {
            return self.line(name, &text);
        }
        match value {
            Value::Object(entries) => {
                let entries: Vec<_> = entries.iter().map(|(key, value)| (key.as_ref(), value)).collect();
                self.object(name, &entries, level)
            }
            Value::Array(values) => {
                let values: Vec<&Value<'_>> = values.iter().collect();
                self.array(name, &values, level)
            }
            _ => Ok(()),
        }
    }

    /// Adds the entries of an object: its own values first, then what has a heading of its own.
    pub(super) fn object(
        &mut self,
        name: &str,
        entries: &[(&str, &Value<'_>)],
        level: u8,
    ) -> Result<(), ExtractError> {
        let mut parts = Vec::new();
        for (key, value) in entries {
            let path = path(name, key);
            match self.inline(value) {
                Some(text) => self.line(&path, &text)?,
                None if level > DEEPEST || level > TOP && lines_of(value) <= MAX_SMALL => {
                    self.value(&path, value, DEEPEST + 1)?;
                }
                None => parts.push((path, value)),
            }
        }
        for (path, value) in parts {
            self.heading(&path, level)?;
            self.value("", value, level.saturating_add(1))?;
        }
        Ok(())
    }

    /// Adds the elements of an array as a table, a list, or one by one.
    pub(super) fn array(&mut self, name: &str, values: &[&Value<'_>], level: u8) -> Result<(), ExtractError> {
        self.flush()?;
        let records: Option<Vec<Record>> = values.iter().map(|value| self.record(value)).collect();
        if let Some(records) = records
            && push_table(self.builder, &records)?
        {
            return Ok(());
        }
        if let ([value @ Value::Object(_)], true) = (values, name.is_empty()) {
            return self.value(name, value, level);
        }
        if let Some(rows) = self.matrix(values) {
            return self.rows(&rows);
        }
        for (i, value) in values.iter().enumerate() {
            match (self.inline(value), value) {
                (Some(text), _) => {
                    self.flush()?;
                    self.builder.push(BlockKind::ListItem, &format!("- {text}"))?;
                }
                (None, Value::Object(_)) if level <= DEEPEST => {
                    match label(value, &LABELS) {
                        Some(label) => self.heading(&label, level)?,
                        None => self.flush()?,
                    }
                    self.value("", value, level + 1)?;
                }
                _ => self.value(&format!("{name}[{i}]"), value, level.saturating_add(1))?,
            }
        }
        self.flush()
    }

    /// Starts a part of the document.
    pub(super) fn heading(&mut self, text: &str, level: u8) -> Result<(), ExtractError> {
        self.flush()?;
        self.builder.push(BlockKind::Heading(level.clamp(1, 6)), text)
    }

    /// Adds `name: text`; long texts and those of several lines are paragraphs.
    fn line(&mut self, name: &str, text: &str) -> Result<(), ExtractError> {
        let line = if name.is_empty() { text.to_owned() } else { format!("{name}: {text}") };
        if text.contains('\n') || text.len() > MAX_LINE_CHARS {
            self.flush()?;
            return self.builder.push(BlockKind::Paragraph, &line);
        }
        self.lines.push(line);
        if self.lines.len() >= MAX_LINES { self.flush() } else { Ok(()) }
    }

    /// Ends the paragraph of lines.
    pub(super) fn flush(&mut self) -> Result<(), ExtractError> {
        let lines = std::mem::take(&mut self.lines);
        self.builder.push(BlockKind::Paragraph, &lines.join("\n"))
    }

    /// What stands on one line: a scalar, a list of short ones, the gist of a geometry.
    fn inline(&mut self, value: &Value<'_>) -> Option<String> {
        match value {
            Value::Array(values) => {
                let mut texts: Vec<&str> = values.iter().map(Value::scalar).collect::<Option<_>>()?;
                if texts.iter().any(|text| text.contains('\n') || text.chars().count() > MAX_LABEL_CHARS) {
                    return None;
                }
                let (all, numbers) =
                    (texts.len(), values.iter().all(|value| matches!(value, Value::Bare(_))));
                if numbers && all > MAX_NUMBERS {
                    texts.truncate(MAX_NUMBERS / 10);
                    self.cut += 1;
                    return Some(format!("{}, … ({all} numbers)", texts.join(", ")));
                }
                Some(if all == 0 { "[]".to_owned() } else { texts.join(", ") })
            }
            Value::Object(entries) if entries.is_empty() => Some("{}".to_owned()),
            Value::Object(_) => geometry(value),
            scalar => scalar.scalar().map(str::to_owned),
        }
    }

    /// The fields of an object that has no lists of objects in it; those of an inner object have its name in front.
    pub(super) fn record(&mut self, value: &Value<'_>) -> Option<Record> {
        let Value::Object(entries) = value else { return None };
        let mut record = Record::new();
        for (key, value) in entries {
            match (value, self.inline(value)) {
                (Value::Null, _) => record.push((key.to_string(), String::new())),
                (_, Some(text)) => record.push((key.to_string(), text)),
                (Value::Object(inner), None) => {
                    for (inner, value) in inner {
                        let text = if *value == Value::Null { String::new() } else { self.inline(value)? };
                        record.push((format!("{key}.{inner}"), text));
                    }
                }
                _ => return None,
            }
        }
        Some(record)
    }

    /// The cells of an array of arrays of scalars.
    fn matrix(&self, values: &[&Value<'_>]) -> Option<Vec<Vec<String>>> {
        let row = |value: &&Value<'_>| match value {
            Value::Array(cells) => {
                cells.iter().map(|cell| cell.scalar().map(str::to_owned)).collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        let rows: Vec<Vec<String>> = values.iter().map(row).collect::<Option<_>>()?;
        (rows.len() > 1 && rows.iter().all(|row| row.len() < MAX_NUMBERS)).then_some(rows)
    }

    /// Adds rows; a first one of words above numbers names the columns.
    fn rows(&mut self, rows: &[Vec<String>]) -> Result<(), ExtractError> {
        let number = |text: &String| text.parse::<f64>().is_ok();
        let words = rows.first().is_some_and(|row| !row.iter().any(number));
        let header = words && rows.iter().skip(1).any(|row| row.iter().any(number));
        for (i, row) in rows.iter().enumerate() {
            let kind = if i == 0 && header { BlockKind::TableHeader } else { BlockKind::TableRow };
            self.builder.push_row(kind, row, None)?;
        }
        Ok(())
    }
}

fn path(name: &str, key: &str) -> String {
    if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") }
}

/// What an object calls itself by one of the keys.
pub(super) fn label(value: &Value<'_>, keys: &[&str]) -> Option<String> {
    let text = keys.iter().find_map(|key| value.get(key)?.scalar().filter(|text| !text.trim().is_empty()))?;
    (text != "null" && text.chars().count() <= MAX_LABEL_CHARS).then(|| text.to_owned())
}

/// How many lines a value takes at least, as far as it matters.
fn lines_of(value: &Value<'_>) -> usize {
    match value {
        Value::Object(entries) => entries.iter().map(|(_, value)| lines_of(value)).sum(),
        Value::Array(values) if values.iter().any(|value| value.scalar().is_none()) => MAX_SMALL + 1,
        Value::String(text) if text.contains('\n') => MAX_SMALL + 1,
        _ => 1,
    }
}
