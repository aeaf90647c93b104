//! `footnote verify` and `footnote reindex`: the stored parts of clients against one another, and the caches built anew.

use footnote_index::{Scope, Verification};
use serde::Serialize;

use super::Ended;
use super::config::Settings;
use super::local::Local;
use super::output::Output;

/// What was found of one client.
#[derive(Debug, Serialize)]
struct Checked {
    client: String,
    #[serde(flatten)]
    found: Option<Verification>,
    /// Why the client does not open, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Checked {
    fn is_clean(&self) -> bool {
        self.error.is_none() && self.found.as_ref().is_some_and(|found| found.findings.is_empty())
    }
}

pub(super) fn verify(settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let local = Local::of_directory(settings, "verify")?;
    let mut all = Vec::new();
    for scope in local.scopes()? {
        let checked = check(&local, &scope);
        print(&checked, out)?;
        all.push(checked);
    }
    out.object(&serde_json::json!({ "clients": all }))?;
    if all.is_empty() {
        out.line("No clients yet: nothing to check.")?;
    }
    Ok(if all.iter().all(Checked::is_clean) { Ended::Well } else { Ended::SomeFailed })
}

pub(super) fn reindex(settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let local = Local::of_directory(settings, "reindex")?;
    let mut rebuilt = Vec::new();
    for scope in local.scopes()? {
        local.engine().reindex(&scope)?;
        let stats = local.engine().stats(&scope)?;
        out.line(format!("{}: caches built from the store, {} chunks", scope.client(), stats.chunks))?;
        rebuilt.push(serde_json::json!({ "client": scope.client().as_str(), "chunks": stats.chunks }));
    }
    out.object(&serde_json::json!({ "clients": rebuilt }))?;
    Ok(Ended::Well)
}

fn check(local: &Local, scope: &Scope) -> Checked {
    let client = scope.client().to_string();
    match local.engine().verify(scope) {
        Ok(found) => Checked { client, found: Some(found), error: None },
        Err(error) => Checked { client, found: None, error: Some(error.to_string()) },
    }
}

fn print(checked: &Checked, out: &mut Output) -> anyhow::Result<()> {
    let Checked { client, found, error } = checked;
    if let Some(error) = error {
        out.line(format!("{client}: does not open: {error}"))?;
    }
    let Some(found) = found else { return Ok(()) };
    let verdict = match found.findings.len() {
        0 => "clean".to_owned(),
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    out.line(format!(
        "{client}: {verdict}; {} texts, {} chunks in both legs, {} originals checked at commit {}",
        found.versions, found.chunks, found.originals, found.seq
    ))?;
    for finding in &found.findings {
        out.line(format!(
            "  {}: {} × {}\n    to mend it: {}",
            finding.part, finding.count, finding.problem, finding.remedy
        ))?;
    }
    Ok(())
}
