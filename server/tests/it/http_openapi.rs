//! The document tells the truth: what the server really answers fits it, its examples work, and it asks for the roles that
//! the routes ask for.

use footnote_index::Role;
use footnote_server::http::openapi_document;
use serde_json::{Value, json};

use crate::http_support::{Call, Reply, Server};
use crate::schema_check::violations;

/// The operation of a method and path.
pub(crate) fn operation(method: &str, path: &str) -> &'static Value {
    let operation = &openapi_document()["paths"][path][method.to_lowercase()];
    assert!(operation.is_object(), "no {method} {path}");
    operation
}

/// Fails when an answer is not one that the document names for the operation.
pub(crate) fn conforms(method: &str, path: &str, reply: &Reply) {
    let at = format!("{method} {path}: {} {}", reply.status, reply.text());
    let response = &operation(method, path)["responses"][reply.status.to_string()];
    assert!(response.is_object(), "status not in the document; {at}");
    let Some(content) = response["content"].as_object() else {
        assert!(reply.body.is_empty(), "a body where none is said; {at}");
        return;
    };
    let media = reply.header("content-type").split(';').next().expect("media type").trim();
    let range = format!("{}/*", media.split('/').next().expect("type"));
    let described = content.get(media).or_else(|| content.get(&range)).or_else(|| content.get("*/*"));
    let described = described.unwrap_or_else(|| panic!("{media} is not in the document; {at}"));
    if media.ends_with("json") {
        let found = violations(openapi_document(), &described["schema"], &reply.json());
        assert!(found.is_empty(), "{found:?}; {at}");
    }
}

async fn send(
    server: &Server,
    method: &str,
    path: &str,
    real: &str,
    call: impl FnOnce(Call) -> Call,
) -> Reply {
    let reply = server.send(call(Call::new(method, real))).await;
    conforms(method, path, &reply);
    reply
}

const TEXT: &str = "# Prices\n\nA day pass costs 45 EUR. A child pays 20 EUR.\n\n| pass | price |\n|---|---|\n| day | 45 |\n";

#[tokio::test]
async fn what_is_answered_is_what_is_described() {
    let server = Server::new();
    let key = server.editor();
    let admin = server.key("default", Role::Admin, None);
    for path in ["/healthz", "/readyz", "/startupz", "/openapi.json"] {
        assert_eq!(send(&server, "GET", path, path, |call| call).await.status, 200);
    }
    let upload = async |real: &str, media: &str, body: &str, status: u16| {
        let reply =
            send(&server, "POST", "/v1/documents", real, |call| call.key(&key).raw(media, body.to_owned()))
                .await;
        assert_eq!(reply.status, status, "{}", reply.text());
        reply.json()
    };
    let made = upload("/v1/documents?wait=true&uri=prices.md", "text/markdown", TEXT, 201).await;
    let same = upload("/v1/documents?wait=true&uri=copy.md", "text/markdown", TEXT, 201).await;
    assert_eq!(same["same_content_as"], "prices.md");
    upload("/v1/documents?wait=true&uri=e", "text/plain", "", 200).await;
    upload("/v1/documents", "application/json", &json!({ "uri": "n", "text": "note" }).to_string(), 202)
        .await;
    let records = "{\"id\":\"r1\",\"text\":\"Parking is behind the mill.\"}\nbroken\n";
    upload("/v1/documents?wait=true&uri=f.jsonl", "application/x-ndjson", records, 201).await;
    let form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\r\n\r\n# A\r\n--b--\r\n";
    upload("/v1/documents?wait=true", "multipart/form-data; boundary=b", form, 201).await;
    let (id, job) = (made["document_id"].as_str().expect("id"), made["job_id"].as_str().expect("job"));

    let get = async |path: &str, real: &str, status: u16| {
        let reply = send(&server, "GET", path, real, |call| call.key(&key)).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    };
    get("/v1/documents", "/v1/documents", 200).await;
    get("/v1/documents", "/v1/documents?limit=0", 422).await;
    get("/v1/documents/{id}", &format!("/v1/documents/{id}"), 200).await;
    get("/v1/documents/{id}", "/v1/documents/doc_0", 404).await;
    get("/v1/documents/{id}/text", &format!("/v1/documents/{id}/text?start=2&end=9"), 200).await;
    get("/v1/documents/{id}/text", &format!("/v1/documents/{id}/text?start=9&end=2"), 422).await;
    get("/v1/documents/{id}/original", &format!("/v1/documents/{id}/original"), 200).await;
    get("/v1/jobs", "/v1/jobs", 200).await;
    get("/v1/jobs/{id}", &format!("/v1/jobs/{job}"), 200).await;

    let post = async |path: &str, real: &str, key: &str, body: Value, status: u16| {
        let reply = send(&server, "POST", path, real, |call| call.key(key).json(&body)).await;
        assert_eq!(reply.status, status, "{}", reply.text());
        reply
    };
    post("/v1/jobs/{id}/retry", &format!("/v1/jobs/{job}/retry"), &key, json!({}), 200).await;
    let search = json!({ "query": "day pass", "explain": true, "facets": ["uri"] });
    let found = post("/v1/search", "/v1/search", &key, search, 200).await.json();
    assert!(found["hits"][0]["explain"].is_object(), "{found}");
    post("/v1/search", "/v1/search", &key, json!({ "query": "x", "nope": 1 }), 422).await;
    let asked = json!({ "question": "What does a day pass cost?" });
    let answer = post("/v1/answers", "/v1/answers", &key, asked, 200).await.json();
    assert!(answer["citations"][0].is_object(), "{answer}");
    let streamed = json!({ "question": "What does a day pass cost?", "stream": true });
    let events = post("/v1/answers", "/v1/answers", &key, streamed, 200).await;
    events_are_described(&events.text());
    let manifest = json!({ "manifest": { "roots": ["f.jsonl"], "entries": [] }, "dry_run": true });
    post("/v1/sync", "/v1/sync", &key, manifest, 200).await;
    post("/v1/clients", "/v1/clients", &admin, json!({ "name": "new" }), 201).await;
    post("/v1/clients", "/v1/clients", &admin, json!({ "name": "new" }), 200).await;
    let made = post("/v1/keys", "/v1/keys", &admin, json!({ "role": "viewer", "clients": ["new"] }), 201)
        .await
        .json();
    let made = made["id"].as_str().expect("id");
    post("/v1/keys/{id}/rotate", &format!("/v1/keys/{made}/rotate"), &admin, json!({ "overlap_s": 60 }), 201)
        .await;
    for (path, real) in [
        ("/v1/clients", "/v1/clients"),
        ("/v1/keys", "/v1/keys"),
        ("/v1/clients/{name}/snapshot", "/v1/clients/acme/snapshot"),
        ("/v1/clients/{name}/migration", "/v1/clients/acme/migration"),
    ] {
        let reply = send(&server, "GET", path, real, |call| call.key(&admin)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    for (path, real, who) in [
        ("/v1/documents/{id}", format!("/v1/documents/{id}"), &key),
        ("/v1/keys/{id}", format!("/v1/keys/{made}"), &admin),
        ("/v1/clients/{name}", "/v1/clients/new".to_owned(), &admin),
    ] {
        let reply = send(&server, "DELETE", path, &real, |call| call.key(who)).await;
        assert_eq!(reply.status, 204, "{path}: {}", reply.text());
    }
}

/// Data of events fits the schemas that the description names.
fn events_are_described(text: &str) {
    let mut seen = Vec::new();
    for event in text.split("\n\n").filter(|event| event.starts_with("event: ")) {
        let (name, data) = event.split_once("\ndata: ").expect("event");
        let name = name.trim_start_matches("event: ");
        let data: Value = serde_json::from_str(data).expect("json");
        let schema = match name {
            "message" => "Message",
            "citation" => "Citation",
            "final_answer" => "Answer",
            "search_results" => "Hit",
            other => panic!("event {other}"),
        };
        let items = if name == "search_results" {
            data["passages"].as_array().expect("list").clone()
        } else {
            vec![data]
        };
        for item in items {
            let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
            assert_eq!(violations(openapi_document(), &reference, &item), Vec::<String>::new(), "{name}");
        }
        seen.push(name.to_owned());
    }
    assert!(
        ["search_results", "message", "citation", "final_answer"].iter().all(|n| seen.iter().any(|s| s == n)),
        "{seen:?}"
    );
}

/// The example of a schema: its own, or that of what it refers to.
fn example<'a>(media: &'a Value, document: &'a Value) -> Option<&'a Value> {
    media.get("example").or_else(|| {
        let schema = &media["schema"];
        let target = schema["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
        schema.get("example").or_else(|| target?.get("example"))
    })
}

#[tokio::test]
async fn examples_fit_their_schemas_and_those_of_requests_work() {
    let document = openapi_document();
    let server = Server::new();
    let admin = server.key("default", Role::Admin, None);
    let mut sent = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let at = format!("{method} {path}");
            for (status, response) in operation["responses"].as_object().expect("responses") {
                let Some(media) = response["content"].get("application/json") else { continue };
                if status.starts_with('2') && media["schema"]["$ref"] != "#/components/schemas/Uploaded" {
                    let example =
                        example(media, document).unwrap_or_else(|| panic!("{at} {status} has no example"));
                    let found = violations(document, &media["schema"], example);
                    assert!(found.is_empty(), "{at} {status}: {found:?}");
                }
            }
            let Some(media) = operation.pointer("/requestBody/content/application~1json") else { continue };
            let example = example(media, document).unwrap_or_else(|| panic!("{at} has no example"));
            assert_eq!(violations(document, &media["schema"], example), Vec::<String>::new(), "{at}");
            // What only makes sense with an id of the server is not sent.
            // A reranker is not configured here; `rerank_http` has one.
            if !path.contains('{') && path != "/v1/rerank" {
                let call = Call::new(&method.to_uppercase(), path).key(&admin).client("acme");
                let reply = server.send(call.json(example)).await;
                assert!((200..300).contains(&reply.status), "{at}: {}", reply.text());
                sent += 1;
            }
        }
    }
    assert!(sent >= 6, "{sent}");
}

#[tokio::test]
async fn it_is_served_to_everybody_and_is_openapi_3_1() {
    let server = Server::new();
    let reply = server.send(Call::new("GET", "/openapi.json")).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
    let document = reply.json();
    assert_eq!(&document, openapi_document());
    assert!(
        document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")),
        "{}",
        document["openapi"]
    );
    let schemes = document["components"]["securitySchemes"].as_object().expect("schemes");
    assert!(schemes.contains_key("bearer") && schemes.contains_key("api_key"), "{schemes:?}");
}
