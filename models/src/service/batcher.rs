//! The handle to an inference thread.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::engine;
use super::pieces::Weight;
use super::queue::Queue;
use super::{Priority, ServiceOptions};
use crate::batch::Model;
use crate::error::ModelError;

/// A handle to the inference thread of a model; the thread ends when the last clone is dropped.
pub(super) struct Batcher<M: Model> {
    handle: Arc<Handle<M>>,
}

impl<M: Model> Clone for Batcher<M> {
    fn clone(&self) -> Self {
        Self { handle: Arc::clone(&self.handle) }
    }
}

/// What all clones share.
struct Handle<M: Model> {
    queue: Arc<Queue<M>>,
}

impl<M: Model> Drop for Handle<M> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl<M: Model> Batcher<M>
where
    M::Input: Weight,
{
    /// Starts the threads `NAME-0`, `NAME-1`... If the system gives none, every call is [`ModelError::Stopped`].
    pub(super) fn spawn(model: M, name: &'static str, options: &ServiceOptions) -> Self {
        let queue = Arc::new(Queue::new(options.queue));
        let handle = Arc::new(Handle { queue: Arc::clone(&queue) });
        let threads = options.threads.or_else(|| std::thread::available_parallelism().ok());
        let threads = threads.map_or(1, NonZeroUsize::get);
        let thread = std::thread::Builder::new().name(format!("{name}-0"));
        if thread.spawn(move || engine::run(&model, &queue, name, threads)).is_err() {
            handle.queue.close();
        }
        Self { handle }
    }

    /// The outputs of the inputs, in order. Blocks the thread, first for a place in the lane.
    pub(super) fn run_blocking(
        &self,
        priority: Priority,
        inputs: Vec<M::Input>,
    ) -> Result<Vec<M::Output>, ModelError> {
        if inputs.is_empty() {
            return Ok(Vec::new());
        }
        let answer = self.handle.queue.push(priority, inputs, true)?;
        answer.blocking_recv().unwrap_or(Err(ModelError::Stopped))
    }

    /// The outputs of the inputs, in order; a full lane is [`ModelError::Overloaded`] at once. Dropping the future
    /// drops the job.
    pub(super) async fn run(
        &self,
        priority: Priority,
        inputs: Vec<M::Input>,
    ) -> Result<Vec<M::Output>, ModelError> {
        if inputs.is_empty() {
            return Ok(Vec::new());
        }
        let answer = self.handle.queue.push(priority, inputs, false)?;
        answer.await.unwrap_or(Err(ModelError::Stopped))
    }
}
