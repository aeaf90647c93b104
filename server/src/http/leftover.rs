//! What is left of a request's body when its answer is ready.
//!
//! A request that is refused early (401, 404, 429, ...) is answered before its body is read. If the rest is there by then, hyper
//! reads over it and serves on; if it is still on its way, hyper closes the connection, and a caller who was not told so fails
//! with the next request it sends over it. So what is left is waited for, a moment, and else the end is announced with
//! `Connection: close` (RFC 9112, 9.6).

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// Most bytes that are read to keep a connection.
const MOST: u64 = 64 * 1024;
/// Longest time that is spent on it.
const MOMENT: Duration = Duration::from_millis(50);

/// A body that the connection can still read when the handler has let go of it.
pub(super) struct Shared<B>(Arc<Mutex<Body<B>>>);

struct Body<B> {
    inner: B,
    /// Its end has been seen.
    ended: bool,
}

impl<B> Clone for Shared<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin> Shared<B> {
    pub(super) fn new(inner: B) -> Self {
        Self(Arc::new(Mutex::new(Body { inner, ended: false })))
    }

    fn lock(&self) -> MutexGuard<'_, Body<B>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads over what is left; whether that was all.
    pub(super) async fn drain(mut self) -> bool {
        if self.is_end_stream() {
            return true;
        }
        if self.size_hint().lower() > MOST {
            return false;
        }
        let all = async {
            let mut read = 0;
            while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut self).poll_frame(cx)).await {
                let Ok(frame) = frame else { return false };
                read += frame.data_ref().map_or(0, Bytes::len) as u64;
                if read > MOST {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(MOMENT, all).await.unwrap_or(false)
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Shared<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let mut body = self.lock();
        let frame = Pin::new(&mut body.inner).poll_frame(cx);
        body.ended |= matches!(frame, Poll::Ready(None));
        frame
    }

    fn is_end_stream(&self) -> bool {
        let body = self.lock();
        body.ended || body.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.lock().inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::convert::Infallible;

    use super::*;

    /// Gives its pieces one after another, then ends, or never does.
    struct Pieces {
        left: VecDeque<usize>,
        ends: bool,
    }

    impl HttpBody for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            match self.left.pop_front() {
                Some(bytes) => Poll::Ready(Some(Ok(Frame::data(vec![0; bytes].into())))),
                None if self.ends => Poll::Ready(None),
                None => Poll::Pending,
            }
        }
    }

    async fn drained(pieces: &[usize], ends: bool) -> bool {
        Shared::new(Pieces { left: pieces.iter().copied().collect(), ends }).drain().await
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_small_and_there_is_read_over() {
        let most = MOST as usize;
        for (pieces, ends, all) in [
            (&[][..], true, true),
            (&[10, 20], true, true),
            (&[most], true, true),
            (&[most, 1], true, false),
            (&[10], false, false),
            (&[], false, false),
        ] {
            assert_eq!(drained(pieces, ends).await, all, "{pieces:?} {ends}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_handler_read_is_not_waited_for() {
        let shared = Shared::new(Pieces { left: [5].into(), ends: true });
        let mut handler = shared.clone();
        while std::future::poll_fn(|cx| Pin::new(&mut handler).poll_frame(cx)).await.is_some() {}
        drop(handler);
        assert!(shared.is_end_stream() && shared.drain().await);
    }
}
