//! Footnote's server library and command line.
//!
//! [`app::App`] joins index, encoder and ingest and does the work of every front end, blocking and
//! without HTTP; [`answers`] is the answer engine, [`generators`] are engines that write; [`http`]
//! puts the app on the network and is the only place that knows status codes; `cli` is the command
//! line, in-process or against a running server.

pub mod answers;
pub mod app;
pub mod cli;
mod encoders;
pub mod front;
pub mod generators;
pub mod history;
pub mod http;
mod mcp;
mod metrics;
pub mod patience;
mod preferences;
mod rerank;
mod retrieval;
pub mod wire;
