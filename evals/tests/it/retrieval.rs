//! `footnote-eval retrieval` on a tiny collection, with the default model and the engine users get.

use std::collections::BTreeSet;
use std::fs;

use footnote_datasets::run as trec;
use footnote_evals::collection::Collection;
use footnote_evals::metrics::{Metric, mean};
use footnote_evals::run::Run;
use serde_json::Value;

use crate::program::{run, stdout, text, write_collection};

const FIGURES: [&str; 9] =
    ["ndcg@10", "recall@10", "recall@100", "mrr@10", "map", "p@5", "p50_ms", "p95_ms", "queries"];

#[test]
fn all_systems_are_measured_and_the_figures_are_those_of_the_written_runs() {
    drop(footnote_models::testing::test_encoder(footnote_models::DEFAULT_MODEL));
    let folder = tempfile::tempdir().expect("folder");
    let (dataset, runs, cache) =
        (folder.path().join("tiny"), folder.path().join("runs"), folder.path().join("vectors"));
    write_collection(&dataset);
    let arguments = [
        "retrieval",
        "--dataset",
        text(&dataset),
        "--run-out",
        text(&runs),
        "--vector-cache",
        text(&cache),
        "--json",
    ];
    let first = stdout(&run(&arguments));
    let report: Value = serde_json::from_str(&first).expect("one JSON object");

    assert_eq!(report["schema_version"], 1);
    let systems = report["systems"].as_object().expect("systems");
    assert_eq!(systems.keys().collect::<Vec<_>>(), ["bm25", "dense", "hybrid"]);
    let collection = Collection::read(&dataset, "test", None).expect("read back");
    for (name, figures) in systems {
        let keys: BTreeSet<&str> = figures.as_object().expect("figures").keys().map(String::as_str).collect();
        assert_eq!(keys, BTreeSet::from(FIGURES), "{name}");
        assert_eq!(figures["queries"], 6);
        assert!(
            figures["p95_ms"].as_f64() >= figures["p50_ms"].as_f64()
                && figures["p50_ms"].as_f64() > Some(0.0)
        );

        let written = Run::from(trec::Run::read(&runs.join(format!("{name}.run"))).expect("run"));
        for key in ["ndcg@10", "recall@10", "recall@100", "mrr@10", "map", "p@5"] {
            let metric: Metric = key.parse().expect("metric");
            let said = figures[key].as_f64().expect("a number");
            let judged = mean(metric, &written, &collection.qrels);
            assert!((said - judged).abs() < 1e-12, "{name} {key}: {said} is not {judged}");
        }
    }
    // One of eight documents answers each question, in the question's language: the encoder must see that.
    assert!(systems["dense"]["mrr@10"].as_f64() >= Some(0.9), "{first}");
    assert_eq!(systems["dense"]["recall@10"], 1.0, "{first}");
    assert!(systems["bm25"]["recall@10"].as_f64() >= Some(0.5), "{first}");

    let manifest = &report["manifest"];
    assert_eq!(manifest["model"]["name"], footnote_models::DEFAULT_MODEL);
    assert_eq!(manifest["settings"]["chunker"], "structure");
    assert_eq!(
        (
            &manifest["dataset"]["documents"],
            &manifest["dataset"]["queries"],
            &manifest["dataset"]["judgments"]
        ),
        (&8.into(), &6.into(), &6.into())
    );

    // A second measurement takes the vectors from the cache, and nothing it finds changes.
    let again = run(&arguments);
    let stderr = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(stderr.contains("8 of 8 vectors come from the cache"), "{stderr}");
    let again: Value = serde_json::from_str(&stdout(&again)).expect("one JSON object");
    for name in ["bm25", "dense", "hybrid"] {
        assert_eq!(again["systems"][name]["ndcg@10"], report["systems"][name]["ndcg@10"], "{name}");
    }
}

#[test]
fn the_text_leg_alone_needs_no_model() {
    let folder = tempfile::tempdir().expect("folder");
    write_collection(folder.path());
    let nowhere = folder.path().join("no-models");
    let output = crate::program::command(&[
        "retrieval",
        "--dataset",
        text(folder.path()),
        "--systems",
        "bm25",
        "--chunker",
        "whole",
        "--limit-queries",
        "3",
        "--seed",
        "7",
    ])
    .env("FOOTNOTE_MODELS", &nowhere)
    .output()
    .expect("started");
    let table = stdout(&output);
    assert!(table.contains("8 documents, 8 chunks, 3 queries"), "{table}");
    assert!(table.contains("no model, chunker whole"), "{table}");
    assert!(!nowhere.exists());
}

#[test]
fn trouble_is_one_line_and_a_code() {
    let folder = tempfile::tempdir().expect("folder");
    let path = text(folder.path());
    let fails = |arguments: &[&str], code: i32, says: &str| {
        let output = run(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(stderr.contains(says), "{stderr}");
        stderr
    };
    let empty = fails(&["retrieval", "--dataset", path], 1, "corpus.jsonl");
    assert_eq!(empty.lines().count(), 1, "{empty}");
    fs::write(folder.path().join("corpus.jsonl"), "{\"_id\":\"a\",\"text\":\"b\"}\nnot json\n")
        .expect("written");
    fs::write(folder.path().join("queries.jsonl"), "{\"_id\":\"q\",\"text\":\"b\"}\n").expect("written");
    fs::write(folder.path().join("qrels.tsv"), "q\ta\t1\n").expect("written");
    let broken = fails(&["retrieval", "--dataset", path], 1, "corpus.jsonl:2");
    assert_eq!(broken.lines().count(), 1, "{broken}");
    fails(&["retrieval"], 2, "--dataset");
    fails(&["retrieval", "--dataset", path, "--systems", "sparse"], 2, "unknown system `sparse`");
    fails(&["retrieval", "--dataset", path, "--model", "bert"], 2, "unknown model `bert`");
}
