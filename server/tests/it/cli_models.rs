//! `footnote models`: adding a model of one's own, reranking lines, listing.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use footnote_models::testing::test_model;
use footnote_models::{DEFAULT_RERANKER, MODELS};
use serde_json::{Value, json};

use crate::cli_support::{Ran, footnote, json as run_json, ran, run};

/// Runs a command with lines on its standard input.
fn with_lines(command: &mut Command, lines: &str) -> Ran {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("footnote starts");
    // A command that refuses its arguments does not read.
    let _ = child.stdin.take().expect("stdin").write_all(lines.as_bytes());
    ran(child.wait_with_output().expect("footnote ends"))
}

fn json_lines(ran: &Ran) -> Vec<Value> {
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// A folder as `transformers` saves all-MiniLM-L6-v2.
fn own_model(folder: &Path, activation: &str) {
    let source = test_model("all-minilm-l6-v2");
    fs::create_dir_all(folder).expect("mkdir");
    for name in ["model.safetensors", "tokenizer.json"] {
        let bytes = fs::read(source.path().join(name)).expect("read");
        fs::write(folder.join(name), bytes).expect("write");
    }
    let config = json!({
        "architectures": ["BertModel"], "hidden_act": activation, "hidden_size": 384, "intermediate_size": 1536,
        "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "model_type": "bert",
        "num_attention_heads": 12, "num_hidden_layers": 6, "type_vocab_size": 2, "vocab_size": 30522,
    });
    fs::write(folder.join("config.json"), config.to_string()).expect("write");
}

#[test]
fn a_model_of_ones_own_is_added_listed_and_used() {
    let data = tempfile::tempdir().expect("tempdir");
    let models = tempfile::tempdir().expect("tempdir");
    let folder = data.path().join("mine");
    let folder_text = folder.display().to_string();
    let models_run = |args: &[&str]| {
        let mut command = footnote(data.path());
        command.env("FOOTNOTE_MODELS", models.path()).arg("models").args(args);
        command
    };
    own_model(&folder, "relu");
    let refused = ran(models_run(&["add", &folder_text, "--pooling", "mean"]).output().expect("start"));
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("relu") && refused.err.contains("gelu"), "{}", refused.err);
    own_model(&folder, "gelu");
    let usage = ran(models_run(&["add", &folder_text, "--pooling", "max"]).output().expect("start"));
    assert_eq!(usage.code, Some(2), "{}", usage.err);
    let unnamed = ran(models_run(&["add", &folder_text]).output().expect("start"));
    assert!(unnamed.code == Some(1) && unnamed.err.contains("--pooling"), "{}", unnamed.err);

    let add =
        ["add", &folder_text, "--pooling", "mean", "--query-prefix", "q: ", "--licence", "MIT", "--json"];
    let added = ran(models_run(&add).output().expect("start"));
    assert_eq!(added.code, Some(0), "{}", added.err);
    fs::remove_dir_all(&folder).expect("remove");
    let listed = ran(models_run(&["list", "--json"]).output().expect("start"));
    let listed: Value = serde_json::from_str(&listed.out).expect("JSON");
    let mine = listed["data"].as_array().expect("rows").iter().find(|row| row["name"] == "mine");
    let mine = mine.expect("listed");
    assert_eq!((&mine["kind"], &mine["licence"]), (&json!("encoder"), &json!("MIT")));
    assert_eq!((&mine["added"], &mine["installed"]), (&json!(true), &json!(true)));
    let vectors = json_lines(&with_lines(&mut models_run(&["embed", "--model", "mine"]), "one\ntwo\n"));
    assert_eq!((vectors.len(), vectors[0].as_array().map(Vec::len)), (2, Some(384)));
}

#[test]
fn lines_are_reranked_and_kinds_are_not_mixed_up() {
    let data = tempfile::tempdir().expect("tempdir");
    drop(test_model(DEFAULT_RERANKER));
    let lines = "The cat sleeps.\nEmployees have 25 days of paid leave a year.\n";
    let query = ["models", "rerank", "--query", "how many days of leave are there"];
    let scores = json_lines(&with_lines(footnote(data.path()).args(query), lines));
    assert_eq!(scores[0]["text"], "The cat sleeps.");
    assert!(scores[1]["logit"].as_f64() > scores[0]["logit"].as_f64(), "{scores:?}");
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(&score["relevance"].as_f64().unwrap_or(-1.0))));

    let embed = ["models", "embed", "--model", DEFAULT_RERANKER];
    let refused = with_lines(footnote(data.path()).args(embed), lines);
    assert!(refused.code == Some(1) && refused.err.contains("is a reranker"), "{}", refused.err);
    let wrong = [&query[..], &[footnote_models::DEFAULT_MODEL]].concat();
    let refused = with_lines(footnote(data.path()).args(wrong), lines);
    assert!(refused.code == Some(1) && refused.err.contains("is an encoder"), "{}", refused.err);
}

#[test]
fn the_list_shows_every_model_with_its_kind() {
    let data = tempfile::tempdir().expect("tempdir");
    let listed = run_json(data.path(), &["models", "list"]);
    let rows = listed["data"].as_array().expect("rows");
    for spec in MODELS {
        let row = rows.iter().find(|row| row["name"] == spec.name).expect("listed");
        assert_eq!((&row["kind"], &row["added"]), (&json!(spec.kind), &json!(false)));
    }
    let text = run(data.path(), &["models", "list"]).out;
    assert!(text.contains("KIND") && text.contains("reranker") && text.contains("encoder"), "{text}");
}
