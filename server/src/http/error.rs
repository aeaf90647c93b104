//! The one error type of the API, and the only place that knows status codes of failures.
//!
//! An [`ApiError`] leaves a handler as a bare status with itself attached; the outermost layer
//! ([`super::context`]) writes the RFC 9457 body, because only it knows the request id.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use footnote_ingest::pipeline::IngestError;
use footnote_models::ModelError;
use serde::Serialize;

use crate::app::AppError;

/// What can be wrong, as programs tell it apart. The names never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A header or a query parameter is malformed.
    InvalidRequest,
    /// The body is not JSON.
    InvalidJson,
    /// The credential may use several clients, or none, and none was named.
    ClientRequired,
    /// No valid credential.
    Unauthorized,
    /// The credential's role is too low.
    Forbidden,
    /// The request came through another name than a loopback one.
    HostNotAllowed,
    /// The thing does not exist, or is not the caller's.
    NotFound,
    /// There is no such route.
    RouteNotFound,
    /// The route knows other methods.
    MethodNotAllowed,
    /// The body came too slowly.
    RequestTimeout,
    /// The client was indexed with another model or chunker.
    FingerprintMismatch,
    /// Documents of the manifest have to be uploaded first.
    SyncIncomplete,
    /// More documents would be removed than looks right.
    ManyDeletions,
    /// The body is larger than allowed.
    BodyTooLarge,
    /// The body's media type is not one the route reads.
    UnsupportedMediaType,
    /// The body is JSON of another shape.
    InvalidBody,
    /// A value breaks a stated limit.
    InvalidValue,
    /// Another request was sent under this idempotency key.
    IdempotencyKeyUsed,
    /// More requests in a short time than the credential or its tenant may send.
    RateLimited,
    /// The hour's queries of the tenant's plan are used.
    QuotaExceeded,
    /// The tenant's plan has no room for more documents or bytes.
    StorageQuotaExceeded,
    /// Something failed here.
    Internal,
    /// Too much to do at once.
    Overloaded,
    /// The encoder is missing or has stopped.
    ModelUnavailable,
    /// A part the server needs does not work.
    NotReady,
    /// The work took too long.
    Timeout,
    /// No space left.
    DiskFull,
}

impl Code {
    /// Every code.
    pub(crate) const ALL: [Self; 27] = [
        Self::InvalidRequest,
        Self::InvalidJson,
        Self::ClientRequired,
        Self::Unauthorized,
        Self::Forbidden,
        Self::HostNotAllowed,
        Self::NotFound,
        Self::RouteNotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::FingerprintMismatch,
        Self::SyncIncomplete,
        Self::ManyDeletions,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidBody,
        Self::InvalidValue,
        Self::IdempotencyKeyUsed,
        Self::RateLimited,
        Self::QuotaExceeded,
        Self::StorageQuotaExceeded,
        Self::Internal,
        Self::Overloaded,
        Self::ModelUnavailable,
        Self::NotReady,
        Self::Timeout,
        Self::DiskFull,
    ];

    /// The problem's `type`.
    pub(crate) fn type_uri(self) -> String {
        format!("urn:footnote:problem:{}", self.parts().1)
    }

    /// Status, name in the API, title.
    pub(crate) fn parts(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::InvalidRequest => (S::BAD_REQUEST, "invalid_request", "Invalid request"),
            Self::InvalidJson => (S::BAD_REQUEST, "invalid_json", "Invalid JSON"),
            Self::ClientRequired => (S::BAD_REQUEST, "client_required", "Client required"),
            Self::Unauthorized => (S::UNAUTHORIZED, "unauthorized", "Unauthorized"),
            Self::Forbidden => (S::FORBIDDEN, "forbidden", "Forbidden"),
            Self::HostNotAllowed => (S::FORBIDDEN, "host_not_allowed", "Host not allowed"),
            Self::NotFound => (S::NOT_FOUND, "not_found", "Not found"),
            Self::RouteNotFound => (S::NOT_FOUND, "route_not_found", "Route not found"),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed"),
            Self::RequestTimeout => (S::REQUEST_TIMEOUT, "request_timeout", "Request timeout"),
            Self::FingerprintMismatch => {
                (S::CONFLICT, "fingerprint_mismatch", "Index built with other settings")
            }
            Self::SyncIncomplete => (S::CONFLICT, "sync_incomplete", "Documents are missing"),
            Self::ManyDeletions => (S::CONFLICT, "many_deletions", "Many documents would be removed"),
            Self::BodyTooLarge => (S::PAYLOAD_TOO_LARGE, "body_too_large", "Body too large"),
            Self::UnsupportedMediaType => {
                (S::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type")
            }
            Self::InvalidBody => (S::UNPROCESSABLE_ENTITY, "invalid_body", "Invalid body"),
            Self::InvalidValue => (S::UNPROCESSABLE_ENTITY, "invalid_value", "Invalid value"),
            Self::IdempotencyKeyUsed => {
                (S::UNPROCESSABLE_ENTITY, "idempotency_key_used", "Idempotency key used")
            }
            Self::RateLimited => (S::TOO_MANY_REQUESTS, "rate_limited", "Too many requests"),
            Self::QuotaExceeded => (S::TOO_MANY_REQUESTS, "quota_exceeded", "Queries of the hour are used"),
            Self::StorageQuotaExceeded => (S::FORBIDDEN, "storage_quota_exceeded", "No room in the plan"),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
            Self::Overloaded => (S::SERVICE_UNAVAILABLE, "overloaded", "Overloaded"),
            Self::ModelUnavailable => (S::SERVICE_UNAVAILABLE, "model_unavailable", "Model unavailable"),
            Self::NotReady => (S::SERVICE_UNAVAILABLE, "not_ready", "Not ready"),
            Self::Timeout => (S::GATEWAY_TIMEOUT, "timeout", "Timeout"),
            Self::DiskFull => (S::INSUFFICIENT_STORAGE, "disk_full", "Disk full"),
        }
    }
}

/// Why a request is refused or failed.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    detail: Cow<'static, str>,
    cause: Option<String>,
    /// Seconds after which it may be tried again, where that is known.
    retry_after: Option<u64>,
}

/// The body of every error response (RFC 9457).
#[derive(Debug, Clone, Serialize)]
pub struct Problem<'a> {
    /// Names the kind of problem.
    pub r#type: String,
    /// The kind in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do.
    pub detail: &'a str,
    /// The stable name programs look at.
    pub code: &'static str,
    /// The response's `X-Request-Id`.
    pub request_id: &'a str,
}

impl ApiError {
    /// An error with its explanation for the caller.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), cause: None, retry_after: None }
    }

    /// The one answer for everything that is not there and for everything that is another's.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "it does not exist, or this credential may not use it")
    }

    /// A failure of ours: the caller learns the request id, the log the cause.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(
                Code::Internal,
                "something failed on the server; its log has the cause under this request_id",
            )
        }
    }

    /// Too much to do at once.
    pub(crate) fn overloaded() -> Self {
        Self::new(Code::Overloaded, "the server has too much to do; try again after the time in Retry-After")
    }

    /// The credential is missing, malformed, unknown, wrong, expired or revoked: always the same.
    pub(crate) fn unauthorized() -> Self {
        Self::new(Code::Unauthorized, "a valid API key or token is needed: Authorization: Bearer fn_...")
    }

    /// Says when it may be tried again.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds what only the log learns.
    pub(crate) fn caused_by(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// What kind it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is said to the caller.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What only the log learns.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The body to send.
    pub(crate) fn problem<'a>(&'a self, request_id: &'a str) -> Problem<'a> {
        let (status, code, title) = self.code.parts();
        Problem {
            r#type: self.code.type_uri(),
            title,
            status: status.as_u16(),
            detail: &self.detail,
            code,
            request_id,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.code.parts().0.into_response();
        let headers = response.headers_mut();
        match self.code {
            Code::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Code::Overloaded => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Code::ModelUnavailable | Code::NotReady => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
            }
            Code::DiskFull => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("300"));
            }
            // What was not read of the body is not worth reading.
            Code::BodyTooLarge | Code::RequestTimeout => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<footnote_index::Error> for ApiError {
    fn from(error: footnote_index::Error) -> Self {
        use footnote_index::Error as E;
        match error {
            E::NoSuchDocument { .. }
            | E::NoSuchVersion { .. }
            | E::NoSuchJob { .. }
            | E::NoSuchHistoryEntry { .. } => Self::not_found(),
            E::IdempotencyKeyUsed => Self::new(Code::IdempotencyKeyUsed, error.to_string()),
            E::InvalidName { .. } | E::InvalidInput { .. } => {
                Self::new(Code::InvalidValue, error.to_string())
            }
            E::FingerprintMismatch { .. } | E::GenerationReplaced { .. } => {
                Self::new(Code::FingerprintMismatch, error.to_string())
            }
            // The text names a path of the server: for the log only.
            E::DiskFull { .. } => Self::new(
                Code::DiskFull,
                "the server's disk is full or nearly so; what was refused was not kept",
            )
            .caused_by(error),
            other => Self::internal(other),
        }
    }
}

impl From<ModelError> for ApiError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Overloaded { .. } => Self::overloaded(),
            ModelError::Tokenize(_) | ModelError::Inference(_) | ModelError::Panicked => {
                Self::internal(error)
            }
            other => Self::new(
                Code::ModelUnavailable,
                "the embedding model is not available; the server's log says why",
            )
            .caused_by(other),
        }
    }
}

impl From<IngestError> for ApiError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Index(error) => error.into(),
            IngestError::Model(error) => error.into(),
            IngestError::NoRoot => Self::new(Code::InvalidValue, error.to_string()),
            IngestError::SyncIncomplete { .. } => Self::new(Code::SyncIncomplete, error.to_string()),
            IngestError::ManyDeletions { .. } => Self::new(Code::ManyDeletions, error.to_string()),
            other => Self::internal(other),
        }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Invalid(reason) => Self::new(Code::InvalidValue, reason),
            AppError::Index(error) => error.into(),
            AppError::Model(error) => error.into(),
            AppError::Ingest(error) => error.into(),
            AppError::OtherEncoder { .. } => Self::new(Code::FingerprintMismatch, error.to_string()),
            AppError::Cancelled => Self::new(Code::Timeout, error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_documented() {
        let documentation = include_str!("../../../docs/api.md");
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            let (status, name, _) = code.parts();
            assert!(seen.insert(name), "{name} twice");
            assert!(
                documentation.contains(&format!("| `{name}` | {} |", status.as_u16())),
                "docs/api.md has no row for {name} with status {}",
                status.as_u16()
            );
        }
    }

    /// `docs/errors.md` explains each code once, with its status, and no other.
    #[test]
    fn the_page_of_errors_and_the_codes_are_one() {
        let page = include_str!("../../../docs/errors.md");
        let sections: Vec<(&str, &str)> = page
            .split("\n### `")
            .skip(1)
            .map(|section| section.split_once("`\n\n").expect("a name, then a text"))
            .collect();
        let mut explained: Vec<&str> = sections.iter().map(|(name, _)| *name).collect();
        let mut codes: Vec<&str> = Code::ALL.iter().map(|code| code.parts().1).collect();
        explained.sort_unstable();
        codes.sort_unstable();
        assert_eq!(explained, codes, "docs/errors.md (left) has one section for each Code (right)");
        for code in Code::ALL {
            let (status, name, _) = code.parts();
            let (_, text) = sections.iter().find(|(section, _)| *section == name).expect("explained");
            assert!(
                text.starts_with(&format!("{}. ", status.as_u16())),
                "{name} has the status {status}: {text}"
            );
            assert!(text.contains("Fix: "), "{name} has no fix");
            assert_eq!(code.type_uri(), format!("urn:footnote:problem:{name}"), "as the page says");
        }
    }

    #[test]
    fn internals_are_not_in_the_body() {
        let io = footnote_index::Error::Io {
            path: "/secret/place".into(),
            source: std::io::Error::other("driver said x"),
        };
        let full = footnote_index::Error::DiskFull { path: "/secret/place".into(), free: 1, needed: 2 };
        for (error, code) in [(ApiError::from(io), Code::Internal), (ApiError::from(full), Code::DiskFull)] {
            assert_eq!(error.code(), code);
            let body = serde_json::to_string(&error.problem("r")).expect("json");
            assert!(!body.contains("secret"), "{body}");
            assert!(error.cause().is_some_and(|c| c.contains("/secret/place")));
        }
    }

    #[test]
    fn a_foreign_and_an_unknown_thing_are_one() {
        let missing = footnote_index::Error::NoSuchDocument { id: "doc_1".into() };
        let other = footnote_index::Error::NoSuchVersion { id: "doc_2".into(), version: 7 };
        let bodies: Vec<String> = [missing.into(), other.into(), ApiError::not_found()]
            .iter()
            .map(|e: &ApiError| serde_json::to_string(&e.problem("r")).expect("json"))
            .collect();
        assert!(bodies.windows(2).all(|w| w[0] == w[1]), "{bodies:?}");
    }
}
