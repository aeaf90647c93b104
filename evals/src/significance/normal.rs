use std::f64::consts::{PI, SQRT_2};

/// The probability that a standard normal variable is at most `x`, to about 1e-15: Marsaglia's series (Journal of
/// Statistical Software 11(4), 2004).
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    // beyond this the series has no digits left, and the value is within 1e-15 of its limit
    if x > 8.0 {
        return 1.0;
    }
    if x < -8.0 {
        return 0.0;
    }
    if x.is_nan() {
        return x;
    }
    let (mut term, mut sum, mut k) = (x, x, 1.0);
    loop {
        k += 2.0;
        term *= x * x / k;
        let next = sum + term;
        if next == sum {
            return 0.5 + sum * density(x);
        }
        sum = next;
    }
}

/// The `x` that a standard normal variable is at most with probability `p`; infinite for 0 and 1.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    // Left of zero the distribution function is convex, so Newton's steps from zero only ever go left and stop at the
    // root; the first that does not go left is rounding.
    let mut x = 0.0;
    loop {
        let next = x - (normal_cdf(x) - p) / density(x);
        if next >= x || next < -8.0 || next.is_nan() {
            return x;
        }
        x = next;
    }
}

fn density(x: f64) -> f64 {
    (-x * x / 2.0).exp() / (PI.sqrt() * SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_tables() {
        for (x, p) in [(0.0, 0.5), (1.0, 0.841_344_746_068_542_9), (-1.959_963_984_540_054, 0.025)] {
            assert!((normal_cdf(x) - p).abs() < 1e-15, "{x}");
            assert!((normal_quantile(p) - x).abs() < 1e-14, "{p}");
        }
        assert_eq!([-40.0, 40.0].map(normal_cdf), [0.0, 1.0]);
        assert_eq!([0.0, 1.0].map(normal_quantile), [f64::NEG_INFINITY, f64::INFINITY]);
    }
}
