//! The metrics against trec_eval itself: `golden/make.py` wrote runs, judgments and what trec_eval says of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use footnote_datasets::run as trec;
use footnote_evals::metrics::{Metric, mean};
use footnote_evals::qrels::Qrels;
use footnote_evals::run::Run;
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Expected {
    mean: BTreeMap<String, f64>,
    queries: BTreeMap<String, BTreeMap<String, f64>>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden")
}

fn read(name: &str) -> String {
    let path = folder().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// TREC's four columns: query, iteration, document, grade.
fn qrels(text: &str) -> Qrels {
    let judgment = |line: &str| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        &[query, _, document, grade] => {
            (query.to_owned(), document.to_owned(), grade.parse::<i32>().expect("a whole grade"))
        }
        _ => panic!("not four columns: {line}"),
    };
    text.lines().map(judgment).collect()
}

fn check(case: &str) {
    let qrels = qrels(&read(&format!("{case}.qrels")));
    let run = Run::from(trec::Run::read(&folder().join(format!("{case}.run"))).expect("run"));
    let expected: Expected = serde_json::from_str(&read(&format!("{case}.json"))).expect("expected values");
    assert_eq!(expected.mean.len(), 12, "{case}: a metric is missing from the golden file");
    assert_eq!(expected.queries.len(), qrels.len(), "{case}: a query is missing from the golden file");
    for (name, &value) in &expected.mean {
        let metric: Metric = name.parse().expect("metric name");
        let ours = mean(metric, &run, &qrels);
        assert!((ours - value).abs() < TOLERANCE, "{case}: mean {name} is {ours}, trec_eval says {value}");
    }
    for (query, values) in &expected.queries {
        let judgments = qrels.get(query).expect("judged");
        let ranking = run.get(query).cloned().unwrap_or_default();
        for (name, &value) in values {
            let ours = name.parse::<Metric>().expect("metric name").of(&ranking, judgments);
            assert!(
                (ours - value).abs() < TOLERANCE,
                "{case}: {query} {name} is {ours}, trec_eval says {value}"
            );
        }
    }
}

#[test]
fn graded_judgments() {
    check("graded");
}

#[test]
fn tied_scores() {
    check("ties");
}

#[test]
fn missing_queries_and_short_rankings() {
    check("gaps");
}

#[test]
fn negative_grades_and_queries_with_nothing_relevant() {
    check("odd");
}
