//! Bytes to and from an endpoint, under time-outs and bounds.
//!
//! The blocking client runs on a thread of its own a call, and the caller waits for what that thread sends: so the
//! caller's deadline and its cancelling hold whatever the client is stuck in (a name look-up, a handshake). Threads are
//! counted; one whose caller has gone ends at its own time-outs.

use std::io::Read as _;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::Response;

use super::error::{GeneratorError, Waited};
use super::lines::Lines;
use super::secret::Secret;
use super::{Cancel, LOOK, backoff};

/// Bytes read at a time.
const CHUNK: usize = 8 * 1024;

/// Bytes of an error's body that are read for its code.
const ERROR_BODY: u64 = 16 * 1024;

/// Time-outs and bounds of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// For the connection, names and handshakes included.
    pub(super) connect: Duration,
    /// From the start to the first byte of the answer's body.
    pub(super) first_byte: Duration,
    /// Between two pieces of the answer.
    pub(super) idle: Duration,
    /// Bytes of the answer that are read.
    pub(super) bytes: u64,
    /// Calls in progress at a time.
    pub(super) calls: usize,
}

/// What to send.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) url: String,
    pub(super) key: Option<Secret>,
    /// JSON; `None` is a GET.
    pub(super) body: Option<String>,
    /// Media types the answer may have.
    pub(super) media: &'static [&'static str],
}

/// What the calling thread sends.
enum Event {
    Bytes(Vec<u8>),
    End(Result<(), GeneratorError>),
}

/// A client of one endpoint.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    limits: Limits,
    calls: Arc<AtomicUsize>,
}

/// A call in progress, counted until its thread ends.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Client {
    /// A client that follows no redirect, so that a key goes nowhere else; `direct` leaves the environment's proxy out.
    pub(super) fn new(limits: Limits, direct: bool) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .accept_encoding("identity")
            .max_idle_connections_per_host(limits.calls)
            .timeout_connect(Some(limits.connect))
            .timeout_resolve(Some(limits.connect))
            .timeout_recv_response(Some(limits.first_byte))
            .timeout_per_read(Some(limits.idle.max(limits.first_byte)))
            .timeout_per_write(Some(limits.idle));
        if direct {
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), limits, calls: Arc::new(AtomicUsize::new(0)) }
    }

    /// Sends a call and gives the lines of its answer to `on_line`, which ends it with `Break`.
    pub(super) fn lines(
        &self,
        call: Call,
        deadline: Instant,
        cancel: &Cancel,
        on_line: &mut dyn FnMut(&str) -> Result<ControlFlow<()>, GeneratorError>,
    ) -> Result<(), GeneratorError> {
        let events = self.start(call, deadline)?;
        let mut lines = Lines::default();
        let mut wait =
            Wait { since: Instant::now(), limit: self.limits.first_byte, what: Waited::FirstByte, deadline };
        loop {
            let bytes = match wait.next(&events, cancel)? {
                Event::Bytes(bytes) => bytes,
                Event::End(Ok(())) => {
                    if let Some(line) = lines.finish() {
                        // How it ends no longer matters.
                        let _ = on_line(&line)?;
                    }
                    return Ok(());
                }
                Event::End(Err(error)) => return Err(error),
            };
            let ready = lines.push(&bytes).map_err(|_| GeneratorError::Protocol("a line without end"))?;
            for line in ready {
                if on_line(&line)?.is_break() {
                    return Ok(());
                }
            }
            wait = Wait { since: Instant::now(), limit: self.limits.idle, what: Waited::MoreText, ..wait };
        }
    }

    fn start(&self, call: Call, deadline: Instant) -> Result<Receiver<Event>, GeneratorError> {
        let counted = Counted(Arc::clone(&self.calls));
        if self.calls.fetch_add(1, Ordering::Relaxed) >= self.limits.calls {
            return Err(GeneratorError::Busy);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(GeneratorError::Timeout(Waited::End));
        }
        let (sender, events) = sync_channel(16);
        let (agent, limits) = (self.agent.clone(), self.limits);
        std::thread::Builder::new()
            .name("generator-http".to_owned())
            .spawn(move || {
                let _counted = counted;
                let result = exchange(&agent, &call, limits, left, &sender);
                // The caller may have gone.
                drop(sender.send(Event::End(result)));
            })
            .map_err(|_| GeneratorError::Busy)?;
        Ok(events)
    }
}

/// What is being waited for.
#[derive(Clone, Copy)]
struct Wait {
    since: Instant,
    limit: Duration,
    what: Waited,
    deadline: Instant,
}

impl Wait {
    fn next(self, events: &Receiver<Event>, cancel: &Cancel) -> Result<Event, GeneratorError> {
        loop {
            if cancel.is_cancelled() {
                return Err(GeneratorError::Cancelled);
            }
            let now = Instant::now();
            let left = self.deadline.saturating_duration_since(now);
            let patience = self.limit.saturating_sub(now.duration_since(self.since));
            match events.recv_timeout(LOOK.min(left).min(patience)) {
                Ok(event) => return Ok(event),
                Err(RecvTimeoutError::Disconnected) => return Err(GeneratorError::Cut),
                Err(RecvTimeoutError::Timeout) if left.is_zero() => {
                    return Err(GeneratorError::Timeout(Waited::End));
                }
                Err(RecvTimeoutError::Timeout) if patience.is_zero() => {
                    return Err(GeneratorError::Timeout(self.what));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// The whole call, on its own thread.
fn exchange(
    agent: &Agent,
    call: &Call,
    limits: Limits,
    left: Duration,
    events: &SyncSender<Event>,
) -> Result<(), GeneratorError> {
    let bearer = call.key.as_ref().map(Secret::bearer);
    let sent = match &call.body {
        Some(body) => {
            let mut request = agent.post(&call.url).config().timeout_global(Some(left)).build();
            if let Some(bearer) = &bearer {
                request = request.header("authorization", bearer);
            }
            request.header("content-type", "application/json").send(body.as_str())
        }
        None => {
            let mut request = agent.get(&call.url).config().timeout_global(Some(left)).build();
            if let Some(bearer) = &bearer {
                request = request.header("authorization", bearer);
            }
            request.call()
        }
    };
    let mut response = sent.map_err(|error| refused(&error))?;
    if !response.status().is_success() {
        return Err(status(&mut response));
    }
    let media = response.body().mime_type().unwrap_or_default().to_ascii_lowercase();
    if !call.media.contains(&media.as_str()) {
        return Err(GeneratorError::Protocol("another media type than expected"));
    }
    let mut body = response.into_body().into_with_config().limit(limits.bytes).reader();
    let mut buffer = vec![0; CHUNK];
    loop {
        match body.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => {
                if events.send(Event::Bytes(buffer[..read].to_vec())).is_err() {
                    return Ok(());
                }
            }
            Err(error) => return Err(broken(error, limits)),
        }
    }
}

/// A failure before the answer's headers.
fn refused(error: &ureq::Error) -> GeneratorError {
    use ureq::Timeout as T;
    match error {
        ureq::Error::Timeout(T::Resolve | T::Connect) => GeneratorError::Timeout(Waited::Connection),
        ureq::Error::Timeout(T::Global | T::PerCall) => GeneratorError::Timeout(Waited::End),
        ureq::Error::Timeout(_) => GeneratorError::Timeout(Waited::FirstByte),
        ureq::Error::Io(error) => GeneratorError::Connect(error.kind().to_string()),
        ureq::Error::HostNotFound => GeneratorError::Connect("its host is not known".to_owned()),
        ureq::Error::ConnectionFailed => GeneratorError::Connect("nobody listens there".to_owned()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::TlsRequired => {
            GeneratorError::Connect("no TLS connection".to_owned())
        }
        _ => GeneratorError::Protocol("it is no HTTP"),
    }
}

/// A failure inside the answer.
fn broken(error: std::io::Error, limits: Limits) -> GeneratorError {
    match ureq::Error::from(error) {
        ureq::Error::BodyExceedsLimit(_) => GeneratorError::TooLarge { limit: limits.bytes },
        ureq::Error::Timeout(ureq::Timeout::Global | ureq::Timeout::PerCall) => {
            GeneratorError::Timeout(Waited::End)
        }
        ureq::Error::Timeout(_) => GeneratorError::Timeout(Waited::MoreText),
        _ => GeneratorError::Cut,
    }
}

/// An answer that refuses. Of its body only a code that is a plain word is kept: the rest may repeat the key.
fn status(response: &mut Response<ureq::Body>) -> GeneratorError {
    let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok());
    let retry_after = header("retry-after")
        .and_then(|value| backoff::retry_after(value, jiff::Timestamp::now().as_second()));
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(ERROR_BODY).read_to_vec().unwrap_or_default();
    GeneratorError::Status { status, code: code(&body), retry_after }
}

/// `error.code` or `error.type` of an OpenAI-shaped error.
fn code(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let plain = |name: &str| {
        let text = body.get("error")?.get(name)?.as_str()?;
        let word =
            (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        word.then(|| text.to_owned())
    };
    plain("code").or_else(|| plain("type"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_error_only_a_plain_word_is_kept() {
        let body = br#"{"error":{"message":"Incorrect API key provided: sk-abc","code":"invalid_api_key"}}"#;
        assert_eq!(code(body).as_deref(), Some("invalid_api_key"));
        for body in [
            "",
            "sk-abc",
            r#"{"error":"sk-abc"}"#,
            r#"{"error":{"code":"sk-abc1"}}"#,
            r#"{"error":{"code":7}}"#,
        ] {
            assert_eq!(code(body.as_bytes()), None, "{body}");
        }
    }
}
