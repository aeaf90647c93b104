//! Clients whose index was built under other settings than those in force.

use footnote_index::{GenerationSpec, Scope};
use serde_json::json;

use crate::http_support::{Call, Server, name};

/// The client of [`Server::editor`], served by a generation of these settings.
fn served_by(server: &Server, fingerprint: &str, model: &str) {
    let engine = server.app.engine();
    #[expect(clippy::disallowed_methods, reason = "a test's own client")]
    let scope: Option<Scope> = engine.control().scope(&name("default"), &name("acme")).expect("control");
    let spec = GenerationSpec {
        fingerprint: fingerprint.to_owned(),
        name: format!("model {model}, another chunker"),
        model: model.to_owned(),
        dims: server.app.pipeline().spec().dims,
    };
    engine.ensure_generation(&scope.expect("acme"), &spec).expect("generation");
}

fn upload(key: &str) -> Call {
    let body =
        json!({ "uri": "lift.md", "text": "# Lift\n\nThe lift carries 400 kg.", "mime": "text/markdown" });
    Call::new("POST", "/v1/documents?wait=true").key(key).json(&body)
}

#[tokio::test]
async fn uploads_go_on_under_another_chunker_of_the_same_encoder() {
    let server = Server::new();
    let key = server.editor();
    let fingerprint = server.app.pipeline().spec().fingerprint;
    let encoder = fingerprint.split_once('/').expect("two parts").0;
    served_by(&server, &format!("{encoder}/an-earlier-chunker"), "the-same");
    let made = server.send(upload(&key)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let search = json!({ "query": "what does it carry", "mode": "dense" });
    let found = server.send(Call::new("POST", "/v1/search").key(&key).json(&search)).await;
    assert!(found.json()["hits"][0]["text"].as_str().expect("hit").contains("400 kg"), "{}", found.text());

    let admin = server.key("default", footnote_index::Role::Admin, None);
    let shown = server.send(Call::new("GET", "/v1/clients/acme/migration").key(&admin)).await.json();
    assert_eq!(
        (&shown["state"], &shown["generations"][0]["state"]),
        (&json!("idle"), &json!("serving")),
        "{shown}"
    );
    let nothing = server.send(Call::new("POST", "/v1/clients/acme/migration/rollback").key(&admin)).await;
    assert_eq!(nothing.problem(), (422, "invalid_value".to_owned()));
}

#[tokio::test]
async fn an_encoder_that_cannot_be_had_leaves_the_words_and_is_named() {
    let server = Server::new();
    let key = server.editor();
    served_by(&server, "elsewhere/elsewhere", "gone-model");
    let search = |mode: &str| {
        Call::new("POST", "/v1/search")
            .key(&key)
            .json(&json!({ "query": "what does it carry", "mode": mode }))
    };
    let hybrid = server.send(search("hybrid")).await;
    let degraded = hybrid.json()["degraded"].to_string();
    assert!(
        hybrid.status == 200 && degraded.contains("gone-model") && degraded.contains("footnote migrate"),
        "{}",
        hybrid.text()
    );
    assert_eq!(server.send(search("bm25")).await.json()["degraded"], json!([]));
    let dense = server.send(search("dense")).await;
    assert_eq!(dense.problem(), (409, "fingerprint_mismatch".to_owned()));
    assert_eq!(server.send(upload(&key)).await.problem(), (409, "fingerprint_mismatch".to_owned()));
}

#[tokio::test]
async fn a_client_without_an_index_has_nothing_to_migrate() {
    let server = Server::new();
    let admin = server.key("default", footnote_index::Role::Admin, None);
    let made = server.send(Call::new("POST", "/v1/clients/acme/migration").key(&admin)).await;
    assert_eq!((made.status, &made.json()["state"]), (200, &json!("unchanged")), "{}", made.text());
}
