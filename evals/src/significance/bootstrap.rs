use serde::Serialize;

use super::interval::{Interval, bca, percentile};
use crate::random::SplitMix64;

/// Two intervals of one bootstrap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Intervals {
    /// Bias-corrected and accelerated: the one to report.
    pub bca: Interval,
    /// Plain percentiles.
    pub percentile: Interval,
}

/// The bootstrap distribution of a statistic of `items` things, in ascending order: its values for `resamples` samples of
/// as many things with replacement. The statistic is given the indices that were drawn, and so both systems' values of a
/// query stay together; resamples for which it is undefined (`None`, or not finite) are left out.
#[must_use]
pub fn bootstrap(
    items: usize,
    resamples: u32,
    seed: u64,
    statistic: impl Fn(&[usize]) -> Option<f64>,
) -> Vec<f64> {
    let mut random = SplitMix64::of("bootstrap", seed);
    let mut drawn = vec![0; items];
    let mut resample = || {
        drawn.fill_with(|| random.below(items));
        statistic(&drawn).filter(|value| value.is_finite())
    };
    let mut distribution: Vec<f64> = (0..resamples).filter_map(|_| resample()).collect();
    distribution.sort_unstable_by(f64::total_cmp);
    distribution
}

/// The statistic with each of `items` things left out in turn, as [`bca`] needs it.
#[must_use]
pub fn jackknife(items: usize, statistic: impl Fn(&[usize]) -> Option<f64>) -> Vec<f64> {
    let without = |left_out: usize| {
        let kept: Vec<usize> = (0..items).filter(|&index| index != left_out).collect();
        statistic(&kept).filter(|value| value.is_finite())
    };
    (0..items).filter_map(without).collect()
}

/// Intervals of the mean of `values`, by `resamples` resamples; `None` when there are no values or no resamples. Of the
/// differences of two systems it is the paired bootstrap over queries.
#[must_use]
pub fn mean_intervals(values: &[f64], resamples: u32, seed: u64, level: f64) -> Option<Intervals> {
    let mean =
        |drawn: &[usize]| Some(drawn.iter().map(|&index| values[index]).sum::<f64>() / drawn.len() as f64);
    let distribution = bootstrap(values.len(), resamples, seed, mean);
    let total: f64 = values.iter().sum();
    // leaving out one value of a mean needs no second pass over the others
    let others = (values.len() as f64 - 1.0).max(1.0);
    let jackknife: Vec<f64> = values.iter().map(|value| (total - value) / others).collect();
    let bca = bca(&distribution, total / values.len() as f64, &jackknife, level)?;
    Some(Intervals { bca, percentile: percentile(&distribution, level)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(count: usize) -> Vec<f64> {
        let mut random = SplitMix64::of("test", 3);
        (0..count).map(|_| (random.below(1000) as f64 / 1000.0).powi(2) - 0.3).collect()
    }

    #[test]
    fn a_seed_decides_it() {
        let values = values(60);
        let intervals = |seed| mean_intervals(&values, 500, seed, 0.95).expect("values");
        assert_eq!(intervals(1), intervals(1));
        assert_ne!(intervals(1), intervals(2));
        assert_eq!(mean_intervals(&[], 500, 1, 0.95), None);
        assert_eq!(mean_intervals(&values, 0, 1, 0.95), None);
    }

    #[test]
    fn the_short_cut_of_the_mean_is_the_general_way() {
        let values = values(40);
        let mean = |drawn: &[usize]| {
            Some(drawn.iter().map(|&index| values[index]).sum::<f64>() / drawn.len() as f64)
        };
        let distribution = bootstrap(40, 300, 9, mean);
        let whole: Vec<usize> = (0..40).collect();
        let observed = mean(&whole).expect("a mean");
        let general = bca(&distribution, observed, &jackknife(40, mean), 0.9).expect("values");
        let short = mean_intervals(&values, 300, 9, 0.9).expect("values").bca;
        assert!((general.low - short.low).abs() < 1e-12 && (general.high - short.high).abs() < 1e-12);
    }

    #[test]
    fn undefined_resamples_are_left_out() {
        let only_with_the_first = |drawn: &[usize]| drawn.contains(&0).then_some(drawn.len() as f64);
        let distribution = bootstrap(3, 1000, 4, only_with_the_first);
        // 19 of 27 samples of three have a given one
        assert!((650..760).contains(&distribution.len()), "{}", distribution.len());
        assert_eq!(jackknife(3, only_with_the_first), [2.0, 2.0]);
    }
}
