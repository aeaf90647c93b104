//! TREC's text formats: run files (`query Q0 document rank score tag`) and judgments (`query iteration document grade`).
//!
//! Fields are separated by white space, as `get_trec_results.c` and `get_qrels.c` of trec_eval read them.

use std::io::{self, Write};

use crate::qrels::Qrels;
use crate::run::{Ranking, Run};

/// A line that is not in the format.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: expected `{expected}`, found `{found}`")]
pub struct ParseError {
    line: usize,
    expected: &'static str,
    found: String,
}

/// Writes a run, best document first, ranks from 1. Scores are written so that reading them back gives the same bits.
///
/// # Errors
/// `InvalidInput` when an id is empty or contains white space, which the format cannot hold; else what `out` returns.
pub fn write_run(run: &Run, tag: &str, mut out: impl Write) -> io::Result<()> {
    for (query_id, ranking) in run.iter() {
        for (index, document) in ranking.documents().iter().enumerate() {
            let (query_id, id) = (field(query_id)?, field(&document.id)?);
            writeln!(out, "{query_id} Q0 {id} {} {} {tag}", index + 1, document.score)?;
        }
    }
    Ok(())
}

fn field(id: &str) -> io::Result<&str> {
    if id.is_empty() || id.contains(char::is_whitespace) {
        let message =
            format!("the id `{id}` cannot be written to a TREC run: it is empty or has white space in it");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    Ok(id)
}

/// Reads a run. The stated ranks are ignored, as trec_eval ignores them.
///
/// # Errors
/// The first line that has not six fields or whose score is not a number.
pub fn parse_run(text: &str) -> Result<Run, ParseError> {
    const EXPECTED: &str = "query Q0 document rank score tag";
    let mut rows: Vec<(&str, &str, f32)> = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fail = || ParseError { line: index + 1, expected: EXPECTED, found: line.to_owned() };
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[query_id, _, document_id, _, score, _] = fields.as_slice() else {
            return Err(fail());
        };
        rows.push((query_id, document_id, score.parse().map_err(|_| fail())?));
    }
    rows.sort_by_key(|&(query_id, ..)| query_id);
    let by_query = rows.chunk_by(|a, b| a.0 == b.0);
    Ok(by_query
        .map(|rows| (rows[0].0, Ranking::new(rows.iter().map(|&(_, id, score)| (id, score)))))
        .collect())
}

/// Reads judgments.
///
/// # Errors
/// The first line that has not four fields or whose grade is not a whole number.
pub fn parse_qrels(text: &str) -> Result<Qrels, ParseError> {
    const EXPECTED: &str = "query iteration document grade";
    let mut qrels = Qrels::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fail = || ParseError { line: index + 1, expected: EXPECTED, found: line.to_owned() };
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[query_id, _, document_id, grade] = fields.as_slice() else {
            return Err(fail());
        };
        qrels.judge(query_id, document_id, grade.parse().map_err(|_| fail())?);
    }
    Ok(qrels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_run_reads_back_the_same() {
        let run: Run = [
            ("q2", Ranking::new([("a", 0.1_f32 + 0.2), ("b", 1.0e-30), ("c", -3.5)])),
            ("q1", Ranking::new([("x", 16_777_216.0), ("y", 1.0 / 3.0)])),
        ]
        .into_iter()
        .collect();
        let mut text = Vec::new();
        write_run(&run, "tag", &mut text).expect("written");
        let text = String::from_utf8(text).expect("utf-8");
        assert!(text.starts_with("q1 Q0 x 1 16777216 tag\nq1 Q0 y 2 0.33333334 tag\n"), "{text}");
        assert_eq!(parse_run(&text).expect("parsed"), run);
    }

    #[test]
    fn ids_the_format_cannot_hold_are_refused() {
        let run: Run = [("q", Ranking::new([("two words", 1.0)]))].into_iter().collect();
        let error = write_run(&run, "tag", Vec::new()).expect_err("refused");
        assert!(error.to_string().contains("`two words`"), "{error}");
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = parse_run("q Q0 d 1 0.5 t\nq Q0 d 2 high t\n").expect_err("refused");
        assert_eq!(
            error.to_string(),
            "line 2: expected `query Q0 document rank score tag`, found `q Q0 d 2 high t`"
        );
        assert!(parse_qrels("q 0 d\n").is_err());
        assert!(parse_qrels("q 0 d 1.5\n").is_err());
    }
}
