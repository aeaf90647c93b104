//! `footnote migrate`: a client's index built anew under the current model and chunker, or swapped back.

use footnote_ingest::pipeline::MigrationEvent;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::Ended;
use super::args::Migrate;
use super::config::Settings;
use super::local::Local;
use super::output::{Output, counted};

pub(super) fn run(args: &Migrate, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let local = Local::of_directory(settings, "migrate")?;
    let mut all = Vec::new();
    for scope in local.scopes()? {
        let client = scope.client();
        if args.roll_back {
            local.engine().roll_back(&scope)?;
            let serving = local.engine().generation(&scope)?.map(|generation| generation.spec.name);
            out.line(format!("{client}: swapped back to {}", serving.as_deref().unwrap_or("nothing")))?;
            all.push(json!({ "client": client, "to": serving }));
            continue;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(ProgressStyle::with_template(
            "{msg} {pos}/{len} documents [{bar:30}] {elapsed} (eta {eta})",
        )?);
        bar.set_message(client.to_string());
        let mut last = 0;
        let report = local.app()?.pipeline().migrate(&scope, &mut |event: MigrationEvent| {
            bar.set_length(event.of);
            bar.set_position(event.done);
            if bar.is_hidden() && event.done >= last + LINE_EVERY {
                last = event.done;
                eprintln!("{client}: {} of {} documents", event.done, event.of);
            }
        })?;
        bar.finish_and_clear();
        if report.unchanged {
            out.line(format!("{client}: nothing to do, the current settings serve already ({})", report.to))?;
        } else {
            out.line(format!(
                "{client}: {} under {}; {}, {} embedded, {:.1} s; to go back: footnote migrate --roll-back --client {client}",
                counted(report.documents as u64, "document"),
                report.to,
                counted(report.chunks as u64, "chunk"),
                report.embedded,
                report.seconds,
            ))?;
        }
        all.push(json!({ "client": client, "report": report }));
    }
    if all.is_empty() {
        out.line("No clients yet: nothing to migrate.")?;
    }
    out.object(&json!({ "clients": all }))?;
    Ok(Ended::Well)
}

/// On a log, one line for this many documents.
const LINE_EVERY: u64 = 500;
