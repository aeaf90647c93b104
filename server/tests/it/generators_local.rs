//! The local generator as part of a server: the real model of the registry, small as it is.

use footnote_models::DEFAULT_GENERATOR;
use footnote_models::testing::test_model;
use serde_json::{Value, json};

use crate::cli_support::{footnote, ran};
use crate::generators_support::{ask, citations_are_exact, priced};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_it_writes_every_citation_is_exact() {
    drop(test_model(DEFAULT_GENERATOR));
    let server = priced(&format!(
        "[generators.mine]\nkind = \"local\"\nmodel = \"{DEFAULT_GENERATOR}\"\ntimeout_s = 200\n\
         [answers]\nengines = [\"mine\"]\ntimeout_s = 200\nprompt_tokens = 700\nmax_tokens = 48\n"
    ))
    .await;
    let (mut written, mut citations) = (0, 0);
    for question in [
        "How much does the premium plan cost?",
        "What does the basic plan cost?",
        "How fast does support answer?",
    ] {
        let answer: Value = ask(&server, json!({ "question": question })).await;
        citations += citations_are_exact(&server, &answer).await;
        if answer["engine"] == "mine" {
            written += 1;
            assert!(answer["usage"]["prompt_tokens"].as_u64().is_some_and(|n| n > 100), "{answer}");
            assert!(
                answer["usage"]["completion_tokens"].as_u64().is_some_and(|n| (1..=48).contains(&n)),
                "{answer}"
            );
        } else {
            // What it wrote had no evidence, and that is said.
            assert_eq!(answer["degraded"][0]["part"], "mine", "{answer}");
        }
    }
    assert!(written >= 1 && citations >= 3, "{written} answers written, {citations} citations");
}

#[test]
fn the_command_line_asks_an_engine_by_name() {
    drop(test_model(DEFAULT_GENERATOR));
    let dir = tempfile::tempdir().expect("tempdir");
    let note = dir.path().join("note.md");
    std::fs::write(&note, "# Price list\n\nThe premium plan costs 9 EUR a month.\n").expect("write");
    let config = dir.path().join("footnote.toml");
    let write = |text: &str| std::fs::write(&config, text).expect("write");
    let run = |args: &[&str]| ran(footnote(dir.path()).args(args).output().expect("starts"));
    write(&format!(
        "[generators.mine]\nkind = \"local\"\nmodel = \"{DEFAULT_GENERATOR}\"\ntimeout_s = 200\n[answers]\ntimeout_s = 200\nmax_tokens = 32\n"
    ));
    assert_eq!(run(&["client", "add", "acme"]).code, Some(0));
    assert_eq!(run(&["ingest", note.to_str().expect("UTF-8")]).code, Some(0));
    let question = "How much does the premium plan cost?";
    let answer = run(&["ask", question, "--engine", "mine", "--json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let answer: Value = serde_json::from_str(&answer.out).expect("JSON");
    assert!(answer["engine"] == "mine" || answer["degraded"][0]["part"] == "mine", "{answer}");
    assert!(answer["timings_ms"]["generate"].as_f64().is_some_and(|ms| ms > 0.0), "{answer}");
    let plain = run(&["ask", question, "--json"]);
    let plain: Value = serde_json::from_str(&plain.out).expect("JSON");
    assert_eq!(
        (&plain["engine"], &plain["timings_ms"]["generate"]),
        (&json!("extractive"), &Value::Null),
        "not in the order"
    );
    let unknown = run(&["ask", question, "--engine", "gpt"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("known are mine, extractive"), "{}", unknown.err);

    write("[generators.mine]\nkind = \"local\"");
    let wrong = run(&["ask", question]);
    assert!(wrong.code == Some(2) && wrong.err.contains("generators.mine.model"), "{}", wrong.err);
}
