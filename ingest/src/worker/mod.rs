//! Extraction in a child process: the running binary, re-executed with a hidden argument, under memory, CPU and wall-clock limits.
//!
//! The parent trusts nothing that comes back: lengths are bounded, every span is checked, the child is always reaped.

mod child;
mod frame;
mod limits;
mod parent;
mod sys;

pub use child::run_if_worker;
pub use limits::{ExtractLimits, WorkerLimits};
pub use parent::Extractor;

/// First argument of a worker.
const WORKER_ARG: &str = "--footnote-extract-worker";
/// Changes with every incompatible change of [`frame`] or of the argument list.
const PROTOCOL: u32 = 1;
/// Exit status of a worker that was started by another version.
const EXIT_VERSION: i32 = 86;
/// Exit status of a worker whose request was cut short or whose limits could not be set.
const EXIT_PROTOCOL: i32 = 87;

/// What both sides must agree on.
fn handshake() -> String {
    format!("{}/{PROTOCOL}", env!("CARGO_PKG_VERSION"))
}
