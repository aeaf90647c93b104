//! Writes numbers as their format says.

use super::{Comparison, NumberFormat, Section, SectionKind, Shown, Token};
use crate::extract::xlsx::number::{fixed, general, significant};
use crate::extract::xlsx::serial;

/// Most digits behind the point.
const MAX_DECIMALS: usize = 30;

pub(super) fn show(format: &NumberFormat, value: f64, epoch_1904: bool) -> Shown {
    let plain = |text: String| Shown { text, is_date: false };
    let Some((section, signed)) = section_for(&format.sections, value) else { return plain(general(value)) };
    match &section.kind {
        SectionKind::General => plain(general(if signed { value } else { value.abs() })),
        SectionKind::Date(parts) => match serial::iso(value, *parts, epoch_1904) {
            Some(text) => Shown { text, is_date: true },
            None => plain(general(value)),
        },
        SectionKind::Digits(tokens) => {
            let text = digits(tokens, value.abs());
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let is_zero = !text.chars().any(|c| ('1'..='9').contains(&c));
            let sign = if value < 0.0 && signed && !is_zero { "-" } else { "" };
            // A format of words alone still stands for a number, and one without anything hides it.
            if text.is_empty() { plain(general(value)) } else { plain(format!("{sign}{text}")) }
        }
    }
}

/// The section for a value and whether it leaves the sign to be written.
fn section_for(sections: &[Section], value: f64) -> Option<(&Section, bool)> {
    if let Some(section) =
        sections.iter().find(|s| s.condition.is_some_and(|condition| holds(condition, value)))
    {
        return Some((section, true));
    }
    let free: Vec<&Section> = sections.iter().take(3).filter(|s| s.condition.is_none()).collect();
    let first = *free.first()?;
    if sections.iter().any(|s| s.condition.is_some()) {
        return Some((first, true));
    }
    Some(match (value < 0.0, value == 0.0) {
        (true, _) => free.get(1).map_or((first, true), |section| (*section, false)),
        (_, true) => (free.get(2).copied().unwrap_or(first), true),
        _ => (first, true),
    })
}

fn holds((comparison, than): (Comparison, f64), value: f64) -> bool {
    match comparison {
        Comparison::Less => value < than,
        Comparison::LessOrEqual => value <= than,
        Comparison::Equal => value == than,
        Comparison::NotEqual => value != than,
        Comparison::Greater => value > than,
        Comparison::GreaterOrEqual => value >= than,
    }
}

/// The absolute value in the digits and words of a section.
fn digits(tokens: &[Token], value: f64) -> String {
    if !value.is_finite() {
        return general(value);
    }
    let value = tokens.iter().filter(|t| **t == Token::Percent).fold(value, |value, _| value * 100.0);
    if let Some(at) = tokens.iter().position(|t| matches!(t, Token::Exponent(_))) {
        return scientific(tokens, at, value);
    }
    let is_digit = |token: &Token| matches!(token, Token::Digit(_));
    if let Some(at) = tokens.iter().position(|t| *t == Token::Slash)
        && tokens.iter().take(at).any(is_digit)
    {
        return fraction(tokens, at, value);
    }
    let point = tokens.iter().position(|t| *t == Token::Point).unwrap_or(tokens.len());
    let (before, behind) = tokens.split_at(point);
    let last = tokens.iter().rposition(is_digit).map_or(0, |at| at + 1);
    // Commas behind the last digit divide by a thousand each, those between digits group them.
    let trailing = |part: &[Token]| part.iter().take_while(|t| **t == Token::Comma).count();
    let end = before.iter().rposition(is_digit).map_or(0, |at| at + 1);
    let scale = trailing(before.get(end..).unwrap_or_default())
        + if last > end { trailing(tokens.get(last..).unwrap_or_default()) } else { 0 };
    let value = (0..scale).fold(value, |value, _| value / 1000.0);
    let start = before.iter().position(is_digit).unwrap_or(end);
    let grouped = before.get(start..end).unwrap_or_default().contains(&Token::Comma);
    let decimals = behind.iter().filter(|t| is_digit(t)).count().min(MAX_DECIMALS);
    let (integer, decimal) = fixed(value, decimals);
    let mut out = integer_part(before, &integer, grouped, value);
    out.push_str(&decimal_part(behind, &decimal));
    out
}

/// Fills the places before the point from the right; the first takes the digits that are left.
fn integer_part(tokens: &[Token], integer: &str, grouped: bool, value: f64) -> String {
    let mut left: Vec<char> = integer.chars().collect();
    let mut places = tokens.iter().filter(|t| matches!(t, Token::Digit(_))).count();
    let (mut reversed, mut written) = (Vec::<String>::new(), 0usize);
    let digit = |c: char, written: &mut usize| {
        let separator = if grouped && *written > 0 && (*written).is_multiple_of(3) { "," } else { "" };
        *written += 1;
        format!("{c}{separator}")
    };
    for token in tokens.iter().rev() {
        match token {
            Token::Digit(place) => {
                places -= 1;
                match left.pop() {
                    Some(c) => reversed.push(digit(c, &mut written)),
                    None if *place == '0' => reversed.push(digit('0', &mut written)),
                    None => {}
                }
                if places == 0 {
                    while let Some(c) = left.pop() {
                        reversed.push(digit(c, &mut written));
                    }
                }
            }
            token => reversed.push(other(token, value)),
        }
    }
    reversed.into_iter().rev().collect()
}

fn decimal_part(tokens: &[Token], decimal: &str) -> String {
    let mut digits = decimal.chars();
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Digit(place) => {
                let rest = digits.as_str();
                let c = digits.next();
                // Places that may stay blank end the number where only zeros are left.
                let blank = *place != '0' && rest.chars().all(|c| c == '0');
                out.extend(c.filter(|_| !blank));
            }
            Token::Point => out.push('.'),
            token => out.push_str(&other(token, 0.0)),
        }
    }
    let bare_point = |text: &str| {
        text.strip_prefix('.').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    if bare_point(&out) && tokens.iter().any(|t| matches!(t, Token::Digit(_))) {
        out.replacen('.', "", 1)
    } else {
        out
    }
}

/// Everything but digits.
fn other(token: &Token, value: f64) -> String {
    match token {
        Token::Literal(text) => text.clone(),
        Token::Percent => "%".to_owned(),
        Token::Slash => "/".to_owned(),
        Token::Value => general(value),
        Token::Point => ".".to_owned(),
        Token::Comma | Token::Digit(_) | Token::Exponent(_) => String::new(),
    }
}

/// `1.98E+08`, the mantissa as many digits before the point as the format has places (`##0.0E+0`).
fn scientific(tokens: &[Token], at: usize, value: f64) -> String {
    let (mantissa, exponent) = tokens.split_at(at);
    let plus = matches!(exponent.first(), Some(Token::Exponent(true)));
    let is_digit = |token: &Token| matches!(token, Token::Digit(_));
    let point = mantissa.iter().position(|t| *t == Token::Point).unwrap_or(mantissa.len());
    let step = i64::try_from(mantissa.iter().take(point).filter(|t| is_digit(t)).count()).unwrap_or(1).max(1);
    let mut power = if value == 0.0 { 0 } else { significant(value).1.div_euclid(step) * step };
    let scaled = |power: i64| value / 10f64.powi(i32::try_from(power).unwrap_or(0));
    let decimals = mantissa.iter().skip(point).filter(|t| is_digit(t)).count().min(MAX_DECIMALS);
    if fixed(scaled(power), decimals).0.len() > usize::try_from(step).unwrap_or(1) {
        power += step;
    }
    let places = exponent.iter().filter(|t| is_digit(t)).count();
    let sign = if power < 0 {
        "-"
    } else if plus {
        "+"
    } else {
        ""
    };
    format!("{}E{sign}{:0places$}", digits(mantissa, scaled(power)), power.abs())
}

/// `2 1/2`: the nearest fraction whose denominator has the digits of the format, or is the one it names.
fn fraction(tokens: &[Token], at: usize, value: f64) -> String {
    let (before, behind) = tokens.split_at(at);
    let named: String = behind
        .iter()
        .skip(1)
        .map_while(|token| match token {
            Token::Literal(text) => Some(text.as_str()),
            Token::Digit('0') => Some("0"),
            _ => None,
        })
        .collect();
    let places = behind.iter().filter(|t| matches!(t, Token::Digit(_))).count().clamp(1, 3);
    let whole = value.floor();
    let part = value - whole;
    let denominators = match named.trim().parse::<u32>() {
        Ok(named) if (1..=1000).contains(&named) => named..=named,
        _ => 1..=10u32.pow(u32::try_from(places).unwrap_or(1)) - 1,
    };
    let distance =
        |denominator: u32| (part - (part * f64::from(denominator)).round() / f64::from(denominator)).abs();
    let denominator = denominators.min_by(|a, b| distance(*a).total_cmp(&distance(*b))).unwrap_or(1);
    let numerator = (part * f64::from(denominator)).round();
    // `# ?/?` writes the whole number apart, `?/?` does not.
    let apart = before.iter().filter(|t| matches!(t, Token::Literal(text) if text == " ")).count() > 0;
    let whole = if numerator == f64::from(denominator) { whole + 1.0 } else { whole };
    if numerator == 0.0 || numerator == f64::from(denominator) {
        general(whole)
    } else if !apart {
        format!("{}/{denominator}", general(whole * f64::from(denominator) + numerator))
    } else if whole == 0.0 {
        format!("{}/{denominator}", general(numerator))
    } else {
        format!("{} {}/{denominator}", general(whole), general(numerator))
    }
}
