//! Jobs: what uploads became, trying again, and requests that are sent twice.

use serde_json::{Value, json};

use crate::http_support::{Call, Reply, Server};

const RECORDS: &str = "{\"_id\":\"r1\",\"text\":\"Parking is behind the mill.\"}\nbroken\n{\"id\":\"r2\",\"text\":\"Bicycles go to the cellar.\"}\n";

async fn upload(server: &Server, key: &str, query: &str, idempotency: Option<&str>, body: &str) -> Reply {
    let mut call = Call::new("POST", &format!("/v1/documents?{query}")).key(key);
    if let Some(idempotency) = idempotency {
        call = call.header("idempotency-key", idempotency);
    }
    server.send(call.raw("application/x-ndjson", body.to_owned())).await
}

async fn get(server: &Server, key: &str, path: &str) -> Value {
    let reply = server.send(Call::new("GET", path).key(key)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[tokio::test]
async fn a_job_says_what_became_of_each_document() {
    let server = Server::new();
    let key = server.editor();
    let first = upload(&server, &key, "wait=true&uri=faq.jsonl", None, RECORDS).await.json();
    let id = first["job_id"].as_str().expect("job").to_owned();

    let job = get(&server, &key, &format!("/v1/jobs/{id}")).await;
    let counts = json!({ "total": 3, "accepted": 0, "ingested": 2, "skipped": 0, "failed": 1 });
    assert_eq!((&job["status"], &job["counts"]), (&json!("done"), &counts), "{job}");
    let rows: Vec<_> =
        job["data"].as_array().expect("data").iter().map(|d| (&d["uri"], &d["status"])).collect();
    let expected =
        json!([["faq.jsonl#r1", "ingested"], ["faq.jsonl#line=2", "failed"], ["faq.jsonl#r2", "ingested"]]);
    assert_eq!(json!(rows), expected);
    assert_eq!(job["data"][0]["chunks"], 1);
    assert!(job["data"][1]["reason"].as_str().is_some_and(|reason| reason.contains("not JSON")), "{job}");

    // In parts, and newest first.
    let rest = get(&server, &key, &format!("/v1/jobs/{id}?from=1&limit=1")).await;
    assert_eq!((&rest["data"][0]["uri"], &rest["has_more"]), (&json!("faq.jsonl#line=2"), &json!(true)));
    let unchanged = upload(&server, &key, "wait=true&uri=faq.jsonl", None, RECORDS).await.json();
    assert_eq!(unchanged["job_id"], Value::Null, "nothing had to be done");
    let second = upload(&server, &key, "wait=true&uri=two.jsonl", None, RECORDS).await.json();
    let jobs = get(&server, &key, "/v1/jobs?limit=1").await;
    assert_eq!((&jobs["data"][0]["id"], &jobs["has_more"]), (&second["job_id"], &json!(true)));
    let older =
        get(&server, &key, &format!("/v1/jobs?after={}", second["job_id"].as_str().expect("id"))).await;
    assert_eq!((&older["data"][0]["id"], &older["has_more"]), (&json!(id), &json!(false)));

    // A version that was replaced, and a document that was deleted.
    let newer = "{\"_id\":\"r1\",\"text\":\"Parking moved to the yard.\"}\n";
    assert_eq!(upload(&server, &key, "wait=true&uri=faq.jsonl", None, newer).await.status, 200);
    let gone = first["data"][2]["document_id"].as_str().expect("id");
    assert_eq!(
        server.send(Call::new("DELETE", &format!("/v1/documents/{gone}")).key(&key)).await.status,
        204
    );
    let job = get(&server, &key, &format!("/v1/jobs/{id}")).await;
    let counts = json!({ "total": 2, "accepted": 0, "ingested": 0, "skipped": 1, "failed": 1 });
    assert_eq!((&job["counts"], &job["data"][0]["code"]), (&counts, &json!("superseded")));
    assert!(!job.to_string().contains("faq.jsonl#r2"), "a deleted document is gone from its jobs: {job}");
}

#[tokio::test]
async fn another_clients_job_is_no_job() {
    let server = Server::new();
    let key = server.editor();
    let id = upload(&server, &key, "wait=true&uri=faq.jsonl", None, RECORDS).await.json()["job_id"].clone();
    let other = server.key("default", footnote_index::Role::Editor, Some(&["globex"]));
    let id = id.as_str().expect("job");
    for (method, path) in [("GET", format!("/v1/jobs/{id}")), ("POST", format!("/v1/jobs/{id}/retry"))] {
        let foreign = server.send(Call::new(method, &path).key(&other)).await;
        let unknown = server.send(Call::new(method, &path.replace(id, "job_unknown")).key(&other)).await;
        assert_eq!((foreign.status, unknown.status), (404, 404));
        let without_request = |reply: &Reply| {
            let mut body = reply.json();
            body.as_object_mut().expect("object").remove("request_id");
            body
        };
        assert_eq!(without_request(&foreign), without_request(&unknown));
    }
    assert_eq!(get(&server, &other, "/v1/jobs").await["data"], json!([]));
}

#[tokio::test]
async fn failed_documents_are_tried_again() {
    let server = Server::new();
    let key = server.editor();
    // No text in it: it fails each time.
    let empty = Call::new("POST", "/v1/documents?wait=true&uri=empty.html").key(&key);
    let reply = server.send(empty.raw("text/html", "<html><body></body></html>")).await.json();
    assert_eq!(reply["status"], "failed", "{reply}");
    let path = format!("/v1/jobs/{}", reply["job_id"].as_str().expect("job"));
    let before = get(&server, &key, &path).await;
    assert_eq!((&before["data"][0]["attempts"], &before["data"][0]["code"]), (&json!(1), &json!("empty")));

    let retry = server.send(Call::new("POST", &format!("{path}/retry")).key(&key)).await;
    assert_eq!((retry.status, retry.json()["retried"].clone()), (200, json!(1)), "{}", retry.text());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let job = get(&server, &key, &path).await;
        if job["status"] == "done" {
            assert_eq!((&job["data"][0]["attempts"], &job["data"][0]["code"]), (&json!(2), &json!("empty")));
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{job}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_request_sent_twice_is_done_once() {
    let server = Server::new();
    let key = server.editor();
    let first = upload(&server, &key, "wait=true&uri=faq.jsonl", Some("k-1"), RECORDS).await;
    let again = upload(&server, &key, "wait=true&uri=faq.jsonl", Some("k-1"), RECORDS).await;
    assert_eq!((first.status, again.status, again.header("idempotency-replayed")), (201, 200, "true"));
    assert!(first.headers.get("idempotency-replayed").is_none());
    let (first, mut again) = (first.json(), again.json());
    assert_eq!(first["data"].as_array().map(Vec::len), Some(3));
    assert_eq!(first["job_id"], again["job_id"]);
    for document in again["data"].as_array_mut().expect("data") {
        document.as_object_mut().expect("object").remove("attempts");
    }
    assert_eq!(first["data"], again["data"]);

    // Another document in between, then the first request once more: it does not come back.
    let newer = "{\"_id\":\"r1\",\"text\":\"Parking moved to the yard.\"}\n";
    upload(&server, &key, "wait=true&uri=faq.jsonl", None, newer).await;
    let late = upload(&server, &key, "wait=true&uri=faq.jsonl", Some("k-1"), RECORDS).await.json();
    assert_eq!(late["data"][0]["code"], "superseded");
    assert_eq!(server.find(&key, "parking yard").await.first().map(String::as_str), Some("faq.jsonl#r1"));

    let other = upload(&server, &key, "wait=true&uri=faq.jsonl", Some("k-1"), newer).await;
    assert_eq!((other.status, other.json()["code"].clone()), (422, json!("idempotency_key_used")));
    let long = upload(&server, &key, "uri=faq.jsonl", Some(&"k".repeat(256)), RECORDS).await;
    assert_eq!((long.status, long.json()["code"].clone()), (400, json!("invalid_request")));
    assert_eq!(upload(&server, &key, "uri=faq.jsonl", Some(&"k".repeat(255)), RECORDS).await.status, 202);

    // Another client may use the same key for its own.
    let globex = server.key("default", footnote_index::Role::Editor, Some(&["globex"]));
    assert_eq!(upload(&server, &globex, "wait=true&uri=faq.jsonl", Some("k-1"), newer).await.status, 201);
}
