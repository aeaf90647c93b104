//! `/healthz`, `/readyz`, `/startupz`: for load balancers and supervisors, without a key.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use footnote_index::Name;
use footnote_models::{InputKind, Priority};

use super::Api;
use super::error::{ApiError, Code};
use crate::app::App;
use crate::generators::EngineStatus;
use crate::wire;

/// How long the outcome of a check stands: the route needs no key, so it must stay cheap.
const FRESH: Duration = Duration::from_secs(2);

/// The last outcome of the check.
pub(crate) type LastCheck = tokio::sync::Mutex<Option<(Instant, Result<Vec<EngineStatus>, ApiError>)>>;

/// `GET /healthz`: the process answers.
#[utoipa::path(
    get, path = "/healthz", operation_id = "healthz", tag = "operations",
    responses((status = 200, description = "The process answers.", body = wire::Status))
)]
pub(crate) async fn alive() -> Json<wire::Status> {
    Json(wire::Status { status: "ok" })
}

/// `GET /startupz`: the storage is open, the model loaded and the ingest worker running.
#[utoipa::path(
    get, path = "/startupz", operation_id = "startupz", tag = "operations",
    responses((status = 200, description = "The server has started.", body = wire::Status)),
    extensions(("x-codes" = json!(["not_ready"])))
)]
pub(crate) async fn started(State(api): State<Arc<Api>>) -> Result<Json<wire::Status>, ApiError> {
    if api.ingest.started() {
        Ok(Json(wire::Status { status: "started" }))
    } else {
        Err(ApiError::new(Code::NotReady, "the ingest worker is not running"))
    }
}

/// `GET /readyz`: a file can be written, the database answers, the model embeds.
///
/// Engines that write answers are listed, but none of them is needed: the extractive engine always answers.
#[utoipa::path(
    get, path = "/readyz", operation_id = "readyz", tag = "operations",
    responses((status = 200, description = "Every part works. Checked at most every two seconds.", body = wire::Ready)),
    extensions(("x-codes" = json!(["not_ready"])))
)]
pub(crate) async fn ready(State(api): State<Arc<Api>>) -> Result<Json<wire::Ready>, ApiError> {
    if *api.stopping.borrow() {
        return Err(ApiError::new(Code::NotReady, "the server is stopping"));
    }
    let mut last = api.last_check.lock().await;
    let outcome = match &*last {
        Some((at, outcome)) if at.elapsed() < FRESH => outcome.clone(),
        _ => {
            let app = Arc::clone(&api.app);
            let outcome = api.control.run(move || check(&app)).await;
            *last = Some((Instant::now(), outcome.clone()));
            outcome
        }
    };
    let checks = wire::Checks { storage: "ok", model: "ok" };
    outcome.map(|engines| Json(wire::Ready { status: "ready", checks, engines }))
}

fn check(app: &App) -> Result<Vec<EngineStatus>, ApiError> {
    let failed = |part: &'static str, cause: String| {
        ApiError::new(Code::NotReady, format!("{part} does not work; the server's log says why"))
            .caused_by(cause)
    };
    write_probe(app.engine().dir()).map_err(|e| failed("storage", e.to_string()))?;
    Name::new("default")
        .and_then(|tenant| app.engine().control().clients(&tenant))
        .map_err(|e| failed("storage", e.to_string()))?;
    // A passage, because a query could come from memory.
    app.embedder()
        .embed_blocking(Priority::Interactive, InputKind::Passage, vec!["ready".to_owned()])
        .map_err(|e| failed("model", e.to_string()))?;
    Ok(app.generators().statuses())
}

fn write_probe(dir: &Path) -> std::io::Result<()> {
    let path = dir.join(format!(".ready-{}", std::process::id()));
    let written = std::fs::File::create(&path).and_then(|mut file| {
        file.write_all(b"ready")?;
        file.sync_all()
    });
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probe_leaves_nothing_and_notices_a_missing_folder() {
        let dir = tempfile::tempdir().expect("tempdir");
        write_probe(dir.path()).expect("writable");
        assert_eq!(std::fs::read_dir(dir.path()).expect("list").count(), 0);
        assert!(write_probe(&dir.path().join("gone")).is_err());
    }
}
