//! A connection's clock: how long a caller may take over a request's head, and how long it may be silent between two requests.
//!
//! hyper has one limit for both. Ten seconds are plenty for a head and little for a pause: proxies and client libraries keep
//! connections for 5 to 90 s, and one that is closed under a request that is on its way fails it. So the pause is longer, as
//! long as there are places left for others.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep};

/// How long a caller may take.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// From a head's first byte, or from the connection's start, to its end.
    pub(super) head: Duration,
    /// Silence between two requests, while at least half of the places are free; else `head`.
    pub(super) idle: Duration,
    /// Places for connections that are free, of how many.
    pub(super) places: (Arc<Semaphore>, usize),
}

impl Pace {
    fn has_room(&self) -> bool {
        2 * self.places.0.available_permits() >= self.places.1
    }
}

/// Whose turn it is.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<Mutex<Turns>>);

#[derive(Default)]
struct Turns {
    /// Even while the caller's next head is awaited or read, odd while a request is answered.
    number: u64,
    /// Who waits for bytes while a request is answered, and must look at the clock again when it is.
    reader: Option<Waker>,
}

impl Turn {
    /// A request has come; it is answered until the guard is dropped.
    pub(super) fn begin(&self) -> Answering {
        drop(self.pass());
        Answering(self.clone())
    }

    fn pass(&self) -> Option<Waker> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.number += 1;
        turns.reader.take()
    }

    /// Its number; the reader is woken at its end when it is not the caller's.
    fn look(&self, cx: &Context<'_>) -> u64 {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.reader = (turns.number % 2 == 1).then(|| cx.waker().clone());
        turns.number
    }
}

/// While this lives a request is being answered.
pub(super) struct Answering(Turn);

impl Drop for Answering {
    fn drop(&mut self) {
        if let Some(reader) = self.0.pass() {
            reader.wake();
        }
    }
}

/// A body; the request is being answered until it is gone.
pub(super) struct Answer {
    pub(super) body: Body,
    pub(super) _answering: Answering,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream whose reads fail with [`io::ErrorKind::TimedOut`] when the caller takes longer than its pace.
pub(super) struct Paced<S> {
    stream: S,
    pace: Pace,
    turn: Turn,
    /// The turn in which a head's first byte has come. The first head is waited for as if it had.
    begun: u64,
    /// Runs in the turn it was set in.
    clock: Option<(u64, Pin<Box<Sleep>>)>,
    silent_since: Instant,
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, pace: Pace, turn: Turn) -> Self {
        Self { stream, pace, turn, begun: 0, clock: None, silent_since: Instant::now() }
    }

    /// Ready when the caller's time is over.
    fn poll_late(&mut self, turn: u64, cx: &mut Context<'_>) -> Poll<()> {
        let (head, silent) = (self.pace.head, self.begun != turn);
        if self.clock.is_none() {
            self.silent_since = Instant::now();
        }
        let (_, clock) = self.clock.get_or_insert_with(|| (turn, Box::pin(tokio::time::sleep(head))));
        loop {
            std::task::ready!(clock.as_mut().poll(cx));
            let left = self.pace.idle.saturating_sub(self.silent_since.elapsed());
            if !(silent && self.pace.has_room() && left > Duration::ZERO) {
                return Poll::Ready(());
            }
            clock.as_mut().reset(Instant::now() + left.min(head));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        let turn = this.turn.look(cx);
        let answering = turn % 2 == 1;
        if answering || this.clock.as_ref().is_some_and(|(set_in, _)| *set_in != turn) {
            this.clock = None;
        }
        if !answering && this.begun != turn && buffer.filled().len() > before {
            this.begun = turn;
            this.clock = Some((turn, Box::pin(tokio::time::sleep(this.pace.head))));
        }
        if read.is_pending() && !answering {
            std::task::ready!(this.poll_late(turn, cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    const HEAD: Duration = Duration::from_secs(10);
    const IDLE: Duration = Duration::from_secs(75);

    /// The server's side of a connection with `free` of 4 places left, its turns, and the caller's side.
    fn connection(free: usize) -> (Paced<DuplexStream>, Turn, DuplexStream) {
        let (server, caller) = duplex(64);
        let turn = Turn::default();
        let pace = Pace { head: HEAD, idle: IDLE, places: (Arc::new(Semaphore::new(free)), 4) };
        (Paced::new(server, pace, turn.clone()), turn, caller)
    }

    /// Reads until the clock stops it, and says after how many seconds that was.
    async fn cut_off(server: &mut Paced<DuplexStream>) -> u64 {
        let started = Instant::now();
        let error = loop {
            if let Err(error) = server.read_u8().await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        started.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_head_has_its_time_from_the_start() {
        let (mut server, _, _caller) = connection(4);
        assert_eq!(cut_off(&mut server).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_now_and_then_wins_no_time() {
        let (mut server, turn, mut caller) = connection(4);
        drop(turn.begin());
        let dripping = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(3)).await;
                caller.write_u8(b'x').await.expect("written");
            }
        });
        // Three seconds of silence, then the head's ten.
        assert_eq!(cut_off(&mut server).await, 13);
        dripping.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn between_requests_silence_is_longer_while_there_are_places() {
        for (free, seconds) in [(4, 75), (2, 75), (1, 10), (0, 10)] {
            let (mut server, turn, _caller) = connection(free);
            drop(turn.begin());
            assert_eq!(cut_off(&mut server).await, seconds, "{free}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn places_that_run_out_end_a_silence_that_has_begun() {
        let (mut server, turn, _caller) = connection(4);
        drop(turn.begin());
        let places = Arc::clone(&server.pace.places.0);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(25)).await;
            places.forget_permits(4);
        });
        assert_eq!(cut_off(&mut server).await, 30);
    }

    #[tokio::test(start_paused = true)]
    async fn no_clock_runs_while_a_request_is_answered() {
        let (mut server, turn, _caller) = connection(4);
        let answering = turn.begin();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(200)).await;
            drop(answering);
        });
        // Its silence begins with the answer's end, which nothing else tells the reader.
        assert_eq!(cut_off(&mut server).await, 275);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_took_long_leaves_the_next_its_own_time() {
        let (mut server, turn, mut caller) = connection(4);
        for _ in 0..3 {
            let late = async {
                for _ in 0..2 {
                    tokio::time::sleep(Duration::from_secs(9)).await;
                    caller.write_u8(b'x').await.expect("written");
                }
            };
            let read = async {
                server.read_u8().await.expect("the first byte in time");
                // As if this were all of it, and were answered at once: no read meanwhile.
                drop(turn.begin());
                server.read_u8().await.expect("the next head's in time");
                drop(turn.begin());
            };
            tokio::join!(late, read);
        }
        assert_eq!(cut_off(&mut server).await, 75);
    }
}
