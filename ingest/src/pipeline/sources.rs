//! What can be handed to a run.

use serde_json::{Map, Value, json};

use crate::error::ExtractError;
use crate::extract::Extracted;
use crate::records::{Record, Records};

/// Media type of one JSONL record kept as an original: its line, so that it can be read again.
pub const RECORD_MIME: &str = "application/vnd.footnote.record+json";

/// One document to ingest, with its bytes.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Identity inside the client.
    pub uri: String,
    /// File name or the like, a hint for telling the format.
    pub name: String,
    /// Title that wins over an extracted one.
    pub title: Option<String>,
    /// Media type, a hint.
    pub mime: Option<String>,
    /// The caller's keys.
    pub metadata: Map<String, Value>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Source {
    /// A record of a JSONL file at `file_uri`. Its line is the original.
    pub fn record(file_uri: &str, record: Record) -> Self {
        let line = json!({ "_id": record.id, "title": record.title, "text": record.text, "metadata": record.metadata });
        Self {
            uri: format!("{file_uri}#{}", record.id),
            name: record.id,
            title: record.title,
            mime: Some(RECORD_MIME.to_owned()),
            metadata: record.metadata,
            bytes: line.to_string().into_bytes(),
        }
    }

    /// Bytes under a uri, everything else told from them.
    pub fn new(uri: impl Into<String>, bytes: Vec<u8>) -> Self {
        let uri = uri.into();
        let name = name_of(&uri).to_owned();
        Self { uri, name, bytes, ..Self::default() }
    }
}

/// Reads back the original of [`Source::record`].
pub(crate) fn extract_record(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let corrupt = |reason: String| ExtractError::Corrupt { what: "a record".to_owned(), reason };
    // The line was read under its own limit; escapes may have made it longer.
    match Records::new(bytes, usize::MAX).next() {
        Some(Ok(record)) => record.into_extracted(),
        Some(Err(error)) => Err(corrupt(error.to_string())),
        None => Err(corrupt("it is empty".to_owned())),
    }
}

/// The part of a uri that tells a format: the last path segment, without query or fragment.
pub(crate) fn name_of(uri: &str) -> &str {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_being_stored() {
        let line = br#"{"id": 7, "title": "T", "text": "Zdanie pierwsze.\n\nA doua.", "lang": "pl"}"#;
        let record = Records::new(&line[..], 1000).next().expect("one").expect("good");
        let source = Source::record("file:///a.jsonl", record.clone());
        assert_eq!(
            (source.uri.as_str(), source.metadata["lang"].as_str()),
            ("file:///a.jsonl#7", Some("pl"))
        );
        let back = extract_record(&source.bytes).expect("extracted");
        assert_eq!(back.text, record.into_extracted().expect("extracted").text);
    }

    #[test]
    fn the_name_is_the_last_segment() {
        for (uri, name) in [
            ("https://a.example/x/b.html?v=1#top", "b.html"),
            ("file:///docs/c.pdf", "c.pdf"),
            ("note", "note"),
        ] {
            assert_eq!(name_of(uri), name);
        }
    }
}
