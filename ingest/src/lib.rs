//! Bytes in, chunks out: documents of several formats become one text with blocks, pages and language, and that text becomes sentences
//! and chunks whose spans quote it exactly.
//!
//! Extraction of untrusted bytes always happens in a child process with limits ([`worker`]); every binary that extracts calls
//! [`worker::run_if_worker`] first thing in `main`. [`pipeline`] takes documents all the way into the index: the one write path of
//! every front end. This crate defines no tables and knows no HTTP.

pub mod chunk;
pub mod error;
pub mod extract;
pub mod injection;
pub mod language;
pub mod pipeline;
pub mod records;
pub mod sentences;
pub mod worker;

pub use error::{ExtractError, SizeLimit};
pub use extract::{Block, BlockKind, Extracted};
