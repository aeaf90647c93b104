//! `footnote ingest`: a progress bar on a terminal, plain lines in a log, a table at the end.

use footnote_ingest::pipeline::{Event, PathOptions, Report, Status};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Ended;
use super::args::Ingest;
use super::backend::{self, Sync};
use super::config::Settings;
use super::output::{Output, one_line, shorten};

pub(super) fn run(args: &Ingest, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let options = PathOptions {
        include: args.include.clone(),
        exclude: args.exclude.clone(),
        dry_run: args.dry_run,
        retry: args.retry,
    };
    let mut progress = Progress::new()?;
    let sync = args.sync.then_some(Sync { force: args.force });
    let report =
        backend::open(settings)?.ingest(&args.paths, &options, sync, &mut |event| progress.show(&event))?;
    progress.finish();
    out.object(&report)?;
    print(&report, out)?;
    Ok(if report.totals.failed > 0 { Ended::SomeFailed } else { Ended::Well })
}

/// Progress of a run on standard error.
struct Progress {
    bar: ProgressBar,
    documents: usize,
    embedded: usize,
    failed: usize,
}

/// On a log, one line for this many documents.
const LINE_EVERY: usize = 500;

impl Progress {
    fn new() -> anyhow::Result<Self> {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(ProgressStyle::with_template("{pos}/{len} files [{bar:30}] {elapsed} {msg}")?);
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        Ok(Self { bar, documents: 0, embedded: 0, failed: 0 })
    }

    fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Found { files } => self.bar.set_length(*files as u64),
            Event::FileDone => self.bar.inc(1),
            Event::Embedded { chunks } => self.embedded += chunks,
            Event::Done(entry) => {
                self.documents += 1;
                self.failed += usize::from(entry.status == Status::Failed);
                if self.bar.is_hidden() && self.documents.is_multiple_of(LINE_EVERY) {
                    eprintln!(
                        "{} documents, {} chunks embedded, {} failed",
                        self.documents, self.embedded, self.failed
                    );
                }
            }
        }
        let seconds = self.bar.elapsed().as_secs_f64().max(0.001);
        self.bar.set_message(format!(
            "{} documents, {} chunks ({:.0}/s), {} failed",
            self.documents,
            self.embedded,
            self.embedded as f64 / seconds,
            self.failed
        ));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Ingested documents listed one by one; a JSONL file can hold a million. What was skipped or failed is
/// always listed.
const SHOWN: usize = 100;

fn print(report: &Report, out: &mut Output) -> anyhow::Result<()> {
    let mut ingested = 0;
    let rows: Vec<Vec<String>> = report
        .documents
        .iter()
        .filter(|e| {
            ingested += usize::from(e.status == Status::Ingested);
            e.code != "unchanged" && (e.status != Status::Ingested || ingested <= SHOWN)
        })
        .map(|e| {
            let status = serde_json::to_value(e.status).ok().and_then(|v| v.as_str().map(str::to_owned));
            let same = e.same_content_as.as_ref().map(|uri| format!("same content as {uri}"));
            let detail = e
                .reason
                .clone()
                .unwrap_or_else(|| e.warnings.iter().cloned().chain(same).collect::<Vec<_>>().join("; "));
            vec![
                status.unwrap_or_default(),
                e.code.clone(),
                e.chunks.to_string(),
                tail(&e.uri, 60),
                shorten(&one_line(&detail), 100),
            ]
        })
        .collect();
    if !rows.is_empty() {
        out.table(&["STATUS", "CODE", "CHUNKS", "URI", "REASON"], &rows)?;
        if ingested > SHOWN {
            out.line(format!("… and {} more ingested (all of them with --json)", ingested - SHOWN))?;
        }
        out.line("")?;
    }
    let t = &report.totals;
    let plan = if report.dry_run { "Plan only, nothing was changed: " } else { "" };
    out.line(format!(
        "{plan}{} ingested{}, {} skipped, {} failed{}; {} chunks, {} embedded; {:.1} s",
        t.ingested,
        if t.duplicates > 0 {
            format!(" ({} with the same content as another)", t.duplicates)
        } else {
            String::new()
        },
        t.skipped,
        t.failed,
        if t.deleted > 0 { format!(", {} removed", t.deleted) } else { String::new() },
        t.chunks,
        t.embedded,
        report.seconds
    ))?;
    let codes: Vec<String> = report.by_code().iter().map(|(code, n)| format!("{code} {n}")).collect();
    out.line(codes.join(", "))?;
    Ok(())
}

/// The end of a long uri, which tells more than its beginning.
fn tail(uri: &str, max: usize) -> String {
    let count = uri.chars().count();
    if count <= max {
        return uri.to_owned();
    }
    format!("…{}", uri.chars().skip(count - max + 1).collect::<String>())
}
