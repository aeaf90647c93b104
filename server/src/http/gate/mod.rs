//! Admission by cost: so much work at a time, so many waiting, the rest refused at once.
//!
//! Work has a cost in units: a search is one, what takes longer is more ([`Cost`]). Those who wait take turns by client
//! (`line`); whoever would wait longer than its deadline, or longer than anybody should, is refused before it waits.
//! Dropping the future of [`Gate::enter`] leaves the line, so that work whose caller has gone is never begun.

mod line;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use footnote_index::Name;
use tokio::sync::oneshot;

use super::context::REQUEST;
use super::error::ApiError;
use line::Line;

/// Longest time in line that is begun with, by what requests took lately.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Weight of the newest request in what they took lately.
const NEWEST: f64 = 0.1;

/// Longest time in `Retry-After`, in seconds.
const LONGEST_RETRY: f64 = 30.0;

/// What work takes of a gate, in units of a search without a reranker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost(pub(crate) u32);

impl Cost {
    /// A search, reading a document, whatever is not said.
    pub(crate) const SEARCH: Self = Self(1);
    /// An answer: a search, its passages, the vectors of their sentences.
    pub(crate) const ANSWER: Self = Self(2);
    /// A search whose hits a cross-encoder reads.
    pub(crate) const RERANK: Self = Self(4);
}

/// Who waits: a client, or work that is nobody's.
type Owner = Option<(Name, Name)>;

/// A bounded way to do work.
#[derive(Debug, Clone)]
pub(crate) struct Gate(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    capacity: u32,
    state: Mutex<State>,
    /// How many wait, for those who only look.
    waiting: AtomicUsize,
    /// Requests that were not let in.
    refused: AtomicU64,
}

/// How full a gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    /// Units of work at a time.
    pub(crate) places: usize,
    /// Those that are taken.
    pub(crate) running: usize,
    /// Requests in line.
    pub(crate) waiting: usize,
    /// Requests refused so far.
    pub(crate) refused: u64,
}

#[derive(Debug)]
struct State {
    free: u32,
    line: Line<Owner, Waiter>,
    /// Units that wait.
    queued: u64,
    /// Seconds a unit took lately.
    pace: f64,
}

#[derive(Debug)]
struct Waiter {
    units: u32,
    called: oneshot::Sender<()>,
}

/// Units of a gate; given back when dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    gate: Gate,
    units: u32,
    since: Instant,
}

impl Gate {
    /// `capacity` units at a time, `places` in line.
    pub(crate) fn new(capacity: usize, places: usize) -> Self {
        let capacity = u32::try_from(capacity).unwrap_or(u32::MAX).max(1);
        let state = State { free: capacity, line: Line::new(places), queued: 0, pace: 0.0 };
        Self(Arc::new(Shared {
            capacity,
            state: Mutex::new(state),
            waiting: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
        }))
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    /// How full it is.
    pub(crate) fn load(&self) -> Load {
        let places = self.0.capacity as usize;
        let running = places.saturating_sub(self.state().free as usize);
        Load { places, running, waiting: self.waiting(), refused: self.0.refused.load(Ordering::Relaxed) }
    }

    fn refuse(&self, retry_s: u64) -> ApiError {
        self.0.refused.fetch_add(1, Ordering::Relaxed);
        ApiError::overloaded().retry_after(retry_s)
    }

    /// A pass, after those who came before and whose turn it is; overloaded when the line is full or too slow.
    pub(crate) async fn enter(&self, cost: Cost) -> Result<Pass, ApiError> {
        let request = REQUEST.try_with(Arc::clone).ok();
        let owner: Owner =
            request.as_ref().and_then(|r| Some((r.tenant.get()?.clone(), r.client.get()?.clone())));
        let deadline = request.as_ref().and_then(|r| r.deadline.get().copied());
        // What is more than everything would never be let in.
        let units = cost.0.clamp(1, self.0.capacity);
        let (place, called) = {
            let mut state = self.state();
            if state.line.len() == 0 && state.free >= units {
                state.free -= units;
                return Ok(self.pass(units));
            }
            let wait = state.wait(self.0.capacity);
            let patience = deadline
                .map_or(LONGEST_WAIT, |at| at.saturating_duration_since(Instant::now()).min(LONGEST_WAIT));
            let retry_s = wait.as_secs_f64().ceil().clamp(1.0, LONGEST_RETRY) as u64;
            if wait > patience {
                return Err(self.refuse(retry_s));
            }
            let (call, called) = oneshot::channel();
            let waiter = Waiter { units, called: call };
            let ticket = state.line.push(&owner, waiter).map_err(|_| self.refuse(retry_s))?;
            state.queued += u64::from(units);
            self.look(&state);
            (Place { gate: self, owner, ticket, units, called: None }, called)
        };
        place.wait(called).await
    }

    fn pass(&self, units: u32) -> Pass {
        Pass { gate: self.clone(), units, since: Instant::now() }
    }

    /// Gives units back, with the time each took when they were used, and calls those whose turn it is.
    fn give_back(&self, units: u32, took: Option<Duration>) {
        let mut state = self.state();
        state.free += units;
        if let Some(took) = took {
            let pace = took.as_secs_f64() / f64::from(units);
            state.pace = if state.pace == 0.0 { pace } else { state.pace + NEWEST * (pace - state.pace) };
        }
        while state.line.first().is_some_and(|waiter| waiter.units <= state.free) {
            let Some(waiter) = state.line.pop() else { break };
            state.queued -= u64::from(waiter.units);
            // One who has gone took nothing.
            if waiter.called.send(()).is_ok() {
                state.free -= waiter.units;
            }
        }
        self.look(&state);
    }

    fn look(&self, state: &State) {
        self.0.waiting.store(state.line.len(), Ordering::Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is complete before anything can panic.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Time that somebody who comes now would wait, by what units took lately.
    fn wait(&self, capacity: u32) -> Duration {
        let rounds = (self.queued as f64 + 1.0) / f64::from(capacity);
        Duration::try_from_secs_f64(rounds * self.pace).unwrap_or(Duration::MAX)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.gate.give_back(self.units, Some(self.since.elapsed()));
    }
}

/// A place in line; left when dropped.
#[derive(Debug)]
struct Place<'a> {
    gate: &'a Gate,
    owner: Owner,
    ticket: u64,
    units: u32,
    called: Option<oneshot::Receiver<()>>,
}

impl Place<'_> {
    async fn wait(mut self, called: oneshot::Receiver<()>) -> Result<Pass, ApiError> {
        let called = self.called.insert(called);
        let outcome = called.await;
        // The units are the pass's now.
        self.called = None;
        outcome.map_err(ApiError::internal)?;
        Ok(self.gate.pass(self.units))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(mut called) = self.called.take() else { return };
        let mut state = self.gate.state();
        if state.line.leave(&self.owner, self.ticket).is_some() {
            state.queued -= u64::from(self.units);
            self.gate.look(&state);
            return;
        }
        drop(state);
        // Called and gone before it heard of it.
        if called.try_recv().is_ok() {
            self.gate.give_back(self.units, None);
        }
    }
}

#[cfg(test)]
mod tests;
