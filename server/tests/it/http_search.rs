//! Filters and facets over HTTP.

use footnote_server::http::HttpSettings;
use serde_json::{Value, json};

use crate::http_support::{Call, Server, app_with_reranker};

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
async fn a_reranker_orders_the_hits_by_what_they_say_and_its_absence_is_told() {
    let dir = tempfile::tempdir().expect("tempdir");
    let with = app_with_reranker(dir.path());
    for (server, there) in [(Server::on(dir, with, HttpSettings::default()), true), (Server::new(), false)] {
        let key = server.editor();
        for (uri, text) in [
            (
                "list",
                "Lifts, lift doors, lift buttons and lift keys: ask for the lift list of the lift office.",
            ),
            ("rule", "A passenger lift may be loaded with 630 kilograms at most."),
            ("tale", "The lift of the old tower was slow, and nobody minded."),
        ] {
            let body = json!({ "uri": uri, "text": text });
            server.send(Call::new("POST", "/v1/documents?wait=true").key(&key).json(&body)).await;
        }
        let body = json!({ "query": "How much weight can the lift carry?", "rerank": true, "explain": true, "top_k": 2 });
        let found = server.send(Call::new("POST", "/v1/search").key(&key).json(&body)).await.json();
        let hits = found["hits"].as_array().expect("hits");
        assert_eq!(hits.len(), 2, "{found}");
        assert!(found["timings_ms"]["rerank"].is_number());
        if there {
            assert_eq!(found["degraded"], json!([]), "{found}");
            assert_eq!(hits[0]["uri"], "rule");
            let relevance = |at: usize| hits[at]["relevance"].as_f64().expect("relevance");
            assert!(relevance(0) > relevance(1) && (0.0..=1.0).contains(&relevance(0)), "{found}");
            assert!(hits[0]["score"].as_f64() > hits[1]["score"].as_f64());
        } else {
            assert_eq!(found["degraded"][0]["part"], "rerank", "{found}");
            assert!(hits[0].get("relevance").is_none());
        }
    }
}

#[tokio::test]
async fn a_follow_up_is_made_whole_from_the_messages_and_shown() {
    let server = Server::new();
    let key = server.editor();
    notes(&server, &key).await;
    let messages = json!([
        { "role": "system", "content": "You help visitors." },
        { "role": "user", "content": "What does the lift of the front office carry?" },
        { "role": "assistant", "content": "The lift of the front office carries eight people." },
    ]);
    let body = json!({ "question": "And the warehouse?", "messages": messages });
    let answer = server.send(Call::new("POST", "/v1/answers").key(&key).json(&body)).await.json();
    let resolved = answer["resolved_question"].as_str().expect("resolved");
    assert!(resolved.contains("lift") && resolved.contains("warehouse"), "{resolved}");
    assert!(answer["answer"].as_str().expect("text").contains("two tonnes"), "{answer}");

    let body = json!({ "question": "What does the lift of the warehouse carry?", "messages": messages });
    let answer = server.send(Call::new("POST", "/v1/answers").key(&key).json(&body)).await.json();
    assert!(answer.get("resolved_question").is_none(), "{answer}");

    let messages = vec![json!({ "role": "user", "content": "Hello" }); 101];
    let body = json!({ "question": "And the warehouse?", "messages": messages });
    let reply = server.send(Call::new("POST", "/v1/answers").key(&key).json(&body)).await;
    assert_eq!(reply.status, 422, "{}", reply.text());
    assert!(reply.text().contains("101 entries"), "{}", reply.text());
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

#[tokio::test]
async fn what_is_quoted_in_the_language_of_the_question_is_not_said_to_be_in_another() {
    let server = Server::new();
    let key = server.editor();
    let polish = [
        "Kefir naturalny sprzedajemy w butelkach. Butelka kefiru ma szklane ścianki. Cena kefiru zależy od zamówienia.",
        "Kefir owocowy dowozimy w każdy czwartek. Kierowca odbiera puste butelki po kefirze. Kaucja wynosi jeden złoty.",
        "Kefir stoi w chłodni. Termin ważności kefiru to trzy tygodnie. Reklamacje przyjmuje sklep przy mleczarni.",
    ];
    for (n, text) in polish.iter().enumerate() {
        server.ingest(&key, &format!("pl-{n}"), &format!("# Kefir\n\n{text}")).await;
    }
    server.ingest(&key, "en", "# Kefir for export\n\nA bottle of kefir costs two euros in Vienna.").await;
    let ask = |question: &str| {
        let body = json!({ "question": question, "min_confidence": 0.0, "top_k": 8 });
        Call::new("POST", "/v1/answers").key(&key).json(&body)
    };
    let same = server.send(ask("What does a bottle of kefir cost in Vienna?")).await.json();
    assert!(same["answer"].as_str().expect("answer").starts_with("A bottle of kefir costs"), "{same}");
    assert!(same["quoted_language"].is_null(), "{same}");
    let other = server.send(ask("Who accepts complaints about the kefir?")).await.json();
    let quoted = other["citations"][0]["quote"].as_str().expect("quote");
    assert!(!quoted.contains("Vienna"), "{other}");
    assert_eq!(other["quoted_language"], "pl", "{other}");
}
