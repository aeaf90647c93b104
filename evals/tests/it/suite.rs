//! `footnote-eval suite` and `footnote-eval sweep` on a tiny collection, and the suite files of this repository.

use std::fs;
use std::path::Path;

use footnote_evals::suite::{Dataset, Suite};
use serde_json::Value;

use crate::program::{command, run, stdout, text, write_collection};

const SUITE: &str = r#"
title = "Tiny"
[pool]
both = ["one", "two"]
[system.ranks]
legs = "hybrid"
fusion = { by = "ranks", k = 10 }
[[run]]
datasets = ["one", "both"]
chunker = "structure"
systems = ["bm25", "dense", "hybrid", "ranks"]
[[run]]
datasets = ["one"]
chunker = "whole"
systems = ["bm25"]
limit_queries = 3
"#;

#[test]
fn a_suite_becomes_one_report_and_the_second_run_embeds_nothing() {
    drop(footnote_models::testing::test_encoder(footnote_models::DEFAULT_MODEL));
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name);
    for set in ["one", "two"] {
        write_collection(&path("datasets").join(set));
    }
    fs::write(path("tiny.toml"), SUITE).expect("written");
    let (out, cache) = (path("out"), path("cache"));
    let arguments = [
        "suite",
        text(&path("tiny.toml")),
        "--data",
        text(folder.path()),
        "--out",
        text(&out),
        "--cache",
        text(&cache),
    ]
    .map(str::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let shown = stdout(&run(&arguments));
    assert!(shown.contains("macro mean") && shown.contains("p, Holm"), "{shown}");

    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let json = |name: &str| -> Value { serde_json::from_str(&read(name)).expect("JSON") };
    let verdicts = json("verdicts.json");
    let files: Vec<&str> = verdicts["manifest"]["results"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let file = |start: &str| format!("{start}.{}.json", footnote_models::DEFAULT_MODEL);
    let (one, both, limited) = (file("1.one"), file("1.both"), file("2.one"));
    assert_eq!(files, [&one, &both, &limited]);
    let pooled = json(&both);
    assert_eq!(
        (&pooled["manifest"]["dataset"]["documents"], &pooled["systems"]["ranks"]["queries"]),
        (&16.into(), &12.into())
    );
    assert_eq!(pooled["manifest"]["systems"]["ranks"]["fusion"], "ranks, k 10, bm25 1 : dense 1");
    let sampled = json(&limited);
    assert_eq!(sampled["manifest"]["dataset"]["sample"]["chosen"], 3);
    let hybrid = &verdicts["verdicts"]["groups"][0]["against"]["hybrid"];
    assert_eq!(hybrid["comparisons"]["both"]["queries"], 12);
    assert!(hybrid["macro_difference"]["interval"]["low"].is_number());
    // Half the answers of the pool are in the wrong set's copy, so the pool is harder than its part.
    let mrr = |name: &str| json(name)["systems"]["dense"]["mrr@10"].as_f64().expect("a figure");
    assert!(mrr(&both) < mrr(&one));
    assert!(read("report.html").contains("<h1>Tiny</h1>") && read("report.md").contains("| macro mean |"));

    let again = run(&arguments);
    let stderr = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(again.status.success() && stderr.contains("8 of 8 vectors come from the cache"), "{stderr}");
    let measured = json(&one)["systems"]["hybrid"]["ndcg@10"].clone();
    assert_eq!(measured, hybrid["comparisons"]["one"]["system_mean"]);
}

#[test]
fn a_suite_that_names_no_folder_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("tiny.toml");
    fs::write(&file, SUITE).expect("written");
    let output = command(&["suite", text(&file)]).current_dir(folder.path()).output().expect("started");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("FOOTNOTE_TESTDATA"), "{stderr}");
}

#[test]
fn every_set_has_a_suite_and_every_suite_reads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/suites");
    let mut named: Vec<String> = Vec::new();
    for entry in fs::read_dir(&folder).expect("the folder of suites") {
        let path = entry.expect("an entry").path();
        let suite = Suite::parse(&fs::read_to_string(&path).expect("readable"));
        let suite = suite.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if stem != "everything" {
            assert!(suite.runs.iter().all(|run| run.datasets == [stem.clone()]), "{stem}");
            named.push(stem);
        } else {
            let pooled =
                |name: &String| matches!(suite.dataset(name), Dataset::Pool(_, parts) if parts.len() > 2);
            assert!(suite.runs[0].datasets.iter().any(pooled) && suite.runs[0].models.len() == 3);
        }
    }
    named.sort();
    let sets = fs::read_to_string(folder.join("../../docs/datasets.md")).expect("readable");
    let listed = sets.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let mut listed: Vec<&str> = listed.collect();
    listed.push("sample");
    listed.sort_unstable();
    listed.dedup();
    for name in &named {
        assert!(listed.contains(&name.as_str()), "{name} is not in docs/datasets.md");
    }
    assert!(named.len() >= 9, "{named:?}");
}

#[test]
fn a_sweep_says_everything_it_tried_and_measures_the_best_on_what_was_kept_back() {
    drop(footnote_models::testing::test_encoder(footnote_models::DEFAULT_MODEL));
    let folder = tempfile::tempdir().expect("folder");
    let (set, html) = (folder.path().join("tiny"), folder.path().join("page.html"));
    write_collection(&set);
    let cache = folder.path().join("cache");
    let arguments = [
        "sweep",
        "--dataset",
        text(&set),
        "--cache",
        text(&cache),
        "--seed",
        "1",
        "--html",
        text(&html),
        "--json",
    ];
    let swept: Value = serde_json::from_str(&stdout(&run(&arguments))).expect("one JSON object");
    let tried = swept["fusions"].as_array().expect("a list");
    assert_eq!(tried.len(), 20);
    let best = tried.iter().filter_map(|it| it["mean"].as_f64()).fold(0.0, f64::max);
    let winner = tried.iter().find(|it| it["name"] == swept["winner"]).expect("the winner was tried");
    assert_eq!(winner["mean"].as_f64(), Some(best));
    let (dev, test) = (&swept["sets"][0]["dev"], &swept["sets"][0]["test"]);
    assert_eq!(dev.as_u64().zip(test.as_u64()).map(|(dev, test)| dev + test), Some(6), "{dev} {test}");
    for held_out in swept["held_out"].as_array().expect("a list") {
        assert_eq!(&held_out["by_set"]["tiny"]["queries"], test, "only what was kept back");
    }
    assert!(fs::read_to_string(&html).expect("a page").contains("Sweep of retrieval settings"));
}
