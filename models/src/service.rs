//! One encoder shared by many callers: an inference thread behind a bounded queue with two lanes.
//!
//! Queries go before passages, and a job of many passages runs slice by slice, so a query waits for one slice at
//! most. A job whose caller has gone is dropped. The thread ends when the last handle is dropped; jobs still
//! waiting then have no caller any more.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::batch::{Model, SLICE_TOKENS, Tokens, slices};
use crate::encoder::{Encoder, EncoderInfo};
use crate::error::ModelError;
use crate::registry::InputKind;
use crate::tokenize::TextTokenizer;

/// Query jobs that are embedded together at most.
const QUERIES_AT_ONCE: usize = 32;

/// How an [`EmbeddingService`] queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceOptions {
    /// Jobs that may wait, of both lanes together; at least one.
    pub queue: usize,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self { queue: 256 }
    }
}

/// A vector a text, in order.
type Reply = Result<Vec<Arc<[f32]>>, ModelError>;

/// A handle to the inference thread. Cheap to clone.
#[derive(Clone)]
pub struct EmbeddingService {
    handle: Arc<Handle>,
}

impl std::fmt::Debug for EmbeddingService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddingService").field("info", &self.handle.info).finish_non_exhaustive()
    }
}

/// What all clones share; the last one closes the queue.
struct Handle {
    info: EncoderInfo,
    tokenizer: TextTokenizer,
    queue: Arc<Queue>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// Texts of one caller.
struct Job {
    kind: InputKind,
    texts: Vec<String>,
    reply: oneshot::Sender<Reply>,
}

/// The bounded queue.
struct Queue {
    limit: usize,
    lanes: Mutex<Lanes>,
    /// Signalled when a job arrives or the queue closes.
    arrived: Condvar,
    /// Signalled when a place becomes free or the queue closes.
    freed: Condvar,
}

/// The waiting jobs.
#[derive(Default)]
struct Lanes {
    queries: VecDeque<Job>,
    passages: VecDeque<Job>,
    closed: bool,
}

impl Lanes {
    fn waiting(&self) -> usize {
        self.queries.len() + self.passages.len()
    }

    fn push(&mut self, job: Job) {
        match job.kind {
            InputKind::Query => self.queries.push_back(job),
            InputKind::Passage => self.passages.push_back(job),
        }
    }

    /// Drops the jobs whose callers have gone.
    fn drop_abandoned(&mut self) {
        self.queries.retain(|job| !job.reply.is_closed());
        self.passages.retain(|job| !job.reply.is_closed());
    }
}

/// What the inference thread does next.
enum Work {
    /// Embed these queries.
    Queries(Vec<Job>),
    /// Begin with this job.
    Begin(Job),
    /// Go on with the job in progress.
    GoOn,
    /// All callers are gone.
    Stop,
}

impl Queue {
    /// A panic while the lock is held cannot leave the lanes half changed, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
        self.freed.notify_all();
    }

    /// Adds a job if there is a place.
    fn try_push(&self, job: Job) -> Result<(), ModelError> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(ModelError::Stopped);
        }
        if lanes.waiting() >= self.limit {
            lanes.drop_abandoned();
        }
        if lanes.waiting() >= self.limit {
            return Err(ModelError::Overloaded { limit: self.limit });
        }
        lanes.push(job);
        self.arrived.notify_one();
        Ok(())
    }

    /// Adds a job as soon as there is a place.
    fn push(&self, job: Job) -> Result<(), ModelError> {
        let lanes = self.lock();
        let full = |lanes: &mut Lanes| !lanes.closed && lanes.waiting() >= self.limit;
        let mut lanes = self.freed.wait_while(lanes, full).unwrap_or_else(PoisonError::into_inner);
        if lanes.closed {
            return Err(ModelError::Stopped);
        }
        lanes.push(job);
        self.arrived.notify_one();
        Ok(())
    }

    /// The next work; waits for it unless a job is in progress.
    fn next(&self, in_progress: bool) -> Work {
        let lanes = self.lock();
        let idle = |lanes: &mut Lanes| !in_progress && !lanes.closed && lanes.waiting() == 0;
        let mut lanes = self.arrived.wait_while(lanes, idle).unwrap_or_else(PoisonError::into_inner);
        if lanes.closed {
            return Work::Stop;
        }
        lanes.drop_abandoned();
        let work = if !lanes.queries.is_empty() {
            let count = lanes.queries.len().min(QUERIES_AT_ONCE);
            Work::Queries(lanes.queries.drain(..count).collect())
        } else if in_progress {
            Work::GoOn
        } else {
            match lanes.passages.pop_front() {
                Some(job) => Work::Begin(job),
                None => Work::Queries(Vec::new()),
            }
        };
        self.freed.notify_all();
        work
    }
}

impl EmbeddingService {
    /// Starts the inference thread. If the system gives no thread, every call is [`ModelError::Stopped`].
    #[must_use]
    pub fn spawn(encoder: Encoder, options: ServiceOptions) -> Self {
        let queue = Arc::new(Queue {
            limit: options.queue.max(1),
            lanes: Mutex::default(),
            arrived: Condvar::new(),
            freed: Condvar::new(),
        });
        let handle = Handle {
            info: encoder.info().clone(),
            tokenizer: encoder.tokenizer(),
            queue: Arc::clone(&queue),
        };
        let thread = std::thread::Builder::new().name("embedding".to_owned());
        if thread.spawn(move || run(&encoder, &queue)).is_err() {
            handle.queue.close();
        }
        Self { handle: Arc::new(handle) }
    }

    /// What gives the vectors their meaning.
    #[must_use]
    pub fn info(&self) -> &EncoderInfo {
        &self.handle.info
    }

    /// The encoder's tokenizer.
    #[must_use]
    pub fn tokenizer(&self) -> TextTokenizer {
        self.handle.tokenizer.clone()
    }

    /// Embeds texts, waiting for a place in the queue. Not for async code: it blocks the thread (and panics on a
    /// worker thread of a tokio runtime, as tokio's own blocking calls do).
    ///
    /// # Errors
    /// [`ModelError::Inference`], [`ModelError::Tokenize`], or [`ModelError::Stopped`] if inference panicked.
    pub fn embed_blocking(&self, kind: InputKind, texts: Vec<String>) -> Reply {
        let (reply, answer) = oneshot::channel();
        self.handle.queue.push(Job { kind, texts, reply })?;
        answer.blocking_recv().unwrap_or(Err(ModelError::Stopped))
    }

    /// Embeds texts; a full queue is [`ModelError::Overloaded`] at once. Dropping the future drops the job.
    ///
    /// # Errors
    /// As [`Self::embed_blocking`], and [`ModelError::Overloaded`].
    pub async fn embed(&self, kind: InputKind, texts: Vec<String>) -> Reply {
        let (reply, answer) = oneshot::channel();
        self.handle.queue.try_push(Job { kind, texts, reply })?;
        answer.await.unwrap_or(Err(ModelError::Stopped))
    }
}

/// A passage job being worked on.
struct Progress {
    sequences: Vec<Tokens>,
    slices: Vec<Vec<usize>>,
    next_slice: usize,
    vectors: Vec<Arc<[f32]>>,
    reply: oneshot::Sender<Reply>,
}

/// The inference thread. A panic inside a piece of work drops that work's reply, which its caller sees as
/// [`ModelError::Stopped`]; the thread goes on.
fn run(encoder: &Encoder, queue: &Queue) {
    let mut current: Option<Progress> = None;
    loop {
        let work = queue.next(current.is_some());
        let going_on = match work {
            Work::Stop => return,
            Work::Queries(jobs) => {
                let _ = catch_unwind(AssertUnwindSafe(|| embed_queries(encoder, jobs)));
                continue;
            }
            Work::Begin(job) => catch_unwind(AssertUnwindSafe(|| begin(encoder, job))),
            Work::GoOn => {
                let progress = current.take();
                catch_unwind(AssertUnwindSafe(|| progress.and_then(|progress| go_on(encoder, progress))))
            }
        };
        current = going_on.unwrap_or(None);
    }
}

/// Embeds the texts of several query jobs together.
fn embed_queries(encoder: &Encoder, jobs: Vec<Job>) {
    let texts: Vec<&str> = jobs.iter().flat_map(|job| &job.texts).map(String::as_str).collect();
    if let Ok(encoded) = encoder.encode(InputKind::Query, &texts) {
        let mut vectors = encoded.vectors.into_iter();
        for job in jobs {
            let own = vectors.by_ref().take(job.texts.len()).map(Arc::from).collect();
            // A caller that has gone does not want its answer.
            let _ = job.reply.send(Ok(own));
        }
        return;
    }
    // One job's failure is not the others': each is tried alone and gets its own error.
    for job in jobs {
        let texts: Vec<&str> = job.texts.iter().map(String::as_str).collect();
        let own = encoder.encode(InputKind::Query, &texts);
        let _ = job.reply.send(own.map(|encoded| encoded.vectors.into_iter().map(Arc::from).collect()));
    }
}

/// Tokenises a passage job; its first slice runs after the next look at the queries.
fn begin(encoder: &Encoder, job: Job) -> Option<Progress> {
    let count = job.texts.len();
    let inputs: Vec<(InputKind, String)> = job.texts.into_iter().map(|text| (job.kind, text)).collect();
    match encoder.tokenise(&inputs) {
        Ok(sequences) if count > 0 => {
            let lengths: Vec<usize> = sequences.iter().map(|tokens| tokens.ids.len()).collect();
            let slices = slices(&lengths, SLICE_TOKENS);
            let vectors = vec![Arc::from([]); count];
            Some(Progress { sequences, slices, next_slice: 0, vectors, reply: job.reply })
        }
        Ok(_) => {
            let _ = job.reply.send(Ok(Vec::new()));
            None
        }
        Err(error) => {
            let _ = job.reply.send(Err(error));
            None
        }
    }
}

/// Runs one slice; the job comes back unless it is finished, failed or abandoned.
fn go_on(encoder: &Encoder, mut progress: Progress) -> Option<Progress> {
    if progress.reply.is_closed() {
        return None;
    }
    let Some(slice) = progress.slices.get(progress.next_slice) else {
        let _ = progress.reply.send(Ok(progress.vectors));
        return None;
    };
    let batch: Vec<&Tokens> = slice.iter().map(|index| &progress.sequences[*index]).collect();
    match encoder.forward(&batch, &mut || {}) {
        Ok(vectors) => {
            for (index, vector) in slice.iter().zip(vectors) {
                progress.vectors[*index] = Arc::from(vector);
            }
            progress.next_slice += 1;
            if progress.next_slice < progress.slices.len() {
                return Some(progress);
            }
            let _ = progress.reply.send(Ok(progress.vectors));
            None
        }
        Err(error) => {
            let _ = progress.reply.send(Err(error));
            None
        }
    }
}
