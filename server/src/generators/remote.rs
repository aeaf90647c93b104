//! Engines behind HTTP: one attempt after another until one gives text, within the deadline.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::client::{Call, Client, Limits};
use super::error::{GeneratorError, Waited};
use super::secret::Secret;
use super::{Cancel, Done, Generator, LOOK, Request, Tokens, backoff, estimate, ollama, openai, sse};

/// What a line or event of an answer says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The next text; may be empty.
    pub(super) text: String,
    /// Whether no text follows.
    pub(super) done: bool,
    /// Whether nothing at all follows.
    pub(super) last: bool,
    /// Whether it ended because it was out of tokens.
    pub(super) cut: bool,
    /// Tokens, when it says.
    pub(super) tokens: Option<Tokens>,
}

/// How an endpoint speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Ollama,
    OpenAi,
}

/// An endpoint.
#[derive(Debug)]
pub(super) struct Remote {
    protocol: Protocol,
    /// Without a slash at the end.
    base: String,
    model: String,
    key: Option<Secret>,
    context: usize,
    retries: u32,
    client: Client,
}

/// Everything an endpoint needs to know.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) protocol: Protocol,
    pub(super) base: String,
    pub(super) model: String,
    pub(super) key: Option<Secret>,
    pub(super) context: usize,
    pub(super) retries: u32,
    pub(super) limits: Limits,
    /// Whether the environment's proxy is left out: the endpoint is on this machine.
    pub(super) direct: bool,
}

/// The answer of one attempt so far.
#[derive(Default)]
struct Attempt {
    begun: bool,
    done: bool,
    cut: bool,
    stopped: bool,
    bytes: usize,
    tokens: Option<Tokens>,
}

impl Remote {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        let Endpoint { protocol, base, model, key, context, retries, limits, direct } = endpoint;
        Self { protocol, base, model, key, context, retries, client: Client::new(limits, direct) }
    }

    fn call(&self, request: &Request<'_>) -> Call {
        let (path, body, media) = match self.protocol {
            Protocol::Ollama => {
                ("/api/chat", ollama::body(&self.model, request, self.context), ollama::MEDIA)
            }
            Protocol::OpenAi => ("/chat/completions", openai::body(&self.model, request), openai::MEDIA),
        };
        Call { url: format!("{}{path}", self.base), key: self.key.clone(), body: Some(body), media }
    }

    /// One attempt. Its text is given on as it comes.
    fn attempt(
        &self,
        request: &Request<'_>,
        attempt: &mut Attempt,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), GeneratorError> {
        let mut events = sse::Events::default();
        let mut take = |said: Said| {
            attempt.done |= said.done;
            attempt.cut |= said.cut;
            attempt.tokens = said.tokens.or(attempt.tokens);
            attempt.bytes += said.text.len();
            if said.text.is_empty() {
                return ControlFlow::Continue(());
            }
            attempt.begun = true;
            on_text(&said.text)
        };
        let mut ended = false;
        let result = self.client.lines(self.call(request), request.deadline, request.cancel, &mut |line| {
            let said = match self.protocol {
                Protocol::Ollama => ollama::read(line)?,
                Protocol::OpenAi => match events.line(line) {
                    Some(data) => openai::read(&data)?,
                    None => return Ok(ControlFlow::Continue(())),
                },
            };
            let last = said.last;
            ended |= take(said).is_break();
            Ok(if ended || last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
        if let (Ok(()), Some(data)) = (&result, events.finish().filter(|_| !ended)) {
            ended |= take(openai::read(&data)?).is_break();
        }
        // Once the model said that it is done, a connection that does not end well takes nothing away.
        attempt.stopped = ended;
        match result {
            Ok(()) if !attempt.done && !ended => Err(GeneratorError::Cut),
            Err(error) if !attempt.done => Err(error),
            _ => Ok(()),
        }
    }
}

impl Generator for Remote {
    fn context(&self) -> usize {
        self.context
    }

    fn count(&self, text: &str) -> usize {
        estimate(text)
    }

    fn generate(
        &self,
        request: &Request<'_>,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Done, GeneratorError> {
        let mut tries = 0;
        loop {
            let mut attempt = Attempt::default();
            let result = self.attempt(request, &mut attempt, on_text);
            let error = match result {
                Ok(()) => {
                    let prompt = estimate(request.system) + estimate(request.user);
                    let own = Tokens { prompt, completion: attempt.bytes.div_ceil(3) };
                    let tokens = attempt.tokens.unwrap_or(own);
                    return Ok(Done { tokens, whole: !attempt.cut && !attempt.stopped });
                }
                Err(error) => error,
            };
            // What was said cannot be taken back.
            if attempt.begun || tries >= self.retries || !error.is_transient() {
                return Err(error);
            }
            let asked = match &error {
                GeneratorError::Status { retry_after, .. } => *retry_after,
                _ => None,
            };
            let pause = backoff::wait(tries, backoff::random(), asked);
            if Instant::now() + pause >= request.deadline {
                return Err(error);
            }
            sleep(pause, request.cancel)?;
            tries += 1;
        }
    }

    fn probe(&self, patience: Duration) -> Result<(), GeneratorError> {
        let path = match self.protocol {
            Protocol::Ollama => "/api/version",
            Protocol::OpenAi => "/models",
        };
        let call = Call {
            url: format!("{}{path}", self.base),
            key: self.key.clone(),
            body: None,
            media: &["application/json"],
        };
        let deadline = Instant::now() + patience;
        // One byte of a good answer is enough.
        match self.client.lines(call, deadline, &Cancel::default(), &mut |_| Ok(ControlFlow::Break(()))) {
            // A server that has no such route, or too much to do, is there.
            Ok(())
            | Err(GeneratorError::Status { status: 404 | 405 | 429, .. } | GeneratorError::Protocol(_)) => {
                Ok(())
            }
            Err(GeneratorError::Timeout(Waited::End)) => Err(GeneratorError::Timeout(Waited::FirstByte)),
            Err(error) => Err(error),
        }
    }
}

/// Waits, unless it is cancelled.
fn sleep(pause: Duration, cancel: &Cancel) -> Result<(), GeneratorError> {
    let until = Instant::now() + pause;
    loop {
        if cancel.is_cancelled() {
            return Err(GeneratorError::Cancelled);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        std::thread::sleep(left.min(LOOK));
    }
}
