//! The routes that OpenAI's clients call: chat, embeddings, models. Thin: each reads OpenAI's shape, asks the app what
//! the native routes ask, and writes OpenAI's shape. Errors are OpenAI's too.

pub(crate) mod chat;
pub(crate) mod embeddings;
mod error;
pub(crate) mod models;

pub(crate) use chat::complete;
pub(crate) use embeddings::embed;
pub(crate) use error::{openai_status, plain as openai_error, write_error};
pub(crate) use models::{list, show};

use axum::http::HeaderMap;

/// The beginning of URLs of this server, as the caller sees it: its `Host`, and the scheme that a proxy before us names in
/// `X-Forwarded-Proto`. Both are the caller's own words, told back to the caller only.
fn base_url(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = match text("x-forwarded-proto") {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
        _ => "http",
    };
    let plain = |host: &&str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
    };
    text("host").filter(plain).map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn urls_begin_as_the_caller_called_and_never_with_anything_else() {
        for (host, proto, expected) in [
            ("127.0.0.1:7700", "", "http://127.0.0.1:7700"),
            ("[::1]:7700", "http", "http://[::1]:7700"),
            ("docs.example", "https", "https://docs.example"),
            ("docs.example", "javascript", "http://docs.example"),
            ("docs.example/\"><b>", "https", ""),
            ("", "https", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_str(host).expect("host"));
            headers.insert("x-forwarded-proto", HeaderValue::from_str(proto).expect("proto"));
            assert_eq!(base_url(&headers), expected, "{host} {proto}");
        }
        assert_eq!(base_url(&HeaderMap::new()), "");
    }
}
