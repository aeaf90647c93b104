//! What a value of a file of rows is, as far as it tells data from names of columns.

use crate::extract::grid::CellKind;

/// The kind of a value by its look; anything that is neither a number nor a date is text.
pub(super) fn kind(text: &str) -> CellKind {
    let text = text.trim();
    if matches!(text.to_ascii_lowercase().as_str(), "true" | "false") {
        CellKind::Other
    } else if is_number(text) {
        CellKind::Number
    } else if is_date(text) {
        CellKind::Date
    } else {
        CellKind::Text
    }
}

/// Digits with the signs of amounts around and between them: `-1.234,50 €`, `12 %`, `1e-5`, `(300)`.
fn is_number(text: &str) -> bool {
    let signs = |c: char| "+-.,()%$€£¥ \u{a0}\u{202f}'".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && digits * 2 >= text.chars().count().saturating_sub(2)
        && text
            .chars()
            .enumerate()
            .all(|(i, c)| c.is_ascii_digit() || signs(c) || (i > 0 && matches!(c, 'e' | 'E') && digits > 1))
        && !is_date(text)
}

/// Three groups of digits with the same separator, one of them a year or two of them small, with or without a time.
fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    let Some(separator) = day.chars().find(|c| !c.is_ascii_digit()) else { return false };
    if !matches!(separator, '-' | '/' | '.') {
        return false;
    }
    let groups: Vec<&str> = day.split(separator).collect();
    groups.len() == 3
        && groups.iter().all(|g| matches!(g.len(), 1 | 2 | 4) && g.bytes().all(|b| b.is_ascii_digit()))
        && groups.iter().filter(|g| g.len() == 4).count() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_told_from_words() {
        for number in ["12", "-1.234,50 €", "1e-5", "12 %", "(300)", "1 234.5", "$5"] {
            assert_eq!(kind(number), CellKind::Number, "{number}");
        }
        for date in ["2024-01-05", "5.1.2024", "01/02/24", "2024-01-05T10:00:00Z"] {
            assert_eq!(kind(date), CellKind::Date, "{date}");
        }
        for text in ["Q1", "e", "Zone 5", "-", "A-1-2", ""] {
            assert_eq!(kind(text), CellKind::Text, "{text}");
        }
    }
}
