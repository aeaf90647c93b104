//! What was handed in together and what became of it: a job is the record of one upload.
//!
//! A job holds no state of its own but the list of its documents; how far each is, the ledger knows. It goes with its
//! documents: a document that is deleted leaves the job too.

use serde::{Deserialize, Serialize};

use crate::control::random_hex;
use crate::{DocumentId, Engine, Error, Result, Scope};

/// Jobs a client keeps; older ones are forgotten, their documents are not.
pub const MAX_JOBS: usize = 10_000;

/// Longest idempotency key, in bytes.
pub const MAX_IDEMPOTENCY_KEY: usize = 255;

/// A document of a job as it was handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewJobDocument<'a> {
    /// Identity inside the client.
    pub uri: &'a str,
    /// The document and its version; `None` when it was refused.
    pub accepted: Option<(&'a str, u32)>,
    /// `new`, `changed`, `unchanged`, or why it was refused.
    pub code: &'a str,
    /// The refusal in words.
    pub reason: Option<&'a str>,
}

/// What makes a request recognisable when it is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The sender's key.
    pub key: String,
    /// Hash of what the request asks for.
    pub request_hash: String,
}

/// How far a document of a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Durable, and being worked on.
    Accepted,
    /// Searchable.
    Ingested,
    /// Nothing had to be done, or another version came meanwhile.
    Skipped,
    /// Not searchable; the reason says why.
    Failed,
}

/// A document of a job as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobDocument {
    /// Its place in the request, from 0.
    pub ordinal: u32,
    /// Identity inside the client.
    pub uri: String,
    /// The document, when it was accepted.
    pub document_id: Option<DocumentId>,
    /// Its version.
    pub version: Option<u32>,
    /// How far it is.
    pub state: JobState,
    /// `new`, `changed`, `unchanged`, `superseded`, or the failure's code.
    pub code: String,
    /// The failure in words.
    pub reason: Option<String>,
    /// Chunks that can be found.
    pub chunks: u64,
    /// Times it was tried, the try that made it searchable included.
    pub attempts: u32,
}

/// How many documents of a job are how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCounts {
    /// All that are still there.
    pub total: u64,
    /// Being worked on.
    pub accepted: u64,
    /// Searchable.
    pub ingested: u64,
    /// Nothing to do.
    pub skipped: u64,
    /// Not searchable.
    pub failed: u64,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// When it was taken, milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// How far its documents are.
    pub counts: JobCounts,
}

impl Engine {
    /// Records what one request handed in; returns the job's id. Durable when it returns.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyUsed`] when the key names another job: see [`Engine::job_of_key`].
    pub fn record_job(
        &self,
        scope: &Scope,
        idempotency: Option<&Idempotency>,
        documents: &[NewJobDocument<'_>],
    ) -> Result<String> {
        if let Some(Idempotency { key, .. }) = idempotency
            && (key.is_empty() || key.len() > MAX_IDEMPOTENCY_KEY)
        {
            let reason =
                format!("an idempotency key has 1 to {MAX_IDEMPOTENCY_KEY} bytes, not {}", key.len());
            return Err(Error::InvalidInput { reason });
        }
        let id = format!("job_{}", random_hex(12)?);
        self.client(scope)?.store.record_job(&id, idempotency, documents, MAX_JOBS)?;
        Ok(id)
    }

    /// The job that was recorded under an idempotency key, with the hash of its request.
    pub fn job_of_key(&self, scope: &Scope, key: &str) -> Result<Option<(String, String)>> {
        self.client(scope)?.store.job_of_key(key)
    }

    /// A job with its counts.
    pub fn job(&self, scope: &Scope, id: &str) -> Result<Job> {
        let client = self.client(scope)?;
        let shown = client.view().seq;
        client.store.job(id, shown)
    }

    /// A job's documents in the order they came, from `from`, at most `limit`.
    pub fn job_documents(
        &self,
        scope: &Scope,
        id: &str,
        from: u32,
        limit: usize,
    ) -> Result<Vec<JobDocument>> {
        let client = self.client(scope)?;
        let shown = client.view().seq;
        client.store.job_documents(id, from, limit, shown)
    }

    /// Jobs, newest first, those before the job `before`, at most `limit`.
    pub fn jobs(&self, scope: &Scope, before: Option<&str>, limit: usize) -> Result<Vec<Job>> {
        let client = self.client(scope)?;
        let shown = client.view().seq;
        client.store.jobs(before, limit, shown)
    }

    /// Has a job's failed documents tried again; returns how many there were.
    pub fn retry_job(&self, scope: &Scope, id: &str) -> Result<usize> {
        self.client(scope)?.store.retry_job(id)
    }
}
