//! Reads format codes.

use super::{Comparison, NumberFormat, Section, SectionKind, Token};
use crate::extract::xlsx::serial::DateParts;

/// Most characters of a code that are read.
const MAX_CODE_CHARS: usize = 500;

/// The code of a format that files name by its number only; those of dates in the order of days are given in ISO form anyway.
pub(in crate::extract::xlsx) fn builtin(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 | 6 => "$#,##0;($#,##0)",
        7 | 8 => "$#,##0.00;($#,##0.00)",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14..=16 | 27..=31 | 36 | 50..=54 | 57 | 58 => "yyyy-mm-dd",
        17 => "yyyy-mm",
        18 | 20 | 32 | 34 | 55 => "hh:mm",
        19 | 21 | 33 | 35 | 56 => "hh:mm:ss",
        22 => "yyyy-mm-dd hh:mm",
        37 | 38 => "#,##0;(#,##0)",
        39 | 40 => "#,##0.00;(#,##0.00)",
        41 => "#,##0;(#,##0);-",
        42 => "$#,##0;($#,##0);$-",
        43 => "#,##0.00;(#,##0.00);-",
        44 => "$#,##0.00;($#,##0.00);$-",
        45 | 47 => "mm:ss",
        46 => "[h]:mm:ss",
        48 => "##0.0E+0",
        _ => "General",
    }
}

pub(super) fn parse(code: &str) -> NumberFormat {
    let characters: Vec<char> = code.chars().take(MAX_CODE_CHARS).collect();
    let mut sections = Vec::new();
    let mut rest = characters.as_slice();
    loop {
        let (section, after) = section(rest);
        sections.push(section);
        match after {
            Some(after) if sections.len() < 4 => rest = after,
            _ => return NumberFormat { sections },
        }
    }
}

/// Reads one section; what comes behind its semicolon is the next one.
fn section(characters: &[char]) -> (Section, Option<&[char]>) {
    let mut section = Section { condition: None, kind: SectionKind::General };
    let mut tokens = Vec::new();
    let mut date = DateLetters::default();
    let mut at = 0;
    let mut after = None;
    while let Some(&c) = characters.get(at) {
        at += 1;
        let rest = characters.get(at..).unwrap_or_default();
        match c {
            ';' => {
                after = Some(rest);
                break;
            }
            '"' => {
                let text: String = rest.iter().take_while(|c| **c != '"').collect();
                at += text.chars().count() + 1;
                tokens.push(Token::Literal(text));
            }
            '\\' | '!' => {
                tokens.extend(rest.first().map(|c| Token::Literal(c.to_string())));
                at += 1;
            }
            // A space as wide as the next character, or the next character as often as there is room.
            '_' | '*' => {
                at += 1;
                if c == '_' {
                    tokens.push(Token::Literal(" ".to_owned()));
                }
            }
            '[' => {
                let inside: String = rest.iter().take_while(|c| **c != ']').collect();
                at += inside.chars().count() + 1;
                bracket(&inside, &mut section, &mut tokens, &mut date);
            }
            '0' | '#' | '?' => tokens.push(Token::Digit(c)),
            '.' => tokens.push(Token::Point),
            ',' => tokens.push(Token::Comma),
            '%' => tokens.push(Token::Percent),
            '/' => tokens.push(Token::Slash),
            '@' => tokens.push(Token::Value),
            'E' | 'e' if matches!(rest.first(), Some('+' | '-')) => {
                tokens.push(Token::Exponent(rest.first() == Some(&'+')));
                at += 1;
            }
            'G' | 'g' if starts(rest, "eneral") => {
                tokens.push(Token::Value);
                at += "eneral".len();
            }
            'A' | 'a' if starts(rest, "m/pm") || starts(rest, "/p") => {
                date.letter('h');
                at += if starts(rest, "m/pm") { 4 } else { 2 };
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => date.letter(c.to_ascii_lowercase()),
            c => tokens.push(Token::Literal(c.to_string())),
        }
    }
    let only_value = matches!(tokens.as_slice(), [Token::Value]);
    section.kind = match date.parts() {
        Some(parts) => SectionKind::Date(parts),
        None if only_value => SectionKind::General,
        None => SectionKind::Digits(tokens),
    };
    (section, after)
}

fn starts(characters: &[char], word: &str) -> bool {
    word.chars().zip(0..).all(|(w, i)| characters.get(i).is_some_and(|c| c.eq_ignore_ascii_case(&w)))
}

/// `[Red]`, `[>100]`, `[$€-407]`, `[h]`.
fn bracket(inside: &str, section: &mut Section, tokens: &mut Vec<Token>, date: &mut DateLetters) {
    let comparisons = [
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<>", Comparison::NotEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ];
    let lower = inside.to_ascii_lowercase();
    if let Some(currency) = inside.strip_prefix('$') {
        let symbol = currency.split('-').next().unwrap_or_default();
        if !symbol.is_empty() {
            tokens.push(Token::Literal(symbol.to_owned()));
        }
    } else if let Some((number, comparison)) =
        comparisons.iter().find_map(|(sign, comparison)| Some((inside.strip_prefix(sign)?, *comparison)))
    {
        section.condition = number.trim().parse().ok().map(|number| (comparison, number));
    } else if let Some(first) = lower.chars().next()
        && matches!(first, 'h' | 'm' | 's')
        && lower.chars().all(|c| c == first)
    {
        date.elapsed = true;
        date.letter(if first == 'm' { 'h' } else { first });
    }
}

/// The letters of a date in a section, one for every run.
#[derive(Debug, Default)]
struct DateLetters {
    runs: String,
    elapsed: bool,
}

impl DateLetters {
    fn letter(&mut self, letter: char) {
        if !self.runs.ends_with(letter) {
            self.runs.push(letter);
        }
    }

    /// What the letters show; `m` behind hours or before seconds is minutes.
    fn parts(&self) -> Option<DateParts> {
        let letters: Vec<char> = self.runs.chars().collect();
        let mut parts = DateParts { elapsed: self.elapsed, ..DateParts::default() };
        for (i, letter) in letters.iter().enumerate() {
            let beside = |at: Option<usize>, wanted| at.and_then(|at| letters.get(at)) == Some(&wanted);
            match letter {
                'y' => parts.year = true,
                'd' => parts.day = true,
                'm' if beside(i.checked_sub(1), 'h') || beside(Some(i + 1), 's') => parts.time = true,
                'm' => parts.month = true,
                's' => (parts.time, parts.seconds) = (true, true),
                _ => parts.time = true,
            }
        }
        (!letters.is_empty()).then_some(parts)
    }
}
