//! TREC run files: what a system retrieved, one line a hit, `qid Q0 docid rank score tag`.
//!
//! As in `trec_eval`, the rank column is not believed: hits are ordered by score, and equal scores
//! by document id, both descending.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

use crate::DatasetError;
use crate::lines::{LineFault, SeenIds, for_each_line, open};

/// One retrieved document of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct RunHit {
    /// The document's id in the corpus.
    pub document: String,
    /// The system's score, finite; a higher one is better. No scale is implied.
    pub score: f64,
}

/// A system's rankings, by query id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    /// The system's name, the last column of the file; empty for a file without lines.
    pub tag: String,
    /// Query id to hits, best first.
    pub rankings: BTreeMap<String, Vec<RunHit>>,
}

impl Run {
    /// Reads the run file at `path`.
    ///
    /// # Errors
    /// As [`Run::parse`], and when the file cannot be opened.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        Self::parse(open(path)?, path)
    }

    /// Reads a run from `reader`; `path` is used in messages only.
    ///
    /// # Errors
    /// When a line has not six columns, a score is not a finite number, or a query names a
    /// document twice.
    pub fn parse(reader: impl BufRead, path: &Path) -> Result<Self, DatasetError> {
        let mut run = Self::default();
        let mut seen = SeenIds::default();
        for_each_line(reader, path, |number, line| {
            let columns: Vec<&str> = line.split_ascii_whitespace().collect();
            let &[query, _, document, _, score, tag] = columns.as_slice() else {
                return Err(LineFault::Wrong(format!(
                    "{} columns, but a run line has six: query id, Q0, document id, rank, score, tag",
                    columns.len()
                )));
            };
            let score = finite(score)?;
            seen.note(&format!("{query}\t{document}"), number)?;
            if run.tag.is_empty() {
                tag.clone_into(&mut run.tag);
            }
            run.rankings
                .entry(query.to_owned())
                .or_default()
                .push(RunHit { document: document.to_owned(), score });
            Ok(())
        })?;
        for hits in run.rankings.values_mut() {
            sort_as_trec_eval(hits);
        }
        Ok(run)
    }

    /// Writes the run with ranks counted from 1, hits in `trec_eval`'s order, queries by id.
    ///
    /// # Errors
    /// `InvalidInput` when an id or the tag is empty or has white space in it or a score is not
    /// finite, as the line could not be read back; otherwise what `out` reports.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        for (query, hits) in &self.rankings {
            let mut hits = hits.clone();
            sort_as_trec_eval(&mut hits);
            for (index, hit) in hits.iter().enumerate() {
                for column in [query, &hit.document, &self.tag] {
                    writable(column)?;
                }
                if !hit.score.is_finite() {
                    return Err(invalid(format!(
                        "score {} of document {:?} is not finite",
                        hit.score, hit.document
                    )));
                }
                let (document, rank, score, tag) = (&hit.document, index + 1, hit.score, &self.tag);
                writeln!(out, "{query} Q0 {document} {rank} {score} {tag}")?;
            }
        }
        out.flush()
    }
}

fn sort_as_trec_eval(hits: &mut [RunHit]) {
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.document.cmp(&a.document)));
}

fn finite(column: &str) -> Result<f64, LineFault> {
    match column.parse::<f64>() {
        // adding zero turns -0 into 0, so that the two tie as they do in trec_eval
        Ok(score) if score.is_finite() => Ok(score + 0.0),
        Ok(_) | Err(_) => Err(LineFault::Wrong(format!("score {column:?} is not a finite number"))),
    }
}

fn writable(column: &str) -> io::Result<()> {
    if column.is_empty() || column.contains(char::is_whitespace) {
        return Err(invalid(format!(
            "{column:?} cannot be a column of a run file: it is empty or has white space in it"
        )));
    }
    Ok(())
}

fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}
