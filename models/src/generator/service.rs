//! One generator shared by many callers: a thread of its own behind a bounded queue, one conversation at a time.
//!
//! A conversation whose caller has gone is given up before its next token. A panic or an error fails only the
//! conversation that caused it. The thread ends when the last handle is dropped.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use super::{ChatMessage, Generation, GenerationRequest, Generator, GeneratorInfo};
use crate::error::ModelError;

/// Pieces of text that may wait for their caller before the thread waits for it.
const PIECES: usize = 256;

/// How a service queues and computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenerationOptions {
    /// Conversations that may wait, the one in progress not counted; at least one.
    pub queue: usize,
    /// Threads that compute attention; as many as the machine has processors for us if `None`. Products with quantised
    /// weights use candle's own threads (`CANDLE_NUM_THREADS`).
    pub threads: Option<NonZeroUsize>,
}

impl Default for GenerationOptions {
    fn default() -> Self {
        Self { queue: 8, threads: None }
    }
}

/// What comes from a conversation in progress.
#[derive(Debug)]
pub enum Piece {
    /// The next text.
    Text(String),
    /// It has ended.
    Done(Result<Generation, ModelError>),
}

/// A conversation in progress; dropping it gives it up.
#[derive(Debug)]
pub struct Generating {
    pieces: Receiver<Piece>,
    gone: Arc<AtomicBool>,
}

impl Generating {
    /// The next piece; `None` when none came within `patience`. After [`Piece::Done`] only further `Done`s with
    /// [`ModelError::Stopped`] come.
    #[must_use]
    pub fn next(&self, patience: Duration) -> Option<Piece> {
        match self.pieces.recv_timeout(patience) {
            Ok(piece) => Some(piece),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Piece::Done(Err(ModelError::Stopped))),
        }
    }
}

impl Drop for Generating {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
    }
}

struct Job {
    request: GenerationRequest,
    pieces: SyncSender<Piece>,
    gone: Arc<AtomicBool>,
}

/// A generator and its thread. Cheap to clone.
#[derive(Clone)]
pub struct GenerationService {
    generator: Arc<Generator>,
    jobs: SyncSender<Job>,
    queue: usize,
    unfinished: Arc<AtomicUsize>,
}

impl std::fmt::Debug for GenerationService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GenerationService").field("generator", &self.generator).finish_non_exhaustive()
    }
}

impl GenerationService {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`ModelError::NoThreads`].
    pub fn spawn(generator: Generator, options: GenerationOptions) -> Result<Self, ModelError> {
        let queue = options.queue.max(1);
        let (jobs, waiting) = sync_channel::<Job>(queue);
        let generator = Arc::new(generator);
        let unfinished = Arc::new(AtomicUsize::new(0));
        let (own, counter) = (Arc::clone(&generator), Arc::clone(&unfinished));
        std::thread::Builder::new()
            .name("generator".to_owned())
            .spawn(move || run(&own, &waiting, &counter, options.threads))
            .map_err(|e| ModelError::NoThreads(e.to_string()))?;
        Ok(Self { generator, jobs, queue, unfinished })
    }

    /// What the generator is.
    #[must_use]
    pub fn info(&self) -> &GeneratorInfo {
        self.generator.info()
    }

    /// Tokens of a text; see [`Generator::count`].
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        self.generator.count(text)
    }

    /// Tokens of a conversation; see [`Generator::count_messages`].
    ///
    /// # Errors
    /// [`ModelError::Tokenize`]; not known to happen with a sound model.
    pub fn count_messages(&self, messages: &[ChatMessage]) -> Result<usize, ModelError> {
        self.generator.count_messages(messages)
    }

    /// Conversations that wait or are in progress.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Relaxed)
    }

    /// Puts a conversation into the queue.
    ///
    /// # Errors
    /// [`ModelError::Overloaded`] when the queue is full, [`ModelError::Stopped`] when the thread has ended.
    pub fn start(&self, request: GenerationRequest) -> Result<Generating, ModelError> {
        let (sender, pieces) = sync_channel(PIECES);
        let gone = Arc::new(AtomicBool::new(false));
        let job = Job { request, pieces: sender, gone: Arc::clone(&gone) };
        self.unfinished.fetch_add(1, Ordering::Relaxed);
        match self.jobs.try_send(job) {
            Ok(()) => Ok(Generating { pieces, gone }),
            Err(error) => {
                self.unfinished.fetch_sub(1, Ordering::Relaxed);
                Err(match error {
                    TrySendError::Full(_) => ModelError::Overloaded { limit: self.queue },
                    TrySendError::Disconnected(_) => ModelError::Stopped,
                })
            }
        }
    }
}

/// The thread, which is worker 0 of its own rayon pool as that of the encoder is.
fn run(
    generator: &Generator,
    waiting: &Receiver<Job>,
    unfinished: &AtomicUsize,
    threads: Option<NonZeroUsize>,
) {
    let threads = threads.map_or(0, NonZeroUsize::get);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .use_current_thread()
        .thread_name(|index| format!("generator-{index}"))
        .build();
    while let Ok(job) = waiting.recv() {
        let result = match &pool {
            Ok(_) => work(generator, &job),
            Err(error) => Err(ModelError::NoThreads(error.to_string())),
        };
        unfinished.fetch_sub(1, Ordering::Relaxed);
        // The caller may have gone.
        drop(job.pieces.send(Piece::Done(result)));
    }
}

fn work(generator: &Generator, job: &Job) -> Result<Generation, ModelError> {
    let gone = || job.gone.load(Ordering::Relaxed);
    let mut send = |text| match job.pieces.send(Piece::Text(text)) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    };
    catch_unwind(AssertUnwindSafe(|| generator.generate(&job.request, &gone, &mut send)))
        .unwrap_or(Err(ModelError::Panicked))
}
