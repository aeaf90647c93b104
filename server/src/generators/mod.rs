//! Engines that write answers: a local GGUF model, Ollama, any OpenAI-compatible endpoint.
//!
//! [`Generator`] is what they have in common. `local` runs a model of this machine; `ollama` and `openai` say what goes
//! over the wire and read what comes back (pure), `client` moves the bytes under time-outs and bounds, `remote` adds
//! retries (`backoff`). [`Engine`] puts a circuit breaker (`breaker`) around any of them, [`Generators`] is the set an
//! operator configured (`settings`), in order. What a text is worth is decided elsewhere: see
//! [`crate::answers`].

mod backoff;
mod breaker;
mod client;
mod engine;
mod error;
mod lines;
mod local;
mod ollama;
mod openai;
mod remote;
mod secret;
mod set;
mod settings;
mod sse;
mod thinking;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub use engine::{Engine, Status};
pub use error::{GeneratorError, Waited};
pub use set::{EXTRACTIVE, EngineStatus, Generators};
pub use settings::{AnswerSettings, GeneratorSettings, GeneratorsConfig, Kind};

/// What a generator is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The rules.
    pub system: &'a str,
    /// Evidence and question.
    pub user: &'a str,
    /// Most tokens to write.
    pub max_tokens: usize,
    /// When the answer is of no use any more.
    pub deadline: Instant,
    /// Set when nobody waits for the answer any more.
    pub cancel: &'a Cancel,
}

/// Tokens read and written, as the engine counts them; its estimate when it does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Tokens of the prompt.
    pub prompt: usize,
    /// Tokens written.
    pub completion: usize,
}

/// A text that was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// What it took.
    pub tokens: Tokens,
    /// Whether the model came to its own end, and was neither out of tokens nor stopped.
    pub whole: bool,
}

/// Something that writes text.
pub trait Generator: Send + Sync + std::fmt::Debug {
    /// Tokens of prompt and answer together, at most.
    fn context(&self) -> usize;

    /// Tokens of a text, or an upper estimate.
    fn count(&self, text: &str) -> usize;

    /// Writes, piece by piece; `on_text` ends it with `Break`, which is no error. Blocks, at most until the deadline.
    ///
    /// # Errors
    /// Whatever keeps it from writing to the end; text may have come before.
    fn generate(
        &self,
        request: &Request<'_>,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Done, GeneratorError>;

    /// Whether it would answer, found out cheaply within `patience`.
    ///
    /// # Errors
    /// Why not.
    fn probe(&self, patience: Duration) -> Result<(), GeneratorError>;
}

/// Says that nobody waits any more. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Ends the work that looks at it.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work is to end.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Cancels when dropped.
#[derive(Debug)]
pub(crate) struct CancelOnDrop(pub(crate) Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// How often waiting work looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);

/// An upper estimate of a text's tokens for engines that do not say: three bytes a token, which holds for Romanian and
/// Polish too.
fn estimate(text: &str) -> usize {
    text.len().div_ceil(3)
}
