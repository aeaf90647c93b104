//! Integration tests of the ingest crate.

mod documents;
mod injection;
mod mutations;
mod robustness;
mod worker;
