//! `/v1/history`: recording, reading, replaying, rating, exporting, forgetting; and that deleted means gone.

use footnote_index::{Name, Role};
use footnote_server::front::{FrontSettings, HistorySettings};
use footnote_server::http::HttpSettings;
use serde_json::{Value, json};

use crate::http_support::{Call, Reply, Server, app};

const LIFT: &str = "# Lift\n\nThe lift of the warehouse carries two tonnes of goods.";
const DOOR: &str = "# Door\n\nThe door of the front office opens at seven in the morning.";

async fn ask(server: &Server, key: &str, question: &str) -> Value {
    let body = json!({ "question": question });
    let reply = server.send(Call::new("POST", "/v1/answers").key(key).json(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

async fn search(server: &Server, key: &str, query: &str) -> Value {
    let body = json!({ "query": query, "top_k": 2 });
    let reply = server.send(Call::new("POST", "/v1/search").key(key).json(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

async fn get(server: &Server, key: &str, path: &str) -> Reply {
    server.send(Call::new("GET", path).key(key)).await
}

async fn post(server: &Server, key: &str, path: &str, body: Value) -> Reply {
    server.send(Call::new("POST", path).key(key).json(&body)).await
}

fn ids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("data");
    data.iter().map(|entry| entry["id"].as_str().expect("id").to_owned()).collect()
}

fn trace(result: &Value) -> String {
    result["trace_id"].as_str().expect("recorded").to_owned()
}

#[tokio::test]
async fn what_was_asked_is_listed_newest_first_filtered_and_paged() {
    let server = Server::new();
    let key = server.editor();
    let lift = server.ingest(&key, "lift", LIFT).await;
    let answered = ask(&server, &key, "What does the lift of the warehouse carry?").await;
    let found = search(&server, &key, "lift").await;
    let abstained = ask(&server, &key, "Who won the cycling race of 1931 in Lisbon?").await;
    let all = get(&server, &key, "/v1/history").await.json();
    assert_eq!(ids(&all), [trace(&abstained), trace(&found), trace(&answered)]);
    assert_eq!(all["has_more"], false);
    let first = &all["data"][2];
    assert_eq!((&first["kind"], &first["status"]), (&json!("answer"), &answered["grounding"]["status"]));
    assert_eq!(
        (&first["answer"], &first["question"]),
        (&answered["answer"], &json!("What does the lift of the warehouse carry?"))
    );
    assert_eq!(all["data"][0]["reason"], abstained["grounding"]["reason"]);

    for (query, expected) in [
        ("kind=search", vec![trace(&found)]),
        ("kind=answer&status=abstained", vec![trace(&abstained)]),
        ("from=2000-01-01T00:00:00Z&to=2001-01-01T00:00:00Z", vec![]),
        ("from=2000-01-01T00:00:00Z&limit=1", vec![trace(&abstained)]),
        ("rating=up", vec![]),
    ] {
        let page = get(&server, &key, &format!("/v1/history?{query}")).await;
        assert_eq!(ids(&page.json()), expected, "{query}");
    }
    let mut seen = Vec::new();
    let mut path = "/v1/history?limit=2".to_owned();
    loop {
        let page = get(&server, &key, &path).await.json();
        seen.extend(ids(&page));
        if page["has_more"] == false {
            break;
        }
        path = format!("/v1/history?limit=2&after={}", seen.last().expect("a row"));
    }
    assert_eq!(seen, ids(&all));

    let detail = get(&server, &key, &format!("/v1/history/{}", trace(&answered))).await.json();
    let citation = &detail["citations"][0];
    assert_eq!(
        (&citation["quote"], &citation["document_id"]),
        (&answered["citations"][0]["quote"], &json!(lift))
    );
    assert_eq!((&citation["standing"], &citation["uri"]), (&json!("current"), &json!("lift")));
    assert!(detail["timings_ms"]["retrieve"].is_number(), "{detail}");
    let detail = get(&server, &key, &format!("/v1/history/{}", trace(&found))).await.json();
    assert_eq!(
        (&detail["passages"][0]["title"], &detail["request"]["top_k"]),
        (&found["hits"][0]["title"], &json!(2))
    );

    for (path, status) in [
        ("/v1/history?kind=other", 400),
        ("/v1/history?status=other", 422),
        ("/v1/history?from=yesterday", 422),
        ("/v1/history?limit=0", 422),
        ("/v1/history?limit=1001", 422),
        ("/v1/history?format=csv", 400),
        ("/v1/history/trc_000000000000000000000000", 404),
        ("/v1/history/export?format=xml", 400),
        ("/v1/history/export?limit=5", 400),
    ] {
        let reply = get(&server, &key, path).await;
        assert_eq!(reply.problem().0, status, "{path}: {}", reply.text());
    }
}

#[tokio::test]
async fn a_viewer_sees_its_own_and_another_client_nothing() {
    let server = Server::new();
    let editor = server.editor();
    server.ingest(&editor, "lift", LIFT).await;
    let one = server.key("default", Role::Viewer, Some(&["acme"]));
    let two = server.key("default", Role::Viewer, Some(&["acme"]));
    let other = server.key("default", Role::Editor, Some(&["globex"]));
    let id = trace(&ask(&server, &one, "What does the lift carry?").await);
    assert_eq!(ids(&get(&server, &one, "/v1/history").await.json()), [id.as_str()]);
    assert_eq!(ids(&get(&server, &editor, "/v1/history").await.json()), [id.as_str()]);
    assert_eq!(ids(&get(&server, &two, "/v1/history").await.json()), Vec::<String>::new());
    assert_eq!(get(&server, &two, "/v1/history/export?format=ndjson").await.text(), "");
    let up = json!({ "rating": "up" });
    for key in [&two, &other] {
        let mut seen = std::collections::BTreeSet::new();
        for asked in [id.as_str(), "trc_000000000000000000000000", "nonsense", "%ff"] {
            for reply in [
                get(&server, key, &format!("/v1/history/{asked}")).await,
                post(&server, key, &format!("/v1/history/{asked}/replay"), json!({})).await,
                post(&server, key, &format!("/v1/history/{asked}/feedback"), up.clone()).await,
            ] {
                assert_eq!(reply.problem(), (404, "not_found".into()));
                seen.insert(reply.timeless().to_string());
            }
        }
        assert_eq!(seen.len(), 1, "{seen:?}");
    }
    // A cursor of another client is a place in time, no more.
    let page = get(&server, &other, &format!("/v1/history?after={id}")).await;
    assert_eq!((page.status, ids(&page.json())), (200, vec![]));
    let remove = |key: &str| Call::new("DELETE", &format!("/v1/history/{id}")).key(key);
    assert_eq!(server.send(remove(&one)).await.status, 403);
    assert_eq!(server.send(remove(&other)).await.status, 404);
    assert_eq!(server.send(remove(&editor)).await.status, 204);
    assert_eq!(server.send(remove(&editor)).await.status, 404);
}

/// Every file below a folder that holds `text`.
fn files_with(dir: &std::path::Path, text: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("list").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if entry.file_name().to_string_lossy().starts_with("history.db") {
            let bytes = std::fs::read(&path).expect("read");
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(path);
            }
        }
    }
    found
}

#[tokio::test]
async fn deleting_a_document_takes_what_was_answered_from_it() {
    let dir = tempfile::tempdir().expect("tempdir");
    let path = dir.path().to_path_buf();
    let app = app(&path);
    let server = Server::on(dir, app, HttpSettings::default());
    let key = server.editor();
    let lift = server.ingest(&key, "lift", LIFT).await;
    server.ingest(&key, "door", DOOR).await;
    let asked = "What does the lift of the warehouse carry?";
    let answered = ask(&server, &key, asked).await;
    assert!(answered["answer"].as_str().expect("text").contains("two tonnes"), "{answered}");
    search(&server, &key, "warehouse lift").await;
    let id = trace(&answered);
    assert_eq!(get(&server, &key, "/v1/history").await.status, 200, "written by now");
    assert!(!files_with(&path, "two tonnes").is_empty(), "the answer's text is kept");
    // One that is still in the queue when the document goes.
    ask(&server, &key, "How much does the warehouse lift carry?").await;
    assert_eq!(
        server.send(Call::new("DELETE", &format!("/v1/documents/{lift}")).key(&key)).await.status,
        204
    );
    for place in [
        "/v1/history".to_owned(),
        format!("/v1/history/{id}"),
        "/v1/history/export?format=json".into(),
        "/v1/history/export?format=ndjson".into(),
        "/v1/history/export?format=csv".into(),
    ] {
        let reply = get(&server, &key, &place).await;
        assert_eq!(reply.status, 200, "{place}");
        assert!(!reply.text().contains("two tonnes"), "{place}: {}", reply.text());
    }
    let detail = get(&server, &key, &format!("/v1/history/{id}")).await.json();
    assert_eq!((&detail["withheld"], &detail["question"]), (&json!(true), &json!(asked)));
    assert!(detail.get("answer").is_none() && detail["citations"][0].get("quote").is_none(), "{detail}");
    assert_eq!(detail["citations"][0]["standing"], "deleted");
    let replayed = post(&server, &key, &format!("/v1/history/{id}/replay"), json!({})).await;
    assert_eq!(replayed.status, 200, "{}", replayed.text());
    assert!(!replayed.text().contains("two tonnes"), "{}", replayed.text());
    assert_eq!(replayed.json()["changes"]["deleted"], json!([lift]));
    assert_eq!(files_with(&path, "two tonnes"), Vec::<std::path::PathBuf>::new(), "gone from the files too");
}

#[tokio::test]
async fn a_replay_says_what_changed() {
    let server = Server::new();
    let key = server.editor();
    let lift = server.ingest(&key, "lift", LIFT).await;
    let question = "What does the lift of the warehouse carry?";
    let id = trace(&ask(&server, &key, question).await);
    let replay = async || {
        let reply = post(&server, &key, &format!("/v1/history/{id}/replay"), json!({})).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    let same = replay().await;
    assert_eq!(same["changes"]["same"], true, "{}", same["changes"]);
    assert_eq!(same["before"]["answer"], same["now"]["answer"]);
    server.ingest(&key, "lift", "# Lift\n\nThe lift of the warehouse carries five tonnes of goods.").await;
    let other = replay().await;
    let changes = &other["changes"];
    assert_eq!((&changes["same"], &changes["answer_changed"]), (&json!(false), &json!(true)), "{changes}");
    assert_eq!(changes["superseded"], json!([{ "document_id": lift, "from": 1, "to": 2 }]));
    assert_eq!(
        (changes["added"][0]["version"].as_u64(), changes["removed"][0]["version"].as_u64()),
        (Some(2), Some(1))
    );
    assert!(other["now"]["answer"].as_str().expect("text").contains("five tonnes"), "{other}");
    assert!(other["before"]["citations"][0]["quote"].as_str().expect("old text").contains("two tonnes"));
    assert_eq!(other["before"]["citations"][0]["standing"], "superseded");
    assert!(changes["seq"]["to"].as_u64() > changes["seq"]["from"].as_u64());
    assert_eq!(ids(&get(&server, &key, "/v1/history").await.json()).len(), 1, "a replay is not recorded");

    let id = trace(&search(&server, &key, "lift").await);
    let replayed = post(&server, &key, &format!("/v1/history/{id}/replay"), json!({})).await.json();
    assert_eq!(replayed["changes"]["same"], true, "{replayed}");
    assert_eq!(replayed["now"]["hits"][0]["document_id"], json!(lift));
}

#[tokio::test]
async fn a_follow_up_is_replayed_as_it_was_resolved_and_its_conversation_is_not_kept() {
    let server = Server::new();
    let key = server.editor();
    server.ingest(&key, "lift", LIFT).await;
    let body = json!({ "question": "And the warehouse?", "messages": [
        { "role": "user", "content": "What does the lift of the front office carry?" },
        { "role": "assistant", "content": "CANARY said before." },
    ] });
    let answer = post(&server, &key, "/v1/answers", body).await.json();
    let resolved = answer["resolved_question"].as_str().expect("resolved");
    let export = get(&server, &key, "/v1/history/export?format=ndjson").await;
    assert!(!export.text().contains("CANARY"), "{}", export.text());
    assert_eq!(export.json()["text"], resolved);
    let replayed =
        post(&server, &key, &format!("/v1/history/{}/replay", trace(&answer)), json!({})).await.json();
    assert_eq!(replayed["changes"]["same"], true, "{replayed}");
}

#[tokio::test]
async fn feedback_is_replaced_and_bounded() {
    let server = Server::new();
    let key = server.editor();
    let id = trace(&search(&server, &key, "lift").await);
    let path = format!("/v1/history/{id}/feedback");
    let given = post(&server, &key, &path, json!({ "rating": "down", "comment": "wrong lift" })).await;
    assert_eq!((given.status, &given.json()["comment"]), (200, &json!("wrong lift")));
    for _ in 0..2 {
        assert_eq!(post(&server, &key, &path, json!({ "rating": "up" })).await.status, 200);
    }
    let entry = get(&server, &key, &format!("/v1/history/{id}")).await.json();
    assert_eq!(entry["feedback"]["rating"], "up");
    assert!(entry["feedback"].get("comment").is_none(), "{entry}");
    assert_eq!(ids(&get(&server, &key, "/v1/history?rating=up").await.json()), [id]);
    let long = |n: usize| json!({ "rating": "up", "comment": "ș".repeat(n) });
    assert_eq!(post(&server, &key, &path, long(4000)).await.status, 200);
    let reply = post(&server, &key, &path, long(4001)).await;
    assert_eq!(reply.problem(), (422, "invalid_value".into()));
    assert!(reply.text().contains("4001 characters, the limit is 4000"));
    for wrong in [json!({}), json!({ "rating": "sideways" }), json!({ "rating": "up", "stars": 5 })] {
        assert_eq!(post(&server, &key, &path, wrong).await.problem(), (422, "invalid_body".into()));
    }
}

#[tokio::test]
async fn exports_are_json_questions_and_csv_that_spreadsheets_do_not_run() {
    let server = Server::new();
    let key = server.editor();
    server.ingest(&key, "lift", LIFT).await;
    let evil = "=HYPERLINK(\"http://evil\",\"lift, warehouse\")";
    search(&server, &key, evil).await;
    ask(&server, &key, "What does the lift of the warehouse carry?").await;
    // More than a page of the export.
    for n in 0..230 {
        search(&server, &key, &format!("lift {n}")).await;
    }
    let json = get(&server, &key, "/v1/history/export").await;
    assert_eq!(json.header("content-type"), "application/json");
    assert!(json.header("content-disposition").contains("history.json"));
    let array = json.json();
    let array = array.as_array().expect("an array");
    assert_eq!((array.len(), &array[231]["question"]), (232, &Value::from(evil)));
    let distinct: std::collections::BTreeSet<&str> =
        array.iter().map(|e| e["id"].as_str().expect("id")).collect();
    assert_eq!(distinct.len(), 232);

    let lines = get(&server, &key, "/v1/history/export?format=ndjson&kind=answer").await;
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    let query: footnote_datasets::beir::Query = serde_json::from_slice(&lines.body).expect("a question");
    assert_eq!(query.text, "What does the lift of the warehouse carry?");

    let csv = get(&server, &key, "/v1/history/export?format=csv&kind=search").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    let text = csv.text();
    assert!(text.starts_with("id,at,kind,asked_by,question,") && text.ends_with("\r\n"), "{text}");
    assert_eq!(text.matches("\r\n").count(), 232, "a head and 231 searches");
    assert!(text.contains("\"'=HYPERLINK(\"\"http://evil\"\",\"\"lift, warehouse\"\")\""), "{text}");
}

fn with_history(history: HistorySettings) -> Server {
    let dir = tempfile::tempdir().expect("tempdir");
    let app = app(dir.path());
    app.set_front(FrontSettings { history, ..FrontSettings::default() });
    Server::on(dir, app, HttpSettings::default())
}

#[tokio::test]
async fn the_oldest_go_when_there_are_too_many() {
    let server = with_history(HistorySettings { entries: 3, ..HistorySettings::default() });
    let key = server.editor();
    let mut all = Vec::new();
    for n in 0..3 {
        all.push(trace(&search(&server, &key, &format!("lift {n}")).await));
        assert_eq!(ids(&get(&server, &key, "/v1/history").await.json()).len(), n + 1);
    }
    all.push(trace(&search(&server, &key, "one more").await));
    all.reverse();
    assert_eq!(ids(&get(&server, &key, "/v1/history").await.json()), all[..3]);
    assert_eq!(get(&server, &key, &format!("/v1/history/{}", all[3])).await.status, 404);
    let emptied = server.send(Call::new("DELETE", "/v1/history").key(&key)).await;
    assert_eq!((emptied.status, emptied.json()), (200, json!({ "removed": 3 })));
    assert_eq!(ids(&get(&server, &key, "/v1/history").await.json()), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_recorded_when_that_is_off() {
    let off = HistorySettings { record: false, ..HistorySettings::default() };
    let name = |text: &str| Name::new(text).expect("name");
    let for_one =
        HistorySettings { off_for: vec![(name("default"), name("acme"))], ..HistorySettings::default() };
    for (settings, globex) in [(off, 0), (for_one, 1)] {
        let server = with_history(settings);
        let key = server.editor();
        let other = server.key("default", Role::Editor, Some(&["globex"]));
        assert!(search(&server, &key, "lift").await.get("trace_id").is_none());
        assert!(ask(&server, &key, "What does the lift carry?").await.get("trace_id").is_none());
        search(&server, &other, "lift").await;
        assert_eq!(ids(&get(&server, &key, "/v1/history").await.json()).len(), 0);
        assert_eq!(ids(&get(&server, &other, "/v1/history").await.json()).len(), globex);
    }
}
