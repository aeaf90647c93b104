use serde::Serialize;

use super::interval::{Interval, percentile};
use crate::random::SplitMix64;

/// A mean over test collections, each counting the same however many queries it has.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MacroMean {
    /// The mean of the collections' means.
    pub mean: f64,
    /// How far other queries of the same collections could move it: a bootstrap within each collection, percentiles.
    /// Absent only when no resamples were asked for.
    pub interval: Option<Interval>,
}

/// The mean of the means of `groups` of values; `None` without groups, or with an empty one.
#[must_use]
pub fn macro_mean(groups: &[Vec<f64>], resamples: u32, seed: u64, level: f64) -> Option<MacroMean> {
    if groups.is_empty() || groups.iter().any(Vec::is_empty) {
        return None;
    }
    let count = groups.len() as f64;
    let mean =
        groups.iter().map(|values| values.iter().sum::<f64>() / values.len() as f64).sum::<f64>() / count;
    let mut random = SplitMix64::of("macro mean", seed);
    let mut distribution = vec![0.0; resamples as usize];
    for values in groups {
        for sum in &mut distribution {
            let drawn: f64 = (0..values.len()).map(|_| values[random.below(values.len())]).sum();
            *sum += drawn / values.len() as f64 / count;
        }
    }
    distribution.sort_unstable_by(f64::total_cmp);
    Some(MacroMean { mean, interval: percentile(&distribution, level) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_collection_counts_the_same() {
        let groups = [vec![1.0; 100], vec![0.0]];
        let all = macro_mean(&groups, 100, 0, 0.95).expect("values");
        // Neither collection varies, so nothing does.
        let interval = all.interval.expect("an interval");
        assert!((all.mean - 0.5).abs() < 1e-12);
        assert!((interval.low - 0.5).abs() < 1e-12 && (interval.high - 0.5).abs() < 1e-12, "{interval:?}");
        assert_eq!(macro_mean(&[], 100, 0, 0.95), None);
        assert_eq!(macro_mean(&[vec![1.0], Vec::new()], 100, 0, 0.95), None);
    }

    #[test]
    fn the_interval_is_that_of_independent_means() {
        // Two collections of 400 coins each: the standard error of the macro mean is sqrt(0.25 / 400 / 2).
        let coins: Vec<f64> = (0..400).map(|index| f64::from(index % 2)).collect();
        let all = macro_mean(&[coins.clone(), coins], 4000, 3, 0.95).expect("values");
        let interval = all.interval.expect("an interval");
        let half = 1.96 * (0.25_f64 / 800.0).sqrt();
        assert!((interval.high - interval.low - 2.0 * half).abs() < 0.1 * half, "{interval:?}");
    }
}
