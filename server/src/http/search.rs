//! `POST /v1/search`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};

use super::auth::Caller;
use super::error::ApiError;
use super::extract::JsonBody;
use super::gate::Cost;
use super::{Api, cached, preferences};
use crate::generators::{Cancel, CancelOnDrop};
use crate::wire::{SearchBody, SearchResult};

/// `POST /v1/search`: the chunks that answer a question, best first.
#[utoipa::path(
    post, path = "/v1/search", operation_id = "search", tag = "search", request_body = SearchBody,
    responses((status = 200, description = "What was found.", body = SearchResult)),
    security(("bearer" = ["viewer"])), extensions(("x-codes" = json!(["fingerprint_mismatch", "model_unavailable"])))
)]
pub(crate) async fn search(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    headers: HeaderMap,
    JsonBody(mut body): JsonBody<SearchBody>,
) -> Result<Response, ApiError> {
    preferences::fill_search(&api, &scope, &mut body).await?;
    // A caller that goes away, or whose time is over, ends the work.
    let cancel = Cancel::default();
    let _guard = CancelOnDrop(cancel.clone());
    let app = Arc::clone(&api.app);
    let place = api.work.enter_costing(cost(body.rerank)).await?;
    let served = place
        .run(move || {
            Ok(app.serve_search(&scope, cached::asking(&principal.key_id, &headers), &body, &cancel)?)
        })
        .await?;
    let mut response = Json(served.value).into_response();
    cached::mark(&mut response, served.cache, served.tag.as_deref());
    Ok(response)
}

/// What a search takes of its gate.
pub(super) fn cost(rerank: Option<bool>) -> Cost {
    if rerank == Some(true) { Cost::RERANK } else { Cost::SEARCH }
}
