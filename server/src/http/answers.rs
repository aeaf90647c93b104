//! `POST /v1/answers`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::Api;
use super::auth::Reader;
use super::error::ApiError;
use super::extract::JsonBody;
use crate::wire::{Answer, AnswerBody};

/// `POST /v1/answers`
pub(crate) async fn answer(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    JsonBody(body): JsonBody<AnswerBody>,
) -> Result<Json<Answer>, ApiError> {
    api.work(move |app| Ok(Json(app.answer(&scope, &body)?))).await
}
