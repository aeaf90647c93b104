use std::collections::BTreeMap;

use footnote_index::fusion::{Fusion, MinMax, Rrf};
use footnote_models::Precision;
use serde::Deserialize;

use crate::retrieval::{Candidates, Chunker, Rerank, SystemSpec};
use crate::system::System;

/// A suite file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// Heading of the report.
    pub title: String,
    /// Sets that are several others in one index, by name.
    #[serde(default, rename = "pool")]
    pub pools: BTreeMap<String, Vec<String>>,
    /// Systems besides `bm25`, `dense`, `hybrid` and `rerank`, which are those that users get.
    #[serde(default, rename = "system")]
    pub systems: BTreeMap<String, SystemEntry>,
    /// The measurements, in the order they run.
    #[serde(rename = "run")]
    pub runs: Vec<Run>,
}

/// Data sets measured with models.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Folders below `datasets/`, pools, or `sample` for the corpus of this repository.
    pub datasets: Vec<String>,
    /// Encoders, by their names in the registry; the default encoder when absent.
    #[serde(default)]
    pub models: Vec<String>,
    /// How the models' products are computed.
    #[serde(default)]
    pub precision: PrecisionName,
    /// How documents are cut.
    pub chunker: Chunker,
    /// Systems, by their names.
    pub systems: Vec<String>,
    /// Split whose queries are judged.
    #[serde(default = "test_split")]
    pub split: String,
    /// Documents kept for each query.
    #[serde(default = "default_top_k")]
    pub top_k: usize,
    /// Run a seeded choice of so many queries; all of them when absent.
    pub limit_queries: Option<usize>,
    /// Seed of that choice.
    #[serde(default)]
    pub seed: u64,
    /// URL of a server that retrieves instead of this process; it knows `bm25`, `dense` and `hybrid`, and has a model and a
    /// chunker of its own.
    pub engine: Option<String>,
}

/// A set as a run names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dataset<'a> {
    /// A folder.
    Folder(&'a str),
    /// Several folders in one index.
    Pool(&'a str, &'a [String]),
    /// The corpus of this repository.
    Sample,
}

/// A system of a suite.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemEntry {
    /// The legs: `bm25`, `dense` or `hybrid`.
    pub legs: Candidates,
    /// How both are joined; as for users when absent.
    pub fusion: Option<FusionSpec>,
    /// Who reorders what was found.
    pub rerank: Option<RerankSpec>,
}

/// A way to join the legs.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
pub enum FusionSpec {
    /// Reciprocal ranks.
    Ranks {
        /// The damping constant.
        #[serde(default = "paper_k")]
        k: f32,
        /// Weight of the lexical leg.
        #[serde(default = "one")]
        bm25: f32,
        /// Weight of the dense leg.
        #[serde(default = "one")]
        dense: f32,
    },
    /// Normalised scores.
    Scores {
        /// Weight of the lexical leg.
        bm25: f32,
        /// Weight of the dense leg.
        dense: f32,
    },
}

/// A cross-encoder and how it is used.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RerankSpec {
    /// Its name in the registry; the default reranker when absent.
    pub model: Option<String>,
    /// Chunks scored for each query.
    pub depth: usize,
    /// Weight of the order it is given, 0 to 1.
    #[serde(default)]
    pub keep: f32,
}

/// How a model computes, by its name in files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PrecisionName {
    /// 8-bit integers.
    #[default]
    Int8,
    /// 32-bit floats.
    F32,
}

impl From<PrecisionName> for Precision {
    fn from(name: PrecisionName) -> Self {
        match name {
            PrecisionName::Int8 => Self::Int8,
            PrecisionName::F32 => Self::F32,
        }
    }
}

impl From<FusionSpec> for Fusion {
    fn from(spec: FusionSpec) -> Self {
        match spec {
            FusionSpec::Ranks { k, bm25, dense } => Self::Rrf(Rrf { k, bm25, dense }),
            FusionSpec::Scores { bm25, dense } => Self::MinMax(MinMax { bm25, dense }),
        }
    }
}

fn test_split() -> String {
    "test".to_owned()
}

fn default_top_k() -> usize {
    100
}

fn paper_k() -> f32 {
    60.0
}

fn one() -> f32 {
    1.0
}

/// A suite file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// Not TOML, or not the expected tables.
    #[error("suite file: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A value that means nothing.
    #[error("suite file: {0}")]
    Meaningless(String),
}

impl Suite {
    /// Reads a suite file.
    ///
    /// # Errors
    /// When the text is no suite file, nothing is measured, a system is unknown or named like one of the four that users
    /// get, a weight or depth is out of range, or a server is to do what it has no way to be asked for.
    pub fn parse(text: &str) -> Result<Self, SuiteError> {
        let suite: Self = toml::from_str(text)?;
        suite.validate().map_err(SuiteError::Meaningless)?;
        Ok(suite)
    }

    /// The systems of a run, as they are measured.
    #[must_use]
    pub fn specs(&self, run: &Run) -> Vec<SystemSpec> {
        run.systems.iter().filter_map(|name| self.spec(name)).collect()
    }

    /// A set as a run names it.
    #[must_use]
    pub fn dataset<'a>(&'a self, name: &'a str) -> Dataset<'a> {
        match self.pools.get(name) {
            Some(parts) => Dataset::Pool(name, parts),
            None if name == "sample" => Dataset::Sample,
            None => Dataset::Folder(name),
        }
    }

    fn spec(&self, name: &str) -> Option<SystemSpec> {
        if let Ok(system) = name.parse::<System>() {
            return Some(SystemSpec::of(
                system,
                Candidates::Hybrid,
                &Rerank { depth: 30, ..Rerank::default() },
            ));
        }
        let entry = self.systems.get(name)?;
        let default = Rerank::default();
        let rerank = entry.rerank.as_ref().map(|rerank| Rerank {
            model: rerank.model.clone().unwrap_or(default.model),
            depth: rerank.depth,
            keep: rerank.keep,
        });
        Some(SystemSpec {
            name: name.to_owned(),
            candidates: entry.legs,
            fusion: entry.fusion.map(Fusion::from).unwrap_or_default(),
            rerank,
        })
    }

    fn validate(&self) -> Result<(), String> {
        if self.runs.is_empty() {
            return Err("nothing is measured: add a [[run]]".to_owned());
        }
        for (name, entry) in &self.systems {
            if name.parse::<System>().is_ok() {
                return Err(format!("system `{name}`: that is the name of a system that users get"));
            }
            if entry.legs != Candidates::Hybrid && entry.fusion.is_some() {
                return Err(format!("system `{name}`: there is nothing to join"));
            }
            let fusion = entry.fusion.map(|fusion| match fusion {
                FusionSpec::Ranks { k, bm25, dense } => vec![k, bm25, dense],
                FusionSpec::Scores { bm25, dense } => vec![bm25, dense],
            });
            if fusion.into_iter().flatten().any(|value| !value.is_finite() || value < 0.0) {
                return Err(format!("system `{name}`: weights and k are numbers of at least 0"));
            }
            if let Some(rerank) = &entry.rerank
                && (rerank.depth == 0 || !(0.0..=1.0).contains(&rerank.keep))
            {
                return Err(format!("system `{name}`: a depth of at least 1, and keep from 0 to 1"));
            }
        }
        self.runs.iter().enumerate().try_for_each(|(number, run)| {
            self.validate_run(run).map_err(|problem| format!("run {}: {problem}", number + 1))
        })
    }

    fn validate_run(&self, run: &Run) -> Result<(), String> {
        if run.datasets.is_empty() || run.systems.is_empty() {
            return Err("it has no dataset or no system".to_owned());
        }
        if !(1..=1000).contains(&run.top_k) || run.limit_queries == Some(0) {
            return Err("top_k is 1 to 1000, limit_queries at least 1".to_owned());
        }
        for (place, name) in run.systems.iter().enumerate() {
            let Some(spec) = self.spec(name) else { return Err(format!("no system `{name}`")) };
            if run.systems[..place].contains(name) {
                return Err(format!("system `{name}` is there twice"));
            }
            let served = ["bm25", "dense", "hybrid"].contains(&spec.name.as_str());
            let sample = run.datasets.iter().any(|dataset| self.dataset(dataset) == Dataset::Sample);
            if !served && (run.engine.is_some() || sample) {
                return Err(format!(
                    "system `{name}`: the API of a server, which the sample is asked through as well, knows bm25, dense \
                     and hybrid"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITE: &str = r#"
        title = "T"
        [pool]
        english = ["a", "b"]
        [system.ranks]
        legs = "hybrid"
        fusion = { by = "ranks", k = 10 }
        [system."rerank of bm25"]
        legs = "bm25"
        rerank = { depth = 30, keep = 0.25 }
        [[run]]
        datasets = ["a", "english"]
        models = ["all-minilm-l6-v2"]
        chunker = "whole"
        systems = ["bm25", "dense", "hybrid", "ranks", "rerank of bm25"]
        limit_queries = 300
    "#;

    #[test]
    fn a_suite_reads() {
        let suite = Suite::parse(SUITE).expect("usable");
        let run = &suite.runs[0];
        assert_eq!((run.top_k, run.seed, run.split.as_str()), (100, 0, "test"));
        assert_eq!(suite.dataset("english"), Dataset::Pool("english", &["a".into(), "b".into()]));
        assert_eq!(suite.dataset("sample"), Dataset::Sample);
        let specs = suite.specs(run);
        assert_eq!(specs[3].fusion, Fusion::Rrf(Rrf { k: 10.0, bm25: 1.0, dense: 1.0 }));
        assert_eq!(specs[2].fusion, Fusion::default());
        let rerank = specs[4].rerank.as_ref().expect("reranked");
        assert_eq!((rerank.depth, rerank.keep, specs[4].candidates), (30, 0.25, Candidates::Bm25));
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for (from, to, problem) in [
            ("\"ranks\", \"rerank", "\"rank\", \"rerank", "no system `rank`"),
            ("[system.ranks]", "[system.dense]", "that users get"),
            ("legs = \"hybrid\"", "legs = \"dense\"", "nothing to join"),
            ("k = 10", "k = -1", "at least 0"),
            ("depth = 30", "depth = 0", "a depth of at least 1"),
            ("keep = 0.25", "keep = 2", "keep from 0 to 1"),
            ("limit_queries = 300", "limit_queries = 0", "limit_queries at least 1"),
            ("limit_queries = 300", "engine = \"http://h\"", "knows bm25, dense and hybrid"),
            ("\"a\", \"english\"", "\"sample\"", "knows bm25, dense and hybrid"),
            ("\"bm25\", \"dense\"", "\"bm25\", \"bm25\"", "is there twice"),
            ("limit_queries", "limit", "unknown field `limit`"),
        ] {
            let text = SUITE.replace(from, to);
            assert_ne!(text, SUITE, "{from}");
            let error = Suite::parse(&text).expect_err(problem).to_string();
            assert!(error.contains(problem), "{error}");
        }
        assert!(Suite::parse("title = \"T\"\nrun = []\n").is_err());
    }
}
