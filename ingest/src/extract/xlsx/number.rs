//! Decimal digits of numbers. A workbook keeps 15 of them; what a binary fraction adds behind those is noise.

/// Digits that a workbook keeps.
const DIGITS: usize = 15;
/// Numbers from here on are written with an exponent.
const MAX_PLAIN: f64 = 1e21;
/// Below this as well.
const MIN_PLAIN: f64 = 1e-9;

/// The number as a cell without a format shows it.
pub(super) fn general(value: f64) -> String {
    let rounded: f64 = format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    if rounded.abs() >= MAX_PLAIN || rounded.abs() < MIN_PLAIN {
        format!("{rounded:e}")
    } else {
        rounded.to_string()
    }
}

/// The absolute value with `decimals` digits behind the point, halves rounded up as in a sheet.
pub(super) fn fixed(value: f64, decimals: usize) -> (String, String) {
    let (digits, exponent) = significant(value.abs());
    // `point` digits come before the decimal point.
    let point = exponent + 1;
    let kept = point + i64::try_from(decimals).unwrap_or(i64::MAX);
    let mut shown: Vec<u8> = match usize::try_from(kept) {
        Ok(kept) => digits.iter().copied().chain(std::iter::repeat(0)).take(kept).collect(),
        Err(_) => Vec::new(),
    };
    let next = usize::try_from(kept).ok().and_then(|kept| digits.get(kept)).copied().unwrap_or(0);
    let mut point = point;
    if next >= 5 {
        let mut carry = true;
        for digit in shown.iter_mut().rev() {
            *digit = if *digit == 9 { 0 } else { *digit + 1 };
            carry = *digit == 0;
            if !carry {
                break;
            }
        }
        if carry {
            shown.insert(0, 1);
            point += 1;
        }
    }
    let mut text: String = shown.iter().map(|digit| char::from(b'0' + digit)).collect();
    if point < 1 {
        let missing = usize::try_from(-point).unwrap_or(0).min(decimals);
        text.insert_str(0, &"0".repeat(missing));
        point = 0;
    }
    let at = usize::try_from(point).unwrap_or(0).min(text.len());
    let mut fraction = text.split_off(at);
    while fraction.len() < decimals {
        fraction.push('0');
    }
    (text.trim_start_matches('0').to_owned(), fraction)
}

/// The significant digits and the exponent of the first one.
pub(super) fn significant(value: f64) -> (Vec<u8>, i64) {
    let text = format!("{value:.*e}", DIGITS - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    (digits, exponent.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_noise_is_not_shown() {
        assert_eq!(general(0.1 + 0.2), "0.3");
        assert_eq!(general("2.5000000000000001E-2".parse().unwrap()), "0.025");
        assert_eq!(general("19.989999999999998".parse().unwrap()), "19.99");
        assert_eq!(general(123_456_789_012.0), "123456789012");
        assert_eq!(general(-7.0), "-7");
        assert_eq!(general(-0.0), "0");
        assert_eq!(general(1.5e300), "1.5e300");
        assert_eq!(general(f64::NAN), "NaN");
    }

    #[test]
    fn halves_are_rounded_up_in_decimal() {
        let text = |value, decimals| {
            let (integer, fraction) = fixed(value, decimals);
            format!("{integer}.{fraction}")
        };
        assert_eq!(text(2.675, 2), "2.68");
        assert_eq!(text(1599.99, 2), "1599.99");
        assert_eq!(text(0.005, 2), ".01");
        assert_eq!(text(0.000_49, 2), ".00");
        assert_eq!(text(0.04, 1), ".0");
        assert_eq!(text(999.995, 2), "1000.00");
        assert_eq!(text(0.5, 0), "1.");
        assert_eq!(text(0.95, 1), "1.0");
        assert_eq!(text(0.0, 2), ".00");
        assert_eq!(text(1e17, 1), "100000000000000000.0");
        assert_eq!(text(1e-300, 3), ".000");
    }
}
