//! Guard of the mode without keys: only requests addressed to this machine by a loopback name, and
//! not sent by a web page of another site.
//!
//! A page on the web can make the operator's browser send requests to `127.0.0.1`, directly or by a
//! name that resolves to it (DNS rebinding). The first kind carries a foreign `Origin`, the second a
//! foreign `Host`.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{ApiError, Code};

/// Refuses what did not come from this machine by name.
pub(crate) async fn loopback_only(request: Request, next: Next) -> Response {
    if allowed(request.headers(), request.uri().authority().map(|a| a.as_str())) {
        next.run(request).await
    } else {
        ApiError::new(
            Code::HostNotAllowed,
            "without API keys only requests to localhost are served; call http://127.0.0.1, or turn authentication on",
        )
        .into_response()
    }
}

fn allowed(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let mut hosts =
        headers.get_all(header::HOST).iter().map(|v| v.to_str().ok()).chain(authority.map(Some)).peekable();
    let named = hosts.peek().is_some();
    let own_host = named && hosts.all(|host| host.is_some_and(is_loopback));
    own_host && origins(headers).all(is_loopback)
}

/// Whether a request, if it comes from a web page at all, comes from one of this machine or of the very host it was sent to.
pub(crate) fn own_origin(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or("");
    origins(headers)
        .all(|origin| is_loopback(origin) || (!origin.is_empty() && origin.eq_ignore_ascii_case(host)))
}

/// Hosts of the pages a request comes from; empty for one without a host, such as `null`.
fn origins(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let host = |origin: &str| origin.split_once("://").map(|(_, host)| host.len());
    headers.get_all(header::ORIGIN).iter().map(move |origin| {
        let origin = origin.to_str().unwrap_or("");
        &origin[origin.len() - host(origin).unwrap_or(0)..]
    })
}

/// Whether `host`, with or without a port, is a loopback name or address.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, port)) if port.is_empty() || port.starts_with(':') => name,
        Some(_) => return false,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn loopback_names_are_told_from_others() {
        for yes in [
            "localhost",
            "LocalHost:8080",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.1.2.3:1",
            "[::1]",
            "[::1]:8080",
            "localhost.",
        ] {
            assert!(is_loopback(yes), "{yes}");
        }
        for no in [
            "",
            "evil.example",
            "evil.example:80",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "[::2]:1",
            "[::1]x",
            "0.0.0.0",
        ] {
            assert!(!is_loopback(no), "{no}");
        }
    }

    #[test]
    fn tools_are_for_pages_of_this_machine_and_of_the_same_host() {
        for (host, origin, ok) in [
            ("docs.example", None, true),
            ("docs.example", Some("https://docs.example"), true),
            ("docs.example:8443", Some("https://docs.example:8443"), true),
            ("docs.example", Some("http://localhost:3000"), true),
            ("docs.example", Some("https://evil.example"), false),
            ("docs.example", Some("https://docs.example.evil.example"), false),
            ("docs.example", Some("null"), false),
            ("", Some("null"), false),
            ("", Some(""), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(own_origin(&headers), ok, "{host} {origin:?}");
        }
    }

    #[test]
    fn host_and_origin_must_both_be_ours() {
        let check = |host: Option<&'static str>, origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(host) = host {
                headers.insert(header::HOST, HeaderValue::from_static(host));
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            allowed(&headers, None)
        };
        assert!(check(Some("localhost:8080"), None));
        assert!(check(Some("127.0.0.1"), Some("http://localhost:3000")));
        assert!(!check(None, None));
        assert!(!check(Some("evil.example"), None));
        assert!(!check(Some("localhost"), Some("https://evil.example")));
        assert!(!check(Some("localhost"), Some("null")));
    }
}
