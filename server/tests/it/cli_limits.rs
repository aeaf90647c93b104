//! Limits, plans and keys of a running server, as an operator has them.

use std::path::Path;

use ureq::Agent;
use ureq::http::Response;

use crate::cli_support::{Serving, footnote, json, ran, run};

fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).proxy(None).build().into()
}

fn header<'a>(response: &'a Response<ureq::Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

fn search(url: &str, key: &str) -> Response<ureq::Body> {
    let body = serde_json::json!({ "query": "lift", "mode": "bm25" });
    let request = agent().post(format!("{url}/v1/search")).header("authorization", format!("Bearer {key}"));
    request.send_json(&body).expect("answered")
}

fn key(data: &Path, role: &str) -> String {
    json(data, &["key", "add", "--role", role])["key"].as_str().expect("key").to_owned()
}

#[test]
fn limits_are_on_and_a_plan_changes_while_the_server_runs() {
    let dir = tempfile::tempdir().expect("tempdir");
    let data = dir.path();
    json(data, &["init"]);
    json(data, &["client", "add", "acme"]);
    let viewer = key(data, "viewer");
    let server = Serving::start(data, &[]);
    let first = search(&server.url, &viewer);
    assert_eq!((first.status().as_u16(), header(&first, "ratelimit-limit")), (200, "20"));
    // Beside the server, which owns the directory.
    std::fs::write(data.join("footnote.toml"), "[plans.one]\nqueries_per_hour = 1\n").expect("write");
    let unknown = run(data, &["tenant", "plan", "default", "gold"]);
    assert_eq!(unknown.code, Some(2), "{}", unknown.err);
    assert!(unknown.err.contains("free, one, pro, unlimited"), "{}", unknown.err);
    let listed = json(data, &["tenant", "list"]);
    assert_eq!(listed["data"][0]["plan"], "unlimited", "{listed}");
    json(data, &["tenant", "plan", "default", "free"]);
    let limited = search(&server.url, &viewer);
    assert_eq!(limited.status().as_u16(), 200);
    assert!(
        header(&limited, "ratelimit-policy").contains("\"hour\";q=100;w=3600"),
        "{:?}",
        limited.headers()
    );
    json(data, &["tenant", "plan", "default", "default"]);
    let free = search(&server.url, &viewer);
    assert!(!header(&free, "ratelimit-policy").contains("hour"), "{:?}", free.headers());
    drop(server);
    // Started with the plan of the file as everybody's.
    let server = Serving::start(data, &["--default-plan", "one"]);
    let statuses: Vec<u16> = (0..2).map(|_| search(&server.url, &viewer).status().as_u16()).collect();
    assert_eq!(statuses, [429, 429], "the hour's queries of before count");
    drop(server);
    let refused = ran(footnote(data).args(["serve", "--default-plan", "gold"]).output().expect("starts"));
    assert_eq!(refused.code, Some(2), "{}", refused.err);
}

#[test]
fn a_key_is_rotated_with_an_overlap_and_revoked_at_once_on_a_running_server() {
    let dir = tempfile::tempdir().expect("tempdir");
    let data = dir.path();
    let admin = json(data, &["init"])["key"].as_str().expect("key").to_owned();
    json(data, &["client", "add", "acme"]);
    let server = Serving::start(data, &["--rate-per-s", "off"]);
    let remote = |args: &[&str]| {
        let args = [args, &["--server", &server.url, "--key", &admin]].concat();
        json(data, &args)
    };
    let old = remote(&["key", "add", "--role", "viewer"]);
    let (old_id, old_key) = (old["id"].as_str().expect("id"), old["key"].as_str().expect("key"));
    let status = |key: &str| search(&server.url, key).status().as_u16();
    let new = remote(&["key", "rotate", old_id, "--overlap", "3s"]);
    let new_key = new["key"].as_str().expect("key");
    assert_eq!([status(old_key), status(new_key)], [200, 200]);
    std::thread::sleep(std::time::Duration::from_millis(3100));
    assert_eq!([status(old_key), status(new_key)], [401, 200]);
    remote(&["key", "revoke", new["id"].as_str().expect("id")]);
    assert_eq!(status(new_key), 401);
}

#[test]
fn the_doctor_shows_limits_and_finds_what_is_wrong_with_tokens() {
    let dir = tempfile::tempdir().expect("tempdir");
    let data = dir.path();
    json(data, &["init"]);
    let shown = json(data, &["doctor"]);
    let setting = |name: &str| {
        let settings = shown["settings"].as_array().expect("settings");
        settings.iter().find(|s| s["key"] == name).map(|s| (s["value"].clone(), s["from"].clone()))
    };
    assert_eq!(setting("rate_per_s"), Some(("10".into(), "default".into())));
    assert_eq!(setting("default_plan"), Some(("unlimited".into(), "default".into())));
    let keys = data.join("jwks.json");
    let jwt = |args: &[&str]| {
        let mut command = footnote(data);
        command.env("FOOTNOTE_JWT_ISSUER", "https://i.example").env("FOOTNOTE_JWT_AUDIENCE", "footnote");
        ran(command.env("FOOTNOTE_JWT_KEYS", &keys).args(args).output().expect("starts"))
    };
    let missing = jwt(&["doctor"]);
    assert_eq!(missing.code, Some(1), "{}", missing.out);
    assert!(missing.out.contains("jwks.json"), "{}", missing.out);
    let key = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;
    std::fs::write(&keys, key).expect("write");
    let found = jwt(&["doctor"]);
    assert!(found.out.contains("1 keys in"), "{}", found.out);
    let http = ran(footnote(data)
        .args(["serve", "--jwt-issuer", "i", "--jwt-audience", "a", "--jwt-keys", "http://i.example/keys"])
        .output()
        .expect("starts"));
    assert_eq!(http.code, Some(2), "{}", http.err);
    assert!(http.err.contains("https"), "{}", http.err);
}

#[test]
fn a_stopped_server_has_written_what_it_counted_and_leaves_no_log_behind() {
    let dir = tempfile::tempdir().expect("tempdir");
    let data = dir.path();
    json(data, &["init"]);
    json(data, &["client", "add", "acme"]);
    let editor = key(data, "editor");
    let server = Serving::start(data, &[]);
    let upload = agent()
        .post(format!("{}/v1/documents?wait=true&uri=lift", server.url))
        .header("authorization", format!("Bearer {editor}"))
        .header("content-type", "text/plain")
        .send("The lift carries 400 kg.")
        .expect("answered");
    assert_eq!(upload.status().as_u16(), 201);
    for _ in 0..3 {
        assert_eq!(search(&server.url, &editor).status().as_u16(), 200);
    }
    assert!(server.terminate().success(), "SIGTERM is an orderly end");
    let mut folders = vec![data.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("list") {
            let path = entry.expect("entry").path();
            let logged = path.to_string_lossy().ends_with("-wal");
            assert!(!logged || path.metadata().expect("size").len() == 0, "{} is left", path.display());
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    let admin = key(data, "admin");
    let server = Serving::start(data, &[]);
    let request =
        agent().get(format!("{}/v1/usage", server.url)).header("authorization", format!("Bearer {admin}"));
    let usage: serde_json::Value = request.call().expect("answered").body_mut().read_json().expect("JSON");
    assert_eq!(usage["used"]["queries_last_day"], 3, "{usage}");
}
