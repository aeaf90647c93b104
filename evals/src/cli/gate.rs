use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use footnote_models::Precision;

use crate::collection::Collection;
use crate::gates::{Gate, Gates, Verdict};
use crate::retrieval::{Options, measure};

/// Documents kept for each query: as many as the deepest figure of the report looks at.
const TOP_K: usize = 100;
/// Seed of gates that run a choice of queries.
const SEED: u64 = 0;

/// Run the measurements of a gates file and fail when a figure misses its bound
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The gates file
    #[arg(long, value_name = "FILE", default_value = "evals/gates.toml")]
    gates: PathBuf,
    /// Folder with datasets/; without it every gate is skipped, and said to be
    #[arg(long, value_name = "DIR", env = "FOOTNOTE_TESTDATA")]
    data: Option<PathBuf>,
    /// Run only the gates of this dataset
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Keep document vectors in this file, and reuse those it has
    #[arg(long, value_name = "FILE")]
    vector_cache: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let shown = arguments.gates.display();
    let text = fs::read_to_string(&arguments.gates)
        .with_context(|| format!("cannot read the gates file {shown}"))?;
    let mut gates = Gates::parse(&text).with_context(|| shown.to_string())?.gates;
    if let Some(only) = &arguments.only {
        gates.retain(|gate| gate.dataset == *only);
        anyhow::ensure!(!gates.is_empty(), "{shown} has no gate of the dataset `{only}`");
    }
    let Some(data) = &arguments.data else {
        for gate in &gates {
            println!("skipped  {}", title(gate));
        }
        println!("{} gates skipped: set FOOTNOTE_TESTDATA or --data to a folder with datasets/", gates.len());
        return Ok(ExitCode::SUCCESS);
    };
    let mut failures = Vec::new();
    for gate in &gates {
        println!("{}", title(gate));
        for verdict in judge(gate, data, arguments.vector_cache.as_deref())? {
            println!("  {verdict}");
            if !verdict.passed() {
                failures.push(format!("{}: {} {}", gate.dataset, verdict.system, verdict.metric));
            }
        }
    }
    if failures.is_empty() {
        println!("{} gates passed", gates.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("failed: {}", failures.join("; "));
    Ok(ExitCode::FAILURE)
}

fn title(gate: &Gate) -> String {
    let model = gate.model.as_deref().unwrap_or("default model");
    format!("{} ({}), {model}, chunker {}", gate.dataset, gate.split, gate.chunker.name())
}

fn judge(gate: &Gate, data: &Path, vector_cache: Option<&Path>) -> anyhow::Result<Vec<Verdict>> {
    let directory = data.join("datasets").join(&gate.dataset);
    let mut collection = Collection::read(&directory, &gate.split, None)?;
    let choice = gate.limit_queries.map(|count| (count, SEED));
    if let Some((count, seed)) = choice {
        collection.limit_queries(count, seed);
    }
    let options = Options {
        answer_tokens: None,
        systems: gate.systems.iter().copied().collect(),
        model: gate.model.clone(),
        precision: Precision::default(),
        chunker: gate.chunker,
        rerank: gate.rerank_options(),
        top_k: TOP_K,
        vector_cache: vector_cache.map(Path::to_owned),
        choice,
    };
    let measured = measure(&collection, &options).with_context(|| format!("gate {}", title(gate)))?;
    print!("{}", indented(&measured.report.table()));
    Ok(gate.checks.iter().map(|check| check.judge(&measured.report.systems)).collect())
}

fn indented(table: &str) -> String {
    table.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}
