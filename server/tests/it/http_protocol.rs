//! What every request meets: limits at their edge, malformed input, ids, problems, the log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use footnote_server::http::HttpSettings;
use serde_json::json;

use crate::http_support::{Call, Server};

#[tokio::test]
async fn limits_hold_at_their_edge() {
    let server =
        Server::with(HttpSettings { max_body_bytes: 2000, max_json_bytes: 500, ..HttpSettings::default() });
    let key = server.editor();
    let text = |len: usize| "lift ".repeat(len / 5 + 1)[..len].to_owned();
    for (len, status) in [(2000, 202), (2001, 413)] {
        let call = Call::new("POST", &format!("/v1/documents?uri=a{len}")).key(&key);
        let reply = server.send(call.raw("text/plain", text(len))).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
    for (len, status) in [(500, 200), (501, 413)] {
        let mut body = json!({ "query": "lift" }).to_string();
        body.push_str(&" ".repeat(len - body.len()));
        let reply =
            server.send(Call::new("POST", "/v1/search").key(&key).raw("application/json", body)).await;
        assert_eq!(reply.status, status, "{}", reply.text());
        if status == 413 {
            assert_eq!(reply.problem().1, "body_too_large");
        }
    }
    let announced = Call::new("POST", "/v1/documents?uri=b").key(&key).header("content-length", "2001");
    assert_eq!(server.send(announced.raw("text/plain", "x")).await.problem(), (413, "body_too_large".into()));
    // Who may not write learns that before the size is looked at.
    let viewer = server.key("default", footnote_index::Role::Viewer, Some(&["acme"]));
    let large = Call::new("POST", "/v1/documents?uri=c").key(&viewer).raw("text/plain", text(2001));
    assert_eq!(server.send(large).await.problem(), (403, "forbidden".into()));
}

#[tokio::test]
async fn malformed_requests_are_told_what_is_wrong() {
    let server = Server::new();
    let key = server.editor();
    let search = || Call::new("POST", "/v1/search").key(&key);
    let documents = |query: &str| Call::new("POST", &format!("/v1/documents{query}")).key(&key);
    let long = "x".repeat(9000);
    for (call, status, code) in [
        (search(), 415, "unsupported_media_type"),
        (search().raw("text/plain", "{}"), 415, "unsupported_media_type"),
        (search().raw("application/json", "{"), 400, "invalid_json"),
        (search().raw("application/json", "{}"), 422, "invalid_body"),
        (search().json(&json!({ "query": "x", "unknown": 1 })), 422, "invalid_body"),
        (search().json(&json!({ "query": "x", "mode": "magic" })), 422, "invalid_body"),
        (search().json(&json!({ "query": "x", "top_k": 0 })), 422, "invalid_value"),
        (search().json(&json!({ "query": "x", "top_k": 101 })), 422, "invalid_value"),
        (search().json(&json!({ "query": "  " })), 422, "invalid_value"),
        (search().json(&json!({ "query": long })), 422, "invalid_value"),
        (Call::new("POST", "/v1/answers").key(&key).json(&json!({ "question": "" })), 422, "invalid_value"),
        (documents("").raw("text/plain", "x"), 400, "invalid_request"),
        (documents("?wait=maybe&uri=x").raw("text/plain", "x"), 400, "invalid_request"),
        (documents("?nope=1").raw("text/plain", "x"), 400, "invalid_request"),
        (documents("?uri=x").raw("application/x-www-form-urlencoded", "x"), 415, "unsupported_media_type"),
        (documents("").json(&json!({ "uri": "x" })), 422, "invalid_body"),
        (documents("").json(&json!({ "uri": "", "text": "x" })), 422, "invalid_value"),
        (
            documents("").json(&json!({ "uri": "x", "text": "y", "metadata": { "k": "v".repeat(70_000) } })),
            422,
            "invalid_value",
        ),
        (documents("").raw("multipart/form-data", "x"), 400, "invalid_request"),
        (Call::new("GET", "/v1/documents?limit=0").key(&key), 422, "invalid_value"),
        (Call::new("GET", "/v1/documents?limit=1001").key(&key), 422, "invalid_value"),
        (Call::new("GET", "/v1/nothing").key(&key), 404, "route_not_found"),
        (Call::new("GET", "/v1/search").key(&key), 405, "method_not_allowed"),
        (Call::new("PUT", "/v1/documents").key(&key), 405, "method_not_allowed"),
    ] {
        let reply = server.send(call).await;
        assert_eq!(reply.problem(), (status, code.to_owned()), "{}", reply.text());
    }
    let wrong_method = server.send(Call::new("GET", "/v1/search").key(&key)).await;
    assert_eq!(wrong_method.header("allow"), "POST");
    // An empty body where a document was meant is accepted and then fails, with the reason.
    let empty = server.send(documents("?uri=empty&wait=true").raw("text/plain", "")).await;
    assert_eq!((empty.status, empty.json()["code"].clone()), (200, "empty".into()), "{}", empty.text());
}

#[tokio::test]
async fn every_response_has_an_id_and_plain_ones_are_kept() {
    let server = Server::new();
    let key = server.editor();
    for path in ["/healthz", "/v1/documents", "/v1/documents/doc_0", "/nothing"] {
        let kept = server.send(Call::new("GET", path).key(&key).header("x-request-id", "trace-1.A_b")).await;
        assert_eq!(kept.header("x-request-id"), "trace-1.A_b", "{path}");
        let replaced = server.send(Call::new("GET", path).key(&key).header("x-request-id", "a b\"c")).await;
        assert!(replaced.header("x-request-id").starts_with("req_"), "{path}");
        let (one, two) =
            (server.send(Call::new("GET", path)).await, server.send(Call::new("GET", path)).await);
        assert_ne!(one.header("x-request-id"), two.header("x-request-id"), "{path}");
    }
}

#[tokio::test]
async fn health_needs_no_key_and_looks_at_the_parts() {
    let server = Server::new();
    for (path, status) in [("/healthz", "ok"), ("/startupz", "started"), ("/readyz", "ready")] {
        let reply = server.send(Call::new("GET", path)).await;
        assert_eq!(
            (reply.status, reply.json()["status"].clone()),
            (200, status.into()),
            "{path}: {}",
            reply.text()
        );
    }
}

/// Where the test's log lines go.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("lock").write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_the_route_and_never_what_was_said() {
    let server = Server::new();
    let key = server.editor();
    let id = server.ingest(&key, "lift", "The lift carries 400 kg.").await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    server.find(&key, "whispered question").await;
    server.send(Call::new("GET", &format!("/v1/documents/{id}")).key(&key)).await;
    server
        .send(
            Call::new("POST", "/v1/documents?uri=quiet-uri")
                .key("fn_wrong_secretkey")
                .raw("text/plain", "hidden body"),
        )
        .await;
    drop(guard);
    let log = String::from_utf8(lines.0.lock().expect("lock").clone()).expect("text");
    let requests: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .filter(|line: &serde_json::Value| line["fields"]["message"] == "request")
        .collect();
    let seen: Vec<_> = requests
        .iter()
        .map(|r| &r["fields"])
        .map(|f| (&f["http.route"], &f["http.status"], &f["client.id"], &f["tenant.id"]))
        .collect();
    assert_eq!(
        json!(seen),
        json!([
            ["/v1/search", 200, "acme", "default"],
            ["/v1/documents/{id}", 200, "acme", "default"],
            ["/v1/documents", 401, "", ""]
        ])
    );
    let secret = key.rsplit('_').next().expect("secret");
    for said in ["whispered", "quiet-uri", "secretkey", "hidden body", secret] {
        assert!(!log.contains(said), "{said} in {log}");
    }
}

#[tokio::test]
async fn a_question_longer_than_the_models_input_is_answered_and_says_so() {
    let server = Server::new();
    let key = server.editor();
    server.ingest(&key, "lift", "The lift carries 400 kg.").await;
    for (words, windows) in [(10, None), (700, Some(2)), (1400, Some(3))] {
        let question = "lift ".repeat(words);
        for (path, body) in
            [("/v1/search", json!({ "query": question })), ("/v1/answers", json!({ "question": question }))]
        {
            let reply = server.send(Call::new("POST", path).key(&key).json(&body)).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            let degraded = reply.json()["degraded"].clone();
            let said = degraded.as_array().expect("list").iter().find(|entry| entry["part"] == "query");
            let said = said.map(|entry| entry["reason"].as_str().expect("reason").to_owned());
            let end = windows.map(|n| format!("more than the model's 512: it was embedded in {n} windows"));
            assert_eq!(said.is_some(), windows.is_some(), "{path} {words}: {degraded}");
            assert!(
                said.unwrap_or_default().ends_with(&end.unwrap_or_default()),
                "{path} {words}: {degraded}"
            );
        }
    }
}
