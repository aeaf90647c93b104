use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::RetrievalReport;

/// What came of a suite.
#[derive(Debug)]
pub struct Outcome {
    /// One for every set and model of every run, in the order they were measured.
    pub parts: Vec<Part>,
}

/// One set measured with one model.
#[derive(Debug)]
pub struct Part {
    /// The run's place in the file, from 0.
    pub run: usize,
    /// The set's name.
    pub dataset: String,
    /// The encoder's name; `server` where a server has its own.
    pub model: String,
    /// How the queries were chosen: `all`, or how many with which seed.
    pub queries: String,
    /// The figures, as `footnote-eval retrieval --json` has them.
    pub report: RetrievalReport,
    /// What every query brought, by system in the order of the file.
    pub systems: Vec<Figures>,
    /// The texts of the queries, by id.
    pub texts: BTreeMap<String, String>,
}

/// What every query brought one system.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The system.
    pub name: String,
    /// What it joins or reorders: systems of one leg are what the others are compared with.
    pub role: Role,
    /// nDCG@10, by query id.
    pub ndcg_10: BTreeMap<String, f64>,
    /// Milliseconds, in the order of the queries.
    pub milliseconds: Vec<f64>,
}

/// What a system is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// One leg.
    Leg,
    /// Both, joined.
    Joined,
    /// Another system, by name, reordered; `None` when that was not measured.
    Reranked(Option<String>),
}

impl Part {
    /// The name of the file its report is written to.
    #[must_use]
    pub fn file_name(&self) -> String {
        let plain = |text: &str| -> String {
            text.chars()
                .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
                .collect()
        };
        format!("{}.{}.{}.json", self.run + 1, plain(&self.dataset), plain(&self.model))
    }
}
