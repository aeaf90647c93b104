//! `footnote migrate`: a client's index built anew under the current model and chunker, or swapped back; on a data directory, or
//! by a running server while it answers from the old one.

use std::time::Duration;

use footnote_ingest::pipeline::{MigrationEvent, MigrationReport};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::Ended;
use super::args::Migrate;
use super::backend::Backend as _;
use super::config::Settings;
use super::local::Local;
use super::output::{Output, counted};
use super::remote::Remote;
use crate::wire::MigrationOut;

/// On a log, one line for this many documents.
const LINE_EVERY: u64 = 500;

/// Between two looks at a migration of a server.
const LOOK_EVERY: Duration = Duration::from_millis(300);

pub(super) fn run(args: &Migrate, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let (all, failed) = match &settings.server {
        Some(server) => of_server(&Remote::new(server, settings)?, args, settings, out)?,
        None => (of_directory(args, settings, out)?, false),
    };
    if all.is_empty() {
        out.line("No clients yet: nothing to migrate.")?;
    }
    out.object(&json!({ "clients": all }))?;
    Ok(if failed { Ended::SomeFailed } else { Ended::Well })
}

fn of_directory(
    args: &Migrate,
    settings: &Settings,
    out: &mut Output,
) -> anyhow::Result<Vec<serde_json::Value>> {
    let local = Local::open(settings)?;
    let mut all = Vec::new();
    for scope in local.scopes()? {
        let client = scope.client().as_str();
        if args.roll_back {
            local.engine().roll_back(&scope)?;
            let serving = local.engine().generation(&scope)?.map(|generation| generation.spec.name);
            out.line(format!("{client}: swapped back to {}", serving.as_deref().unwrap_or("nothing")))?;
            all.push(json!({ "client": client, "to": serving }));
            continue;
        }
        let mut progress = Progress::new(client)?;
        let report = local.app()?.pipeline().migrate(&scope, &mut |event: MigrationEvent| {
            progress.at(event.done, event.of);
        })?;
        progress.end();
        out.line(told(client, &report))?;
        all.push(json!({ "client": client, "report": report }));
    }
    Ok(all)
}

/// What became of each client, and whether one of them failed.
fn of_server(
    remote: &Remote,
    args: &Migrate,
    settings: &Settings,
    out: &mut Output,
) -> anyhow::Result<(Vec<serde_json::Value>, bool)> {
    let clients = match &settings.client {
        Some(client) => vec![client.to_string()],
        None => remote.clients()?,
    };
    let mut failed = false;
    let mut all = Vec::new();
    for client in clients {
        if args.roll_back {
            let now = remote.roll_back(&client)?;
            let serving = now.generations.iter().find(|generation| generation.state == "serving");
            let serving = serving.map(|generation| generation.name.clone());
            out.line(format!("{client}: swapped back to {}", serving.as_deref().unwrap_or("nothing")))?;
            all.push(json!({ "client": client, "to": serving }));
            continue;
        }
        let ended = followed(remote, &client)?;
        match (&ended.report, &ended.reason) {
            (Some(report), _) => out.line(told(&client, report))?,
            (None, Some(reason)) => {
                failed = true;
                out.line(format!("{client}: {reason}; what was built is kept, run the same command again"))?;
            }
            (None, None) => out.line(unchanged(&client, &ended.to))?,
        }
        all.push(serde_json::to_value(&ended)?);
    }
    Ok((all, failed))
}

/// Starts a client's migration and looks at it until it has ended.
fn followed(remote: &Remote, client: &str) -> anyhow::Result<MigrationOut> {
    let mut progress = Progress::new(client)?;
    let mut now = remote.migrate(client)?;
    while matches!(now.state.as_str(), "queued" | "running") {
        if now.of > 0 {
            progress.at(now.documents, now.of);
        }
        std::thread::sleep(LOOK_EVERY);
        now = remote.migration(client)?;
    }
    progress.end();
    anyhow::ensure!(
        now.state != "idle",
        "the server was stopped before {client} was done; it goes on when it starts again"
    );
    Ok(now)
}

fn unchanged(client: &str, to: &str) -> String {
    format!("{client}: nothing to do, the current settings serve already ({to})")
}

fn told(client: &str, report: &MigrationReport) -> String {
    if report.unchanged {
        return unchanged(client, &report.to);
    }
    format!(
        "{client}: {} under {}; {}, {} embedded, {:.1} s; to go back: footnote migrate --roll-back --client {client}",
        counted(report.documents as u64, "document"),
        report.to,
        counted(report.chunks as u64, "chunk"),
        report.embedded,
        report.seconds,
    )
}

/// A bar on a terminal, now and then a line on a log.
struct Progress {
    bar: ProgressBar,
    client: String,
    last: u64,
}

impl Progress {
    fn new(client: &str) -> anyhow::Result<Self> {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(ProgressStyle::with_template(
            "{msg} {pos}/{len} documents [{bar:30}] {elapsed} (eta {eta})",
        )?);
        bar.set_message(client.to_owned());
        Ok(Self { bar, client: client.to_owned(), last: 0 })
    }

    fn at(&mut self, done: u64, of: u64) {
        self.bar.set_length(of);
        self.bar.set_position(done);
        if self.bar.is_hidden() && done >= self.last + LINE_EVERY {
            self.last = done;
            eprintln!("{}: {done} of {of} documents", self.client);
        }
    }

    fn end(self) {
        self.bar.finish_and_clear();
    }
}
