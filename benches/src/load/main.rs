//! How a server holds under load: `footnote serve` as a process of its own on loopback, its limits by credential off, real
//! passages and questions, requests by the clock (open loop) or by users who wait. Every case is bounded and ends by itself.
//!
//! See `benches/load/README.md`.

mod corpus;
mod fire;
mod kill;
mod report;
mod server;
mod steady;
mod users;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;

use corpus::Corpus;
use server::Place;

/// Measures how a server holds under load.
#[derive(Debug, Parser)]
#[command(name = "load")]
struct Args {
    /// What is measured
    #[arg(value_enum)]
    case: Case,
    /// Length of each phase
    #[arg(long, default_value_t = 300)]
    seconds: u64,
    /// Requests a second of the open loop
    #[arg(long)]
    rate: Option<f64>,
    /// Passages in the index
    #[arg(long, default_value_t = 20_000)]
    passages: usize,
    /// Clients the passages are spread over
    #[arg(long, default_value_t = 1)]
    clients: usize,
    /// Users who ask at the same time
    #[arg(long, default_value_t = 100)]
    users: usize,
    /// Milliseconds a user takes before the next question
    #[arg(long, default_value_t = 1000)]
    think_ms: u64,
    /// Kills
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The program to measure [default: `footnote` beside this one]
    #[arg(long)]
    footnote: Option<PathBuf>,
    /// Folder of sets in BEIR layout [default: `datasets` below `FOOTNOTE_TESTDATA`]
    #[arg(long)]
    datasets: Option<PathBuf>,
    /// Folder that keeps indexed data between runs; what is there is used again [default: one that is removed]
    #[arg(long)]
    keep: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Case {
    /// Searches by the clock, without and with ingest beside them
    Steady,
    /// Far more searches than can be served
    Overload,
    /// Users who ask, think and ask again
    Users,
    /// `kill -9` while documents are handed in and searches run
    Kill,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    anyhow::ensure!((1..=3600).contains(&args.seconds), "--seconds is {}, use 1 to 3600", args.seconds);
    let datasets = match &args.datasets {
        Some(folder) => folder.clone(),
        None => PathBuf::from(
            std::env::var_os("FOOTNOTE_TESTDATA").context("set FOOTNOTE_TESTDATA, or --datasets")?,
        )
        .join("datasets"),
    };
    let footnote = match &args.footnote {
        Some(path) => path.clone(),
        None => std::env::current_exe()?.with_file_name("footnote"),
    };
    anyhow::ensure!(footnote.is_file(), "{} is not there; build it, or --footnote PATH", footnote.display());
    let corpus = Corpus::load(&datasets, args.passages)?;
    let place = Place::prepare(&footnote, args.keep.as_deref(), &corpus, args.clients.max(1))?;
    let phase = Duration::from_secs(args.seconds);
    match args.case {
        Case::Steady => steady::steady(&place, &corpus, args.rate.unwrap_or(20.0), phase),
        Case::Overload => steady::overload(&place, &corpus, args.rate.unwrap_or(200.0), phase),
        Case::Users => users::run(&place, &corpus, args.users, Duration::from_millis(args.think_ms), phase),
        Case::Kill => kill::run(&place, &corpus, args.rounds, phase),
    }
}
