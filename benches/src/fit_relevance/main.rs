//! Fits a reranker's calibration (Platt scaling) on runs of the system `rerank`, and measures it on queries that were
//! not used for fitting.
//!
//! `cargo run --profile bench -p footnote-benches --bin fit-relevance -- DIR[:SPLIT]=RUN ... [--measure DIR=RUN ...]`
//!
//! DIR is a dataset, RUN what `footnote-eval retrieval --dataset DIR --chunker whole --systems rerank --rerank-of bm25
//! --rerank-depth 30 --run-out RUNS` writes: its scores are the logits of pairs of a query and a document. Of each
//! query the [`DEPTH`] best documents count. Queries are dealt into halves by a hash of their ids: one fits, the other
//! measures. The sets after `--measure` do not fit; all their queries are measured.

mod platt;
mod table;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use anyhow::Context as _;
use footnote_datasets::beir::{Dataset, LoadOptions};
use footnote_datasets::run::Run;

/// Documents of a query that count.
const DEPTH: usize = 30;

/// A scored pair.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    /// The network's output.
    pub(crate) logit: f64,
    /// Whether the document is judged relevant to the query.
    pub(crate) relevant: bool,
}

/// A set's name, and each query's best pairs.
struct Scored {
    name: String,
    queries: Vec<(String, Vec<Pair>)>,
}

fn main() -> anyhow::Result<()> {
    let mut fit = Vec::new();
    let mut measured = Vec::new();
    let mut measure_only = false;
    for argument in std::env::args().skip(1) {
        if argument == "--measure" {
            measure_only = true;
            continue;
        }
        let Scored { name, queries } = read(&argument)?;
        let (own, held): (Vec<_>, Vec<_>) =
            queries.into_iter().partition(|(query, _)| !measure_only && fits(query));
        fit.extend(own.into_iter().flat_map(|(_, pairs)| pairs));
        let held: Vec<Pair> = held.into_iter().flat_map(|(_, pairs)| pairs).collect();
        measured.push((name, held));
    }
    anyhow::ensure!(!fit.is_empty(), "name at least one DIR=RUN to fit");
    let fitted = platt::fit(&fit);
    println!(
        "{} pairs fit, {} of them relevant: slope {:.4}, intercept {:.4}\n",
        fit.len(),
        fit.iter().filter(|pair| pair.relevant).count(),
        fitted.slope,
        fitted.intercept
    );
    table::print(&measured, &fitted);
    Ok(())
}

/// Reads `DIR[:SPLIT]=RUN`.
fn read(argument: &str) -> anyhow::Result<Scored> {
    let (set, run) = argument.split_once('=').with_context(|| format!("{argument}: expected DIR=RUN"))?;
    let (dir, split) = set.split_once(':').map_or((set, None), |(dir, split)| (dir, Some(split)));
    let options = LoadOptions { split: split.map(str::to_owned), ..LoadOptions::default() };
    let set = Dataset::load_with(Path::new(dir), &options)?;
    let run = Run::read(Path::new(run))?;
    let mut queries = Vec::new();
    for (query, hits) in run.rankings {
        let judged =
            set.qrels.get(&query).with_context(|| format!("{argument}: no judgement of query {query}"))?;
        let pair = |hit: &footnote_datasets::run::RunHit| Pair {
            logit: hit.score,
            relevant: judged.get(&hit.document).is_some_and(|grade| *grade > 0),
        };
        let pairs = hits.iter().take(DEPTH).map(pair).collect();
        queries.push((query, pairs));
    }
    let name = split.map_or(set.name.clone(), |split| format!("{} {split}", set.name));
    Ok(Scored { name, queries })
}

/// Whether a query is of the half that fits.
fn fits(query: &str) -> bool {
    let mut hasher = DefaultHasher::new();
    query.hash(&mut hasher);
    hasher.finish().is_multiple_of(2)
}
