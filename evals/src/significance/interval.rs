use serde::Serialize;

use super::normal::{normal_cdf, normal_quantile};
use crate::quantile::quantile;

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// How often an interval made this way holds the true value: 0.95 for a 95 % interval.
    pub level: f64,
}

/// The percentile interval of a bootstrap distribution (Efron and Tibshirani 1993, chapter 13), which is in ascending
/// order. `None` when it is empty.
#[must_use]
pub fn percentile(distribution: &[f64], level: f64) -> Option<Interval> {
    let tail = (1.0 - level) / 2.0;
    between(distribution, tail, 1.0 - tail, level)
}

/// The bias-corrected and accelerated interval of a bootstrap distribution (Efron 1987; Efron and Tibshirani 1993,
/// chapter 14): `observed` is the statistic of all values, `jackknife` the statistic with one of them left out, in turn.
///
/// Where the correction is not defined, because the whole distribution is on one side of the observed value, the interval
/// is the percentile one. `None` when the distribution is empty.
#[must_use]
pub fn bca(distribution: &[f64], observed: f64, jackknife: &[f64], level: f64) -> Option<Interval> {
    let below = distribution.partition_point(|&value| value < observed);
    let at_most = distribution.partition_point(|&value| value <= observed);
    let bias = normal_quantile((below + at_most) as f64 / (2.0 * distribution.len() as f64));
    if !bias.is_finite() {
        return percentile(distribution, level);
    }
    let acceleration = acceleration(jackknife);
    let corrected = |z: f64| normal_cdf(bias + (bias + z) / (1.0 - acceleration * (bias + z)));
    let z = normal_quantile((1.0 - level) / 2.0);
    between(distribution, corrected(z), corrected(-z), level)
}

/// A sixth of the skewness of the jackknife's influences; zero when they are all the same.
fn acceleration(jackknife: &[f64]) -> f64 {
    let mean = jackknife.iter().sum::<f64>() / jackknife.len() as f64;
    let (mut squares, mut cubes) = (0.0, 0.0);
    for value in jackknife {
        let influence = mean - value;
        squares += influence.powi(2);
        cubes += influence.powi(3);
    }
    if squares == 0.0 { 0.0 } else { cubes / (6.0 * squares.powf(1.5)) }
}

fn between(distribution: &[f64], low: f64, high: f64, level: f64) -> Option<Interval> {
    Some(Interval { low: quantile(distribution, low)?, high: quantile(distribution, high)?, level })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symmetric_distribution_needs_no_correction() {
        let distribution: Vec<f64> = (-1000..=1000).map(f64::from).collect();
        let plain = percentile(&distribution, 0.9).expect("values");
        assert!((plain.low + 900.0).abs() < 1e-9 && (plain.high - 900.0).abs() < 1e-9, "{plain:?}");
        let corrected = bca(&distribution, 0.0, &[-1.0, 0.0, 1.0], 0.9).expect("values");
        assert!((corrected.low - plain.low).abs() < 1e-6 && (corrected.high - plain.high).abs() < 1e-6);
    }

    #[test]
    fn without_spread_the_interval_is_a_point() {
        let point = Interval { low: 0.25, high: 0.25, level: 0.95 };
        assert_eq!(bca(&[0.25; 50], 0.25, &[0.25; 9], 0.95), Some(point));
        assert_eq!(bca(&[], 0.0, &[], 0.95), None);
    }

    #[test]
    fn a_distribution_on_one_side_falls_back_to_percentiles() {
        let distribution = [1.0, 2.0, 3.0];
        assert_eq!(bca(&distribution, 0.0, &[0.0, 1.0], 0.9), percentile(&distribution, 0.9));
    }
}
