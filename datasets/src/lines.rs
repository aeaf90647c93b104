//! Line-wise reading which keeps the line number for error messages.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::DatasetError;

/// Opens `path` for reading.
pub(crate) fn open(path: &Path) -> Result<BufReader<File>, DatasetError> {
    match File::open(path) {
        Ok(file) => Ok(BufReader::new(file)),
        Err(source) => Err(DatasetError::Read { path: path.to_owned(), source }),
    }
}

/// Hands every line that is not blank to `each`, with its number counted from 1. A byte order mark
/// and the line's end are taken off. `path` is used for messages only. What `each` returns as
/// `Err(what)` becomes [`DatasetError::Line`].
pub(crate) fn for_each_line(
    reader: impl BufRead,
    path: &Path,
    mut each: impl FnMut(usize, &str) -> Result<(), LineFault>,
) -> Result<(), DatasetError> {
    for (index, line) in reader.lines().enumerate() {
        let line = line.map_err(|source| DatasetError::Read { path: path.to_owned(), source })?;
        let text = line.strip_prefix('\u{feff}').unwrap_or(&line);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.trim().is_empty() {
            continue;
        }
        each(index + 1, text).map_err(|fault| fault.at(path, index + 1))?;
    }
    Ok(())
}

/// What is wrong with a line, before the file and the line number are known.
#[derive(Debug)]
pub(crate) enum LineFault {
    /// Anything but a repeated id.
    Wrong(String),
    /// An id seen before.
    Duplicate {
        /// The id.
        id: String,
        /// Where it was seen, counted from 1.
        first_line: usize,
    },
}

impl LineFault {
    fn at(self, path: &Path, line: usize) -> DatasetError {
        let path = path.to_owned();
        match self {
            Self::Wrong(what) => DatasetError::Line { path, line, what },
            Self::Duplicate { id, first_line } => DatasetError::Duplicate { path, line, id, first_line },
        }
    }
}

/// Remembers in which line each id came first.
#[derive(Debug, Default)]
pub(crate) struct SeenIds(HashMap<String, usize>);

impl SeenIds {
    /// Notes `id`; refuses one that was noted before.
    pub(crate) fn note(&mut self, id: &str, line: usize) -> Result<(), LineFault> {
        match self.0.insert(id.to_owned(), line) {
            None => Ok(()),
            Some(first_line) => Err(LineFault::Duplicate { id: id.to_owned(), first_line }),
        }
    }
}
