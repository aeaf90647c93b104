//! Proof, on a running server, that nothing crosses: every operation of its OpenAPI document with every credential and every
//! foreign id.
//!
//! [`World`] makes two tenants with two clients each and puts words into them that exist nowhere else. `matrix` calls each
//! operation with each [`Credential`] and compares the status with what `table` says; `foreign` names another client's
//! things wherever a request can name one, and compares the answer with that for a thing that does not exist. Every answer,
//! headers and errors included, is searched for words of clients that the caller may not see (`canary`). `timing` says how
//! well the time an answer takes tells foreign ids from unknown ones. An operation without a row in the table fails.

mod canary;
mod credentials;
mod foreign;
mod http;
mod local;
mod matrix;
mod operations;
mod report;
mod requests;
mod table;
mod timing;
mod world;

pub use credentials::Credential;
pub use http::{Call, Reached, Reply, Site};
pub use local::LocalServer;
pub use report::{Case, Leak, Report, Timing};
pub use table::{About, Needs, ROWS, Row};
pub use world::World;

use canary::Watch;

/// Why the check could not be made.
#[derive(Debug, thiserror::Error)]
pub enum LeakcheckError {
    /// The server does not answer.
    #[error("cannot reach {url}: {reason}")]
    Unreachable {
        /// What was called.
        url: String,
        /// Why it failed.
        reason: String,
    },
    /// A step that prepares the check did not end as it must.
    #[error("{step}: expected {expected}, got {status}: {body}")]
    Preparation {
        /// What was tried.
        step: String,
        /// The status that was needed.
        expected: u16,
        /// The status that came.
        status: u16,
        /// The body that came.
        body: String,
    },
    /// An answer without something that every such answer has.
    #[error("{step}: no {field} in {body}")]
    Missing {
        /// What was asked.
        step: String,
        /// What is not in the answer.
        field: String,
        /// The answer.
        body: String,
    },
    /// A server in this process could not be started.
    #[error("cannot start a server: {0}")]
    Start(String),
}

/// What to check.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// What is expected of each operation; [`ROWS`], but for tests of this check.
    pub rows: &'a [Row],
    /// Pairs of a foreign and an unknown id that are timed.
    pub pairs: usize,
    /// Decides their order.
    pub seed: u64,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { rows: ROWS, pairs: 2000, seed: 0 }
    }
}

/// Walks a world.
///
/// # Errors
/// When the server cannot be reached; what it answers wrongly is in the report.
pub fn check(world: &World, options: &Options<'_>) -> Result<Report, LeakcheckError> {
    let operations = operations::of(&world.site)?;
    let mut watch = Watch::new(operations.len());
    for operation in &operations {
        match options.rows.iter().find(|row| row.is(operation)) {
            Some(row) => matrix::walk(world, row, &mut watch)?,
            None => watch.uncovered(operation),
        }
    }
    foreign::walk(world, &operations, &mut watch)?;
    matrix::owners_keep_theirs(world, &mut watch)?;
    let timings = timing::measure(world, options.pairs, options.seed)?;
    Ok(watch.into_report(timings, world.skipped()))
}
