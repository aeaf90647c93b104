//! Work that blocks or computes, kept off the async threads: so many at a time, so many waiting,
//! the rest is refused at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use super::error::ApiError;

/// A bounded way to the threads that may block.
#[derive(Debug, Clone)]
pub(crate) struct Blocking {
    /// Places to run.
    running: Arc<Semaphore>,
    /// Places to run or to wait.
    admitted: Arc<Semaphore>,
    /// Places to run there are.
    places: usize,
    /// Places to wait there are.
    line: usize,
    /// Requests for which the line was full.
    refused: Arc<AtomicU64>,
}

/// How full a way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    /// Places to run.
    pub(crate) places: usize,
    /// Those that are taken.
    pub(crate) running: usize,
    /// Requests in line.
    pub(crate) waiting: usize,
    /// Requests refused so far.
    pub(crate) refused: u64,
}

/// A place to run; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _running: OwnedSemaphorePermit,
    _admitted: OwnedSemaphorePermit,
}

impl Blocking {
    /// `running` at a time, `waiting` more in line.
    pub(crate) fn new(running: usize, waiting: usize) -> Self {
        let running = running.max(1);
        Self {
            running: Arc::new(Semaphore::new(running)),
            admitted: Arc::new(Semaphore::new(running + waiting)),
            places: running,
            line: waiting,
            refused: Arc::default(),
        }
    }

    /// A place to run, after those who came before; [`Code::Overloaded`](super::error::Code) when
    /// the line is full.
    pub(crate) async fn enter(&self) -> Result<Place, ApiError> {
        let admitted = match Arc::clone(&self.admitted).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::NoPermits) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                return Err(ApiError::overloaded());
            }
            Err(TryAcquireError::Closed) => return Err(ApiError::internal("the gate is closed")),
        };
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(ApiError::internal)?;
        Ok(Place { _running: running, _admitted: admitted })
    }

    /// How full it is.
    pub(crate) fn load(&self) -> Load {
        let running = self.places - self.running.available_permits();
        let admitted = self.places + self.line - self.admitted.available_permits();
        let refused = self.refused.load(Ordering::Relaxed);
        Load { places: self.places, running, waiting: admitted.saturating_sub(running), refused }
    }

    /// Runs `work` on a thread that may block.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, ApiError> + Send + 'static,
    {
        self.enter().await?.run(work).await
    }
}

impl Place {
    /// Runs `work` on a thread that may block. The place is taken until the work ends, also when
    /// nobody waits for its result any more.
    pub(crate) async fn run<T, F>(self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, ApiError> + Send + 'static,
    {
        let task = tokio::task::spawn_blocking(move || {
            let _place = self;
            work()
        });
        match task.await {
            Ok(result) => result,
            Err(error) => Err(match error.try_into_panic() {
                Ok(panic) => ApiError::internal(format!(
                    "a request's work panicked: {}",
                    super::context::panic_text(&*panic)
                )),
                Err(error) => ApiError::internal(error),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::http::error::Code;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime")
    }

    #[test]
    fn what_does_not_fit_is_refused_at_once_and_the_rest_is_done() {
        runtime().block_on(async {
            let blocking = Blocking::new(1, 1);
            let (release, held) = mpsc::channel::<()>();
            let (started, has_started) = tokio::sync::oneshot::channel();
            let first = tokio::spawn({
                let blocking = blocking.clone();
                async move {
                    blocking
                        .run(move || {
                            let _ = started.send(());
                            held.recv().map_err(ApiError::internal)
                        })
                        .await
                }
            });
            has_started.await.expect("started");
            // The second one is in line once the only waiting place is gone.
            let second = tokio::spawn({
                let blocking = blocking.clone();
                async move { blocking.run(|| Ok(2)).await }
            });
            while blocking.admitted.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            let third = blocking.run(|| Ok(3)).await.expect_err("refused");
            assert_eq!(third.code(), Code::Overloaded);
            assert_eq!(blocking.load(), Load { places: 1, running: 1, waiting: 1, refused: 1 });
            release.send(()).expect("release");
            first.await.expect("join").expect("first");
            assert_eq!(second.await.expect("join").expect("second"), 2);
            assert_eq!(blocking.run(|| Ok(4)).await.expect("free again"), 4);
        });
    }

    #[test]
    fn a_panic_is_an_internal_error_and_frees_its_place() {
        runtime().block_on(async {
            let blocking = Blocking::new(1, 0);
            let error = blocking.run::<(), _>(|| panic!("boom")).await.expect_err("panicked");
            assert_eq!(
                (error.code(), error.cause()),
                (Code::Internal, Some("a request's work panicked: boom"))
            );
            assert_eq!(blocking.run(|| Ok(1)).await.expect("free"), 1);
        });
    }
}
