//! Bodies, queries and path parameters, with the API's own errors and limits.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::Api;
use super::error::{ApiError, Code};

/// A JSON body of at most `max_json_bytes`.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Api>> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, ApiError> {
        read_json(request, api, api.settings.max_json_bytes).await.map(Self)
    }
}

/// A JSON body of at most `limit` bytes.
pub(crate) async fn read_json<T: DeserializeOwned>(
    request: Request,
    api: &Api,
    limit: usize,
) -> Result<T, ApiError> {
    let (parts, body) = request.into_parts();
    let media = media_type(&parts.headers);
    if media.as_deref().is_none_or(|m| m != "application/json" && !m.ends_with("+json")) {
        return Err(unsupported(media.as_deref(), "send Content-Type: application/json"));
    }
    let bytes = read_body(&parts.headers, body, limit, api.settings.request_timeout).await?;
    parse_json(&bytes)
}

/// Query parameters.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Api>> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Result<Self, ApiError> {
        if !parts.uri.query().is_none_or(is_utf8) {
            return Err(ApiError::new(
                Code::InvalidRequest,
                "the query is not UTF-8 once its %XX are decoded",
            ));
        }
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Self(params)),
            Err(error) => Err(ApiError::new(Code::InvalidRequest, error.body_text())),
        }
    }
}

/// Whether a query is UTF-8 once it is decoded; the parser would put replacement characters for what is not.
fn is_utf8(query: &str) -> bool {
    let mut decoded = Vec::with_capacity(query.len());
    let mut rest = query.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |n: usize| after.get(n).and_then(|digit| char::from(*digit).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                decoded.extend(u8::try_from(high * 16 + low));
                rest = &after[2..];
            }
            _ => {
                decoded.push(first);
                rest = after;
            }
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

/// The one parameter of a path: an id or a name. One that cannot be read names nothing that exists.
#[derive(Debug)]
pub(crate) struct PathId(pub(crate) String);

impl FromRequestParts<Arc<Api>> for PathId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, api).await;
        path.map(|Path(id)| Self(id)).map_err(|_| ApiError::not_found())
    }
}

/// The media type without parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase())
}

/// The error for a media type the route does not read.
pub(crate) fn unsupported(media: Option<&str>, fix: &str) -> ApiError {
    let media = media.unwrap_or("missing");
    let short: String = media.chars().take(100).collect();
    ApiError::new(Code::UnsupportedMediaType, format!("Content-Type is {short}; {fix}"))
}

/// Reads JSON; the two ways it can be wrong have their own codes.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let code = if error.is_data() { Code::InvalidBody } else { Code::InvalidJson };
        ApiError::new(code, format!("body: {error}"))
    })
}

/// Reads a whole body of at most `limit` bytes in at most `within`.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    within: Duration,
) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::new(Code::BodyTooLarge, format!("the body is larger than {limit} bytes"));
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|n| n > limit as u64) {
        return Err(too_large());
    }
    match tokio::time::timeout(within, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(ApiError::new(Code::InvalidRequest, "the body ended early")),
        Err(_) => Err(ApiError::new(
            Code::RequestTimeout,
            format!("the body did not come within {} s", within.as_secs()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Shape {
        #[expect(dead_code, reason = "only its presence is tested")]
        query: String,
    }

    #[test]
    fn broken_json_and_other_shapes_have_their_own_codes() {
        for (body, code) in [
            ("", Code::InvalidJson),
            ("{", Code::InvalidJson),
            ("{\"query\": }", Code::InvalidJson),
            ("{}", Code::InvalidBody),
            ("{\"query\": 1}", Code::InvalidBody),
            ("[]", Code::InvalidBody),
        ] {
            assert_eq!(parse_json::<Shape>(body.as_bytes()).expect_err(body).code(), code, "{body}");
        }
        assert!(parse_json::<Shape>(br#"{"query":"x"}"#).is_ok());
    }

    #[test]
    fn a_query_must_be_utf_8() {
        for (query, ok) in [
            ("", true),
            ("uri=a%20b&x=%C8%9B", true),
            ("uri=ț", true),
            ("100%", true),
            ("a%2", true),
            ("a%zz", true),
            ("uri=%ff", false),
            ("uri=%C8", false),
            ("%C8%28=x", false),
        ] {
            assert_eq!(is_utf8(query), ok, "{query}");
        }
    }

    #[tokio::test]
    async fn a_body_at_the_limit_passes_and_one_byte_more_does_not() {
        let none = HeaderMap::new();
        let second = Duration::from_secs(1);
        for (len, ok) in [(0, true), (10, true), (11, false)] {
            let read = read_body(&none, Body::from(vec![0u8; len]), 10, second).await;
            match read {
                Ok(bytes) => assert!(ok && bytes.len() == len),
                Err(error) => assert!(!ok && error.code() == Code::BodyTooLarge),
            }
        }
        let mut announced = HeaderMap::new();
        announced.insert(header::CONTENT_LENGTH, 11.into());
        let early = read_body(&announced, Body::empty(), 10, second).await.expect_err("announced");
        assert_eq!(early.code(), Code::BodyTooLarge);
    }
}
