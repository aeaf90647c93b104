//! Roman numerals: `XIX`, `IV`. One letter alone is not trusted.

use super::super::tokens::Text;

/// Two or three letters that are read as something else more often.
const OTHER: &[&str] = &[
    "CV", "DC", "CD", "MC", "MD", "DM", "CC", "MM", "LL", "ID", "CL", "ML", "DL", "LC", "DV", "CI", "DI",
    "LI", "MI", "MIX",
];

/// The value of the capital numeral at `at`, when it is well formed.
pub(super) fn numeral(text: &Text<'_>, at: usize) -> Option<f64> {
    let token = text.get(at).filter(|t| t.caps)?;
    let word = &text.raw[token.span.clone()];
    if OTHER.contains(&word) {
        return None;
    }
    let mut digits = Vec::new();
    for c in word.chars() {
        digits.push(match c {
            'I' => 1_u32,
            'V' => 5,
            'X' => 10,
            'L' => 50,
            'C' => 100,
            'D' => 500,
            'M' => 1000,
            _ => return None,
        });
    }
    let mut value = 0;
    for (i, digit) in digits.iter().enumerate() {
        if digits.get(i + 1).is_some_and(|next| next > digit) {
            value -= i64::from(*digit);
        } else {
            value += i64::from(*digit);
        }
    }
    let value = u32::try_from(value).ok()?;
    (write(value) == word).then_some(f64::from(value))
}

fn write(mut value: u32) -> String {
    const PARTS: &[(u32, &str)] = &[
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut out = String::new();
    for (worth, letters) in PARTS {
        while value >= *worth {
            out.push_str(letters);
            value -= worth;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use footnote_index::Language;

    #[test]
    fn only_well_formed_numerals_count() {
        let value = |word: &str| numeral(&Text::read(word, Language::Polish), 0);
        assert_eq!(value("XIX"), Some(19.0));
        assert_eq!(value("IV"), Some(4.0));
        assert_eq!(value("MCMXCIX"), Some(1999.0));
        assert_eq!(value("IIX"), None);
        assert_eq!(value("CV"), None);
        assert_eq!(value("X"), None);
    }
}
