//! Integration tests of the ingest crate.

mod documents;
mod injection;
mod mutations;
mod probes;
mod robustness;
mod tables;
mod worker;
