//! Bodies of the health checks.

use serde::Serialize;

use crate::generators::EngineStatus;

/// Answer of `GET /healthz` and `GET /startupz`.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = HealthStatus, example = json!({"status": "ok"}))]
pub struct Status {
    /// `ok` or `started`.
    pub status: &'static str,
}

/// Answer of `GET /readyz`.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(example = json!({"status": "ready", "checks": {"storage": "ok", "model": "ok"}, "engines": []}))]
pub struct Ready {
    /// `ready`.
    pub status: &'static str,
    /// What was looked at.
    pub checks: Checks,
    /// The engines that may write answers; none of them is needed.
    pub engines: Vec<EngineStatus>,
}

/// What a health check looked at.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Checks {
    /// `ok`: a file can be written and the database answers.
    pub storage: &'static str,
    /// `ok`: the encoder embeds.
    pub model: &'static str,
}
