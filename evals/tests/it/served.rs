//! Runs over HTTP: a real server on a loopback port, asked by the real command.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use footnote_index::{Engine, EngineOptions, KeySpec, Name, Role};
use footnote_ingest::pipeline::Source;
use footnote_ingest::worker::ExtractLimits;
use footnote_models::testing::test_encoder;
use footnote_models::{DEFAULT_MODEL, EmbeddingService, ServiceOptions};
use footnote_server::app::App;
use footnote_server::http::{self, HttpSettings};
use serde_json::Value;

use crate::program::{run, stdout, text, write_collection};

/// A server with a key, stopped when it is dropped.
struct Running {
    app: Arc<App>,
    url: String,
    key: String,
    _folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

fn start() -> Running {
    let folder = tempfile::tempdir().expect("folder");
    let engine = Engine::open(folder.path(), EngineOptions::default()).expect("engine");
    let tenant = Name::new("default").expect("name");
    let spec = KeySpec { tenant, label: "test".into(), role: Role::Admin, clients: None, expires_ms: None };
    let key = engine.control().create_key(&spec).expect("key").key;
    let service = EmbeddingService::spawn(test_encoder(DEFAULT_MODEL), ServiceOptions::default());
    let worker = env!("CARGO_BIN_EXE_footnote-eval").into();
    let limits = ExtractLimits { executable: Some(worker), ..ExtractLimits::default() };
    let app = Arc::new(App::new(Arc::new(engine), service, limits));
    let bound = http::bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("bound");
    let address = bound.local_addr().expect("address");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime");
    let served = Arc::clone(&app);
    runtime.spawn(async move {
        let listener = tokio::net::TcpListener::from_std(bound).expect("listener");
        let settings = HttpSettings { bind: address, ..HttpSettings::default() };
        http::serve(served, settings, listener, std::future::pending()).await.expect("served");
    });
    Running { app, url: format!("http://{address}"), key, _folder: folder, _runtime: runtime }
}

/// The tiny collection with answers, and a question without one.
fn write_questions(directory: &Path) {
    write_collection(directory);
    let questions = [
        ("q3", "How fast is an emergency call answered?", "in one hour"),
        ("q2", "How long does the manufacturer repair defects?", "two years"),
    ];
    let lines = questions.map(|(id, text, answer)| {
        serde_json::json!({ "_id": id, "text": text, "answers": [answer] }).to_string() + "\n"
    });
    fs::write(directory.join("queries.jsonl"), lines.concat()).expect("queries");
    fs::write(directory.join("qrels.tsv"), "q3\tlift\t1\nq2\twarranty\t1\n").expect("qrels");
    let unanswerable = "{\"_id\":\"u1\",\"text\":\"Who wrote the national anthem of Peru?\"}\n";
    fs::write(directory.join("unanswerable.jsonl"), unanswerable).expect("unanswerable");
}

#[test]
fn a_server_is_measured_and_left_as_it_was() {
    let server = start();
    let folder = tempfile::tempdir().expect("folder");
    let (dataset, questions) = (folder.path().join("tiny"), folder.path().join("questions"));
    write_collection(&dataset);
    write_questions(&questions);
    let at = ["--server", &server.url, "--key", &server.key, "--json"];

    let served = stdout(&run(&[&["retrieval", "--dataset", text(&dataset)][..], &at].concat()));
    let served: Value = serde_json::from_str(&served).expect("one JSON object");
    assert_eq!(served["manifest"]["engine"], "http");
    assert_eq!(served["manifest"]["model"], Value::Null);
    let here = stdout(&run(&["retrieval", "--dataset", text(&dataset), "--json"]));
    let here: Value = serde_json::from_str(&here).expect("one JSON object");
    for system in ["bm25", "dense", "hybrid"] {
        for metric in ["ndcg@10", "recall@10", "mrr@10"] {
            assert_eq!(
                served["systems"][system][metric], here["systems"][system][metric],
                "{system} {metric}"
            );
        }
    }

    let answers = stdout(&run(&[&["answers", "--dataset", text(&questions)][..], &at].concat()));
    let answers: Value = serde_json::from_str(&answers).expect("one JSON object");
    let figures = &answers["datasets"]["questions"];
    assert_eq!((&figures["questions"], &figures["manifest"]["engine"]), (&3.into(), &"http".into()));
    assert_eq!(figures["exact_quote_rate"], 1.0, "{figures}");
    assert!(figures["citations"].as_u64() >= Some(1), "{figures}");

    let tenant = Name::new("default").expect("name");
    let left = server.app.engine().control().clients(&tenant).expect("clients");
    assert!(left.is_empty(), "clients that were made are removed: {left:?}");
}

#[test]
fn a_suite_asks_the_server_it_names() {
    let server = start();
    let folder = tempfile::tempdir().expect("folder");
    write_collection(&folder.path().join("datasets/tiny"));
    let run_of = |rest: &str| {
        format!(
            "[[run]]\ndatasets = [\"tiny\"]\nsystems = [\"bm25\", \"dense\", \"hybrid\"]\nchunker = \"structure\"\n{rest}\n"
        )
    };
    let suite = format!("title = \"Two\"\n{}{}", run_of(&format!("engine = \"{}\"", server.url)), run_of(""));
    let path = |name: &str| folder.path().join(name);
    let (file, out, cache) = (path("two.toml"), path("out"), path("cache"));
    fs::write(&file, suite).expect("suite");
    let mut arguments = vec!["suite", text(&file), "--data", text(folder.path())];
    arguments.extend(["--out", text(&out), "--cache", text(&cache)]);
    let refused = run(&arguments);
    let stderr = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(1) && stderr.contains("401"), "{stderr}");
    arguments.extend(["--key", &server.key]);
    drop(stdout(&run(&arguments)));

    let result = |name: &str| -> Value {
        let read = fs::read_to_string(out.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        serde_json::from_str(&read).expect("JSON")
    };
    let (served, here) = (result("1.tiny.server.json"), result(&format!("2.tiny.{DEFAULT_MODEL}.json")));
    assert_eq!(served["manifest"]["engine"], "http");
    for system in ["bm25", "dense", "hybrid"] {
        let figures =
            |of: &Value| (of["systems"][system]["ndcg@10"].clone(), of["systems"][system]["mrr@10"].clone());
        assert!(figures(&served).0.as_f64() > Some(0.5), "{system}: {served}");
        assert_eq!(figures(&served), figures(&here), "{system}");
    }
    let tenant = Name::new("default").expect("name");
    let left = server.app.engine().control().clients(&tenant).expect("clients");
    assert!(left.is_empty(), "clients that were made are removed: {left:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the client was made here, in an engine nobody else can reach")]
fn the_served_vector_search_is_compared_with_an_exact_one() {
    let server = start();
    let engine = server.app.engine();
    let (tenant, client) = (Name::new("default").expect("name"), Name::new("acme").expect("name"));
    engine.control().add_client(&tenant, &client).expect("client");
    let scope = engine.control().scope(&tenant, &client).expect("scope").expect("there");
    let sources: Vec<Source> = (0..30)
        .map(|n| {
            Source::new(format!("note-{n}.txt"), format!("Note {n} is about lift number {n}.").into_bytes())
        })
        .collect();
    let report = server.app.exclusive(|pipeline| pipeline.ingest_sources(&scope, sources, &mut |_| {}));
    assert_eq!(report.expect("ingested").totals.ingested, 30);

    let arguments =
        ["ann", "--client", "acme", "--server", &server.url, "--key", &server.key, "--limit", "7", "--json"];
    let found: Value = serde_json::from_str(&stdout(&run(&arguments))).expect("one JSON object");
    assert_eq!((&found["recall"], &found["perfect"]), (&1.0.into(), &1.0.into()), "{found}");
    assert_eq!((&found["documents"], &found["questions"], &found["k"]), (&30.into(), &7.into(), &10.into()));
    assert!(found["exact_searches"].as_u64() >= Some(7) && found["p50_ms"].as_f64() > Some(0.0), "{found}");

    let nobody = run(&["ann", "--client", "nobody", "--server", &server.url, "--key", &server.key]);
    let stderr = String::from_utf8_lossy(&nobody.stderr).into_owned();
    assert!(nobody.status.code() == Some(1) && stderr.contains("404"), "{stderr}");
}
