//! JSON lines records: one document a line, `{"_id" or "id", "title"?, "text", "metadata"?, ...}`.

use std::io::BufRead;

use serde_json::{Map, Value};

use crate::error::ExtractError;
use crate::extract::{BlockKind, ContentLimits, Extracted, TextBuilder};

/// Longest line read unless said otherwise, in bytes.
pub const DEFAULT_MAX_LINE_BYTES: usize = 1 << 20;

/// One record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// `_id` or `id`; a number becomes its decimal text. Replacing a record needs it.
    pub id: String,
    /// `title`, unless blank.
    pub title: Option<String>,
    /// `text`, not blank.
    pub text: String,
    /// The object `metadata`, and every other field.
    pub metadata: Map<String, Value>,
}

/// Why a line is no record; the lines after it are read all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct RecordError {
    /// 1-based line number.
    pub line: u64,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// Streams the records of `input`; memory is bounded by `max_line_bytes`.
#[derive(Debug)]
pub struct Records<R> {
    input: R,
    line: u64,
    max_line_bytes: usize,
    done: bool,
}

impl<R: BufRead> Records<R> {
    /// Reads lines of up to `max_line_bytes`.
    pub fn new(input: R, max_line_bytes: usize) -> Self {
        Self { input, line: 0, max_line_bytes, done: false }
    }

    /// The next line without its end; `Ok(None)` at the end of the input.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, String> {
        let (mut line, mut too_long, mut any) = (Vec::new(), false, false);
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => {
                    self.done = true;
                    return Err(format!("the file cannot be read on: {e}"));
                }
            };
            if buffer.is_empty() {
                self.done = true;
                break;
            }
            any = true;
            let end = buffer.iter().position(|&b| b == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            too_long |= line.len() + part.len() > self.max_line_bytes;
            if !too_long {
                line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if too_long {
            return Err(format!("longer than {} bytes; split the record", self.max_line_bytes));
        }
        Ok(any.then_some(line))
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Record, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            self.line += 1;
            let result = match self.next_line() {
                Ok(None) => return None,
                Ok(Some(line)) if line.trim_ascii().is_empty() || line == b"\xef\xbb\xbf" => continue,
                Ok(Some(line)) => parse(&line),
                Err(reason) => Err(reason),
            };
            return Some(result.map_err(|reason| RecordError { line: self.line, reason }));
        }
        None
    }
}

fn parse(line: &[u8]) -> Result<Record, String> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let line =
        std::str::from_utf8(line).map_err(|e| format!("not UTF-8 from byte {} on", e.valid_up_to()))?;
    let value: Value = serde_json::from_str(line).map_err(|e| format!("not JSON: {e}"))?;
    let Value::Object(mut fields) = value else { return Err("not a JSON object".to_owned()) };
    let id = match fields.remove("_id").or_else(|| fields.remove("id")) {
        Some(Value::String(id)) if !id.trim().is_empty() => id,
        Some(Value::Number(id)) => id.to_string(),
        Some(_) => return Err("`_id` is not a non-empty string or a number".to_owned()),
        None => return Err("no `_id` or `id`; a record needs one to be replaced later".to_owned()),
    };
    let text = match fields.remove("text") {
        Some(Value::String(text)) if !text.trim().is_empty() => text,
        Some(Value::String(_)) => return Err(format!("record {id:?} has an empty `text`")),
        Some(_) => return Err(format!("the `text` of record {id:?} is not a string")),
        None => return Err(format!("record {id:?} has no `text`")),
    };
    let title = match fields.remove("title") {
        Some(Value::String(title)) => Some(title).filter(|t| !t.trim().is_empty()),
        None | Some(Value::Null) => None,
        Some(_) => return Err(format!("the `title` of record {id:?} is not a string")),
    };
    let mut metadata = match fields.remove("metadata") {
        Some(Value::Object(metadata)) => metadata,
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err(format!("the `metadata` of record {id:?} is not an object")),
    };
    for (key, value) in fields {
        metadata.entry(key).or_insert(value);
    }
    Ok(Record { id, title, text, metadata })
}

impl Record {
    /// The record as a document: paragraphs at blank lines, the title as given. Needs no worker: the text is already text.
    ///
    /// # Errors
    /// [`ExtractError::Empty`] when the text holds nothing but invisible characters, [`ExtractError::TooLarge`].
    pub fn into_extracted(self) -> Result<Extracted, ExtractError> {
        let mut builder = TextBuilder::new("application/json", ContentLimits::default().max_text_bytes);
        if let Some(title) = &self.title {
            builder.title(title);
        }
        let text = self.text.replace("\r\n", "\n");
        let mut paragraph = String::new();
        for line in text.split('\n').chain([""]) {
            if line.trim().is_empty() {
                builder.push(BlockKind::Paragraph, &paragraph)?;
                paragraph.clear();
            } else {
                paragraph.push_str(line);
                paragraph.push('\n');
            }
        }
        builder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Vec<Result<Record, RecordError>> {
        Records::new(std::io::BufReader::with_capacity(7, input), 200).collect()
    }

    #[test]
    fn fields_are_found_and_the_rest_is_metadata() {
        let lines = "{\"_id\":\"a\",\"title\":\"T\",\"text\":\"x\",\"lang\":\"ro\",\"metadata\":{\"k\":1}}\n\n{\"id\":7,\"text\":\"y\"}";
        let records: Vec<Record> = read(lines.as_bytes()).into_iter().map(Result::unwrap).collect();
        assert_eq!(
            (records[0].id.as_str(), records[0].title.as_deref(), records[0].text.as_str()),
            ("a", Some("T"), "x")
        );
        assert_eq!(Value::Object(records[0].metadata.clone()), serde_json::json!({"k": 1, "lang": "ro"}));
        assert_eq!((records[1].id.as_str(), records[1].title.as_deref()), ("7", None));
    }

    #[test]
    fn a_bad_line_does_not_stop_the_rest() {
        let mut input = b"{\"text\":\"x\"}\nnot json\n{\"_id\":\"b\",\"text\":\" \"}\n\xff\n[1]\n".to_vec();
        input.extend(format!("{{\"_id\":\"c\",\"text\":\"{}\"}}\n", "x".repeat(300)).bytes());
        input.extend(b"{\"_id\":\"d\",\"text\":\"fine\"}");
        let results = read(&input);
        let errors: Vec<(u64, &str)> = results
            .iter()
            .filter_map(|r| r.as_ref().err())
            .map(|e| (e.line, e.reason.split([':', ';']).next().unwrap()))
            .collect();
        assert_eq!(
            errors,
            [
                (1, "no `_id` or `id`"),
                (2, "not JSON"),
                (3, "record \"b\" has an empty `text`"),
                (4, "not UTF-8 from byte 0 on"),
                (5, "not a JSON object"),
                (6, "longer than 200 bytes")
            ]
        );
        assert_eq!(results.last().unwrap().as_ref().unwrap().id, "d");
    }

    #[test]
    fn a_record_becomes_a_document() {
        let record = Record {
            id: "a".into(),
            title: Some("Titlu".into()),
            text: "Unu\r\ndoi\n\ntrei".into(),
            metadata: Map::new(),
        };
        let doc = record.into_extracted().unwrap();
        doc.validate().unwrap();
        assert_eq!(
            (doc.title.as_deref(), doc.text.as_str(), doc.blocks.len()),
            (Some("Titlu"), "Unu\ndoi\n\ntrei", 2)
        );
    }
}
