//! A server in a temporary directory, driven without a socket: real engine, real model, real worker
//! process.

use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use footnote_index::{Engine, EngineOptions, KeySpec, Name, Role};
use footnote_ingest::worker::ExtractLimits;
use footnote_models::testing::{test_encoder, test_reranker};
use footnote_models::{DEFAULT_MODEL, DEFAULT_RERANKER, EmbeddingService, RerankService, ServiceOptions};
use footnote_server::app::App;
use footnote_server::http::{Api, HttpSettings, router};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

fn embedder() -> EmbeddingService {
    static SERVICE: OnceLock<EmbeddingService> = OnceLock::new();
    SERVICE
        .get_or_init(|| EmbeddingService::spawn(test_encoder(DEFAULT_MODEL), ServiceOptions::default()))
        .clone()
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).expect("name")
}

/// [`app`] with the default reranker.
pub(crate) fn app_with_reranker(dir: &std::path::Path) -> Arc<App> {
    let reranker = RerankService::spawn(test_reranker(DEFAULT_RERANKER), ServiceOptions::default());
    Arc::new(Arc::into_inner(app(dir)).expect("nobody else has it").with_reranker(reranker))
}

/// An app with the clients `acme` and `globex` of the tenant `default`, and an `acme` of the tenant `other`.
pub(crate) fn app(dir: &std::path::Path) -> Arc<App> {
    let engine = Engine::open(dir, EngineOptions::default()).expect("engine");
    for (tenant, client) in [("default", "acme"), ("default", "globex"), ("other", "acme")] {
        engine.control().add_client(&name(tenant), &name(client)).expect("client");
    }
    let limits =
        ExtractLimits { executable: Some(env!("CARGO_BIN_EXE_footnote").into()), ..ExtractLimits::default() };
    Arc::new(App::new(Arc::new(engine), embedder(), limits))
}

pub(crate) struct Server {
    pub(crate) app: Arc<App>,
    router: Router,
    api: Arc<Api>,
    worker: Option<JoinHandle<()>>,
    dir: Option<tempfile::TempDir>,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with(HttpSettings::default())
    }

    pub(crate) fn with(settings: HttpSettings) -> Self {
        let dir = tempfile::tempdir().expect("tempdir");
        let app = app(dir.path());
        Self::on(dir, app, settings)
    }

    pub(crate) fn on(dir: tempfile::TempDir, app: Arc<App>, settings: HttpSettings) -> Self {
        let (api, worker) = Api::start(Arc::clone(&app), settings).expect("start");
        Self { router: router(Arc::clone(&api)), app, api, worker: Some(worker), dir: Some(dir) }
    }

    /// Ends the server and leaves its directory, which can be opened: threads that a request left behind (its history, a blocking
    /// call whose caller has its answer) give the engine back a moment later.
    pub(crate) fn stop(mut self) -> tempfile::TempDir {
        let dir = self.dir.take().expect("not stopped yet");
        drop(self);
        let deadline = Instant::now() + Duration::from_secs(20);
        while let Err(error) = Engine::open(dir.path(), EngineOptions::default()) {
            assert!(Instant::now() < deadline, "the stopped server keeps its engine: {error}");
            std::thread::sleep(Duration::from_millis(5));
        }
        dir
    }

    pub(crate) fn key(&self, tenant: &str, role: Role, clients: Option<&[&str]>) -> String {
        self.key_until(tenant, role, clients, None)
    }

    pub(crate) fn key_until(
        &self,
        tenant: &str,
        role: Role,
        clients: Option<&[&str]>,
        expires_ms: Option<i64>,
    ) -> String {
        let spec = KeySpec {
            tenant: name(tenant),
            label: "test".into(),
            role,
            clients: clients.map(|list| list.iter().map(|n| name(n)).collect()),
            expires_ms,
        };
        self.app.engine().control().create_key(&spec).expect("key").key
    }

    /// An editor of `acme` alone, which needs no client header.
    pub(crate) fn editor(&self) -> String {
        self.key("default", Role::Editor, Some(&["acme"]))
    }

    pub(crate) async fn respond(&self, call: Call) -> axum::response::Response {
        self.router.clone().oneshot(call.0).await.expect("infallible")
    }

    pub(crate) async fn send(&self, call: Call) -> Reply {
        let response = self.respond(call).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("body").to_bytes().to_vec();
        Reply { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Uploads Markdown and waits; returns the document's id.
    pub(crate) async fn ingest(&self, key: &str, uri: &str, text: &str) -> String {
        let call = Call::new("POST", &format!("/v1/documents?wait=true&uri={uri}"))
            .key(key)
            .raw("text/markdown", text.to_owned());
        let reply = self.send(call).await;
        let result = reply.json();
        // 201 when the document is new, 200 when it is a new version.
        assert!(matches!(reply.status, 200 | 201) && result["status"] == "ingested", "{result}");
        result["document_id"].as_str().expect("id").to_owned()
    }

    /// The uris found for a question, best first.
    pub(crate) async fn find(&self, key: &str, query: &str) -> Vec<String> {
        let reply = self
            .send(Call::new("POST", "/v1/search").key(key).json(&serde_json::json!({ "query": query })))
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let hits = reply.json()["hits"].clone();
        hits.as_array()
            .expect("hits")
            .iter()
            .map(|hit| hit["uri"].as_str().expect("uri").to_owned())
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.api.stop();
        if let Some(worker) = self.worker.take() {
            worker.join().expect("the worker ends well");
        }
    }
}

/// A request being put together.
pub(crate) struct Call(Request<Body>);

impl Call {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self(
            Request::builder()
                .method(method)
                .uri(path)
                .header("host", "localhost")
                .body(Body::empty())
                .expect("request"),
        )
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.0.headers_mut().append(name, value.parse().expect("header"));
        self
    }

    /// A header of any bytes that may stand in one; without it when they may not.
    pub(crate) fn bytes_header(mut self, name: &'static str, value: &[u8]) -> Self {
        if let Ok(value) = axum::http::HeaderValue::from_bytes(value) {
            self.0.headers_mut().append(name, value);
        }
        self
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    pub(crate) fn client(self, client: &str) -> Self {
        self.header("x-client-id", client)
    }

    pub(crate) fn raw(mut self, media: &str, body: impl Into<Body>) -> Self {
        *self.0.body_mut() = body.into();
        self.header("content-type", media)
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text()))
    }

    /// The header's text; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("text"))
    }

    /// Status and code, after checking that a problem has the shape every problem has.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        self.is_problem(&self.json())
    }

    fn is_problem(&self, body: &Value) -> (u16, String) {
        assert_eq!(body["status"], self.status, "{body}");
        assert_eq!(body["request_id"], self.header("x-request-id"), "{body}");
        let code = body["code"].as_str().expect("code").to_owned();
        assert_eq!(body["type"], format!("urn:footnote:problem:{code}"));
        for field in ["title", "detail"] {
            assert!(body[field].as_str().is_some_and(|s| !s.is_empty()), "{field} in {body}");
        }
        (self.status, code)
    }

    /// Status and code of a failure in the form that a route's failures have: OpenAI's, JSON-RPC's or a problem.
    pub(crate) fn failure(&self, path: &str) -> (u16, String) {
        let openai = ["/v1/chat/completions", "/v1/embeddings", "/v1/models"];
        let in_json = self.header("content-type") == "application/json";
        if openai.iter().any(|route| path.starts_with(route)) {
            let error = &self.json()["error"];
            assert!(in_json && error["message"].as_str().is_some_and(|s| !s.is_empty()), "{}", self.text());
            (self.status, error["code"].as_str().expect("code").to_owned())
        } else if path == "/mcp" {
            let body = self.json();
            assert!(in_json && body["jsonrpc"] == "2.0", "{body}");
            let error = &body["error"];
            assert!(error["message"].as_str().is_some_and(|s| !s.is_empty()), "{body}");
            let code = error["code"].as_i64().expect("code");
            if code != -32000 {
                return (self.status, code.to_string());
            }
            assert_eq!(body.get("id"), Some(&Value::Null), "{body}");
            assert_eq!(error["message"], error["data"]["detail"], "{body}");
            self.is_problem(&error["data"])
        } else {
            self.problem()
        }
    }

    /// All values of a header, joined.
    pub(crate) fn all(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter().map(|v| v.to_str().expect("text"));
        values.collect::<Vec<_>>().join(", ").to_lowercase()
    }

    /// The problem without what differs from request to request, also where it is inside a JSON-RPC error.
    pub(crate) fn the_problem(&self) -> Value {
        let mut body = self.json();
        let mut problem = body.pointer_mut("/error/data").map(Value::take).unwrap_or(body);
        problem.as_object_mut().expect("object").remove("request_id");
        problem
    }

    /// The body without what differs from request to request.
    pub(crate) fn timeless(&self) -> Value {
        let mut body = self.json();
        body.as_object_mut().expect("object").remove("request_id");
        body
    }
}
