//! Filters and facets over HTTP.

use serde_json::{Value, json};

use crate::http_support::{Call, Server};

/// Two notes on one subject by different teams, one of them a year older.
async fn notes(server: &Server, key: &str) {
    for (uri, text, metadata) in [
        (
            "front",
            "The lift of the front office carries eight people.",
            json!({ "team": "front", "published": "2024-03-01", "tags": ["lift", "safety"] }),
        ),
        (
            "back",
            "The lift of the warehouse carries two tonnes of goods.",
            json!({ "team": "back", "published": "2023-03-01", "tags": ["lift"] }),
        ),
    ] {
        let body = json!({ "uri": uri, "title": uri, "text": text, "metadata": metadata });
        let reply = server.send(Call::new("POST", "/v1/documents?wait=true").key(key).json(&body)).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
    }
}

fn uris(found: &Value) -> Vec<&str> {
    found["hits"].as_array().expect("hits").iter().map(|hit| hit["uri"].as_str().expect("uri")).collect()
}

#[tokio::test]
async fn a_filter_narrows_searches_and_answers_and_facets_count_what_it_leaves() {
    let server = Server::new();
    let key = server.editor();
    notes(&server, &key).await;
    let search = async |body: Value| {
        let reply = server.send(Call::new("POST", "/v1/search").key(&key).json(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    let query = "What does the lift carry?";
    let all = search(json!({ "query": query, "facets": ["team", "tags"] })).await;
    assert_eq!(uris(&all).len(), 2);
    assert_eq!(all["facets"]["tags"][0], json!({ "value": "lift", "documents": 2 }));
    assert!(all.get("timings_ms").is_some_and(|t| t.get("filter").is_some()), "{all}");

    for filter in [
        json!({ "team": "back" }),
        json!({ "published": { "$lt": "2024-01-01" } }),
        json!({ "$not": { "tags": "safety" } }),
    ] {
        let found =
            search(json!({ "query": query, "filter": filter, "facets": ["team"], "explain": true })).await;
        assert_eq!(uris(&found), ["back"], "{filter}");
        assert_eq!(found["facets"]["team"], json!([{ "value": "back", "documents": 1 }]));
        assert_eq!(found["hits"][0]["explain"]["planner"], "exact, 1 of 2 compared");
    }
    let words = search(json!({ "query": query, "mode": "bm25", "explain": true })).await;
    assert_eq!(words["hits"][0]["explain"]["planner"], "not searched");
    for (query, expected) in [
        ("lift \"two tonnes\"", vec!["back"]),
        ("“tonnes two” lift", vec![]),
        ("\"lift of the\" \"eight people\"", vec!["front"]),
    ] {
        for mode in ["hybrid", "bm25", "dense"] {
            let found = search(json!({ "query": query, "mode": mode })).await;
            assert_eq!(uris(&found), expected, "{query} {mode}");
        }
    }
    for (body, expected) in [
        (json!({ "query": "wareh*", "mode": "bm25" }), vec!["back"]),
        (json!({ "query": "wareh", "mode": "bm25" }), vec![]),
        (json!({ "query": "wareh", "mode": "bm25", "prefix": true }), vec!["back"]),
    ] {
        let found = search(body.clone()).await;
        assert_eq!(uris(&found), expected, "{body}");
        if let Some(hit) = found["hits"].get(0) {
            assert_eq!(hit["snippet"]["matches"][0], json!({ "start_char": 16, "end_char": 25 }), "{hit}");
        }
    }
    let short = search(json!({ "query": "w*" })).await;
    assert_eq!(short["degraded"][0]["part"], "query", "{short}");
    let plain = search(json!({ "query": query })).await;
    let hit = &plain["hits"][0];
    let snippet = &hit["snippet"];
    assert_eq!(
        (&snippet["text"], &snippet["start_char"]),
        (&hit["text"], &json!(0)),
        "a short passage whole"
    );
    let text: Vec<char> = snippet["text"].as_str().expect("text").chars().collect();
    let words: Vec<String> = snippet["matches"]
        .as_array()
        .expect("matches")
        .iter()
        .map(|m| {
            let at = |end: &str| m[end].as_u64().expect("a place") as usize;
            text[at("start_char")..at("end_char")].iter().collect()
        })
        .collect();
    assert_eq!(words, ["lift", "carries"], "{snippet}");
    assert!(plain.get("facets").is_none(), "nothing asked, nothing said");

    let body = json!({ "question": query, "filter": { "team": "back" } });
    let answer = server.send(Call::new("POST", "/v1/answers").key(&key).json(&body)).await.json();
    assert!(answer["answer"].as_str().expect("text").contains("two tonnes"), "{answer}");
    assert!(answer["passages"].as_array().expect("passages").iter().all(|p| p["uri"] == "back"));
    let body = json!({ "question": query, "filter": { "team": "none" } });
    let answer = server.send(Call::new("POST", "/v1/answers").key(&key).json(&body)).await.json();
    assert_eq!(answer["grounding"]["reason"], "no_evidence", "{answer}");
}

#[tokio::test]
async fn a_wrong_filter_is_told_where_and_why() {
    let server = Server::new();
    let key = server.editor();
    for (route, text) in [("/v1/search", "query"), ("/v1/answers", "question")] {
        for (filter, expected) in [
            (json!("team"), "filter: expected an object"),
            (json!({ "team": { "$near": 1 } }), "filter.team.$near: unknown operator, use $eq"),
            (
                json!({ "$or": [{ "at": { "$gt": "soon" } }] }),
                "filter.$or[0].at.$gt: expected a number, a date",
            ),
        ] {
            let body = json!({ (text): "lift", "filter": filter });
            let reply = server.send(Call::new("POST", route).key(&key).json(&body)).await;
            assert_eq!(reply.problem(), (422, "invalid_value".into()), "{route} {filter}");
            let detail = reply.json()["detail"].as_str().expect("detail").to_owned();
            assert!(detail.contains(expected), "{detail}");
        }
    }
}
