//! `POST /mcp`: both eras of the protocol, the tools, and that no argument reaches another client.

use std::collections::BTreeMap;

use footnote_index::Role;
use footnote_server::http::{HttpSettings, LimitSettings, Plan};
use serde_json::{Value, json};

use crate::endpoint::{Does, Endpoint};
use crate::generators_support::{QUESTION, priced};
use crate::http_support::{Call, Reply, Server};

const CURRENT: &str = "2026-07-28";

async fn post(server: &Server, key: &str, body: &Value) -> Reply {
    server.send(Call::new("POST", "/mcp").key(key).json(body)).await
}

/// A request as clients of the previous protocols send it.
#[expect(clippy::needless_pass_by_value, reason = "callers write it in place")]
fn request(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })
}

/// The result of a request that must be fine.
async fn result(server: &Server, key: &str, method: &str, params: Value) -> Value {
    let reply = post(server, key, &request(method, params)).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"), "{}", reply.text());
    let mut body = reply.json();
    assert_eq!((&body["jsonrpc"], &body["id"]), (&json!("2.0"), &json!(7)), "{body}");
    assert!(body.get("error").is_none(), "{body}");
    body["result"].take()
}

async fn tool(server: &Server, key: &str, name: &str, arguments: Value) -> Value {
    result(server, key, "tools/call", json!({ "name": name, "arguments": arguments })).await
}

/// The structured content of a call that must be fine; its text says the same.
async fn called(server: &Server, key: &str, name: &str, arguments: Value) -> Value {
    let got = tool(server, key, name, arguments).await;
    assert_eq!(got["isError"], false, "{got}");
    assert_eq!(
        (&got["content"][0]["type"], got["content"].as_array().map(Vec::len)),
        (&json!("text"), Some(1))
    );
    let text: Value = serde_json::from_str(got["content"][0]["text"].as_str().expect("text")).expect("JSON");
    assert_eq!(text, got["structuredContent"]);
    text
}

/// What a call that went wrong says.
async fn refused(server: &Server, key: &str, name: &str, arguments: Value) -> String {
    let got = tool(server, key, name, arguments).await;
    assert_eq!(got["isError"], true, "{got}");
    got["content"][0]["text"].as_str().expect("text").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_previous_protocols_begin_with_a_handshake_and_keep_no_session() {
    let server = priced("").await;
    let key = server.editor();
    for (asked, given) in [
        ("2025-11-25", "2025-11-25"),
        ("2025-06-18", "2025-06-18"),
        ("2025-03-26", "2025-03-26"),
        ("1999-01-01", "2025-11-25"),
    ] {
        let params = json!({ "protocolVersion": asked, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
        let reply = post(&server, &key, &request("initialize", params)).await;
        assert_eq!((reply.status, reply.header("mcp-session-id")), (200, ""), "{}", reply.text());
        let got = reply.json()["result"].clone();
        assert_eq!(got["protocolVersion"], given, "{got}");
        assert_eq!(got["capabilities"], json!({ "tools": {} }));
        assert_eq!(got["serverInfo"]["name"], "footnote");
        assert!(got["instructions"].as_str().is_some_and(|text| text.contains("`search`")));

        let heard = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let heard = server
            .send(Call::new("POST", "/mcp").key(&key).header("mcp-protocol-version", given).json(&heard))
            .await;
        assert_eq!((heard.status, heard.body.len()), (202, 0));
        let list = request("tools/list", json!({}));
        let list = server
            .send(Call::new("POST", "/mcp").key(&key).header("mcp-protocol-version", given).json(&list))
            .await;
        assert_eq!(list.json()["result"]["tools"].as_array().map(Vec::len), Some(3), "{}", list.text());
        assert!(list.json()["result"].get("resultType").is_none(), "{}", list.text());
    }
    assert_eq!(result(&server, &key, "ping", json!({})).await, json!({}));
    for method in ["GET", "DELETE"] {
        let reply =
            server.send(Call::new(method, "/mcp").key(&key).header("accept", "text/event-stream")).await;
        assert_eq!((reply.status, reply.header("allow")), (405, "POST"), "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_protocol_says_everything_with_each_request() {
    let server = priced("").await;
    let key = server.editor();
    let meta = |version: &str| json!({ "io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": {} });
    let send = async |version: &str, method: &str, name: Option<&str>, params: Value| {
        let mut call = Call::new("POST", "/mcp")
            .key(&key)
            .header("mcp-protocol-version", version)
            .header("mcp-method", method);
        if let Some(name) = name {
            call = call.header("mcp-name", name);
        }
        server.send(call.json(&request(method, params))).await
    };
    let discovered = send(CURRENT, "server/discover", None, json!({ "_meta": meta(CURRENT) })).await;
    let found = discovered.json()["result"].clone();
    assert_eq!((discovered.status, &found["resultType"]), (200, &json!("complete")), "{}", discovered.text());
    let versions: Vec<&str> =
        found["supportedVersions"].as_array().expect("versions").iter().filter_map(Value::as_str).collect();
    assert!([CURRENT, "2025-11-25", "2025-06-18"].iter().all(|v| versions.contains(v)), "{versions:?}");

    let listed =
        send(CURRENT, "tools/list", None, json!({ "_meta": meta(CURRENT) })).await.json()["result"].clone();
    assert!(listed["ttlMs"].is_u64() && listed["cacheScope"].is_string(), "{listed}");
    let params = json!({ "_meta": meta(CURRENT), "name": "ask", "arguments": { "question": QUESTION } });
    let asked = send(CURRENT, "tools/call", Some("ask"), params.clone()).await.json()["result"].clone();
    assert_eq!((&asked["resultType"], &asked["isError"]), (&json!("complete"), &json!(false)), "{asked}");
    assert!(asked["structuredContent"]["answer"].as_str().is_some_and(|a| a.contains("9 EUR")), "{asked}");

    for (reply, status, code) in [
        (send(CURRENT, "tools/call", Some("search"), params.clone()).await, 400, -32020),
        (send("2025-11-25", "tools/list", None, json!({ "_meta": meta(CURRENT) })).await, 400, -32020),
        (send("2030-01-01", "tools/list", None, json!({ "_meta": meta("2030-01-01") })).await, 400, -32022),
        (
            send(CURRENT, "resources/subscribe", None, json!({ "_meta": meta(CURRENT), "uri": "x" })).await,
            // The header that names the resource is looked for first.
            400,
            -32020,
        ),
        (send(CURRENT, "ping", None, json!({ "_meta": meta(CURRENT) })).await, 404, -32601),
    ] {
        assert_eq!(
            (reply.status, &reply.json()["error"]["code"]),
            (status, &json!(code)),
            "{}",
            reply.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tools_find_read_and_answer() {
    let server = priced("").await;
    let key = server.editor();
    let listed = result(&server, &key, "tools/list", json!({})).await;
    let names: Vec<&str> =
        listed["tools"].as_array().expect("tools").iter().filter_map(|t| t["name"].as_str()).collect();
    assert_eq!(names, ["search", "fetch", "ask"]);
    for tool in listed["tools"].as_array().expect("tools") {
        assert_eq!(
            (&tool["inputSchema"]["type"], &tool["outputSchema"]["type"]),
            (&json!("object"), &json!("object"))
        );
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
    }
    let found = called(&server, &key, "search", json!({ "query": "premium plan", "top_k": 1 })).await;
    let hit = &found["results"][0];
    assert_eq!(found["results"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(hit.as_object().expect("a result").keys().collect::<Vec<_>>(), ["id", "text", "title", "url"]);
    assert_eq!(hit["url"], "prices.md");

    let read = called(&server, &key, "fetch", json!({ "id": hit["id"] })).await;
    let text = read["text"].as_str().expect("text");
    assert!(text.contains(hit["text"].as_str().expect("text").trim()) && text.contains("9 EUR"), "{read}");
    let document = read["metadata"]["document_id"].clone();
    let whole = called(&server, &key, "fetch", json!({ "id": document })).await;
    assert_eq!((&whole["metadata"]["start_char"], &whole["metadata"]["version"]), (&json!(0), &json!(1)));
    assert!(whole["metadata"].get("next_start").is_none() && whole["title"] == hit["title"], "{whole}");
    let end = called(&server, &key, "fetch", json!({ "id": document, "start": 12 })).await;
    let rest: String = whole["text"].as_str().expect("text").chars().skip(12).collect();
    assert_eq!(end["text"], rest.as_str());

    let asked = called(&server, &key, "ask", json!({ "question": "And the premium plan?", "messages": [
        { "role": "user", "content": "How much does the basic plan cost?" }, { "role": "assistant", "content": "5 EUR a month." },
    ] })).await;
    assert!(
        asked["answer"].as_str().is_some_and(|a| a.contains("9 EUR"))
            && asked["resolved_question"].is_string(),
        "{asked}"
    );
    assert_eq!(asked["citations"][0]["uri"], "prices.md");
    let none =
        called(&server, &key, "ask", json!({ "question": "Kto wygrał mecz piłki nożnej w Lizbonie?" })).await;
    assert_eq!((&none["grounding"]["status"], &none["answer"]), (&json!("abstained"), &json!("")));
    assert!(none["note"].as_str().is_some_and(|note| note.starts_with("Dokumenty")), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_document_is_read_in_parts() {
    let server = Server::new();
    let key = server.editor();
    let text: String = (0..3000).map(|n| format!("Line {n} of the ledger. ")).collect();
    let id = server.ingest(&key, "ledger", &text).await;
    let (mut read, mut start, mut parts) = (String::new(), 0, 0);
    loop {
        let part = called(&server, &key, "fetch", json!({ "id": id, "start": start })).await;
        read.push_str(part["text"].as_str().expect("text"));
        parts += 1;
        match part["metadata"]["next_start"].as_u64() {
            Some(next) => start = next,
            None => break,
        }
    }
    assert!(parts > 2 && read.trim() == text.trim(), "{parts} parts");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_where_it_belongs() {
    let server = priced("").await;
    let key = server.editor();
    for (name, arguments, says) in [
        ("search", json!({}), "missing field `query`"),
        ("search", json!({ "query": "x", "mode": "magic" }), "unknown field `mode`"),
        ("search", json!({ "query": " " }), "the question is empty"),
        ("search", json!({ "query": "x", "top_k": 101 }), "use 1 to 100"),
        ("fetch", json!({ "id": "doc_nobody" }), "it does not exist"),
        ("fetch", json!({ "id": "doc_nobody@1:0-5" }), "it does not exist"),
        ("ask", json!({ "question": "x", "engine": "near" }), "known are extractive"),
    ] {
        let said = refused(&server, &key, name, arguments).await;
        assert!(said.contains(says), "{name}: {said}");
    }
    let unknown =
        post(&server, &key, &request("tools/call", json!({ "name": "delete", "arguments": {} }))).await;
    assert_eq!(unknown.json()["error"]["code"], -32602, "{}", unknown.text());
    let malformed = post(&server, &key, &request("tools/call", json!({ "name": 7 }))).await;
    assert_eq!(malformed.json()["error"]["code"], -32602, "{}", malformed.text());
    let method = post(&server, &key, &request("no/such", json!({}))).await;
    assert_eq!(method.json()["error"]["code"], -32601, "{}", method.text());

    for (body, code) in [("{", -32700), ("", -32700), ("[]", -32600), ("7", -32600), ("{\"a\":1}", -32600)] {
        let reply = server.send(Call::new("POST", "/mcp").key(&key).raw("application/json", body)).await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (400, "application/json"),
            "{body}: {}",
            reply.text()
        );
        assert_eq!(reply.json()["error"]["code"], code, "{body}: {}", reply.text());
        assert_eq!(reply.json().get("id"), Some(&Value::Null), "{body}");
    }
    let batch = json!([request("ping", json!({}))]);
    let batch = post(&server, &key, &batch).await;
    assert!(batch.text().contains("batches are not supported"), "{}", batch.text());
    let text = server.send(Call::new("POST", "/mcp").key(&key).raw("text/plain", "{}")).await;
    assert_eq!(text.failure("/mcp"), (415, "unsupported_media_type".into()));
    let html =
        Call::new("POST", "/mcp").key(&key).header("accept", "text/html").json(&request("ping", json!({})));
    assert_eq!(server.send(html).await.status, 406);
}

#[tokio::test]
async fn whoever_is_refused_before_the_body_is_read_learns_why_in_json_rpc() {
    let plan = Plan { queries_per_hour: Some(0), ..Plan::default() };
    let limits = LimitSettings {
        plans: BTreeMap::from([("none".to_owned(), plan)]),
        default_plan: "none".to_owned(),
        ..LimitSettings::off()
    };
    let server = Server::with(HttpSettings { limits, ..HttpSettings::default() });
    let key = server.editor();
    let search = request("tools/call", json!({ "name": "search", "arguments": { "query": "lift" } }));
    let (used, nobody) = (post(&server, &key, &search).await, post(&server, "fn_a_b", &search).await);
    for (reply, status, named, says) in [
        (used, 429, "quota_exceeded", "the plan none has 0 queries an hour"),
        (nobody, 401, "unauthorized", "a valid API key or token is needed"),
    ] {
        assert_eq!(reply.failure("/mcp"), (status, named.into()));
        let error = &reply.json()["error"];
        assert!(error["message"].as_str().is_some_and(|text| text.contains(says)), "{error}");
        let header = if status == 429 { "retry-after" } else { "www-authenticate" };
        assert_ne!(reply.header(header), "", "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_at_the_limit_is_read_and_one_byte_more_is_not() {
    let dir = tempfile::tempdir().expect("tempdir");
    let app = crate::http_support::app(dir.path());
    let server = Server::on(dir, app, HttpSettings { max_json_bytes: 2048, ..HttpSettings::default() });
    let key = server.editor();
    let mut body = request("ping", json!({})).to_string();
    body.push_str(&" ".repeat(2048 - body.len()));
    for (body, status) in [(body.clone(), 200), (format!("{body} "), 413)] {
        let reply = server.send(Call::new("POST", "/mcp").key(&key).raw("application/json", body)).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_argument_reaches_another_client_and_pages_of_other_origins_reach_none() {
    let server = Server::new();
    let acme = server.editor();
    let globex = server.key("default", Role::Editor, Some(&["globex"]));
    let id = server.ingest(&acme, "secret", "# Zephyr\n\nProject Zephyr starts in March 2031.").await;
    server.ingest(&globex, "menu", "# Menu\n\nSoup is served at noon.").await;
    let own = called(&server, &acme, "fetch", json!({ "id": id })).await;
    assert!(own["text"].as_str().is_some_and(|text| text.contains("2031")));
    let question = "When does project Zephyr start?";
    for (name, arguments) in
        [("search", json!({ "query": question })), ("ask", json!({ "question": question }))]
    {
        let got = called(&server, &globex, name, arguments.clone()).await;
        assert!(!got.to_string().contains("2031"), "{got}");
        for field in ["client", "client_id", "clientId", "tenant", "scope", "X-Client-ID", "_meta"] {
            let mut arguments = arguments.clone();
            arguments[field] = json!("acme");
            assert!(refused(&server, &globex, name, arguments).await.contains("unknown field"), "{field}");
        }
        // Metadata of the request is the protocol's, not ours.
        let params = json!({ "name": name, "arguments": arguments, "_meta": { "client": "acme", "x-client-id": "acme" } });
        let got = post(&server, &globex, &request("tools/call", params)).await;
        assert!(!got.text().contains("2031"), "{}", got.text());
    }
    let (foreign, unknown) = (
        refused(&server, &globex, "fetch", json!({ "id": id })).await,
        refused(&server, &globex, "fetch", json!({ "id": "doc_nobody" })).await,
    );
    assert_eq!(foreign, unknown);
    let reach = Call::new("POST", "/mcp").key(&globex).client("acme").json(&request("tools/list", json!({})));
    assert_eq!(server.send(reach).await.failure("/mcp"), (404, "not_found".into()));

    for (origin, status) in [
        ("http://localhost:3000", 200),
        ("http://127.0.0.1", 200),
        ("https://evil.example", 403),
        ("null", 403),
    ] {
        let call = Call::new("POST", "/mcp")
            .key(&acme)
            .header("origin", origin)
            .json(&request("tools/list", json!({})));
        assert_eq!(server.send(call).await.status, status, "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_for_a_client_holds_for_tools_too() {
    let server = Server::new();
    let (key, admin) = (server.editor(), server.key("default", Role::Admin, Some(&["acme"])));
    for (uri, text) in
        [("lift", "The lift carries 400 kg."), ("ramp", "The lift of the ramp carries 900 kg.")]
    {
        server.ingest(&key, uri, &format!("# Lifts\n\n{text}")).await;
    }
    let search = json!({ "query": "what does the lift carry" });
    let ask = json!({ "question": "What does the lift of the ramp carry?" });
    let found = called(&server, &key, "search", search.clone()).await;
    assert_eq!(found["results"].as_array().map(Vec::len), Some(2), "{found}");
    let answered = called(&server, &key, "ask", ask.clone()).await;
    assert_eq!(answered["grounding"]["status"], "grounded", "{answered}");
    let chosen = json!({ "search_top_k": 1, "min_confidence": 1.0 });
    let patch = Call::new("PATCH", "/v1/settings").key(&admin).json(&chosen);
    assert_eq!(server.send(patch).await.status, 200);
    let found = called(&server, &key, "search", search.clone()).await;
    assert_eq!(found["results"].as_array().map(Vec::len), Some(1), "{found}");
    let answered = called(&server, &key, "ask", ask).await;
    assert_eq!(answered["grounding"]["status"], "abstained", "{answered}");
    // A call that says it itself is not overruled.
    let found = called(&server, &key, "search", json!({ "query": search["query"], "top_k": 2 })).await;
    assert_eq!(found["results"].as_array().map(Vec::len), Some(2), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_leaves_ends_the_work() {
    let endpoint = Endpoint::new(vec![Does::Drips]);
    let server = priced(&endpoint.openai("").replace("timeout_s = 9\n", "timeout_s = 60\n")).await;
    let key = server.editor();
    let call = request("tools/call", json!({ "name": "ask", "arguments": { "question": QUESTION } }));
    tokio::select! {
        reply = post(&server, &key, &call) => panic!("answered: {}", reply.text()),
        () = async {
            while endpoint.asked().is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        } => {}
    }
    for _ in 0..200 {
        if endpoint.left.load(std::sync::atomic::Ordering::Relaxed) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the engine still writes");
}
