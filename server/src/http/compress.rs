//! Responses are sent gzipped to callers that take it, where that saves something.

use axum::body::HttpBody;
use axum::http::{Response, header};
use tower_http::CompressionLevel;
use tower_http::compression::{CompressionLayer, Predicate};

/// Shorter bodies are hardly made smaller.
const LEAST: u64 = 1024;

/// Longer ones would keep a thread of the network busy; a reverse proxy compresses those.
const MOST: u64 = 1 << 20;

/// The layer that compresses.
pub(crate) fn layer() -> CompressionLayer<Worthwhile> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(Worthwhile)
}

/// Text of known length within the bounds. Events go out one by one, and what is compressed already stays as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worthwhile;

impl Predicate for Worthwhile {
    fn should_compress<B: HttpBody>(&self, response: &Response<B>) -> bool {
        let media = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let length = response.body().size_hint().exact();
        media.is_some_and(is_text) && length.is_some_and(|length| (LEAST..=MOST).contains(&length))
    }
}

fn is_text(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or(media).trim().to_ascii_lowercase();
    let is_json = media == "application/json" || media.ends_with("+json") || media == "application/x-ndjson";
    is_json || (media.starts_with("text/") && media != "text/event-stream")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_text_of_a_middle_length_is_compressed() {
        let judged = |media: &'static str, length: usize| {
            let response = Response::builder().header(header::CONTENT_TYPE, media);
            Worthwhile.should_compress(&response.body(Body::from(vec![b'x'; length])).expect("response"))
        };
        for (media, length, yes) in [
            ("application/json", 1023, false),
            ("application/json", 1024, true),
            ("application/json", 1 << 20, true),
            ("application/json", (1 << 20) + 1, false),
            ("text/markdown; charset=utf-8", 5000, true),
            ("application/problem+json", 5000, true),
            ("text/event-stream", 5000, false),
            ("application/x-tar", 5000, false),
            ("application/pdf", 5000, false),
            ("image/png", 5000, false),
        ] {
            assert_eq!(judged(media, length), yes, "{media} {length}");
        }
    }
}
