//! `/v1/keys`: the tenant's API keys. A key with a client list can make and see only keys whose own
//! list lies inside it, so that no key can widen itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use footnote_index::{Control, KeyInfo, KeySpec, Name, Principal, Role};

use super::Api;
use super::auth::Administrator;
use super::error::{ApiError, Code};
use super::extract::{JsonBody, PathId};
use crate::app::{App, in_seconds, rotate_key};
use crate::wire::{KeyBody, KeyOut, List, NewKeyOut, RotateBody};

/// Longest note of a key, in bytes.
pub(super) const MAX_LABEL: usize = 200;

/// Longest time two keys may be valid side by side, in seconds: 30 days.
pub(super) const MAX_OVERLAP: i64 = 30 * 24 * 3600;

/// `GET /v1/keys`: the tenant's keys, without their secrets.
#[utoipa::path(
    get, path = "/v1/keys", operation_id = "list_keys", tag = "administration",
    responses((
        status = 200, description = "All that the key may see.", body = List<KeyOut>,
        example = json!({"data": [{"id": "91acd0e2", "label": "chat backend", "role": "viewer", "created": "2026-11-22T12:00:00Z"}]})
    )),
    security(("bearer" = ["admin"]))
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
) -> Result<Json<List<KeyOut>>, ApiError> {
    api.administrate(move |app| {
        let keys = visible(app.engine().control(), &admin)?;
        Ok(Json(List { data: keys.into_iter().map(Into::into).collect() }))
    })
    .await
}

/// `POST /v1/keys`: the only answer that ever holds the key.
#[utoipa::path(
    post, path = "/v1/keys", operation_id = "add_key", tag = "administration", request_body = KeyBody,
    responses((status = 201, description = "The key.", body = NewKeyOut)),
    security(("bearer" = ["admin"])), extensions(("x-codes" = json!(["disk_full"])))
)]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    JsonBody(body): JsonBody<KeyBody>,
) -> Result<(StatusCode, Json<NewKeyOut>), ApiError> {
    let spec = spec(&admin, body)?;
    api.administrate(move |app| {
        Ok((StatusCode::CREATED, Json(app.engine().control().create_key(&spec)?.into())))
    })
    .await
}

/// `DELETE /v1/keys/{id}`: refused from the next request on.
#[utoipa::path(
    delete, path = "/v1/keys/{id}", operation_id = "revoke_key", tag = "administration",
    params(("id" = String, Path, description = "The key's public id.")),
    responses((status = 204, description = "It is refused from now on.")),
    security(("bearer" = ["admin"]))
)]
pub(crate) async fn revoke(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    PathId(id): PathId,
) -> Result<StatusCode, ApiError> {
    api.administrate(move |app| {
        let key = live(app, &admin, &id)?;
        if app.engine().control().revoke_key(&admin.tenant, &key.id)? {
            Ok(StatusCode::NO_CONTENT)
        } else {
            Err(ApiError::not_found())
        }
    })
    .await
}

/// `POST /v1/keys/{id}/rotate`: a new key of the same kind; the old one ends after the overlap.
#[utoipa::path(
    post, path = "/v1/keys/{id}/rotate", operation_id = "rotate_key", tag = "administration",
    params(("id" = String, Path, description = "The key's public id.")), request_body = RotateBody,
    responses((status = 201, description = "The new key.", body = NewKeyOut)),
    security(("bearer" = ["admin"])), extensions(("x-codes" = json!(["disk_full"])))
)]
pub(crate) async fn rotate(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    PathId(id): PathId,
    JsonBody(body): JsonBody<RotateBody>,
) -> Result<(StatusCode, Json<NewKeyOut>), ApiError> {
    let overlap = body.overlap_s;
    if !(0..=MAX_OVERLAP).contains(&overlap) {
        return Err(ApiError::new(
            Code::InvalidValue,
            format!("overlap_s is {overlap}, use 0 to {MAX_OVERLAP}"),
        ));
    }
    api.administrate(move |app| {
        let old = live(app, &admin, &id)?;
        let made = rotate_key(app.engine(), &admin.tenant, &old.id, overlap)?;
        Ok((StatusCode::CREATED, Json(made.into())))
    })
    .await
}

fn spec(admin: &Principal, body: KeyBody) -> Result<KeySpec, ApiError> {
    let role: Role = body.role.parse()?;
    let clients = body
        .clients
        .map(|names| names.iter().map(|name| Name::new(name)).collect::<Result<Vec<_>, _>>())
        .transpose()?;
    if clients.as_ref().is_some_and(Vec::is_empty) {
        return Err(ApiError::new(
            Code::InvalidValue,
            "clients is an empty list; leave it out for all clients",
        ));
    }
    if body.label.len() > MAX_LABEL {
        return Err(ApiError::new(Code::InvalidValue, format!("label has more than {MAX_LABEL} bytes")));
    }
    if body.expires_in_s.is_some_and(|seconds| seconds <= 0) {
        return Err(ApiError::new(
            Code::InvalidValue,
            "expires_in_s must be above 0; leave it out for never",
        ));
    }
    if !covers(admin, clients.as_deref()) {
        return Err(ApiError::new(
            Code::Forbidden,
            "this key is limited to a list of clients; it can only make keys for clients of that list",
        ));
    }
    Ok(KeySpec {
        tenant: admin.tenant.clone(),
        label: body.label,
        role,
        clients,
        expires_ms: body.expires_in_s.map(in_seconds),
    })
}

/// Whether a key for `clients` (`None`: all) gives nothing that `admin` does not have.
fn covers(admin: &Principal, clients: Option<&[Name]>) -> bool {
    match clients {
        None => admin.clients.is_none(),
        Some(names) => names.iter().all(|name| admin.may_use(name)),
    }
}

fn visible(control: &Control, admin: &Principal) -> Result<Vec<KeyInfo>, ApiError> {
    let mut keys = control.keys(&admin.tenant)?;
    keys.retain(|key| covers(admin, key.clients.as_deref()));
    Ok(keys)
}

fn live(app: &App, admin: &Principal, id: &str) -> Result<KeyInfo, ApiError> {
    let keys = visible(app.engine().control(), admin)?;
    let now = in_seconds(0);
    let live = |key: &KeyInfo| key.revoked_ms.is_none() && key.expires_ms.is_none_or(|at| now < at);
    keys.into_iter().find(|key| key.id == id && live(key)).ok_or_else(ApiError::not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(clients: Option<&[&str]>) -> Principal {
        Principal {
            key_id: "k".into(),
            tenant: Name::new("default").expect("name"),
            role: Role::Admin,
            clients: clients.map(|names| names.iter().map(|n| Name::new(n).expect("name")).collect()),
        }
    }

    fn body(role: &str, clients: Option<&[&str]>) -> KeyBody {
        KeyBody {
            role: role.into(),
            clients: clients.map(|names| names.iter().map(|n| (*n).to_owned()).collect()),
            expires_in_s: None,
            label: String::new(),
        }
    }

    #[test]
    fn no_key_makes_a_wider_one() {
        let (all, some) = (principal(None), principal(Some(&["a", "b"])));
        for (admin, clients, ok) in [
            (&all, None, true),
            (&all, Some(&["x"][..]), true),
            (&some, Some(&["a"][..]), true),
            (&some, Some(&["a", "x"][..]), false),
            (&some, None, false),
        ] {
            assert_eq!(spec(admin, body("viewer", clients)).is_ok(), ok, "{clients:?}");
        }
    }

    #[test]
    fn bad_specs_are_refused_with_the_reason() {
        let all = principal(None);
        let mut late = body("viewer", None);
        late.expires_in_s = Some(0);
        let mut long = body("viewer", None);
        long.label = "x".repeat(MAX_LABEL + 1);
        for bad in [body("root", None), body("viewer", Some(&[])), body("viewer", Some(&["A"])), late, long] {
            assert_eq!(spec(&all, bad).expect_err("refused").code(), Code::InvalidValue);
        }
    }
}
