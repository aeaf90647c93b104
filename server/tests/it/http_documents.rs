//! Documents over HTTP: every kind of body, waiting and not waiting, reading, replacing, deleting.

use std::time::{Duration, Instant};

use footnote_index::NewDocument;
use footnote_server::http::HttpSettings;
use serde_json::json;

use crate::http_support::{Call, Server, app, name};

const ROMANIAN: &str = "# Garanție\n\nGaranția liftului ține cinci ani, însă bateria numai doi.";

#[tokio::test]
async fn every_kind_of_body_becomes_searchable() {
    let server = Server::new();
    let key = server.editor();
    let post = |query: &str| Call::new("POST", &format!("/v1/documents?wait=true{query}")).key(&key);

    let raw = server.send(post("&uri=garantie.md").raw("text/markdown", ROMANIAN)).await;
    assert_eq!((raw.status, raw.json()["code"].clone()), (201, "new".into()), "{}", raw.text());
    assert!(raw.json()["chunks"].as_u64().expect("chunks") > 0);
    assert_eq!(
        raw.header("location"),
        format!("/v1/documents/{}", raw.json()["document_id"].as_str().expect("id"))
    );

    let html = "<title>Prices</title><h1>Prices</h1><p>A ski pass costs 40 euro a day.</p>";
    let by_header =
        Call::new("POST", "/v1/documents?wait=true").key(&key).header("x-document-uri", "prices.html");
    assert_eq!(server.send(by_header.raw("text/html; charset=utf-8", html)).await.status, 201);

    let body = json!({ "uri": "note", "title": "Visitors", "text": "Visitors sign in at the blue desk.", "metadata": { "team": "front" } });
    let object = server.send(post("").json(&body)).await;
    assert_eq!(object.status, 201, "{}", object.text());

    let form = "--b\r\nContent-Disposition: form-data; name=\"uri\"\r\n\r\nforms/a\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nThe archive moved to Cluj.\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n\r\nThe canteen opens at seven.\r\n--b--\r\n";
    let form = server.send(post("").raw("multipart/form-data; boundary=b", form)).await;
    assert_eq!(
        (form.status, form.json()["data"].as_array().map(Vec::len)),
        (201, Some(2)),
        "{}",
        form.text()
    );

    let lines = "{\"_id\":\"r1\",\"title\":\"Parking\",\"text\":\"Parking is behind the mill.\"}\nbroken\n{\"id\":\"r2\",\"text\":\"Bicycles go to the cellar.\"}\n";
    let lines = server.send(post("&uri=faq.jsonl").raw("application/x-ndjson", lines)).await;
    let statuses: Vec<_> = lines.json()["data"]
        .as_array()
        .expect("data")
        .iter()
        .map(|r| (r["uri"].clone(), r["status"].clone(), r["code"].clone()))
        .collect();
    assert_eq!(
        json!(statuses),
        json!([
            ["faq.jsonl#r1", "ingested", "new"],
            ["faq.jsonl#line=2", "failed", "bad_record"],
            ["faq.jsonl#r2", "ingested", "new"]
        ])
    );

    for (query, uri) in [
        ("cât ține garanția liftului", "garantie.md"),
        ("price of a ski pass", "prices.html"),
        ("where do visitors sign in", "note"),
        ("where is the archive", "forms/a"),
        ("when does the canteen open", "b.txt"),
        ("parking", "faq.jsonl#r1"),
        ("bicycles", "faq.jsonl#r2"),
    ] {
        assert_eq!(server.find(&key, query).await.first().map(String::as_str), Some(uri), "{query}");
    }
    let note = server.send(Call::new("GET", object.header("location")).key(&key)).await.json();
    assert_eq!(
        (&note["title"], &note["metadata"], &note["state"]),
        (&json!("Visitors"), &json!({ "team": "front" }), &json!("visible"))
    );

    // Pages follow each other without gap or repetition.
    let (mut uris, mut after) = (Vec::new(), String::new());
    loop {
        let page =
            server.send(Call::new("GET", &format!("/v1/documents?limit=3{after}")).key(&key)).await.json();
        let rows = page["data"].as_array().expect("rows").clone();
        uris.extend(rows.iter().map(|row| row["uri"].as_str().expect("uri").to_owned()));
        if page["has_more"] == false {
            break;
        }
        after = format!("&after={}", rows.last().expect("a row")["id"].as_str().expect("id"));
    }
    uris.sort_unstable();
    assert_eq!(
        uris,
        ["b.txt", "faq.jsonl#r1", "faq.jsonl#r2", "forms/a", "garantie.md", "note", "prices.html"]
    );

    let answer = server
        .send(
            Call::new("POST", "/v1/answers")
                .key(&key)
                .json(&json!({ "question": "Where do visitors sign in?" })),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.json()["grounding"]["status"].is_string());
}

#[tokio::test]
async fn chunks_are_listed_in_order_and_are_those_that_searches_find() {
    let server = Server::new();
    let key = server.editor();
    let paragraph = |n: u32| format!("Cabin {n} of the lift was inspected by the engineer. ").repeat(12);
    let sections: String = (1..6).map(|n| format!("## Cabin {n}\n\n{}\n\n", paragraph(n))).collect();
    let id = server.ingest(&key, "cabins.md", &format!("# Cabins\n\n{sections}")).await;
    let twin = server.ingest(&key, "twin.md", &format!("# Cabins\n\n## Cabin 1\n\n{}", paragraph(1))).await;
    let get = |id: &str, rest: &str| Call::new("GET", &format!("/v1/documents/{id}{rest}")).key(&key);

    let all = server.send(get(&id, "/chunks")).await.json();
    let chunks = all["data"].as_array().expect("data").clone();
    let shown = server.send(get(&id, "")).await.json();
    assert_eq!((all["version"].as_u64(), all["has_more"].as_bool()), (Some(1), Some(false)));
    assert!(all["model"].as_str().is_some_and(|model| !model.is_empty()), "{all}");
    assert!(chunks.len() >= 5 && shown["chunks"] == chunks.len(), "{shown}");
    assert!(shown["spent_ms"].is_u64(), "{shown}");
    let text = server.send(get(&id, "/text")).await.json();
    let text: Vec<char> = text["text"].as_str().expect("text").chars().collect();
    for (n, chunk) in chunks.iter().enumerate() {
        let at = |name: &str| chunk["source"][name].as_u64().expect("place") as usize;
        let there: String = text[at("start_char")..at("end_char")].iter().collect();
        assert_eq!((&chunk["text"], &chunk["ordinal"]), (&json!(there), &json!(n)));
        assert_eq!(chunk["state"], "searchable");
    }

    // A page at a time it is the same list.
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.send(get(&id, &format!("/chunks?limit=2{after}"))).await.json();
        let data = page["data"].as_array().expect("data").clone();
        assert!((1..=2).contains(&data.len()));
        after = format!("&after={}", data[data.len() - 1]["ordinal"]);
        paged.extend(data);
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(paged, chunks);

    let search = json!({ "query": "which engineer inspected cabin 4", "filter": { "document_id": id } });
    let found = server.send(Call::new("POST", "/v1/search").key(&key).json(&search)).await.json();
    for hit in found["hits"].as_array().expect("hits") {
        let listed = chunks.iter().find(|chunk| chunk["chunk_id"] == hit["chunk_id"]).expect("listed");
        assert_eq!((&listed["text"], &listed["source"]), (&hit["text"], &hit["source"]));
    }
    let shared = server.send(get(&twin, "/chunks")).await.json();
    assert!(shared["data"].as_array().expect("data").iter().any(|chunk| chunk["sharing"] == 2), "{shared}");

    assert_eq!(server.send(get("doc_1", "/chunks")).await.problem(), (404, "not_found".into()));
    assert_eq!(server.send(get(&id, "/chunks?limit=0")).await.problem(), (422, "invalid_value".into()));
    assert_eq!(server.send(get(&id, "/chunks?after=-1")).await.problem(), (400, "invalid_request".into()));
    let beyond = server.send(get(&id, "/chunks?after=4294967295")).await.json();
    assert_eq!((&beyond["data"], &beyond["has_more"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn a_document_that_cannot_be_read_has_no_chunks_and_says_how_often_it_was_tried() {
    let server = Server::new();
    let key = server.editor();
    let post = Call::new("POST", "/v1/documents?wait=true&uri=broken.pdf").key(&key);
    let taken = server.send(post.raw("application/pdf", "%PDF-1.7\nnothing of a PDF follows")).await.json();
    let id = taken["document_id"].as_str().expect("id");
    let get = |rest: &str| Call::new("GET", &format!("/v1/documents/{id}{rest}")).key(&key);
    let shown = server.send(get("")).await.json();
    assert_eq!(shown["state"], "failed", "{shown}");
    assert!(shown["attempts"].as_u64() >= Some(1) && shown["spent_ms"].is_u64(), "{shown}");
    let chunks = server.send(get("/chunks")).await.json();
    assert_eq!(chunks, json!({ "document_id": id, "data": [], "has_more": false }));
}

#[tokio::test]
async fn text_is_cut_in_characters_and_the_original_is_a_download() {
    let server = Server::new();
    let key = server.editor();
    let id = server.ingest(&key, "garantie.md", ROMANIAN).await;
    let get = |rest: &str| Call::new("GET", &format!("/v1/documents/{id}{rest}")).key(&key);

    let whole = server.send(get("/text")).await.json();
    let text = whole["text"].as_str().expect("text").to_owned();
    let total = text.chars().count();
    assert_eq!(
        (&whole["start_char"], &whole["end_char"], &whole["total_chars"]),
        (&json!(0), &json!(total), &json!(total))
    );
    assert!(text.len() > total, "the text has characters of several bytes");
    for (start, end) in [(0, 1), (0, total), (6, 9), (3, 3), (total - 2, total + 10), (total + 1, total + 2)]
    {
        let part = server.send(get(&format!("/text?start={start}&end={end}&version=1"))).await.json();
        let expected: String = text.chars().skip(start).take(end - start).collect();
        assert_eq!(part["text"], expected, "{start}..{end}");
    }
    assert_eq!(server.send(get("/text?start=5&end=4")).await.problem(), (422, "invalid_value".into()));
    assert_eq!(server.send(get("/text?start=-1")).await.problem(), (400, "invalid_request".into()));
    assert_eq!(server.send(get("/text?version=2")).await.problem(), (404, "not_found".into()));

    // What a hit says of its place is what the text says there.
    let found = server
        .send(Call::new("POST", "/v1/search").key(&key).json(&json!({ "query": "bateria", "explain": true })))
        .await
        .json();
    let hit = &found["hits"][0];
    let (start, end) = (
        hit["source"]["start_char"].as_u64().expect("start"),
        hit["source"]["end_char"].as_u64().expect("end"),
    );
    let part = server.send(get(&format!("/text?start={start}&end={end}"))).await.json();
    assert_eq!(part["text"], hit["text"]);

    let original = server.send(get("/original")).await;
    assert_eq!((original.status, original.text().as_str()), (200, ROMANIAN));
    assert_eq!(original.header("content-disposition"), "attachment; filename=\"garantie.md\"");
    assert_eq!(original.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn without_waiting_it_is_durable_first_and_visible_later() {
    let server = Server::new();
    let key = server.editor();
    let post = || {
        Call::new("POST", "/v1/documents?uri=lift").key(&key).raw("text/plain", "The lift carries 400 kg.")
    };
    let reply = server.send(post()).await;
    let result = reply.json();
    assert_eq!(
        (reply.status, &result["status"], &result["code"]),
        (202, &json!("accepted"), &json!("new")),
        "{result}"
    );
    let location = reply.header("location").to_owned();
    let deadline = Instant::now() + Duration::from_secs(120);
    while server.find(&key, "lift").await != ["lift"] {
        assert!(Instant::now() < deadline, "not found after two minutes");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let shown = server.send(Call::new("GET", &location).key(&key)).await.json();
    assert_eq!((&shown["state"], &shown["version"]), (&json!("visible"), &json!(1)));
    let again = server.send(post()).await;
    assert_eq!((again.status, again.json()["code"].clone()), (200, "unchanged".into()));
}

#[tokio::test]
async fn a_new_version_replaces_the_old_one_and_a_failed_one_does_not() {
    let server = Server::new();
    let key = server.editor();
    let id = server.ingest(&key, "hours", "The shop opens at nine.").await;
    let put = |media: &str, body: &[u8]| {
        Call::new("POST", "/v1/documents?wait=true&uri=hours").key(&key).raw(media, body.to_vec())
    };
    let changed = server.send(put("text/markdown", b"The shop opens at ten.")).await;
    let result = changed.json();
    assert_eq!(
        (changed.status, &result["code"], &result["version"], &result["document_id"]),
        (200, &json!("changed"), &json!(2), &json!(id)),
        "{result}"
    );
    let found = server
        .send(Call::new("POST", "/v1/search").key(&key).json(&json!({ "query": "shop opens" })))
        .await
        .text();
    assert!(found.contains("at ten") && !found.contains("at nine"), "{found}");

    let broken = server.send(put("application/octet-stream", &[0u8, 1, 2, 255, 0, 0, 7, 0].repeat(50))).await;
    let result = broken.json();
    assert_eq!(
        (broken.status, &result["status"], &result["code"]),
        (200, &json!("failed"), &json!("binary")),
        "{result}"
    );
    assert!(result["reason"].as_str().is_some_and(|r| !r.is_empty()));
    let shown = server.send(Call::new("GET", &format!("/v1/documents/{id}")).key(&key)).await.json();
    assert_eq!(
        (&shown["version"], &shown["newest_version"], &shown["state"]),
        (&json!(2), &json!(3), &json!("visible"))
    );
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let server = Server::new();
    let key = server.editor();
    let id = server.ingest(&key, "lift", "The lift carries 400 kg.").await;
    let delete = || Call::new("DELETE", &format!("/v1/documents/{id}")).key(&key);
    let reply = server.send(delete()).await;
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    assert_eq!(server.send(delete()).await.problem(), (404, "not_found".into()));
    for rest in ["", "/text", "/original"] {
        assert_eq!(
            server.send(Call::new("GET", &format!("/v1/documents/{id}{rest}")).key(&key)).await.status,
            404
        );
    }
    assert_eq!(server.find(&key, "lift").await, Vec::<String>::new());
    let page = server.send(Call::new("GET", "/v1/documents").key(&key)).await.json();
    assert_eq!(page, json!({ "data": [], "has_more": false }));
    // The same uri is a new document.
    assert_ne!(server.ingest(&key, "lift", "The lift carries 400 kg.").await, id);
}

#[tokio::test]
async fn what_was_accepted_before_a_crash_is_finished_after_the_start() {
    let dir = tempfile::tempdir().expect("tempdir");
    let app = app(dir.path());
    #[expect(clippy::disallowed_methods, reason = "the test plays the process that died after accepting")]
    let scope =
        app.engine().control().scope(&name("default"), &name("acme")).expect("control").expect("client");
    let metadata = serde_json::Map::new();
    let new = NewDocument {
        uri: "left",
        title: None,
        mime: Some("text/plain"),
        metadata: &metadata,
        bytes: b"The lift carries 400 kg.",
    };
    app.engine().accept(&scope, &new).expect("accept");
    assert_eq!(app.engine().stats(&scope).expect("stats").pending, 1);

    let server = Server::on(dir, app, HttpSettings::default());
    let deadline = Instant::now() + Duration::from_secs(120);
    let key = server.editor();
    while server.find(&key, "lift").await != ["left"] {
        assert!(Instant::now() < deadline, "not resumed after two minutes");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.app.engine().stats(&scope).expect("stats").pending, 0);
}
