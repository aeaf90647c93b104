//! Files of rows: values separated by commas, semicolons, tabs or bars.

mod dialect;
mod value;

use ::csv::{ByteRecord, ReaderBuilder};

use self::dialect::Dialect;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::Extracted;
use super::grid::{self, Grid};
use super::{ContentLimits, charset, plain};
use crate::error::ExtractError;

/// A quoted value of more lines than this is taken for an opening quote that nothing closes.
const MAX_LINES_OF_A_VALUE: usize = 200;
/// Rows of another length that are named in a warning.
const MAX_NAMED_ROWS: usize = 5;

/// Reads a file of rows; one whose lines are no rows is read as text.
pub(crate) fn extract(bytes: &[u8], name: &str, limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(bytes, None)?;
    let text = decoded.text.strip_prefix('\u{feff}').unwrap_or(&decoded.text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let Some(mut dialect) = Dialect::of(&text, name) else {
        return plain::extract(bytes, Kind::Text, "text/csv", limits.max_text_bytes);
    };
    let mime = if dialect.delimiter == b'\t' { "text/tab-separated-values" } else { "text/csv" };
    let mut builder = TextBuilder::new(mime, limits.max_text_bytes);
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    let mut read = Rows::read(&text, &dialect, limits.max_text_bytes)?;
    if dialect.quoted && read.longest_value > MAX_LINES_OF_A_VALUE {
        builder.warn("a quotation mark is never closed; quotation marks are read as characters");
        dialect.quoted = false;
        read = Rows::read(&text, &dialect, limits.max_text_bytes)?;
    }
    if let Some(warning) = read.uneven_rows() {
        builder.warn(warning);
    }
    grid::write(&mut builder, &read.grid)?;
    builder.finish()
}

/// The rows of a file and what was seen while reading them.
struct Rows {
    grid: Grid,
    /// Number and length of every row.
    lengths: Vec<(u32, usize)>,
    /// Lines of the value with the most of them.
    longest_value: usize,
}

impl Rows {
    fn read(text: &str, dialect: &Dialect, max_text_bytes: usize) -> Result<Self, ExtractError> {
        let mut rows = Self { grid: Grid::new(max_text_bytes), lengths: Vec::new(), longest_value: 0 };
        rows.grid.header_expected = true;
        let text = text.get(dialect.start..).unwrap_or_default();
        let mut reader = ReaderBuilder::new()
            .delimiter(dialect.delimiter)
            .quoting(dialect.quoted)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut record = ByteRecord::new();
        let mut number: u32 = 0;
        loop {
            // The reader skips blank lines, a spreadsheet shows them.
            let at = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            let blank = text.get(at..).unwrap_or_default().bytes().take_while(|&b| b == b'\n').count();
            if !reader
                .read_byte_record(&mut record)
                .map_err(|e| ExtractError::corrupt(Kind::Csv.what(), e))?
            {
                break;
            }
            number = number.saturating_add(u32::try_from(blank).unwrap_or(u32::MAX)).saturating_add(1);
            rows.push(number, &record)?;
        }
        rows.grid.finish();
        Ok(rows)
    }

    fn push(&mut self, number: u32, record: &ByteRecord) -> Result<(), ExtractError> {
        self.grid.start_row(number, false);
        for (column, value) in (1u32..).zip(record) {
            let text = String::from_utf8_lossy(value);
            self.longest_value = self.longest_value.max(value.iter().filter(|&&b| b == b'\n').count());
            self.grid.push(column, &text, value::kind(&text))?;
        }
        if !record.iter().all(<[u8]>::is_empty) {
            self.lengths.push((number, record.len()));
        }
        Ok(())
    }

    /// A warning about rows that have more or fewer values than the first row of the table.
    fn uneven_rows(&self) -> Option<String> {
        let table = self.lengths.iter().skip_while(|(_, len)| *len < 2);
        let expected = table.clone().next()?.1;
        let odd: Vec<u32> = table.filter(|(_, len)| *len != expected).map(|(number, _)| *number).collect();
        let named: Vec<String> = odd.iter().take(MAX_NAMED_ROWS).map(u32::to_string).collect();
        let more = if odd.len() > named.len() { ", …" } else { "" };
        (!odd.is_empty()).then(|| {
            let (count, named) = (odd.len(), named.join(", "));
            format!(
                "{count} rows have more or fewer values than the first row's {expected} (rows {named}{more})"
            )
        })
    }
}

#[cfg(test)]
mod tests;
