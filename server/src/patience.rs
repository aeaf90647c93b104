//! Asking a busy server again: what clients of Footnote do when it says that it has too much to do.

use std::time::{Duration, Instant};

use ureq::http::Response;

/// Longest time a busy server is asked again.
const BUSY: Duration = Duration::from_secs(300);

/// Longest `Retry-After` that is waited for after too many requests, in seconds: an hour's quota is told instead.
const LIMITED: u64 = 30;

/// The same for a server that has too much to do; one that lacks its model or is stopping names a longer time.
const OVERLOADED: u64 = 5;

/// Sends again what a busy server refused (429 or 503 with a short `Retry-After`), after the time it says, for
/// five minutes at most; any other answer, and the last one, is given back.
///
/// # Errors
/// What sending fails with.
pub fn patiently(
    send: impl Fn() -> Result<Response<ureq::Body>, ureq::Error>,
) -> Result<Response<ureq::Body>, ureq::Error> {
    let until = Instant::now() + BUSY;
    loop {
        let response = send()?;
        match pause(response.status().as_u16(), response.headers()) {
            Some(pause) if Instant::now() + pause < until => std::thread::sleep(pause),
            _ => return Ok(response),
        }
    }
}

/// How long to wait before a refused request is sent again; `None` when it is not worth it.
fn pause(status: u16, headers: &ureq::http::HeaderMap) -> Option<Duration> {
    let seconds = headers.get("retry-after")?.to_str().ok()?.parse().ok()?;
    let longest = match status {
        429 => LIMITED,
        503 => OVERLOADED,
        _ => return None,
    };
    (seconds <= longest).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use ureq::http::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn a_busy_server_is_asked_again_when_it_says_so_soon() {
        let pause = |status, after: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(after) = after {
                headers.insert("retry-after", HeaderValue::from_static(after));
            }
            pause(status, &headers).map(|pause| pause.as_secs())
        };
        assert_eq!([pause(429, Some("30")), pause(503, Some("5"))], [Some(30), Some(5)]);
        // The hour's queries are used, the model is missing, the disk is full, or the server does not say.
        for (status, after) in [
            (429, Some("31")),
            (503, Some("10")),
            (507, Some("1")),
            (429, None),
            (429, Some("soon")),
            (200, Some("1")),
        ] {
            assert_eq!(pause(status, after), None, "{status} {after:?}");
        }
    }
}
