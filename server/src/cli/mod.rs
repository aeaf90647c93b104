//! The command line: what was typed, resolved, done in-process or against a server, printed.

mod admin;
mod args;
mod ask;
mod backend;
mod config;
mod demo;
mod doctor;
mod documents;
mod history;
mod ingest;
mod local;
mod mcp;
mod migrate;
mod models;
mod output;
mod remote;
mod serve;
mod serving;
mod snapshot;
mod tenant;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use config::Settings;
use output::Output;

/// How a command ended: the exit code the manual promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything was done: 0.
    Well,
    /// Finished, some items failed: 3.
    SomeFailed,
}

/// Runs the command line of this process. Exit codes: 0 ok, 1 failed, 2 usage, 3 some items failed.
pub fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::SomeFailed) => ExitCode::from(3),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("footnote: {}", chain(&error));
            ExitCode::from(if error.is::<config::Usage>() { 2 } else { 1 })
        }
    }
}

fn run(args: &Args) -> anyhow::Result<Ended> {
    let flags = match &args.command {
        Command::Serve(serve) => Some(&serve.serving),
        _ => None,
    };
    let settings = Settings::resolve(&args.common, flags)?;
    start_log(&settings, matches!(args.command, Command::Serve(_)));
    let mut out = Output::new(args.common.json);
    match &args.command {
        Command::Demo(a) => demo::run(a, &settings, &mut out),
        Command::Init(a) => admin::init(a, &settings, &mut out),
        Command::Serve(a) => serve::run(a, &settings),
        Command::Mcp => mcp::run(&settings),
        Command::Ingest(a) => ingest::run(a, &settings, &mut out),
        Command::Search(a) => ask::search(a, &settings, &mut out),
        Command::Ask(a) => ask::ask(a, &settings, &mut out),
        Command::Documents(a) => documents::run(a, &settings, &mut out),
        Command::Client(a) => admin::client(a, &settings, &mut out),
        Command::Key(a) => admin::key(a, &settings, &mut out),
        Command::Tenant(a) => tenant::run(a, &settings, &mut out),
        Command::Models(a) => models::run(a, &settings, &mut out),
        Command::Verify => verify::verify(&settings, &mut out),
        Command::Reindex => verify::reindex(&settings, &mut out),
        Command::Migrate(a) => migrate::run(a, &settings, &mut out),
        Command::Snapshot(a) => snapshot::snapshot(a, &settings, &mut out),
        Command::Restore(a) => snapshot::restore(a, &settings, &mut out),
        Command::History(a) => history::run(a, &settings, &mut out),
        Command::Doctor => doctor::run(&settings, &mut out),
    }
}

/// Logs go to standard error; results go to standard output.
fn start_log(settings: &Settings, serving: bool) {
    let default =
        if serving { "info,tantivy=warn,rmcp=warn" } else { "warn,tantivy=error,pdf_oxide=off,rmcp=error" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("FOOTNOTE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    let colour =
        std::io::IsTerminal::is_terminal(&std::io::stderr()) && std::env::var_os("NO_COLOR").is_none();
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour);
    let started =
        if settings.log_json { builder.json().try_init() } else { builder.with_target(false).try_init() };
    // A second start in one process (tests) keeps the first log.
    drop(started);
}

/// The error and what caused it, on one line, without saying anything twice.
fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
    }
    text
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|e| e.downcast_ref::<std::io::Error>())
        .any(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
