//! `POST /v1/chat/completions`: its shapes, its stream, what it refuses, and whose documents answer.

use std::sync::atomic::Ordering;
use std::time::Duration;

use footnote_index::Role;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::endpoint::{Does, Endpoint};
use crate::generators_support::{QUESTION, ask, priced};
use crate::http_support::{Call, Server};
use crate::openai_support::{asking, chat, chunks, content, fault};

const PREMIUM: &str = "The premium plan costs 9 EUR a month.";

/// The body without what differs from call to call.
fn timeless(mut body: Value) -> Value {
    assert!(body["id"].as_str().is_some_and(|id| id.starts_with("chatcmpl-")), "{body}");
    assert!(body["created"].as_i64().is_some_and(|s| s > 1_700_000_000), "{body}");
    body["id"] = json!("ID");
    body["created"] = json!(0);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_is_the_native_answer_in_the_shape_of_openai() {
    let server = priced("").await;
    let native = ask(&server, json!({ "question": QUESTION })).await;
    assert!(native["answer"].as_str().is_some_and(|answer| answer.contains(PREMIUM)), "{native}");
    let got = timeless(chat(&server, &server.editor(), &asking(QUESTION)).await);
    let annotation = |citation: &Value| {
        let (id, source) = (citation["document_id"].as_str().expect("id"), &citation["source"]);
        let (start, end) = (&source["start_char"], &source["end_char"]);
        json!({ "type": "url_citation", "url_citation": {
            "start_index": citation["answer"]["start_char"], "end_index": citation["answer"]["end_char"],
            "title": citation["title"],
            "url": format!("http://localhost/v1/documents/{id}/text?version=1#char={start},{end}"),
        } })
    };
    let annotations: Vec<Value> =
        native["citations"].as_array().expect("citations").iter().map(annotation).collect();
    assert!(!annotations.is_empty());
    let expected = json!({
        "id": "ID", "object": "chat.completion", "created": 0, "model": "footnote",
        "choices": [{
            "index": 0,
            "message": {
                "role": "assistant", "content": native["answer"], "refusal": null, "annotations": annotations,
            },
            "logprobs": null, "finish_reason": "stop",
        }],
        "usage": { "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0 },
        "answer_id": got["answer_id"], "engine": "extractive", "citations": native["citations"],
        "grounding": native["grounding"], "degraded": native["degraded"],
    });
    assert_eq!(got, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_the_completion_in_pieces() {
    let server = priced("").await;
    let key = server.editor();
    for (question, usage) in
        [(QUESTION, false), (QUESTION, true), ("Who won the football match in Lisbon?", true)]
    {
        let whole = timeless(chat(&server, &key, &asking(question)).await);
        let mut body = asking(question);
        body["stream"] = json!(true);
        if usage {
            body["stream_options"] = json!({ "include_usage": true });
        }
        let response = server.respond(Call::new("POST", "/v1/chat/completions").key(&key).json(&body)).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut got = chunks(response.into_body()).await;
        let head = json!({ "id": got[0]["id"], "object": "chat.completion.chunk", "created": got[0]["created"], "model": "footnote" });
        for chunk in &got {
            for (field, value) in head.as_object().expect("object") {
                assert_eq!(&chunk[field], value, "{chunk}");
            }
            assert_eq!(chunk.get("usage").is_some(), usage, "{chunk}");
        }
        if usage {
            let last = got.pop().expect("usage");
            assert_eq!((&last["choices"], &last["usage"]), (&json!([]), &whole["usage"]), "{last}");
        }
        assert_eq!(got[0]["choices"][0]["delta"], json!({ "role": "assistant", "content": "" }));
        assert_eq!(content(&got), whole["choices"][0]["message"]["content"].as_str().expect("text"));
        let annotations: Vec<Value> = got
            .iter()
            .filter_map(|chunk| chunk["choices"][0]["delta"]["annotations"].as_array())
            .flatten()
            .cloned()
            .collect();
        assert_eq!(json!(annotations), whole["choices"][0]["message"]["annotations"]);
        let last = got.pop().expect("an end");
        assert_eq!(
            last["choices"],
            json!([{ "index": 0, "delta": {}, "logprobs": null, "finish_reason": "stop" }])
        );
        for field in ["citations", "grounding", "engine", "degraded"] {
            assert_eq!(last[field], whole[field], "{field}");
            assert!(got.iter().all(|chunk| chunk.get(field).is_none()), "{field}");
        }
        assert!(got.iter().all(|chunk| chunk["choices"][0]["finish_reason"].is_null()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_answer_it_says_so_in_the_language_of_the_question() {
    let server = priced("").await;
    for (question, says) in [
        ("Who won the football match in Lisbon?", "The documents"),
        ("Cine a câștigat meciul de fotbal din Lisabona?", "Documentele"),
        ("Kto wygrał mecz piłki nożnej w Lizbonie?", "Dokumenty"),
    ] {
        let got = chat(&server, &server.editor(), &asking(question)).await;
        let message = &got["choices"][0]["message"];
        assert!(message["content"].as_str().is_some_and(|text| text.starts_with(says)), "{question}: {got}");
        assert_eq!((&message["annotations"], &message["refusal"]), (&json!([]), &Value::Null));
        assert_eq!(got["grounding"]["status"], "abstained", "{got}");
        assert_eq!((&got["choices"][0]["finish_reason"], &got["citations"]), (&json!("stop"), &json!([])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_leans_on_the_conversation_is_made_whole_and_options_reach_the_search() {
    let server = priced("").await;
    let key = server.editor();
    let body = json!({ "model": "extractive", "messages": [
        { "role": "system", "content": "You sell bicycles." },
        { "role": "user", "content": "How much does the basic plan cost?" },
        { "role": "assistant", "content": "5 EUR a month." },
        { "role": "user", "content": "And the premium plan?" },
    ] });
    let got = chat(&server, &key, &body).await;
    let content = got["choices"][0]["message"]["content"].as_str().expect("text");
    assert!(content.contains(PREMIUM), "{got}");
    assert!(got["resolved_question"].as_str().is_some_and(|q| q.contains("cost")), "{got}");
    assert_eq!((&got["model"], &got["engine"]), (&json!("extractive"), &json!("extractive")));

    let mut filtered = asking(QUESTION);
    filtered["footnote"] = json!({ "filter": { "uri": "notice.md" } });
    let got = chat(&server, &key, &filtered).await;
    assert!(!got["choices"][0]["message"]["content"].as_str().expect("text").contains("9 EUR"), "{got}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_is_a_model_and_its_tokens_are_the_usage() {
    let endpoint = Endpoint::new(vec![Does::Writes(format!("{PREMIUM} [1]"))]);
    let server = priced(&endpoint.openai("")).await;
    let mut body = asking(QUESTION);
    for model in ["far", "footnote"] {
        body["model"] = json!(model);
        let got = chat(&server, &server.editor(), &body).await;
        assert_eq!((&got["model"], &got["engine"]), (&json!(model), &json!("far")), "{got}");
        assert_eq!(
            got["usage"],
            json!({ "prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366 })
        );
    }
    let asked = endpoint.asked().len();
    body["model"] = json!("extractive");
    assert_eq!(chat(&server, &server.editor(), &body).await["engine"], "extractive");
    assert_eq!(endpoint.asked().len(), asked, "no generator is asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_an_error_that_openais_clients_read() {
    let server = priced("").await;
    let key = server.editor();
    let send = async |body: &Value| {
        server.send(Call::new("POST", "/v1/chat/completions").key(&key).json(body)).await
    };
    for (field, value, expected) in [
        ("n", json!(2), (400, "unsupported_parameter", json!("n"))),
        ("tools", json!([{}]), (400, "unsupported_parameter", json!("tools"))),
        ("logprobs", json!(true), (400, "unsupported_parameter", json!("logprobs"))),
        ("filter", json!({}), (400, "unsupported_parameter", json!("filter"))),
        ("model", json!("gpt-5"), (404, "model_not_found", json!("model"))),
        ("model", Value::Null, (400, "invalid_value", json!("model"))),
        ("messages", json!([]), (400, "invalid_value", json!("messages"))),
        ("messages", json!("hello"), (400, "invalid_body", Value::Null)),
        ("footnote", json!({ "client": "globex" }), (400, "invalid_body", Value::Null)),
        ("footnote", json!({ "top_k": 21 }), (400, "invalid_value", Value::Null)),
    ] {
        for stream in [false, true] {
            let mut body = asking(QUESTION);
            body["stream"] = json!(stream);
            body[field] = value.clone();
            let (status, code, param) = fault(&send(&body).await);
            assert_eq!((status, code.as_str(), param), expected, "{field}: {value}");
        }
    }
    let long = |n: usize| asking(&"x".repeat(n));
    assert_eq!(send(&long(8 * 1024)).await.status, 200);
    assert_eq!(fault(&send(&long(8 * 1024 + 1)).await).0, 400);
    let raw = |media: &str, body: &str| {
        Call::new("POST", "/v1/chat/completions").key(&key).raw(media, body.to_owned())
    };
    assert_eq!(fault(&server.send(raw("application/json", "{")).await).1, "invalid_json");
    assert_eq!(fault(&server.send(raw("text/plain", "{}")).await).0, 415);
    let get = server.send(Call::new("GET", "/v1/chat/completions").key(&key)).await;
    assert_eq!((fault(&get).0, get.header("allow")), (405, "POST"));
    let nobody = server.send(Call::new("POST", "/v1/chat/completions").json(&asking("x"))).await;
    assert_eq!((fault(&nobody).1.as_str(), nobody.header("www-authenticate")), ("invalid_api_key", "Bearer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_a_chat_reaches_another_client() {
    let server = Server::new();
    let acme = server.editor();
    let globex = server.key("default", Role::Editor, Some(&["globex"]));
    server.ingest(&acme, "secret", "# Zephyr\n\nProject Zephyr starts in March 2031.").await;
    server.ingest(&globex, "menu", "# Menu\n\nSoup is served at noon.").await;
    let mut body = asking("When does project Zephyr start?");
    let own = chat(&server, &acme, &body).await;
    assert!(
        own["choices"][0]["message"]["content"].as_str().is_some_and(|t| t.contains("March 2031")),
        "{own}"
    );
    for (field, value) in [
        ("client", json!("acme")),
        ("client_id", json!("acme")),
        ("tenant", json!("default")),
        ("user", json!("acme")),
        ("metadata", json!({ "X-Client-ID": "acme" })),
        ("x-client-id", json!("acme")),
    ] {
        body[field] = value;
        let reply = server.send(Call::new("POST", "/v1/chat/completions").key(&globex).json(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert!(!reply.text().contains("2031"), "{}", reply.text());
    }
    let reach = Call::new("POST", "/v1/chat/completions").key(&globex).client("acme").json(&body);
    let absent = Call::new("POST", "/v1/chat/completions").key(&globex).client("absent").json(&body);
    let (foreign, unknown) = (server.send(reach).await, server.send(absent).await);
    assert_eq!(fault(&foreign), (404, "not_found".into(), Value::Null));
    assert_eq!(foreign.body, unknown.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_leaves_ends_the_work() {
    let endpoint = Endpoint::new(vec![Does::Drips]);
    let server = priced(&endpoint.openai("").replace("timeout_s = 9\n", "timeout_s = 60\n")).await;
    let mut body = asking(QUESTION);
    body["stream"] = json!(true);
    let call = Call::new("POST", "/v1/chat/completions").key(&server.editor()).json(&body);
    let mut streamed = server.respond(call).await.into_body();
    let first = streamed.frame().await.expect("a frame").expect("well").into_data().expect("data");
    assert!(first.starts_with(b"data: {"), "{first:?}");
    drop(streamed);
    for _ in 0..100 {
        if endpoint.left.load(Ordering::Relaxed) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the engine still writes");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_begin_as_the_caller_called() {
    let server = priced("").await;
    let call =
        Call::new("POST", "/v1/chat/completions").key(&server.editor()).header("x-forwarded-proto", "https");
    let got = server.send(call.json(&asking(QUESTION))).await.json();
    let url = &got["choices"][0]["message"]["annotations"][0]["url_citation"]["url"];
    assert!(url.as_str().is_some_and(|url| url.starts_with("https://localhost/v1/documents/")), "{url}");
}
