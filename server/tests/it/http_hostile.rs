//! Bad input over real sockets: whatever is sent, the answer is a 4xx or the end of the connection, and the server goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use footnote_server::http::{HttpSettings, ROUTES};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http_serve::{Running, open, read_all, start};
use crate::http_support::{Call, Server};

/// How long an answer may be waited for before the test says that there is none.
const PATIENCE: Duration = Duration::from_secs(60);

const HEAD: &str = "Host: localhost\r\nX-Client-ID: acme\r\nConnection: close\r\n";

impl Running {
    async fn bytes(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("connect");
        // The server may close before it has read all.
        let _ = stream.write_all(request).await;
        timeout(PATIENCE, read_all(&mut stream)).await.expect("an end")
    }

    async fn alive(&self) {
        let answer = self.get("/healthz", "Host: localhost\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}

/// The status of an answer, after checking that a problem is whole.
fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    if status >= 400 && answer.contains("\r\ncontent-type") {
        let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
        assert!(head.contains("application/problem+json"), "{answer}");
        let problem: serde_json::Value =
            serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {answer}"));
        assert!(problem["code"].is_string() && problem["detail"].is_string(), "{answer}");
        let id = problem["request_id"].as_str().expect("request id");
        assert!(head.contains(&format!("x-request-id: {id}")), "{answer}");
    }
    status
}

fn post(path: &str, media: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\n{HEAD}Content-Type: {media}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tricks_with_paths_lead_nowhere() {
    let server = start(open());
    let long = format!("/v1/documents/{}", "a".repeat(30_000));
    for path in [
        "/v1/documents/../keys",
        "/v1/documents/..%2fkeys",
        "/v1/documents/%2e%2e/keys",
        "/v1/documents/%2e%2e%2f%2e%2e%2fcontrol.db",
        "/v1/documents/%00",
        "/v1/documents/doc_1%00/text",
        "/v1/documents/%ff%fe",
        "/v1/documents/%zz",
        "/v1/documents/%0d%0aX-Injected:%201",
        "/v1/documents/",
        "//v1/documents",
        "/v1//documents",
        "/v1/./documents",
        "/V1/documents",
        "/v1/documents;a=b",
        "/v1/documents/a/b/c/d",
        "/v1/clients/..%2f..%2fetc%2fpasswd/snapshot",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        &long,
    ] {
        let answer = server.get(path, HEAD.trim_end_matches("Connection: close\r\n")).await;
        assert_eq!(status(&answer), 404, "{path}: {answer}");
        assert!(!answer.contains("X-Injected:") && !answer.contains("root:"), "{answer}");
    }
    // What is no path at all is refused before it is a request.
    let longest = format!("/{}", "a".repeat(200_000));
    for path in ["nonsense", "/a b", "/\u{1}", &longest] {
        let answer = server.bytes(format!("GET {path} HTTP/1.1\r\n{HEAD}\r\n").as_bytes()).await;
        assert!((400..500).contains(&status(&answer)) || answer.is_empty(), "{path:.50}: {answer}");
    }
    server.alive().await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_none_are_refused() {
    let server = start(HttpSettings { max_body_bytes: 300_000, ..open() });
    let deep =
        |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n)).into_bytes();
    let mut long_value = b"{\"query\":\"".to_vec();
    long_value.extend(std::iter::repeat_n(b'x', 900_000));
    long_value.extend(b"\"}");
    let search = "/v1/search";
    let form = "multipart/form-data; boundary=b";
    let many_parts = "--b\r\nContent-Disposition: form-data; name=\"uri\"\r\n\r\nx\r\n".repeat(4000);
    let long_name =
        format!("--b\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", "n".repeat(200_000));
    for (path, media, body, expected) in [
        (search, "application/json", deep("[", "]", 100_000), 422),
        (search, "application/json", deep("{\"query\":", "}", 100_000), 422),
        (search, "application/json", deep("{\"filter\":", "}", 5_000), 400),
        (
            search,
            "application/json",
            format!("{{\"query\":\"x\",\"filter\":{}{{}}{}}}", "{\"$not\":".repeat(100), "}".repeat(100))
                .into_bytes(),
            422,
        ),
        (search, "application/json", b"{\"query\":\"\xff\xfe\"}".to_vec(), 400),
        (search, "application/json", b"{\"query\":\"\\ud800\"}".to_vec(), 400),
        (search, "application/json", b"\x00\x01\x02".to_vec(), 400),
        (search, "application/json", b"{\"query\":\"x\",\"query\":\"y\"}".to_vec(), 422),
        (search, "application/json", b"{\"query\":\"x\",\"top_k\":1e99}".to_vec(), 422),
        (search, "application/json", b"{\"query\":\"x\",\"top_k\":-1}".to_vec(), 422),
        (search, "application/json", b"{\"query\":\"x\"} trailing".to_vec(), 400),
        (search, "application/json", long_value, 422),
        (search, "application/json", vec![b' '; 1_100_000], 413),
        (search, "application/xml", b"<a/>".to_vec(), 415),
        (search, "text/json; charset=utf-7", b"{}".to_vec(), 415),
        ("/v1/documents?uri=x", "nonsense", b"x".to_vec(), 415),
        ("/v1/documents?uri=x", "text/plain", vec![b'x'; 300_001], 413),
        ("/v1/documents?uri=%ff", "text/plain", b"x".to_vec(), 400),
        ("/v1/documents", form, b"--b".to_vec(), 400),
        ("/v1/documents", form, many_parts.into_bytes(), 400),
        ("/v1/documents", form, long_name.into_bytes(), 400),
        ("/v1/documents", "multipart/form-data", b"--b--".to_vec(), 400),
    ] {
        let answer = server.bytes(&post(path, media, &body)).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_eq!(status(&answer), expected, "{path} {media} {shown}: {answer:.500}");
    }
    // One bad line does not stop the others.
    let records =
        [b"{\"id\":\"1\",\"text\":\"good\"}\n\xff\xfe\n".to_vec(), deep("{\"a\":", "}", 10_000)].concat();
    let answer = server.bytes(&post("/v1/documents?uri=r", "application/x-ndjson", &records)).await;
    assert_eq!((status(&answer), answer.matches("bad_record").count()), (202, 2), "{answer}");
    server.alive().await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_http_is_refused() {
    let server = start(open());
    let many: String = (0..200).map(|n| format!("X-H{n}: v\r\n")).collect();
    let large = format!("X-Large: {}\r\n", "v".repeat(300_000));
    let get = |headers: &str| format!("GET /healthz HTTP/1.1\r\n{HEAD}{headers}\r\n").into_bytes();
    let body = |headers: &str, body: &str| {
        format!("POST /v1/search HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n{headers}\r\n{body}")
            .into_bytes()
    };
    for (request, expected) in [
        (get(&many), 431),
        (get(&large), 431),
        (get("No colon here\r\n"), 400),
        (get("X-Nul: a\0b\r\n"), 400),
        (get(" folded: x\r\n"), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), 400),
        (b"GET / HTTP/9.9\r\n\r\n".to_vec(), 400),
        (body("Content-Length: x\r\n", "{}"), 400),
        (body("Content-Length: -1\r\n", "{}"), 400),
        // Two ways to tell where a body ends: requests could be smuggled past a proxy.
        (body("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), 400),
        (body("Transfer-Encoding: chunked, nonsense\r\n", "2\r\n{}\r\n0\r\n\r\n"), 400),
        (body("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"), 400),
        (body("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"), 400),
    ] {
        let answer = server.bytes(&request).await;
        let shown = String::from_utf8_lossy(&request[..request.len().min(200)]).into_owned();
        // TLS on a plain port and the like may be cut off without a word.
        assert!(status(&answer) == expected || answer.is_empty(), "{shown}: {answer}");
    }
    server.alive().await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_and_half_closed_connections_end() {
    let limit = Duration::from_millis(300);
    let server = start(HttpSettings {
        header_timeout: limit,
        request_timeout: limit,
        upload_timeout: limit,
        ..open()
    });
    for path in ["/v1/search", "/v1/documents?uri=slow"] {
        let mut stream = TcpStream::connect(server.address).await.expect("connect");
        let head = format!(
            "POST {path} HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("head");
        // A byte now and then keeps nothing open.
        let (mut read, mut write) = stream.into_split();
        let dripping = tokio::spawn(async move {
            while write.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, read.read_to_end(&mut answer)).await.expect("an end");
        dripping.abort();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(matches!(status(&answer), 408 | 504), "{path}: {answer}");
    }
    for part in [
        String::new(),
        "GET /hea".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: loc".to_owned(),
        format!(
            "POST /v1/search HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{{\"query\":"
        ),
        format!(
            "POST /v1/documents?uri=x HTTP/1.1\r\n{HEAD}Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
        ),
    ] {
        let mut stream = TcpStream::connect(server.address).await.expect("connect");
        stream.write_all(part.as_bytes()).await.expect("part");
        stream.shutdown().await.expect("half closed");
        let answer = timeout(PATIENCE, read_all(&mut stream)).await.expect("an end");
        assert!(answer.is_empty() || (400..500).contains(&status(&answer)), "{part:?}: {answer}");
    }
    // Nothing of what was cut off is there.
    let listing = server.get("/v1/documents", "Host: localhost\r\nX-Client-ID: acme\r\n").await;
    assert!(listing.contains("\"data\":[]"), "{listing}");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_give_their_places_back() {
    let header_timeout = Duration::from_millis(300);
    let server = start(HttpSettings { max_connections: 4, header_timeout, ..open() });
    let mut idle = Vec::new();
    for n in 0..4 {
        let mut stream = TcpStream::connect(server.address).await.expect("connect");
        if n % 2 == 0 {
            // When places are short, one that has been served keeps its own no longer than one that never asked.
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("request");
            let mut first = [0u8; 12];
            stream.read_exact(&mut first).await.expect("answer");
        }
        idle.push(stream);
    }
    timeout(PATIENCE, server.alive()).await.expect("a place for the fifth");
    // Those that never asked are closed in any case; of the others as many as it takes to have half of the places free.
    for stream in idle.iter_mut().skip(1).step_by(2) {
        timeout(PATIENCE, read_all(stream)).await.expect("closed by the server");
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn served_connections_alone_do_not_keep_others_out() {
    let header_timeout = Duration::from_millis(300);
    let server = start(HttpSettings { max_connections: 4, header_timeout, ..open() });
    let mut idle = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(server.address).await.expect("connect");
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("request");
        stream.read_exact(&mut [0u8; 12]).await.expect("answer");
        idle.push(stream);
    }
    timeout(PATIENCE, server.alive()).await.expect("a place for the fifth");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_between_requests_may_be_longer_than_a_head() {
    let server = start(HttpSettings { header_timeout: Duration::from_millis(300), ..open() });
    let mut stream = TcpStream::connect(server.address).await.expect("connect");
    for _ in 0..2 {
        stream.write_all(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("request");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(timeout(PATIENCE, stream.read_u8()).await.expect("in time").expect("answered"));
        }
        tokio::time::sleep(Duration::from_millis(1000)).await;
    }
    // Of the next head only a part comes: it has no more time than the first.
    stream.write_all(b"GET /hea").await.expect("a part");
    timeout(PATIENCE, read_all(&mut stream)).await.expect("closed by the server");
    server.end().await;
}

/// A refused request's body may still be on its way when its answer is ready: then the connection serves the next request, or its
/// end was announced.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_not_closed_unsaid_under_the_next_request() {
    let server = start(open());
    for (expect, late_ms) in [("", 0), ("", 10), ("", 500), ("Expect: 100-continue\r\n", 0)] {
        let mut stream = TcpStream::connect(server.address).await.expect("connect");
        let head =
            format!("POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\n{expect}Content-Length: 20\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("head");
        tokio::time::sleep(Duration::from_millis(late_ms)).await;
        if expect.is_empty() {
            // It may be closed by now, after it was announced.
            let _ = stream.write_all(&[b' '; 20]).await;
        }
        let (mut answer, mut length) = (Vec::new(), None);
        while length.is_none_or(|length| answer.len() < length) {
            answer.push(timeout(PATIENCE, stream.read_u8()).await.expect("in time").expect("answered"));
            if answer.ends_with(b"\r\n\r\n") && length.is_none() {
                let text = String::from_utf8_lossy(&answer).to_lowercase();
                let body = text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                length = Some(answer.len() + body.map_or(0, |n| n.trim().parse().expect("length")));
            }
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(status(&answer), 404, "{answer}");
        if answer.to_lowercase().contains("connection: close") {
            timeout(PATIENCE, read_all(&mut stream)).await.expect("closed by the server");
            continue;
        }
        assert!(expect.is_empty(), "nobody asked for the body: {answer}");
        let next = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(next).await.expect("next");
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("in time").expect("served");
        assert_eq!(status(&String::from_utf8_lossy(&answer)), 200);
    }
    server.end().await;
}

#[test]
fn headers_have_ten_seconds() {
    assert_eq!(HttpSettings::default().header_timeout, Duration::from_secs(10));
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let server = Server::new();
    let key = server.key("default", footnote_index::Role::Admin, None);
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (method, path) in ROUTES {
        known.entry(path).or_default().push(method);
    }
    for (path, methods) in known {
        let real = path.replace("{id}", "doc_1").replace("{name}", "absent");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X-ODD"] {
            if methods.contains(&method) {
                continue;
            }
            let reply = server.send(Call::new(method, &real).key(&key).client("acme")).await;
            assert_eq!(reply.failure(path), (405, "method_not_allowed".into()), "{method} {path}");
            let allow = reply.header("allow").to_owned();
            for method in &methods {
                assert!(
                    allow.split(',').any(|name| name.trim() == *method),
                    "{path}: {method} not in {allow:?}"
                );
            }
        }
    }
}
