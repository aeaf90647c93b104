//! What the command asks of a data directory or a server.

use std::io::Write;

use footnote_index::{HistoryKind, Rating};

use crate::history::ExportFormat;
use crate::wire::{FeedbackBody, FeedbackOut, Forgotten, HistoryDetail, HistoryPage, ReplayResult};

/// Which entries are wanted, as typed.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Wanted {
    pub(in crate::cli) limit: Option<usize>,
    pub(in crate::cli) after: Option<String>,
    pub(in crate::cli) kind: Option<HistoryKind>,
    pub(in crate::cli) status: Option<String>,
    pub(in crate::cli) rating: Option<Rating>,
    pub(in crate::cli) from: Option<String>,
    pub(in crate::cli) to: Option<String>,
}

/// A client's history, here or on a server.
pub(in crate::cli) trait HistoryBackend {
    fn history(&self, wanted: &Wanted) -> anyhow::Result<HistoryPage>;
    fn history_entry(&self, id: &str) -> anyhow::Result<HistoryDetail>;
    fn export(&self, wanted: &Wanted, format: ExportFormat, out: &mut dyn Write) -> anyhow::Result<()>;
    fn replay(&self, id: &str) -> anyhow::Result<ReplayResult>;
    fn feedback(&self, id: &str, body: &FeedbackBody) -> anyhow::Result<FeedbackOut>;
    fn forget(&self, id: &str) -> anyhow::Result<Forgotten>;
    fn forget_all(&self) -> anyhow::Result<Forgotten>;
}
