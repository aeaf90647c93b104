use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use footnote_models::Precision;
use serde::Serialize;

use super::halves::{Halves, halves};
use super::join::{Join, grid};
use super::policy::{PolicyFigures, policy_results};
use super::reranks::{rerank_name, reranked, score};
use super::swept::{BySet, Side, Swept, by_set};
use crate::collection::CollectionError;
use crate::report::ModelManifest;
use crate::retrieval::{Chunker, LegHits, MeasureError, Prepared, Rerank, Reranking, Setup};
use crate::significance::{Comparison, MacroMean, Paired, Settings, compare_all, macro_mean};

/// What is swept.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folders of sets.
    pub datasets: Vec<PathBuf>,
    /// Encoder, by its name in the registry; the default encoder when absent.
    pub model: Option<String>,
    /// How its products are computed.
    pub precision: Precision,
    /// How documents are cut.
    pub chunker: Chunker,
    /// Documents kept for each query.
    pub top_k: usize,
    /// Most questions on either side of a set; all when absent.
    pub limit: Option<usize>,
    /// Cross-encoder, with the depths and the shares of the old order that are tried; none when absent.
    pub rerank: Option<(String, Vec<usize>, Vec<f32>)>,
    /// File that remembers document vectors.
    pub vector_cache: Option<PathBuf>,
    /// File that remembers scores of cross-encoders.
    pub rerank_cache: Option<PathBuf>,
    /// Decides which questions choose, and every resampling.
    pub seed: u64,
}

/// Why a sweep could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// A set cannot be read.
    #[error(transparent)]
    Collection(#[from] CollectionError),
    /// A set cannot be indexed or asked.
    #[error(transparent)]
    Measure(#[from] MeasureError),
}

/// Everything a sweep tried, and what became of the best.
#[derive(Debug, Clone, Serialize)]
pub struct Sweep {
    /// The sets, and which of their questions chose.
    pub sets: Vec<Set>,
    /// The encoder.
    pub model: Option<ModelManifest>,
    /// Ways to join the legs, in the order they were tried.
    pub fusions: Vec<Tried>,
    /// The best of them: of the largest macro mean on the development questions.
    pub winner: String,
    /// Depths and shares of reranking, on the winner; empty when none were asked for.
    pub reranks: Vec<Tried>,
    /// What the winner, and the best of reranking, are on questions that chose nothing.
    pub held_out: Vec<HeldOut>,
    /// How many passages to read, of the winner.
    pub policies: Vec<PolicyResult>,
    /// How systems were compared.
    pub settings: Settings,
    /// Wall-clock seconds by stage.
    pub seconds: BTreeMap<&'static str, f64>,
}

/// A set and its questions.
#[derive(Debug, Clone, Serialize)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// How its questions were told apart.
    pub halves: Halves,
    /// Questions that chose.
    pub dev: usize,
    /// Questions that were kept back.
    pub test: usize,
}

/// One setting on the development questions.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Mean nDCG@10 by set.
    pub by_set: BTreeMap<String, f64>,
    /// The mean over the sets.
    pub mean: f64,
}

/// A setting on the questions that were kept back, measured once.
#[derive(Debug, Clone, Serialize)]
pub struct HeldOut {
    /// The setting.
    pub name: String,
    /// What it is compared with.
    pub against: String,
    /// By set, corrected over the sets after Holm.
    pub by_set: BTreeMap<String, Comparison>,
    /// The mean difference over the sets.
    pub macro_difference: Option<MacroMean>,
}

/// A policy on both sides, each a mean over the sets.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyResult {
    /// Its name.
    pub name: String,
    /// On the development questions.
    pub dev: PolicyFigures,
    /// On the others; only for the policy that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<PolicyFigures>,
    /// What it finds more on the development questions than a fixed number of passages for the same tokens; absent for
    /// fixed numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
}

/// Runs each leg once over every set, joins them in memory in every way of [`grid`], and measures the best on the
/// questions that were kept back.
///
/// # Errors
/// When a set cannot be read, indexed or asked.
pub fn sweep(options: &Options) -> Result<Sweep, SweepError> {
    let started = Instant::now();
    let settings = Settings { seed: options.seed, ..Settings::default() };
    let mut seconds = BTreeMap::new();
    let (mut swept, mut model) = (Vec::new(), None);
    for folder in &options.datasets {
        let (collection, halves) = halves(folder, options.seed, options.limit)?;
        let setup = Setup {
            model: options.model.as_deref(),
            precision: options.precision,
            chunker: options.chunker,
            top_k: options.top_k,
            vector_cache: options.vector_cache.as_deref(),
            dense: true,
            tokens: true,
        };
        let prepared = Prepared::new(&collection, &setup)?;
        let legs = prepared.legs(&collection.queries, options.chunker)?;
        model = prepared.model_manifest();
        swept.push(Swept { collection, halves, legs });
    }
    seconds.insert("legs", started.elapsed().as_secs_f64());

    let joining = Instant::now();
    let ways = grid();
    let joined = |join: &Join, side: Side| -> BySet {
        let value = |set: &Swept, hits: &LegHits| {
            set.ndcg(&hits.query, &join.join([&hits.legs[0], &hits.legs[1]]), options.top_k)
        };
        by_set(&swept, side, &value)
    };
    let fusions: Vec<Tried> =
        ways.iter().map(|way| Tried::new(way.name(), &joined(way, Side::Dev))).collect();
    let best = best(&fusions);
    let (winner, default) = (ways[best], ways[0]);
    seconds.insert("fusions", joining.elapsed().as_secs_f64());

    let mut held_out = vec![
        HeldOut::new(
            winner.name(),
            "the default",
            &joined(&default, Side::Test),
            &joined(&winner, Side::Test),
            &settings,
        ),
        HeldOut::new(
            winner.name(),
            "the better leg",
            &better_leg(&swept, options.top_k),
            &joined(&winner, Side::Test),
            &settings,
        ),
    ];
    let mut reranks = Vec::new();
    if let Some((model, depths, shares)) = &options.rerank {
        let reranking = Instant::now();
        let loaded = Reranking::load([model.as_str()], options.precision, options.rerank_cache.as_deref())?;
        let deepest = depths.iter().copied().max().unwrap_or(0);
        let scored = |side: Side| score(&swept, side, &winner, &loaded, model, deepest);
        let dev = scored(Side::Dev)?;
        let tries: Vec<Rerank> = depths
            .iter()
            .flat_map(|&depth| shares.iter().map(move |&keep| Rerank { model: model.clone(), depth, keep }))
            .collect();
        reranks = tries
            .iter()
            .map(|it| Tried::new(rerank_name(it), &reranked(&swept, &dev, it, options.top_k)))
            .collect();
        if let Some(rerank) = tries.get(self::best(&reranks)) {
            let test = scored(Side::Test)?;
            held_out.push(HeldOut::new(
                rerank_name(rerank),
                "the same without reranking",
                &joined(&winner, Side::Test),
                &reranked(&swept, &test, rerank, options.top_k),
                &settings,
            ));
        }
        seconds.insert("reranks", reranking.elapsed().as_secs_f64());
    }
    let policies = policy_results(&swept, &winner);
    let sets = swept
        .iter()
        .map(|set| Set {
            name: set.collection.name.clone(),
            dev: set.halves.dev.len(),
            test: set.halves.test.len(),
            halves: set.halves.clone(),
        })
        .collect();
    seconds.insert("all", started.elapsed().as_secs_f64());
    Ok(Sweep { sets, model, fusions, winner: winner.name(), reranks, held_out, policies, settings, seconds })
}

impl Tried {
    fn new(name: String, values: &BySet) -> Self {
        let mean = |values: &BTreeMap<String, f64>| values.values().sum::<f64>() / values.len().max(1) as f64;
        let by_set: BTreeMap<String, f64> =
            values.iter().map(|(set, values)| (set.clone(), mean(values))).collect();
        Self { name, mean: mean(&by_set), by_set }
    }
}

impl HeldOut {
    fn new(name: String, against: &str, baseline: &BySet, system: &BySet, settings: &Settings) -> Self {
        // Both are over the same questions, and metrics are finite.
        let pair = |(set, values): (&String, &BTreeMap<String, f64>)| {
            Some((set.clone(), Paired::new(baseline.get(set)?, values).ok()?))
        };
        let paired: BTreeMap<String, Paired> = system.iter().filter_map(pair).collect();
        let differences: Vec<Vec<f64>> = paired.values().map(Paired::differences).collect();
        Self {
            name,
            against: against.to_owned(),
            by_set: compare_all(&paired, settings),
            macro_difference: macro_mean(&differences, settings.resamples, settings.seed, settings.level),
        }
    }
}

/// The place of the largest mean; of equal ones the first, so that a default is left only for something better.
fn best(tried: &[Tried]) -> usize {
    let mut best = 0;
    for (place, it) in tried.iter().enumerate() {
        if it.mean > tried[best].mean {
            best = place;
        }
    }
    best
}

/// The held-out values of the leg that is better on the development questions, set by set.
fn better_leg(swept: &[Swept], top_k: usize) -> BySet {
    let leg = |leg: usize, side: Side| -> BySet {
        by_set(swept, side, &|set, hits| set.ndcg(&hits.query, &hits.legs[leg], top_k))
    };
    let dev = [
        Tried::new("bm25".to_owned(), &leg(0, Side::Dev)),
        Tried::new("dense".to_owned(), &leg(1, Side::Dev)),
    ];
    let (bm25, dense) = (leg(0, Side::Test), leg(1, Side::Test));
    let choose = |(set, values): (String, BTreeMap<String, f64>)| {
        let better = dev[1].by_set.get(&set) > dev[0].by_set.get(&set);
        let values = if better { dense.get(&set).cloned().unwrap_or_default() } else { values };
        (set, values)
    };
    bm25.into_iter().map(choose).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(means: &[f64]) -> Vec<Tried> {
        let one = |mean: &f64| Tried { name: String::new(), by_set: BTreeMap::new(), mean: *mean };
        means.iter().map(one).collect()
    }

    #[test]
    fn a_default_is_left_only_for_something_better() {
        assert_eq!(best(&tried(&[0.5, 0.4, 0.5])), 0);
        assert_eq!(best(&tried(&[0.5, 0.6, 0.6])), 1);
    }
}
