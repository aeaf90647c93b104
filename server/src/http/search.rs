//! `POST /v1/search`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::Api;
use super::auth::Reader;
use super::error::ApiError;
use super::extract::JsonBody;
use super::gate::Cost;
use super::preferences;
use crate::generators::{Cancel, CancelOnDrop};
use crate::wire::{SearchBody, SearchResult};

/// `POST /v1/search`
pub(crate) async fn search(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<SearchResult>, ApiError> {
    let (scope, body) = api
        .administrate(move |app| {
            let mut body = body;
            preferences::fill_search(app, &scope, &mut body)?;
            Ok((scope, body))
        })
        .await?;
    let cost = if body.rerank == Some(true) { Cost::RERANK } else { Cost::SEARCH };
    // A caller that goes away, or whose time is over, ends the work.
    let cancel = Cancel::default();
    let _guard = CancelOnDrop(cancel.clone());
    let app = Arc::clone(&api.app);
    let place = api.work.enter_costing(cost).await?;
    place.run(move || Ok(Json(app.search_until(&scope, &body, &cancel)?))).await
}
