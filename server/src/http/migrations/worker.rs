//! The migration worker: one thread that builds clients' indexes anew, one after the other, while queries and uploads go on.
//!
//! What it has built is in the client's store; a migration that a stop or a crash cut off is found and taken up at the next
//! start, as long as the settings are the same.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use footnote_index::{GenerationState, Name, Scope};
use footnote_ingest::pipeline::{Begun, MigrationReport};

use super::super::auth;
use super::super::context::panic_text;
use super::super::error::ApiError;
use crate::app::App;

/// Where a client's migration stands, as far as this process knows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Progress {
    /// None was asked for since the start.
    Idle,
    /// There is nothing to do.
    Unchanged,
    /// It waits for another client's.
    Queued,
    /// So many of the documents are in the new generation.
    Running { done: u64, of: u64 },
    /// The new generation serves.
    Done(MigrationReport),
    /// It ended without a swap; what was built is kept for the next time.
    Failed(String),
}

impl Progress {
    /// Its name on the wire.
    pub(crate) fn state(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Unchanged => "unchanged",
            Self::Queued => "queued",
            Self::Running { .. } => "running",
            Self::Done(_) => "done",
            Self::Failed(_) => "failed",
        }
    }
}

/// The queue and its thread.
#[derive(Debug, Default)]
pub(crate) struct MigrationWorker {
    state: Mutex<State>,
    wake: Condvar,
    stop: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Scope>,
    /// At most one entry a client.
    progress: HashMap<Scope, Progress>,
    running: bool,
}

impl MigrationWorker {
    /// Starts the thread, which first takes up what was left.
    pub(crate) fn start(self: &Arc<Self>, app: Arc<App>) -> std::io::Result<()> {
        let tenants = app.engine().control().tenants().map_err(std::io::Error::other)?;
        let worker = Arc::clone(self);
        self.state().running = true;
        let run = move || {
            for tenant in tenants {
                worker.find_left(&app, &tenant);
            }
            worker.run(&app);
        };
        std::thread::Builder::new().name("migrate".into()).spawn(run).map(drop)
    }

    /// Ends the thread after the batch it is in.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        // Taken so that the thread cannot miss the wake-up between its look and its wait.
        drop(self.state());
        self.wake.notify_all();
    }

    /// Whether the thread has ended.
    pub(crate) fn is_finished(&self) -> bool {
        !self.state().running
    }

    /// Puts a client in the queue, unless it is in there or being worked on.
    pub(crate) fn enqueue(&self, scope: &Scope) -> Progress {
        let mut state = self.state();
        match state.progress.get(scope) {
            Some(under_way @ (Progress::Queued | Progress::Running { .. })) => return under_way.clone(),
            _ => state.progress.insert(scope.clone(), Progress::Queued),
        };
        state.queue.push_back(scope.clone());
        self.wake.notify_one();
        Progress::Queued
    }

    /// Where the client's migration stands.
    pub(crate) fn progress(&self, scope: &Scope) -> Progress {
        self.state().progress.get(scope).cloned().unwrap_or(Progress::Idle)
    }

    /// Forgets how the client's last migration ended: it no longer tells what serves.
    pub(crate) fn forget(&self, scope: &Scope) {
        self.state().progress.remove(scope);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is complete before anything in it can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, scope: &Scope, progress: Progress) {
        self.state().progress.insert(scope.clone(), progress);
    }

    fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn run(&self, app: &App) {
        while let Some(scope) = self.next() {
            let outcome =
                catch_unwind(AssertUnwindSafe(|| self.migrate(app, &scope))).unwrap_or_else(|panic| {
                    Err(ApiError::internal(format!("a migration panicked: {}", panic_text(&*panic))))
                });
            let (tenant, client) = (scope.tenant(), scope.client());
            match outcome {
                // Left for the next start.
                Ok(None) => self.forget(&scope),
                Ok(Some(report)) => {
                    tracing::info!(
                        tenant.id = %tenant, client.id = %client, documents = report.documents, chunk.count = report.chunks,
                        duration_ms = report.seconds * 1000.0, to = report.to, "client migrated"
                    );
                    self.tell(&scope, Progress::Done(report));
                }
                Err(error) => {
                    let cause = error.cause().unwrap_or(error.detail());
                    tracing::error!(
                        tenant.id = %tenant, client.id = %client, code = error.code().parts().1, cause,
                        "a migration ended without a swap; what was built is kept"
                    );
                    self.tell(&scope, Progress::Failed(error.detail().to_owned()));
                }
            }
        }
        self.state().running = false;
    }

    fn next(&self) -> Option<Scope> {
        let mut state = self.state();
        loop {
            if self.stopping() {
                return None;
            }
            if let Some(scope) = state.queue.pop_front() {
                return Some(scope);
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// `None` when the server stops before it is done.
    fn migrate(&self, app: &App, scope: &Scope) -> Result<Option<MigrationReport>, ApiError> {
        let pipeline = app.pipeline();
        if !auth::still_exists(app.engine().control(), scope)? {
            return Err(ApiError::not_found());
        }
        let on = &mut |event: footnote_ingest::pipeline::MigrationEvent| {
            self.tell(scope, Progress::Running { done: event.done, of: event.of });
        };
        self.tell(scope, Progress::Running { done: 0, of: 0 });
        let mut migration = match pipeline.begin_migration(scope)? {
            Begun::Unchanged(report) => return Ok(Some(report)),
            Begun::Migration(migration) => migration,
        };
        pipeline.fill(scope, &mut migration, &self.stop, on)?;
        if self.stopping() {
            return Ok(None);
        }
        // Alone: an ingest run that began under the old generation must not end under the new one.
        app.exclusive(|pipeline| Ok(Some(pipeline.swap_in(scope, migration, on)?)))
    }

    /// Queues the tenant's clients with a generation under these settings that is not finished.
    fn find_left(&self, app: &App, tenant: &Name) {
        let wanted = app.pipeline().spec().fingerprint;
        let scopes = auth::all_scopes(app.engine().control(), tenant).unwrap_or_else(|error| {
            tracing::error!(tenant.id = %tenant, cause = error.cause(), "migrations that were left could not be looked for");
            Vec::new()
        });
        for scope in scopes {
            if self.stopping() {
                return;
            }
            // A client that cannot be opened is reported by the ingest worker.
            let Ok(generations) = app.engine().generations(&scope) else { continue };
            let left = generations.iter().any(|status| {
                status.state == GenerationState::Building && status.generation.spec.fingerprint == wanted
            });
            if left {
                tracing::info!(tenant.id = %tenant, client.id = %scope.client(), "taking up a migration that was left");
                self.enqueue(&scope);
            }
        }
    }
}
