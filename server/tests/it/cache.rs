//! Answers from memory: never another client's, never older than a write, and told in headers.

use std::sync::Arc;

use footnote_index::{Name, Scope};
use footnote_ingest::pipeline::PathOptions;
use footnote_server::app::App;
use footnote_server::front::{Asking, CacheUse};
use footnote_server::generators::Cancel;
use footnote_server::wire::{Answer, AnswerBody, SearchBody, SearchResult};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::http_support::{Call, Reply, Server, app, name};

const LIFT: &str = "# Lift\n\nThe lift of the warehouse carries two tonnes of goods.";

async fn ask(server: &Server, key: &str, control: Option<&str>) -> Reply {
    let call = Call::new("POST", "/v1/answers")
        .key(key)
        .json(&json!({ "question": "What does the lift of the warehouse carry?" }));
    let call = match control {
        Some(value) => call.header("cache-control", value),
        None => call,
    };
    let reply = server.send(call).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

/// What an answer says, without what is its own each time.
fn said(reply: &Reply) -> Value {
    let mut body = reply.json();
    for field in ["id", "timings_ms", "trace_id"] {
        body.as_object_mut().expect("object").remove(field);
    }
    body
}

#[tokio::test]
async fn the_second_answer_is_from_memory_until_something_changes_and_headers_say_so() {
    let server = Server::new();
    let key = server.editor();
    server.ingest(&key, "lift", LIFT).await;
    let first = ask(&server, &key, None).await;
    let second = ask(&server, &key, None).await;
    assert_eq!(first.header("cache-status"), "footnote; fwd=miss; stored");
    assert_eq!((second.header("cache-status"), second.header("age")), ("footnote; hit", "0"));
    assert_eq!(first.header("age"), "");
    assert_eq!(said(&first), said(&second));
    assert_ne!(first.json()["trace_id"], second.json()["trace_id"], "each is recorded");
    assert!(second.json()["timings_ms"]["cache"].is_number());
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag == second.header("etag"), "{tag}");

    for (control, status) in [
        ("no-cache", "footnote; fwd=miss; stored"),
        ("no-store", "footnote; fwd=bypass"),
        ("max-age=0", "footnote; hit"),
    ] {
        assert_eq!(ask(&server, &key, Some(control)).await.header("cache-status"), status, "{control}");
    }
    server.ingest(&key, "door", "# Door\n\nThe door opens at seven.").await;
    let after = ask(&server, &key, None).await;
    assert_eq!(after.header("cache-status"), "footnote; fwd=miss; stored");
    assert_ne!(after.header("etag"), tag);

    let other = server.key("default", footnote_index::Role::Editor, Some(&["globex"]));
    server.ingest(&other, "lift", LIFT).await;
    server.ingest(&other, "door", "# Door\n\nThe door opens at seven.").await;
    let theirs = ask(&server, &other, None).await;
    assert_eq!(
        theirs.header("cache-status"),
        "footnote; fwd=miss; stored",
        "another client's answers are its own"
    );
    assert_ne!(theirs.header("etag"), after.header("etag"));

    let search = async |body: Value| server.send(Call::new("POST", "/v1/search").key(&key).json(&body)).await;
    for (body, twice) in [
        (json!({ "query": "lift" }), "footnote; hit"),
        (json!({ "query": "lift", "explain": true }), "footnote; fwd=miss"),
        (json!({ "query": "lift", "rerank": true }), "footnote; fwd=miss"),
    ] {
        search(body.clone()).await;
        assert_eq!(search(body.clone()).await.header("cache-status"), twice, "{body}");
    }
}

#[tokio::test]
async fn a_stream_from_memory_is_the_same_stream() {
    let server = Server::new();
    let key = server.editor();
    server.ingest(&key, "lift", LIFT).await;
    let body = json!({ "question": "What does the lift of the warehouse carry?", "stream": true });
    let events = async || {
        let reply = server.send(Call::new("POST", "/v1/answers").key(&key).json(&body)).await;
        let text = reply.text();
        let part = |name: &str| {
            let lines: Vec<String> = text
                .split("\n\n")
                .filter(|event| event.starts_with(&format!("event: {name}\n")))
                .map(str::to_owned)
                .collect();
            lines
        };
        (part("search_results"), part("message"), part("citation"), part("final_answer").len())
    };
    let (first, second) = (events().await, events().await);
    assert_eq!(first, second);
    assert!(!first.1.is_empty() && first.3 == 1, "{first:?}");
    let text = footnote_metrics(&server);
    assert_eq!(text, 1, "the second one was from memory");
}

/// Entries of the cache.
fn footnote_metrics(server: &Server) -> usize {
    server.app.front().cache_load().entries
}

#[tokio::test]
async fn what_is_read_with_get_is_sent_once() {
    let server = Server::new();
    let key = server.editor();
    let id = server.ingest(&key, "lift", LIFT).await;
    ask(&server, &key, None).await;
    let other = server.key("default", footnote_index::Role::Editor, Some(&["globex"]));
    for path in [
        "/v1/documents".to_owned(),
        format!("/v1/documents/{id}"),
        format!("/v1/documents/{id}/text"),
        format!("/v1/documents/{id}/chunks"),
        "/v1/history".into(),
    ] {
        let read = async |key: &str, tag: Option<&str>| {
            let call = Call::new("GET", &path).key(key);
            server
                .send(match tag {
                    Some(tag) => call.header("if-none-match", tag),
                    None => call,
                })
                .await
        };
        let first = read(&key, None).await;
        let tag = first.header("etag").to_owned();
        assert!(first.status == 200 && tag.starts_with("W/\""), "{path}: {tag}");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        assert!(first.header("vary").contains("authorization"));
        for known in [tag.clone(), format!("\"x\", {tag}"), tag.replace("W/", ""), "*".into()] {
            let again = read(&key, Some(&known)).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {known}");
            assert_eq!((again.header("etag"), again.header("content-type")), (tag.as_str(), ""));
        }
        assert_eq!(read(&key, Some("W/\"other\"")).await.status, 200);
        // A tag opens nothing.
        let foreign = read(&other, Some(&tag)).await;
        assert_ne!(foreign.status, 304, "{path}");
        assert_eq!(read("garbage", Some("*")).await.status, 401);
    }
    let path = format!("/v1/documents/{id}");
    let before = server.send(Call::new("GET", &path).key(&key)).await.header("etag").to_owned();
    server.ingest(&key, "lift", "# Lift\n\nThe lift is closed.").await;
    let after = server.send(Call::new("GET", &path).key(&key).header("if-none-match", &before)).await;
    assert_eq!(after.status, 200, "a new version has another tag");
}

/// One step of two clients that share a process.
#[derive(Debug, Clone)]
enum Op {
    Write(usize, usize, usize),
    Delete(usize, usize),
    Ask(usize, usize),
    Search(usize, usize),
}

const TEXTS: [&str; 4] = [
    "The lift of the warehouse carries two tonnes of goods.",
    "The lift of the warehouse carries five tonnes of goods.",
    "The door of the warehouse opens at seven in the morning.",
    "The warehouse is closed on public holidays and on Sundays.",
];

const QUESTIONS: [&str; 3] = [
    "What does the lift of the warehouse carry?",
    "When does the door of the warehouse open?",
    "When is the warehouse closed?",
];

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (0usize..2, 0usize..3, 0usize..TEXTS.len()).prop_map(|(c, d, t)| Op::Write(c, d, t)),
        1 => (0usize..2, 0usize..3).prop_map(|(c, d)| Op::Delete(c, d)),
        4 => (0usize..2, 0usize..QUESTIONS.len()).prop_map(|(c, q)| Op::Ask(c, q)),
        3 => (0usize..2, 0usize..QUESTIONS.len()).prop_map(|(c, q)| Op::Search(c, q)),
    ]
}

struct World {
    app: Arc<App>,
    scopes: [Scope; 2],
    files: tempfile::TempDir,
    _dir: tempfile::TempDir,
    hits: usize,
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("tempdir");
        let app = app(dir.path());
        let scope = |client: &str| {
            let client: Name = name(client);
            app.engine().control().scope(&name("default"), &client).expect("scope").expect("there")
        };
        let scopes = [scope("acme"), scope("globex")];
        Self { app, scopes, files: tempfile::tempdir().expect("tempdir"), _dir: dir, hits: 0 }
    }

    fn write(&self, client: usize, document: usize, text: &str) {
        let path = self.files.path().join(format!("c{client}-d{document}.txt"));
        std::fs::write(&path, text).expect("write");
        let report = self
            .app
            .pipeline()
            .ingest_paths(&self.scopes[client], &[path], &PathOptions::default(), &mut |_| {})
            .expect("ingest");
        assert_eq!(report.totals.failed, 0);
    }

    fn delete(&self, client: usize, document: usize) {
        let scope = &self.scopes[client];
        let page = self.app.engine().documents(scope, None, 100).expect("list");
        let end = format!("c{client}-d{document}.txt");
        if let Some(found) = page.data.iter().find(|d| d.uri.ends_with(&end)) {
            self.app.engine().delete(scope, &found.id).expect("delete");
        }
    }

    fn ask(&mut self, client: usize, question: &str) {
        let body = AnswerBody { question: question.into(), ..AnswerBody::default() };
        let (scope, cancel) = (&self.scopes[client], Cancel::default());
        let expected = self.app.answer(scope, &body).expect("answer");
        let served =
            self.app.serve_answer(scope, Asking::new("k"), &body, &cancel, &mut |_| {}).expect("serve");
        self.hits += usize::from(matches!(served.cache, CacheUse::Hit(_)));
        assert_eq!(answer(&served.value), answer(&expected));
    }

    fn search(&mut self, client: usize, query: &str) {
        let body = SearchBody { query: query.into(), ..SearchBody::default() };
        let scope = &self.scopes[client];
        let expected = self.app.search(scope, &body).expect("search");
        let served =
            self.app.serve_search(scope, Asking::new("k"), &body, &Cancel::default()).expect("serve");
        self.hits += usize::from(matches!(served.cache, CacheUse::Hit(_)));
        assert_eq!(result(&served.value), result(&expected));
    }
}

fn answer(answer: &Answer) -> Value {
    json!({
        "answer": answer.answer, "grounding": answer.grounding.status, "reason": answer.grounding.reason,
        "citations": answer.citations.iter().map(|c| json!([c.document_id, c.version, c.quote])).collect::<Vec<_>>(),
        "passages": answer.passages.iter().map(|h| json!([h.document_id, h.version, h.text])).collect::<Vec<_>>(),
    })
}

fn result(result: &SearchResult) -> Value {
    let hits: Vec<Value> =
        result.hits.iter().map(|h| json!([h.chunk_id, h.document_id, h.version, h.text, h.uri])).collect();
    json!({ "seq": result.seq, "hits": hits })
}

/// Random writes, deletes and questions of two clients: what is served is what the engine finds at that moment.
#[test]
fn what_is_served_is_what_the_engine_finds() {
    let cases = if std::env::var_os("FOOTNOTE_FULL").is_some() { 60 } else { 6 };
    let mut world = World::new();
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let world = std::cell::RefCell::new(&mut world);
    runner
        .run(&prop::collection::vec(op(), 10..40), |ops| {
            let mut world = world.borrow_mut();
            for op in ops {
                match op {
                    Op::Write(client, document, text) => world.write(client, document, TEXTS[text]),
                    Op::Delete(client, document) => world.delete(client, document),
                    Op::Ask(client, question) => world.ask(client, QUESTIONS[question]),
                    Op::Search(client, question) => world.search(client, QUESTIONS[question]),
                }
            }
            Ok(())
        })
        .expect("equal always");
    let hits = world.borrow().hits;
    assert!(hits > 10, "only {hits} were served from memory");
}
