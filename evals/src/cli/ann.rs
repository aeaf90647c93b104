use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{ArgGroup, Args};
use footnote_models::{ModelError, ModelStore, Precision};
use serde::Serialize;

use crate::ann::{AnnFigures, beginnings, measure_ann};
use crate::provenance;
use crate::target::{Client, Local, Model, Server};

/// Compare the vector search that a client is served with an exact one: recall at k, and latency
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("where").required(true).args(["data", "server"])))]
pub(super) struct Arguments {
    /// Data directory; no server may use it meanwhile
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// URL of a running server
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// API key for that server
    #[arg(long, value_name = "KEY", env = "FOOTNOTE_KEY", hide_env_values = true)]
    key: Option<String>,
    /// The client
    #[arg(long, value_name = "NAME")]
    client: String,
    /// Its tenant, in a data directory
    #[arg(long, value_name = "NAME", default_value = "default")]
    tenant: String,
    /// Encoder of a data directory, by its name [default: the default encoder]
    #[arg(long, value_name = "NAME", value_parser = known_model, conflicts_with = "server")]
    model: Option<String>,
    /// How its products are computed: int8 or f32
    #[arg(long, default_value = "int8", conflicts_with = "server")]
    precision: Precision,
    /// Hits wanted of a question
    #[arg(long, value_name = "K", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100))]
    k: u16,
    /// File with a question a line [default: how documents of the client begin]
    #[arg(long, value_name = "FILE")]
    questions: Option<PathBuf>,
    /// Questions asked at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Decides which documents begin a question
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn known_model(name: &str) -> Result<String, ModelError> {
    ModelStore::from_env()?.check_name(name).map(|()| name.to_owned())
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    schema_version: u32,
    version: &'static str,
    commit: Option<String>,
    client: &'a str,
    engine: &'static str,
    #[serde(flatten)]
    figures: AnnFigures,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (figures, engine) = match (&arguments.data, &arguments.server) {
        (Some(data), _) => {
            let model = Model { name: arguments.model.clone(), precision: arguments.precision };
            let local = Local::open(data, &model)?;
            (measure(&local.client(&arguments.tenant, &arguments.client)?, arguments)?, "in-process")
        }
        (None, Some(url)) => {
            let server = Server::new(url, arguments.key.clone());
            (measure(&server.client(&arguments.client), arguments)?, "http")
        }
        (None, None) => anyhow::bail!("name --data or --server"),
    };
    let report = Report {
        schema_version: crate::report::SCHEMA_VERSION,
        version: env!("CARGO_PKG_VERSION"),
        commit: provenance::commit(Path::new(".")),
        client: &arguments.client,
        engine,
        figures,
    };
    let mut out = std::io::stdout().lock();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let it = &report.figures;
    writeln!(
        out,
        "{}: {} documents, {} questions\nrecall@{} {:.4} (least {:.4}, all found for {:.1} % of the questions)\n\
         served in {:.1} ms (p95 {:.1}), the vectors alone in {:.2} ms (p95 {:.2})\n{}",
        report.client,
        it.documents,
        it.questions,
        it.k,
        it.recall,
        it.recall_min,
        it.perfect * 100.0,
        it.p50_ms,
        it.p95_ms,
        it.dense_p50_ms,
        it.dense_p95_ms,
        it.planner
    )?;
    Ok(ExitCode::SUCCESS)
}

fn measure(client: &dyn Client, arguments: &Arguments) -> anyhow::Result<AnnFigures> {
    let limit = arguments.limit as usize;
    let mut questions: Vec<String> = match &arguments.questions {
        Some(path) => fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        None => beginnings(client, client.documents()?, limit, arguments.seed)?,
    };
    questions.truncate(limit);
    Ok(measure_ann(client, &questions, usize::from(arguments.k))?)
}
