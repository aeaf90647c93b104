//! Sending requests: by the clock, or one after the other.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ureq::Agent;

use crate::corpus::Corpus;

/// Requests under way at most; by the clock more are not sent but counted as such.
const MAX_OPEN: usize = 400;

/// Longest time for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How a request ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    /// The status; 0 when there was no answer.
    pub(crate) status: u16,
    /// From the moment it was due until its whole answer was here.
    pub(crate) took: Duration,
}

/// What is sent: the address, and the key to send it with.
pub(crate) struct Target<'a> {
    pub(crate) agent: &'a Agent,
    pub(crate) url: &'a str,
    pub(crate) clients: &'a [(String, String)],
    pub(crate) corpus: &'a Corpus,
}

impl Target<'_> {
    /// Searches with the `n`th question as the `n`th client; the status, or 0.
    pub(crate) fn search(&self, n: usize) -> u16 {
        let (_, key) = &self.clients[n % self.clients.len()];
        let body = serde_json::json!({ "query": self.corpus.question(n) });
        let sent = self
            .agent
            .post(format!("{}/v1/search", self.url))
            .header("authorization", format!("Bearer {key}"))
            .send_json(&body);
        sent.and_then(|mut response| {
            let status = response.status().as_u16();
            response.body_mut().read_to_vec().map(|_| status)
        })
        .unwrap_or(0)
    }

    /// Hands in a document and does not wait for it to be found; the status, or 0.
    pub(crate) fn upload(&self, client: usize, uri: &str, text: &str) -> u16 {
        let (_, key) = &self.clients[client % self.clients.len()];
        let sent = self
            .agent
            .post(format!("{}/v1/documents", self.url))
            .query("uri", uri)
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "text/plain")
            .send(text);
        sent.map(|response| response.status().as_u16()).unwrap_or(0)
    }
}

/// Sends `send(n)` at `n / rate` seconds, whatever became of those before, for `length`.
pub(crate) fn by_the_clock(rate: f64, length: Duration, send: impl Fn(usize) -> u16 + Sync) -> Vec<Outcome> {
    let total = (rate * length.as_secs_f64()) as usize;
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(total)));
    let start = Instant::now();
    std::thread::scope(|threads| {
        for _ in 0..MAX_OPEN.min(total) {
            threads.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= total {
                        break;
                    }
                    let due = start + Duration::from_secs_f64(n as f64 / rate);
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    let status = send(n);
                    let outcome = Outcome { status, took: due.elapsed() };
                    outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(outcome);
                }
            });
        }
    });
    outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// `users` send one request after the other, with `think` between them, for `length`.
pub(crate) fn by_users(
    users: usize,
    think: Duration,
    length: Duration,
    send: impl Fn(usize, usize) -> u16 + Sync,
) -> Vec<Outcome> {
    let outcomes = Mutex::new(Vec::new());
    let (start, send) = (Instant::now(), &send);
    std::thread::scope(|threads| {
        for user in 0..users {
            let outcomes = &outcomes;
            threads.spawn(move || {
                // They do not all begin at once.
                std::thread::sleep(think.mul_f64(user as f64 / users as f64));
                let mut n = 0;
                while start.elapsed() < length {
                    let begun = Instant::now();
                    let status = send(user, n);
                    let outcome = Outcome { status, took: begun.elapsed() };
                    outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(outcome);
                    std::thread::sleep(think);
                    n += 1;
                }
            });
        }
    });
    outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}
