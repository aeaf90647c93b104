//! Durations by size.

/// Upper ends of the classes, in seconds; a last class has no end.
pub(super) const BOUNDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// How many durations there were of each size.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Histogram {
    classes: [u64; BOUNDS.len() + 1],
    sum: f64,
}

impl Histogram {
    pub(super) fn observe(&mut self, seconds: f64) {
        let seconds = if seconds.is_finite() { seconds.max(0.0) } else { 0.0 };
        let class = BOUNDS.partition_point(|bound| *bound < seconds);
        self.classes[class] += 1;
        self.sum += seconds;
    }

    /// For each bound, how many were not above it; all of them last.
    pub(super) fn cumulative(&self) -> [u64; BOUNDS.len() + 1] {
        let mut sum = 0;
        self.classes.map(|class| {
            sum += class;
            sum
        })
    }

    /// All durations together, in seconds.
    pub(super) fn sum(&self) -> f64 {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_counts_in_its_class_and_all_above() {
        let mut histogram = Histogram::default();
        for seconds in [0.0005, 0.001, 0.0011, 30.0, 30.1, -1.0, f64::NAN] {
            histogram.observe(seconds);
        }
        let counts = histogram.cumulative();
        assert_eq!((counts[0], counts[1]), (4, 5), "a bound belongs to its class");
        assert_eq!((counts[13], counts[14]), (6, 7));
        assert!((histogram.sum() - 60.1026).abs() < 1e-9, "{}", histogram.sum());
    }
}
