//! Who may do what: every route with every kind of credential, and what strangers learn.

use std::collections::BTreeSet;

use footnote_index::Role;
use footnote_models::DEFAULT_MODEL;
use footnote_server::http::ROUTES;
use serde_json::json;

use crate::http_support::{Call, Server};
use crate::openai_support::{asking, fault};

/// Role a route needs.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Needs {
    Nothing,
    Viewer,
    Editor,
    Admin,
    /// The operator's own token: every key is refused.
    Operator,
}

/// A route, what it needs, what a caller with that gets, and what an admin of another tenant gets
/// who names the same ids.
type Row = (&'static str, &'static str, Needs, u16, u16);

const TABLE: &[Row] = &[
    ("GET", "/healthz", Needs::Nothing, 200, 200),
    ("GET", "/readyz", Needs::Nothing, 200, 200),
    ("GET", "/startupz", Needs::Nothing, 200, 200),
    ("GET", "/openapi.json", Needs::Nothing, 200, 200),
    ("GET", "/v1/documents", Needs::Viewer, 200, 200),
    ("POST", "/v1/documents", Needs::Editor, 200, 202),
    ("GET", "/v1/documents/{id}", Needs::Viewer, 200, 404),
    ("DELETE", "/v1/documents/{id}", Needs::Editor, 404, 404),
    ("GET", "/v1/documents/{id}/text", Needs::Viewer, 200, 404),
    ("GET", "/v1/documents/{id}/chunks", Needs::Viewer, 200, 404),
    ("GET", "/v1/documents/{id}/original", Needs::Viewer, 200, 404),
    ("POST", "/v1/sync", Needs::Editor, 200, 200),
    ("GET", "/v1/jobs", Needs::Viewer, 200, 200),
    ("GET", "/v1/jobs/{id}", Needs::Viewer, 404, 404),
    ("POST", "/v1/jobs/{id}/retry", Needs::Editor, 404, 404),
    ("POST", "/v1/search", Needs::Viewer, 200, 200),
    ("POST", "/v1/answers", Needs::Viewer, 200, 200),
    ("POST", "/v1/chat/completions", Needs::Viewer, 200, 200),
    ("GET", "/v1/models", Needs::Viewer, 200, 200),
    ("GET", "/v1/models/{id}", Needs::Viewer, 404, 404),
    ("POST", "/v1/embeddings", Needs::Viewer, 200, 200),
    // No reranker is configured here.
    ("POST", "/v1/rerank", Needs::Viewer, 503, 503),
    ("POST", "/mcp", Needs::Viewer, 200, 200),
    ("GET", "/v1/clients", Needs::Admin, 200, 200),
    ("POST", "/v1/clients", Needs::Admin, 200, 200),
    ("DELETE", "/v1/clients/{name}", Needs::Admin, 404, 404),
    ("GET", "/v1/clients/{name}/snapshot", Needs::Admin, 404, 404),
    ("GET", "/v1/clients/{name}/migration", Needs::Admin, 404, 404),
    ("POST", "/v1/clients/{name}/migration", Needs::Admin, 404, 404),
    ("POST", "/v1/clients/{name}/migration/rollback", Needs::Admin, 404, 404),
    ("GET", "/v1/keys", Needs::Admin, 200, 200),
    ("POST", "/v1/keys", Needs::Admin, 201, 201),
    ("DELETE", "/v1/keys/{id}", Needs::Admin, 404, 404),
    ("POST", "/v1/keys/{id}/rotate", Needs::Admin, 404, 404),
    ("GET", "/v1/settings", Needs::Viewer, 200, 200),
    ("PATCH", "/v1/settings", Needs::Admin, 200, 200),
    ("GET", "/v1/usage", Needs::Admin, 200, 200),
    ("GET", "/v1/history", Needs::Viewer, 200, 200),
    ("DELETE", "/v1/history", Needs::Editor, 200, 200),
    ("GET", "/v1/history/export", Needs::Viewer, 200, 200),
    ("GET", "/v1/history/{id}", Needs::Viewer, 404, 404),
    ("DELETE", "/v1/history/{id}", Needs::Editor, 404, 404),
    ("POST", "/v1/history/{id}/replay", Needs::Viewer, 404, 404),
    ("POST", "/v1/history/{id}/feedback", Needs::Viewer, 404, 404),
    ("GET", "/metrics", Needs::Operator, 401, 401),
];

/// Routes whose errors have OpenAI's shape.
const OPENAI: [&str; 4] = ["/v1/chat/completions", "/v1/models", "/v1/models/{id}", "/v1/embeddings"];

/// The document of `acme` the table's requests are about.
const DOCUMENT: &str = "# Lift\n\nThe lift of Acme carries 400 kg.";

fn call(method: &str, path: &str, document: &str) -> Call {
    // What a DELETE would remove is not there, so that rows do not depend on each other.
    let id = if method == "DELETE" || path.contains("keys") { "doc_absent" } else { document };
    let call = Call::new(method, &path.replace("{id}", id).replace("{name}", "absent"));
    match (method, path) {
        ("POST", "/v1/documents") => {
            call.json(&json!({ "uri": "lift", "text": DOCUMENT, "mime": "text/markdown" }))
        }
        ("POST", "/v1/sync") => {
            call.json(&json!({ "manifest": { "roots": ["file:///absent/"], "entries": [] } }))
        }
        ("POST", "/v1/search") => call.json(&json!({ "query": "lift" })),
        ("POST", "/v1/answers") => call.json(&json!({ "question": "What does the lift carry?" })),
        ("POST", "/v1/chat/completions") => call.json(&asking("What does the lift carry?")),
        ("POST", "/v1/embeddings") => call.json(&json!({ "model": DEFAULT_MODEL, "input": "lift" })),
        ("POST", "/v1/rerank") => call.json(&json!({ "query": "lift", "documents": ["lift"] })),
        ("POST", "/mcp") => call.json(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })),
        ("POST", "/v1/clients") => call.json(&json!({ "name": "acme" })),
        ("POST", "/v1/keys") => call.json(&json!({ "role": "viewer" })),
        ("PATCH", "/v1/settings") => call.json(&json!({})),
        ("POST", "/v1/history/{id}/feedback") => call.json(&json!({ "rating": "up" })),
        ("POST", "/v1/keys/{id}/rotate") => call.json(&json!({ "overlap_s": 0 })),
        _ => call,
    }
}

#[test]
fn the_table_has_every_route() {
    let rows: BTreeSet<_> = TABLE.iter().map(|(method, path, ..)| (*method, *path)).collect();
    assert_eq!(rows, ROUTES.iter().copied().collect());
}

#[test]
fn the_document_asks_for_the_same_roles() {
    for &(method, path, needs, ..) in TABLE {
        let operation = crate::http_openapi::operation(method, path);
        let role = match needs {
            Needs::Nothing => serde_json::Value::Null,
            Needs::Viewer => "viewer".into(),
            Needs::Editor => "editor".into(),
            Needs::Admin => "admin".into(),
            Needs::Operator => "operator".into(),
        };
        let said = operation.pointer("/security/0/bearer/0").cloned().unwrap_or_default();
        assert_eq!(said, role, "{method} {path}");
    }
}

#[tokio::test]
async fn every_route_for_every_credential() {
    let server = Server::new();
    let editor = server.editor();
    let upload = Call::new("POST", "/v1/documents?wait=true").key(&editor);
    let made =
        server.send(upload.json(&json!({ "uri": "lift", "text": DOCUMENT, "mime": "text/markdown" }))).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let document = made.json()["document_id"].as_str().expect("id").to_owned();

    let expired = server.key_until("default", Role::Admin, None, Some(1));
    let revoked = server.key("default", Role::Admin, None);
    let revoked_id = revoked.split('_').nth(1).expect("id").to_owned();
    let tenant = crate::http_support::name("default");
    assert!(server.app.engine().control().revoke_key(&tenant, &revoked_id).expect("revoke"));
    let refused = ["", "garbage", "fn_a_b", &expired, &revoked, &format!("{editor}0")].map(str::to_owned);

    let viewer = server.key("default", Role::Viewer, Some(&["acme"]));
    let admin = server.key("default", Role::Admin, None);
    let other_client = server.key("default", Role::Editor, Some(&["globex"]));
    let other_tenant = server.key("other", Role::Admin, None);

    let mut unauthorized = BTreeSet::new();
    for &(method, path, needs, ok, foreign) in TABLE {
        let at = format!("{method} {path}");
        for key in &refused {
            let call = call(method, path, &document).client("acme");
            let reply = server.send(if key.is_empty() { call } else { call.key(key) }).await;
            if needs == Needs::Nothing {
                assert_eq!(reply.status, ok, "{at}");
                continue;
            }
            assert_eq!(reply.header("www-authenticate"), "Bearer");
            if OPENAI.contains(&path) {
                assert_eq!(fault(&reply), (401, "invalid_api_key".into(), json!(null)), "{at} with {key:?}");
                continue;
            }
            assert_eq!(reply.failure(path), (401, "unauthorized".into()), "{at} with {key:?}");
            unauthorized.insert(reply.the_problem().to_string());
        }
        for (key, has) in [(&viewer, Needs::Viewer), (&editor, Needs::Editor), (&admin, Needs::Admin)] {
            let reply = server.send(call(method, path, &document).key(key).client("acme")).await;
            let expected = match needs {
                Needs::Operator => 401,
                needs if has >= needs => ok,
                _ => 403,
            };
            assert_eq!(reply.status, expected, "{at}: {}", reply.text());
            if expected >= 400 && OPENAI.contains(&path) {
                fault(&reply);
            } else if expected >= 400 {
                reply.failure(path);
            }
        }
        let reply = server.send(call(method, path, &document).key(&other_client).client("acme")).await;
        let expected = match needs {
            Needs::Nothing => 200,
            Needs::Viewer | Needs::Editor => 404,
            Needs::Admin => 403,
            Needs::Operator => 401,
        };
        assert_eq!(reply.status, expected, "{at} by another client: {}", reply.text());
        let reply = server.send(call(method, path, &document).key(&other_tenant).client("acme")).await;
        assert_eq!(reply.status, foreign, "{at} by another tenant: {}", reply.text());
    }
    assert_eq!(unauthorized.len(), 1, "all refusals look the same: {unauthorized:?}");
}

#[tokio::test]
async fn a_foreign_thing_is_an_unknown_thing() {
    let server = Server::new();
    let acme = server.editor();
    let globex = server.key("default", Role::Editor, Some(&["globex"]));
    let id = server.ingest(&acme, "secret", "# Zephyr\n\nProject Zephyr starts in March.").await;
    server.ingest(&globex, "public", "# Menu\n\nSoup is served at noon.").await;

    for (method, suffix) in [
        ("GET", ""),
        ("GET", "/text"),
        ("GET", "/chunks"),
        ("GET", "/text?start=0&end=4"),
        ("GET", "/original"),
        ("DELETE", ""),
    ] {
        let mut seen = BTreeSet::new();
        for asked in [id.as_str(), "doc_000000000000000000000000", "nonsense", "%2e%2e", "%ff"] {
            let reply =
                server.send(Call::new(method, &format!("/v1/documents/{asked}{suffix}")).key(&globex)).await;
            assert_eq!(reply.problem(), (404, "not_found".into()), "{method} {asked}");
            let headers: Vec<_> = reply.headers.keys().map(ToString::to_string).collect();
            seen.insert(format!("{} {headers:?}", reply.timeless()));
        }
        // Clients: another's, one that does not exist, names that cannot be.
        for client in ["acme", "nobody", "No/Such", ""] {
            let call = Call::new(method, &format!("/v1/documents/{id}{suffix}")).key(&globex).client(client);
            let reply = server.send(call).await;
            assert_eq!(reply.problem(), (404, "not_found".into()), "{method} as {client:?}");
            let headers: Vec<_> = reply.headers.keys().map(ToString::to_string).collect();
            seen.insert(format!("{} {headers:?}", reply.timeless()));
        }
        assert_eq!(seen.len(), 1, "{method} {suffix}: {seen:?}");
    }
    assert_eq!(server.find(&globex, "Project Zephyr").await, ["public"]);
    assert_eq!(server.find(&acme, "Project Zephyr").await, ["secret"]);
    let answer = server
        .send(
            Call::new("POST", "/v1/answers")
                .key(&globex)
                .json(&json!({ "question": "When does project Zephyr start?" })),
        )
        .await;
    assert!(!answer.text().contains("March"), "{}", answer.text());
}

#[tokio::test]
async fn the_client_is_chosen_among_those_the_key_may_use() {
    let server = Server::new();
    let (all, one) =
        (server.key("default", Role::Viewer, None), server.key("default", Role::Viewer, Some(&["acme"])));
    let gone = server.key("default", Role::Viewer, Some(&["gone"]));
    let list = |key: &str| Call::new("GET", "/v1/documents").key(key);
    for (call, status, code) in [
        (list(&one), 200, ""),
        (list(&one).client("acme"), 200, ""),
        (list(&one).client("globex"), 404, "not_found"),
        (list(&all), 400, "client_required"),
        (list(&all).client("globex"), 200, ""),
        (list(&all).client("acme").client("globex"), 400, "client_required"),
        (list(&gone), 400, "client_required"),
        (list(&gone).client("gone"), 404, "not_found"),
    ] {
        let reply = server.send(call).await;
        assert_eq!(reply.status, status, "{}", reply.text());
        if status != 200 {
            assert_eq!(reply.problem().1, code);
        }
    }
    let by_header = server.send(Call::new("GET", "/v1/documents").header("x-api-key", &one)).await;
    assert_eq!(by_header.status, 200);
}

#[tokio::test]
async fn administration_stays_within_the_credential() {
    let server = Server::new();
    let admin = server.key("default", Role::Admin, None);
    let limited = server.key("default", Role::Admin, Some(&["acme"]));
    let post = |path: &str, key: &str, body: serde_json::Value| Call::new("POST", path).key(key).json(&body);

    assert_eq!(server.send(post("/v1/clients", &admin, json!({ "name": "initech" }))).await.status, 201);
    assert_eq!(server.send(post("/v1/clients", &admin, json!({ "name": "initech" }))).await.status, 200);
    assert_eq!(
        server.send(post("/v1/clients", &admin, json!({ "name": "No" }))).await.problem(),
        (422, "invalid_value".into())
    );
    assert_eq!(
        server.send(post("/v1/clients", &limited, json!({ "name": "mine" }))).await.problem(),
        (403, "forbidden".into())
    );
    let names = |key: String| {
        let server = &server;
        async move { server.send(Call::new("GET", "/v1/clients").key(&key)).await.json()["data"].clone() }
    };
    assert_eq!(
        names(admin.clone()).await,
        json!([{ "name": "acme" }, { "name": "globex" }, { "name": "initech" }])
    );
    assert_eq!(names(limited.clone()).await, json!([{ "name": "acme" }]));

    let wide = server.send(post("/v1/keys", &limited, json!({ "role": "viewer" }))).await;
    assert_eq!(wide.problem(), (403, "forbidden".into()));
    let made = server
        .send(post(
            "/v1/keys",
            &limited,
            json!({ "role": "viewer", "clients": ["acme"], "expires_in_s": 600 }),
        ))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let (id, key) = (
        made.json()["id"].as_str().expect("id").to_owned(),
        made.json()["key"].as_str().expect("key").to_owned(),
    );
    assert_eq!(server.send(Call::new("GET", "/v1/documents").key(&key)).await.status, 200);
    let listed = server.send(Call::new("GET", "/v1/keys").key(&limited)).await;
    assert!(!listed.text().contains(key.rsplit('_').next().expect("secret")));
    assert_eq!(listed.json()["data"].as_array().expect("keys").len(), 2, "its own and the one it made");

    let rotated =
        server.send(post(&format!("/v1/keys/{id}/rotate"), &admin, json!({ "overlap_s": 0 }))).await;
    let fresh = rotated.json()["key"].as_str().expect("key").to_owned();
    assert_eq!(server.send(Call::new("GET", "/v1/documents").key(&key)).await.status, 401);
    assert_eq!(server.send(Call::new("GET", "/v1/documents").key(&fresh)).await.status, 200);
    let id = rotated.json()["id"].as_str().expect("id").to_owned();
    let revoke = || Call::new("DELETE", &format!("/v1/keys/{id}")).key(&admin);
    assert_eq!(server.send(revoke()).await.status, 204);
    assert_eq!(server.send(revoke()).await.problem(), (404, "not_found".into()));
    assert_eq!(server.send(Call::new("GET", "/v1/documents").key(&fresh)).await.status, 401);

    let editor = server.editor();
    let document = server.ingest(&editor, "lift", "# Lift\n\nIt carries 400 kg.").await;
    let remove = |name: &str, key: &str| Call::new("DELETE", &format!("/v1/clients/{name}")).key(key);
    assert_eq!(server.send(remove("globex", &limited)).await.problem(), (404, "not_found".into()));
    assert_eq!(server.send(remove("acme", &admin)).await.status, 204);
    assert_eq!(server.send(remove("acme", &admin)).await.problem(), (404, "not_found".into()));
    // A client of the same name is another one.
    assert_eq!(server.send(post("/v1/clients", &admin, json!({ "name": "acme" }))).await.status, 201);
    assert_eq!(
        server.send(Call::new("GET", &format!("/v1/documents/{document}")).key(&editor)).await.status,
        404
    );
    assert_eq!(server.find(&editor, "lift").await, Vec::<String>::new());
}
