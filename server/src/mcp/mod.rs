//! The Model Context Protocol: `search`, `fetch` and `ask` as tools for agents. The protocol itself is the crate `rmcp`
//! (`docs/adr/0021-mcp.md`); no HTTP here, `http::mcp` and `cli::mcp` put the tools on the network and on standard input.
//!
//! A [`Library`] is what the tools read: one client's documents, chosen by the credential or by the operator. No
//! argument of a tool says which, so none can reach another.

mod call;
mod library;
mod passage;
mod schema;
mod server;

use std::ops::Range;

use serde_json::Value;

pub(crate) use call::Call;
pub(crate) use library::Scoped;
pub(crate) use server::Tools;

use crate::generators::Cancel;
use crate::wire::{Answer, AnswerBody, DocumentOut, SearchBody, SearchResult, TextOut};

/// Why a call of a tool failed, in words for whoever called it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(pub(crate) String);

/// What the tools read. Blocks.
pub(crate) trait Library: Send + Sync {
    fn search(&self, body: &SearchBody) -> Result<SearchResult, Failure>;
    fn answer(&self, body: &AnswerBody, cancel: &Cancel) -> Result<Answer, Failure>;
    fn document(&self, id: &str) -> Result<DocumentOut, Failure>;
    fn text(&self, id: &str, version: Option<u32>, chars: Range<usize>) -> Result<TextOut, Failure>;
}

/// Runs calls where they may block, as many at a time as there is room for.
pub(crate) trait Runner: Send + Sync + 'static {
    /// The outcome of a call; `cancel` gives it up.
    fn run(&self, call: Call, cancel: Cancel) -> impl Future<Output = Result<Value, Failure>> + Send;
}
