//! From values to places along an axis.

/// How values lie along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// Equal differences are equally far apart.
    Linear { from: f64, to: f64 },
    /// Equal ratios are equally far apart; both ends are above zero.
    Logarithmic { from: f64, to: f64 },
}

impl Scale {
    /// Where a value lies between the ends of the axis, 0 to 1. What lies outside is put at the nearer end, and what is
    /// no number at the start.
    pub(super) fn fraction(self, value: f64) -> f64 {
        let fraction = match self {
            Self::Linear { from, to } => (value - from) / (to - from),
            Self::Logarithmic { from, to } => (value.max(from).ln() - from.ln()) / (to.ln() - from.ln()),
        };
        if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions() {
        let linear = Scale::Linear { from: -1.0, to: 1.0 };
        assert_eq!([-1.0, 0.0, 1.0, 7.0, f64::NAN].map(|v| linear.fraction(v)), [0.0, 0.5, 1.0, 1.0, 0.0]);
        let logarithmic = Scale::Logarithmic { from: 0.1, to: 1000.0 };
        for (value, fraction) in
            [(0.1, 0.0), (1.0, 0.25), (10.0, 0.5), (1000.0, 1.0), (0.0, 0.0), (-5.0, 0.0)]
        {
            assert!((logarithmic.fraction(value) - fraction).abs() < 1e-12, "{value}");
        }
    }

    #[test]
    fn an_axis_without_extent_does_not_divide_by_zero() {
        assert_eq!(Scale::Linear { from: 2.0, to: 2.0 }.fraction(2.0), 0.0);
    }
}
