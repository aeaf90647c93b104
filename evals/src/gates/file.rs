use serde::Deserialize;

use super::Check;
use crate::retrieval::{Candidates, Chunker, RerankOptions};
use crate::system::System;

/// The gates file: a list of `[[gate]]` tables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// The measurements, in the order they run.
    #[serde(rename = "gate")]
    pub gates: Vec<Gate>,
}

/// One measurement and what its figures have to reach.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Name of the set's folder.
    pub dataset: String,
    /// Split whose queries are judged; `test` when absent.
    #[serde(default = "test_split")]
    pub split: String,
    /// Encoder, by its name in the registry; the default encoder when absent.
    pub model: Option<String>,
    /// How documents are cut.
    pub chunker: Chunker,
    /// Systems that are run.
    pub systems: Vec<System>,
    /// What the system `rerank` reorders; both legs fused when absent.
    #[serde(default)]
    pub rerank_of: Candidates,
    /// Chunks the system `rerank` scores for each query; 100 when absent.
    pub rerank_depth: Option<usize>,
    /// Run a seeded choice of this many queries; all of them when absent.
    pub limit_queries: Option<usize>,
    /// What the figures have to reach.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
}

fn test_split() -> String {
    "test".to_owned()
}

impl Gate {
    /// How the gate's system `rerank` works.
    #[must_use]
    pub fn rerank_options(&self) -> RerankOptions {
        let default = RerankOptions::default();
        let depth = self.rerank_depth.unwrap_or(default.depth);
        RerankOptions { candidates: self.rerank_of, depth, ..default }
    }
}

/// A gates file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// Not TOML, or not the expected tables.
    #[error("gates file: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A check that can never fail, or that judges a system the gate does not run.
    #[error("gates file: dataset `{dataset}`: {problem}")]
    Meaningless {
        /// The gate's dataset.
        dataset: String,
        /// What is wrong.
        problem: String,
    },
}

impl Gates {
    /// Reads a gates file and refuses checks that could never fail.
    ///
    /// # Errors
    /// When the text is no gates file, or a check has no bound, judges a system that is not run, or names an unknown
    /// metric; or when a gate has no check.
    pub fn parse(text: &str) -> Result<Self, GateError> {
        let gates: Self = toml::from_str(text)?;
        for gate in &gates.gates {
            let problem = |problem: String| GateError::Meaningless { dataset: gate.dataset.clone(), problem };
            if gate.checks.is_empty() {
                return Err(problem("no check: add a [[gate.check]] with min, max or above".to_owned()));
            }
            for check in &gate.checks {
                check.validate(&gate.systems).map_err(problem)?;
            }
        }
        Ok(gates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATE: &str = "[[gate]]\ndataset = \"set\"\nchunker = \"whole\"\nsystems = [\"bm25\", \"dense\"]\n";

    fn parse(check: &str) -> Result<Gates, String> {
        Gates::parse(&format!("{GATE}[[gate.check]]\n{check}")).map_err(|error| error.to_string())
    }

    #[test]
    fn the_file_of_this_repository_is_usable() {
        let gates = Gates::parse(include_str!("../../gates.toml")).expect("usable");
        assert!(gates.gates.len() >= 2);
    }

    #[test]
    fn a_gate_reads() {
        let gates = parse("system = \"bm25\"\nmetric = \"ndcg@10\"\nmin = 0.3\n").expect("usable");
        let gate = &gates.gates[0];
        assert_eq!(
            (gate.dataset.as_str(), gate.split.as_str(), gate.model.as_deref()),
            ("set", "test", None)
        );
        assert_eq!(gate.systems, [System::Bm25, System::Dense]);
    }

    #[test]
    fn checks_that_cannot_fail_are_refused() {
        for (check, problem) in [
            ("system = \"bm25\"\nmetric = \"ndcg@10\"\n", "no bound"),
            ("system = \"hybrid\"\nmetric = \"map\"\nmin = 0.1\n", "hybrid is not among the gate's systems"),
            (
                "system = \"bm25\"\nmetric = \"map\"\nabove = [\"hybrid\"]\n",
                "hybrid is not among the gate's systems",
            ),
            ("system = \"bm25\"\nmetric = \"ndcg@11\"\nmin = 0.1\n", "not a figure of the report"),
            ("system = \"bm25\"\nmetric = \"map\"\nmin = nan\n", "not a number"),
            ("system = \"bm25\"\nmetric = \"map\"\nminimum = 0.1\n", "unknown field `minimum`"),
        ] {
            let error = parse(check).expect_err(check);
            assert!(error.contains(problem), "{check}: {error}");
        }
        assert!(Gates::parse(&format!("{GATE}check = []\n")).is_err());
    }
}
