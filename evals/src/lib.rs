//! Measuring what Footnote retrieves and answers: trec_eval's metrics, metrics of answers and refusals, tests of
//! significance, runs, samples, chunk-to-document pooling, latency, reports and gates.
//!
//! Not an engine and not a model: documents are indexed, embedded and searched by the crates that do so for users, and
//! this crate only feeds them public test collections and judges the rankings that come back. The metric functions are
//! pure; everything that touches files or runs an engine sits in the modules behind the `footnote-eval` binary.

pub mod ann;
pub mod answer_metrics;
pub mod answering;
pub mod cli;
pub mod collection;
pub mod gates;
pub mod latency;
pub mod leakcheck;
pub mod metrics;
pub mod pooling;
pub mod progress;
pub mod provenance;
pub mod qrels;
pub mod quantile;
mod random;
pub mod report;
pub mod retrieval;
pub mod run;
pub mod sampling;
pub mod served;
pub mod significance;
pub mod suite;
pub mod sweep;
pub mod system;
pub mod target;
pub mod verification;
