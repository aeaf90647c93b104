//! What a document may cost.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::extract::ContentLimits;

/// Limits the worker sets for itself before it reads a byte of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerLimits {
    /// Address space in bytes (`RLIMIT_AS`).
    pub max_memory_bytes: u64,
    /// CPU time in seconds (`RLIMIT_CPU`).
    pub max_cpu_seconds: u64,
    /// Limits on the content.
    pub content: ContentLimits,
}

impl Default for WorkerLimits {
    fn default() -> Self {
        Self { max_memory_bytes: 1 << 30, max_cpu_seconds: 30, content: ContentLimits::default() }
    }
}

/// All limits of one extraction, and which executable to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractLimits {
    /// Bytes of a document; larger ones are refused before a worker starts.
    pub max_input_bytes: usize,
    /// Wall-clock time until the worker is killed.
    pub max_wall: Duration,
    /// Limits inside the worker.
    pub worker: WorkerLimits,
    /// Executable whose `main` starts with [`crate::worker::run_if_worker`]; the running binary when `None`.
    pub executable: Option<PathBuf>,
}

impl Default for ExtractLimits {
    fn default() -> Self {
        Self {
            max_input_bytes: 64 << 20,
            max_wall: Duration::from_secs(60),
            worker: WorkerLimits::default(),
            executable: None,
        }
    }
}
