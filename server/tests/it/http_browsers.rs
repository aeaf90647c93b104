//! Around the routes: pages of other origins, compression, traces.

use std::io::Read as _;
use std::sync::{Arc, Mutex};

use footnote_server::http::HttpSettings;
use serde_json::json;

use crate::http_support::{Call, Server};

const PAGE: &str = "https://chat.example";

fn with_origin() -> Server {
    let cors_origins = vec![PAGE.parse().expect("origin")];
    Server::with(HttpSettings { cors_origins, ..HttpSettings::default() })
}

fn preflight(origin: &str) -> Call {
    Call::new("OPTIONS", "/v1/search")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,x-client-id")
}

#[tokio::test]
async fn no_page_may_call_unless_it_was_listed() {
    let server = Server::new();
    let reply = server.send(preflight(PAGE)).await;
    assert_eq!(reply.problem(), (405, "method_not_allowed".into()));
    let key = server.editor();
    let call = Call::new("GET", "/v1/documents").key(&key).header("origin", PAGE);
    let reply = server.send(call).await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, ""));
}

#[tokio::test]
async fn a_listed_origin_may_call_and_no_other() {
    let server = with_origin();
    let key = server.editor();
    let reply = server.send(preflight(PAGE)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("access-control-allow-origin"), PAGE);
    assert!(reply.header("access-control-allow-methods").contains("POST"));
    for name in ["authorization", "x-client-id", "x-api-key", "idempotency-key", "traceparent"] {
        assert!(reply.header("access-control-allow-headers").contains(name), "{name}");
    }
    assert_eq!(reply.header("access-control-allow-credentials"), "", "keys come in headers alone");
    assert!(!reply.header("x-request-id").is_empty());

    for (origin, allowed) in [
        (PAGE, PAGE),
        ("https://evil.example", ""),
        ("https://chat.example.evil.example", ""),
        ("http://chat.example", ""),
        ("null", ""),
    ] {
        let call = Call::new("GET", "/v1/documents").key(&key).header("origin", origin);
        let reply = server.send(call).await;
        assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, allowed), "{origin}");
        assert!(reply.all("vary").contains("origin"), "a cache must not mix them");
        assert_eq!(
            server.send(preflight(origin)).await.header("access-control-allow-origin"),
            allowed,
            "{origin}"
        );
    }
    // Tools ask who the page is themselves, and know the same list.
    for (origin, status) in [(PAGE, 200), ("https://evil.example", 403), ("null", 403)] {
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} });
        let call = Call::new("POST", "/mcp").key(&key).header("origin", origin).json(&list);
        assert_eq!(server.send(call).await.status, status, "{origin}");
    }
    // A page must be able to read what went wrong.
    let refused = server.send(Call::new("GET", "/v1/documents").header("origin", PAGE)).await;
    assert_eq!(refused.problem(), (401, "unauthorized".into()));
    assert_eq!(refused.header("access-control-allow-origin"), PAGE);
    assert!(refused.header("access-control-expose-headers").contains("x-request-id"));
}

#[tokio::test]
async fn long_text_is_compressed_for_those_who_take_it() {
    let server = Server::new();
    let key = server.editor();
    let text = "The lift of the house carries 400 kg and was built in 1931. ".repeat(100);
    let id = server.ingest(&key, "lift", &text).await;
    let read = |encoding: &'static str| {
        let call = Call::new("GET", &format!("/v1/documents/{id}/text")).key(&key);
        server.send(if encoding.is_empty() { call } else { call.header("accept-encoding", encoding) })
    };
    let plain = read("").await;
    assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
    for encoding in ["gzip", "br, gzip;q=0.5"] {
        let packed = read(encoding).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{encoding}");
        assert!(packed.all("vary").contains("accept-encoding"));
        assert!(packed.body.len() < plain.body.len() / 2, "{}", packed.body.len());
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, plain.body, "{encoding}");
    }
    for encoding in ["identity", "gzip;q=0", "br"] {
        assert_eq!(read(encoding).await.header("content-encoding"), "", "{encoding}");
    }
    let stream = json!({ "question": "What does the lift carry?", "stream": true });
    for (call, why) in [
        (Call::new("GET", "/healthz"), "short"),
        (Call::new("POST", "/v1/answers").key(&key).json(&stream), "events"),
        (Call::new("GET", "/v1/documents/none").key(&key), "a problem"),
    ] {
        let reply = server.send(call.header("accept-encoding", "gzip")).await;
        assert_eq!(reply.header("content-encoding"), "", "{why}");
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("lock").write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_trace_is_logged_and_answered() {
    let server = Server::new();
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    for path in ["/healthz", "/v1/documents"] {
        let call = Call::new("GET", path).header("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
        let answered = server.send(call).await.header("traceparent").to_owned();
        assert!(answered.starts_with(&format!("00-{trace}-")) && answered.ends_with("-01"), "{answered}");
        assert!(!answered.contains("00f067aa0ba902b7"), "the server's own span: {answered}");
    }
    for bad in ["", "nonsense", "00-x-y-z", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-02"] {
        let reply = server.send(Call::new("GET", "/healthz").header("traceparent", bad)).await;
        assert_eq!((reply.status, reply.header("traceparent")), (200, ""), "{bad:?}");
    }
    drop(guard);
    let log = String::from_utf8(lines.0.lock().expect("lock").clone()).expect("text");
    let requests: Vec<serde_json::Value> =
        log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let traces: Vec<&serde_json::Value> = requests
        .iter()
        .filter(|line: &&serde_json::Value| line["fields"]["message"] == "request")
        .map(|line| &line["fields"]["trace.id"])
        .collect();
    assert_eq!(json!(traces), json!([trace, trace, "", "", "", ""]));
    assert!(!log.contains("nonsense"), "{log}");
}
