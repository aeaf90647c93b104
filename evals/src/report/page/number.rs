//! How numbers are written: a fixed count of decimals, thousands apart, a minus as wide as a digit.

/// The sign of negative numbers, U+2212, which has the width of a digit.
pub(super) const MINUS: char = '\u{2212}';

/// What stands where there is no number.
pub(super) const NOTHING: &str = "\u{2013}";

/// `value` with `decimals` places after the point and commas between thousands; [`NOTHING`] when it is not finite. What
/// rounds to zero has no sign.
pub(in crate::report) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::new();
    if value < 0.0 && digits.bytes().any(|digit| matches!(digit, b'1'..=b'9')) {
        text.push(MINUS);
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A number that differs from zero by its sign always: `+0.012`, `−0.003`, `0.000`.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let zero = !text.bytes().any(|digit| matches!(digit, b'1'..=b'9'));
    if zero || value < 0.0 || !value.is_finite() { text } else { format!("+{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_thousands_and_signs() {
        for (value, decimals, text) in [
            (0.35266, 3, "0.353"),
            (-0.0125, 3, "\u{2212}0.013"),
            (12_456.151_569, 1, "12,456.2"),
            (999.9, 0, "1,000"),
            (1_234_567.0, 0, "1,234,567"),
            (100.0, 0, "100"),
            (-0.0001, 3, "0.000"),
            (-1000.0, 0, "\u{2212}1,000"),
            (0.0, 2, "0.00"),
            (f64::NAN, 2, "\u{2013}"),
            (f64::INFINITY, 2, "\u{2013}"),
        ] {
            assert_eq!(fixed(value, decimals), text, "{value}");
        }
    }

    #[test]
    fn a_difference_shows_its_sign() {
        assert_eq!(signed(0.012, 3), "+0.012");
        assert_eq!(signed(-0.012, 3), "\u{2212}0.012");
        assert_eq!(signed(0.0001, 3), "0.000");
        assert_eq!(signed(f64::NAN, 3), "\u{2013}");
    }
}
