//! `/v1/settings`: what holds for a client where a request says nothing. Kept with the client, read by every request, so a
//! change holds from the next one on.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use footnote_index::Scope;
use serde_json::{Map, Value};

use super::Api;
use super::auth::{ClientAdministrator, Reader};
use super::error::{ApiError, Code};
use super::extract::JsonBody;
use crate::app::{App, MAX_PASSAGES, MAX_TOP_K, share};
use crate::wire::{AnswerBody, ClientSettings, SearchBody};

/// `GET /v1/settings`
#[utoipa::path(
    get, path = "/v1/settings", tag = "administration",
    responses((status = 200, description = "What was chosen for the client", body = ClientSettings)),
)]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
) -> Result<Json<ClientSettings>, ApiError> {
    api.work(move |app| of(app, &scope).map(Json)).await
}

/// `PATCH /v1/settings`
#[utoipa::path(
    patch, path = "/v1/settings", tag = "administration",
    request_body = ClientSettings,
    responses((status = 200, description = "What holds now", body = ClientSettings)),
)]
pub(crate) async fn change(
    State(api): State<Arc<Api>>,
    ClientAdministrator(scope): ClientAdministrator,
    JsonBody(body): JsonBody<Map<String, Value>>,
) -> Result<Json<ClientSettings>, ApiError> {
    api.work(move |app| {
        // What is changed, checked as a whole; what is null is taken back.
        let kept: Map<String, Value> =
            body.iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
        let given: ClientSettings = serde_json::from_value(Value::Object(kept))
            .map_err(|e| ApiError::new(Code::InvalidBody, e.to_string()))?;
        check(app, &given)?;
        let known = known();
        if let Some(other) = body.keys().find(|name| !known.contains(&name.as_str())) {
            let detail = format!("there is no setting {other:?}; there are {}", known.join(", "));
            return Err(ApiError::new(Code::InvalidBody, detail));
        }
        let changes: BTreeMap<&str, Option<String>> = body
            .iter()
            .map(|(name, value)| (name.as_str(), (!value.is_null()).then(|| value.to_string())))
            .collect();
        app.engine().change_settings(&scope, &changes)?;
        of(app, &scope).map(Json)
    })
    .await
}

/// Names of the settings there are.
fn known() -> [&'static str; 5] {
    ["rerank", "search_top_k", "answer_top_k", "engine", "min_confidence"]
}

fn check(app: &App, settings: &ClientSettings) -> Result<(), ApiError> {
    let within = |name: &str, value: Option<usize>, most: usize| match value {
        Some(value) if !(1..=most).contains(&value) => {
            Err(ApiError::new(Code::InvalidValue, format!("{name} is {value}, use 1 to {most}")))
        }
        _ => Ok(()),
    };
    within("search_top_k", settings.search_top_k, MAX_TOP_K)?;
    within("answer_top_k", settings.answer_top_k, MAX_PASSAGES)?;
    share("min_confidence", settings.min_confidence)?;
    if let Some(engine) = &settings.engine {
        app.generators().chain(Some(engine)).map_err(|reason| ApiError::new(Code::InvalidValue, reason))?;
    }
    Ok(())
}

/// What was chosen for the client. A value of a later release that this one cannot read is left out. Blocks.
fn of(app: &App, scope: &Scope) -> Result<ClientSettings, ApiError> {
    let stored = app.engine().settings(scope)?;
    let value = |name: &str| stored.get(name).and_then(|json| serde_json::from_str::<Value>(json).ok());
    let number = |name: &str| value(name).and_then(|v| usize::try_from(v.as_u64()?).ok());
    Ok(ClientSettings {
        rerank: value("rerank").and_then(|v| v.as_bool()),
        search_top_k: number("search_top_k"),
        answer_top_k: number("answer_top_k"),
        engine: value("engine").and_then(|v| v.as_str().map(str::to_owned)),
        min_confidence: value("min_confidence").and_then(|v| serde_json::from_value(v).ok()),
    })
}

/// Fills in what a search does not say. Blocks.
pub(crate) fn fill_search(app: &App, scope: &Scope, body: &mut SearchBody) -> Result<(), ApiError> {
    if body.rerank.is_none() || body.top_k.is_none() {
        let settings = of(app, scope)?;
        body.rerank = body.rerank.or(settings.rerank);
        body.top_k = body.top_k.or(settings.search_top_k);
    }
    Ok(())
}

/// Fills in what a question does not say. An engine that is not configured any more is left out. Blocks.
pub(crate) fn fill_answer(app: &App, scope: &Scope, body: &mut AnswerBody) -> Result<(), ApiError> {
    if body.top_k.is_none() || body.engine.is_none() || body.min_confidence.is_none() {
        let settings = of(app, scope)?;
        body.top_k = body.top_k.or(settings.answer_top_k);
        let engine = settings.engine.filter(|name| app.generators().chain(Some(name)).is_ok());
        body.engine = body.engine.take().or(engine);
        body.min_confidence = body.min_confidence.or(settings.min_confidence);
    }
    Ok(())
}
