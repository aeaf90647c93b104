//! Integration tests of the ingest crate.

mod documents;
mod robustness;
mod worker;
