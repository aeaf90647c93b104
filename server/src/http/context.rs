//! The outermost layer: request ids, problem bodies, one log line a request.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use footnote_index::Name;

use super::error::{ApiError, Code};
use super::limits::{Charge, Standing};
use super::shape::Shape;
use super::trace::{TRACEPARENT, Trace};
use super::{mcp, openai};

/// Header that carries the request's id, both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is known about a request for its log line; filled in by authentication.
#[derive(Debug, Default)]
pub(crate) struct RequestContext {
    pub(crate) tenant: OnceLock<Name>,
    pub(crate) client: OnceLock<Name>,
    /// What is said of the limits it came under.
    standing: Mutex<Standing>,
    /// The query it was counted as.
    charge: Mutex<Counted>,
    /// When nobody waits for the answer any more, by the caller's own word.
    pub(crate) deadline: OnceLock<Instant>,
}

/// Whether a request was counted as a query.
#[derive(Debug, Default)]
enum Counted {
    /// Not, or not yet.
    #[default]
    Not,
    /// It was.
    As(Charge),
    /// It has ended: what is counted now was counted for nothing.
    Over,
}

tokio::task_local! {
    /// The request a task works for: the line before the threads is fair between clients and keeps deadlines.
    pub(crate) static REQUEST: Arc<RequestContext>;
}

impl RequestContext {
    /// Says what is left of the limits it came under.
    pub(crate) fn say(&self, standing: Standing) {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = standing;
    }

    /// Remembers the query it was counted as; gives it back when the request has ended unserved meanwhile.
    pub(crate) fn charge(&self, charge: Charge) -> Option<Charge> {
        let mut counted = self.charge.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*counted, Counted::Over) {
            return Some(charge);
        }
        *counted = Counted::As(charge);
        None
    }

    /// Ends the request unserved: the query it was counted as, to be taken back.
    pub(crate) fn take_charge(&self) -> Option<Charge> {
        let mut counted = self.charge.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *counted, Counted::Over) {
            Counted::As(charge) => Some(charge),
            Counted::Not | Counted::Over => None,
        }
    }
}

/// Put into a failed response whose body says all there is to say, in the words of its own protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken;

/// Gives the request an id, runs it, writes the problem body of a failure and the log line.
pub(crate) async fn request_context(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let trace = Trace::of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let shape = Shape::of(route.as_ref().map_or(request.uri().path(), MatchedPath::as_str));
    let context = Arc::new(RequestContext::default());
    request.extensions_mut().insert(Arc::clone(&context));

    let mut response = REQUEST.scope(Arc::clone(&context), next.run(request)).await;
    let status = response.status();
    let spoken = response.extensions_mut().remove::<Spoken>().is_some();
    let error = response.extensions_mut().remove::<ApiError>();
    let error = if spoken { error } else { error.or_else(|| unnamed(status)) };
    if let Some(error) = &error {
        match shape {
            Shape::OpenAi => openai::write_error(&mut response, error),
            Shape::JsonRpc => mcp::write_error(&mut response, error, &id),
            Shape::Problem => write_problem(&mut response, error, &id),
        }
    }
    let headers = response.headers_mut();
    context.standing.lock().unwrap_or_else(PoisonError::into_inner).write(headers);
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(value) = trace.as_ref().and_then(Trace::answer) {
        headers.insert(TRACEPARENT, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));

    let code = error.as_ref().map_or("", |e| e.code().parts().1);
    if let Some(cause) = error.as_ref().and_then(ApiError::cause) {
        tracing::error!(request.id = %id, code, cause, "request failed");
    }
    tracing::info!(
        request.id = %id,
        trace.id = trace.as_ref().map_or("", Trace::id),
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
    write_body(response, "application/problem+json", body);
}

/// Replaces the body.
pub(crate) fn write_body(response: &mut Response, media_type: &'static str, body: impl Into<Body>) {
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    *response.body_mut() = body.into();
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
