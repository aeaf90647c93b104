//! `footnote-eval gate`: what passes, what fails and how it says so.

use std::fs;
use std::path::Path;

use crate::program::{run, stdout, text, write_collection};

fn gates(folder: &Path, min: f64) -> String {
    let file = folder.join("gates.toml");
    let gate = format!(
        "[[gate]]\ndataset = \"tiny\"\nchunker = \"whole\"\nsystems = [\"bm25\"]\n\
         [[gate.check]]\nsystem = \"bm25\"\nmetric = \"recall@10\"\nmin = {min}\n"
    );
    fs::write(&file, gate).expect("written");
    text(&file).to_owned()
}

#[test]
fn a_missed_bound_fails_and_names_metric_leg_and_dataset() {
    let folder = tempfile::tempdir().expect("folder");
    write_collection(&folder.path().join("datasets/tiny"));
    let data = text(folder.path());
    let passed = stdout(&run(&["gate", "--gates", &gates(folder.path(), 0.5), "--data", data]));
    assert!(passed.contains("ok    bm25 recall@10 = ") && passed.ends_with("1 gates passed\n"), "{passed}");

    let missed = run(&["gate", "--gates", &gates(folder.path(), 1.5), "--data", data]);
    let said = String::from_utf8_lossy(&missed.stdout).into_owned();
    assert_eq!(missed.status.code(), Some(1), "{said}");
    assert!(said.contains("FAIL  bm25 recall@10 = "), "{said}");
    assert!(said.ends_with("failed: tiny: bm25 recall@10\n"), "{said}");
}

#[test]
fn without_data_every_gate_is_said_to_be_skipped() {
    let folder = tempfile::tempdir().expect("folder");
    let said = stdout(&run(&["gate", "--gates", &gates(folder.path(), 1.5)]));
    assert!(said.contains("skipped  tiny (test), default model, chunker whole\n1 gates skipped: "), "{said}");
}

#[test]
fn a_set_that_is_missing_from_the_data_fails() {
    let folder = tempfile::tempdir().expect("folder");
    let output = run(&["gate", "--gates", &gates(folder.path(), 0.5), "--data", text(folder.path())]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("tiny") && stderr.contains("corpus.jsonl"), "{stderr}");
}

#[test]
fn a_file_that_is_no_gates_file_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let output = run(&["gate", "--gates", text(&folder.path().join("none.toml"))]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("none.toml"), "{stderr}");
}
