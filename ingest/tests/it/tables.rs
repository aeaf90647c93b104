//! Rows of the tables in the real files, each with the names of its columns: `table_rows.tsv` holds a file and the values of one of
//! its rows, `name of the column=value`, read with other tools.

use std::collections::BTreeMap;

use footnote_ingest::chunk::{ChunkerConfig, TokenCounter, chunk};
use footnote_ingest::{BlockKind, Extracted};

use crate::documents::{Quarters, extract, folder};

const ROWS: &str = include_str!("table_rows.tsv");

/// The cells of a row as they are written.
fn cells(row: &str) -> Vec<&str> {
    row.split('|').map(str::trim).collect()
}

/// The rows of the tables of a document, each with its header, as indices of blocks.
fn rows(doc: &Extracted) -> Vec<(usize, usize)> {
    let (mut header, mut rows) = (None, Vec::new());
    for (at, block) in doc.blocks.iter().enumerate() {
        match block.kind {
            BlockKind::TableHeader => header = Some(at),
            BlockKind::TableRow => rows.extend(header.map(|header| (header, at))),
            _ => header = None,
        }
    }
    rows
}

#[test]
fn a_row_stands_whole_under_the_names_of_its_columns() {
    let Some(folder) = folder("rows of the tables in 11 documents") else { return };
    let mut by_file: BTreeMap<&str, Vec<Vec<(&str, &str)>>> = BTreeMap::new();
    for line in ROWS.lines() {
        let (file, values) = line.split_once('\t').unwrap();
        by_file
            .entry(file)
            .or_default()
            .push(values.split('\t').map(|value| value.split_once('=').unwrap()).collect());
    }
    // Small enough that the longer tables are cut.
    let cfg = ChunkerConfig { target_tokens: 60, max_tokens: 120, ..ChunkerConfig::default() };
    let mut wrong = Vec::new();
    for (file, expected) in by_file {
        let doc = extract(file, &folder).unwrap_or_else(|error| panic!("{file}: {error}"));
        let text = |block: usize| &doc.text[doc.blocks[block].span.clone()];
        let rows = rows(&doc);
        let chunks = chunk(&doc, &cfg, &Quarters);
        for values in expected {
            let matches = |(header, row): &&(usize, usize)| {
                let (names, cells) = (cells(text(*header)), cells(text(*row)));
                values.iter().all(|(name, value)| {
                    let mut columns = names.iter().zip(&cells);
                    columns.any(|(n, cell)| n == name && cell == value)
                })
            };
            let Some((header, row)) = rows.iter().find(matches) else {
                wrong.push(format!("{file}: no row has {values:?}"));
                continue;
            };
            // Whoever finds the row reads it with its header, or as much of that as fits beside it.
            let (header, row) = (doc.blocks[*header].span.clone(), doc.blocks[*row].span.clone());
            let holder = chunks.iter().find(|chunk| chunk.span.contains(&row.start)).unwrap();
            let inside = holder.span.start <= header.start;
            let above = holder.heading_path.last().is_some_and(|last| {
                doc.text[header.clone()].starts_with(last.as_str()) && Quarters.count(last) > 0
            });
            if !inside && !above {
                wrong.push(format!("{file}: {values:?} is read without its header"));
            }
            if holder.span.end < row.end && Quarters.count(&doc.text[row.clone()]) <= 60 {
                wrong.push(format!("{file}: {values:?} is cut"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
