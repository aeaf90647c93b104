//! `footnote migrate`: a client's index under another model, and back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::cli_support::{Serving, json, run};

const OTHER_MODEL: &str = "all-minilm-l6-v2";

#[test]
fn a_client_moves_to_another_model_and_back() {
    drop(footnote_models::testing::test_model(OTHER_MODEL));
    let dir = tempfile::tempdir().expect("tempdir");
    let (data, docs) = (dir.path().join("data"), dir.path().join("docs"));
    for folder in [&data, &docs] {
        fs::create_dir(folder).expect("mkdir");
    }
    let empty = run(&data, &["migrate"]);
    assert!(empty.code == Some(0) && empty.out.contains("No clients"), "{}{}", empty.out, empty.err);
    json(&data, &["client", "add", "acme"]);
    fs::write(docs.join("a.md"), "# Warranty\n\nThe warranty of the Kestrel lift lasts seven years.")
        .expect("write");
    fs::write(docs.join("b.csv"), "Item,Price\nLift,400 zł\nRope,20 zł\n").expect("write");
    fs::write(docs.join("empty.txt"), " ").expect("write");
    run(&data, &["ingest", docs.to_str().expect("UTF-8")]);

    let same = run(&data, &["migrate"]);
    assert!(same.code == Some(0) && same.out.contains("nothing to do"), "{}{}", same.out, same.err);
    let other = |args: &[&str]| json(&data, &[args, &["--model", OTHER_MODEL]].concat());
    let before =
        run(&data, &["search", "how long is the guarantee", "--mode", "dense", "--model", OTHER_MODEL]);
    assert_eq!(before.code, Some(0), "the old model serves until then: {}", before.err);
    assert!(before.out.contains("seven years"), "{}", before.out);
    assert!(before.err.contains("footnote migrate"), "says what to run: {}", before.err);

    let report = &other(&["migrate"])["clients"][0]["report"];
    assert_eq!((&report["documents"], &report["unchanged"]), (&2.into(), &false.into()), "{report}");
    assert_eq!(report["embedded"], report["chunks"], "another model embeds everything");
    let hit = &other(&["search", "how long is the guarantee", "--mode", "dense"])["hits"][0];
    assert!(hit["text"].as_str().expect("text").contains("seven years"), "{hit}");
    assert!(json(&data, &["verify"])["clients"][0]["findings"].as_array().expect("findings").is_empty());
    let old = run(&data, &["search", "guarantee", "--mode", "dense"]);
    assert!(old.code == Some(0) && old.err.contains("footnote migrate"), "{}{}", old.out, old.err);

    let back = run(&data, &["migrate", "--roll-back"]);
    assert!(back.code == Some(0) && back.out.contains("swapped back"), "{}{}", back.out, back.err);
    let hit = &json(&data, &["search", "how long is the guarantee", "--mode", "dense"])["hits"][0];
    assert!(hit["text"].as_str().expect("text").contains("seven years"), "{hit}");

    let remote = run(&data, &["--server", "http://127.0.0.1:1", "migrate"]);
    assert!(remote.code == Some(1) && remote.err.contains("cannot reach"), "{}", remote.err);
}

/// Documents enough for a migration to take some seconds.
const MANY: usize = 300;

/// Writes documents that differ in all but their form.
fn write_many(docs: &Path) {
    fs::create_dir(docs).expect("mkdir");
    for n in 0..MANY {
        let line = |k: usize| {
            format!("Part {n}-{k} weighs {} grams and is kept in hall {}. ", n * 7 + k, n * 13 + k)
        };
        let text: String = (0..12).map(line).collect();
        fs::write(docs.join(format!("part-{n}.md")), format!("# Part {n}\n\n{text}\n")).expect("write");
    }
}

fn searched(url: &str, query: &str) -> Value {
    let body = serde_json::json!({ "query": query, "mode": "dense", "top_k": 1 });
    let mut reply = ureq::post(format!("{url}/v1/search")).send_json(body).expect("served all the time");
    reply.body_mut().read_json().expect("json")
}

fn state(url: &str) -> Value {
    let mut reply = ureq::get(format!("{url}/v1/clients/acme/migration")).call().expect("migration");
    reply.body_mut().read_json().expect("json")
}

/// The model of the generation in a state.
fn model_of(migration: &Value, state: &str) -> Option<String> {
    let generations = migration["generations"].as_array().expect("generations");
    let found = generations.iter().find(|generation| generation["state"] == state)?;
    Some(found["model"].as_str().expect("model").to_owned())
}

#[test]
fn a_running_server_serves_the_old_index_until_the_new_one_is_built_whatever_happens() {
    drop(footnote_models::testing::test_model(OTHER_MODEL));
    let dir = tempfile::tempdir().expect("tempdir");
    let (data, docs) = (dir.path().join("data"), dir.path().join("docs"));
    fs::create_dir(&data).expect("mkdir");
    write_many(&docs);
    json(&data, &["client", "add", "acme"]);
    json(&data, &["ingest", docs.to_str().expect("UTF-8")]);

    let server = Serving::start(&data, &["--no-auth", "--model", OTHER_MODEL]);
    let url = &server.url;
    assert_eq!(
        searched(url, "Part 7-3 weighs")["degraded"].as_array().map(Vec::len),
        Some(0),
        "the old model"
    );
    let mut started = ureq::post(format!("{url}/v1/clients/acme/migration")).send_empty().expect("202");
    let started: Value = started.body_mut().read_json().expect("json");
    assert_eq!(started["state"], "queued", "{started}");
    // Cut off as soon as something is built.
    let cut = loop {
        let now = state(url);
        assert_ne!(now["state"], "failed", "{now}");
        if now["documents"].as_u64() > Some(0) {
            break now;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    drop(server);
    assert_eq!(cut["state"], "running", "killed in the middle: {cut}");

    // The next start takes it up without being asked; queries and an upload go on meanwhile.
    let server = Serving::start(&data, &["--no-auth", "--model", OTHER_MODEL]);
    let url = &server.url;
    let new = serde_json::json!({ "uri": "new.md", "text": "# Kestrel\n\nThe Kestrel lift carries 400 kg.", "mime": "text/markdown" });
    let uploaded = ureq::post(format!("{url}/v1/documents?wait=true")).send_json(new).expect("upload");
    assert_eq!(uploaded.status().as_u16(), 201);
    let (mut searches, mut served) = (0, BTreeSet::new());
    loop {
        let found = searched(url, "what does the Kestrel carry");
        assert!(found["hits"][0]["text"].as_str().expect("text").contains("400 kg"), "{found}");
        assert_eq!(found["degraded"].as_array().map(Vec::len), Some(0), "{found}");
        searches += 1;
        let now = state(url);
        assert_ne!(now["state"], "failed", "{now}");
        served.extend(model_of(&now, "serving"));
        if model_of(&now, "serving").as_deref() == Some(OTHER_MODEL) {
            break;
        }
    }
    println!("{searches} searches while it was built, served by {served:?}");
    let found = searched(url, "what does the Kestrel carry");
    assert!(found["hits"][0]["text"].as_str().expect("text").contains("400 kg"), "{found}");
    let after = run(&data, &["--server", url, "migrate"]);
    assert!(after.code == Some(0) && after.out.contains("nothing to do"), "{}{}", after.out, after.err);
    let back = run(&data, &["--server", url, "migrate", "--roll-back"]);
    assert!(
        back.code == Some(0) && back.out.contains(footnote_models::DEFAULT_MODEL),
        "{}{}",
        back.out,
        back.err
    );
    let again = run(&data, &["--server", url, "migrate"]);
    assert!(again.code == Some(0) && again.out.contains("0 embedded"), "{}{}", again.out, again.err);
    drop(server);
    let verified = json(&data, &["verify"]);
    assert!(verified["clients"][0]["findings"].as_array().expect("findings").is_empty(), "{verified}");
    let listed = json(&data, &["documents", "list"]);
    assert_eq!(
        listed["documents"].as_array().or(listed["data"].as_array()).map(Vec::len),
        Some(MANY + 1),
        "nothing was lost"
    );
}
