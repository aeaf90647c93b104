use std::fmt;

use serde::Deserialize;

use super::bounds::Bounds;
use crate::answer_metrics::{AnswerMetrics, AnswerRun};
use crate::report::SystemReport;
use crate::system::System;

/// A measurement of the sample corpus, which is part of this repository, and what its figures have to keep.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleGate {
    /// Encoder, by its name in the registry; the default encoder when absent.
    pub model: Option<String>,
    /// What the figures have to keep.
    #[serde(rename = "check")]
    pub checks: Vec<SampleCheck>,
}

/// What one figure of one part and language has to keep.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleCheck {
    /// `bm25`, `dense`, `hybrid`, `answers` or `spans`.
    pub part: Part,
    /// Language of the questions: `en`, `ro` or `pl`; all of them when absent.
    #[serde(default = "all")]
    pub language: String,
    /// The figure, by its name in the report, such as `ndcg@10` or `exact_quote_rate`.
    pub metric: String,
    /// Fails below this.
    pub min: Option<f64>,
    /// Fails above this.
    pub max: Option<f64>,
    /// What was measured when the gate was set: fails when the figure is lower by more than `drop`.
    pub baseline: Option<f64>,
    /// What a figure may lose of its baseline; 0.005 when absent.
    pub drop: Option<f64>,
}

/// What is measured of the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The text leg.
    Bm25,
    /// The vector leg.
    Dense,
    /// Both.
    Hybrid,
    /// Answers.
    Answers,
    /// The places of hits: `whole` is the share of first hits that are the document's text and cut nothing.
    Spans,
}

impl Part {
    /// The system it is; `None` for answers and spans.
    #[must_use]
    pub fn system(self) -> Option<System> {
        match self {
            Self::Bm25 => Some(System::Bm25),
            Self::Dense => Some(System::Dense),
            Self::Hybrid => Some(System::Hybrid),
            Self::Answers | Self::Spans => None,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answers => "answers",
            Self::Spans => "spans",
            _ => self.system().map_or("", System::name),
        })
    }
}

fn all() -> String {
    crate::served::ALL.to_owned()
}

/// The figure of answers with the given JSON name; `None` where there is no such figure or it is not defined.
#[must_use]
pub fn answer_figure(metrics: &AnswerMetrics, name: &str) -> Option<f64> {
    serde_json::to_value(metrics).ok()?.get(name)?.as_f64()
}

impl SampleCheck {
    /// The bounds that a value breaks, in words; one that is not a number breaks all.
    #[must_use]
    pub fn broken_by(&self, value: f64) -> Vec<String> {
        self.bounds().broken_by(value)
    }

    fn bounds(&self) -> Bounds {
        Bounds { min: self.min, max: self.max, baseline: self.baseline, drop: self.drop }
    }

    /// Says what keeps this check from ever failing.
    pub(super) fn validate(&self) -> Result<(), String> {
        let here = format!("check of {} {}", self.part, self.metric);
        self.bounds().validate(false).map_err(|problem| format!("{here}: {problem}"))?;
        if !["all", "en", "ro", "pl"].contains(&self.language.as_str()) {
            return Err(format!("{here}: the sample has no questions in `{}`", self.language));
        }
        let known = match self.part {
            Part::Answers => {
                let figures = serde_json::to_value(AnswerMetrics::of(&AnswerRun::default(), None));
                figures.is_ok_and(|it| it.get(&self.metric).is_some_and(|it| it.is_number() || it.is_null()))
            }
            Part::Spans => self.metric == "whole",
            _ => SystemReport::NAMES.contains(&self.metric.as_str()),
        };
        if known { Ok(()) } else { Err(format!("{here}: not a figure of the report")) }
    }
}

impl fmt::Display for SampleCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.language, self.part, self.metric)
    }
}
