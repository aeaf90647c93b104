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
const MAX_MANIFEST_BYTES: usize = 16 << 20;

/// `POST /v1/sync`
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
