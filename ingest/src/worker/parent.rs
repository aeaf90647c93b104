//! The parent's side: start, feed, watch the clock, read a bounded reply, reap.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::frame::{self, Reply, Request};
use super::{EXIT_PROTOCOL, EXIT_VERSION, ExtractLimits, WORKER_ARG, handshake};
use crate::error::{ExtractError, SizeLimit, truncate_chars};
use crate::extract::Extracted;

/// Bytes of the worker's stderr that are kept; the rest is read and dropped.
const MAX_STDERR_BYTES: usize = 8 << 10;
/// How long a worker may take to exit after its reply.
const EXIT_GRACE: Duration = Duration::from_secs(2);

/// Extracts documents in worker processes. Blocking; may be shared between threads, each call has its own worker.
#[derive(Debug, Clone, Default)]
pub struct Extractor {
    limits: ExtractLimits,
}

impl Extractor {
    /// An extractor with `limits`.
    pub fn new(limits: ExtractLimits) -> Self {
        Self { limits }
    }

    /// The limits in force.
    pub fn limits(&self) -> &ExtractLimits {
        &self.limits
    }

    /// Reads one document. `name` is its file name or uri, `mime` the media type its sender claims; content decides before both.
    ///
    /// A worker that crashed without hitting a limit is tried once more.
    ///
    /// # Errors
    /// Every reason of [`ExtractError`].
    pub fn extract(&self, bytes: &[u8], name: &str, mime: Option<&str>) -> Result<Extracted, ExtractError> {
        if bytes.is_empty() {
            return Err(ExtractError::Empty);
        }
        if bytes.len() > self.limits.max_input_bytes {
            let (actual, limit) = (bytes.len() as u64, self.limits.max_input_bytes as u64);
            return Err(ExtractError::TooLarge { what: SizeLimit::InputBytes, actual, limit });
        }
        match self.extract_once(bytes, name, mime) {
            Err(ExtractError::WorkerCrashed { .. }) => self.extract_once(bytes, name, mime),
            result => result,
        }
    }

    fn extract_once(&self, bytes: &[u8], name: &str, mime: Option<&str>) -> Result<Extracted, ExtractError> {
        let deadline = Instant::now() + self.limits.max_wall;
        let mut child = Reaped(self.spawn()?);
        let (stdin, stdout, stderr) = (child.0.stdin.take(), child.0.stdout.take(), child.0.stderr.take());
        let (Some(mut stdin), Some(mut stdout), Some(mut stderr)) = (stdin, stdout, stderr) else {
            return Err(ExtractError::WorkerUnavailable { reason: "its pipes are missing".to_owned() });
        };
        let request = Request { name: last_chars(name, 4096), mime: mime.map(|m| last_chars(m, 256)) };
        let max_text = self.limits.worker.content.max_text_bytes as u64;
        // Blocks and rows are described in JSON, at most about 150 bytes for a row of at least two bytes of text.
        let max_header = (max_text * 80).max(1 << 20);
        thread::scope(|scope| {
            let (reply_sender, reply) = mpsc::channel();
            // A worker that dies early closes the pipe; what it died of is in its exit status, not in this write's error.
            scope.spawn(move || drop(frame::write(&mut stdin, &request, bytes)));
            let last_words = scope.spawn(move || read_bounded(&mut stderr, MAX_STDERR_BYTES));
            scope.spawn(move || {
                drop(reply_sender.send(frame::read::<Reply>(&mut stdout, max_header, max_text)));
            });
            let reply = reply.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let timed_out = matches!(reply, Err(mpsc::RecvTimeoutError::Timeout));
            // After a reply the worker only has to exit; without one it is dead, or about to be.
            let status = if timed_out { child.kill() } else { child.wait_for(EXIT_GRACE) };
            let last_words = last_words.join().unwrap_or_default();
            if timed_out {
                return Err(ExtractError::Timeout {
                    seconds: self.limits.max_wall.as_secs(),
                    clock: "wall".to_owned(),
                });
            }
            match reply {
                Ok(Ok((Reply::Ok(doc), text))) => checked(*doc, text),
                Ok(Ok((Reply::Err(error), _))) => Err(error),
                _ => Err(self.cause_of_death(status, &last_words)),
            }
        })
    }

    fn spawn(&self) -> Result<Child, ExtractError> {
        let unavailable = |reason: String| ExtractError::WorkerUnavailable { reason };
        let executable = match &self.limits.executable {
            Some(path) => path.clone(),
            // Stays the running binary even when the file at its path was replaced by an upgrade.
            None if cfg!(target_os = "linux") => "/proc/self/exe".into(),
            None => std::env::current_exe()
                .map_err(|e| unavailable(format!("the running binary is unknown: {e}")))?,
        };
        let limits = serde_json::to_string(&self.limits.worker).map_err(|e| unavailable(e.to_string()))?;
        Command::new(&executable)
            .arg0("footnote-extract-worker")
            .arg(WORKER_ARG)
            .arg(handshake())
            .arg(limits)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| unavailable(format!("{} could not be started: {e}", executable.display())))
    }

    /// Why a worker ended without a reply.
    fn cause_of_death(&self, status: Option<ExitStatus>, last_words: &str) -> ExtractError {
        let worker = &self.limits.worker;
        let memory = ExtractError::MemoryLimit { limit_mib: worker.max_memory_bytes >> 20 };
        let said = if last_words.is_empty() { String::new() } else { format!(": {last_words}") };
        let Some(status) = status else {
            return ExtractError::WorkerCrashed {
                reason: "it closed its output but did not exit".to_owned(),
            };
        };
        match (status.signal(), status.code()) {
            (Some(libc::SIGXCPU), _) => {
                ExtractError::Timeout { seconds: worker.max_cpu_seconds, clock: "CPU".to_owned() }
            }
            (Some(libc::SIGABRT), _) if last_words.contains("memory allocation of") => memory,
            (Some(_), _) if last_words.contains("overflowed its stack") => {
                ExtractError::WorkerCrashed { reason: "stack overflow".to_owned() }
            }
            (Some(signal), _) => ExtractError::WorkerCrashed { reason: format!("signal {signal}{said}") },
            // The loader and the runtime exit in their own ways when the address space is too small to start in.
            (None, Some(EXIT_VERSION | EXIT_PROTOCOL)) => {
                ExtractError::WorkerUnavailable { reason: last_words.to_owned() }
            }
            (None, code) => {
                ExtractError::WorkerCrashed { reason: format!("exit status {}{said}", code.unwrap_or(-1)) }
            }
        }
    }
}

/// Puts the text back and checks what the worker claims about it.
fn checked(mut doc: Extracted, text: Vec<u8>) -> Result<Extracted, ExtractError> {
    let broken = |reason: String| ExtractError::WorkerCrashed {
        reason: format!("its reply is inconsistent: {reason}"),
    };
    doc.text = String::from_utf8(text).map_err(|e| broken(e.to_string()))?;
    doc.validate().map_err(broken)?;
    Ok(doc)
}

/// A child that cannot outlive its handle.
struct Reaped(Child);

impl Reaped {
    fn kill(&mut self) -> Option<ExitStatus> {
        // Fails only when the child is gone already, which is what was wanted.
        let _ = self.0.kill();
        self.0.wait().ok()
    }

    /// Waits for the exit, then kills. `None` when it had to be killed.
    fn wait_for(&mut self, grace: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + grace;
        let mut pause = Duration::from_micros(100);
        while Instant::now() < deadline {
            match self.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(pause),
                Err(_) => break,
            }
            pause = (pause * 2).min(Duration::from_millis(20));
        }
        self.kill();
        None
    }
}

impl Drop for Reaped {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads to the end, keeping the last `max` bytes as one line of text: a process says why it dies last.
fn read_bounded(input: &mut impl Read, max: usize) -> String {
    let (mut kept, mut buffer) = (Vec::new(), [0u8; 4096]);
    while let Ok(n @ 1..) = input.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..n]);
        if kept.len() > 2 * max {
            kept.drain(..kept.len() - max);
        }
    }
    let text = String::from_utf8_lossy(&kept);
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    truncate_chars(&mut line, 500);
    line
}

/// The last `max` characters; the extension is at the end of a name.
fn last_chars(text: &str, max: usize) -> String {
    let skip = text.chars().count().saturating_sub(max);
    text.chars().skip(skip).collect()
}
