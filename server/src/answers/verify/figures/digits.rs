//! Numbers written with digits: `1.250,50`, `1,200`, `12 000`, `1’000’000`, `-5`, `6½`.

use footnote_index::Language;

use super::super::tokens::{Shape, Text};

/// A number read from tokens.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// What it can mean: `1.250` is 1250 to some writers and 1.25 to others.
    pub(super) values: Vec<f64>,
    /// The token after it.
    pub(super) end: usize,
    /// Plain digits without marks: it can be a year, a day, a part of a code.
    pub(super) plain: bool,
}

/// The number that starts at `at`, its sign left out.
pub(super) fn number(text: &Text<'_>, at: usize) -> Option<Number> {
    if let Some(value) = vulgar(text, at) {
        return Some(Number { values: vec![value], end: at + 1, plain: false });
    }
    let first = text.get(at).filter(|t| t.is_digits())?;
    let mut groups = vec![first.folded.as_str()];
    let mut marks = Vec::new();
    let mut end = at + 1;
    while let Some((mark, next)) = separator(text, end, &groups) {
        let Some(group) = text.get(next).filter(|t| t.is_digits()) else { break };
        groups.push(group.folded.as_str());
        marks.push(mark);
        end = next + 1;
    }
    let mut values = interpret(&groups, &marks, text.language);
    if values.is_empty() {
        // Not one number: the first group alone.
        values = vec![first.folded.parse().ok()?];
        end = at + 1;
        marks.clear();
    }
    if let Some(half) = vulgar(text, end).filter(|_| marks.is_empty()) {
        values.iter_mut().for_each(|v| *v += half);
        return Some(Number { values, end: end + 1, plain: false });
    }
    Some(Number { values, end, plain: marks.is_empty() })
}

/// A mark that joins digit groups at `at`, and where the next group is. A space counts as one when it is single and what stands
/// around it has the shape of thousands.
fn separator(text: &Text<'_>, at: usize, groups: &[&str]) -> Option<(char, usize)> {
    let token = text.get(at)?;
    if token.spaced {
        let gap = &text.raw[text.before(at)?.span.end..token.span.start];
        let mut chars = gap.chars();
        let space = chars.next().filter(|_| chars.next().is_none())?;
        let thousands = token.is_digits()
            && token.folded.len() == 3
            && matches!(space, ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}')
            && groups.first().is_some_and(|g| g.len() <= 3 && !g.starts_with('0'))
            && groups[1..].iter().all(|g| g.len() == 3);
        return thousands.then_some((' ', at));
    }
    if token.shape != Shape::Mark || text.get(at + 1).is_none_or(|t| t.spaced) {
        return None;
    }
    matches!(token.folded.as_str(), "." | "," | "'" | "’")
        .then(|| (token.folded.chars().next().unwrap_or('.'), at + 1))
}

/// What the groups can mean, the custom of the language first.
fn interpret(groups: &[&str], marks: &[char], language: Language) -> Vec<f64> {
    let parse = |text: String| text.parse::<f64>().ok();
    let thousands = |groups: &[&str]| {
        groups.first().is_some_and(|g| (1..=3).contains(&g.len()) && *g != "0")
            && groups[1..].iter().all(|g| g.len() == 3)
    };
    let Some((&last, earlier)) = marks.split_last() else {
        return parse(groups.concat()).into_iter().collect();
    };
    let same = earlier.iter().all(|m| *m == last);
    let decimal_mark = matches!(last, '.' | ',');
    let mut values = Vec::new();
    if same && thousands(groups) {
        values.extend(parse(groups.concat()));
    }
    let (whole, fraction) = groups.split_at(groups.len() - 1);
    let one_kind = earlier.windows(2).all(|w| w[0] == w[1]);
    let grouped = earlier.is_empty() || (one_kind && thousands(whole) && earlier.first() != Some(&last));
    if decimal_mark && grouped {
        let decimal = parse(format!("{}.{}", whole.concat(), fraction.concat()));
        let custom = if language == Language::English { last == '.' } else { last == ',' };
        if values.is_empty() {
            values.extend(decimal);
        } else if custom {
            values.splice(0..0, decimal);
        } else if !fraction.concat().ends_with('0') {
            // Nobody writes 2.4 as "2,400" against the custom of the language.
            values.extend(decimal);
        }
    }
    values
}

/// The value of a fraction character.
pub(super) fn vulgar(text: &Text<'_>, at: usize) -> Option<f64> {
    match text.get(at)?.folded.as_str() {
        "½" => Some(0.5),
        "¼" => Some(0.25),
        "¾" => Some(0.75),
        "⅓" => Some(1.0 / 3.0),
        "⅔" => Some(2.0 / 3.0),
        "⅛" => Some(0.125),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<f64> {
        number(&Text::read(text, Language::English), 0).map(|n| n.values).unwrap_or_default()
    }

    #[test]
    fn thousands_and_decimals_of_every_custom() {
        assert_eq!(values("1.250,50"), [1250.5]);
        assert_eq!(values("1,250.50"), [1250.5]);
        assert_eq!(values("1 250,50"), [1250.5]);
        assert_eq!(values("1\u{202F}250\u{A0}000"), [1_250_000.0]);
        assert_eq!(values("1’250’000"), [1_250_000.0]);
        assert_eq!(values("1.250"), [1.25, 1250.0]);
        assert_eq!(values("2,400"), [2400.0]);
        assert_eq!(values("0.250"), [0.25]);
        assert_eq!(values("3,45"), [3.45]);
        assert_eq!(values("6½"), [6.5]);
    }

    #[test]
    fn neighbours_are_not_swallowed() {
        assert_eq!(values("2010 300 people"), [2010.0]);
        assert_eq!(values("5, 10 and 15"), [5.0]);
        assert_eq!(values("1.2.3"), [1.0], "a version is not a number");
    }
}
