//! Token buckets, plans, usage and a client's settings, over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use footnote_index::Role;
use footnote_server::http::{HttpSettings, LimitSettings, Plan, Rate};
use serde_json::json;

use crate::http_support::{Call, Reply, Server, app, name};

/// Limits with one plan, `tight`, that everybody has. Waits for the next hour when this one is nearly over: a test is about one.
fn tight(plan: Plan) -> LimitSettings {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let left = 3600 - now.as_secs() % 3600;
    if left <= 30 {
        std::thread::sleep(std::time::Duration::from_secs(left));
    }
    LimitSettings {
        plans: BTreeMap::from([("tight".to_owned(), plan)]),
        default_plan: "tight".to_owned(),
        ..LimitSettings::off()
    }
}

fn limited(limits: LimitSettings) -> Server {
    Server::with(HttpSettings { limits, ..HttpSettings::default() })
}

fn ask(key: &str) -> Call {
    Call::new("POST", "/v1/search").key(key).json(&json!({ "query": "lift", "mode": "bm25" }))
}

fn numbers(reply: &Reply) -> [u64; 3] {
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]
        .map(|name| reply.header(name).parse().unwrap_or_else(|_| panic!("{name}: {:?}", reply.headers)))
}

#[tokio::test]
async fn a_burst_passes_and_the_next_is_told_when_to_come_again() {
    // So slow that no token comes back while the test runs.
    let key = Some(Rate { per_second: 1, burst: 3 });
    let server = limited(LimitSettings { key, ..LimitSettings::off() });
    let (mine, other) = (server.editor(), server.editor());
    let get = |key: &str| Call::new("GET", "/v1/documents").key(key);
    let started = std::time::Instant::now();
    for left in [2, 1, 0] {
        let reply = server.send(get(&mine)).await;
        assert_eq!(reply.status, 200);
        assert_eq!(numbers(&reply)[..2], [3, left], "{:?}", reply.headers);
        assert_eq!(reply.header("ratelimit-policy"), "\"key\";q=3;w=3");
    }
    let refused = server.send(get(&mine)).await;
    if started.elapsed().as_millis() < 900 {
        assert_eq!(refused.problem(), (429, "rate_limited".into()));
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(numbers(&refused)[1], 0);
    }
    assert_eq!(server.send(get(&other)).await.status, 200, "another key has a bucket of its own");
    tokio::time::sleep(std::time::Duration::from_millis(1050)).await;
    assert_eq!(server.send(get(&mine)).await.status, 200, "after the time it was told");
}

#[tokio::test]
async fn a_tenant_has_a_bucket_too_and_bad_credentials_have_none() {
    let tenant = Some(Rate { per_second: 1, burst: 2 });
    let server = limited(LimitSettings { tenant, ..LimitSettings::off() });
    let keys = [server.editor(), server.editor(), server.editor()];
    let other = server.key("other", Role::Viewer, Some(&["acme"]));
    let get = |key: &str| Call::new("GET", "/v1/documents").key(key);
    for _ in 0..5 {
        let reply = server.send(get("fn_0000000000000000_garbage")).await;
        assert_eq!(reply.problem(), (401, "unauthorized".into()));
        assert_eq!(reply.header("ratelimit-limit"), "");
    }
    let mut seen = Vec::new();
    for key in &keys {
        seen.push(server.send(get(key)).await.status);
    }
    assert_eq!(seen, [200, 200, 429]);
    assert_eq!(server.send(get(&other)).await.status, 200);
}

#[tokio::test]
async fn questions_are_answered_while_nothing_can_be_written_about_them() {
    let server = Server::new();
    let key = server.editor();
    server.ingest(&key, "lift", "# Lift\n\nThe lift carries 400 kg.").await;
    let held = rusqlite::Connection::open(server.app.engine().dir().join("control.db")).expect("open");
    held.execute_batch("BEGIN IMMEDIATE").expect("lock");
    let started = std::time::Instant::now();
    let mut asked = 0;
    // Counts are written every second: the first write is waiting by then.
    while started.elapsed() < std::time::Duration::from_millis(1500) {
        assert_eq!(server.send(ask(&key)).await.status, 200);
        asked += 1;
    }
    held.execute_batch("ROLLBACK").expect("unlock");
    let admin = server.key("default", Role::Admin, None);
    for _ in 0..100 {
        let usage = server.send(Call::new("GET", "/v1/usage").key(&admin).client("acme")).await.json();
        if usage["used"]["queries_last_day"] == asked {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{asked} questions were not all counted");
}

#[tokio::test]
async fn a_plan_ends_at_its_last_query_and_only_queries_count() {
    let server = limited(tight(Plan { queries_per_hour: Some(3), ..Plan::default() }));
    let (editor, all) = (server.editor(), server.key("default", Role::Admin, None));
    server.ingest(&editor, "lift", "# Lift\n\nThe lift carries 400 kg.").await;
    assert_eq!(server.send(Call::new("GET", "/v1/documents").key(&editor)).await.status, 200);
    let first = server.send(ask(&all).client("acme")).await;
    assert_eq!((first.status, &numbers(&first)[..2]), (200, &[3, 2][..]), "{}", first.text());
    assert_eq!(first.header("ratelimit-policy"), "\"hour\";q=3;w=3600");
    let answer =
        Call::new("POST", "/v1/answers").key(&editor).json(&json!({ "question": "What carries 400 kg?" }));
    let second = server.send(answer).await;
    assert_eq!(second.status, 200);
    // Of a credential for some clients the hour of all of them is kept.
    assert_eq!(second.header("ratelimit-limit"), "");
    assert_eq!(server.send(ask(&all).client("globex")).await.status, 200);
    for key in [&all, &editor] {
        let refused = server.send(ask(key).client("acme")).await;
        assert_eq!(refused.problem(), (429, "quota_exceeded".into()));
        let wait: u64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=3600).contains(&wait), "{wait}");
    }
    assert_eq!(server.send(Call::new("GET", "/v1/documents").key(&editor)).await.status, 200, "no query");
    let other = server.key("other", Role::Viewer, None);
    assert_eq!(server.send(ask(&other)).await.status, 200, "another tenant");
    // A larger plan holds from the next request on.
    let control = server.app.engine().control();
    control.set_plan(&name("default"), Some("gold")).expect("plan");
    assert_eq!(server.send(ask(&editor)).await.status, 429, "a plan nobody configured changes nothing");
}

#[tokio::test]
async fn the_hour_goes_on_after_a_restart_and_a_chosen_plan_holds() {
    let dir = tempfile::tempdir().expect("tempdir");
    let mut limits = tight(Plan { queries_per_hour: Some(2), ..Plan::default() });
    limits.plans.insert("more".to_owned(), Plan { queries_per_hour: Some(4), ..Plan::default() });
    let settings = HttpSettings { limits, ..HttpSettings::default() };
    let path = dir.path().to_path_buf();
    let server = Server::on(dir, app(&path), settings.clone());
    let key = server.editor();
    for status in [200, 200, 429] {
        assert_eq!(server.send(ask(&key)).await.status, status);
    }
    let dir = server.stop();
    let server = Server::on(dir, app(&path), settings);
    assert_eq!(server.send(ask(&key)).await.status, 429, "the same hour");
    // As `footnote tenant plan` does it, beside the process that owns the directory.
    let beside = footnote_index::Control::beside(&path).expect("beside");
    beside.set_plan(&name("default"), Some("more")).expect("plan");
    for status in [200, 200, 429] {
        assert_eq!(server.send(ask(&key)).await.status, status);
    }
}

#[tokio::test]
async fn what_the_server_could_not_serve_is_not_counted() {
    let settings = HttpSettings {
        limits: tight(Plan { queries_per_hour: Some(1), ..Plan::default() }),
        ..HttpSettings::default()
    };
    let server = Server::with(settings);
    let key = server.editor();
    server.ingest(&key, "lift", "# Lift\n\nThe lift carries 400 kg.").await;
    for _ in 0..3 {
        // One millisecond is over before anything is found.
        let late = server.send(ask(&key).header("x-request-timeout-ms", "1")).await;
        if late.status == 200 {
            // A very fast machine: the query was served, and is counted.
            assert_eq!(server.send(ask(&key)).await.status, 429);
            return;
        }
        assert_eq!(late.problem(), (504, "timeout".into()));
    }
    // What was still being counted when its time was over is taken back a moment later.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(server.send(ask(&key)).await.status, 200);
    assert_eq!(server.send(ask(&key)).await.status, 429);
}

#[tokio::test]
async fn a_plan_has_room_for_its_last_document_and_no_more() {
    let server = limited(tight(Plan { documents: Some(2), ..Plan::default() }));
    let (acme, globex) = (server.editor(), server.key("default", Role::Editor, Some(&["globex"])));
    let put = |key: &str, uri: &str, text: &str| {
        Call::new("POST", &format!("/v1/documents?wait=true&uri={uri}"))
            .key(key)
            .raw("text/plain", text.to_owned())
    };
    assert_eq!(server.send(put(&acme, "a", "The lift carries 400 kg.")).await.status, 201);
    assert_eq!(server.send(put(&globex, "b", "Soup is served at noon.")).await.status, 201);
    for key in [&acme, &globex] {
        let refused = server.send(put(key, "c", "One more.")).await;
        assert_eq!(refused.problem(), (403, "storage_quota_exceeded".into()));
        assert!(
            refused.json()["detail"].as_str().expect("detail").contains("allows 2 documents, 2 are stored")
        );
    }
    // What is there may change, and what did not change is no upload.
    assert_eq!(server.send(put(&acme, "a", "The lift carries 500 kg.")).await.status, 200);
    assert_eq!(server.send(put(&acme, "a", "The lift carries 500 kg.")).await.json()["code"], "unchanged");
    let many = "{\"id\":\"a\",\"text\":\"The lift carries 600 kg.\"}\n{\"id\":\"d\",\"text\":\"New.\"}\n";
    let call = Call::new("POST", "/v1/documents?uri=f").key(&acme).raw("application/x-ndjson", many);
    let batch = server.send(call).await;
    let codes: Vec<String> = batch.json()["data"]
        .as_array()
        .expect("data")
        .iter()
        .map(|r| r["code"].as_str().expect("code").to_owned())
        .collect();
    assert!(codes.contains(&"storage_quota_exceeded".to_owned()), "{codes:?}");
    // Deleting makes room.
    let listed = server.send(Call::new("GET", "/v1/documents").key(&globex)).await;
    let id = listed.json()["data"][0]["id"].as_str().expect("id").to_owned();
    assert_eq!(
        server.send(Call::new("DELETE", &format!("/v1/documents/{id}")).key(&globex)).await.status,
        204
    );
    assert_eq!(server.send(put(&globex, "c", "One more.")).await.status, 201);
}

#[tokio::test]
async fn a_plan_has_room_for_bytes_of_all_clients_together() {
    // An empty database takes some: what is asked is more than that and less than twice the text.
    let server = limited(tight(Plan { bytes: Some(3 << 20), ..Plan::default() }));
    let (acme, globex) = (server.editor(), server.key("default", Role::Editor, Some(&["globex"])));
    let put = |key: &str, uri: &str, bytes: usize| {
        let body = format!("{uri}{}", "\n".repeat(bytes));
        Call::new("POST", &format!("/v1/documents?uri={uri}")).key(key).raw("text/plain", body)
    };
    assert_eq!(server.send(put(&acme, "a", 1 << 20)).await.status, 202);
    let refused = server.send(put(&globex, "b", 2 << 20)).await;
    assert_eq!(refused.problem(), (403, "storage_quota_exceeded".into()));
    assert!(refused.text().contains("bytes"), "{}", refused.text());
    assert_eq!(server.send(put(&globex, "b", 1 << 19)).await.status, 202);
}

#[tokio::test]
async fn usage_says_who_used_what_as_far_as_the_credential_goes() {
    let server =
        limited(tight(Plan { queries_per_hour: Some(10), documents: Some(5), bytes: Some(1 << 30) }));
    let (editor, admin) = (server.editor(), server.key("default", Role::Admin, None));
    let limited = server.key("default", Role::Admin, Some(&["globex"]));
    server.ingest(&editor, "lift", "# Lift\n\nThe lift carries 400 kg.").await;
    for client in ["acme", "acme", "globex"] {
        assert_eq!(server.send(ask(&admin).client(client)).await.status, 200);
    }
    let usage = async |key: &str| {
        let reply = server.send(Call::new("GET", "/v1/usage").key(key)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    let all = usage(&admin).await;
    assert_eq!((&all["tenant"], &all["plan"]), (&json!("default"), &json!("tight")));
    assert_eq!(all["limits"], json!({ "queries_per_hour": 10, "documents": 5, "bytes": 1 << 30 }));
    assert_eq!((&all["used"]["queries"], &all["used"]["documents"]), (&json!(3), &json!(1)));
    assert_eq!(all["used"]["queries_last_day"], 3);
    let of: Vec<_> = all["clients"]
        .as_array()
        .expect("clients")
        .iter()
        .map(|c| (c["name"].as_str().expect("name"), c["queries"].as_u64(), c["documents"].as_u64()))
        .collect();
    assert_eq!(of, [("acme", Some(2), Some(1)), ("globex", Some(1), Some(0))]);
    assert!(all["clients"][0]["bytes"].as_u64().expect("bytes") > 0);
    // A credential for one client learns nothing of the others, sums included.
    let some = usage(&limited).await;
    assert_eq!(some["used"], json!(null));
    assert_eq!(some["clients"].as_array().map(Vec::len), Some(1));
    assert_eq!(some["clients"][0]["name"], "globex");
    assert!(!some.to_string().contains("acme"), "{some}");
}

#[tokio::test]
async fn settings_of_a_client_hold_from_the_next_request_on() {
    let server = Server::new();
    let (editor, admin) = (server.editor(), server.key("default", Role::Admin, None));
    for n in 0..3 {
        server
            .ingest(&editor, &format!("lift{n}"), &format!("# Lift {n}\n\nLift {n} carries {n}00 kg."))
            .await;
    }
    let hits = async |body: serde_json::Value| {
        let reply = server.send(Call::new("POST", "/v1/search").key(&editor).json(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    let count = |result: &serde_json::Value| result["hits"].as_array().map(Vec::len);
    assert_eq!(count(&hits(json!({ "query": "lift" })).await), Some(3));
    let patch = async |body: serde_json::Value| {
        server.send(Call::new("PATCH", "/v1/settings").key(&admin).client("acme").json(&body)).await
    };
    let changed = patch(json!({ "search_top_k": 1, "rerank": true })).await;
    assert_eq!((changed.status, changed.json()), (200, json!({ "rerank": true, "search_top_k": 1 })));
    let found = hits(json!({ "query": "lift" })).await;
    assert_eq!(count(&found), Some(1));
    // There is no reranker here: that it was asked for shows in what is said of it.
    assert_eq!(found["degraded"][0]["part"], "rerank", "{found}");
    let said = hits(json!({ "query": "lift", "top_k": 2, "rerank": false })).await;
    assert_eq!((count(&said), &said["degraded"]), (Some(2), &json!([])), "what a request says wins");
    let other = server.send(Call::new("GET", "/v1/settings").key(&admin).client("globex")).await;
    assert_eq!(other.json(), json!({}), "another client's are its own");
    assert_eq!(patch(json!({ "rerank": null })).await.json(), json!({ "search_top_k": 1 }));
    for (bad, code) in [
        (json!({ "search_top_k": 0 }), "invalid_value"),
        (json!({ "search_top_k": 101 }), "invalid_value"),
        (json!({ "answer_top_k": 21 }), "invalid_value"),
        (json!({ "engine": "nobody" }), "invalid_value"),
        (json!({ "rerank": "yes" }), "invalid_body"),
        (json!({ "min_confidence": 1.01 }), "invalid_value"),
        (json!({ "min_confidence": "high" }), "invalid_body"),
        (json!({ "colour": 1 }), "invalid_body"),
        (json!({ "colour": null }), "invalid_body"),
    ] {
        assert_eq!(patch(bad.clone()).await.problem(), (422, code.into()), "{bad}");
    }
    let asked = async || {
        let ask = Call::new("POST", "/v1/answers")
            .key(&editor)
            .json(&json!({ "question": "What does lift 2 carry?" }));
        server.send(ask).await.json()["grounding"].clone()
    };
    let normal = asked().await;
    let confidence = normal["confidence"].as_f64().expect("confidence");
    assert_eq!(patch(json!({ "min_confidence": 1.0 })).await.status, 200);
    let careful = asked().await;
    // Both settings see the same evidence and draw the line at another place.
    assert_eq!(careful["confidence"].as_f64(), Some(confidence));
    assert_eq!(careful["status"], "abstained", "{normal} {careful}");
    assert_eq!(patch(json!({ "min_confidence": 0 })).await.status, 200);
    assert_eq!(asked().await["status"], "grounded", "{normal}");
    assert_eq!(patch(json!({ "min_confidence": null })).await.status, 200);
    let left = server.send(Call::new("GET", "/v1/settings").key(&editor)).await;
    assert_eq!(left.json(), json!({ "search_top_k": 1 }), "nothing of what was refused was kept");
}

#[tokio::test]
async fn many_requests_at_once_get_exactly_what_the_plan_has() {
    let server = Arc::new(limited(tight(Plan { queries_per_hour: Some(10), ..Plan::default() })));
    let key = server.editor();
    let mut tasks = Vec::new();
    for _ in 0..40 {
        let (server, call) = (Arc::clone(&server), ask(&key));
        tasks.push(tokio::spawn(async move { server.send(call).await.status }));
    }
    let mut served = 0;
    for task in tasks {
        match task.await.expect("join") {
            200 => served += 1,
            // What was refused for the line's length was given back.
            429 | 503 => {}
            other => panic!("{other}"),
        }
    }
    assert!(served <= 10, "{served}");
    while served < 10 {
        assert_eq!(server.send(ask(&key)).await.status, 200);
        served += 1;
    }
    assert_eq!(server.send(ask(&key)).await.status, 429);
}
