//! Bad input: each gets one clear line that names the thing and the fix, and the rest goes on.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use crate::cli_support::{footnote, json, ran, run};

fn with_client() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("tempdir");
    assert_eq!(run(dir.path(), &["client", "add", "acme"]).code, Some(0));
    dir
}

/// The error, which must be one line.
fn line(err: &str) -> &str {
    assert_eq!(err.trim().lines().count(), 1, "{err}");
    err.trim()
}

#[test]
fn bad_files_are_reported_and_the_rest_is_ingested() {
    let dir = with_client();
    let docs = dir.path().join("docs");
    fs::create_dir(&docs).expect("mkdir");
    fs::write(docs.join("good.md"), "# Warranty\n\nThe warranty lasts five years.").expect("write");
    fs::write(docs.join("empty.txt"), "").expect("write");
    fs::write(docs.join("binary.txt"), [0u8, 1, 2, 255, 0, 7].repeat(50)).expect("write");
    let (latin, _, _) =
        encoding_rs::ISO_8859_2.encode("Preţul abonamentului este de zece lei pe lună, plătibil anticipat.");
    fs::write(docs.join("latin2.txt"), latin).expect("write");
    fs::write(docs.join("broken.pdf"), "%PDF-1.4\nnothing here").expect("write");
    fs::write(docs.join("sheet.xlsx"), b"PK\x03\x04not really").expect("write");
    fs::write(
        docs.join("rows.jsonl"),
        "{\"id\": 1, \"text\": \"Row one.\"}\n{oops}\n{\"id\": 3, \"text\": \"Row three.\"}\n",
    )
    .expect("write");
    std::os::unix::fs::symlink("/nonexistent", docs.join("dangling.txt")).expect("symlink");
    let big = fs::File::create(docs.join("huge.txt")).expect("create");
    big.set_len((64 << 20) + 1).expect("sparse");
    drop(big);
    let missing = docs.join("missing.txt");

    let args = ["ingest", docs.to_str().expect("UTF-8"), missing.to_str().expect("UTF-8"), "--json"];
    let first = run(dir.path(), &args);
    assert_eq!(first.code, Some(3), "{}", first.err);
    let report: serde_json::Value = serde_json::from_str(&first.out).expect("json");
    let code_of = |name: &str| {
        let found = report["documents"]
            .as_array()
            .expect("list")
            .iter()
            .find(|d| d["uri"].as_str().is_some_and(|u| u.ends_with(name)));
        found.unwrap_or_else(|| panic!("{name} in {report}"))["code"].as_str().expect("code").to_owned()
    };
    for (name, code) in [
        ("good.md", "new"),
        ("empty.txt", "empty"),
        ("binary.txt", "binary"),
        ("latin2.txt", "new"),
        ("huge.txt", "too_large"),
        ("rows.jsonl#1", "new"),
        ("rows.jsonl#line=2", "bad_record"),
        ("rows.jsonl#3", "new"),
        ("dangling.txt", "symlink"),
        ("missing.txt", "unreadable"),
    ] {
        assert_eq!(code_of(name), code, "{name}");
    }
    assert!(
        ["corrupt", "empty", "needs_ocr"].contains(&code_of("broken.pdf").as_str()),
        "{}",
        code_of("broken.pdf")
    );
    assert!(["corrupt", "unsupported_format"].contains(&code_of("sheet.xlsx").as_str()));
    assert_eq!(report["totals"]["ingested"], 4);
    for document in report["documents"].as_array().expect("list") {
        assert_eq!(document["status"] == "ingested", document["reason"].is_null(), "{document}");
    }

    let second = json_with_failures(dir.path(), &args);
    assert_eq!(
        (&second["totals"]["ingested"], &second["totals"]["embedded"]),
        (&0.into(), &0.into()),
        "{second}"
    );
    let found = json(dir.path(), &["search", "pretul abonamentului"]);
    assert!(
        found["hits"][0]["text"].as_str().expect("text").contains("Prețul")
            || found["hits"][0]["text"].as_str().expect("text").contains("Preţul")
    );
}

fn json_with_failures(data: &Path, args: &[&str]) -> serde_json::Value {
    let ran = run(data, args);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    serde_json::from_str(&ran.out).expect("json")
}

#[test]
fn a_dry_run_changes_nothing() {
    let dir = with_client();
    fs::write(dir.path().join("a.txt"), "A sentence about nothing.").expect("write");
    let plan = json(dir.path(), &["ingest", "--sync", "--dry-run", "a.txt"]);
    assert_eq!((&plan["dry_run"], &plan["totals"]["ingested"]), (&true.into(), &1.into()));
    assert_eq!(json(dir.path(), &["documents", "list"])["data"].as_array().expect("list").len(), 0);
}

#[test]
fn unknown_and_missing_clients_are_named_with_the_fix() {
    let dir = tempfile::tempdir().expect("tempdir");
    let none = run(dir.path(), &["ask", "why?"]);
    assert_eq!(none.code, Some(1));
    assert!(line(&none.err).contains("footnote client add"), "{}", none.err);
    assert_eq!(run(dir.path(), &["client", "add", "acme"]).code, Some(0));
    let unknown = run(dir.path(), &["documents", "list", "--client", "nobody"]);
    assert!(line(&unknown.err).contains("no client nobody (known: acme)"), "{}", unknown.err);
    assert_eq!(run(dir.path(), &["client", "add", "globex"]).code, Some(0));
    let ambiguous = run(dir.path(), &["documents", "list"]);
    assert_eq!(ambiguous.code, Some(2));
    assert!(line(&ambiguous.err).contains("--client: acme, globex"), "{}", ambiguous.err);
    let bad = run(dir.path(), &["client", "add", "No/Good"]);
    assert!(line(&bad.err).contains("invalid name"), "{}", bad.err);
}

#[test]
fn a_missing_or_damaged_model_says_how_to_get_it() {
    let dir = with_client();
    let empty = tempfile::tempdir().expect("tempdir");
    let ask = |models: &Path| {
        ran(footnote(dir.path())
            .env("FOOTNOTE_MODELS", models)
            .args(["ask", "why?"])
            .output()
            .expect("start"))
    };
    let missing = ask(empty.path());
    assert_eq!(missing.code, Some(1));
    assert!(line(&missing.err).contains("footnote models fetch multilingual-e5-small-q4"), "{}", missing.err);

    let store = footnote_models::testing::test_store();
    let model = store.open(footnote_models::DEFAULT_MODEL).expect("fetched");
    let copy = empty.path().join(footnote_models::DEFAULT_MODEL);
    fs::create_dir(&copy).expect("mkdir");
    for entry in fs::read_dir(model.path()).expect("list") {
        let entry = entry.expect("entry");
        if !entry.file_type().expect("type").is_file() {
            continue;
        }
        let mut bytes = fs::read(entry.path()).expect("read");
        if entry.file_name().to_string_lossy().starts_with("model.") {
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
        }
        fs::write(copy.join(entry.file_name()), bytes).expect("write");
    }
    let damaged = ask(empty.path());
    assert_eq!(damaged.code, Some(1));
    assert!(line(&damaged.err).contains("model.") && damaged.err.contains("SHA-256"), "{}", damaged.err);
    let verify = ran(footnote(dir.path())
        .env("FOOTNOTE_MODELS", empty.path())
        .args(["models", "verify"])
        .output()
        .expect("start"));
    assert_eq!(verify.code, Some(1), "{}", verify.out);
}

#[test]
fn a_port_in_use_and_a_server_without_keys_are_refused() {
    let dir = with_client();
    let taken = TcpListener::bind("127.0.0.1:0").expect("bind");
    let address = taken.local_addr().expect("address").to_string();
    let used = run(dir.path(), &["serve", "--no-auth", "--bind", &address]);
    assert_eq!(used.code, Some(1));
    assert!(line(&used.err).contains(&address), "{}", used.err);
    drop(taken);
    let keyless = run(dir.path(), &["serve", "--bind", &address]);
    assert!(line(&keyless.err).contains("footnote init"), "{}", keyless.err);
    let open = run(dir.path(), &["serve", "--no-auth", "--bind", "0.0.0.0:0"]);
    assert_eq!(open.code, Some(2), "{}", open.err);
    let nonsense = run(dir.path(), &["serve", "--bind", "somewhere"]);
    assert_eq!(nonsense.code, Some(2), "{}", nonsense.err);
}

#[test]
fn usage_errors_exit_with_two_and_a_reader_that_leaves_early_is_no_error() {
    let dir = with_client();
    assert_eq!(run(dir.path(), &["no-such-command"]).code, Some(2));
    assert_eq!(run(dir.path(), &["search"]).code, Some(2));
    fs::write(dir.path().join("footnote.toml"), "dat = \"x\"").expect("write");
    let config = run(dir.path(), &["client", "list"]);
    assert_eq!(config.code, Some(2));
    assert!(line(&config.err).contains("unknown key \"dat\""), "{}", config.err);
}
