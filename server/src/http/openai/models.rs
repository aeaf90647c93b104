//! `GET /v1/models` and `GET /v1/models/{id}`: what a request can name as its `model`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::error::Fault;
use crate::app::App;
use crate::generators::EXTRACTIVE;
use crate::http::Api;
use crate::http::auth::Reader;
use crate::http::extract::PathId;
use crate::wire::openai::{ModelKind, ModelList, ModelOut};

/// The model that stands for the configured order of engines.
pub(super) const FOOTNOTE: &str = "footnote";

/// `GET /v1/models`
#[utoipa::path(get, path = "/v1/models", tag = "openai",
    responses((status = 200, description = "Engines, the embedding model and the reranker", body = ModelList)))]
pub(crate) async fn list(State(api): State<Arc<Api>>, _reader: Reader) -> Json<ModelList> {
    Json(ModelList { object: "list".to_owned(), data: all(&api.app) })
}

/// `GET /v1/models/{id}`
#[utoipa::path(get, path = "/v1/models/{id}", tag = "openai",
    params(("id" = String, Path, description = "Name of the model")),
    responses((status = 200, description = "The model", body = ModelOut),
              (status = 404, description = "No model has that name")))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    _reader: Reader,
    PathId(id): PathId,
) -> Result<Json<ModelOut>, Fault> {
    let mut models = all(&api.app);
    match models.iter().position(|model| model.id == id) {
        Some(at) => Ok(Json(models.swap_remove(at))),
        None => {
            let known: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
            Err(Fault::no_model(&id, &known))
        }
    }
}

/// The engine a chat's `model` names; `None` for the configured order.
pub(super) fn engine(app: &App, model: &str) -> Result<Option<String>, Fault> {
    if model == FOOTNOTE {
        return Ok(None);
    }
    let known: Vec<&str> = [FOOTNOTE, EXTRACTIVE].into_iter().chain(app.generators().names()).collect();
    if known.contains(&model) { Ok(Some(model.to_owned())) } else { Err(Fault::no_model(model, &known)) }
}

/// Every model, engines first.
fn all(app: &App) -> Vec<ModelOut> {
    let model = |id: &str, kind: ModelKind| ModelOut {
        id: id.to_owned(),
        object: "model".to_owned(),
        created: 0,
        owned_by: "footnote".to_owned(),
        kind,
        dimensions: None,
        max_tokens: None,
    };
    let engines = [FOOTNOTE, EXTRACTIVE].into_iter();
    // An engine may be named as the default is; the name then means the default.
    let configured = app.generators().names().filter(|name| *name != FOOTNOTE);
    let mut models: Vec<ModelOut> =
        engines.chain(configured).map(|name| model(name, ModelKind::Engine)).collect();
    let encoder = app.embedder().info();
    models.push(ModelOut {
        dimensions: Some(encoder.dims),
        max_tokens: Some(encoder.max_tokens),
        ..model(&encoder.name, ModelKind::Embedding)
    });
    models.extend(app.reranker_name().map(|name| model(name, ModelKind::Rerank)));
    models
}
