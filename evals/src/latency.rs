//! Percentiles of measured times.

use std::time::Duration;

/// The median and the 95th percentile of a set of samples, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Latency {
    /// Median.
    pub p50_ms: f64,
    /// 95th percentile.
    pub p95_ms: f64,
}

impl Latency {
    /// Summarises samples; both figures are zero when there are none.
    #[must_use]
    pub fn of(samples: &[Duration]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        Self { p50_ms: percentile(&sorted, 50), p95_ms: percentile(&sorted, 95) }
    }
}

/// Nearest-rank percentile: the smallest sample that at least `percent` of all samples do not exceed. It is always a
/// time that was really measured, never an interpolation.
fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(0.0, |sample| sample.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(samples: impl IntoIterator<Item = u64>) -> Vec<Duration> {
        samples.into_iter().map(Duration::from_millis).collect()
    }

    #[test]
    fn nearest_rank() {
        let latency = Latency::of(&millis((1..=100).rev()));
        assert_eq!(latency, Latency { p50_ms: 50.0, p95_ms: 95.0 });
        assert_eq!(Latency::of(&millis([3, 1, 2])), Latency { p50_ms: 2.0, p95_ms: 3.0 });
        assert_eq!(Latency::of(&millis([7])), Latency { p50_ms: 7.0, p95_ms: 7.0 });
    }

    #[test]
    fn no_samples_no_latency() {
        assert_eq!(Latency::of(&[]), Latency::default());
    }
}
