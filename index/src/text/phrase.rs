//! Quoted parts of a query, and the words a passage must have one after the other for them. Pure.

use std::ops::Range;

use super::Analyzer;

/// Most quoted parts of a query; further ones are words like any others.
const MAX_PHRASES: usize = 16;

/// What is between pairs of double quotation marks, in any of the forms of English, Romanian and Polish. A mark without
/// its partner quotes nothing.
pub fn quoted(query: &str) -> Vec<&str> {
    spans(query).into_iter().map(|span| &query[span]).collect()
}

/// Where the quoted parts are, without their marks.
pub(super) fn spans(query: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    while let Some((at, mark)) = query[from..].char_indices().find(|(_, c)| closing(*c).is_some()) {
        let inside = from + at + mark.len_utf8();
        let ends = closing(mark).unwrap_or_default();
        from = match query[inside..].char_indices().find(|(_, c)| ends.contains(*c)) {
            Some((length, last)) => {
                parts.push(inside..inside + length);
                inside + length + last.len_utf8()
            }
            None => inside,
        };
    }
    parts.truncate(MAX_PHRASES);
    parts
}

/// The marks that close what this one opens.
fn closing(mark: char) -> Option<&'static str> {
    match mark {
        '"' => Some("\""),
        '\u{201c}' => Some("\u{201d}"),
        '\u{201e}' => Some("\u{201d}\u{201c}"),
        '«' => Some("»"),
        _ => None,
    }
}

/// The terms of a phrase with their distances from its first: of a code its parts, so that part of one can be quoted.
pub(super) fn terms(exact: &Analyzer, phrase: &str) -> Vec<(usize, String)> {
    let tokens = exact.tokens(phrase);
    let mut terms: Vec<(usize, usize, String)> = Vec::new();
    for token in tokens {
        match terms.last_mut() {
            Some((position, length, term)) if *position == token.position => {
                if token.span.len() < *length {
                    (*length, *term) = (token.span.len(), token.term);
                }
            }
            _ => terms.push((token.position, token.span.len(), token.term)),
        }
    }
    let first = terms.first().map_or(0, |(position, ..)| *position);
    terms.into_iter().map(|(position, _, term)| (position - first, term)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_partners_is_quoted() {
        for (query, parts) in [
            ("no quotes", vec![]),
            ("\"net 30\" terms and \"late fee\"", vec!["net 30", "late fee"]),
            ("plata „la termen” și «fără dobândă»", vec!["la termen", "fără dobândă"]),
            ("„tak” „nie“ “yes”", vec!["tak", "nie", "yes"]),
            ("a 5\" pipe", vec![]),
            ("”wrong way“ \"right\"", vec!["right"]),
            ("\"\"", vec![""]),
        ] {
            assert_eq!(quoted(query), parts, "{query}");
        }
        assert_eq!(quoted(&"\"a\" ".repeat(40)).len(), MAX_PHRASES);
    }

    #[test]
    fn a_code_is_its_parts() {
        let terms = |phrase| terms(&Analyzer::exact(), phrase);
        let expected =
            |terms: &[(usize, &str)]| terms.iter().map(|(at, t)| (*at, (*t).to_owned())).collect::<Vec<_>>();
        assert_eq!(terms("art. 12 alin. (3)"), expected(&[(0, "art"), (1, "12"), (2, "alin"), (3, "3")]));
        assert_eq!(
            terms("the SKU-4411/B valve"),
            expected(&[(0, "the"), (1, "sku"), (2, "4411"), (3, "b"), (4, "valve")])
        );
        assert_eq!(terms("…"), []);
    }
}
