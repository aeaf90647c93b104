//! One JSON object a line.

use std::path::Path;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use super::{Document, Query, UnanswerableQuery};
use crate::DatasetError;
use crate::lines::{LineFault, SeenIds, for_each_line, open};

/// A record with an id that is unique in its file.
pub(super) trait Record: DeserializeOwned {
    fn id(&self) -> &str;
}

impl Record for Document {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for Query {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for UnanswerableQuery {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Reads all records of `path`, in order.
pub(super) fn read<R: Record>(path: &Path) -> Result<Vec<R>, DatasetError> {
    let mut records = Vec::new();
    let mut seen = SeenIds::default();
    for_each_line(open(path)?, path, |number, line| {
        let record: R = serde_json::from_str(line).map_err(|error| LineFault::Wrong(plain(&error)))?;
        if record.id().is_empty() {
            return Err(LineFault::Wrong("the _id is empty".to_owned()));
        }
        seen.note(record.id(), number)?;
        records.push(record);
        Ok(())
    })?;
    Ok(records)
}

/// `null` where a string or list is expected means none of it: exporters write both.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The parser's message with the column only: its line is always 1 and would contradict ours.
fn plain(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.split_once(" at line 1 column ") {
        Some((what, column)) => format!("{what} (column {column})"),
        None => message,
    }
}
