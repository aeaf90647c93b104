use serde::Deserialize;

use super::{Check, SampleGate};
use crate::retrieval::{Candidates, Chunker, Rerank, SystemSpec};
use crate::system::System;

/// The gates file: lists of `[[sample]]` and `[[gate]]` tables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// The measurements, in the order they run.
    #[serde(default, rename = "gate")]
    pub gates: Vec<Gate>,
    /// Measurements of the sample corpus, which run before them.
    #[serde(default, rename = "sample")]
    pub samples: Vec<SampleGate>,
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
    /// The gate's systems, as they are measured.
    #[must_use]
    pub fn system_specs(&self) -> Vec<SystemSpec> {
        let default = Rerank::default();
        let rerank = Rerank { depth: self.rerank_depth.unwrap_or(default.depth), ..default };
        self.systems.iter().map(|system| SystemSpec::of(*system, self.rerank_of, &rerank)).collect()
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
        for sample in &gates.samples {
            let problem = |problem: String| GateError::Meaningless { dataset: "sample".to_owned(), problem };
            if sample.checks.is_empty() {
                return Err(problem("no check: add a [[sample.check]]".to_owned()));
            }
            sample.checks.iter().try_for_each(super::SampleCheck::validate).map_err(problem)?;
        }
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
        assert!(gates.gates.len() >= 2 && !gates.samples.is_empty());
    }

    #[test]
    fn checks_of_the_sample_name_what_there_is() {
        let parse = |check: &str| Gates::parse(&format!("[[sample]]\n[[sample.check]]\n{check}"));
        let good = parse("part = \"answers\"\nlanguage = \"ro\"\nmetric = \"exact_quote_rate\"\nmin = 1.0\n");
        assert_eq!(good.expect("usable").samples[0].checks[0].to_string(), "ro answers exact_quote_rate");
        for (check, problem) in [
            ("part = \"answers\"\nmetric = \"ndcg@10\"\nmin = 1.0\n", "not a figure"),
            ("part = \"answers\"\nmetric = \"when_answered\"\nmin = 1.0\n", "not a figure"),
            ("part = \"bm25\"\nmetric = \"exact_quote_rate\"\nmin = 1.0\n", "not a figure"),
            ("part = \"bm25\"\nlanguage = \"de\"\nmetric = \"map\"\nmin = 1.0\n", "no questions in `de`"),
            ("part = \"bm25\"\nmetric = \"map\"\n", "no bound"),
            ("part = \"rerank\"\nmetric = \"map\"\nmin = 0.1\n", "unknown variant"),
        ] {
            let error = parse(check).expect_err(check).to_string();
            assert!(error.contains(problem), "{error}");
        }
        assert!(Gates::parse("[[sample]]\ncheck = []\n").is_err());
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
