//! Server-sent events as a response body (WHATWG HTML, section 9.2), with comments while nothing happens so that neither
//! side takes the connection for dead.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Body as HttpBody, Frame};
use serde::Serialize;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Interval, MissedTickBehavior};

use super::error::ApiError;
use crate::generators::CancelOnDrop;

/// Time between two comments while nothing else is sent.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// An event as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event(Bytes);

impl Event {
    /// An event with JSON data, which has no line ends in it.
    pub(crate) fn new(name: &str, data: &impl Serialize) -> Self {
        let data = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
        Self(format!("event: {name}\ndata: {data}\n\n").into())
    }

    /// An event without a name, of data without line ends.
    pub(crate) fn data(data: &str) -> Self {
        Self(format!("data: {data}\n\n").into())
    }

    /// The event of a failure after the first event was sent.
    fn failure(error: &ApiError) -> Self {
        let (status, code, _) = error.code().parts();
        if let Some(cause) = error.cause() {
            tracing::error!(code, cause, "a streamed answer failed");
        }
        Self::new(
            "error",
            &serde_json::json!({ "status": status.as_u16(), "code": code, "detail": error.detail() }),
        )
    }
}

/// The body: the first event, then what the channel brings. Dropping it cancels the work.
pub(crate) struct Events {
    first: Option<Event>,
    events: Receiver<Result<Event, ApiError>>,
    heartbeat: Interval,
    _cancel: CancelOnDrop,
}

impl Events {
    pub(crate) fn new(first: Event, events: Receiver<Result<Event, ApiError>>, cancel: CancelOnDrop) -> Self {
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        Self { first: Some(first), events, heartbeat, _cancel: cancel }
    }
}

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let data = |bytes: Bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        if let Some(first) = self.first.take() {
            return data(first.0);
        }
        match self.events.poll_recv(context) {
            Poll::Ready(Some(event)) => {
                self.heartbeat.reset();
                data(event.unwrap_or_else(|error| Event::failure(&error)).0)
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => match self.heartbeat.poll_tick(context) {
                Poll::Ready(_) => data(Bytes::from_static(b": still working\n\n")),
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

impl IntoResponse for Events {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::new(self));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        response
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::generators::Cancel;
    use crate::http::error::Code;

    #[tokio::test(start_paused = true)]
    async fn events_come_in_order_with_comments_between_and_dropping_cancels() {
        let (sender, receiver) = tokio::sync::mpsc::channel(4);
        let cancel = Cancel::default();
        let events = Events::new(Event::new("a", &1), receiver, CancelOnDrop(cancel.clone()));
        let mut body = Body::new(events);
        let mut next = async || match body.frame().await {
            Some(frame) => {
                String::from_utf8(frame.expect("frame").into_data().expect("data").to_vec()).expect("text")
            }
            None => String::new(),
        };
        assert_eq!(next().await, "event: a\ndata: 1\n\n");
        assert_eq!(next().await, ": still working\n\n", "time passes while nothing comes");
        sender.send(Ok(Event::new("b", &"x\ny"))).await.expect("open");
        assert_eq!(next().await, "event: b\ndata: \"x\\ny\"\n\n");
        sender.send(Err(ApiError::new(Code::Overloaded, "busy"))).await.expect("open");
        let failure = next().await;
        assert!(
            failure.starts_with("event: error\ndata: {") && failure.contains("\"overloaded\""),
            "{failure}"
        );
        drop(sender);
        assert_eq!(next().await, "");
        assert!(!cancel.is_cancelled());
        drop(body);
        assert!(cancel.is_cancelled());
    }
}
