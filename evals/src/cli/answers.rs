use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use footnote_models::{ModelError, ModelStore, Precision};
use serde::Serialize;

use super::host::HostArguments;
use crate::answer_metrics::{AnswerMetrics, VerbatimJudge};
use crate::answering::{Answered, AnswersManifest, Asking, Options, ask_dataset};
use crate::provenance;
use crate::sampling::Sample;
use crate::target::Model;

/// Ask the answer engine a dataset's questions and judge its answers, citations and silences
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Dataset directories: corpus.jsonl, queries.jsonl with answers, qrels, and unanswerable.jsonl where there is one
    #[arg(long = "dataset", value_name = "DIR", required = true)]
    datasets: Vec<PathBuf>,
    /// Encoder, by its name (footnote models list) [default: the default encoder]
    #[arg(long, value_name = "NAME", value_parser = known_model, conflicts_with = "server")]
    model: Option<String>,
    /// How its products are computed: int8 or f32
    #[arg(long, default_value = "int8", conflicts_with = "server")]
    precision: Precision,
    #[command(flatten)]
    host: HostArguments,
    /// Answerable questions asked of each set
    #[arg(long, value_name = "N", default_value_t = 500)]
    answerable: usize,
    /// Unanswerable questions asked of each set
    #[arg(long, value_name = "N", default_value_t = 500)]
    unanswerable: usize,
    /// Ask all questions
    #[arg(long, conflicts_with_all = ["answerable", "unanswerable"])]
    full: bool,
    /// Seed that decides which questions are asked
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Passages read for a question [default: the server's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=20))]
    top_k: Option<u16>,
    /// Answers are given from this confidence on, 0 to 1 [default: the server's]
    #[arg(long, value_name = "SHARE")]
    min_confidence: Option<f32>,
    /// Language of the answers, en, ro or pl for example [default: told from the documents]
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Write one JSON record a question to DIR/DATASET.jsonl
    #[arg(long, value_name = "DIR")]
    records_out: Option<PathBuf>,
    /// Print one JSON object to stdout (and the table to stderr)
    #[arg(long)]
    json: bool,
}

fn known_model(name: &str) -> Result<String, ModelError> {
    ModelStore::from_env()?.check_name(name).map(|()| name.to_owned())
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    schema_version: u32,
    commit: Option<String>,
    datasets: BTreeMap<String, DatasetReport>,
}

#[derive(Debug, Serialize)]
struct DatasetReport {
    #[serde(flatten)]
    metrics: AnswerMetrics,
    documents: usize,
    answerable_sample: Sample,
    unanswerable_sample: Sample,
    manifest: AnswersManifest,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let all = |count: usize| if arguments.full { usize::MAX } else { count };
    let options = Options {
        answerable: all(arguments.answerable),
        unanswerable: all(arguments.unanswerable),
        seed: arguments.seed,
        asking: Asking { top_k: arguments.top_k.map(usize::from), min_confidence: arguments.min_confidence },
        language: arguments.language.clone(),
    };
    let mut report = Report {
        schema_version: crate::report::SCHEMA_VERSION,
        commit: provenance::commit(std::path::Path::new(".")),
        datasets: BTreeMap::new(),
    };
    let model = Model { name: arguments.model.clone(), precision: arguments.precision };
    let host = arguments.host.host(&model)?;
    for folder in &arguments.datasets {
        let answered = ask_dataset(folder, &*host, &options)?;
        if let Some(out) = &arguments.records_out {
            write_records(out, &answered)?;
        }
        let metrics = AnswerMetrics::of(&answered.run, Some(&mut VerbatimJudge));
        report.datasets.insert(
            answered.dataset,
            DatasetReport {
                metrics,
                documents: answered.documents,
                answerable_sample: answered.answerable,
                unanswerable_sample: answered.unanswerable,
                manifest: answered.manifest,
            },
        );
    }
    let table = table(&report);
    if arguments.json {
        eprint!("{table}");
        writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        write!(std::io::stdout(), "{table}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write_records(folder: &std::path::Path, answered: &Answered) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let path = folder.join(format!("{}.jsonl", answered.dataset));
    let write = || -> std::io::Result<()> {
        let mut out = BufWriter::new(File::create(&path)?);
        for record in answered.run.iter() {
            writeln!(out, "{}", serde_json::to_string(record)?)?;
        }
        out.flush()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// One line a figure, one column a dataset.
fn table(report: &Report) -> String {
    use std::fmt::Write as _;
    type Figure = (&'static str, fn(&AnswerMetrics) -> Option<f64>);
    const FIGURES: [Figure; 18] = [
        ("questions", |m| Some(m.questions as f64)),
        ("answerable", |m| Some(m.answerable as f64)),
        ("answered", |m| Some(m.answered as f64)),
        ("citations", |m| Some(m.citations as f64)),
        ("exact_quote_rate", |m| m.exact_quote_rate),
        ("answer_in_300_chars", |m| m.answer_in_300_chars),
        ("answer_in_3_sentences", |m| m.answer_in_3_sentences),
        ("  of those answered", |m| m.when_answered.answer_in_3_sentences),
        ("cited_document_correct", |m| m.cited_document_correct),
        ("token_f1", |m| m.answerable_token_f1),
        ("abstention_precision", |m| m.abstention_precision),
        ("abstention_recall", |m| m.abstention_recall),
        ("abstention_f1", |m| m.abstention_f1),
        ("abstention_auroc", |m| m.abstention_auroc),
        ("ece", |m| m.ece),
        ("answer_words_median", |m| m.answer_words_median),
        ("p50_ms", |m| Some(m.p50_ms)),
        ("p95_ms", |m| Some(m.p95_ms)),
    ];
    let mut out = format!("{:<24}", "");
    for name in report.datasets.keys() {
        let _ = write!(out, "  {name:>12}");
    }
    out.push('\n');
    for (label, figure) in FIGURES {
        let _ = write!(out, "{label:<24}");
        for dataset in report.datasets.values() {
            let shown = match figure(&dataset.metrics) {
                None => "-".to_owned(),
                Some(value) if value.fract() == 0.0 && value > 1.0 => format!("{value:.0}"),
                Some(value) if label.ends_with("_ms") || label.ends_with("median") => format!("{value:.1}"),
                Some(value) => format!("{value:.4}"),
            };
            let _ = write!(out, "  {shown:>12}");
        }
        out.push('\n');
    }
    out
}
