//! Calls of the routes with OpenAI's shapes.

use axum::body::Body;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::http_support::{Call, Reply, Server};

/// A chat with one message of the user.
pub(crate) fn asking(question: &str) -> Value {
    json!({ "model": "footnote", "messages": [{ "role": "user", "content": question }] })
}

/// The completion of a body that must be fine.
pub(crate) async fn chat(server: &Server, key: &str, body: &Value) -> Value {
    let reply = server.send(Call::new("POST", "/v1/chat/completions").key(key).json(body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// Status, code and parameter of an error, after checking that it has the shape that OpenAI's clients read.
pub(crate) fn fault(reply: &Reply) -> (u16, String, Value) {
    let body = reply.json();
    assert_eq!(reply.header("content-type"), "application/json", "{body}");
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(1), "{body}");
    let error = &body["error"];
    assert_eq!(error.as_object().map(serde_json::Map::len), Some(4), "{body}");
    assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()), "{body}");
    assert!(error["type"].is_string() && !reply.header("x-request-id").is_empty(), "{body}");
    (reply.status, error["code"].as_str().expect("code").to_owned(), error["param"].clone())
}

/// The chunks of a streamed completion, after checking its frame: a `[DONE]`, and nothing but data and comments.
pub(crate) async fn chunks(body: Body) -> Vec<Value> {
    let bytes = body.collect().await.expect("body").to_bytes();
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    let mut events: Vec<&str> = text.split("\n\n").filter(|e| !e.is_empty() && !e.starts_with(':')).collect();
    assert_eq!(events.pop(), Some("data: [DONE]"), "{text}");
    let data = |event: &str| {
        let data = event.strip_prefix("data: ").unwrap_or_else(|| panic!("no data: {event}"));
        serde_json::from_str(data).unwrap_or_else(|e| panic!("{e}: {data}"))
    };
    events.into_iter().map(data).collect()
}

/// All contents of chunks, joined.
pub(crate) fn content(chunks: &[Value]) -> String {
    chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect()
}
