//! `POST /v1/embeddings` and `GET /v1/models`.

use footnote_index::Role;
use footnote_models::DEFAULT_MODEL;
use serde_json::{Value, json};

use crate::endpoint::{Does, Endpoint};
use crate::generators_support::priced;
use crate::http_support::{Call, Reply, Server, app_with_reranker};
use crate::openai_support::fault;

async fn embed(server: &Server, body: &Value) -> Reply {
    server.send(Call::new("POST", "/v1/embeddings").key(&server.editor()).json(body)).await
}

fn vector(value: &Value) -> Vec<f32> {
    value.as_array().expect("numbers").iter().map(|v| v.as_f64().expect("a number") as f32).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The standard alphabet, decoded by hand: what a client does, not what the server did.
fn decoded(text: &str) -> Vec<f32> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for c in text.bytes().filter(|c| *c != b'=') {
        let value = alphabet.iter().position(|a| *a == c).expect("of the alphabet");
        bits = (bits << 6) | value as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

#[tokio::test]
async fn vectors_have_the_shape_of_openai_in_both_encodings() {
    let server = Server::new();
    let texts = json!(["The lift carries eight persons.", "Soup is served at noon."]);
    let reply = embed(&server, &json!({ "model": DEFAULT_MODEL, "input": texts, "user": "u" })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let mut got = reply.json();
    let floats: Vec<Vec<f32>> = (0..2).map(|at| vector(&got["data"][at]["embedding"])).collect();
    for at in 0..2 {
        got["data"][at]["embedding"] = json!("V");
        let length = cosine(&floats[at], &floats[at]).sqrt();
        assert!((length - 1.0).abs() < 1e-3, "length {length}");
    }
    let tokens = got["usage"]["prompt_tokens"].as_u64().expect("tokens");
    assert!((12..60).contains(&tokens), "{tokens}");
    let one = |index: usize| json!({ "object": "embedding", "index": index, "embedding": "V" });
    assert_eq!(
        got,
        json!({ "object": "list", "data": [one(0), one(1)], "model": DEFAULT_MODEL,
                "usage": { "prompt_tokens": tokens, "total_tokens": tokens } })
    );
    let dims = floats[0].len();
    let body =
        json!({ "model": DEFAULT_MODEL, "input": texts, "encoding_format": "base64", "dimensions": dims });
    let coded = embed(&server, &body).await.json();
    for at in 0..2 {
        assert_eq!(decoded(coded["data"][at]["embedding"].as_str().expect("text")), floats[at]);
    }
    let alone = embed(&server, &json!({ "model": DEFAULT_MODEL, "input": texts[0] })).await.json();
    assert!(cosine(&vector(&alone["data"][0]["embedding"]), &floats[0]) > 0.999);
}

#[tokio::test]
async fn questions_and_documents_are_read_differently_and_documents_are_the_default() {
    let server = Server::new();
    let text = "How many persons does the lift carry?";
    let of = async |kind: Option<&str>| {
        let mut body = json!({ "model": DEFAULT_MODEL, "input": text });
        if let Some(kind) = kind {
            body["input_type"] = json!(kind);
        }
        vector(&embed(&server, &body).await.json()["data"][0]["embedding"])
    };
    let (plain, document, query) = (of(None).await, of(Some("document")).await, of(Some("query")).await);
    assert!(cosine(&plain, &document) > 0.9999, "documents are the default");
    assert!(cosine(&query, &document) < 0.9999, "a question has another prefix");
    // The vector of a question is the one that searches use.
    let embedder = server.app.embedder().clone();
    let own = tokio::task::spawn_blocking(move || embedder.embed_query_blocking(text));
    let own = own.await.expect("join").expect("vector");
    assert!(cosine(&query, &own.vector) > 0.9999);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_limits_hold_at_their_edges() {
    let server = Server::new();
    for (field, value, expected) in [
        ("model", json!("text-embedding-3-small"), (404, "model_not_found", json!("model"))),
        ("model", Value::Null, (400, "invalid_value", json!("model"))),
        ("input", json!([1, 2, 3]), (400, "invalid_value", json!("input"))),
        ("input", json!([[1, 2]]), (400, "invalid_value", json!("input"))),
        ("input", json!(""), (400, "invalid_value", json!("input"))),
        ("input", json!([]), (400, "invalid_value", json!("input"))),
        ("input", json!(vec!["x"; 129]), (400, "invalid_value", json!("input"))),
        ("input", json!("lift ".repeat(600)), (400, "context_length_exceeded", json!("input"))),
        ("dimensions", json!(128), (400, "invalid_value", json!("dimensions"))),
        ("encoding_format", json!("hex"), (400, "invalid_value", json!("encoding_format"))),
        ("input_type", json!("poem"), (400, "invalid_value", json!("input_type"))),
    ] {
        let mut body = json!({ "model": DEFAULT_MODEL, "input": "x" });
        body[field] = value.clone();
        let (status, code, param) = fault(&embed(&server, &body).await);
        assert_eq!((status, code.as_str(), param), expected, "{field}: {value}");
    }
    let most = embed(&server, &json!({ "model": DEFAULT_MODEL, "input": vec!["x"; 128] })).await;
    assert_eq!((most.status, most.json()["data"].as_array().map(Vec::len)), (200, Some(128)));
    let cut = json!({ "model": DEFAULT_MODEL, "input": "lift ".repeat(600), "truncate": true });
    let cut = embed(&server, &cut).await.json();
    let max = server.app.embedder().info().max_tokens;
    assert_eq!(cut["usage"]["prompt_tokens"], max, "only what was read is counted");
    // The longest text that fits, and one token more.
    let tokenizer = server.app.embedder().tokenizer();
    let prefix = server.app.embedder().info().passage_prefix.clone();
    let words = |n: usize| "a ".repeat(n);
    let fits =
        (1..max).rev().find(|n| tokenizer.count(&format!("{prefix}{}", words(*n))) + 2 <= max).expect("some");
    let status =
        async |n: usize| embed(&server, &json!({ "model": DEFAULT_MODEL, "input": words(n) })).await.status;
    assert_eq!((status(fits).await, status(fits + 1).await), (200, 400));
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_the_engines_the_encoder_and_the_reranker() {
    let server = Server::new();
    let get =
        async |server: &Server, path: &str| server.send(Call::new("GET", path).key(&server.editor())).await;
    let model = |id: &str, kind: &str| json!({ "id": id, "object": "model", "created": 0, "owned_by": "footnote", "kind": kind });
    let mut encoder = model(DEFAULT_MODEL, "embedding");
    encoder["dimensions"] = json!(384);
    encoder["max_tokens"] = json!(512);
    let plain = json!({ "object": "list", "data": [model("footnote", "engine"), model("extractive", "engine"), encoder] });
    assert_eq!(get(&server, "/v1/models").await.json(), plain);
    assert_eq!(get(&server, "/v1/models/footnote").await.json(), model("footnote", "engine"));
    assert_eq!(get(&server, &format!("/v1/models/{DEFAULT_MODEL}")).await.json(), encoder);
    let missing = get(&server, "/v1/models/gpt-5").await;
    assert_eq!(fault(&missing), (404, "model_not_found".into(), json!("model")));

    let dir = tempfile::tempdir().expect("tempdir");
    let app = app_with_reranker(dir.path());
    let server = Server::on(dir, app, footnote_server::http::HttpSettings::default());
    let ids = |reply: Reply| -> Vec<String> {
        let list = reply.json()["data"].clone();
        list.as_array().expect("models").iter().map(|m| m["id"].as_str().expect("id").to_owned()).collect()
    };
    assert_eq!(
        ids(get(&server, "/v1/models").await),
        ["footnote", "extractive", DEFAULT_MODEL, footnote_models::DEFAULT_RERANKER]
    );
    let endpoint = Endpoint::new(vec![Does::HangsUp]);
    let server = priced(&endpoint.openai("")).await;
    assert_eq!(ids(get(&server, "/v1/models").await), ["footnote", "extractive", "far", DEFAULT_MODEL]);
    assert!(endpoint.asked().is_empty(), "listing asks no engine");
}

#[tokio::test]
async fn a_credential_is_needed_for_models_and_vectors_too() {
    let server = Server::new();
    let body = json!({ "model": DEFAULT_MODEL, "input": "x" });
    let several = server.key("default", Role::Viewer, None);
    for call in [
        || Call::new("GET", "/v1/models"),
        || Call::new("GET", "/v1/models/footnote"),
        || Call::new("POST", "/v1/embeddings"),
    ] {
        assert_eq!(fault(&server.send(call().json(&body)).await).1, "invalid_api_key");
        assert_eq!(fault(&server.send(call().key(&several).json(&body)).await).1, "client_required");
        assert_eq!(server.send(call().key(&several).client("acme").json(&body)).await.status, 200);
    }
}
