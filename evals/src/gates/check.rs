use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::bounds::Bounds;
use crate::report::SystemReport;
use crate::system::System;

/// What one figure of one system has to reach. All bounds that are given must hold.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The system.
    pub system: System,
    /// The figure, by its name in the report, such as `ndcg@10`.
    pub metric: String,
    /// Fails below this.
    pub min: Option<f64>,
    /// Fails above this.
    pub max: Option<f64>,
    /// What was measured when the gate was set: fails when the figure is lower by more than `drop`.
    pub baseline: Option<f64>,
    /// What a figure may lose of its baseline; 0.005 when absent.
    pub drop: Option<f64>,
    /// Fails unless the figure is larger than that of each of these systems.
    #[serde(default)]
    pub above: Vec<System>,
}

/// What became of a check: the value and the bounds it broke.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The system, named so that a failure says which leg fell.
    pub system: System,
    /// The figure.
    pub metric: String,
    /// What was measured.
    pub value: f64,
    /// Each bound that does not hold, in words; empty when the check passed.
    pub broken: Vec<String>,
}

impl Check {
    /// Judges measured figures. A system that was not measured breaks the check.
    #[must_use]
    pub fn judge(&self, systems: &BTreeMap<String, SystemReport>) -> Verdict {
        let figure =
            |system: System| systems.get(system.name()).and_then(|report| report.figure(&self.metric));
        let value = figure(self.system).unwrap_or(f64::NAN);
        let mut broken = self.bounds().broken_by(value);
        for &other in &self.above {
            let bar = figure(other).unwrap_or(f64::NAN);
            if value.partial_cmp(&bar) != Some(std::cmp::Ordering::Greater) {
                broken.push(format!("not above {other} ({bar:.4})"));
            }
        }
        Verdict { system: self.system, metric: self.metric.clone(), value, broken }
    }

    fn bounds(&self) -> Bounds {
        Bounds { min: self.min, max: self.max, baseline: self.baseline, drop: self.drop }
    }

    /// Says what keeps this check from ever failing or from being measured by a gate that runs `systems`.
    pub(super) fn validate(&self, systems: &[System]) -> Result<(), String> {
        let here = format!("check of {} {}", self.system, self.metric);
        self.bounds().validate(!self.above.is_empty()).map_err(|problem| format!("{here}: {problem}"))?;
        if let Some(missing) =
            self.above.iter().chain([&self.system]).find(|system| !systems.contains(system))
        {
            return Err(format!("{here}: {missing} is not among the gate's systems"));
        }
        if !SystemReport::NAMES.contains(&self.metric.as_str()) {
            return Err(format!(
                "{here}: not a figure of the report, known are {}",
                SystemReport::NAMES.join(", ")
            ));
        }
        Ok(())
    }
}

impl Verdict {
    /// True when every bound holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.broken.is_empty()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { system, metric, value, broken } = self;
        match broken.as_slice() {
            [] => write!(f, "ok    {system} {metric} = {value:.4}"),
            broken => write!(f, "FAIL  {system} {metric} = {value:.4}: {}", broken.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qrels::Qrels;
    use crate::run::{Ranking, Run};

    /// `bm25` ranks the answer first (nDCG 1), `dense` second (nDCG 0.6309).
    fn measured() -> BTreeMap<String, SystemReport> {
        let qrels = Qrels::from_iter([("q", "a", 1)]);
        [(System::Bm25, 3.0), (System::Dense, 1.0)]
            .map(|(system, score)| {
                let run: Run = [("q", Ranking::new([("a", score), ("b", 2.0)]))].into_iter().collect();
                (system.to_string(), SystemReport::new(&run, &qrels, &[]))
            })
            .into()
    }

    fn check(system: System, min: Option<f64>, max: Option<f64>, above: &[System]) -> Verdict {
        Check {
            system,
            metric: "ndcg@10".into(),
            min,
            max,
            baseline: None,
            drop: None,
            above: above.to_vec(),
        }
        .judge(&measured())
    }

    #[test]
    fn bounds_hold_or_are_named() {
        assert!(check(System::Bm25, Some(1.0), Some(1.0), &[System::Dense]).passed());
        assert_eq!(check(System::Dense, Some(0.7), None, &[]).broken, ["below 0.7"]);
        assert_eq!(check(System::Dense, None, Some(0.6), &[]).broken, ["above 0.6"]);
        assert_eq!(check(System::Bm25, None, None, &[System::Bm25]).broken, ["not above bm25 (1.0000)"]);
        let verdict = check(System::Dense, Some(0.7), None, &[System::Bm25]);
        assert_eq!(verdict.to_string(), "FAIL  dense ndcg@10 = 0.6309: below 0.7, not above bm25 (1.0000)");
    }

    #[test]
    fn a_system_that_was_not_measured_fails() {
        assert!(!check(System::Hybrid, Some(0.0), None, &[]).passed());
        assert!(!check(System::Hybrid, None, Some(1.0), &[]).passed());
    }
}
