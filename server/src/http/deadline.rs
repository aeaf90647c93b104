//! The caller's own time limit, and what follows from how a request ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Api;
use super::context::RequestContext;
use super::error::{ApiError, Code};

/// Milliseconds after which the caller does not wait any more. Work in line is then not begun, and work under way ends
/// where it looks. It shortens the server's own limit and never lengthens it.
pub const REQUEST_TIMEOUT: HeaderName = HeaderName::from_static("x-request-timeout-ms");

/// Longest time a caller may name: an hour.
const LONGEST_MS: u64 = 3_600_000;

/// Ends a request at its caller's deadline, and takes back the query of one that the server could not serve.
pub(crate) async fn keep(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let context = request.extensions().get::<Arc<RequestContext>>().cloned().unwrap_or_default();
    let response = match within(request.headers()) {
        Err(error) => error.into_response(),
        Ok(None) => next.run(request).await,
        Ok(Some(within)) => {
            // Set once a request.
            let _ = context.deadline.set(Instant::now() + within);
            tokio::time::timeout(within, next.run(request)).await.unwrap_or_else(|_| {
                let detail = format!(
                    "the request was not done within its {REQUEST_TIMEOUT} of {} ms",
                    within.as_millis()
                );
                ApiError::new(Code::Timeout, detail).into_response()
            })
        }
    };
    if unserved(response.status())
        && let Some(charge) = context.take_charge()
    {
        let (api, control) = (Arc::clone(&api), api.control.clone());
        let refunded = control.run(move || {
            api.limits.refund(api.app.engine().control(), &charge);
            Ok(())
        });
        // Counted for nothing is worse than refunded late: the answer does not wait for more than the line.
        drop(refunded.await);
    }
    response
}

/// Whether the caller got nothing for the query it was counted as.
fn unserved(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

fn within(headers: &HeaderMap) -> Result<Option<Duration>, ApiError> {
    let Some(value) = headers.get(REQUEST_TIMEOUT) else { return Ok(None) };
    let millis = value.to_str().ok().and_then(|text| text.parse().ok());
    match millis.filter(|millis| (1..=LONGEST_MS).contains(millis)) {
        Some(millis) => Ok(Some(Duration::from_millis(millis))),
        None => Err(ApiError::new(
            Code::InvalidRequest,
            format!("the header {REQUEST_TIMEOUT} is a number of milliseconds from 1 to {LONGEST_MS}"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_deadline_is_a_whole_number_of_milliseconds() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_TIMEOUT, HeaderValue::from_static(text));
            within(&headers)
        };
        assert_eq!(within(&HeaderMap::new()).expect("none"), None);
        assert_eq!(read("1").expect("least"), Some(Duration::from_millis(1)));
        assert_eq!(read("3600000").expect("most"), Some(Duration::from_secs(3600)));
        for bad in ["", "0", "3600001", "-1", "1.5", "1s", "99999999999999999999"] {
            assert_eq!(read(bad).expect_err(bad).code(), Code::InvalidRequest);
        }
    }
}
