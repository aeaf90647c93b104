//! The ingest worker: one thread that makes accepted documents searchable, one client after the
//! other.
//!
//! Uploads wake it; wake-ups of the same client fall together, so its queue never holds more than
//! the clients there are. Nothing is lost with it: what was accepted is in the client's ledger, and
//! [`IngestWorker::start`] finds it again after a restart. Whoever waits for a version gets a
//! ticket; tickets are settled when the version is finished or when a run that began after they
//! were taken has ended.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use footnote_index::{DocumentId, Name, Scope, VersionState};
use footnote_ingest::pipeline::{Entry, Event, Status};
use tokio::sync::oneshot;

use super::auth;
use super::error::{ApiError, Code};
use crate::app::App;
use crate::wire::UploadResult;

/// Pause before a client whose run failed (a full disk, say) is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Quiet time after which text writers are closed.
const IDLE: Duration = Duration::from_secs(10);

/// What became of a version somebody waited for.
pub(crate) type Settled = Result<UploadResult, ApiError>;

/// The queue and its thread.
#[derive(Debug, Default)]
pub(crate) struct IngestWorker {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct State {
    due: VecDeque<Job>,
    retry: Vec<(Instant, Scope)>,
    tickets: HashMap<Awaited, Vec<Ticket>>,
    next_ticket: u64,
    stopping: bool,
    /// Whether text writers may be open.
    wrote: bool,
    started: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Job {
    /// Look for unfinished documents of all clients of a tenant.
    Resume(Name),
    /// Finish what one client has accepted.
    Finish(Scope),
}

/// A document version of a client.
type Awaited = (Scope, DocumentId, u32);

#[derive(Debug)]
struct Ticket {
    number: u64,
    result: UploadResult,
    reply: oneshot::Sender<Settled>,
}

enum Next {
    Do(Job),
    Idle,
    Stop,
}

impl IngestWorker {
    /// Starts the thread, which first finishes what clients of any tenant had accepted before.
    pub(crate) fn start(self: &Arc<Self>, app: Arc<App>) -> std::io::Result<JoinHandle<()>> {
        let worker = Arc::clone(self);
        let tenants = app.engine().control().tenants().map_err(std::io::Error::other)?;
        {
            let mut state = self.state();
            state.due.extend(tenants.into_iter().map(Job::Resume));
            state.started = true;
        }
        std::thread::Builder::new().name("ingest".into()).spawn(move || worker.run(&app))
    }

    /// Whether the thread runs.
    pub(crate) fn started(&self) -> bool {
        self.state().started
    }

    /// Says that the client has accepted documents.
    pub(crate) fn finish(&self, scope: &Scope) {
        let mut state = self.state();
        state.push(scope.clone());
        self.wake.notify_one();
    }

    /// A ticket for an accepted version; `None` when the result names none. Take it, then call
    /// [`IngestWorker::finish`].
    pub(crate) fn ticket(&self, scope: &Scope, accepted: UploadResult) -> Option<oneshot::Receiver<Settled>> {
        let awaited = (scope.clone(), accepted.document_id.clone()?, accepted.version?);
        let (reply, settled) = oneshot::channel();
        let mut state = self.state();
        let number = state.next_ticket;
        state.next_ticket += 1;
        state.tickets.entry(awaited).or_default().push(Ticket { number, result: accepted, reply });
        Some(settled)
    }

    /// Ends the thread after the run it is in.
    pub(crate) fn stop(&self) {
        self.state().stopping = true;
        self.wake.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is complete before anything in it can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, app: &App) {
        loop {
            match self.next() {
                Next::Do(Job::Resume(tenant)) => self.find_unfinished(app, &tenant),
                Next::Do(Job::Finish(scope)) => self.finish_client(app, &scope),
                Next::Idle => {
                    if let Err(error) = app.engine().close_writers() {
                        tracing::warn!(%error, "closing idle text writers failed");
                    }
                }
                Next::Stop => break,
            }
        }
        self.state().started = false;
    }

    fn next(&self) -> Next {
        let mut state = self.state();
        loop {
            if state.stopping {
                return Next::Stop;
            }
            let now = Instant::now();
            while let Some(at) = state.retry.iter().position(|(when, _)| *when <= now) {
                let (_, scope) = state.retry.swap_remove(at);
                state.push(scope);
            }
            if let Some(job) = state.due.pop_front() {
                state.wrote |= matches!(job, Job::Finish(_));
                return Next::Do(job);
            }
            let (woken, timeout) =
                self.wake.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if timeout.timed_out() && std::mem::take(&mut state.wrote) {
                return Next::Idle;
            }
        }
    }

    fn find_unfinished(&self, app: &App, tenant: &Name) {
        let scopes = match auth::all_scopes(app.engine().control(), tenant) {
            Ok(scopes) => scopes,
            Err(error) => {
                tracing::error!(tenant.id = %tenant, cause = error.cause(), "unfinished documents could not be looked for");
                return;
            }
        };
        for scope in scopes {
            match app.engine().pending(&scope) {
                Ok(pending) if pending.is_empty() => {}
                Ok(pending) => {
                    tracing::info!(tenant.id = %tenant, client.id = %scope.client(), documents = pending.len(), "resuming ingest");
                    self.state().push(scope);
                }
                Err(error) => {
                    tracing::error!(tenant.id = %tenant, client.id = %scope.client(), %error, "the client cannot be opened");
                }
            }
        }
    }

    fn finish_client(&self, app: &App, scope: &Scope) {
        let before = self.state().next_ticket;
        let run = catch_unwind(AssertUnwindSafe(|| {
            app.exclusive(|pipeline| {
                // A client removed meanwhile must not come back as an empty folder.
                if !auth::still_exists(pipeline.engine().control(), scope)? {
                    return Err(ApiError::not_found());
                }
                let pipeline = app.pipeline_of(scope)?;
                let report = pipeline.ingest_pending(scope, &mut |event| {
                    if let Event::Done(entry) = event {
                        self.settle_entry(scope, entry);
                    }
                })?;
                Ok(report)
            })
        }));
        let run = run.unwrap_or_else(|panic| {
            Err(ApiError::internal(format!("ingest panicked: {}", super::context::panic_text(&*panic))))
        });
        match run {
            Ok(report) => {
                tracing::info!(
                    tenant.id = %scope.tenant(),
                    client.id = %scope.client(),
                    documents.ingested = report.totals.ingested,
                    documents.failed = report.totals.failed,
                    chunk.count = report.totals.chunks,
                    duration_ms = report.seconds * 1000.0,
                    "documents ingested"
                );
                for ticket in self.take_before(scope, before) {
                    let settled = look_up(app, scope, ticket.result);
                    let _ = ticket.reply.send(settled);
                }
            }
            Err(error) => {
                tracing::error!(
                    tenant.id = %scope.tenant(), client.id = %scope.client(),
                    code = error.code().parts().1, cause = error.cause().unwrap_or(error.detail()),
                    "ingest run failed; what was accepted is kept"
                );
                // Other settings do not come with time, nor does a removed client.
                if !matches!(error.code(), Code::FingerprintMismatch | Code::NotFound) {
                    self.state().retry.push((Instant::now() + RETRY_AFTER, scope.clone()));
                }
                for ticket in self.take_before(scope, before) {
                    let _ = ticket.reply.send(Err(error.clone()));
                }
            }
        }
    }

    fn settle_entry(&self, scope: &Scope, entry: &Entry) {
        let (Some(id), Some(version)) = (&entry.document_id, entry.version) else { return };
        let awaited = (scope.clone(), id.clone(), version);
        for ticket in self.state().tickets.remove(&awaited).unwrap_or_default() {
            let mut result = ticket.result;
            result.chunks = entry.chunks;
            match entry.status {
                Status::Ingested => result.status = "ingested".to_owned(),
                Status::Skipped | Status::Failed | Status::Deleted => {
                    result.status =
                        if entry.status == Status::Failed { "failed" } else { "skipped" }.to_owned();
                    result.code.clone_from(&entry.code);
                    result.reason.clone_from(&entry.reason);
                }
            }
            let _ = ticket.reply.send(Ok(result));
        }
    }

    /// Takes the client's tickets with a number below `before`.
    fn take_before(&self, scope: &Scope, before: u64) -> Vec<Ticket> {
        let mut taken = Vec::new();
        self.state().tickets.retain(|(of, _, _), tickets| {
            if of == scope {
                taken.extend(tickets.extract_if(.., |ticket| ticket.number < before));
            }
            !tickets.is_empty()
        });
        taken
    }
}

impl State {
    fn push(&mut self, scope: Scope) {
        let job = Job::Finish(scope);
        if !self.due.contains(&job) {
            self.due.push_back(job);
        }
    }
}

/// What the store says of a version whose end was not seen here: it was finished before the ticket
/// was taken, replaced, or deleted.
fn look_up(app: &App, scope: &Scope, mut result: UploadResult) -> Settled {
    let (Some(id), Some(version)) = (result.document_id.clone(), result.version) else { return Ok(result) };
    let document = match app.engine().document(scope, &id) {
        Ok(document) => document,
        Err(error) if error.is_not_found() => {
            result.status = "skipped".to_owned();
            result.code = "deleted".to_owned();
            result.reason = Some("the document was deleted meanwhile".to_owned());
            return Ok(result);
        }
        Err(error) => return Err(error.into()),
    };
    if document.version == version && document.state == VersionState::Visible {
        result.status = "ingested".to_owned();
        result.chunks = usize::try_from(document.chunks).unwrap_or(usize::MAX);
    } else if document.newest_version > version {
        result.status = "skipped".to_owned();
        result.code = "superseded".to_owned();
        result.reason = Some(format!("version {} replaced it meanwhile", document.newest_version));
    } else if let Some(reason) = document.reason {
        result.status = "failed".to_owned();
        result.code = document.code.unwrap_or_else(|| "failed".to_owned());
        result.reason = Some(reason);
    }
    Ok(result)
}
