use serde::{Deserialize, Serialize};

/// How much worse a system may become before it is a failure: "worse by more than d with p < a".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tolerance {
    /// The drop of the mean that is let pass, in the metric's own unit: 0.01 of nDCG is one point of a hundred. Not
    /// negative.
    pub max_drop: f64,
    /// The p-value a drop has to stay below to count; 0.05 for one false alarm in twenty where nothing changed.
    pub alpha: f64,
}

/// What a [`Tolerance`] says of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No worse, or by no more than is let pass.
    Held,
    /// Worse by more than is let pass, which may be chance: p is not below alpha.
    NotSignificant,
    /// Worse by more than is let pass, and not by chance.
    Regressed,
}

impl Tolerance {
    /// Judges a mean difference (negative: worse) and its p-value.
    ///
    /// The p-value is that of no difference at all, the one reports show, and the two-sided one of a
    /// [`super::Comparison`] unless the caller has reason for another; where several metrics or systems are judged at
    /// once, the one that [`super::holm()`] corrected. A p-value that is not a number fails: it proves nothing.
    #[must_use]
    pub fn judge(&self, mean_difference: f64, p: f64) -> Verdict {
        if mean_difference >= -self.max_drop {
            Verdict::Held
        } else if p >= self.alpha {
            Verdict::NotSignificant
        } else {
            Verdict::Regressed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_conditions_have_to_hold() {
        let tolerance = Tolerance { max_drop: 0.01, alpha: 0.05 };
        assert_eq!(tolerance.judge(0.2, 0.001), Verdict::Held);
        assert_eq!(tolerance.judge(-0.01, 0.001), Verdict::Held);
        assert_eq!(tolerance.judge(-0.02, 0.05), Verdict::NotSignificant);
        assert_eq!(tolerance.judge(-0.02, 0.049), Verdict::Regressed);
        assert_eq!(tolerance.judge(f64::NAN, f64::NAN), Verdict::Regressed);
    }
}
