//! Where the marks of an axis stand: at numbers a person would choose.

use super::super::number::fixed;
use super::scale::Scale;

/// One mark of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// The value it stands at.
    pub value: f64,
    /// What is written there.
    pub label: String,
}

/// A scale and its marks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    /// From the first mark to the last.
    pub scale: Scale,
    /// In rising order, at least two.
    pub ticks: Vec<Tick>,
}

/// Marks at multiples of 1, 2 or 5 times a power of ten that take in all of `low..=high`, about `count` of them.
///
/// "Loose labelling" of Heckbert, *Nice Numbers for Graph Labels*, Graphics Gems (1990), pp. 61-63, but for his rounding
/// of the extent before it is divided, which leaves too few marks.
pub(super) fn linear(low: f64, high: f64, count: usize) -> Ticks {
    let (low, high) = widened(low, high);
    let step = Step::near((high - low) / (count.max(2) - 1) as f64);
    let first = (low / step.value() + 1e-9).floor();
    let last = (high / step.value() - 1e-9).ceil().max(first + 1.0);
    let mut ticks = Vec::new();
    let mut multiple = first;
    while multiple <= last {
        let value = step.times(multiple);
        ticks.push(Tick { value, label: fixed(value, step.decimals()) });
        multiple += 1.0;
    }
    Ticks { scale: Scale::Linear { from: step.times(first), to: step.times(last) }, ticks }
}

/// Marks on a logarithmic axis that take in all of `low..=high`: at 1, 2 and 5 times powers of ten where at most `most`
/// of them do, else at powers of ten, else at every second, third... one. Values that are not above zero are left out of
/// account.
pub(super) fn logarithmic(low: f64, high: f64, most: usize) -> Ticks {
    let high = if high.is_finite() && high > 0.0 { high } else { 1.0 };
    let low = if low.is_finite() && low > 0.0 { low.min(high) } else { high };
    // Twelve decades show any distribution of times; a stray zero-like value must not add a hundred more.
    let low = low.max(high * 1e-12);
    let fine = around(low, high, |rung| rung);
    if fine.len() <= most {
        return of_values(fine);
    }
    let mut stride = 3;
    loop {
        let coarse = around(low, high, |rung| rung * stride);
        if coarse.len() <= most.max(2) || stride > 120 {
            return of_values(coarse);
        }
        stride += 3;
    }
}

/// The values of consecutive rungs, the first at most `low` and the last at least `high` and above the first.
fn around(low: f64, high: f64, rung_of: impl Fn(i32) -> i32) -> Vec<Step> {
    let step = |index: i32| Step::rung(rung_of(index));
    let mut first = 0;
    while step(first).value() > low {
        first -= 1;
    }
    while step(first + 1).value() <= low {
        first += 1;
    }
    let mut last = first + 1;
    while step(last).value() < high {
        last += 1;
    }
    (first..=last).map(step).collect()
}

fn of_values(steps: Vec<Step>) -> Ticks {
    let from = steps.first().map_or(1.0, |step| step.value());
    let to = steps.last().map_or(10.0, |step| step.value());
    let tick = |step: Step| Tick { value: step.value(), label: fixed(step.value(), step.decimals()) };
    Ticks { scale: Scale::Logarithmic { from, to }, ticks: steps.into_iter().map(tick).collect() }
}

/// An interval with an extent: a single value gets room on both sides, and ends that are no numbers become 0 and 1.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let (low, high) = match (low.is_finite(), high.is_finite()) {
        (true, true) => (low.min(high), low.max(high)),
        (true, false) => (low, low),
        (false, true) => (high, high),
        (false, false) => (0.0, 1.0),
    };
    let least = f64::max(low.abs(), high.abs()) * 1e-6;
    if high - low > least.max(1e-12) {
        return (low, high);
    }
    let room = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
    (low - room, high + room)
}

/// 1, 2 or 5 times a power of ten, kept as such so that multiples come out as the decimal numbers they are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    mantissa: f64,
    exponent: i32,
}

impl Step {
    /// The step nearest to `extent`, by Heckbert's limits.
    fn near(extent: f64) -> Self {
        let exponent = extent.log10().floor();
        let fraction = extent / 10f64.powf(exponent);
        let exponent = exponent as i32;
        match fraction {
            ..1.5 => Self { mantissa: 1.0, exponent },
            ..3.0 => Self { mantissa: 2.0, exponent },
            ..7.0 => Self { mantissa: 5.0, exponent },
            _ => Self { mantissa: 1.0, exponent: exponent + 1 },
        }
    }

    /// 1, 2, 5, 10, 20... for 0, 1, 2, 3, 4...
    fn rung(rung: i32) -> Self {
        let mantissa = match rung.rem_euclid(3) {
            0 => 1.0,
            1 => 2.0,
            _ => 5.0,
        };
        Self { mantissa, exponent: rung.div_euclid(3) }
    }

    fn value(self) -> f64 {
        self.times(1.0)
    }

    /// A multiple; dividing by a power of ten rounds correctly where multiplying by its inverse does not.
    fn times(self, multiple: f64) -> f64 {
        let power = 10f64.powi(self.exponent.abs());
        let product = self.mantissa * multiple;
        let value = if self.exponent < 0 { product / power } else { product * power };
        value + 0.0
    }

    fn decimals(self) -> usize {
        usize::try_from(-self.exponent).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(ticks: &Ticks) -> Vec<&str> {
        ticks.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn numbers_a_person_would_choose() {
        for (low, high, count, expected) in [
            (0.0, 1.0, 6, "0.0 0.2 0.4 0.6 0.8 1.0"),
            (0.0, 0.353, 5, "0.0 0.1 0.2 0.3 0.4"),
            (0.3273, 0.3526, 4, "0.32 0.33 0.34 0.35 0.36"),
            (0.0, 24_742.0, 4, "0 10,000 20,000 30,000"),
            (-0.12, 0.07, 4, "\u{2212}0.15 \u{2212}0.10 \u{2212}0.05 0.00 0.05 0.10"),
            (105.0, 543.0, 5, "100 200 300 400 500 600"),
            (0.5, 0.5, 3, "0.45 0.50 0.55"),
            (0.0, 0.0, 3, "\u{2212}1 0 1"),
            (f64::NAN, f64::INFINITY, 3, "0.0 0.5 1.0"),
        ] {
            assert_eq!(labels(&linear(low, high, count)).join(" "), expected, "{low} to {high}");
        }
    }

    #[test]
    fn logarithmic_marks_thin_out() {
        for (low, high, most, expected) in [
            (1.3, 18.0, 7, "1 2 5 10 20"),
            (0.4, 9.0, 6, "0.2 0.5 1 2 5 10"),
            (0.4, 9_000.0, 6, "0.1 1 10 100 1,000 10,000"),
            (0.001, 90_000.0, 5, "0.001 1 1,000 1,000,000"),
            (5.0, 5.0, 6, "5 10"),
            (0.0, 0.0, 6, "1 2"),
            (f64::NAN, 3.0, 6, "2 5"),
        ] {
            assert_eq!(labels(&logarithmic(low, high, most)).join(" "), expected, "{low} to {high}");
        }
    }

    proptest! {
        #[test]
        fn marks_take_in_the_values_and_are_few(
            a in -1e6..1e6f64, extent in 1e-4..1e6f64, count in 2..9usize
        ) {
            let ticks = linear(a, a + extent, count);
            let (first, last) = (ticks.ticks[0].value, ticks.ticks[ticks.ticks.len() - 1].value);
            let step = ticks.ticks[1].value - first;
            prop_assert!(first <= a + step * 1e-6 && last >= a + extent - step * 1e-6);
            prop_assert!(a - first < step * (1.0 + 1e-6) && last - a - extent < step * (1.0 + 1e-6));
            prop_assert!(ticks.ticks.len() >= 2 && ticks.ticks.len() <= 3 * count);
            let mut seen = labels(&ticks);
            seen.dedup();
            prop_assert_eq!(seen.len(), ticks.ticks.len(), "two marks look the same");
        }

        #[test]
        fn logarithmic_marks_take_in_the_values_and_are_few(
            low in -3.0..5.0f64, decades in 0.0..6.0f64, most in 4..9usize
        ) {
            let (low, high) = (10f64.powf(low), 10f64.powf(low + decades));
            let ticks = logarithmic(low, high, most);
            prop_assert!(ticks.ticks[0].value <= low && ticks.ticks[ticks.ticks.len() - 1].value >= high);
            prop_assert!(ticks.ticks.len() >= 2 && ticks.ticks.len() <= most);
            prop_assert!(ticks.ticks.windows(2).all(|pair| pair[0].value < pair[1].value));
        }
    }
}
