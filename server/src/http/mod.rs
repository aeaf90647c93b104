//! The app on the network: HTTP/1.1, JSON, API keys. The only place that knows status codes.
//!
//! A request passes `context` (request id, problem body, log line), the panic guard, the time
//! limit, then its extractors: `auth` (credential, role, client), `extract` (query, body) and
//! its handler, named after the resource. Handlers do nothing themselves: they hand the work to the
//! app on a thread that may block (`blocking`).

mod answers;
mod auth;
mod blocking;
mod cached;
mod clients;
mod compress;
mod connection;
mod context;
mod cors;
mod deadline;
mod documents;
mod error;
mod events;
mod extract;
mod gate;
mod health;
mod history;
mod host;
mod ingest;
mod jobs;
mod jwt;
mod keys;
mod leftover;
mod limits;
mod mcp;
mod metrics;
mod migrations;
mod openai;
mod openapi;
mod page;
mod preferences;
mod rerank;
mod search;
mod serve;
mod settings;
mod shape;
mod snapshots;
mod sync;
mod trace;
mod upload;
mod usage;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;

pub use auth::{API_KEY, CLIENT_ID};
pub use cors::CorsOrigin;
pub use deadline::REQUEST_TIMEOUT;
pub use error::{ApiError, Code, Problem};
pub(crate) use jwt::check_keys;
pub use jwt::{Algorithm as JwtAlgorithm, JwtSettings, KeySource};
pub use limits::{LimitSettings, Plan, Rate};
pub use openapi::document as openapi_document;
pub use serve::{BindError, bind, serve};
pub use settings::{AuthMode, HttpSettings};
pub use upload::UploadBatch;

use crate::app::App;
use blocking::Blocking;
use ingest::IngestWorker;
use jwt::Tokens;
use limits::Limits;
use migrations::MigrationWorker;

/// Snapshots sent at the same time.
const MAX_DOWNLOADS: usize = 2;

/// What handlers share.
pub struct Api {
    app: Arc<App>,
    settings: HttpSettings,
    /// Way to the threads for searches, answers, reads and deletes.
    work: Blocking,
    /// Way to the threads for answers that a generator may write: each takes seconds, so they never stand before a search.
    generating: Blocking,
    /// Way to the threads for what only touches `control.db`: short, so it never waits behind a search.
    control: Blocking,
    /// Way to the threads for uploads; a place also covers the memory of the body.
    uploads: Blocking,
    /// Way to the threads that send snapshots: each for as long as its receiver reads.
    downloads: Blocking,
    ingest: Arc<IngestWorker>,
    migrations: Arc<MigrationWorker>,
    stopping: watch::Sender<bool>,
    preferences: preferences::Kept,
    last_check: health::LastCheck,
    limits: Arc<Limits>,
    /// Verifies tokens of an identity provider, when one is configured.
    tokens: Option<Tokens>,
    last_sums: metrics::LastSums,
}

impl Api {
    /// Starts the ingest worker, which first resumes what was accepted before.
    pub fn start(app: Arc<App>, settings: HttpSettings) -> std::io::Result<(Arc<Self>, JoinHandle<()>)> {
        let ingest = Arc::new(IngestWorker::default());
        let migrations = Arc::new(MigrationWorker::default());
        migrations.start(Arc::clone(&app))?;
        let work = Blocking::new(settings.max_concurrent, settings.max_waiting);
        let limits = Arc::new(Limits::new(settings.limits.clone()));
        let worker = ingest.start(Arc::clone(&app), (work.clone(), Arc::clone(&limits)))?;
        let api = Self {
            work,
            limits,
            tokens: settings.jwt.clone().map(Tokens::new),
            generating: Blocking::new(settings.max_generating, settings.max_waiting),
            control: Blocking::new(4, 1024),
            uploads: Blocking::new(settings.max_uploads, settings.max_waiting),
            downloads: Blocking::new(MAX_DOWNLOADS, 0),
            ingest,
            migrations,
            stopping: watch::Sender::new(false),
            preferences: preferences::Kept::default(),
            last_check: health::LastCheck::default(),
            last_sums: metrics::LastSums::default(),
            app,
            settings,
        };
        Ok((Arc::new(api), worker))
    }

    /// Ends waiting for uploads and the ingest worker; the worker's thread ends after the run it is in.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
        self.ingest.stop();
        self.migrations.stop();
        self.limits.write(self.app.engine().control());
    }

    /// The ways to the threads and how full they are.
    fn gates(&self) -> [(&'static str, gate::Load); 5] {
        [
            ("work", self.work.load()),
            ("generating", self.generating.load()),
            ("control", self.control.load()),
            ("uploads", self.uploads.load()),
            ("downloads", self.downloads.load()),
        ]
    }

    /// Runs `work` on a thread that may block.
    async fn work<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, ApiError> + Send + 'static,
    {
        let app = Arc::clone(&self.app);
        self.work.run(move || work(&app)).await
    }

    /// Runs short `work` on `control.db` on a thread that may block.
    async fn administrate<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, ApiError> + Send + 'static,
    {
        let app = Arc::clone(&self.app);
        self.control.run(move || work(&app)).await
    }
}

/// Every route of the API; documented in `docs/api.md`, each with its row in the access test.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/startupz"),
    ("GET", "/openapi.json"),
    ("GET", "/v1/documents"),
    ("POST", "/v1/documents"),
    ("GET", "/v1/documents/{id}"),
    ("DELETE", "/v1/documents/{id}"),
    ("GET", "/v1/documents/{id}/text"),
    ("GET", "/v1/documents/{id}/chunks"),
    ("GET", "/v1/documents/{id}/original"),
    ("POST", "/v1/sync"),
    ("GET", "/v1/jobs"),
    ("GET", "/v1/jobs/{id}"),
    ("POST", "/v1/jobs/{id}/retry"),
    ("POST", "/v1/search"),
    ("POST", "/v1/answers"),
    ("POST", "/v1/chat/completions"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/{id}"),
    ("POST", "/v1/embeddings"),
    ("POST", "/v1/rerank"),
    ("POST", "/mcp"),
    ("GET", "/v1/clients"),
    ("POST", "/v1/clients"),
    ("DELETE", "/v1/clients/{name}"),
    ("GET", "/v1/clients/{name}/snapshot"),
    ("GET", "/v1/clients/{name}/migration"),
    ("POST", "/v1/clients/{name}/migration"),
    ("POST", "/v1/clients/{name}/migration/rollback"),
    ("GET", "/v1/keys"),
    ("POST", "/v1/keys"),
    ("DELETE", "/v1/keys/{id}"),
    ("POST", "/v1/keys/{id}/rotate"),
    ("GET", "/v1/settings"),
    ("PATCH", "/v1/settings"),
    ("GET", "/v1/usage"),
    ("GET", "/v1/history"),
    ("DELETE", "/v1/history"),
    ("GET", "/v1/history/export"),
    ("GET", "/v1/history/{id}"),
    ("DELETE", "/v1/history/{id}"),
    ("POST", "/v1/history/{id}/replay"),
    ("POST", "/v1/history/{id}/feedback"),
    ("GET", "/metrics"),
];

/// The routes with everything around them.
pub fn router(api: Arc<Api>) -> Router {
    let settings = &api.settings;
    // An upload's two long parts, its body and the wait, have limits of their own inside.
    let upload_limit = settings.upload_timeout.saturating_mul(2).saturating_add(settings.wait_timeout);
    let uploads = Router::new()
        .route("/v1/documents", post(upload::upload))
        .route("/v1/clients/{name}/snapshot", get(snapshots::download))
        .route("/v1/history/export", get(history::download))
        .layer(middleware::from_fn(move |request, next| limit_time(upload_limit, request, next)));
    let request_limit = settings.request_timeout;
    // A generated answer has a limit of its own inside.
    let answer_limit = request_limit.saturating_add(api.app.generators().timeout());
    let answers = Router::new()
        .route("/v1/answers", post(answers::answer))
        .route("/v1/history/{id}/replay", post(history::replay))
        .route("/v1/chat/completions", post(openai::complete))
        .route("/mcp", post(mcp::mcp))
        .layer(middleware::from_fn(move |request, next| limit_time(answer_limit, request, next)));
    let tagged = Router::new()
        .route("/v1/documents", get(documents::list))
        .route("/v1/documents/{id}", get(documents::show).delete(documents::delete))
        .route("/v1/documents/{id}/text", get(documents::text))
        .route("/v1/documents/{id}/chunks", get(documents::chunks))
        .route("/v1/history", get(history::list).delete(history::forget_all))
        .route("/v1/history/{id}", get(history::show).delete(history::forget))
        .route_layer(middleware::from_fn(cached::conditional));
    let rest = Router::new()
        .merge(tagged)
        .route("/v1/history/{id}/feedback", post(history::feedback))
        .route("/metrics", get(metrics::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/startupz", get(health::started))
        .route("/openapi.json", get(openapi::openapi))
        .route("/v1/documents/{id}/original", get(documents::original))
        .route("/v1/sync", post(sync::sync))
        .route("/v1/jobs", get(jobs::list))
        .route("/v1/jobs/{id}", get(jobs::show))
        .route("/v1/jobs/{id}/retry", post(jobs::retry))
        .route("/v1/search", post(search::search))
        .route("/v1/models", get(openai::list))
        .route("/v1/models/{id}", get(openai::show))
        .route("/v1/embeddings", post(openai::embed))
        .route("/v1/rerank", post(rerank::rerank))
        .route("/v1/clients", get(clients::list).post(clients::add))
        .route("/v1/clients/{name}", delete(clients::remove))
        .route("/v1/clients/{name}/migration", get(migrations::show).post(migrations::start))
        .route("/v1/clients/{name}/migration/rollback", post(migrations::roll_back))
        .route("/v1/keys", get(keys::list).post(keys::add))
        .route("/v1/keys/{id}", delete(keys::revoke))
        .route("/v1/keys/{id}/rotate", post(keys::rotate))
        .route("/v1/settings", get(preferences::show).patch(preferences::change))
        .route("/v1/usage", get(usage::usage))
        .layer(middleware::from_fn(move |request, next| limit_time(request_limit, request, next)));
    let open = settings.auth == AuthMode::OffLoopbackOnly;
    let observed = middleware::from_fn_with_state(Arc::clone(&api), metrics::observe);
    let cors = cors::layer(&settings.cors_origins);
    let router = uploads.merge(answers).merge(rest).fallback(unknown_route);
    let router =
        router.layer(middleware::from_fn_with_state(Arc::clone(&api), deadline::keep)).with_state(api);
    wrap(if open { router.layer(middleware::from_fn(host::loopback_only)) } else { router }, cors)
        .layer(observed)
}

/// What surrounds every route, known or not.
fn wrap(router: Router, cors: Option<CorsLayer>) -> Router {
    let router = router.layer(CatchPanicLayer::custom(context::panicked)).layer(compress::layer());
    match cors {
        Some(cors) => router.layer(cors),
        None => router,
    }
    .layer(middleware::from_fn(context::request_context))
}

async fn limit_time(limit: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            ApiError::new(Code::Timeout, format!("the request was not done within {} s", limit.as_secs()))
                .into_response()
        }
    }
}

async fn unknown_route() -> ApiError {
    ApiError::new(Code::RouteNotFound, "there is no such route; docs/api.md lists them")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn call(router: Router, path: &str) -> (StatusCode, axum::http::HeaderMap, serde_json::Value) {
        let request = Request::get(path).body(Body::empty()).expect("request");
        let response = router.oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("body").to_bytes();
        (parts.status, parts.headers, serde_json::from_slice(&bytes).expect("json"))
    }

    async fn panics() {
        panic!("secret of the handler");
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_without_internals() {
        let (status, headers, body) = call(wrap(Router::new().route("/", get(panics)), None), "/").await;
        assert_eq!((status, &body["code"]), (StatusCode::INTERNAL_SERVER_ERROR, &"internal".into()));
        assert_eq!(headers["content-type"], "application/problem+json");
        assert_eq!(headers["x-request-id"], body["request_id"].as_str().expect("id"));
        assert!(!body.to_string().contains("secret"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_a_timeout() {
        let slow = get(|| async { tokio::time::sleep(Duration::from_secs(60)).await });
        let limit = Duration::from_secs(5);
        let router =
            Router::new().route("/", slow).layer(middleware::from_fn(move |r, n| limit_time(limit, r, n)));
        let (status, _, body) = call(wrap(router, None), "/").await;
        assert_eq!((status, &body["code"]), (StatusCode::GATEWAY_TIMEOUT, &"timeout".into()));
    }

    #[test]
    fn every_route_is_documented() {
        let documentation = include_str!("../../../docs/api.md");
        for (method, path) in ROUTES {
            assert!(
                documentation.contains(&format!("`{method} {path}`")),
                "docs/api.md lacks {method} {path}"
            );
        }
    }
}
