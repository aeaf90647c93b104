//! The outermost layer: request ids, problem bodies, one log line a request.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use footnote_index::Name;

use super::error::{ApiError, Code};
use super::openai;

/// Header that carries the request's id, both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What is known about a request for its log line; filled in by authentication.
#[derive(Debug, Default)]
pub(crate) struct RequestContext {
    pub(crate) tenant: OnceLock<Name>,
    pub(crate) client: OnceLock<Name>,
}

/// Put into a failed response whose body says all there is to say, in the words of its own protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken;

/// Gives the request an id, runs it, writes the problem body of a failure and the log line.
pub(crate) async fn request_context(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let context = Arc::new(RequestContext::default());
    request.extensions_mut().insert(Arc::clone(&context));

    let mut response = next.run(request).await;
    let status = response.status();
    let spoken = response.extensions_mut().remove::<Spoken>().is_some();
    let error = response.extensions_mut().remove::<ApiError>();
    let error = if spoken { error } else { error.or_else(|| unnamed(status)) };
    if let Some(error) = &error {
        match &route {
            Some(route) if openai::has_shape(route.as_str()) => openai::write_error(&mut response, error),
            _ => write_problem(&mut response, error, &id),
        }
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));

    let code = error.as_ref().map_or("", |e| e.code().parts().1);
    if let Some(cause) = error.as_ref().and_then(ApiError::cause) {
        tracing::error!(request.id = %id, code, cause, "request failed");
    }
    tracing::info!(
        request.id = %id,
        http.method = %method,
        http.route = route.as_ref().map_or("(none)", MatchedPath::as_str),
        http.status = response.status().as_u16(),
        code,
        tenant.id = context.tenant.get().map_or("", Name::as_str),
        client.id = context.client.get().map_or("", Name::as_str),
        duration_ms = started.elapsed().as_secs_f64() * 1000.0,
        "request"
    );
    response
}

/// The caller's id when it is short and plain, else a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    match headers.get(REQUEST_ID).and_then(|v| v.to_str().ok()).filter(plain) {
        Some(id) => id.to_owned(),
        None => fresh_id("req_"),
    }
}

/// A fresh id after `prefix`.
pub(crate) fn fresh_id(prefix: &str) -> String {
    let mut bytes = [0u8; 12];
    // Without random bytes the id says nothing, which is better than no answer.
    let _ = getrandom::fill(&mut bytes);
    format!("{prefix}{}", hex::encode(bytes))
}

/// The error of a response that the framework made without one of ours.
fn unnamed(status: StatusCode) -> Option<ApiError> {
    if status.as_u16() < 400 {
        return None;
    }
    Some(match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            ApiError::new(Code::MethodNotAllowed, "this route knows other methods; see the Allow header")
        }
        StatusCode::NOT_FOUND => ApiError::not_found(),
        s if s.is_client_error() => ApiError::new(Code::InvalidRequest, "the request is malformed"),
        s => ApiError::internal(format!("the framework answered {s}")),
    })
}

fn write_problem(response: &mut Response, error: &ApiError, id: &str) {
    *response.status_mut() = error.code().parts().0;
    let body = serde_json::to_vec(&error.problem(id)).unwrap_or_default();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
    *response.body_mut() = Body::from(body);
}

/// Turns a panic of a handler into an internal error.
#[expect(clippy::needless_pass_by_value, reason = "the signature the panic guard calls")]
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    ApiError::internal(format!("a handler panicked: {}", panic_text(&*panic))).into_response()
}

/// The message of a panic.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_callers_are_taken_only_when_plain() {
        let long = "x".repeat(65);
        for (given, taken) in [
            ("abc-1.2_Z", true),
            (&"x".repeat(64), true),
            ("", false),
            (&long, false),
            ("a b", false),
            ("a/b", false),
            ("a\"b", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(given).expect("header"));
            assert_eq!(request_id(&headers) == given, taken, "{given:?}");
        }
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }
}
