//! Work that blocks or computes, kept off the async threads, behind a [`Gate`].

use super::error::ApiError;
use super::gate::{Cost, Gate, Load, Pass};

/// A bounded way to the threads that may block.
#[derive(Debug, Clone)]
pub(crate) struct Blocking(Gate);

/// A place to run; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place(Pass);

impl Blocking {
    /// `running` units of work at a time, `waiting` requests more in line.
    pub(crate) fn new(running: usize, waiting: usize) -> Self {
        Self(Gate::new(running, waiting))
    }

    /// Requests in line.
    pub(crate) fn waiting(&self) -> usize {
        self.0.waiting()
    }

    /// A place to run, after those who came before and whose turn it is; [`Code::Overloaded`](super::error::Code) when the
    /// line is full or too slow.
    pub(crate) async fn enter(&self) -> Result<Place, ApiError> {
        self.enter_costing(Cost::SEARCH).await
    }

    /// As [`Self::enter`], for work of another cost.
    pub(crate) async fn enter_costing(&self, cost: Cost) -> Result<Place, ApiError> {
        self.0.enter(cost).await.map(Place)
    }

    /// How full it is.
    pub(crate) fn load(&self) -> Load {
        self.0.load()
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
            let _place = self.0;
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
            let second = tokio::spawn({
                let blocking = blocking.clone();
                async move { blocking.run(|| Ok(2)).await }
            });
            while blocking.waiting() == 0 {
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
