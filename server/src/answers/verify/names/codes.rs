//! Codes: what must stand in the evidence letter by letter. Product codes, versions, e-mail and web addresses, telephone numbers,
//! references to articles and paragraphs.

use std::ops::Range;

use super::super::tokens::Text;
use super::super::{dates, figures};

/// A code in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Code {
    /// The form two spellings share.
    pub(in super::super) canonical: String,
    pub(in super::super) tokens: Range<usize>,
}

/// Labels of references and the name they share in the three languages. Folded.
const LABELS: &[(&str, &str)] = &[
    ("art article articles articolul articolului articol artykul artykulu artykule", "article"),
    (
        "alin alineatul alineatului alineat ust ustep ustepu ustepie paragraph para paragraful paragraf paragrafie paragrafu",
        "paragraph",
    ),
    ("pkt punkt punktu punkcie punctul punctului pct", "point"),
    ("lit litera litery", "letter"),
    ("section sections sectiunea sectiunii sekcja sekcji", "section"),
    ("chapter capitolul capitolului rozdzial rozdzialu rozdziale", "chapter"),
    ("annex appendix anexa anexei zalacznik zalacznika zalaczniku", "annex"),
    ("clause clauses clauza clauzei", "clause"),
    ("nr no numer numeru numarul", "number"),
];

/// The codes of a text, in order; their tokens are taken afterwards.
pub(in super::super) fn codes(text: &Text<'_>, taken: &mut [bool]) -> Vec<Code> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let code = reference(text, at)
            .or_else(|| address(text, at))
            .or_else(|| telephone(text, at))
            .or_else(|| mixed(text, at));
        match code {
            Some(code) => {
                at = code.tokens.end;
                if let Some(part) = taken.get_mut(code.tokens.clone()) {
                    part.fill(true);
                }
                out.push(code);
            }
            None => at += 1,
        }
    }
    out
}

/// The tokens from `at` on without space between them, closing marks left out.
fn run(text: &Text<'_>, at: usize) -> Range<usize> {
    let mut end = at + 1;
    while text.get(end).is_some_and(|t| !t.spaced) {
        end += 1;
    }
    while end > at + 1 && text.get(end - 1).is_some_and(|t| !t.is_word() && !t.is_digits()) {
        end -= 1;
    }
    at..end
}

/// `ana@firma.ro`, `https://example.com/a?b=1`, `www.example.com`.
fn address(text: &Text<'_>, at: usize) -> Option<Code> {
    let first = text.get(at).filter(|t| t.is_word() || t.is_digits())?;
    if !first.spaced && text.before(at).is_some_and(|t| t.is_word() || t.is_digits()) {
        return None;
    }
    let tokens = run(text, at);
    let raw = &text.raw[text.span(&tokens)];
    let mail = raw.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let web = raw.contains("://") || raw.to_lowercase().starts_with("www.");
    (mail || web).then(|| Code { canonical: raw.to_lowercase().trim_end_matches('/').to_owned(), tokens })
}

/// `+40 21 123 45 67`, `021-123-4567`, `(22) 123 45 67`: nine digits or more, led by a plus or a zero.
fn telephone(text: &Text<'_>, at: usize) -> Option<Code> {
    let plus = text.get(at)?.is("+");
    let first = at + usize::from(plus);
    let zero =
        text.get(first).is_some_and(|t| t.is_digits() && t.folded.starts_with('0') && t.folded.len() > 1);
    let led = plus && text.get(first).is_some_and(|t| t.is_digits() && !t.spaced);
    if !(led || zero) {
        return None;
    }
    let (mut digits, mut end, mut next) = (String::new(), first, first);
    while let Some(token) = text.get(next) {
        if token.is_digits() {
            digits.push_str(&token.folded);
            end = next + 1;
        } else if !(token.is_dash() || token.is("(") || token.is(")") || token.is("/")) {
            break;
        }
        next += 1;
    }
    // The last nine digits: "+40 21 123 45 67" is "021 123 45 67" to a caller in the country.
    (9..=15)
        .contains(&digits.len())
        .then(|| Code { canonical: digits.split_off(digits.len() - 9), tokens: at..end })
}

/// `art. 12`, `alin. (3)`, `lit. b`, `§ 5`, `nr 95/2006`.
fn reference(text: &Text<'_>, at: usize) -> Option<Code> {
    let token = text.get(at)?;
    let label = if token.is("§") {
        "paragraph"
    } else {
        let word = token.is_word().then_some(token.folded.as_str())?;
        LABELS.iter().find(|(forms, _)| forms.split(' ').any(|f| f == word)).map(|(_, label)| *label)?
    };
    let short = token.folded.len() <= 4;
    let stop = text.joined(at + 1, ".");
    let next = at + 1 + usize::from(stop);
    let open = text.get(next).is_some_and(|t| t.is("("));
    let value = next + usize::from(open);
    let first = text.get(value)?;
    // A word of its own after the label is no value; a letter is one after a short label or between brackets.
    let letter = first.is_word() && first.folded.len() == 1 && (open || (short && stop) || label == "letter");
    let numeral = first.caps && first.folded.chars().all(|c| "ivxlc".contains(c));
    if !(first.is_digits() || letter || numeral) || (label == "number" && !first.is_digits()) {
        return None;
    }
    // English "no" is a label only with its full stop.
    if token.folded == "no" && !stop {
        return None;
    }
    let mut end = value + 1;
    let joins = |at: usize| {
        text.get(at).is_some_and(|t| !t.spaced && (t.is(".") || t.is("/") || t.is_dash()))
            && text.get(at + 1).is_some_and(|t| !t.spaced && (t.is_digits() || t.caps || t.folded.len() == 1))
    };
    while joins(end) {
        end += 2;
    }
    // A plain number after "nr." is a figure like any other.
    if label == "number" && end == value + 1 {
        return None;
    }
    let raw: String = text.tokens[value..end].iter().map(|t| t.folded.as_str()).collect();
    let close = open && text.get(end).is_some_and(|t| t.is(")"));
    Some(Code { canonical: format!("{label} {raw}"), tokens: at..end + usize::from(close) })
}

/// `SKU-4411/B`, `COVID-19`, `A4`, `v1.2.3`, `192.168.0.1`.
fn mixed(text: &Text<'_>, at: usize) -> Option<Code> {
    let first = text.get(at).filter(|t| t.is_word() || t.is_digits())?;
    let inside = text.before(at).is_some_and(|t| t.is_word() || t.is_digits() || t.is_dash());
    if !first.spaced && inside {
        return None;
    }
    let mut end = at + 1;
    while let Some(token) = text.get(end).filter(|t| !t.spaced) {
        let joiner = token.is_dash() || ["/", ".", "_", "#", "+", ":"].iter().any(|m| token.is(m));
        if token.is_word() || token.is_digits() {
            end += 1;
        } else if joiner && text.get(end + 1).is_some_and(|t| !t.spaced && (t.is_word() || t.is_digits())) {
            end += 2;
        } else {
            break;
        }
    }
    let tokens = at..end;
    let parts = || text.tokens[tokens.clone()].iter();
    let digits = parts().filter(|t| t.is_digits()).count();
    let words: Vec<_> = parts().filter(|t| t.is_word()).collect();
    let stops = parts().filter(|t| t.is(".")).count();
    let version = words.is_empty() && digits >= 3 && stops == digits - 1 && !is_quantity(text, &tokens);
    let glued = text.tokens[tokens.clone()].windows(2).any(|w| {
        !w[1].spaced && ((w[0].is_word() && w[1].is_digits()) || (w[0].is_digits() && w[1].is_word()))
    });
    let capitals = words.iter().any(|t| t.caps || (t.capital && t.folded.len() == 1));
    let code = digits > 0 && !words.is_empty() && (glued || capitals) && !is_quantity(text, &tokens);
    if !(version || code) {
        return None;
    }
    // An inflected code: "A4-ul", "F-16-ului".
    let mut last = end;
    if last > at + 2
        && text.tokens[last - 1].is_word()
        && !text.tokens[last - 1].capital
        && text.tokens[last - 2].is_dash()
    {
        last -= 2;
    }
    let canonical: String = text.tokens[at..last]
        .iter()
        .filter(|t| t.is_word() || t.is_digits())
        .map(|t| t.folded.as_str())
        .collect();
    Some(Code { canonical, tokens })
}

/// Whether the run is a date, a time or a figure with its unit (`35min`, `1990s`, `11-lea`), or begins with one (`5kg/m`).
fn is_quantity(text: &Text<'_>, tokens: &Range<usize>) -> bool {
    let roman = text.get(tokens.start).is_some_and(|t| t.caps);
    dates::ends(text, tokens.start).is_some_and(|end| end >= tokens.end)
        || figures::ends(text, tokens.start)
            .is_some_and(|end| end >= tokens.end || (!roman && end > tokens.start + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use footnote_index::Language;

    fn all(raw: &str) -> Vec<String> {
        let text = Text::read(raw, Language::Romanian);
        let mut taken = vec![false; text.tokens.len()];
        codes(&text, &mut taken).into_iter().map(|c| c.canonical).collect()
    }

    #[test]
    fn codes_of_many_kinds() {
        assert_eq!(all("piesa SKU-4411/B din stoc"), ["sku4411b"]);
        assert_eq!(all("vezi art. 12 alin. (3) lit. b)"), ["article 12", "paragraph 3", "letter b"]);
        assert_eq!(all("scrieți la ana@firma.ro."), ["ana@firma.ro"]);
        assert_eq!(
            all("https://example.com/x/ sau www.example.com"),
            ["https://example.com/x", "www.example.com"]
        );
        assert_eq!(all("sunați la +40 21 123 45 67"), ["211234567"]);
        assert_eq!(all("0211-234-567"), ["211234567"]);
        assert_eq!(all("versiunea 1.2.3, format A4-ul"), ["123", "a4"]);
        assert_eq!(all("Legea nr. 95/2006"), ["number 95/2006"]);
        assert_eq!(all("COVID-19"), ["covid19"]);
    }

    #[test]
    fn quantities_and_words_are_no_codes() {
        for raw in [
            "35min",
            "5kg",
            "anii 1990",
            "03.05.2020",
            "1.250,50 lei",
            "al XIX-lea",
            "14:30",
            "bine-cunoscut",
            "3-5 zile",
            "100%",
        ] {
            assert_eq!(all(raw), Vec::<String>::new(), "{raw}");
        }
    }
}
