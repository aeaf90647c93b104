//! The form of an error, by route: a problem (RFC 9457), or OpenAI's error on the routes that have OpenAI's shape, because the
//! clients that call those read nothing else.

use axum::http::HeaderValue;
use serde_json::json;

use super::error::ApiError;

/// The routes with OpenAI's errors.
const OPENAI_ROUTES: [&str; 3] = ["/v1/chat/completions", "/v1/embeddings", "/v1/models"];

/// How an error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `application/problem+json`.
    Problem,
    /// `{"error": {"message", "type", "param", "code"}}`.
    OpenAi,
}

impl Shape {
    /// The shape of a path's errors.
    pub(crate) fn of(path: &str) -> Self {
        let below = |route: &str| {
            path.strip_prefix(route).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if OPENAI_ROUTES.into_iter().any(below) { Self::OpenAi } else { Self::Problem }
    }

    /// The media type.
    pub(crate) fn media_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Problem => "application/problem+json",
            Self::OpenAi => "application/json",
        })
    }

    /// The body.
    pub(crate) fn body(self, error: &ApiError, request_id: &str) -> Vec<u8> {
        match self {
            Self::Problem => serde_json::to_vec(&error.problem(request_id)),
            Self::OpenAi => serde_json::to_vec(&openai_error(error)),
        }
        .unwrap_or_default()
    }
}

/// An error as OpenAI's API writes it; also the data of an event that ends a stream of that shape.
pub(crate) fn openai_error(error: &ApiError) -> serde_json::Value {
    let (status, code, _) = error.code().parts();
    json!({ "error": {
        "message": error.detail(),
        "type": openai_type(status.as_u16()),
        "param": null,
        "code": code,
    } })
}

/// OpenAI's name for the kind of an error.
fn openai_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        400..500 => "invalid_request_error",
        _ => "server_error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::Code;

    #[test]
    fn the_route_decides() {
        for path in ["/v1/chat/completions", "/v1/embeddings", "/v1/models", "/v1/models/{id}", "/v1/models/"]
        {
            assert_eq!(Shape::of(path), Shape::OpenAi, "{path}");
        }
        for path in ["/v1/search", "/v1/modelsx", "/v1/chat", "/", "", "(none)", "/x/v1/models"] {
            assert_eq!(Shape::of(path), Shape::Problem, "{path}");
        }
    }

    #[test]
    fn the_kinds_are_openais() {
        let kind = |code| openai_error(&ApiError::new(code, "d"))["error"]["type"].clone();
        assert_eq!(kind(Code::Unauthorized), "authentication_error");
        assert_eq!(kind(Code::Forbidden), "permission_error");
        assert_eq!(kind(Code::NotFound), "invalid_request_error");
        assert_eq!(kind(Code::InvalidValue), "invalid_request_error");
        assert_eq!(kind(Code::Overloaded), "server_error");
        let body = openai_error(&ApiError::internal("secret cause"));
        assert_eq!(body["error"]["code"], "internal");
        assert!(!body.to_string().contains("secret"));
    }
}
