//! The same commands against a running server: real processes, a real socket.

use std::fs;

use crate::cli_support::{Serving, footnote, json, ran, run};

#[test]
fn every_command_works_against_a_server_and_the_directory_is_its_own() {
    let dir = tempfile::tempdir().expect("tempdir");
    let data = dir.path();
    let admin = json(data, &["init"])["key"].as_str().expect("key").to_owned();
    assert_eq!(run(data, &["init"]).code, Some(1), "the first key is made once");
    let server = Serving::start(data, &[]);

    let held = run(data, &["client", "list"]);
    assert_eq!(held.code, Some(1));
    assert!(held.err.contains("in use by process") && held.err.contains("--server"), "{}", held.err);

    let elsewhere = tempfile::tempdir().expect("tempdir");
    let remote = |key: &str, args: &[&str]| {
        let mut command = footnote(elsewhere.path());
        command.env("FOOTNOTE_SERVER", &server.url).env("FOOTNOTE_KEY", key).args(args);
        ran(command.output().expect("start"))
    };
    let ok = |key: &str, args: &[&str]| {
        let ran = remote(key, &[args, &["--json"]].concat());
        assert_eq!(ran.code, Some(0), "{args:?}: {}{}", ran.out, ran.err);
        serde_json::from_str::<serde_json::Value>(&ran.out).expect("json")
    };
    for client in ["acme", "globex"] {
        assert_eq!(ok(&admin, &["client", "add", client])["created"], true);
    }
    let docs = elsewhere.path().join("docs");
    fs::create_dir(&docs).expect("mkdir");
    fs::write(
        docs.join("a.md"),
        "# Warranty\n\nThe warranty of the Kestrel lift lasts seven years from handover.",
    )
    .expect("write");
    fs::write(
        docs.join("b.jsonl"),
        "{\"id\": \"x\", \"title\": \"Opening\", \"text\": \"The office opens at nine.\"}\n",
    )
    .expect("write");
    fs::write(docs.join("c.txt"), "").expect("write");
    let path = docs.to_str().expect("UTF-8");
    let first = remote(&admin, &["ingest", "--client", "acme", path, "--json"]);
    assert_eq!(first.code, Some(3), "{}{}", first.out, first.err);
    let report: serde_json::Value = serde_json::from_str(&first.out).expect("json");
    assert_eq!(
        (&report["totals"]["ingested"], &report["totals"]["failed"]),
        (&2.into(), &1.into()),
        "{report}"
    );

    let viewer = ok(&admin, &["key", "add", "--role", "viewer", "--clients", "acme", "--expires", "90d"]);
    let viewer_key = viewer["key"].as_str().expect("key").to_owned();
    let answer = ok(&viewer_key, &["ask", "How long does the warranty last?"]);
    assert_eq!(answer["grounding"]["status"], "grounded", "{answer}");
    assert!(answer["answer"].as_str().expect("text").contains("seven years"));
    let found = ok(&viewer_key, &["search", "office", "--mode", "bm25", "--explain"]);
    assert_eq!(found["hits"][0]["title"], "Opening");
    let narrow = ["search", "office", "--filter", r#"{"title": "Opening"}"#, "--facet", "title"];
    let found = ok(&viewer_key, &narrow);
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found["facets"]["title"][0]["documents"], 1, "{found}");
    let listed = remote(&viewer_key, &narrow);
    assert!(listed.out.contains("title: Opening (1)"), "{}", listed.out);
    let wrong = remote(&viewer_key, &["ask", "office", "--filter", "{"]);
    assert!(wrong.code == Some(2) && wrong.err.contains("not JSON"), "{}", wrong.err);

    let refused = remote(&viewer_key, &["ingest", path]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("403"), "{}", refused.err);
    let foreign = remote(&viewer_key, &["search", "office", "--client", "globex"]);
    let unknown = remote(&viewer_key, &["search", "office", "--client", "nobody"]);
    assert_eq!(
        (foreign.code, &foreign.err),
        (Some(1), &unknown.err),
        "a foreign client is an unknown client"
    );
    assert_eq!(
        ok(&admin, &["search", "warranty", "--client", "globex"])["hits"].as_array().expect("hits").len(),
        0
    );

    let id = answer["citations"][0]["document_id"].as_str().expect("id").to_owned();
    assert_eq!(ok(&viewer_key, &["documents", "show", &id])["state"], "visible");
    let chunks = ok(&viewer_key, &["documents", "chunks", &id]);
    let listed = chunks["data"].as_array().expect("chunks");
    assert!(!listed.is_empty() && listed.iter().all(|chunk| chunk["state"] == "searchable"), "{chunks}");
    let text = ok(&viewer_key, &["documents", "text", &id, "--start", "0", "--end", "8"]);
    assert_eq!(text["text"].as_str().expect("text").chars().count(), 8);
    assert_eq!(ok(&admin, &["documents", "delete", &id, "--client", "acme"])["deleted"][0], id.as_str());
    let gone = ok(&viewer_key, &["ask", "How long does the warranty last?"]);
    assert!(gone["citations"].as_array().expect("list").iter().all(|c| c["document_id"] != id.as_str()));

    let rotated = ok(&admin, &["key", "rotate", viewer["id"].as_str().expect("id"), "--overlap", "0s"]);
    assert!(remote(&viewer_key, &["documents", "list"]).err.contains("401"));
    ok(rotated["key"].as_str().expect("key"), &["documents", "list"]);
    for wrong in ["", "fn_00_00", "nonsense"] {
        let refused = remote(wrong, &["documents", "list"]);
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("401"), "{}", refused.err);
    }
    ok(&admin, &["client", "remove", "globex", "--yes"]);
    assert_eq!(ok(&admin, &["client", "list"])["data"], serde_json::json!(["acme"]));
    let url = server.url.clone();
    drop(server);
    let mut command = footnote(elsewhere.path());
    let lost = ran(command.args(["client", "list", "--server", &url]).output().expect("start"));
    assert!(lost.err.contains("cannot reach the server"), "{}", lost.err);
    assert_eq!(json(data, &["client", "list"])["data"], serde_json::json!(["acme"]));
}
