//! What headers say of caches: `Cache-Control` of the caller, `Cache-Status`, `Age` and `ETag` of the answer, and
//! `If-None-Match` for what is read with GET.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use super::error::ApiError;
use crate::front::{Asking, CacheUse};

/// RFC 9211: what a cache did with a request.
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// Largest body a tag is computed of: documents' texts are the largest.
const MAX_TAGGED: usize = 64 << 20;

/// Headers by which two callers of one path get different answers.
const VARY: &str = "authorization, x-api-key, x-client-id";

/// What the caller wants of the answer cache: `no-cache` has the answer made anew, `no-store` keeps it out of the cache too.
pub(crate) fn asking<'a>(by: &'a str, headers: &HeaderMap) -> Asking<'a> {
    let has = |directive: &str| {
        headers
            .get_all(header::CACHE_CONTROL)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(directive)))
    };
    let no_store = has("no-store");
    Asking { by, from_cache: !no_store && !has("no-cache"), to_cache: !no_store }
}

/// Says where an answer came from.
pub(crate) fn mark(response: &mut Response, cache: CacheUse, tag: Option<&str>) {
    let headers = response.headers_mut();
    let status = match cache {
        CacheUse::Hit(age) => {
            headers.insert(header::AGE, HeaderValue::from(age.as_secs()));
            "footnote; hit"
        }
        CacheUse::Stored => "footnote; fwd=miss; stored",
        CacheUse::Miss => "footnote; fwd=miss",
        CacheUse::Bypass => "footnote; fwd=bypass",
    };
    headers.insert(CACHE_STATUS, HeaderValue::from_static(status));
    // Weak: two answers that say the same differ in their timings and ids.
    if let Some(value) = tag.and_then(|tag| HeaderValue::from_str(&format!("W/\"{tag}\"")).ok()) {
        headers.insert(header::ETAG, value);
    }
}

/// Gives what a GET reads an `ETag`, and answers 304 when the caller has it already.
///
/// The tag is weak, because the same content may be sent compressed or not. It is made of the body, so the work is done
/// either way and only its transfer saved; a caller who may not read is refused before.
pub(crate) async fn conditional(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let known = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect::<Vec<_>>();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = match to_bytes(body, MAX_TAGGED).await {
        Ok(bytes) => bytes,
        Err(error) => return ApiError::internal(error).into_response(),
    };
    let tag = format!("W/\"{}\"", hex::encode(&Sha256::digest(&bytes)[..16]));
    let headers = &mut parts.headers;
    // A caller's own cache may keep it and has to ask each time; no shared cache may.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static(VARY));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, value);
    }
    if known.iter().filter_map(|value| value.to_str().ok()).any(|value| matches(value, &tag)) {
        headers.remove(header::CONTENT_TYPE);
        headers.remove(header::CONTENT_LENGTH);
        parts.status = StatusCode::NOT_MODIFIED;
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether a list of tags holds `tag`, by the weak comparison (RFC 9110, section 8.8.3.2).
fn matches(list: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().strip_prefix("W/").unwrap_or(tag.trim()).to_owned();
    list.trim() == "*" || list.split(',').any(|one| opaque(one) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_in_any_form() {
        for (value, from_cache, to_cache) in [
            ("", true, true),
            ("max-age=5", true, true),
            ("no-cache", false, true),
            ("max-age=0, No-Cache", false, true),
            ("no-store", false, false),
            ("private,no-store", false, false),
            ("no-cachex", true, true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
            let asking = asking("k", &headers);
            assert_eq!((asking.from_cache, asking.to_cache), (from_cache, to_cache), "{value:?}");
        }
    }

    #[test]
    fn tags_are_compared_weakly() {
        for (list, same) in [
            ("*", true),
            ("W/\"a\"", true),
            ("\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(matches(list, "W/\"a\""), same, "{list}");
        }
    }
}
