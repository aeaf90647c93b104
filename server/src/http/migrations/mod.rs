//! `/v1/clients/{name}/migration`: the client's index built anew under the settings in force while the one that is there
//! answers, then swapped in; and back.

mod worker;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use footnote_index::{GenerationStatus, Name, Scope};

use super::Api;
use super::auth::{self, Administrator};
use super::error::ApiError;
use super::extract::PathId;
use crate::app::App;
use crate::wire::{GenerationOut, MigrationOut};
pub(super) use worker::MigrationWorker;
use worker::Progress;

/// `GET /v1/clients/{name}/migration`: how far it is, and the generations the client has.
#[utoipa::path(
    get, path = "/v1/clients/{name}/migration", operation_id = "get_migration", tag = "administration",
    params(("name" = String, Path, description = "The client's name.")),
    responses((status = 200, description = "Where it stands.", body = MigrationOut)),
    security(("bearer" = ["admin"]))
)]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    PathId(name): PathId,
) -> Result<Json<MigrationOut>, ApiError> {
    let worker = Arc::clone(&api.migrations);
    api.work(move |app| {
        let scope = auth::named(app.engine().control(), &admin, Name::new(&name).ok().as_ref())?;
        Ok(Json(said(app, &scope, worker.progress(&scope))?))
    })
    .await
}

/// `POST /v1/clients/{name}/migration`: 202 when there is something to do, 200 when these settings serve already.
///
/// Asking again while it runs changes nothing.
#[utoipa::path(
    post, path = "/v1/clients/{name}/migration", operation_id = "start_migration", tag = "administration",
    params(("name" = String, Path, description = "The client's name.")),
    responses(
        (status = 202, description = "It is in line or running.", body = MigrationOut),
        (status = 200, description = "These settings serve already.", body = MigrationOut)
    ),
    security(("bearer" = ["admin"])), extensions(("x-codes" = json!(["disk_full"])))
)]
pub(crate) async fn start(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    PathId(name): PathId,
) -> Result<(StatusCode, Json<MigrationOut>), ApiError> {
    let worker = Arc::clone(&api.migrations);
    api.work(move |app| {
        let scope = auth::named(app.engine().control(), &admin, Name::new(&name).ok().as_ref())?;
        let serving = app.engine().generation(&scope)?;
        let wanted = app.pipeline().spec().fingerprint;
        if serving.is_none_or(|serving| serving.spec.fingerprint == wanted) {
            return Ok((StatusCode::OK, Json(said(app, &scope, Progress::Unchanged)?)));
        }
        let progress = worker.enqueue(&scope);
        Ok((StatusCode::ACCEPTED, Json(said(app, &scope, progress)?)))
    })
    .await
}

/// `POST /v1/clients/{name}/migration/rollback`: swaps back to the generation that served before the last migration.
#[utoipa::path(
    post, path = "/v1/clients/{name}/migration/rollback", operation_id = "roll_back_migration", tag = "administration",
    params(("name" = String, Path, description = "The client's name.")),
    responses((status = 200, description = "The generation before serves again.", body = MigrationOut)),
    security(("bearer" = ["admin"])),
    extensions(("x-codes" = json!(["invalid_value", "fingerprint_mismatch", "disk_full"])))
)]
pub(crate) async fn roll_back(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    PathId(name): PathId,
) -> Result<Json<MigrationOut>, ApiError> {
    let worker = Arc::clone(&api.migrations);
    api.work(move |app| {
        // No ingest run may be publishing to the generation that is retired.
        app.exclusive(|pipeline| {
            let engine = pipeline.engine();
            let scope = auth::named(engine.control(), &admin, Name::new(&name).ok().as_ref())?;
            engine.roll_back(&scope)?;
            worker.forget(&scope);
            Ok(Json(said(app, &scope, Progress::Idle)?))
        })
    })
    .await
}

/// Where a client's migration stands, with what the store says of its generations.
fn said(app: &App, scope: &Scope, progress: Progress) -> Result<MigrationOut, ApiError> {
    let generations = app.engine().generations(scope)?;
    let mut out = MigrationOut {
        client: scope.client().to_string(),
        state: progress.state().to_owned(),
        to: app.pipeline().spec().name,
        documents: 0,
        of: 0,
        report: None,
        reason: None,
        generations: generations.into_iter().map(generation).collect(),
    };
    match progress {
        Progress::Idle | Progress::Unchanged | Progress::Queued => {}
        Progress::Running { done, of } => (out.documents, out.of) = (done, of),
        Progress::Done(report) => out.report = Some(report),
        Progress::Failed(reason) => out.reason = Some(reason),
    }
    Ok(out)
}

fn generation(status: GenerationStatus) -> GenerationOut {
    GenerationOut {
        id: status.generation.id,
        name: status.generation.spec.name,
        model: status.generation.spec.model,
        state: status.state.as_str().to_owned(),
        documents: status.documents,
        of: status.of,
        created: crate::wire::rfc3339(status.created_ms),
    }
}
