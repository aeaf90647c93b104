//! `footnote history` on a data directory.

use std::io::Write;

use footnote_index::HistoryFilter;

use super::Local;
use crate::cli::config::Usage;
use crate::cli::history::{HistoryBackend, Wanted};
use crate::generators::{Cancel, Generators};
use crate::history::{ExportFormat, export};
use crate::wire::{FeedbackBody, FeedbackOut, Forgotten, HistoryDetail, HistoryPage, ReplayResult};

fn filter(wanted: &Wanted) -> anyhow::Result<HistoryFilter<'_>> {
    let time = |name: &str, text: Option<&String>| match text.map(|text| text.parse::<jiff::Timestamp>()) {
        None => Ok(None),
        Some(Ok(time)) => Ok(Some(time.as_millisecond())),
        Some(Err(_)) => {
            Err(Usage(format!("--{name}: use RFC 3339 with a time zone, for example 2026-01-31T12:00:00Z")))
        }
    };
    Ok(HistoryFilter {
        before: wanted.after.as_deref(),
        asked_by: None,
        kind: wanted.kind,
        status: wanted.status.as_deref(),
        from_ms: time("from", wanted.from.as_ref())?,
        to_ms: time("to", wanted.to.as_ref())?,
        rating: wanted.rating,
    })
}

impl HistoryBackend for Local {
    fn history(&self, wanted: &Wanted) -> anyhow::Result<HistoryPage> {
        Ok(self.app()?.history(&self.scope()?, &filter(wanted)?, wanted.limit.unwrap_or(100))?)
    }

    fn history_entry(&self, id: &str) -> anyhow::Result<HistoryDetail> {
        Ok(self.app()?.history_entry(&self.scope()?, id, None)?)
    }

    fn export(&self, wanted: &Wanted, format: ExportFormat, out: &mut dyn Write) -> anyhow::Result<()> {
        export(self.app()?, &self.scope()?, &filter(wanted)?, format, out)?;
        Ok(())
    }

    fn replay(&self, id: &str) -> anyhow::Result<ReplayResult> {
        let config = self.settings.generators.clone();
        self.app()?.set_generators(Generators::open(&config, &super::Settings::models()?).map_err(Usage)?);
        Ok(self.app()?.replay(&self.scope()?, id, None, &Cancel::default())?)
    }

    fn feedback(&self, id: &str, body: &FeedbackBody) -> anyhow::Result<FeedbackOut> {
        Ok(self.app()?.rate(&self.scope()?, id, None, "", body)?)
    }

    fn forget(&self, id: &str) -> anyhow::Result<Forgotten> {
        self.app()?.forget_history_entry(&self.scope()?, id)?;
        Ok(Forgotten { removed: 1 })
    }

    fn forget_all(&self) -> anyhow::Result<Forgotten> {
        Ok(self.app()?.forget_history(&self.scope()?)?)
    }
}
