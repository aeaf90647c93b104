//! `POST /v1/search`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::Api;
use super::auth::Reader;
use super::error::ApiError;
use super::extract::JsonBody;
use crate::wire::{SearchBody, SearchResult};

/// `POST /v1/search`
pub(crate) async fn search(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<SearchResult>, ApiError> {
    api.work(move |app| Ok(Json(app.search(&scope, &body)?))).await
}
