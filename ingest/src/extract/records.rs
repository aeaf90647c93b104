//! Records of names and values as tables, whatever format they come from.

use std::collections::HashMap;

use super::builder::TextBuilder;
use super::document::BlockKind;
use crate::error::ExtractError;

/// Most columns of a table; records of more fields are read one by one.
const MAX_COLUMNS: usize = 40;
/// A longer value is prose and fits into no row.
const MAX_VALUE_CHARS: usize = 300;

/// Names and values in order.
pub(crate) type Record = Vec<(String, String)>;

/// Adds records as a table whose header names the fields, unless they are too different or too long for one; says whether it
/// did.
///
/// # Errors
/// [`ExtractError::TooLarge`].
pub(crate) fn push_table(builder: &mut TextBuilder, records: &[Record]) -> Result<bool, ExtractError> {
    let Some(columns) = columns(records) else { return Ok(false) };
    builder.push_row(BlockKind::TableHeader, &columns, None)?;
    let index: HashMap<&str, usize> = columns.iter().zip(0..).map(|(name, i)| (name.as_str(), i)).collect();
    for record in records {
        let mut cells = vec![String::new(); columns.len()];
        for (name, value) in record {
            if let Some(cell) = index.get(name.as_str()).and_then(|&i| cells.get_mut(i)) {
                if !cell.is_empty() && !value.is_empty() {
                    cell.push_str(", ");
                }
                cell.push_str(value);
            }
        }
        builder.push_row(BlockKind::TableRow, &cells, None)?;
    }
    Ok(true)
}

/// The names of the fields when most records share most of them.
fn columns(records: &[Record]) -> Option<Vec<String>> {
    if records.len() < 2 {
        return None;
    }
    let (mut names, mut filled) = (HashMap::new(), 0usize);
    for (name, value) in records.iter().flatten() {
        let next = names.len();
        names.entry(name.as_str()).or_insert(next);
        filled += 1;
        if names.len() > MAX_COLUMNS
            || value.len() > MAX_VALUE_CHARS && value.chars().count() > MAX_VALUE_CHARS
        {
            return None;
        }
    }
    if filled * 2 < records.len() * names.len() || names.len() < 2 {
        return None;
    }
    let mut ordered: Vec<(&str, usize)> = names.into_iter().collect();
    ordered.sort_by_key(|(_, at)| *at);
    Some(ordered.into_iter().map(|(name, _)| name.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fields: &[(&str, &str)]) -> Record {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn table(records: &[Record]) -> Option<String> {
        let mut builder = TextBuilder::new("x", 10_000);
        push_table(&mut builder, records).unwrap().then(|| builder.finish().unwrap().text)
    }

    #[test]
    fn records_that_share_their_names_are_a_table() {
        let records = [record(&[("a", "1"), ("b", "2")]), record(&[("b", "3"), ("c", "4"), ("c", "5")])];
        assert_eq!(table(&records).as_deref(), Some("a | b | c\n1 | 2\n| 3 | 4, 5"));
        assert_eq!(table(&records[..1]), None);
        let different = [record(&[("a", "1")]), record(&[("b", "1")]), record(&[("c", "1")])];
        assert_eq!(table(&different), None);
        let prose = [record(&[("a", "1"), ("b", &"x".repeat(301))]), record(&[("a", "1"), ("b", "2")])];
        assert_eq!(table(&prose), None);
    }
}
