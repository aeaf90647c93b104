//! `POST /v1/rerank`.

use footnote_models::DEFAULT_RERANKER;
use footnote_server::http::HttpSettings;
use serde_json::{Value, json};

use crate::http_support::{Call, Reply, Server, app_with_reranker};

const QUERY: &str = "How many persons does the lift carry?";

fn server() -> Server {
    let dir = tempfile::tempdir().expect("tempdir");
    let app = app_with_reranker(dir.path());
    Server::on(dir, app, HttpSettings::default())
}

async fn rerank(server: &Server, body: &Value) -> Reply {
    server.send(Call::new("POST", "/v1/rerank").key(&server.editor()).json(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_come_back_in_the_order_of_their_relevance() {
    let server = server();
    let documents = json!(["Soup is served at noon.", { "text": "The lift carries eight persons." }, "The lift is blue."]);
    let mut got =
        rerank(&server, &json!({ "model": DEFAULT_RERANKER, "query": QUERY, "documents": documents, "return_documents": true, "max_tokens_per_doc": 4096 }))
            .await
            .json();
    let scores: Vec<f64> =
        (0..3).map(|at| got["results"][at]["relevance_score"].as_f64().expect("a score")).collect();
    assert!(
        scores.iter().all(|s| (0.0..=1.0).contains(s)) && scores.is_sorted_by(|a, b| a >= b),
        "{scores:?}"
    );
    assert!(scores[0] > 0.5 && scores[2] < 0.1, "{scores:?}");
    assert!(got["id"].as_str().is_some_and(|id| id.starts_with("rerank_")), "{got}");
    got["id"] = json!("ID");
    for at in 0..3 {
        got["results"][at]["relevance_score"] = json!(at);
    }
    let expected = json!({
        "id": "ID", "model": DEFAULT_RERANKER, "meta": { "api_version": { "version": "2" } },
        "results": [
            { "index": 1, "relevance_score": 0, "document": { "text": "The lift carries eight persons." } },
            { "index": 2, "relevance_score": 1, "document": { "text": "The lift is blue." } },
            { "index": 0, "relevance_score": 2, "document": { "text": "Soup is served at noon." } },
        ],
    });
    assert_eq!(got, expected);
    let top = rerank(&server, &json!({ "query": QUERY, "documents": documents, "top_n": 1 })).await.json();
    let result = top["results"][0].as_object().expect("a result");
    assert_eq!(result.keys().collect::<Vec<_>>(), ["index", "relevance_score"]);
    assert_eq!(top["results"].as_array().map(Vec::len), Some(1));
    let many = json!({ "query": QUERY, "documents": ["x"], "top_n": 9 });
    assert_eq!(rerank(&server, &many).await.json()["results"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_and_without_a_reranker_it_says_so() {
    let server = server();
    for body in [
        json!({ "query": QUERY, "documents": [] }),
        json!({ "query": QUERY, "documents": vec!["x"; 101] }),
        json!({ "query": "", "documents": ["x"] }),
        json!({ "query": QUERY, "documents": ["x"], "top_n": 0 }),
        json!({ "query": QUERY, "documents": ["x"], "model": "rerank-v3.5" }),
        json!({ "query": QUERY, "documents": [{ "title": "x" }] }),
    ] {
        assert_eq!(rerank(&server, &body).await.problem(), (422, "invalid_value".into()), "{body}");
    }
    let all = rerank(&server, &json!({ "query": QUERY, "documents": vec!["x"; 100] })).await;
    assert_eq!((all.status, all.json()["results"].as_array().map(Vec::len)), (200, Some(100)));

    let without = Server::new();
    let reply = rerank(&without, &json!({ "query": QUERY, "documents": ["x"] })).await;
    assert_eq!(reply.problem(), (503, "model_unavailable".into()));
    assert!(
        reply.json()["detail"].as_str().is_some_and(|d| d.contains("set `reranker`")),
        "{}",
        reply.text()
    );
}
