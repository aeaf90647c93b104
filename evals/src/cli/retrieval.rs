use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use footnote_models::{DEFAULT_RERANKER, ModelError, ModelStore, Precision};

use super::host::HostArguments;
use crate::collection::Collection;
use crate::retrieval::{Candidates, Chunker, Measured, Options, Rerank, SystemSpec, measure};
use crate::served::measure_served;
use crate::system::System;
use crate::target::Model;

/// Index a BEIR-shaped dataset in a temporary engine, ask its judged queries, and print the usual metrics
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Dataset directory: corpus.jsonl, queries.jsonl, and qrels.tsv or qrels/test.tsv
    #[arg(long, value_name = "DIR")]
    dataset: PathBuf,
    /// Systems to measure, separated by commas
    #[arg(long, value_delimiter = ',', default_value = "bm25,dense,hybrid")]
    systems: Vec<System>,
    /// Encoder, by its name (footnote models list) [default: the default encoder]
    #[arg(long, value_name = "NAME", value_parser = known_model, conflicts_with = "server")]
    model: Option<String>,
    /// How the models' products are computed: int8 or f32
    #[arg(long, default_value = "int8", conflicts_with = "server")]
    precision: Precision,
    #[command(flatten)]
    host: HostArguments,
    /// Cross-encoder of the system `rerank`
    #[arg(long, value_name = "NAME", default_value = DEFAULT_RERANKER, value_parser = known_model)]
    reranker: String,
    /// What that system reorders
    #[arg(long, value_enum, default_value_t = Candidates::default())]
    rerank_of: Candidates,
    /// Chunks it scores for each query
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    rerank_depth: u16,
    /// Keep its scores in this file, and reuse those it has
    #[arg(long, value_name = "FILE")]
    rerank_cache: Option<PathBuf>,
    /// `whole`: one vector a document, title and text, truncated; `structure`: the chunker users get
    #[arg(long, value_enum, default_value_t = Chunker::Structure, conflicts_with = "server")]
    chunker: Chunker,
    /// Split whose queries are judged, such as dev
    #[arg(long, default_value = "test")]
    split: String,
    /// Another query file in the dataset directory with the same ids, such as queries_ascii.jsonl
    #[arg(long, value_name = "NAME")]
    queries: Option<String>,
    /// Documents kept for each query
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top_k: u16,
    /// Print one JSON object to stdout (and the table to stderr)
    #[arg(long)]
    json: bool,
    /// Join documents that follow one another under the same title: paragraphs to the articles they are of
    #[arg(long)]
    join_articles: bool,
    /// Say how often an answer stands within so many tokens of what is returned
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "server")]
    answer_tokens: Option<u32>,
    /// Write one TREC run per system, SYSTEM.run, into this folder, and SYSTEM.answers with --answer-tokens
    #[arg(long, value_name = "DIR")]
    run_out: Option<PathBuf>,
    /// Keep document vectors in this file, and reuse those it has
    #[arg(long, value_name = "FILE")]
    vector_cache: Option<PathBuf>,
    /// Run a random choice of this many queries
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit_queries: Option<u32>,
    /// Seed of that choice
    #[arg(long, default_value_t = 0, requires = "limit_queries")]
    seed: u64,
}

fn known_model(name: &str) -> Result<String, ModelError> {
    ModelStore::from_env()?.check_name(name).map(|()| name.to_owned())
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut collection =
        Collection::read(&arguments.dataset, &arguments.split, arguments.queries.as_deref())?;
    if arguments.join_articles {
        collection.join_articles();
    }
    if let Some(count) = arguments.limit_queries {
        collection.limit_queries(count as usize, arguments.seed);
    }
    let rerank = Rerank {
        model: arguments.reranker.clone(),
        depth: usize::from(arguments.rerank_depth),
        ..Rerank::default()
    };
    let systems: BTreeSet<System> = arguments.systems.iter().copied().collect();
    let measured = if arguments.host.server.is_some() {
        ensure!(!systems.contains(&System::Rerank), "a server is asked for bm25, dense and hybrid only");
        let systems: Vec<System> = systems.into_iter().collect();
        let host = arguments.host.host(&Model::default())?;
        measure_served(&collection, &*host, &systems, usize::from(arguments.top_k))?
    } else {
        let specs = systems.into_iter().map(|system| SystemSpec::of(system, arguments.rerank_of, &rerank));
        let options = Options {
            systems: specs.collect(),
            model: arguments.model.clone(),
            precision: arguments.precision,
            chunker: arguments.chunker,
            top_k: usize::from(arguments.top_k),
            vector_cache: arguments.vector_cache.clone(),
            rerank_cache: arguments.rerank_cache.clone(),
            answer_tokens: arguments.answer_tokens.map(|tokens| tokens as usize),
        };
        measure(&collection, &options)?
    };
    if let Some(folder) = &arguments.run_out {
        write_runs(folder, &measured)?;
    }
    let table = measured.report.table();
    if arguments.json {
        eprint!("{table}");
        let json = serde_json::to_string_pretty(&measured.report)?;
        writeln!(std::io::stdout(), "{json}").context("cannot write the report to stdout")?;
    } else {
        write!(std::io::stdout(), "{table}").context("cannot write the report to stdout")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write_runs(folder: &Path, measured: &Measured) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (system, run) in &measured.runs {
        let path = folder.join(format!("{system}.run"));
        let written = File::create(&path)
            .and_then(|file| run.to_trec(&format!("footnote-{system}")).write(BufWriter::new(file)));
        written.with_context(|| format!("cannot write {}", path.display()))?;
    }
    for (system, answered) in measured.answered.iter().filter(|(_, answered)| !answered.is_empty()) {
        let path = folder.join(format!("{system}.answers"));
        let lines: String =
            answered.iter().map(|(query, found)| format!("{query}\t{}\n", u8::from(*found))).collect();
        fs::write(&path, lines).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
