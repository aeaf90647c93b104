//! Plots of what the answer metrics say: risk by coverage, and reliability.

use super::page;
use crate::answer_metrics::{Calibration, ReliabilityBin, RiskCoverage, RiskPoint};
use crate::significance::normal_quantile;

/// The curve of a system, and on it the point of the least confidence it answers with, where one is in use.
#[must_use]
pub fn risk_curve(name: &str, measured: &RiskCoverage, threshold: Option<f64>) -> page::RiskCurve {
    let point = |point: &RiskPoint| page::RiskPoint { coverage: point.coverage, risk: point.risk };
    let answered = |threshold: f64| measured.points.iter().rev().find(|point| point.threshold >= threshold);
    page::RiskCurve {
        name: name.to_owned(),
        points: measured.points.iter().map(point).collect(),
        area: Some(measured.aurc),
        chosen: threshold.and_then(answered).map(point),
    }
}

/// The reliability of a system, each bin with the Wilson interval of its accuracy at `level`, such as 0.95.
#[must_use]
pub fn reliability(name: &str, measured: &Calibration, level: f64) -> page::Calibration {
    let bin = |bin: &ReliabilityBin| page::Bin {
        confidence: bin.confidence,
        accuracy: bin.accuracy,
        count: bin.count,
        interval: Some(wilson(bin.accuracy, bin.count, level)),
    };
    page::Calibration {
        name: name.to_owned(),
        bins: measured.bins.iter().map(bin).collect(),
        error: Some(measured.ece),
    }
}

/// The interval of a proportion (Wilson, *Probable Inference, the Law of Succession, and Statistical Inference*, JASA 22,
/// 1927), which stays within 0 and 1 and is right for small counts as well.
fn wilson(share: f64, count: usize, level: f64) -> page::Interval {
    let z = normal_quantile(0.5 + level / 2.0);
    let n = count as f64;
    let scale = 1.0 / (1.0 + z * z / n);
    let centre = scale * (share + z * z / (2.0 * n));
    let half = scale * z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    page::Interval { low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer_metrics::{Forecast, equal_width, risk_coverage};

    fn forecasts() -> Vec<Forecast> {
        let all = [(0.9, true), (0.8, true), (0.6, false), (0.6, true), (0.2, false)];
        all.map(|(confidence, came_true)| Forecast { confidence, came_true }).into()
    }

    #[test]
    fn the_chosen_point_is_the_last_at_or_above_the_threshold() {
        let measured = risk_coverage(&forecasts(), 10).expect("answers");
        let chosen = |threshold| {
            let chosen = risk_curve("x", &measured, threshold).chosen;
            chosen.map(|point| (point.coverage, point.risk))
        };
        assert_eq!(chosen(Some(0.5)), Some((0.4, 0.25)));
        assert_eq!(chosen(Some(0.6)), Some((0.4, 0.25)));
        assert_eq!(chosen(Some(0.95)), None);
        assert_eq!(chosen(None), None);
        let curve = risk_curve("x", &measured, None);
        assert_eq!((curve.points.len(), curve.area), (4, Some(measured.aurc)));
    }

    #[test]
    fn bins_keep_their_figures() {
        let measured = equal_width(&forecasts(), 2).expect("forecasts");
        let shown = reliability("x", &measured, 0.95);
        assert_eq!((shown.bins.len(), shown.bins[1].count, shown.bins[1].accuracy), (2, 4, 0.75));
        assert_eq!(shown.error, Some(measured.ece));
    }

    #[test]
    fn intervals_are_wilson_s() {
        // 8 of 10, by the formula with the quantile 1.959963984540054, in another program.
        let interval = wilson(0.8, 10, 0.95);
        assert!((interval.low - 0.490_162_471_536_641_5).abs() < 1e-6, "{interval:?}");
        assert!((interval.high - 0.943_317_848_545_624_8).abs() < 1e-6, "{interval:?}");
        assert_eq!(wilson(0.0, 3, 0.95).low, 0.0);
        assert_eq!(wilson(1.0, 3, 0.95).high, 1.0);
    }
}
