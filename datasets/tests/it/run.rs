//! TREC runs: reading, writing, and what is refused.

use std::path::Path;

use footnote_datasets::run::{Run, RunHit};
use proptest::prelude::*;

fn parse(text: &str) -> Result<Run, String> {
    Run::parse(text.as_bytes(), Path::new("x.run")).map_err(|error| error.to_string())
}

fn documents<'a>(run: &'a Run, query: &str) -> Vec<&'a str> {
    run.rankings[query].iter().map(|hit| hit.document.as_str()).collect()
}

#[test]
fn score_goes_before_rank_and_ties_go_by_document_descending() {
    let run =
        parse("q1 Q0 a 1 0.5 bm25\nq1\tQ0\tb\t2\t0.7\tbm25\n\nq1 Q0 c 3 0.5 bm25\nq0 Q0 a 1 -1e-3 bm25\r\n");
    let run = run.unwrap();
    assert_eq!(run.tag, "bm25");
    assert_eq!(documents(&run, "q1"), ["b", "c", "a"]);
    assert_eq!(run.rankings["q0"][0].score, -0.001);
}

#[test]
fn zero_and_minus_zero_tie() {
    let run = parse("q Q0 a 1 0 t\nq Q0 b 2 -0 t\n").unwrap();
    assert_eq!(documents(&run, "q"), ["b", "a"]);
}

#[test]
fn faults_name_file_and_line() {
    for (text, message) in [
        (
            "q Q0 a 1 0.5",
            "x.run:1: 5 columns, but a run line has six: query id, Q0, document id, rank, score, tag",
        ),
        ("q Q0 a 1 0.5 t\nq Q0 b 2 high t", "x.run:2: score \"high\" is not a finite number"),
        ("q Q0 a 1 NaN t", "x.run:1: score \"NaN\" is not a finite number"),
        ("q Q0 a 1 1 t\n\nq Q0 a 2 0 t", "x.run:3: duplicate id \"q\\ta\", first seen in line 1"),
    ] {
        assert_eq!(parse(text).unwrap_err(), message);
    }
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let with = |query: &str, document: &str, score: f64, tag: &str| Run {
        tag: tag.to_owned(),
        rankings: [(query.to_owned(), vec![RunHit { document: document.to_owned(), score }])].into(),
    };
    for (run, part) in [
        (with("q 1", "d", 1.0, "t"), "\"q 1\""),
        (with("q", "", 1.0, "t"), "\"\""),
        (with("q", "d", f64::NAN, "t"), "NaN"),
        (with("q", "d", 1.0, ""), "\"\""),
    ] {
        let error = run.write(Vec::new()).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_written_line_has_six_columns_and_ranks_from_one() {
    let run = parse("q Q0 a 9 0.25 my-tag\nq Q0 b 7 0.5 my-tag\n").unwrap();
    let mut out = Vec::new();
    run.write(&mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "q Q0 b 1 0.5 my-tag\nq Q0 a 2 0.25 my-tag\n");
}

proptest! {
    #[test]
    fn reading_gives_back_what_was_written(
        rankings in proptest::collection::btree_map(
            "[a-zA-Z0-9_.-]{1,8}",
            proptest::collection::btree_map("[a-z0-9ăł-]{1,6}", -1e9..1e9_f64, 1..20),
            0..8,
        )
    ) {
        let run = Run {
            tag: "t".to_owned(),
            rankings: rankings
                .into_iter()
                .map(|(query, hits)| {
                    let hits = hits.into_iter().map(|(document, score)| RunHit { document, score });
                    (query, hits.collect())
                })
                .collect(),
        };
        let mut first = Vec::new();
        run.write(&mut first).unwrap();
        let read = Run::parse(first.as_slice(), Path::new("x.run")).unwrap();
        let mut second = Vec::new();
        read.write(&mut second).unwrap();
        prop_assert_eq!(first, second);
        for (query, hits) in &run.rankings {
            let mut expected = hits.clone();
            expected.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.document.cmp(&a.document)));
            prop_assert_eq!(&read.rankings[query], &expected);
        }
    }
}
