//! Relevance judgements, in BEIR's three columns or TREC's four.

use std::path::Path;

use super::Qrels;
use crate::DatasetError;
use crate::lines::{LineFault, SeenIds, for_each_line, open};

/// Reads the judgements of `path`; a header is accepted as the first line.
pub(super) fn read(path: &Path) -> Result<Qrels, DatasetError> {
    let mut qrels = Qrels::new();
    let mut seen = SeenIds::default();
    let mut first = true;
    for_each_line(open(path)?, path, |number, line| {
        let (query, document, score) = columns(line)?;
        let header = std::mem::take(&mut first) && is_header(score);
        if header {
            return Ok(());
        }
        let score: i32 =
            score.parse().map_err(|_| LineFault::Wrong(format!("score {score:?} is not a whole number")))?;
        if query.is_empty() || document.is_empty() {
            return Err(LineFault::Wrong("an id is empty".to_owned()));
        }
        seen.note(&format!("{query}\t{document}"), number)?;
        qrels.entry(query.to_owned()).or_default().insert(document.to_owned(), score);
        Ok(())
    })?;
    Ok(qrels)
}

/// Query id, document id and score of a line.
fn columns(line: &str) -> Result<(&str, &str, &str), LineFault> {
    // ids of BEIR sets may hold spaces, so tabs go first
    let columns: Vec<&str> = if line.contains('\t') {
        line.split('\t').map(str::trim).collect()
    } else {
        line.split_ascii_whitespace().collect()
    };
    match columns.as_slice() {
        &[query, document, score] | &[query, _, document, score] => Ok((query, document, score)),
        _ => Err(LineFault::Wrong(format!(
            "{} columns, but a judgement has three: query id, document id, score",
            columns.len()
        ))),
    }
}

/// A header names its last column by a word; a malformed score such as `1.5` is no header.
fn is_header(score: &str) -> bool {
    score.starts_with(|c: char| c.is_ascii_alphabetic())
}
