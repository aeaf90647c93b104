//! `footnote history`: what was asked and answered.

mod backend;
mod print;

use std::io::Write;
use std::path::PathBuf;

use footnote_index::{HistoryKind, Rating};

pub(super) use backend::{HistoryBackend, Wanted};

use super::Ended;
use super::config::{Settings, Usage};
use super::local::Local;
use super::output::Output;
use super::remote::Remote;
use crate::history::ExportFormat;
use crate::wire::FeedbackBody;

/// What can be done with it.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List searches and answers, newest first
    List {
        #[command(flatten)]
        which: Which,
        /// Entries shown, 1 to 1,000
        #[arg(short = 'n', long, default_value_t = 20)]
        limit: usize,
        /// Those before this one: the last id of the page before
        #[arg(long, value_name = "ID")]
        after: Option<String>,
    },
    /// Show one, with the quotes that are still there
    Show {
        /// Its id
        id: String,
    },
    /// Write all of them to a file, also as questions for footnote-eval (ndjson)
    Export {
        #[command(flatten)]
        which: Which,
        /// json, ndjson or csv
        #[arg(long, default_value = "json")]
        format: ExportFormat,
        /// The file [default: standard output]
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Ask again what was asked, and say what is different
    Replay {
        /// Its id
        id: String,
    },
    /// Say what you think of one; a second rating takes the place of the first
    Feedback {
        /// Its id
        id: String,
        /// up or down
        #[arg(value_parser = rating)]
        rating: Rating,
        /// Why
        #[arg(long)]
        comment: Option<String>,
    },
    /// Remove one, or all of the client's, for good
    Delete {
        /// Its id
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// All of the client's
        #[arg(long)]
        all: bool,
        /// Do not ask whether all are meant
        #[arg(long, requires = "all")]
        yes: bool,
    },
}

/// Which entries.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// search or answer
    #[arg(long, value_parser = kind)]
    kind: Option<HistoryKind>,
    /// found, empty, grounded, partial or abstained
    #[arg(long)]
    status: Option<String>,
    /// Rated up or down
    #[arg(long, value_parser = rating)]
    rating: Option<Rating>,
    /// From this time on, for example 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
}

impl Which {
    fn wanted(&self) -> Wanted {
        let Self { kind, status, rating, from, to } = self;
        Wanted {
            kind: *kind,
            status: status.clone(),
            rating: *rating,
            from: from.clone(),
            to: to.clone(),
            ..Wanted::default()
        }
    }
}

fn kind(text: &str) -> Result<HistoryKind, String> {
    match text {
        "search" => Ok(HistoryKind::Search),
        "answer" => Ok(HistoryKind::Answer),
        _ => Err("use search or answer".to_owned()),
    }
}

fn rating(text: &str) -> Result<Rating, String> {
    match text {
        "up" => Ok(Rating::Up),
        "down" => Ok(Rating::Down),
        _ => Err("use up or down".to_owned()),
    }
}

fn open(settings: &Settings) -> anyhow::Result<Box<dyn HistoryBackend>> {
    Ok(match &settings.server {
        Some(url) => Box::new(Remote::new(url, settings)?),
        None => Box::new(Local::open(settings)?),
    })
}

pub(super) fn run(command: &Command, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let backend = open(settings)?;
    match command {
        Command::List { which, limit, after } => {
            if !(1..=1000).contains(limit) {
                return Err(Usage(format!("--limit is {limit}, use 1 to 1000")).into());
            }
            let wanted = Wanted { limit: Some(*limit), after: after.clone(), ..which.wanted() };
            let page = backend.history(&wanted)?;
            out.object(&page)?;
            print::list(&page, out)?;
        }
        Command::Show { id } => {
            let entry = backend.history_entry(id)?;
            out.object(&entry)?;
            print::entry(&entry, out)?;
        }
        Command::Export { which, format, output } => {
            let wanted = which.wanted();
            match output {
                None => {
                    let mut stdout = std::io::stdout().lock();
                    backend.export(&wanted, *format, &mut stdout)?;
                    stdout.flush()?;
                }
                Some(path) => {
                    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
                    backend.export(&wanted, *format, &mut file)?;
                    file.flush()?;
                    out.object(&serde_json::json!({ "exported": path }))?;
                    out.line(format!("exported to {}", path.display()))?;
                }
            }
        }
        Command::Replay { id } => {
            let replayed = backend.replay(id)?;
            out.object(&replayed)?;
            print::replay(&replayed, out)?;
        }
        Command::Feedback { id, rating, comment } => {
            let body = FeedbackBody { rating: *rating, comment: comment.clone() };
            let given = backend.feedback(id, &body)?;
            out.object(&given)?;
            out.line(format!("rated {id} {}", given.rating.as_str()))?;
        }
        Command::Delete { id, all: _, yes } => {
            let removed = match id {
                Some(id) => backend.forget(id)?,
                None if *yes => backend.forget_all()?,
                None => {
                    let what = "this removes all that was asked and answered for the client, for good; say --yes to do it";
                    return Err(Usage(what.to_owned()).into());
                }
            };
            out.object(&removed)?;
            out.line(format!("removed {} from the history", removed.removed))?;
        }
    }
    Ok(Ended::Well)
}
