//! The metrics against trec_eval itself: `golden/make.py` wrote invented runs, judgments and what trec_eval says of them,
//! `golden/real/make.py` the same for parts of runs over public sets.

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

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
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
    check_in(&folder(), case);
}

fn check_in(folder: &Path, case: &str) {
    let file = |extension: &str| folder.join(format!("{case}.{extension}"));
    let qrels = qrels(&read(&file("qrels")));
    let run = Run::from(trec::Run::read(&file("run")).expect("run"));
    let expected: Expected = serde_json::from_str(&read(&file("json"))).expect("expected values");
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

/// What makes trec_eval's details matter: ties, queries on one side only, grades.
#[derive(Default)]
struct Awkward {
    ties: usize,
    missing: usize,
    unjudged: usize,
    graded: usize,
}

fn awkward(folder: &Path, case: &str) -> Awkward {
    let qrels = qrels(&read(&folder.join(format!("{case}.qrels"))));
    let run = Run::from(trec::Run::read(&folder.join(format!("{case}.run"))).expect("run"));
    let mut found = Awkward::default();
    for (query, ranking) in run.iter() {
        found.ties += ranking.documents().windows(2).filter(|pair| pair[0].score == pair[1].score).count();
        found.unjudged += usize::from(qrels.get(query).is_none());
    }
    found.missing = qrels.iter().filter(|(query, _)| run.get(query).is_none()).count();
    found.graded = qrels.iter().flat_map(|(_, judged)| judged.iter()).filter(|(_, grade)| *grade > 1).count();
    found
}

fn cases(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("folder").map(|file| file.expect("file").path());
    let runs = files.filter(|path| path.extension().is_some_and(|extension| extension == "run"));
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut cases: Vec<String> = runs.filter_map(stem).collect();
    cases.sort();
    cases
}

#[test]
fn parts_of_real_runs() {
    let folder = folder().join("real");
    let cases = cases(&folder);
    assert!(cases.len() >= 8, "{cases:?}");
    let mut total = Awkward::default();
    for case in &cases {
        check_in(&folder, case);
        let found = awkward(&folder, case);
        assert!(found.missing > 0 && found.unjudged > 0, "{case} leaves no query out");
        total.ties += found.ties;
        total.graded += found.graded;
    }
    assert!(total.ties > 3000 && total.graded > 60, "{} ties, {} grades above 1", total.ties, total.graded);
}

/// `golden/real/make.py FOLDER` writes whole runs, which are too large to keep.
#[test]
fn whole_real_runs() {
    let Some(folder) = std::env::var_os("FOOTNOTE_GOLDEN").map(PathBuf::from) else {
        println!("skipped: whole runs of 7 public sets, FOOTNOTE_GOLDEN is not set");
        return;
    };
    let cases = cases(&folder);
    assert!(!cases.is_empty(), "no run in {}", folder.display());
    for case in &cases {
        check_in(&folder, case);
    }
}
