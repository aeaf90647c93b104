//! Integration tests of the ingest crate.

mod worker;
