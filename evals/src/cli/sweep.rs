use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use footnote_models::{DEFAULT_RERANKER, ModelError, ModelStore, Precision};
use serde::Serialize;

use crate::provenance;
use crate::report::page::{Fact, Page};
use crate::retrieval::Chunker;
use crate::sweep::{Options, Sweep, section, sweep};

/// Try ways to join the legs, to rerank and to choose how many passages are read, on development questions only
///
/// Each leg is run once over every set; twenty fusions are then joined in memory. The best by the mean over the sets is
/// measured once on the questions that were kept back: the set's test split where it has a development split, else a half.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Dataset directory; several are allowed
    #[arg(long = "dataset", value_name = "DIR", required = true)]
    datasets: Vec<PathBuf>,
    /// Encoder, by its name (footnote models list) [default: the default encoder]
    #[arg(long, value_name = "NAME", value_parser = known_model)]
    model: Option<String>,
    /// How the models' products are computed: int8 or f32
    #[arg(long, default_value = "int8")]
    precision: Precision,
    /// How documents are cut
    #[arg(long, value_enum, default_value_t = Chunker::Structure)]
    chunker: Chunker,
    /// Documents kept for each query
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top_k: u16,
    /// Most questions on either side of a set
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit_queries: Option<u32>,
    /// Depths to rerank to, such as 10,20,30; without them nothing is reranked
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=1000))]
    rerank_depths: Vec<u16>,
    /// Shares of the order before reranking that are kept, 0 to 1
    #[arg(long, value_name = "SHARE", value_delimiter = ',', default_value = "0,0.25,0.5")]
    rerank_keep: Vec<f32>,
    /// Cross-encoder, by its name
    #[arg(long, value_name = "NAME", default_value = DEFAULT_RERANKER, value_parser = known_model)]
    reranker: String,
    /// Folder of remembered vectors and scores, by model and text
    #[arg(long, value_name = "DIR", default_value = "target/eval-cache")]
    cache: PathBuf,
    /// Decides which questions choose, and every resampling
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Write one self-contained HTML page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write Markdown to this file
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Print one JSON object to stdout (and the tables to stderr)
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
    chunker: String,
    seed: u64,
    #[serde(flatten)]
    sweep: &'a Sweep,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    ensure!(
        arguments.rerank_keep.iter().all(|share| (0.0..=1.0).contains(share)),
        "--rerank-keep: shares are from 0 to 1"
    );
    let cache = &arguments.cache;
    fs::create_dir_all(cache).with_context(|| format!("cannot make the folder {}", cache.display()))?;
    let model = arguments.model.as_deref().unwrap_or(footnote_models::DEFAULT_MODEL);
    let depths: Vec<usize> = arguments.rerank_depths.iter().map(|depth| usize::from(*depth)).collect();
    let options = Options {
        datasets: arguments.datasets.clone(),
        model: arguments.model.clone(),
        precision: arguments.precision,
        chunker: arguments.chunker,
        top_k: usize::from(arguments.top_k),
        limit: arguments.limit_queries.map(|limit| limit as usize),
        rerank: (!depths.is_empty())
            .then(|| (arguments.reranker.clone(), depths, arguments.rerank_keep.clone())),
        vector_cache: Some(cache.join(format!("{model}.{}.vectors", arguments.precision.as_str()))),
        rerank_cache: Some(cache.join("rerank.scores")),
        seed: arguments.seed,
    };
    let swept = sweep(&options)?;
    let shown = section(&swept);
    let plain = shown.plain();
    let chunker = arguments.chunker.config().fingerprint();
    let commit = provenance::commit(Path::new("."));
    let mut manifest = vec![
        Fact::new("version", env!("CARGO_PKG_VERSION")),
        Fact::new("chunker", &chunker),
        Fact::new("seed", arguments.seed.to_string()),
    ];
    manifest.extend(commit.as_ref().map(|commit| Fact::new("commit", commit)));
    manifest.extend(
        swept.model.iter().map(|model| Fact::new("model", format!("{} {}", model.name, model.precision))),
    );
    manifest.extend(
        swept.seconds.iter().map(|(stage, took)| Fact::new(format!("seconds.{stage}"), format!("{took:.1}"))),
    );
    let page = Page {
        title: "Sweep of retrieval settings".to_owned(),
        subtitle: String::new(),
        manifest,
        sections: vec![shown],
    };
    for (path, text) in [(&arguments.html, page.html()), (&arguments.markdown, page.markdown())] {
        if let Some(path) = path {
            fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    let report = Report {
        schema_version: crate::report::SCHEMA_VERSION,
        version: env!("CARGO_PKG_VERSION"),
        commit,
        chunker,
        seed: arguments.seed,
        sweep: &swept,
    };
    if arguments.json {
        eprint!("{plain}");
        writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        write!(std::io::stdout(), "{plain}")?;
    }
    Ok(ExitCode::SUCCESS)
}
