//! Numbers as lists and headings show them.

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberFormat {
    /// 1, 2, 3.
    Decimal,
    /// 01, 02, 03.
    DecimalZero,
    /// a, b, c, then aa, bb, cc.
    LowerLetter,
    /// A, B, C, then AA, BB, CC.
    UpperLetter,
    /// i, ii, iii.
    LowerRoman,
    /// I, II, III.
    UpperRoman,
    /// A sign instead of a number.
    Bullet,
    /// Nothing.
    None,
}

/// Most repetitions of a letter; above, the number is written as a decimal.
const MAX_LETTERS: u32 = 20;

/// `number` as `format` writes it; nothing for bullets.
pub(crate) fn format_number(number: u32, format: NumberFormat) -> String {
    match format {
        NumberFormat::Decimal => number.to_string(),
        NumberFormat::DecimalZero => format!("{number:02}"),
        NumberFormat::LowerLetter => letters(number),
        NumberFormat::UpperLetter => letters(number).to_uppercase(),
        NumberFormat::LowerRoman => roman(number),
        NumberFormat::UpperRoman => roman(number).to_uppercase(),
        NumberFormat::Bullet | NumberFormat::None => String::new(),
    }
}

fn letters(number: u32) -> String {
    let Some(index) = number.checked_sub(1).filter(|index| index / 26 < MAX_LETTERS) else {
        return number.to_string();
    };
    let letter = char::from(b'a' + (index % 26) as u8);
    std::iter::repeat_n(letter, (index / 26 + 1) as usize).collect()
}

fn roman(number: u32) -> String {
    const DIGITS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let (mut rest, mut out) = (number, String::new());
    for (value, digit) in DIGITS {
        while rest >= value {
            out.push_str(digit);
            rest -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_processors_write_them() {
        let all = [
            (7, NumberFormat::DecimalZero, "07"),
            (26, NumberFormat::LowerLetter, "z"),
            (28, NumberFormat::UpperLetter, "BB"),
            (0, NumberFormat::LowerLetter, "0"),
            (4_000_000_000, NumberFormat::LowerLetter, "4000000000"),
            (1994, NumberFormat::UpperRoman, "MCMXCIV"),
            (4, NumberFormat::LowerRoman, "iv"),
            (9, NumberFormat::Bullet, ""),
        ];
        for (number, format, expected) in all {
            assert_eq!(format_number(number, format), expected);
        }
    }
}
