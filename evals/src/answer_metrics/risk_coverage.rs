use serde::Serialize;

use super::calibration::Forecast;

/// What a system would answer, and how often wrongly, if it answered from one confidence up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiskPoint {
    /// The least confidence it answers with.
    pub threshold: f64,
    /// The share of all questions it then answers.
    pub coverage: f64,
    /// The share of those answers that is wrong.
    pub risk: f64,
}

/// The trade-off between answering and being right (El-Yaniv and Wiener, JMLR 2010).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskCoverage {
    /// Area under the curve (Geifman, Uziel and El-Yaniv, ICLR 2019): the mean of the risks of answering the surest one,
    /// two, three .. answers. Smaller is better.
    pub aurc: f64,
    /// One point a confidence that occurs, the highest first, so coverage grows.
    pub points: Vec<RiskPoint>,
}

/// The curve of the answers that were given, a forecast coming true when the answer is right, out of `questions`
/// questions. It ends at the share that was answered: the whole of it is that of a run whose threshold is zero.
///
/// Of answers of equal confidence the order is not known, and the area is what it is on average over all orders.
/// `None` without answers.
#[must_use]
pub fn risk_coverage(answers: &[Forecast], questions: usize) -> Option<RiskCoverage> {
    let mut sorted: Vec<&Forecast> = answers.iter().collect();
    sorted.sort_unstable_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let (mut given, mut wrong, mut area) = (0.0, 0.0, 0.0);
    let mut points = Vec::new();
    for tied in sorted.chunk_by(|a, b| a.confidence == b.confidence) {
        let tied_wrong = tied.iter().filter(|forecast| !forecast.came_true).count() as f64;
        let share_wrong = tied_wrong / tied.len() as f64;
        for more in 1..=tied.len() {
            area += (wrong + share_wrong * more as f64) / (given + more as f64);
        }
        given += tied.len() as f64;
        wrong += tied_wrong;
        let coverage = given / questions.max(answers.len()) as f64;
        points.push(RiskPoint { threshold: tied[0].confidence, coverage, risk: wrong / given });
    }
    (!points.is_empty()).then(|| RiskCoverage { aurc: area / answers.len() as f64, points })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(given: &[(f64, bool)], questions: usize) -> RiskCoverage {
        let answers: Vec<Forecast> =
            given.iter().map(|&(confidence, came_true)| Forecast { confidence, came_true }).collect();
        risk_coverage(&answers, questions).expect("answers")
    }

    #[test]
    fn the_surest_come_first() {
        let curve = curve(&[(0.2, false), (0.9, true), (0.6, false), (0.7, true)], 5);
        let points: Vec<_> = curve.points.iter().map(|p| (p.threshold, p.coverage, p.risk)).collect();
        assert_eq!(points, [(0.9, 0.2, 0.0), (0.7, 0.4, 0.0), (0.6, 0.6, 1.0 / 3.0), (0.2, 0.8, 0.5)]);
        assert!((curve.aurc - (1.0 / 3.0 + 0.5) / 4.0).abs() < 1e-15);
        assert_eq!(risk_coverage(&[], 3), None);
    }

    #[test]
    fn ties_are_averaged_over_their_orders() {
        // after one right answer, a right and a wrong one in either order: 0, then 0 or 1/2, then 1/3
        let curve = curve(&[(0.5, false), (0.9, true), (0.5, true)], 3);
        assert!((curve.aurc - (0.0 + 0.25 + 1.0 / 3.0) / 3.0).abs() < 1e-15);
        assert_eq!(curve.points.len(), 2);
    }
}
