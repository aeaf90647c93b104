//! Errors as OpenAI's clients read them: `{"error": {"message", "type", "param", "code"}}`.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::http::context::write_body;
use crate::http::error::{ApiError, Code};

/// What OpenAI's shape says beside the error itself.
#[derive(Debug, Clone, Default)]
struct Particulars {
    /// The part of the request that is wrong.
    param: Option<String>,
    /// OpenAI's name of the error, where it has one of its own.
    code: Option<&'static str>,
}

/// An error of these routes. It leaves the handler like any other, and [`write_error`] makes its body.
#[derive(Debug)]
pub(crate) struct Fault {
    error: ApiError,
    particulars: Particulars,
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self { error, particulars: Particulars::default() }
    }
}

impl Fault {
    /// A value of the request that cannot be.
    pub(super) fn invalid(param: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        let particulars = Particulars { param: Some(param.into()), code: None };
        Self { error: ApiError::new(Code::InvalidValue, detail), particulars }
    }

    /// A parameter that would change what the answer means, and that is not supported.
    pub(super) fn unsupported(param: &str, detail: impl Into<Cow<'static, str>>) -> Self {
        let mut fault = Self::invalid(param, detail);
        fault.particulars.code = Some("unsupported_parameter");
        fault
    }

    /// More tokens than the model reads.
    pub(super) fn too_long(param: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        let mut fault = Self::invalid(param, detail);
        fault.particulars.code = Some("context_length_exceeded");
        fault
    }

    /// No model has that name.
    pub(super) fn no_model(name: &str, known: &[&str]) -> Self {
        let name: String = name.chars().take(100).collect();
        let detail = format!("there is no model {name:?} here, known are {}", known.join(", "));
        let particulars = Particulars { param: Some("model".to_owned()), code: Some("model_not_found") };
        Self { error: ApiError::new(Code::NotFound, detail), particulars }
    }

    /// The error alone.
    #[cfg(test)]
    pub(super) fn parts(&self) -> (&str, Option<&str>, Option<&str>) {
        (self.error.detail(), self.particulars.param.as_deref(), self.particulars.code)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.error.into_response();
        response.extensions_mut().insert(self.particulars);
        response
    }
}

/// Makes the body of a failed response.
pub(crate) fn write_error(response: &mut Response, error: &ApiError) {
    let particulars = response.extensions_mut().remove::<Particulars>().unwrap_or_default();
    *response.status_mut() = status(error);
    write_body(response, "application/json", body(error, &particulars).to_string());
}

/// The body of an error, for a stream that has begun.
pub(crate) fn plain(error: &ApiError) -> Value {
    body(error, &Particulars::default())
}

fn status(error: &ApiError) -> StatusCode {
    openai_status(error.code().parts().0)
}

/// OpenAI knows no 422: what is wrong with a request is a 400.
pub(crate) fn openai_status(status: StatusCode) -> StatusCode {
    if status == StatusCode::UNPROCESSABLE_ENTITY { StatusCode::BAD_REQUEST } else { status }
}

fn body(error: &ApiError, particulars: &Particulars) -> Value {
    let status = status(error);
    let kind = match status {
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_server_error() => "server_error",
        _ => "invalid_request_error",
    };
    let code = match status {
        StatusCode::UNAUTHORIZED => "invalid_api_key",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_exceeded",
        _ => error.code().parts().1,
    };
    let code = particulars.code.unwrap_or(code);
    json!({ "error": { "message": error.detail(), "type": kind, "param": particulars.param, "code": code } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_error_has_its_status_type_and_code() {
        for (code, status, kind, name) in [
            (Code::InvalidValue, 400, "invalid_request_error", "invalid_value"),
            (Code::InvalidBody, 400, "invalid_request_error", "invalid_body"),
            (Code::Unauthorized, 401, "invalid_request_error", "invalid_api_key"),
            (Code::NotFound, 404, "invalid_request_error", "not_found"),
            (Code::BodyTooLarge, 413, "invalid_request_error", "body_too_large"),
            (Code::Internal, 500, "server_error", "internal"),
            (Code::Overloaded, 503, "server_error", "overloaded"),
        ] {
            let mut response = Fault::from(ApiError::new(code, "why")).into_response();
            let error = response.extensions_mut().remove::<ApiError>().expect("the error");
            write_error(&mut response, &error);
            assert_eq!(response.status().as_u16(), status, "{name}");
            let expected =
                json!({ "error": { "message": "why", "type": kind, "param": null, "code": name } });
            assert_eq!(plain(&error), expected);
        }
    }

    #[test]
    fn an_unknown_model_is_named_without_its_whole_length() {
        let fault = Fault::no_model(&"x".repeat(10_000), &["footnote", "extractive"]);
        let (detail, param, code) = fault.parts();
        assert!(detail.len() < 200 && detail.ends_with("known are footnote, extractive"), "{detail}");
        assert_eq!((param, code), (Some("model"), Some("model_not_found")));
    }
}
