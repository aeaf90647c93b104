//! `footnote history` on a server.

use std::io::Write;

use anyhow::Context as _;

use super::{Remote, problem, segment};
use crate::cli::history::{HistoryBackend, Wanted};
use crate::history::ExportFormat;
use crate::patience::patiently;
use crate::wire::{FeedbackBody, FeedbackOut, Forgotten, HistoryDetail, HistoryPage, ReplayResult};

/// The query of a list or an export.
fn query(wanted: &Wanted, format: Option<&str>) -> String {
    let pairs = [
        ("limit", wanted.limit.map(|limit| limit.to_string())),
        ("after", wanted.after.clone()),
        ("kind", wanted.kind.map(|kind| kind.as_str().to_owned())),
        ("status", wanted.status.clone()),
        ("rating", wanted.rating.map(|rating| rating.as_str().to_owned())),
        ("from", wanted.from.clone()),
        ("to", wanted.to.clone()),
        ("format", format.map(str::to_owned)),
    ];
    let pairs = pairs.iter().filter_map(|(name, value)| Some(format!("{name}={}", segment(value.as_ref()?))));
    pairs.collect::<Vec<_>>().join("&")
}

impl HistoryBackend for Remote {
    fn history(&self, wanted: &Wanted) -> anyhow::Result<HistoryPage> {
        self.get(&format!("/v1/history?{}", query(wanted, None)))
    }

    fn history_entry(&self, id: &str) -> anyhow::Result<HistoryDetail> {
        self.get(&format!("/v1/history/{}", segment(id)))
    }

    fn export(&self, wanted: &Wanted, format: ExportFormat, out: &mut dyn Write) -> anyhow::Result<()> {
        let name = match format {
            ExportFormat::Json => "json",
            ExportFormat::Ndjson => "ndjson",
            ExportFormat::Csv => "csv",
        };
        let url = format!("{}/v1/history/export?{}", self.base, query(wanted, Some(name)));
        // It takes as long as it takes.
        let request = self.headers(self.agent.get(url)).config().timeout_global(None).build();
        let response = self.reached(request.call())?;
        if !response.status().is_success() {
            return Err(problem(response));
        }
        std::io::copy(&mut response.into_body().into_reader(), out)
            .context("the server did not send the export whole; ask again")?;
        Ok(())
    }

    fn replay(&self, id: &str) -> anyhow::Result<ReplayResult> {
        self.post(&format!("/v1/history/{}/replay", segment(id)), &serde_json::json!({}))
    }

    fn feedback(&self, id: &str, body: &FeedbackBody) -> anyhow::Result<FeedbackOut> {
        self.post(&format!("/v1/history/{}/feedback", segment(id)), body)
    }

    fn forget(&self, id: &str) -> anyhow::Result<Forgotten> {
        self.remove(&format!("/v1/history/{}", segment(id)))?;
        Ok(Forgotten { removed: 1 })
    }

    fn forget_all(&self) -> anyhow::Result<Forgotten> {
        let url = format!("{}/v1/history", self.base);
        self.read(patiently(|| self.headers(self.agent.delete(&url)).call()))
    }
}
