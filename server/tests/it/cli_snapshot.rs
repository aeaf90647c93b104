//! `footnote snapshot` and `footnote restore` from a terminal.

use std::fs;

use crate::cli_support::{Serving, footnote, json, run};

#[test]
fn a_snapshot_is_taken_restored_elsewhere_and_refused_when_damaged() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (data, elsewhere) = (dir.path().join("data"), dir.path().join("elsewhere"));
    for folder in [&data, &elsewhere] {
        fs::create_dir(folder).expect("mkdir");
    }
    json(&data, &["client", "add", "acme"]);
    let docs = dir.path().join("docs");
    fs::create_dir(&docs).expect("mkdir");
    fs::write(docs.join("a.md"), "# Warranty\n\nThe warranty of the Kestrel lift lasts seven years.")
        .expect("write");
    json(&data, &["ingest", docs.to_str().expect("UTF-8")]);
    let copy = dir.path().join("copy");
    let copy = copy.to_str().expect("UTF-8");
    let report = json(&data, &["snapshot", copy]);
    assert_eq!((&report["documents"], &report["originals"]), (&1.into(), &1.into()), "{report}");
    let again = run(&data, &["snapshot", copy]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("exists already") && again.err.contains("another name"), "{}", again.err);

    let unnamed = run(&elsewhere, &["restore", copy]);
    assert_eq!(unnamed.code, Some(2), "{}", unnamed.err);
    assert!(unnamed.err.contains("--client"), "{}", unnamed.err);
    let restored = run(&elsewhere, &["restore", "--client", "back", copy]);
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    assert!(restored.out.contains("back: 1 document and"), "{}", restored.out);
    let hit = json(&elsewhere, &["search", "kestrel", "--mode", "bm25"])["hits"][0].clone();
    assert!(hit["text"].as_str().expect("text").contains("seven years"), "{hit}");
    let full = run(&elsewhere, &["restore", "--client", "back", copy]);
    assert_eq!(full.code, Some(1));
    assert!(full.err.contains("holds documents"), "{}", full.err);

    fs::write(std::path::Path::new(copy).join("store.db"), "not a database").expect("damage");
    let damaged = run(&elsewhere, &["restore", "--client", "other", copy]);
    assert_eq!(damaged.code, Some(1));
    assert!(damaged.err.contains("store.db"), "{}", damaged.err);
    let clients = json(&elsewhere, &["client", "list"]);
    assert!(!clients.to_string().contains("other"), "no empty client is left: {clients}");

    let remote = run(&data, &["--server", "http://127.0.0.1:1", "snapshot", copy]);
    assert_eq!(remote.code, Some(2), "without a client: {}", remote.err);
}

#[test]
fn a_running_server_gives_a_snapshot_of_a_client_that_is_written_to() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (data, elsewhere) = (dir.path().join("data"), dir.path().join("elsewhere"));
    for folder in [&data, &elsewhere] {
        fs::create_dir(folder).expect("mkdir");
    }
    json(&data, &["client", "add", "acme"]);
    let server = Serving::start(&data, &["--no-auth"]);
    let docs = dir.path().join("docs");
    fs::create_dir(&docs).expect("mkdir");
    let write = |from: usize, to: usize| {
        for number in from..to {
            let text = format!("# Gate {number}\n\nGate {number} opens at {} o'clock.", number % 24);
            fs::write(docs.join(format!("{number}.md")), text).expect("write");
        }
    };
    let docs_path = docs.to_str().expect("UTF-8");
    let at = |args: &[&str]| json(&data, &[&["--server", &server.url, "--client", "acme"], args].concat());
    write(0, 10);
    at(&["ingest", docs_path]);
    write(10, 40);
    let mut writer = footnote(&data)
        .args(["--server", &server.url, "--client", "acme", "ingest", docs_path])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("footnote starts");
    let copy = dir.path().join("copy");
    let report = at(&["snapshot", copy.to_str().expect("UTF-8")]);
    assert!(writer.wait().expect("ends").success());
    assert!(report["documents"].as_u64().expect("documents") >= 10, "{report}");
    assert_eq!(fs::read_dir(dir.path()).expect("list").count(), 4, "nothing unfinished is left beside it");
    assert_eq!(fs::read_dir(data.join(".held")).expect("list").count(), 0, "nor on the server");
    drop(server);

    json(&elsewhere, &["restore", "--client", "back", copy.to_str().expect("UTF-8")]);
    let listed = json(&elsewhere, &["documents", "list", "--client", "back"]);
    let listed = listed["data"].as_array().expect("data").len() as u64;
    assert!((10..=report["documents"].as_u64().expect("documents")).contains(&listed), "{listed}: {report}");
    let checked = json(&elsewhere, &["verify"]);
    assert_eq!(checked["clients"][0]["findings"], serde_json::json!([]), "{checked}");
    let hit = json(&elsewhere, &["search", "When does gate 7 open?", "--client", "back"])["hits"][0].clone();
    assert!(hit["text"].as_str().expect("text").contains("Gate 7 opens at 7"), "{hit}");
}
