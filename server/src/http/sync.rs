//! `POST /v1/sync`: a manifest in, what has to be done out; with everything of it here, what is gone is removed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};

use super::Api;
use super::auth::Writer;
use super::error::ApiError;
use super::extract::read_json;
use crate::wire::{SyncBody, SyncResult};

/// Largest manifest, in bytes: about 100,000 entries.
pub(super) const MAX_MANIFEST_BYTES: usize = 16 << 20;

/// `POST /v1/sync`: makes the client's documents equal to a manifest, or says what that would take.
#[utoipa::path(
    post, path = "/v1/sync", operation_id = "sync_documents", tag = "documents", request_body = SyncBody,
    responses((status = 200, description = "What had to be done.", body = SyncResult)),
    security(("bearer" = ["editor"])),
    extensions(("x-codes" = json!(["sync_incomplete", "many_deletions", "fingerprint_mismatch", "disk_full"])))
)]
pub(crate) async fn sync(
    State(api): State<Arc<Api>>,
    Writer(scope): Writer,
    request: Request,
) -> Result<Json<SyncResult>, ApiError> {
    let body: SyncBody = read_json(request, &api, MAX_MANIFEST_BYTES).await?;
    let limits = Arc::clone(&api.limits);
    api.work(move |app| {
        let (plan, removed) =
            app.pipeline().apply_manifest(&scope, &body.manifest, body.dry_run, body.force)?;
        limits.changed(&scope);
        Ok(Json(SyncResult { plan, removed }))
    })
    .await
}
