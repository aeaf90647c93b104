use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use footnote_datasets::run as trec;
use serde::Serialize;

use crate::collection::Collection;
use crate::metrics::Metric;
use crate::provenance;
use crate::report;
use crate::report::page::{Fact, Page};
use crate::run::Run;
use crate::significance::{Comparison, Paired, Settings, Tolerance, Verdict, compare_all};

/// Say whether systems differ by more than chance, query by query
///
/// Compares TREC runs on a metric (with --dataset), or files with a query id and a value a line, such as the .answers
/// files of `retrieval --answer-tokens`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The run, or values, the others are compared with
    #[arg(long, value_name = "FILE")]
    baseline: PathBuf,
    /// Runs, or values, to compare
    #[arg(required = true, value_name = "FILE")]
    systems: Vec<PathBuf>,
    /// Dataset directory with the judgments (and the text of the queries)
    #[arg(long, value_name = "DIR")]
    dataset: Option<PathBuf>,
    /// Split whose queries are judged
    #[arg(long, default_value = "test", requires = "dataset")]
    split: String,
    /// What runs are compared on
    #[arg(long, default_value = "ndcg@10")]
    metric: Metric,
    /// Fail when a system is worse by more than this ...
    #[arg(long, value_name = "D", value_parser = at_least_zero)]
    fail_below: Option<f64>,
    /// ... with a p-value below this
    #[arg(long, value_name = "P", default_value_t = 0.05, value_parser = at_least_zero)]
    alpha: f64,
    /// Seed of the resampling
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Queries listed with the largest gains and losses
    #[arg(long, value_name = "N", default_value_t = 5)]
    largest: usize,
    /// Write one self-contained HTML page to this file: intervals, the queries that moved, one plot a system
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn at_least_zero(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|value: &f64| *value >= 0.0)
        .ok_or_else(|| "not a number of at least 0".to_owned())
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Compared {
    schema_version: u32,
    baseline: String,
    /// The metric, for runs.
    metric: Option<String>,
    settings: Settings,
    systems: BTreeMap<String, Comparison>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let dataset = arguments.dataset.as_deref();
    let collection = dataset.map(|folder| Collection::read(folder, &arguments.split, None)).transpose()?;
    let values = |path: &Path| match &collection {
        Some(collection) => metric_values(path, collection, arguments.metric),
        None => read_values(path),
    };
    let baseline = values(&arguments.baseline)?;
    let mut paired = BTreeMap::new();
    for path in &arguments.systems {
        let name = path.display().to_string();
        let pair = Paired::new(&baseline, &values(path)?)
            .with_context(|| format!("{name} cannot be compared with {}", arguments.baseline.display()))?;
        ensure!(paired.insert(name.clone(), pair).is_none(), "{name} is given twice");
    }
    let settings = Settings { seed: arguments.seed, largest: arguments.largest, ..Settings::default() };
    let compared = Compared {
        schema_version: crate::report::SCHEMA_VERSION,
        baseline: arguments.baseline.display().to_string(),
        metric: collection.as_ref().map(|_| arguments.metric.to_string()),
        settings,
        systems: compare_all(&paired, &settings),
    };
    let texts: BTreeMap<&str, &str> = collection
        .iter()
        .flat_map(|it| &it.queries)
        .map(|query| (query.id.as_str(), query.text.as_str()))
        .collect();
    if let Some(path) = &arguments.html {
        let page = page(&compared, &paired, &texts, collection.as_ref());
        fs::write(path, page.html()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut out = std::io::stdout().lock();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&compared)?)?;
    } else {
        write!(out, "{}", table(&compared, &texts))?;
    }
    let Some(max_drop) = arguments.fail_below else { return Ok(ExitCode::SUCCESS) };
    let tolerance = Tolerance { max_drop, alpha: arguments.alpha };
    let mut failed = false;
    for (name, comparison) in &compared.systems {
        if tolerance.judge(comparison.difference, comparison.p_holm) == Verdict::Regressed {
            failed = true;
            eprintln!(
                "{name} is worse by {:.4}, more than {max_drop}, with p = {:.4}",
                -comparison.difference, comparison.p_holm
            );
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn page(
    compared: &Compared,
    paired: &BTreeMap<String, Paired>,
    texts: &BTreeMap<&str, &str>,
    collection: Option<&Collection>,
) -> Page {
    let metric = compared.metric.as_deref().unwrap_or("value");
    let shown = report::Compared {
        metric,
        baseline: &compared.baseline,
        systems: &compared.systems,
        paired,
        texts,
        settings: compared.settings,
    };
    let mut manifest = vec![
        Fact::new("version", env!("CARGO_PKG_VERSION")),
        Fact::new("resamples", compared.settings.resamples.to_string()),
        Fact::new("seed", compared.settings.seed.to_string()),
    ];
    manifest.extend(provenance::commit(Path::new(".")).map(|commit| Fact::new("commit", commit)));
    manifest.extend(collection.map(|it| Fact::new("dataset", format!("{} ({})", it.name, it.split))));
    Page {
        title: format!("{metric} against {}", compared.baseline),
        subtitle: String::new(),
        manifest,
        sections: vec![shown.section("Query by query")],
    }
}

/// The metric of each judged query; zero for one the run leaves out.
fn metric_values(
    path: &Path,
    collection: &Collection,
    metric: Metric,
) -> anyhow::Result<BTreeMap<String, f64>> {
    let run = Run::from(trec::Run::read(path)?);
    let judged = collection.qrels.iter();
    let value = |(id, judgments)| {
        let value = run.get(id).map_or(0.0, |ranking| metric.of(ranking, judgments));
        (String::from(id), value)
    };
    Ok(judged.map(value).collect())
}

/// A query id and a value a line.
fn read_values(path: &Path) -> anyhow::Result<BTreeMap<String, f64>> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let mut values = BTreeMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let &[query, value] = columns.as_slice() else {
            anyhow::bail!("{shown}, line {}: not a query id and a value (runs need --dataset)", number + 1);
        };
        let value: f64 =
            value.parse().with_context(|| format!("{shown}, line {}: {value} is no number", number + 1))?;
        ensure!(values.insert(query.to_owned(), value).is_none(), "{shown}: query {query} is there twice");
    }
    Ok(values)
}

fn table(compared: &Compared, texts: &BTreeMap<&str, &str>) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let metric = compared.metric.as_deref().unwrap_or("value");
    let _ = writeln!(out, "{metric} against {}", compared.baseline);
    for (name, it) in &compared.systems {
        let interval = it
            .interval
            .map_or(String::new(), |interval| format!(" [{:+.4}, {:+.4}]", interval.low, interval.high));
        let _ = writeln!(
            out,
            "\n{name}\n  {:.4} against {:.4} over {} queries: {:+.4}{interval}, p = {:.4}, corrected {:.4}; {} wins, {} ties, {} losses",
            it.system_mean,
            it.baseline_mean,
            it.queries,
            it.difference,
            it.test.p,
            it.p_holm,
            it.differences.wins,
            it.differences.ties,
            it.differences.losses
        );
        for (what, queries) in
            [("won", &it.differences.largest_wins), ("lost", &it.differences.largest_losses)]
        {
            for query in queries {
                let text = texts.get(query.query.as_str()).copied().unwrap_or_default();
                let _ = writeln!(
                    out,
                    "  {what:<4} {:.4} -> {:.4}  {}  {text}",
                    query.baseline, query.system, query.query
                );
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, text).expect("written");
        path
    }

    #[test]
    fn values_are_read_or_refused_by_name() {
        let folder = tempfile::tempdir().expect("folder");
        let good = file(folder.path(), "good", "q1\t1\n\nq2 0.5\n");
        assert_eq!(
            read_values(&good).expect("read"),
            BTreeMap::from([("q1".into(), 1.0), ("q2".into(), 0.5)])
        );
        for (text, complaint) in [
            ("q1 1 2\n", "line 1"),
            ("q1 many\n", "many is no number"),
            ("q 1\nq 2\n", "query q is there twice"),
        ] {
            let error = format!("{:#}", read_values(&file(folder.path(), "bad", text)).expect_err(text));
            assert!(error.contains(complaint) && error.contains("bad"), "{error}");
        }
    }

    #[test]
    fn a_run_that_leaves_a_query_out_has_zero_for_it() {
        let folder = tempfile::tempdir().expect("folder");
        file(folder.path(), "corpus.jsonl", "{\"_id\":\"d\",\"text\":\"one\"}\n");
        file(
            folder.path(),
            "queries.jsonl",
            "{\"_id\":\"q1\",\"text\":\"a\"}\n{\"_id\":\"q2\",\"text\":\"b\"}\n",
        );
        file(folder.path(), "qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td\t1\nq2\td\t1\n");
        let run = file(folder.path(), "a.run", "q1 Q0 d 1 0.5 tag\n");
        let collection = Collection::read(folder.path(), "test", None).expect("collection");
        let values = metric_values(&run, &collection, Metric::Ndcg(10)).expect("values");
        assert_eq!(values, BTreeMap::from([("q1".into(), 1.0), ("q2".into(), 0.0)]));
    }
}
