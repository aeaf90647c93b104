/// What a figure has to keep to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) baseline: Option<f64>,
    pub(super) drop: Option<f64>,
}

/// What a figure may lose of its baseline unless the gate says so: processors differ in the last bits of a sum, and a tie
/// in a ranking may fall another way.
const DROP: f64 = 0.005;

impl Bounds {
    /// Each bound that a value breaks, in words. One that is not a number breaks every bound.
    pub(super) fn broken_by(self, value: f64) -> Vec<String> {
        let mut broken = Vec::new();
        if let Some(min) = self.min.filter(|&min| !at_least(value, min)) {
            broken.push(format!("below {min}"));
        }
        if let Some(max) = self.max.filter(|&max| !at_least(max, value)) {
            broken.push(format!("above {max}"));
        }
        let drop = self.drop.unwrap_or(DROP);
        if let Some(baseline) = self.baseline.filter(|&baseline| !at_least(value, baseline - drop)) {
            broken.push(format!("{:.4} below its baseline {baseline:.4}", baseline - value));
        }
        broken
    }

    /// Says what keeps these bounds from ever being broken; `others` are there besides.
    pub(super) fn validate(self, others: bool) -> Result<(), String> {
        let all = [self.min, self.max, self.baseline];
        if all.iter().all(Option::is_none) && !others {
            return Err("no bound, give min, max, baseline or above".to_owned());
        }
        if all.into_iter().chain([self.drop]).flatten().any(|bound| !bound.is_finite()) {
            return Err("a bound is not a number".to_owned());
        }
        if self.drop.is_some_and(|drop| drop < 0.0 || self.baseline.is_none()) {
            return Err("drop is at least 0, and says what may be lost of a baseline".to_owned());
        }
        Ok(())
    }
}

fn at_least(value: f64, bound: f64) -> bool {
    value >= bound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_lets_a_little_pass() {
        let bounds = |drop| Bounds { min: None, max: None, baseline: Some(0.5), drop };
        assert!(bounds(None).broken_by(0.4951).is_empty());
        assert_eq!(bounds(None).broken_by(0.4), ["0.1000 below its baseline 0.5000"]);
        assert!(
            bounds(Some(0.0)).broken_by(0.4999).len() == 1 && bounds(Some(0.2)).broken_by(0.4).is_empty()
        );
        assert_eq!(bounds(None).broken_by(f64::NAN).len(), 1);
    }

    #[test]
    fn bounds_that_bind_nothing_are_refused() {
        let none = Bounds { min: None, max: None, baseline: None, drop: None };
        assert!(none.validate(false).is_err() && none.validate(true).is_ok());
        assert!(Bounds { drop: Some(0.1), ..none }.validate(true).is_err());
        assert!(Bounds { baseline: Some(f64::NAN), ..none }.validate(false).is_err());
        assert!(Bounds { baseline: Some(0.5), drop: Some(-0.1), ..none }.validate(false).is_err());
    }
}
