use std::collections::BTreeMap;

use serde::Serialize;

use super::bootstrap::mean_intervals;
use super::differences::Differences;
use super::holm::holm;
use super::interval::Interval;
use super::paired::Paired;
use super::randomisation::{Alternative, Randomisation, randomisation_test};

/// How systems are compared; part of a report's manifest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// Resamples of the bootstrap, and of the randomisation test where it is not exact.
    pub resamples: u32,
    /// Decides every draw.
    pub seed: u64,
    /// Level of the intervals.
    pub level: f64,
    /// Values of a query that differ by no more count as equal among wins and losses.
    pub tie: f64,
    /// The number of largest wins, and of largest losses, that are listed.
    pub largest: usize,
}

impl Default for Settings {
    /// 10,000 resamples, seed 0, intervals of 95 %, ties within rounding, the ten largest.
    fn default() -> Self {
        Self { resamples: 10_000, seed: 0, level: 0.95, tie: 1e-9, largest: 10 }
    }
}

/// A system against a baseline on one metric.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Queries both were measured on.
    pub queries: usize,
    /// The baseline's mean.
    pub baseline_mean: f64,
    /// The system's mean.
    pub system_mean: f64,
    /// The system's mean less the baseline's.
    pub difference: f64,
    /// BCa interval of the difference; absent only when no resamples were asked for.
    pub interval: Option<Interval>,
    /// The two-sided test of no difference.
    pub test: Randomisation,
    /// Its p-value corrected for the systems compared together; the p-value itself for a system alone.
    pub p_holm: f64,
    /// Wins, losses, and the queries to look at.
    pub differences: Differences,
}

/// Compares one system with a baseline.
#[must_use]
pub fn compare(paired: &Paired, settings: &Settings) -> Comparison {
    let values = paired.differences();
    let (baseline_mean, system_mean) = paired.means();
    let test = randomisation_test(&values, Alternative::TwoSided, settings.resamples, settings.seed);
    let intervals = mean_intervals(&values, settings.resamples, settings.seed, settings.level);
    Comparison {
        queries: values.len(),
        baseline_mean,
        system_mean,
        difference: values.iter().sum::<f64>() / values.len() as f64,
        interval: intervals.map(|intervals| intervals.bca),
        test,
        p_holm: test.p,
        differences: Differences::of(paired, settings.tie, settings.largest),
    }
}

/// Compares several systems, by name, each with its baseline, and corrects their p-values for being several.
#[must_use]
pub fn compare_all(systems: &BTreeMap<String, Paired>, settings: &Settings) -> BTreeMap<String, Comparison> {
    let mut comparisons: BTreeMap<String, Comparison> =
        systems.iter().map(|(name, paired)| (name.clone(), compare(paired, settings))).collect();
    let p_values: Vec<f64> = comparisons.values().map(|comparison| comparison.test.p).collect();
    for (comparison, corrected) in comparisons.values_mut().zip(holm(&p_values)) {
        comparison.p_holm = corrected;
    }
    comparisons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired(differences: &[f64]) -> Paired {
        let values = |of: fn(f64) -> f64| {
            differences.iter().enumerate().map(|(index, &d)| (format!("q{index:02}"), of(d))).collect()
        };
        Paired::new(&values(|_| 0.5), &values(|difference| 0.5 + difference)).expect("paired")
    }

    #[test]
    fn a_clear_gain_and_no_gain() {
        let gain =
            compare(&paired(&[0.25, 0.125, 0.25, 0.125, 0.25, 0.0, 0.125, 0.25]), &Settings::default());
        assert_eq!((gain.queries, gain.difference, gain.test.p), (8, 0.171_875, 1.0 / 64.0));
        assert_eq!((gain.differences.wins, gain.differences.ties), (7, 1));
        let interval = gain.interval.expect("an interval");
        assert!(interval.low > 0.0 && interval.low < gain.difference && gain.difference < interval.high);
        let none = compare(&paired(&[0.25, -0.25, 0.125, -0.125]), &Settings::default());
        assert_eq!((none.difference, none.test.p), (0.0, 1.0));
    }

    #[test]
    fn several_systems_are_corrected_together() {
        let systems = BTreeMap::from([
            ("gain".to_owned(), paired(&[0.25; 8])),
            ("same".to_owned(), paired(&[0.0; 8])),
            ("loss".to_owned(), paired(&[-0.25, -0.25, -0.25, -0.25, -0.25, -0.25, 0.0, 0.0])),
        ]);
        let compared = compare_all(&systems, &Settings::default());
        let p = |name: &str| (compared[name].test.p, compared[name].p_holm);
        assert_eq!(p("gain"), (1.0 / 128.0, 3.0 / 128.0));
        assert_eq!(p("loss"), (1.0 / 32.0, 2.0 / 32.0));
        assert_eq!(p("same"), (1.0, 1.0));
    }
}
