//! `/v1/clients`: the tenant's clients, as far as the admin's credential goes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use footnote_index::Name;

use super::Api;
use super::auth::{self, Administrator};
use super::error::{ApiError, Code};
use super::extract::{JsonBody, PathId};
use crate::wire::{ClientBody, ClientOut, List};

/// `GET /v1/clients`: the tenant's clients that the key may use.
#[utoipa::path(
    get, path = "/v1/clients", operation_id = "list_clients", tag = "administration",
    responses((status = 200, description = "All of them.", body = List<ClientOut>, example = json!({"data": [{"name": "acme"}]}))),
    security(("bearer" = ["admin"]))
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
) -> Result<Json<List<ClientOut>>, ApiError> {
    api.administrate(move |app| {
        let names = auth::usable_clients(app.engine().control(), &admin)?;
        let data = names.into_iter().map(|name| ClientOut { name: name.to_string() }).collect();
        Ok(Json(List { data }))
    })
    .await
}

/// `POST /v1/clients`: 201 when it is new, 200 when it was there.
#[utoipa::path(
    post, path = "/v1/clients", operation_id = "add_client", tag = "administration", request_body = ClientBody,
    responses(
        (status = 201, description = "It is new.", body = ClientOut),
        (status = 200, description = "It was there.", body = ClientOut)
    ),
    security(("bearer" = ["admin"])), extensions(("x-codes" = json!(["disk_full"])))
)]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    JsonBody(body): JsonBody<ClientBody>,
) -> Result<(StatusCode, Json<ClientOut>), ApiError> {
    let name = Name::new(&body.name)?;
    if !admin.may_use(&name) {
        return Err(ApiError::new(
            Code::Forbidden,
            "this key is limited to a list of clients; a key without one is needed to add others",
        ));
    }
    api.administrate(move |app| {
        let new = app.engine().control().add_client(&admin.tenant, &name)?;
        Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Json(ClientOut { name: body.name })))
    })
    .await
}

/// `DELETE /v1/clients/{name}`: the client with everything it holds.
#[utoipa::path(
    delete, path = "/v1/clients/{name}", operation_id = "remove_client", tag = "administration",
    params(("name" = String, Path, description = "The client's name.")),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = ["admin"]))
)]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    PathId(name): PathId,
) -> Result<StatusCode, ApiError> {
    let migrations = Arc::clone(&api.migrations);
    api.work(move |app| {
        // No ingest run may be writing to the client's files while they are removed.
        app.exclusive(|pipeline| {
            let engine = pipeline.engine();
            let scope = auth::named(engine.control(), &admin, Name::new(&name).ok().as_ref())?;
            engine.remove_client(&scope)?;
            migrations.forget(&scope);
            Ok(StatusCode::NO_CONTENT)
        })
    })
    .await
}
