//! Platt scaling: J. Platt, "Probabilistic outputs for support vector machines", 1999.

use crate::Pair;

/// Relevance is `1 / (1 + exp(-(slope * logit + intercept)))`.
#[derive(Clone, Copy)]
pub(crate) struct Platt {
    pub(crate) slope: f64,
    pub(crate) intercept: f64,
}

impl Platt {
    /// The plain sigmoid of the logit.
    pub(crate) const SIGMOID: Self = Self { slope: 1.0, intercept: 0.0 };

    /// The probability that a pair with this logit is relevant.
    pub(crate) fn relevance(&self, logit: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * logit + self.intercept)).exp())
    }
}

/// Maximum likelihood by Newton's method, with Platt's targets in place of 0 and 1, so that separable pairs have an
/// optimum too.
pub(crate) fn fit(pairs: &[Pair]) -> Platt {
    let relevant = pairs.iter().filter(|pair| pair.relevant).count() as f64;
    let high = (relevant + 1.0) / (relevant + 2.0);
    let low = 1.0 / (pairs.len() as f64 - relevant + 2.0);
    let mut platt = Platt { slope: 0.0, intercept: 0.0 };
    for _ in 0..100 {
        // Gradient and Hessian of the negative log likelihood.
        let (mut g, mut h) = ([0.0; 2], [[1e-9, 0.0], [0.0, 1e-9]]);
        for pair in pairs {
            let p = platt.relevance(pair.logit);
            let error = p - if pair.relevant { high } else { low };
            let weight = p * (1.0 - p);
            let x = [pair.logit, 1.0];
            for i in 0..2 {
                g[i] += error * x[i];
                for j in 0..2 {
                    h[i][j] += weight * x[i] * x[j];
                }
            }
        }
        let determinant = h[0][0] * h[1][1] - h[0][1] * h[1][0];
        let step = [
            (h[1][1] * g[0] - h[0][1] * g[1]) / determinant,
            (h[0][0] * g[1] - h[1][0] * g[0]) / determinant,
        ];
        // A step never goes so far that Newton's method would leave the region where it converges.
        let factor = (1.0 / step[0].abs().max(step[1].abs())).min(1.0);
        platt.slope -= factor * step[0];
        platt.intercept -= factor * step[1];
    }
    platt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_parameters_that_made_the_pairs() {
        let truth = Platt { slope: 0.7, intercept: -2.5 };
        // At each logit, as many relevant pairs as the truth says.
        let pairs: Vec<Pair> = (-100..=100)
            .flat_map(|i| {
                let logit = f64::from(i) / 10.0;
                let relevant = (truth.relevance(logit) * 1000.0).round() as usize;
                (0..1000).map(move |n| Pair { logit, relevant: n < relevant })
            })
            .collect();
        let found = fit(&pairs);
        assert!((found.slope - truth.slope).abs() < 0.01, "{}", found.slope);
        assert!((found.intercept - truth.intercept).abs() < 0.03, "{}", found.intercept);
    }

    #[test]
    fn separable_pairs_have_a_finite_fit() {
        let pairs: Vec<Pair> = (0..20).map(|i| Pair { logit: f64::from(i), relevant: i >= 10 }).collect();
        let found = fit(&pairs);
        assert!(found.slope.is_finite() && found.relevance(19.0) > 0.8 && found.relevance(0.0) < 0.2);
    }
}
