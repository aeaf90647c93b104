//! Quick measurements of public sets, where the environment names a folder that has them. The full ones are the gates.

use std::path::PathBuf;

use footnote_ingest::language::detect_among;
use serde_json::Value;

use crate::program::{run, stdout, text};

fn measured(set: &str, more: &[&str]) -> Option<Value> {
    let Some(data) = std::env::var_os("FOOTNOTE_TESTDATA").map(PathBuf::from) else {
        println!("skipped: 1 test on {set}, FOOTNOTE_TESTDATA is not set");
        return None;
    };
    let dataset = data.join("datasets").join(set);
    let arguments = [&["retrieval", "--json", "--dataset", text(&dataset)], more].concat();
    Some(serde_json::from_str(&stdout(&run(&arguments))).expect("one JSON object"))
}

#[test]
fn the_text_leg_on_nfcorpus() {
    if let Some(report) = measured("nfcorpus", &["--systems", "bm25", "--chunker", "whole"]) {
        assert_eq!(report["systems"]["bm25"]["queries"], 323);
        assert!(report["systems"]["bm25"]["ndcg@10"].as_f64() >= Some(0.30), "{report}");
    }
}

#[test]
fn questions_without_diacritics_find_the_same_passages() {
    let bm25 = ["--systems", "bm25", "--chunker", "whole"];
    let ascii = [&bm25[..], &["--queries", "queries_ascii.jsonl"]].concat();
    if let (Some(report), Some(ascii)) = (measured("xquad-ro", &bm25), measured("xquad-ro", &ascii)) {
        let mrr = |report: &Value| report["systems"]["bm25"]["mrr@10"].as_f64().expect("a figure");
        assert!(mrr(&report) >= 0.90, "{report}");
        assert!(mrr(&ascii) >= mrr(&report) - 0.05, "{ascii}");
    }
}

/// The language of a question decides which model judges its answer.
#[test]
fn the_language_of_a_question_is_told() {
    let mut short = Vec::new();
    for (set, file, language, least) in [
        ("squad2-dev", "queries.jsonl", "en", 0.995),
        ("xquad-en", "queries.jsonl", "en", 0.995),
        ("nq-oracle-a", "queries.jsonl", "en", 0.99),
        ("xquad-ro", "queries.jsonl", "ro", 0.99),
        ("xquad-ro", "queries_ascii.jsonl", "ro", 0.98),
        ("poquad-dev", "queries.jsonl", "pl", 0.99),
    ] {
        let Some(data) = std::env::var_os("FOOTNOTE_TESTDATA").map(PathBuf::from) else {
            println!("skipped: languages of the questions of {set}, FOOTNOTE_TESTDATA is not set");
            continue;
        };
        let lines = std::fs::read_to_string(data.join("datasets").join(set).join(file)).expect("queries");
        let (mut asked, mut told) = (0_u32, 0_u32);
        for line in lines.lines() {
            let query: Value = serde_json::from_str(line).expect("a query");
            let found = detect_among(query["text"].as_str().expect("text"), &["en", "ro", "pl"]);
            asked += 1;
            told += u32::from(found == Some(language));
        }
        let share = f64::from(told) / f64::from(asked);
        println!("{set} {file}: {share:.4}");
        if share < least {
            short.push((set, file, share));
        }
    }
    assert!(short.is_empty(), "{short:?}");
}
