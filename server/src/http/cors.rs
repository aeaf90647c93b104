//! Which web pages may call: those of the origins an operator lists. None unless said.
//!
//! A key in a web page is everybody's who opens it; lists of origins are for pages behind a login that get a viewer's key.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::auth::{API_KEY, CLIENT_ID};
use super::context::REQUEST_ID;
use super::trace::TRACEPARENT;

/// How long a browser need not ask again.
const MAX_AGE: Duration = Duration::from_secs(600);

/// An origin whose pages may call, `https://chat.example` or `http://localhost:3000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsOrigin(HeaderValue);

impl std::str::FromStr for CorsOrigin {
    type Err = String;

    /// Reads `scheme://host[:port]` as browsers send it: browsers compare it letter by letter.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            format!(
                "CORS origin {text:?}: {what}; write it as browsers send it, for example https://chat.example"
            )
        };
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or_else(|| wrong("it does not begin with https:// or http://"))?;
        if rest.is_empty() {
            return Err(wrong("it has no host"));
        }
        if rest.contains(['/', '?', '#', '@', '*', ' ', ',']) {
            return Err(wrong("it has more than a host and a port"));
        }
        if rest.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii_graphic()) {
            return Err(wrong("a host is in lower case and plain ASCII (xn--... for other letters)"));
        }
        let default_port = if text.starts_with("https") { ":443" } else { ":80" };
        if rest.ends_with(default_port) {
            return Err(wrong("browsers leave the scheme's own port out"));
        }
        // After the bracket of an IPv6 address, if it is one.
        let port = rest.rsplit(']').next().and_then(|end| end.split_once(':')).map(|(_, port)| port);
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return Err(wrong("its port is no number up to 65535"));
        }
        text.parse::<axum::http::Uri>().map_err(|_| wrong("it is no URL"))?;
        HeaderValue::from_str(text).map(Self).map_err(|_| wrong("it cannot stand in a header"))
    }
}

impl std::fmt::Display for CorsOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// Whether the request comes from pages of listed origins alone.
pub(crate) fn lists(origins: &[CorsOrigin], headers: &HeaderMap) -> bool {
    let mut from = headers.get_all(header::ORIGIN).iter().peekable();
    from.peek().is_some() && from.all(|origin| origins.iter().any(|listed| listed.0 == origin))
}

/// The layer that answers browsers' questions; `None` when no page may call.
pub(crate) fn layer(origins: &[CorsOrigin]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let asks = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::IF_NONE_MATCH,
        API_KEY,
        CLIENT_ID,
        REQUEST_ID,
        TRACEPARENT,
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("x-document-uri"),
        HeaderName::from_static("mcp-protocol-version"),
        HeaderName::from_static("mcp-session-id"),
    ];
    let reads = [
        header::CONTENT_DISPOSITION,
        header::ETAG,
        header::LOCATION,
        header::RETRY_AFTER,
        REQUEST_ID,
        TRACEPARENT,
        HeaderName::from_static("idempotency-replayed"),
        HeaderName::from_static("mcp-session-id"),
    ];
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().map(|origin| origin.0.clone())))
        .allow_methods(methods)
        .allow_headers(asks)
        .expose_headers(reads)
        .max_age(MAX_AGE);
    Some(layer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_as_browsers_send_them() {
        for good in
            ["https://chat.example", "http://localhost:3000", "https://a.example:8443", "http://[::1]:3000"]
        {
            assert_eq!(good.parse::<CorsOrigin>().expect(good).to_string(), good);
        }
        for (bad, why) in [
            ("", "https://"),
            ("*", "https://"),
            ("null", "https://"),
            ("chat.example", "https://"),
            ("https://", "no host"),
            ("https://chat.example/", "more than a host"),
            ("https://*.example", "more than a host"),
            ("https://a.example, https://b.example", "more than a host"),
            ("https://Chat.example", "lower case"),
            ("https://chăt.example", "lower case"),
            ("https://chat.example:443", "own port"),
            ("http://chat.example:80", "own port"),
            ("https://chat.example:x", "its port"),
            ("https://chat.example:65536", "its port"),
        ] {
            let error = bad.parse::<CorsOrigin>().expect_err(bad);
            assert!(error.contains(why) && error.contains(&format!("{bad:?}")), "{error}");
        }
        assert!(layer(&[]).is_none());
    }

    #[test]
    fn pages_are_of_listed_origins_alone() {
        let listed = ["https://chat.example".parse().expect("origin")];
        for (sent, ok) in [
            (&["https://chat.example"][..], true),
            (&["https://chat.example", "https://evil.example"], false),
            (&["https://chat.example.evil.example"], false),
            (&["http://chat.example"], false),
            (&["null"], false),
            (&[], false),
        ] {
            let mut headers = HeaderMap::new();
            for origin in sent {
                headers.append(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(lists(&listed, &headers), ok, "{sent:?}");
            assert!(!lists(&[], &headers), "{sent:?}");
        }
    }
}
