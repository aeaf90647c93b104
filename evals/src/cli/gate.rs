use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use footnote_models::Precision;

use crate::answer_metrics::AnswerMetrics;
use crate::collection::Collection;
use crate::gates::{Gate, Gates, Part, SampleGate, Verdict, answer_figure};
use crate::retrieval::{Options, measure};
use crate::served::{SampleMeasured, measure_sample};
use crate::system::System;
use crate::target::{Local, Model};

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
    /// Folder with datasets/; without it every gate but the sample's is skipped, and said to be
    #[arg(long, value_name = "DIR", env = "FOOTNOTE_TESTDATA")]
    data: Option<PathBuf>,
    /// Run only the gates of this dataset, or of the `sample`
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
    let Gates { mut gates, mut samples } = Gates::parse(&text).with_context(|| shown.to_string())?;
    if let Some(only) = &arguments.only {
        gates.retain(|gate| gate.dataset == *only);
        samples.retain(|_| only == "sample");
        anyhow::ensure!(
            !gates.is_empty() || !samples.is_empty(),
            "{shown} has no gate of the dataset `{only}`"
        );
    }
    let mut failures = Vec::new();
    for sample in &samples {
        println!("sample, {}", sample.model.as_deref().unwrap_or("default model"));
        failures.extend(judge_sample(sample)?);
    }
    let Some(data) = &arguments.data else {
        for gate in &gates {
            println!("skipped  {}", title(gate));
        }
        let skipped = gates.len();
        println!("{skipped} gates skipped: set FOOTNOTE_TESTDATA or --data to a folder with datasets/");
        return Ok(concluded(&failures, samples.len()));
    };
    for gate in &gates {
        println!("{}", title(gate));
        for verdict in judge(gate, data, arguments.vector_cache.as_deref())? {
            println!("  {verdict}");
            if !verdict.passed() {
                failures.push(format!("{}: {} {}", gate.dataset, verdict.system, verdict.metric));
            }
        }
    }
    Ok(concluded(&failures, gates.len() + samples.len()))
}

fn concluded(failures: &[String], gates: usize) -> ExitCode {
    if failures.is_empty() {
        if gates > 0 {
            println!("{gates} gates passed");
        }
        return ExitCode::SUCCESS;
    }
    println!("failed: {}", failures.join("; "));
    ExitCode::FAILURE
}

/// Prints every figure that is checked, and returns those that miss.
fn judge_sample(gate: &SampleGate) -> anyhow::Result<Vec<String>> {
    let host = Local::temporary(&Model { name: gate.model.clone(), precision: Precision::default() })?;
    let systems = [System::Bm25, System::Dense, System::Hybrid];
    let SampleMeasured { retrieval, answers, whole } = measure_sample(&host, &systems, TOP_K, true)?;
    let mut failures = Vec::new();
    for check in &gate.checks {
        let value = match check.part {
            Part::Spans => whole.get(&check.language).map(|(sound, of)| *sound as f64 / (*of).max(1) as f64),
            Part::Answers => answers
                .get(&check.language)
                .and_then(|run| answer_figure(&AnswerMetrics::of(run, None), &check.metric)),
            Part::Bm25 | Part::Dense | Part::Hybrid => retrieval
                .get(&check.language)
                .and_then(|(_, measured)| measured.report.systems.get(check.part.system()?.name()))
                .and_then(|report| report.figure(&check.metric)),
        };
        let value = value.unwrap_or(f64::NAN);
        match check.broken_by(value).as_slice() {
            [] => println!("  ok    {check} = {value:.4}"),
            broken => {
                println!("  FAIL  {check} = {value:.4}: {}", broken.join(", "));
                failures.push(format!("sample: {check}"));
            }
        }
    }
    Ok(failures)
}

fn title(gate: &Gate) -> String {
    let model = gate.model.as_deref().unwrap_or("default model");
    format!("{} ({}), {model}, chunker {}", gate.dataset, gate.split, gate.chunker.name())
}

fn judge(gate: &Gate, data: &Path, vector_cache: Option<&Path>) -> anyhow::Result<Vec<Verdict>> {
    let directory = data.join("datasets").join(&gate.dataset);
    let mut collection = Collection::read(&directory, &gate.split, None)?;
    if let Some(count) = gate.limit_queries {
        collection.limit_queries(count, SEED);
    }
    let options = Options {
        answer_tokens: None,
        systems: gate.system_specs(),
        model: gate.model.clone(),
        precision: Precision::default(),
        chunker: gate.chunker,
        top_k: TOP_K,
        vector_cache: vector_cache.map(Path::to_owned),
        rerank_cache: None,
    };
    let measured = measure(&collection, &options).with_context(|| format!("gate {}", title(gate)))?;
    print!("{}", indented(&measured.report.table()));
    Ok(gate.checks.iter().map(|check| check.judge(&measured.report.systems)).collect())
}

fn indented(table: &str) -> String {
    table.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}
