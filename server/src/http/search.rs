//! `POST /v1/search`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::Api;
use super::auth::Reader;
use super::error::ApiError;
use super::extract::JsonBody;
use crate::wire::{SearchBody, SearchResult};

/// `POST /v1/search`: the chunks that answer a question, best first.
#[utoipa::path(
    post, path = "/v1/search", operation_id = "search", tag = "search", request_body = SearchBody,
    responses((status = 200, description = "What was found.", body = SearchResult)),
    security(("bearer" = ["viewer"])), extensions(("x-codes" = json!(["fingerprint_mismatch", "model_unavailable"])))
)]
pub(crate) async fn search(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<SearchResult>, ApiError> {
    api.work(move |app| Ok(Json(app.search(&scope, &body)?))).await
}
