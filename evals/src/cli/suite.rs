use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::provenance;
use crate::report::history::Past;
use crate::significance;
use crate::suite::{Part, Settings, Suite, Verdicts, page, run as measure, sections, verdicts};

/// Run the measurements of a suite file into one report
///
/// Writes one JSON result for every set and model, verdicts.json, report.md and report.html into a folder, and prints the
/// table with intervals and comparisons.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The suite file, such as datasets/suites/sample.toml
    #[arg(value_name = "FILE")]
    suite: PathBuf,
    /// Folder with datasets/
    #[arg(long, value_name = "DIR", env = "FOOTNOTE_TESTDATA")]
    data: Option<PathBuf>,
    /// Folder the report is written to [default: target/suites/NAME]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Folder of remembered vectors and scores, by model and text
    #[arg(long, value_name = "DIR", default_value = "target/eval-cache")]
    cache: PathBuf,
    /// Ask all queries where the file asks for a choice of them
    #[arg(long)]
    full: bool,
    /// Folder with the results of earlier runs, such as benches/runs
    #[arg(long, value_name = "DIR")]
    history: Option<PathBuf>,
    /// Seed of the resampling
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// API key of the servers that the file names
    #[arg(long, value_name = "KEY", env = "FOOTNOTE_KEY", hide_env_values = true)]
    key: Option<String>,
}

/// What `verdicts.json` holds.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    schema_version: u32,
    manifest: SuiteManifest,
    verdicts: &'a Verdicts,
}

/// What a suite was run with; every result has a manifest of its own besides.
#[derive(Debug, Serialize)]
struct SuiteManifest {
    title: String,
    suite: String,
    suite_sha256: String,
    version: &'static str,
    commit: Option<String>,
    full: bool,
    results: Vec<String>,
    seconds: BTreeMap<String, f64>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let shown = arguments.suite.display();
    let text = fs::read_to_string(&arguments.suite)
        .with_context(|| format!("cannot read the suite file {shown}"))?;
    let suite = Suite::parse(&text).with_context(|| shown.to_string())?;
    let stem = arguments.suite.file_stem().map(|name| name.to_string_lossy().into_owned());
    let stem = stem.unwrap_or_else(|| "suite".to_owned());
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("target/suites").join(&stem));
    for folder in [&out, &arguments.cache] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let settings = Settings {
        data: arguments.data.clone(),
        cache: Some(arguments.cache.clone()),
        full: arguments.full,
        key: arguments.key.clone(),
    };
    let mut keep = |part: &Part| {
        eprint!("{}", part.report.table());
        let json = serde_json::to_string_pretty(&part.report)?;
        fs::write(out.join(part.file_name()), json + "\n")
    };
    let outcome = measure(&suite, &settings, &mut keep)?;
    let compared = verdicts(
        &outcome,
        &significance::Settings { seed: arguments.seed, ..significance::Settings::default() },
    );
    let summary = Summary {
        schema_version: crate::report::SCHEMA_VERSION,
        manifest: SuiteManifest {
            title: suite.title.clone(),
            suite: shown.to_string(),
            suite_sha256: hex::encode(Sha256::digest(text.as_bytes())),
            version: env!("CARGO_PKG_VERSION"),
            commit: provenance::commit(Path::new(".")),
            full: arguments.full,
            results: outcome.parts.iter().map(Part::file_name).collect(),
            seconds: outcome
                .parts
                .iter()
                .map(|part| (part.file_name(), part.report.manifest.seconds.values().sum()))
                .collect(),
        },
        verdicts: &compared,
    };
    let past = arguments.history.as_deref().map(Past::read).unwrap_or_default();
    let page = page(&suite.title, &outcome, &compared, &past)?;
    let write = |name: &str, text: &str| {
        let path = out.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write("verdicts.json", &(serde_json::to_string_pretty(&summary)? + "\n"))?;
    write("report.md", &page.markdown())?;
    write("report.html", &page.html())?;
    let mut stdout = std::io::stdout().lock();
    for section in sections(&outcome, &compared) {
        writeln!(stdout, "{}", section.plain())?;
    }
    writeln!(stdout, "written to {}", out.display())?;
    Ok(ExitCode::SUCCESS)
}
