//! `footnote ingest --sync`: the client made equal to a folder, in-process and through a server.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli_support::{Ran, Serving, footnote, json, ran, run};

/// (code, end of the uri) of every document of a report, in order of the uri.
fn codes(report: &Value) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = report["documents"]
        .as_array()
        .expect("documents")
        .iter()
        .map(|entry| {
            let uri = entry["uri"].as_str().expect("uri").rsplit_once("docs/").expect("below docs").1;
            (entry["code"].as_str().expect("code").to_owned(), uri.to_owned())
        })
        .collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

fn expect(report: &Value, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|(code, uri)| ((*code).to_owned(), (*uri).to_owned())).collect();
    assert_eq!(codes(report), expected, "{report}");
}

fn write(docs: &Path, name: &str, text: &str) {
    fs::create_dir_all(docs.join(name).parent().expect("parent")).expect("mkdir");
    fs::write(docs.join(name), text).expect("write");
}

/// The same story, whoever does the work: `command` runs a command line.
fn story(docs: &Path, elsewhere: &Path, command: &dyn Fn(&[&str]) -> Ran) {
    let ok = |args: &[&str]| {
        let ran = command(&[args, &["--json"]].concat());
        assert_eq!(ran.code, Some(0), "{args:?}: {}{}", ran.out, ran.err);
        serde_json::from_str::<Value>(&ran.out).expect("json")
    };
    let path = docs.to_str().expect("UTF-8");
    write(docs, "same.md", "# Same\n\nThe office opens at nine.");
    write(docs, "old.md", "# Warranty\n\nThe warranty lasts seven years.");
    write(docs, "moved.md", "# Parking\n\nVisitors park behind the hall.");
    write(docs, "gone.md", "# Canteen\n\nThe canteen serves soup.");
    write(
        docs,
        "rows.jsonl",
        "{\"id\": \"a\", \"text\": \"First record.\"}\n{\"id\": \"b\", \"text\": \"Second record.\"}\n",
    );
    ok(&["ingest", "--sync", path]);
    write(elsewhere, "other.md", "# Other\n\nA document from another folder.");
    ok(&["ingest", elsewhere.join("other.md").to_str().expect("UTF-8")]);

    write(docs, "old.md", "# Warranty\n\nThe warranty lasts nine years now.");
    fs::create_dir(docs.join("sub")).expect("mkdir");
    fs::rename(docs.join("moved.md"), docs.join("sub/moved.md")).expect("move");
    fs::remove_file(docs.join("gone.md")).expect("remove");
    write(docs, "new.md", "# Lift\n\nThe lift carries 400 kg.");
    write(docs, "rows.jsonl", "{\"id\": \"b\", \"text\": \"Second record.\"}\n");
    let before = ok(&["documents", "list"]);
    let plan = ok(&["ingest", "--sync", "--dry-run", path]);
    assert_eq!(plan["totals"]["deleted"], 3, "{plan}");
    assert_eq!(ok(&["documents", "list"]), before, "a plan changes nothing");

    let report = ok(&["ingest", "--sync", path]);
    expect(
        &report,
        &[
            ("deleted", "gone.md"),
            ("deleted", "moved.md"),
            ("new", "new.md"),
            ("changed", "old.md"),
            ("deleted", "rows.jsonl#a"),
            ("unchanged", "rows.jsonl#b"),
            ("unchanged", "same.md"),
            ("renamed", "sub/moved.md"),
        ],
    );
    let listed = ok(&["documents", "list"]).to_string();
    assert!(
        listed.contains("other.md") && !listed.contains("gone.md") && !listed.contains("docs/moved.md"),
        "{listed}"
    );
    assert!(ok(&["search", "soup", "--mode", "bm25"])["hits"].as_array().expect("hits").is_empty());
    let again = ok(&["ingest", "--sync", path]);
    assert!(codes(&again).iter().all(|(code, _)| code == "unchanged"), "{again}");
    assert_eq!(again["totals"]["embedded"], 0);

    for i in 0..30 {
        write(docs, &format!("many/{i}.md"), &format!("# Number {i}\n\nSentence number {i} stands here."));
    }
    ok(&["ingest", "--sync", path]);
    fs::remove_dir_all(docs.join("many")).expect("remove");
    let refused = command(&["ingest", "--sync", path]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("30 of 35") && refused.err.contains("--force"), "{}", refused.err);
    assert!(ok(&["documents", "list"]).to_string().contains("many/7.md"), "nothing was removed");
    assert_eq!(ok(&["ingest", "--sync", "--force", path])["totals"]["deleted"], 30);

    fs::rename(docs, docs.with_file_name("unmounted")).expect("move");
    let missing = command(&["ingest", "--sync", path]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("does not exist"), "{}", missing.err);
    assert!(
        ok(&["documents", "list"]).to_string().contains("same.md"),
        "a missing folder is not an empty one"
    );
}

#[test]
fn a_client_is_made_equal_to_a_folder() {
    let dir = tempfile::tempdir().expect("tempdir");
    let data = dir.path().join("data");
    fs::create_dir(&data).expect("mkdir");
    json(&data, &["client", "add", "acme"]);
    story(&dir.path().join("docs"), &dir.path().join("elsewhere"), &|args| run(&data, args));
    let forced = run(&data, &["ingest", "--force", "x"]);
    assert!(forced.code == Some(2) && forced.err.contains("--sync"), "{}", forced.err);
}

#[test]
fn a_client_on_a_server_is_made_equal_to_a_folder_here() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (data, here) = (dir.path().join("data"), dir.path().join("here"));
    for folder in [&data, &here] {
        fs::create_dir(folder).expect("mkdir");
    }
    let key = json(&data, &["init"])["key"].as_str().expect("key").to_owned();
    let server = Serving::start(&data, &[]);
    let remote = |args: &[&str]| {
        let mut command = footnote(&here);
        command.env("FOOTNOTE_SERVER", &server.url).env("FOOTNOTE_KEY", &key).args(args);
        ran(command.output().expect("start"))
    };
    assert_eq!(remote(&["client", "add", "acme"]).code, Some(0));
    story(&dir.path().join("docs"), &dir.path().join("elsewhere"), &remote);
}
