//! Clients and keys.

use footnote_ingest::pipeline::MigrationReport;
use serde::{Deserialize, Serialize};

use super::{described, rfc3339};

/// A client as listed. `GET /v1/clients` gives `{"data": [...]}`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"name": "acme"}))]
pub struct ClientOut {
    /// Its name.
    pub name: String,
}

/// An API key as listed: everything but its secret.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KeyOut {
    /// Public id, used to revoke it.
    pub id: String,
    /// The operator's note.
    pub label: String,
    /// `viewer`, `editor` or `admin`.
    pub role: String,
    /// Clients it may use; absent for all of the tenant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<Vec<String>>,
    /// RFC 3339.
    pub created: String,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
}

/// Body of `POST /v1/keys`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "viewer", "clients": ["acme"], "expires_in_s": 7776000, "label": "chat backend"}))]
pub struct KeyBody {
    /// `viewer`, `editor` or `admin`.
    #[schema(value_type = described::Role)]
    pub role: String,
    /// Clients it may use; absent for all of the tenant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<Vec<String>>,
    /// Seconds until it stops working; absent for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<i64>,
    /// A note.
    #[serde(default)]
    pub label: String,
}

/// A key just made (`POST /v1/keys`, `POST /v1/keys/{id}/rotate`): the only time the secret is seen.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"id": "91acd0e2", "key": "fn_91acd0e2_..."}))]
pub struct NewKeyOut {
    /// Public id.
    pub id: String,
    /// The whole credential.
    pub key: String,
}

/// Body of `POST /v1/keys/{id}/rotate`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"overlap_s": 3600}))]
pub struct RotateBody {
    /// Seconds the old key still works.
    pub overlap_s: i64,
}

/// Body of `POST /v1/clients`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "acme"}))]
pub struct ClientBody {
    /// Its name.
    pub name: String,
}

impl From<footnote_index::KeyInfo> for KeyOut {
    fn from(k: footnote_index::KeyInfo) -> Self {
        Self {
            id: k.id,
            label: k.label,
            role: k.role.as_str().to_owned(),
            clients: k.clients.map(|list| list.into_iter().map(|n| n.to_string()).collect()),
            created: rfc3339(k.created_ms),
            expires: k.expires_ms.map(rfc3339),
            revoked: k.revoked_ms.map(rfc3339),
        }
    }
}

impl From<footnote_index::NewKey> for NewKeyOut {
    fn from(k: footnote_index::NewKey) -> Self {
        Self { id: k.id, key: k.key }
    }
}

/// A generation of a client's index.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GenerationOut {
    /// Its number.
    pub id: u32,
    /// The settings it was built with, for people.
    pub name: String,
    /// The model whose vectors it holds.
    pub model: String,
    /// `building`, `serving` or `retired`.
    pub state: String,
    /// Visible documents it has.
    pub documents: u64,
    /// Visible documents there are.
    pub of: u64,
    /// RFC 3339.
    pub created: String,
}

/// Where a client's migration stands.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({
    "client": "acme", "state": "unchanged", "to": "multilingual-e5-small-q4", "documents": 0, "of": 0,
    "generations": [{
        "id": 1, "name": "multilingual-e5-small-q4", "model": "multilingual-e5-small-q4", "state": "serving", "documents": 3,
        "of": 3, "created": "2026-11-22T12:00:00Z"
    }]
}))]
pub struct MigrationOut {
    /// The client.
    pub client: String,
    /// `idle`, `unchanged`, `queued`, `running`, `done` or `failed`, as far as this server's process knows; `generations` are
    /// what the store says.
    pub state: String,
    /// The settings in force.
    pub to: String,
    /// While it runs: documents in the new generation.
    pub documents: u64,
    /// While it runs: documents it needs.
    pub of: u64,
    /// What was done, once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub report: Option<MigrationReport>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Oldest first.
    pub generations: Vec<GenerationOut>,
}
