//! One model shared by many callers: an inference thread behind two bounded lanes.
//!
//! Interactive jobs (somebody waits) go before bulk jobs (an ingest). A bulk job runs in slices of at most
//! [`crate::batch::SLICE_TOKENS`] tokens, and between any two layers of a slice the thread looks at the interactive
//! lane and runs one micro-batch of what waits there ([`interactive`]), so an interactive job waits for one bulk layer
//! at most before its turn comes. Bulk work goes on however many interactive jobs come: after each micro-batch one
//! bulk layer runs (or one bounded piece of tokenisation). Bulk jobs that wait together share slices ([`bulk`]).
//!
//! Tokenisation is done by the inference thread and its pool, in bounded pieces with a look at the interactive lane
//! after each. On the callers' threads it would need a second place for async callers, compete with the pool for the
//! processors exactly when they are busy, and hold a large job's tokens in memory long before their turn.
//!
//! A job whose caller has gone is dropped at the next slice boundary, with the texts it still has. A panic or an error
//! fails only the job whose input caused it. The thread ends when the last handle is dropped.

mod batcher;
mod bulk;
mod embedding;
mod engine;
#[cfg(test)]
mod fake;
mod interactive;
mod jobs;
mod pieces;
#[cfg(test)]
mod property;
mod queue;
mod recent;
mod rerank;
#[cfg(test)]
mod tests;
mod windows;

use std::num::NonZeroUsize;

pub use embedding::{EmbeddingService, QueryEmbedding};
pub use recent::CacheCounts;
pub use rerank::RerankService;

/// How urgent a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// Somebody waits for the result.
    Interactive,
    /// Nobody does, as in an ingest.
    Bulk,
}

/// How a service queues and computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceOptions {
    /// Jobs of a lane that may be unfinished at a time, those in progress included; at least one.
    pub queue: usize,
    /// Threads that compute, the inference thread included; as many as the machine has processors for us if `None`.
    pub threads: Option<NonZeroUsize>,
    /// Query vectors an [`EmbeddingService`] remembers; 0 for none.
    pub query_cache: usize,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self { queue: 256, threads: None, query_cache: 1024 }
    }
}
