use serde::Serialize;

use crate::quantile::quantile_of_parts;

/// A confidence and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// 0 to 1.
    pub confidence: f64,
    /// True when what the confidence was in is so.
    pub came_true: bool,
}

/// Forecasts of about the same confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// Confidences of the bin are above this; the first bin has its own lower end as well.
    pub low: f64,
    /// Confidences of the bin are at most this.
    pub high: f64,
    /// Forecasts in it, at least one.
    pub count: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that came true.
    pub accuracy: f64,
}

/// How far confidences are from what comes true.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Expected calibration error, 0 to 1: the mean of the bins' distances between confidence and accuracy, each bin
    /// counting by its forecasts.
    pub ece: f64,
    /// The bins that are not empty: the reliability table.
    pub bins: Vec<ReliabilityBin>,
}

/// Calibration in `bins` bins of equal width, `(0, 1/n], (1/n, 2/n] ..`, zero in the first (Guo et al., ICML 2017).
/// `None` without forecasts or bins.
#[must_use]
pub fn equal_width(forecasts: &[Forecast], bins: usize) -> Option<Calibration> {
    calibration(forecasts, &(0..=bins).map(|edge| edge as f64 / bins as f64).collect::<Vec<_>>())
}

/// Calibration in `bins` bins of as nearly as possible equally many forecasts: their edges are the quantiles of the
/// confidences (scikit-learn's `strategy="quantile"`), and equal confidences stay together. Less swayed by bins that hold
/// little than [`equal_width`]. `None` without forecasts or bins.
#[must_use]
pub fn equal_mass(forecasts: &[Forecast], bins: usize) -> Option<Calibration> {
    let mut confidences: Vec<f64> = forecasts.iter().map(|forecast| forecast.confidence).collect();
    confidences.sort_unstable_by(f64::total_cmp);
    let edge = |edge: usize| quantile_of_parts(&confidences, edge, bins);
    calibration(forecasts, &(0..=bins).map(edge).collect::<Option<Vec<_>>>()?)
}

/// The mean squared distance between confidence and outcome (Brier 1950), 0 to 1, smaller is better. `None` without
/// forecasts.
#[must_use]
pub fn brier(forecasts: &[Forecast]) -> Option<f64> {
    let square = |forecast: &Forecast| (forecast.confidence - outcome(*forecast)).powi(2);
    let sum: f64 = forecasts.iter().map(square).sum();
    (!forecasts.is_empty()).then(|| sum / forecasts.len() as f64)
}

fn outcome(forecast: Forecast) -> f64 {
    f64::from(u8::from(forecast.came_true))
}

fn calibration(forecasts: &[Forecast], edges: &[f64]) -> Option<Calibration> {
    let [_, inner @ .., _] = edges else {
        return None;
    };
    let mut members: Vec<Vec<Forecast>> = vec![Vec::new(); inner.len() + 1];
    for forecast in forecasts {
        members[inner.partition_point(|&edge| edge < forecast.confidence)].push(*forecast);
    }
    let bins: Vec<ReliabilityBin> = members
        .iter()
        .zip(edges.windows(2))
        .filter(|(members, _)| !members.is_empty())
        .map(|(members, ends)| bin(members, ends[0], ends[1]))
        .collect();
    let distance = |bin: &ReliabilityBin| bin.count as f64 * (bin.confidence - bin.accuracy).abs();
    let ece = bins.iter().map(distance).sum::<f64>() / forecasts.len() as f64;
    (!forecasts.is_empty()).then_some(Calibration { ece, bins })
}

fn bin(members: &[Forecast], low: f64, high: f64) -> ReliabilityBin {
    let count = members.len();
    let mean = |value: fn(Forecast) -> f64| members.iter().map(|&f| value(f)).sum::<f64>() / count as f64;
    ReliabilityBin { low, high, count, confidence: mean(|f| f.confidence), accuracy: mean(outcome) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecasts(given: &[(f64, bool)]) -> Vec<Forecast> {
        given.iter().map(|&(confidence, came_true)| Forecast { confidence, came_true }).collect()
    }

    #[test]
    fn edges_belong_to_the_bin_below() {
        let calibration = equal_width(
            &forecasts(&[(0.0, false), (0.25, false), (0.5, true), (0.75, true), (1.0, false)]),
            2,
        );
        let calibration = calibration.expect("forecasts");
        let bins: Vec<_> = calibration.bins.iter().map(|bin| (bin.count, bin.confidence)).collect();
        assert_eq!(bins, [(3, 0.25), (2, 0.875)]);
        let expected = (3.0 * (0.25_f64 - 1.0 / 3.0).abs() + 2.0 * (0.875 - 0.5)) / 5.0;
        assert!((calibration.ece - expected).abs() < 1e-15);
    }

    #[test]
    fn equal_masses_follow_the_confidences_and_ties_stay_together() {
        let crowded =
            forecasts(&[(0.9, true), (0.9, true), (0.9, false), (0.9, true), (0.95, true), (0.99, true)]);
        let calibration = equal_mass(&crowded, 3).expect("forecasts");
        assert_eq!(calibration.bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [4, 2]);
    }

    #[test]
    fn perfect_and_perfectly_wrong() {
        let right = forecasts(&[(1.0, true), (0.0, false)]);
        let wrong = forecasts(&[(1.0, false), (0.0, true)]);
        assert_eq!((brier(&right), equal_width(&right, 10).map(|c| c.ece)), (Some(0.0), Some(0.0)));
        assert_eq!((brier(&wrong), equal_width(&wrong, 10).map(|c| c.ece)), (Some(1.0), Some(1.0)));
        assert_eq!((brier(&[]), equal_width(&[], 10), equal_mass(&[], 10)), (None, None, None));
        assert_eq!(equal_width(&right, 0), None);
    }
}
