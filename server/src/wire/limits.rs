//! Usage and the settings of a client.

use serde::{Deserialize, Serialize};

/// Answer of `GET /v1/usage`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UsageOut {
    /// The credential's tenant.
    pub tenant: String,
    /// Name of its plan.
    pub plan: String,
    /// The hour that queries are counted in.
    pub window: WindowOut,
    /// What the tenant may use; what is absent is not limited.
    pub limits: LimitsOut,
    /// What all clients of the tenant use together; absent for a credential that may use only some of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<UsedOut>,
    /// What each client uses, as far as the credential goes, by name.
    pub clients: Vec<ClientUsageOut>,
}

/// An hour of the clock.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WindowOut {
    /// When it began, RFC 3339.
    pub start: String,
    /// When the next one begins, RFC 3339.
    pub end: String,
    /// Its length.
    pub seconds: u64,
}

/// Limits of a tenant.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LimitsOut {
    /// Queries in one hour of the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queries_per_hour: Option<u64>,
    /// Documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<u64>,
    /// Bytes: originals as they were sent, and databases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Requests of one credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_rate: Option<RateOut>,
    /// Requests of all credentials of the tenant together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_rate: Option<RateOut>,
}

/// Limit of requests in a short time.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RateOut {
    /// In the long run.
    pub per_second: u32,
    /// At once, after a pause.
    pub burst: u32,
}

/// What is used.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UsedOut {
    /// Queries of this hour.
    pub queries: u64,
    /// Queries of the last 24 hours of the clock, this one included.
    pub queries_last_day: u64,
    /// Documents, in whatever state.
    pub documents: u64,
    /// Bytes: originals as they were sent, and databases.
    pub bytes: u64,
}

/// What a client uses.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClientUsageOut {
    /// Its name.
    pub name: String,
    /// What it uses.
    #[serde(flatten)]
    pub used: UsedOut,
}

/// Settings of a client that hold where a request says nothing: answer of `GET /v1/settings`, and body of
/// `PATCH /v1/settings`, where what is absent stays and `null` goes back to the server's default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    /// Whether searches are reranked; not unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rerank: Option<bool>,
    /// Hits of a search, 1 to 100; 10 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_top_k: Option<usize>,
    /// Passages an answer reads, 1 to 20; as many as the question needs unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_top_k: Option<usize>,
    /// Who writes answers: a configured engine or `extractive`; the configured order unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// Answers below this confidence are withheld, 0 to 1; what was fitted for the kind of question unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
}
