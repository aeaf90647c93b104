//! Quantiles of a sample.

/// The quantile `q` (0 to 1) of values in ascending order, interpolated linearly between the two nearest: type 7 of
/// Hyndman and Fan (1996), what `numpy.quantile` and R compute unless told otherwise. `None` when there are no values.
#[must_use]
pub fn quantile(ascending: &[f64], q: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * last as f64;
    between(ascending, place.floor() as usize, place.fract())
}

/// The quantile `part / parts`, as [`quantile`]; where that is the place of a value, it is that value and not one that is
/// off by rounding, so that values can be compared with it. `None` without values or parts.
#[must_use]
pub fn quantile_of_parts(ascending: &[f64], part: usize, parts: usize) -> Option<f64> {
    let place = part.min(parts) * ascending.len().checked_sub(1)?;
    between(ascending, place.checked_div(parts)?, (place % parts) as f64 / parts as f64)
}

fn between(ascending: &[f64], below: usize, share: f64) -> Option<f64> {
    let low = *ascending.get(below)?;
    let high = ascending.get(below + 1).copied().unwrap_or(low);
    Some(low + (high - low) * share)
}

/// The median: the middle value, or the mean of the two middle ones. `None` when there are no values.
#[must_use]
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    quantile(&values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_values_it_is_linear() {
        let values = [1.0, 2.0, 4.0, 8.0];
        let quantiles = [0.0, 1.0 / 6.0, 1.0 / 3.0, 0.5, 0.75, 1.0].map(|q| quantile(&values, q));
        assert_eq!(quantiles, [1.0, 1.5, 2.0, 3.0, 5.0, 8.0].map(Some));
        assert_eq!(quantile(&[7.0], 0.3), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn parts_hit_the_values_they_should() {
        let values: Vec<f64> = (0..37).map(|index| f64::from(index) / 7.0).collect();
        for part in 0..=12 {
            assert_eq!(quantile_of_parts(&values, part, 12), Some(values[part * 3]));
        }
        assert_eq!(quantile_of_parts(&[1.0, 2.0], 1, 4), Some(1.25));
        assert_eq!((quantile_of_parts(&values, 1, 0), quantile_of_parts(&[], 0, 1)), (None, None));
    }

    #[test]
    fn the_median_needs_no_order() {
        assert_eq!(median(vec![9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(vec![9.0, 1.0, 4.0, 5.0]), Some(4.5));
        assert_eq!(median(Vec::new()), None);
    }
}
