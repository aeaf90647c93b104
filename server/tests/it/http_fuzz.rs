//! Seeded random requests to every operation of the document: no 5xx, every failure a problem, every success as described,
//! nothing of it on a line of its own in the log, and no growth.

use std::io::Write;
use std::sync::{Arc, Mutex};

use footnote_index::Role;
use footnote_server::http::openapi_document;
use serde_json::{Map, Value, json};

use crate::http_openapi::conforms;
use crate::http_support::{Call, Reply, Server};

/// Random requests an operation; more in the long run of the tests.
fn rounds() -> usize {
    if std::env::var_os("FOOTNOTE_FULL").is_some() { 400 } else { 25 }
}

/// Steele, Lea and Flood's SplitMix64.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.bits() % bound as u64).expect("small")
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    fn text(&mut self) -> String {
        let nasty = [
            "",
            " ",
            "x",
            "../../etc/passwd",
            "%00",
            "\0",
            "a\nrequest request.id=forged",
            "a\r\nX-Injected: 1",
            "\u{1b}[31mred\u{1b}[0m",
            "' OR 1=1 --",
            "\"; DROP TABLE documents",
            "${jndi:ldap://x}",
            "<script>alert(1)</script>",
            "𝕬\u{202e}\u{200b}é",
            "\u{fffd}\u{feff}",
            "ß\u{301}ț",
            "-1",
            "NaN",
            "9223372036854775808",
            "doc_0",
            "*",
            "\"unclosed",
            "a* b* \"c d\" ^2 ~ AND OR NOT (",
            "null",
        ];
        match self.below(8) {
            0 => "x".repeat(self.below(9_000)),
            1 => "é\u{301}\n".repeat(self.below(200)),
            2 => (0..self.below(40))
                .map(|_| char::from_u32(self.below(0xD7FF) as u32).unwrap_or('x'))
                .collect(),
            _ => self.of(&nasty).to_owned(),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 7 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.one_in(2)),
            2 => json!(self.bits()),
            3 => json!(-((self.bits() >> 2) as i64)),
            4 => json!(f64::from_bits(self.bits() & !(0x7FF << 52) | (0x3FF << 52)) * 1e300),
            5 | 6 => json!(self.text()),
            7 => Value::Array((0..self.below(6)).map(|_| self.value(depth + 1)).collect()),
            _ => Value::Object((0..self.below(5)).map(|_| (self.text(), self.value(depth + 1))).collect()),
        }
    }

    /// A value that roughly fits a schema: some parts do, some do not.
    fn like(&mut self, schema: &Value, depth: usize) -> Value {
        if depth > 6 || self.one_in(8) {
            return self.value(depth);
        }
        if let Some(to) = schema["$ref"].as_str() {
            let target = openapi_document().pointer(to.trim_start_matches('#')).expect("reference");
            return self.like(target, depth);
        }
        if let Some(list) = schema["enum"].as_array() {
            return list[self.below(list.len())].clone();
        }
        for keyword in ["oneOf", "anyOf", "allOf"] {
            if let Some(list) = schema[keyword].as_array() {
                let chosen = self.below(list.len());
                return self.like(&list[chosen], depth);
            }
        }
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
        match kind {
            "object" => {
                let mut object = Map::new();
                for (name, part) in schema["properties"].as_object().into_iter().flatten() {
                    let required =
                        schema["required"].as_array().is_some_and(|list| list.contains(&json!(name)));
                    if required || self.one_in(2) {
                        object.insert(name.clone(), self.like(part, depth + 1));
                    }
                }
                if self.one_in(10) {
                    object.insert(self.text(), self.value(depth + 1));
                }
                Value::Object(object)
            }
            "array" => {
                Value::Array((0..self.below(4)).map(|_| self.like(&schema["items"], depth + 1)).collect())
            }
            "integer" => {
                let edges = [&schema["minimum"], &schema["maximum"]];
                match edges[self.below(2)].as_i64() {
                    Some(edge) => json!(edge.saturating_add(self.below(3) as i64 - 1)),
                    None => json!(self.below(20)),
                }
            }
            "boolean" => json!(self.one_in(2)),
            "string" => json!(self.text()),
            _ => self.value(depth),
        }
    }
}

/// Percent-encodes all that could mean something in a URL.
fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A random request to an operation.
fn request(random: &mut Random, method: &str, path: &str, operation: &Value, keys: &[String]) -> Call {
    let mut real = path.to_owned();
    while let Some((before, rest)) = real.clone().split_once('{') {
        let (_, after) = rest.split_once('}').expect("brace");
        let text = random.text();
        real = format!("{before}{}{after}", encoded(if text.is_empty() { "x" } else { &text }));
    }
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let mut query = Vec::new();
    for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
        if random.one_in(3) {
            let value = match random.like(&parameter["schema"], 0) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            // Waiting for what is being ingested only takes time.
            let name = parameter["name"].as_str().expect("name");
            if name != "wait" {
                query.push(format!("{name}={}", encoded(&value)));
            }
        }
    }
    if random.one_in(10) {
        query.push(format!("{}={}", encoded(&random.text()), encoded(&random.text())));
    }
    if !query.is_empty() {
        real = format!("{real}?{}", query.join("&"));
    }
    let mut call = Call::new(method, &real);
    for name in ["x-request-id", "traceparent", "idempotency-key", "accept", "x-document-uri"] {
        if random.one_in(6) {
            call = call.bytes_header(name, random.text().replace(['\r', '\n', '\0'], "\u{7f}").as_bytes());
        }
    }
    if !random.one_in(12) {
        call = call.key(&keys[random.below(keys.len())]);
    }
    call = if random.one_in(12) {
        call.bytes_header("x-client-id", random.text().as_bytes())
    } else {
        call.client("acme")
    };
    body(random, operation, call)
}

fn body(random: &mut Random, operation: &Value, call: Call) -> Call {
    let Some(content) = operation.pointer("/requestBody/content").and_then(Value::as_object) else {
        return call;
    };
    let medias: Vec<&String> = content.keys().collect();
    let media = medias[random.below(medias.len())];
    let schema = &content[media.as_str()]["schema"];
    let said = match (media.as_str(), random.below(12)) {
        (_, 0) => "text/nonsense",
        (_, 1) => "application/json",
        ("multipart/form-data", _) => "multipart/form-data; boundary=b",
        ("text/*", _) => "text/markdown",
        ("*/*", _) => {
            random.of(&["application/pdf", "application/zip", "text/html", "application/octet-stream"])
        }
        (media, _) => media,
    };
    let text = match (media.as_str(), random.below(10)) {
        (_, 0) => random.text(),
        (_, 1) => {
            let whole = random.like(schema, 0).to_string();
            let cut = random.below(whole.len() + 1);
            String::from_utf8_lossy(&whole.as_bytes()[..cut]).into_owned()
        }
        ("application/x-ndjson", _) => (0..random.below(5))
            .map(|_| format!("{}\n", json!({ "id": random.text(), "text": random.text() })))
            .collect(),
        ("multipart/form-data", _) => {
            let name = random.of(&["file", "uri", "title", "metadata", "\u{1}"]);
            let value = random.text();
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n{value}\r\n--b--\r\n"
            )
        }
        ("application/json", _) => random.like(schema, 0).to_string(),
        _ => random.text(),
    };
    call.raw(said, text)
}

/// Checks an answer, and says which status it has.
fn judge(method: &str, path: &str, reply: &Reply) -> u16 {
    // No reranker is configured here, and that is said with a 503.
    let most = if path == "/v1/rerank" { 503 } else { 499 };
    assert!(reply.status <= most, "{method} {path}: {} {}", reply.status, reply.text());
    if reply.status >= 400 {
        reply.failure(path);
    }
    for (name, value) in &reply.headers {
        assert!(!name.as_str().contains("injected"), "{name}: {value:?}");
    }
    conforms(method, path, reply);
    reply.status
}

/// Resident memory, in bytes.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("statm");
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("pages") * 4096
}

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
async fn random_requests_to_every_operation() {
    let server = Server::new();
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let editor = server.editor();
    server.ingest(&editor, "lift", "# Lift\n\nThe lift of the house carries 400 kg.").await;
    let keys = [
        server.key("default", Role::Viewer, Some(&["acme"])),
        editor,
        server.key("default", Role::Admin, Some(&["acme"])),
    ];
    let mut random = Random(20_261_122);
    let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
    let mut sent = 0;
    let mut settled = 0;
    let paths = openapi_document()["paths"].as_object().expect("paths");
    for round in 0..rounds() {
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("operations") {
                let method = method.to_uppercase();
                let reply = server.send(request(&mut random, &method, path, operation, &keys)).await;
                *statuses.entry(judge(&method, path, &reply)).or_default() += 1;
                sent += 1;
            }
        }
        // What is allocated once is by then.
        if round == rounds() / 3 {
            settled = resident();
        }
    }
    drop(guard);
    let grown = resident().saturating_sub(settled);
    println!("{sent} requests: {statuses:?}; {} KiB more than after a third of them", grown / 1024);
    assert!(statuses.get(&200).is_some_and(|n| *n > sent / 20), "some must get through: {statuses:?}");
    assert!(statuses.contains_key(&422) && statuses.contains_key(&400), "{statuses:?}");
    assert!(grown < 96 << 20, "{} MiB more than after a third of the requests", grown >> 20);

    let log = String::from_utf8(lines.0.lock().expect("lock").clone()).expect("UTF-8");
    let requests = log.lines().filter(|line| line.contains(" request request.id=")).count();
    assert_eq!(requests, sent + 1, "one line a request and none forged");
    for line in log.lines() {
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(line.starts_with("20"), "a line that begins in the middle: {line:?}");
    }
}
