//! `kill -9` of a server: what of the history survives, and that the rest costs nothing but itself.

use std::time::Duration;

use serde_json::{Value, json};

use crate::cli_support::{Serving, json as run_json, run};

/// A key and the documents of a fresh data directory.
fn prepare(data: &std::path::Path) -> String {
    run_json(data, &["client", "add", "acme"]);
    let folder = data.join("docs");
    std::fs::create_dir(&folder).expect("mkdir");
    std::fs::write(
        folder.join("lift.md"),
        "# Lift\n\nThe lift of the warehouse carries two tonnes of goods.",
    )
    .expect("write");
    run_json(data, &["ingest", "--client", "acme", folder.to_str().expect("UTF-8")]);
    let made = run_json(data, &["key", "add", "--role", "editor", "--clients", "acme"]);
    made["key"].as_str().expect("key").to_owned()
}

fn call(url: &str, key: &str, path: &str, body: Option<&Value>) -> Value {
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    let bearer = format!("Bearer {key}");
    let answer = match body {
        Some(body) => agent.post(format!("{url}{path}")).header("authorization", &bearer).send_json(body),
        None => agent.get(format!("{url}{path}")).header("authorization", &bearer).call(),
    };
    answer.expect("answered").body_mut().read_json().expect("json")
}

#[test]
fn what_was_read_or_rated_survives_and_only_the_last_entries_are_lost() {
    let dir = tempfile::tempdir().expect("tempdir");
    let data = dir.path();
    let key = prepare(data);
    let question = json!({ "question": "What does the lift of the warehouse carry?" });
    let ask = |serving: &Serving| {
        call(&serving.url, &key, "/v1/answers", Some(&question))["trace_id"]
            .as_str()
            .expect("recorded")
            .to_owned()
    };
    let mut kept = Vec::new();
    for _ in 0..3 {
        let serving = Serving::start(data, &[]);
        // Rated: acknowledged on the disk. Left alone: written soon. Killed at once: may be lost.
        let rated = ask(&serving);
        let path = format!("/v1/history/{rated}/feedback");
        call(&serving.url, &key, &path, Some(&json!({ "rating": "up" })));
        let left = ask(&serving);
        std::thread::sleep(Duration::from_secs(2));
        let last = ask(&serving);
        drop(serving);
        kept.extend([rated, left]);
        let serving = Serving::start(data, &[]);
        let page = call(&serving.url, &key, "/v1/history?limit=1000", None);
        let ids: Vec<&str> =
            page["data"].as_array().expect("data").iter().map(|e| e["id"].as_str().expect("id")).collect();
        for id in &kept {
            assert!(ids.contains(&id.as_str()), "{id} is lost: {ids:?}");
        }
        assert!(ids.len() <= kept.len() + 3, "{ids:?} after {last}");
        let rated = call(&serving.url, &key, "/v1/history?rating=up", None);
        assert_eq!(rated["data"].as_array().expect("data").len(), kept.len() / 2);
    }
    assert_eq!(run(data, &["verify"]).code, Some(0));
}

#[test]
fn the_command_line_records_lists_replays_rates_and_exports_here_and_on_a_server() {
    let dir = tempfile::tempdir().expect("tempdir");
    let data = dir.path();
    let key = prepare(data);
    let client = ["--client", "acme"];
    let answer =
        run_json(data, &[&["ask", "What does the lift of the warehouse carry?"][..], &client].concat());
    let id = answer["trace_id"].as_str().expect("recorded").to_owned();
    let steps = |extra: &[&str]| {
        let go = |args: &[&str]| run_json(data, &[args, extra].concat());
        let listed = go(&["history", "list", "--kind", "answer"]);
        assert_eq!(listed["data"][0]["id"], json!(id), "{listed}");
        let shown = go(&["history", "show", &id]);
        assert!(shown["citations"][0]["quote"].as_str().expect("quote").contains("two tonnes"), "{shown}");
        let replayed = go(&["history", "replay", &id]);
        assert_eq!(replayed["changes"]["same"], true, "{replayed}");
        let rated = go(&["history", "feedback", &id, "up", "--comment", "right"]);
        assert_eq!((&rated["rating"], &rated["comment"]), (&json!("up"), &json!("right")));
        let file = data.join("out.jsonl");
        let out = file.to_str().expect("UTF-8");
        go(&["history", "export", "--format", "ndjson", "-o", out]);
        let text = std::fs::read_to_string(&file).expect("exported");
        let line: Value = serde_json::from_str(text.lines().next().expect("a line")).expect("json");
        assert_eq!(
            (&line["_id"], &line["text"]),
            (&json!(id), &json!("What does the lift of the warehouse carry?"))
        );
        for (args, part) in [
            (vec!["history", "list"], "What does the lift"),
            (vec!["history", "show", id.as_str()], "two tonnes"),
            (vec!["history", "replay", id.as_str()], "nothing changed"),
            (vec!["history", "export", "--format", "csv"], "id,at,kind"),
        ] {
            let ran = run(data, &[&args[..], extra].concat());
            assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
            assert!(ran.out.contains(part), "{args:?}: {}", ran.out);
        }
        for (args, code) in [
            (vec!["history", "list", "--limit", "0"], 2),
            (vec!["history", "list", "--kind", "other"], 2),
            (vec!["history", "show", "trc_absent"], 1),
        ] {
            assert_eq!(run(data, &[&args[..], extra].concat()).code, Some(code), "{args:?}");
        }
    };
    steps(&client);
    let serving = Serving::start(data, &[]);
    let remote = ["--server", &serving.url, "--key", &key];
    steps(&remote);

    // One is removed through the server, what is left beside it.
    let go = |args: &[&str], extra: &[&str]| run_json(data, &[args, extra].concat());
    for _ in 0..2 {
        go(&["ask", "What does the lift of the warehouse carry?"], &remote);
    }
    let before = go(&["history", "list"], &remote)["data"].as_array().expect("data").len();
    assert_eq!(go(&["history", "delete", &id], &remote)["removed"], 1);
    assert_eq!(run(data, &[&["history", "show", &id][..], &remote].concat()).code, Some(1), "it is gone");
    drop(serving);
    for wrong in
        [&["history", "delete"][..], &["history", "delete", "--all"], &["history", "delete", &id, "--all"]]
    {
        assert_eq!(run(data, &[wrong, &client].concat()).code, Some(2), "{wrong:?}");
    }
    assert_eq!(go(&["history", "delete", "--all", "--yes"], &client)["removed"], before - 1);
    assert_eq!(go(&["history", "list"], &client)["data"], json!([]));
    let again = run(data, &[&["history", "delete", "--all", "--yes"][..], &client].concat());
    assert!(again.code == Some(0) && again.out.contains("removed 0"), "{}{}", again.out, again.err);
    assert_eq!(run(data, &[&["history", "delete", &id][..], &client].concat()).code, Some(1));
}
