//! `GET /metrics`: who may read it, what it says, and that it does not grow with tenants and clients.

use std::collections::{BTreeMap, BTreeSet};

use footnote_index::Role;
use footnote_server::front::{FrontSettings, MetricsSettings};
use footnote_server::http::{AuthMode, HttpSettings};
use serde_json::json;

use crate::http_support::{Call, Server, app, name};

const TOKEN: &str = "metrics-token-of-the-operator";

fn server(token: Option<&str>) -> Server {
    let dir = tempfile::tempdir().expect("tempdir");
    let app = app(dir.path());
    let metrics = MetricsSettings { token: token.map(str::to_owned) };
    app.set_front(FrontSettings { metrics, ..FrontSettings::default() });
    Server::on(dir, app, HttpSettings::default())
}

async fn page(server: &Server) -> String {
    let reply = server.send(Call::new("GET", "/metrics").key(TOKEN)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    reply.text()
}

/// Series with their values; checks the format on the way: a family's help and type come before its samples and once, names
/// and labels are plain, values are numbers, histograms grow towards `+Inf`, which is their count.
fn parse(page: &str) -> BTreeMap<String, f64> {
    let mut series = BTreeMap::new();
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    let mut helped = BTreeSet::new();
    let mut current = "";
    assert!(page.ends_with('\n') && !page.contains("\n\n"));
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (family, help) = rest.split_once(' ').expect("help");
            assert!(!help.is_empty() && helped.insert(family), "{line}");
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (family, kind) = rest.split_once(' ').expect("type");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(helped.contains(family) && kinds.insert(family, kind).is_none(), "{line}");
            current = family;
            continue;
        }
        let (key, value) = line.rsplit_once(' ').expect("a sample");
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
        let of = key.split('{').next().expect("name");
        let base = match kinds[current] {
            "histogram" => {
                ["_bucket", "_sum", "_count"].iter().find_map(|end| of.strip_suffix(end)).expect("a part")
            }
            _ => of,
        };
        assert_eq!(base, current, "samples stand below their family: {line}");
        if let Some(labels) = key.strip_prefix(of).filter(|labels| !labels.is_empty()) {
            let labels = labels.strip_prefix('{').and_then(|l| l.strip_suffix('}')).expect("braces");
            for pair in labels.split("\",") {
                let (label, text) = pair.split_once("=\"").expect("a pair");
                assert!(label.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{line}");
                assert!(!["tenant", "client", "key"].contains(&label) && !text.contains('\n'));
            }
        }
        assert!(value >= 0.0 && series.insert(key.to_owned(), value).is_none(), "{line}");
    }
    for (key, count) in &series {
        if let Some((before, end)) = key.split_once("_count") {
            let last = match end.strip_suffix('}') {
                Some(labels) => format!("{before}_bucket{labels},le=\"+Inf\"}}"),
                None => continue,
            };
            assert_eq!(series.get(&last), Some(count), "{last}");
        }
    }
    series
}

#[tokio::test]
async fn no_key_of_a_tenant_reads_it_and_the_token_does() {
    for (token, status) in [(Some(TOKEN), 200), (None, 401)] {
        let server = server(token);
        for key in [
            server.key("default", Role::Admin, None),
            server.editor(),
            "garbage".to_owned(),
            format!("{TOKEN}x"),
        ] {
            let reply = server.send(Call::new("GET", "/metrics").key(&key)).await;
            assert_eq!(reply.problem(), (401, "unauthorized".into()));
        }
        assert_eq!(server.send(Call::new("GET", "/metrics")).await.status, 401);
        assert_eq!(server.send(Call::new("GET", "/metrics").key(TOKEN)).await.status, status);
        // The token opens nothing else.
        assert_eq!(server.send(Call::new("GET", "/v1/documents").key(TOKEN)).await.status, 401);
    }
    let open = Server::with(HttpSettings { auth: AuthMode::OffLoopbackOnly, ..HttpSettings::default() });
    assert_eq!(open.send(Call::new("GET", "/metrics")).await.status, 200);
    let foreign = open.send(Call::new("GET", "/metrics").header("origin", "https://evil.example")).await;
    assert_eq!(foreign.problem(), (403, "host_not_allowed".into()));
}

#[tokio::test]
async fn what_happens_is_counted() {
    let server = server(Some(TOKEN));
    let key = server.editor();
    server.ingest(&key, "lift", "# Lift\n\nThe lift of the warehouse carries two tonnes of goods.").await;
    let ask = async |question: &str| {
        let body = json!({ "question": question });
        let reply = server.send(Call::new("POST", "/v1/answers").key(&key).json(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    let answer = ask("What does the lift of the warehouse carry?").await;
    ask("What does the lift of the warehouse carry?").await;
    let abstained = ask("Who won the cycling race of 1931 in Lisbon?").await;
    assert_eq!(abstained["grounding"]["status"], "abstained");
    let reason = abstained["grounding"]["reason"].as_str().expect("reason");
    let body = json!({ "query": "lift", "rerank": true });
    server.send(Call::new("POST", "/v1/search").key(&key).json(&body)).await;
    let id = answer["trace_id"].as_str().expect("recorded");
    let rating = json!({ "rating": "down" });
    server.send(Call::new("POST", &format!("/v1/history/{id}/feedback")).key(&key).json(&rating)).await;
    server.send(Call::new("GET", "/v1/documents/doc_absent").key(&key)).await;
    server.send(Call::new("GET", "/no/such/route")).await;
    server.send(Call::new("BREW", "/v1/search")).await;
    let text = page(&server).await;
    let series = parse(&text);
    for (key, value) in [
        (
            "footnote_http_requests_total{method=\"POST\",route=\"/v1/answers\",status=\"200\"}".to_owned(),
            3.0,
        ),
        (
            "footnote_http_requests_total{method=\"GET\",route=\"/v1/documents/{id}\",status=\"404\"}".into(),
            1.0,
        ),
        ("footnote_http_requests_total{method=\"GET\",route=\"(none)\",status=\"404\"}".into(), 1.0),
        ("footnote_http_requests_total{method=\"other\",route=\"/v1/search\",status=\"405\"}".into(), 1.0),
        ("footnote_http_request_duration_seconds_count{route=\"/v1/answers\"}".into(), 3.0),
        ("footnote_answers_total{engine=\"extractive\",status=\"grounded\",reason=\"none\"}".into(), 2.0),
        (
            format!(
                "footnote_answers_total{{engine=\"extractive\",status=\"abstained\",reason=\"{reason}\"}}"
            ),
            1.0,
        ),
        ("footnote_searches_total{status=\"found\"}".into(), 1.0),
        ("footnote_degraded_total{part=\"rerank\"}".into(), 1.0),
        ("footnote_cache_requests_total{operation=\"answer\",outcome=\"hit\"}".into(), 1.0),
        ("footnote_cache_requests_total{operation=\"answer\",outcome=\"stored\"}".into(), 2.0),
        ("footnote_cache_requests_total{operation=\"search\",outcome=\"miss\"}".into(), 1.0),
        ("footnote_stage_duration_seconds_count{operation=\"answer\",stage=\"total\"}".into(), 3.0),
        ("footnote_stage_duration_seconds_count{operation=\"search\",stage=\"bm25\"}".into(), 1.0),
        ("footnote_feedback_total{rating=\"down\"}".into(), 1.0),
        ("footnote_cache_entries".into(), 2.0),
        ("footnote_index_documents".into(), 1.0),
        ("footnote_ledger_versions{state=\"accepted\"}".into(), 0.0),
        ("footnote_history_entries_total{outcome=\"dropped\"}".into(), 0.0),
        ("footnote_http_requests_in_flight".into(), 1.0),
        ("footnote_gate_running{gate=\"work\"}".into(), 0.0),
        ("footnote_gate_places{gate=\"uploads\"}".into(), 4.0),
    ] {
        assert_eq!(series.get(&key), Some(&value), "{key} in\n{text}");
    }
    assert!(!series.keys().any(|key| key.contains("stage=\"other\"")), "a stage is not listed: {text}");
    // Those the ingest worker looked through at the start stay open.
    assert!((1.0..=3.0).contains(&series["footnote_open_clients"]), "{text}");
    assert!(series["process_resident_memory_bytes"] > 1e6 && series["process_open_fds"] > 3.0);
    assert!(series["process_cpu_seconds_total"] > 0.0, "{text}");
    assert!(series["footnote_history_entries_total{outcome=\"written\"}"] >= 4.0, "a reader waited for them");
    for secret in ["acme", "default", "doc_absent", "Lisbon", key.split('_').nth(1).expect("id"), TOKEN] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    if let Some(path) = std::env::var_os("FOOTNOTE_METRICS_PAGE") {
        std::fs::write(path, &text).expect("write");
    }
}

#[tokio::test]
async fn two_hundred_clients_add_no_series() {
    let server = server(Some(TOKEN));
    let control = server.app.engine().control();
    let tenants: Vec<String> = (0..10).map(|n| format!("tenant-{n}")).collect();
    for tenant in &tenants {
        for n in 0..20 {
            control.add_client(&name(tenant), &name(&format!("client-{n}"))).expect("client");
        }
    }
    let mut counts = BTreeSet::new();
    for n in 0..20 {
        for tenant in &tenants {
            let key = server.key(tenant, Role::Viewer, None);
            let client = format!("client-{n}");
            let call = Call::new("GET", "/v1/documents").key(&key).client(&client);
            assert_eq!(server.send(call).await.status, 200);
        }
        if n % 6 == 0 {
            counts.insert(parse(&page(&server).await).len());
        }
    }
    let last = page(&server).await;
    counts.insert(parse(&last).len());
    // The first page has not counted itself yet.
    assert!(counts.len() <= 2 && counts.last().expect("a count") < &250, "{counts:?}");
    assert!(!last.contains("tenant-") && !last.contains("client-"), "{last}");
}
