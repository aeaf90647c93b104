//! Integration tests of the ingest crate.

mod documents;
mod mutations;
mod robustness;
mod worker;
