//! The two lanes of jobs that wait for the inference thread.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::Priority;
use crate::batch::Model;
use crate::error::ModelError;

/// What a caller gets: one output an input, in order.
pub(super) type Answer<M> = Result<Vec<<M as Model>::Output>, ModelError>;

/// Inputs of one caller; at least one.
pub(super) struct Job<M: Model> {
    pub(super) inputs: Vec<M::Input>,
    pub(super) reply: oneshot::Sender<Answer<M>>,
    /// Given back when the job is finished or dropped.
    pub(super) place: Place,
}

/// Jobs from the callers to the inference thread.
pub(super) struct Queue<M: Model> {
    lanes: Mutex<Lanes<M>>,
    /// Signalled when a job arrives or the queue closes.
    arrived: Condvar,
    interactive: Arc<Places>,
    bulk: Arc<Places>,
}

/// The waiting jobs, oldest first.
struct Lanes<M: Model> {
    interactive: VecDeque<Job<M>>,
    bulk: VecDeque<Job<M>>,
    closed: bool,
}

impl<M: Model> Lanes<M> {
    fn lane(&mut self, priority: Priority) -> &mut VecDeque<Job<M>> {
        match priority {
            Priority::Interactive => &mut self.interactive,
            Priority::Bulk => &mut self.bulk,
        }
    }
}

impl<M: Model> Queue<M> {
    /// A queue with `limit` places a lane; at least one.
    pub(super) fn new(limit: usize) -> Self {
        let lanes = Lanes { interactive: VecDeque::new(), bulk: VecDeque::new(), closed: false };
        let places = || Arc::new(Places::new(limit.max(1)));
        Self { lanes: Mutex::new(lanes), arrived: Condvar::new(), interactive: places(), bulk: places() }
    }

    /// Adds a job; the answer comes through the receiver. A full lane is waited for if `wait` is set.
    ///
    /// # Errors
    /// [`ModelError::Overloaded`] if the lane is full and not waited for; [`ModelError::Stopped`].
    pub(super) fn push(
        &self,
        priority: Priority,
        inputs: Vec<M::Input>,
        wait: bool,
    ) -> Result<oneshot::Receiver<Answer<M>>, ModelError> {
        let places = match priority {
            Priority::Interactive => &self.interactive,
            Priority::Bulk => &self.bulk,
        };
        let place = if wait {
            places.wait_for()?
        } else {
            places.take().or_else(|_| {
                self.drop_abandoned(priority);
                places.take()
            })?
        };
        let (reply, answer) = oneshot::channel();
        let job = Job { inputs, reply, place };
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(ModelError::Stopped);
        }
        lanes.lane(priority).push_back(job);
        self.arrived.notify_one();
        Ok(answer)
    }

    /// Takes all waiting interactive jobs.
    pub(super) fn take_interactive(&self) -> VecDeque<Job<M>> {
        std::mem::take(&mut self.lock().interactive)
    }

    /// Takes the oldest waiting bulk job.
    pub(super) fn take_bulk(&self) -> Option<Job<M>> {
        self.lock().bulk.pop_front()
    }

    /// Drops the waiting jobs of a lane whose callers have gone.
    pub(super) fn drop_abandoned(&self, priority: Priority) {
        self.lock().lane(priority).retain(|job| !job.reply.is_closed());
    }

    /// Whether the inference thread is to go on. Waits for a job unless `busy`.
    pub(super) fn go_on(&self, busy: bool) -> bool {
        let idle = |lanes: &mut Lanes<M>| {
            !busy && !lanes.closed && lanes.interactive.is_empty() && lanes.bulk.is_empty()
        };
        let lanes = self.arrived.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        !lanes.closed
    }

    /// Ends the inference thread, drops what waits and refuses what comes.
    pub(super) fn close(&self) {
        let mut lanes = self.lock();
        lanes.closed = true;
        lanes.interactive.clear();
        lanes.bulk.clear();
        drop(lanes);
        self.arrived.notify_all();
        self.interactive.close();
        self.bulk.close();
    }

    /// A panic while the lock is held cannot leave the lanes half changed, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Lanes<M>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The places of one lane. Its lock is taken last: under the lock of the lanes too, never the other way round.
struct Places {
    limit: usize,
    state: Mutex<Taken>,
    /// Signalled when a place becomes free or the lane closes.
    freed: Condvar,
}

#[derive(Default)]
struct Taken {
    places: usize,
    closed: bool,
}

/// One of a lane's places, free again when dropped.
pub(super) struct Place(Arc<Places>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.lock().places -= 1;
        self.0.freed.notify_one();
    }
}

impl Places {
    fn new(limit: usize) -> Self {
        Self { limit, state: Mutex::default(), freed: Condvar::new() }
    }

    /// A free place, or [`ModelError::Overloaded`].
    fn take(self: &Arc<Self>) -> Result<Place, ModelError> {
        let mut taken = self.lock();
        if taken.places >= self.limit {
            return Err(ModelError::Overloaded { limit: self.limit });
        }
        taken.places += 1;
        Ok(Place(Arc::clone(self)))
    }

    /// A place as soon as one is free, or [`ModelError::Stopped`].
    fn wait_for(self: &Arc<Self>) -> Result<Place, ModelError> {
        let full = |taken: &mut Taken| !taken.closed && taken.places >= self.limit;
        let mut taken = self.freed.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        if taken.closed {
            return Err(ModelError::Stopped);
        }
        taken.places += 1;
        Ok(Place(Arc::clone(self)))
    }

    fn close(&self) {
        self.lock().closed = true;
        self.freed.notify_all();
    }

    /// The count changes in one step, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
