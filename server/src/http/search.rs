//! `POST /v1/search`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};

use super::auth::Caller;
use super::error::ApiError;
use super::extract::JsonBody;
use super::{Api, cached};
use crate::wire::SearchBody;

/// `POST /v1/search`
pub(crate) async fn search(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Response, ApiError> {
    let served = api
        .work(move |app| Ok(app.serve_search(&scope, cached::asking(&principal.key_id, &headers), &body)?))
        .await?;
    let mut response = Json(served.value).into_response();
    cached::mark(&mut response, served.cache, served.tag.as_deref());
    Ok(response)
}
