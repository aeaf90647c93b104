//! From a request to `history.db` without the request waiting: a bounded queue and one thread that writes in batches.
//!
//! An entry is on its way for about [`PAUSE`]; a process that is killed loses those that are. Whoever reads a client's history
//! has what is queued for it written first, so that a caller finds what it asked before. What does not fit into the queue is
//! refused at once and named to the caller; a batch that cannot be written is counted and logged by its ids.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use footnote_index::{Engine, HistoryEntry, Retention, Scope};

use crate::front::HistorySettings;

/// Entries that may wait.
pub(crate) const MAX_QUEUED: usize = 4096;

/// Bytes that waiting entries may take.
pub(crate) const MAX_QUEUED_BYTES: usize = 16 << 20;

/// Time for entries to come together before they are written.
const PAUSE: Duration = Duration::from_millis(200);

/// Entries of one transaction.
const BATCH: usize = 512;

/// Why an entry was not taken.
pub(crate) const FULL: &str = "the history's queue is full; this was answered and not recorded";

/// Writes entries.
#[derive(Debug)]
pub(crate) struct Recorder {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    engine: Arc<Engine>,
    settings: HistorySettings,
    state: Mutex<State>,
    wake: Condvar,
    /// Held from taking a batch out of the queue until it is written.
    writing: Mutex<()>,
    written: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<(Scope, HistoryEntry)>,
    bytes: usize,
    stopping: bool,
}

/// How much waits and what became of the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecorderLoad {
    /// Entries that wait.
    pub queued: usize,
    /// Entries written.
    pub written: u64,
    /// Entries refused because the queue was full.
    pub dropped: u64,
    /// Entries that could not be written.
    pub failed: u64,
}

impl Recorder {
    pub(crate) fn new(engine: Arc<Engine>, settings: HistorySettings) -> Self {
        let shared = Arc::new(Shared {
            engine,
            settings,
            state: Mutex::default(),
            wake: Condvar::new(),
            writing: Mutex::default(),
            written: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        });
        Self { shared, thread: Mutex::default() }
    }

    /// Whether what a client's people ask is recorded.
    pub(crate) fn records(&self, scope: &Scope) -> bool {
        let settings = &self.shared.settings;
        settings.record
            && !settings
                .off_for
                .iter()
                .any(|(tenant, client)| tenant == scope.tenant() && client == scope.client())
    }

    /// How long entries are kept.
    pub(crate) fn retention(&self) -> Retention {
        self.shared.settings.retention()
    }

    /// Takes an entry; does not wait. False when there is no room.
    pub(crate) fn record(&self, scope: &Scope, entry: HistoryEntry) -> bool {
        let bytes = size(&entry);
        let mut state = self.shared.state();
        if state.queue.len() >= MAX_QUEUED || state.bytes + bytes > MAX_QUEUED_BYTES {
            drop(state);
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        state.bytes += bytes;
        state.queue.push_back((scope.clone(), entry));
        drop(state);
        self.shared.wake.notify_one();
        self.start();
        true
    }

    /// Has what waits of a client written now.
    pub(crate) fn flush(&self, scope: &Scope) {
        while self.shared.write_batch(Some(scope)) {}
    }

    /// Has everything that waits written now.
    pub(crate) fn flush_all(&self) {
        while self.shared.write_batch(None) {}
    }

    /// How it stands.
    pub(crate) fn load(&self) -> RecorderLoad {
        RecorderLoad {
            queued: self.shared.state().queue.len(),
            written: self.shared.written.load(Ordering::Relaxed),
            dropped: self.shared.dropped.load(Ordering::Relaxed),
            failed: self.shared.failed.load(Ordering::Relaxed),
        }
    }

    /// The thread runs from the first entry on: most commands record none.
    fn start(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_some() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        match std::thread::Builder::new().name("history".into()).spawn(move || shared.run()) {
            Ok(handle) => *thread = Some(handle),
            // Entries are written when they are read, and at the end.
            Err(error) => tracing::warn!(%error, "no thread for the history"),
        }
    }
}

impl Drop for Recorder {
    /// Writes what waits.
    fn drop(&mut self) {
        self.shared.state().stopping = true;
        self.shared.wake.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the history's thread panicked");
        }
        self.flush_all();
    }
}

impl Shared {
    fn run(&self) {
        loop {
            let mut state = self.state();
            while state.queue.is_empty() && !state.stopping {
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.stopping && state.queue.is_empty() {
                return;
            }
            // Others join the batch meanwhile.
            let filling = |state: &mut State| !state.stopping && state.queue.len() < BATCH;
            let waited = self.wake.wait_timeout_while(state, PAUSE, filling);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            while self.write_batch(None) {}
        }
    }

    /// Writes a batch of a client's entries, of the first in the queue unless said; false when there were none.
    fn write_batch(&self, scope: Option<&Scope>) -> bool {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((scope, batch)) = self.state().take(scope) else { return false };
        let count = batch.len() as u64;
        match self.engine.record_history(&scope, &batch, self.settings.retention()) {
            Ok(()) => self.written.fetch_add(count, Ordering::Relaxed),
            Err(error) => {
                let ids: Vec<&str> = batch.iter().map(|entry| entry.id.as_str()).collect();
                let ids = ids.join(" ");
                tracing::warn!(%error, history.ids = ids, "history entries could not be written");
                self.failed.fetch_add(count, Ordering::Relaxed)
            }
        };
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes a client's oldest entries out of the queue.
    fn take(&mut self, scope: Option<&Scope>) -> Option<(Scope, Vec<HistoryEntry>)> {
        let scope = scope.or(self.queue.front().map(|(scope, _)| scope))?.clone();
        let mut batch = Vec::new();
        let mut rest = VecDeque::with_capacity(self.queue.len());
        for (of, entry) in self.queue.drain(..) {
            if of == scope && batch.len() < BATCH {
                batch.push(entry);
            } else {
                rest.push_back((of, entry));
            }
        }
        self.queue = rest;
        self.bytes -= batch.iter().map(size).sum::<usize>();
        (!batch.is_empty()).then_some((scope, batch))
    }
}

/// About the memory an entry takes.
fn size(entry: &HistoryEntry) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    512 + entry.question.len()
        + entry.request.len()
        + entry.outcome.len()
        + text(&entry.answer)
        + text(&entry.resolved_question)
        + entry.documents.iter().map(|id| id.len() + 24).sum::<usize>()
}

#[cfg(test)]
mod tests;
