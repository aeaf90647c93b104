use super::calibration::Forecast;

/// The area under the ROC curve: the probability that something that came true was given more confidence than something
/// that did not, equal confidences counting half (mid-ranks, the Mann-Whitney statistic). `None` when all or none came
/// true.
///
/// Of answerable questions by confidence it is also that of abstaining from unanswerable ones by lack of confidence.
#[must_use]
pub fn auroc(forecasts: &[Forecast]) -> Option<f64> {
    let mut sorted: Vec<&Forecast> = forecasts.iter().collect();
    sorted.sort_unstable_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let (mut below, mut halves) = (0_u64, 0_u64);
    for tied in sorted.chunk_by(|a, b| a.confidence == b.confidence) {
        let came_true = tied.iter().filter(|forecast| forecast.came_true).count() as u64;
        let did_not = tied.len() as u64 - came_true;
        halves += came_true * (2 * below + did_not);
        below += did_not;
    }
    let pairs = below * (forecasts.len() as u64 - below);
    (pairs > 0).then(|| halves as f64 / (2 * pairs) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(true_ones: &[f64], false_ones: &[f64]) -> Option<f64> {
        let forecast = |came_true| move |&confidence: &f64| Forecast { confidence, came_true };
        let forecasts = true_ones.iter().map(forecast(true)).chain(false_ones.iter().map(forecast(false)));
        auroc(&forecasts.collect::<Vec<_>>())
    }

    #[test]
    fn ties_count_half() {
        assert_eq!(of(&[0.9, 0.8], &[0.1, 0.2]), Some(1.0));
        assert_eq!(of(&[0.1], &[0.9]), Some(0.0));
        assert_eq!(of(&[0.5, 0.5], &[0.5]), Some(0.5));
        assert_eq!(of(&[0.5, 0.9], &[0.5, 0.7]), Some(2.5 / 4.0));
        assert_eq!(of(&[0.5], &[]), None);
        assert_eq!(of(&[], &[0.5]), None);
    }
}
