//! Markers, links and images taken out of a text, with where the markers stood. Pure.

use super::grammar::{Marker, folded, marker};

/// Marks that models put around a marker.
const WRAPPERS: [(&str, &str); 6] =
    [("[", "]"), ("**", "**"), ("*", "*"), ("_", "_"), ("<sup>", "</sup>"), ("(", ")")];

/// A text without its markers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stripped {
    /// The text.
    pub(super) text: String,
    /// For every byte of `text` and its end, the byte of the source it came from.
    pub(super) source: Vec<usize>,
    /// The markers, in order.
    pub(super) marks: Vec<Mark>,
}

/// A marker that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where it would stand in the stripped text.
    pub(super) at: usize,
    /// Where it begins and ends in the source.
    pub(super) source: std::ops::Range<usize>,
    /// Its numbers.
    pub(super) numbers: Vec<usize>,
    /// Whether it begins a line that goes on.
    pub(super) leads: bool,
    /// Whether a colon follows at the start of a line: `[1]: Title`.
    pub(super) defines: bool,
}

/// What is known before the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    /// How many passages there are: a bare `(3)` of two is no marker.
    pub(super) passages: usize,
    /// Whether markers in square brackets were seen, after which round ones mean something else.
    pub(super) square: bool,
}

/// Takes the markers out of `text`.
pub(super) fn strip(text: &str, before: Before) -> Stripped {
    let mut out = Stripped::default();
    let mut square = before.square;
    let mut code = false;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c == '`' && (code || text[at + 1..].split('\n').next().is_some_and(|line| line.contains('`'))) {
            code = !code;
        }
        if !code {
            if let Some(len) = image(&text[at..]) {
                at += len;
                continue;
            }
            if let Some((label, len)) = labelled_link(&text[at..]) {
                out.push(label, at + 1);
                at += len;
                continue;
            }
            let after_word = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let found = marker(&text[at..], after_word)
                .filter(|m| !m.bare || (!square && is_unambiguous(m, text, at, before.passages)));
            if let Some(found) = found {
                square |= !found.bare;
                at = out.take(text, at, found);
                continue;
            }
        }
        if code && c == '\n' {
            code = false;
        }
        out.push(&text[at..at + c.len_utf8()], at);
        at += c.len_utf8();
    }
    out.source.push(text.len());
    out
}

impl Stripped {
    fn push(&mut self, text: &str, from: usize) {
        self.text.push_str(text);
        self.source.extend(from..from + text.len());
    }

    fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
        self.source.truncate(len);
    }

    /// Notes a marker and mends the text around it; returns where to go on.
    fn take(&mut self, text: &str, at: usize, found: Marker) -> usize {
        let mut end = at + found.len;
        let line_start = text[..at].rfind('\n').map_or(0, |nl| nl + 1);
        let opens_line = text[line_start..at].chars().all(|c| {
            c.is_whitespace()
                || matches!(c, '-' | '*' | '•' | '>' | '[' | ']' | '^')
                || c.is_ascii_digit()
                || matches!(c, '.' | ')' | '(')
        });
        let rest_of_line = text[end..].split('\n').next().unwrap_or_default();
        let goes_on = rest_of_line.contains(char::is_alphabetic);
        let defines = opens_line && rest_of_line.starts_with(':');
        let after_mark = self.marks.last().is_some_and(|last| {
            text[last.source.end..at].chars().all(|c| c.is_whitespace() || matches!(c, ',' | ';'))
        });
        if after_mark {
            // What joined it to the marker before goes as well: "[1], [2]".
            let keep = self.marks.last().map_or(self.text.len(), |last| last.at);
            let line_end = self.text[keep..].contains('\n');
            if !line_end {
                self.truncate(keep);
            }
        }
        // "**[1]**", "<sup>[1]</sup>", "[[1]]": what only wraps the marker goes with it.
        for (open, close) in WRAPPERS {
            if self.text.ends_with(open) && text[end..].starts_with(close) {
                let kept = self.text.len() - open.len();
                self.truncate(kept);
                end += close.len();
            }
        }
        let next = text[end..].chars().next();
        let trailing = self.text.len() - self.text.trim_end_matches([' ', '\t']).len();
        let leads = opens_line && goes_on;
        if !leads && next.is_none_or(|c| c.is_whitespace() || is_closing(c)) {
            let kept = self.text.len() - trailing;
            self.truncate(kept);
        }
        if let Some(skip) = lead_phrase(&self.text, &text[end..]) {
            self.truncate(skip.keep);
            end += skip.comma;
        }
        if leads || self.text.is_empty() || self.text.ends_with('\n') {
            // The text after it begins without a space.
            end += text[end..].len() - text[end..].trim_start_matches([' ', '\t']).len();
        }
        if defines {
            end += text[end..].find(|c: char| c != ':' && c != ' ').unwrap_or(0);
        }
        for mark in &mut self.marks {
            mark.at = mark.at.min(self.text.len());
        }
        self.marks.push(Mark {
            at: self.text.len(),
            source: at..end,
            numbers: found.numbers,
            leads,
            defines,
        });
        end
    }
}

fn is_closing(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '”' | '"' | '»' | '[' | '【')
}

/// A bare number in round brackets is a marker only right at the end of a sentence, and not after "art." and the like.
fn is_unambiguous(found: &Marker, text: &str, at: usize, passages: usize) -> bool {
    const REFERENCES: [&str; 36] = [
        "art",
        "article",
        "alin",
        "lit",
        "pct",
        "par",
        "para",
        "paragraph",
        "section",
        "sec",
        "clause",
        "point",
        "item",
        "step",
        "figure",
        "fig",
        "table",
        "tab",
        "eq",
        "equation",
        "no",
        "nr",
        "ust",
        "pkt",
        "punkt",
        "punct",
        "punctul",
        "alineatul",
        "articolul",
        "ustep",
        "ustepu",
        "rys",
        "tabela",
        "tabelul",
        "chapter",
        "option",
    ];
    if found.numbers.iter().any(|&n| n > passages) {
        return false;
    }
    let before = text[..at].trim_end_matches(' ');
    let after = &text[at + found.len..];
    let ended = before.ends_with(['.', '!', '?']);
    let ends = after.starts_with(['.', '!', '?']) && !after[1..].starts_with(|c: char| c.is_alphanumeric());
    let last = after.is_empty() || after.starts_with('\n');
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let referring = REFERENCES.contains(&folded(word).as_str()) || word.ends_with('§');
    let numbered = word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty();
    !referring && !numbered && !before.is_empty() && (ends || last || (ended && after.starts_with(' ')))
}

/// How much of "According to `[1]`, " goes with the marker.
struct Lead {
    keep: usize,
    comma: usize,
}

/// Phrases that only introduce a marker, folded.
const LEADS: [&str; 24] = [
    "according to",
    "as stated in",
    "as described in",
    "as noted in",
    "as per",
    "per",
    "based on",
    "from",
    "in",
    "as mentioned in",
    "conform",
    "potrivit",
    "in",
    "dupa cum se arata in",
    "asa cum arata",
    "pe baza",
    "din",
    "zgodnie z",
    "wedlug",
    "na podstawie",
    "jak podano w",
    "jak podaje",
    "w",
    "jak wynika z",
];

/// A sentence that opens with nothing but such a phrase and the marker, then a comma.
fn lead_phrase(stripped: &str, after: &str) -> Option<Lead> {
    let comma = after.strip_prefix(',')?;
    let start = stripped.rfind(['.', '!', '?', '\n']).map_or(0, |end| end + 1);
    let phrase = stripped[start..].trim();
    if !LEADS.contains(&folded(phrase).as_str()) {
        return None;
    }
    let keep = start + (stripped[start..].len() - stripped[start..].trim_start().len());
    Some(Lead { keep, comma: 1 + comma.len() - comma.trim_start_matches(' ').len() })
}

/// The length of `![alt](address)`: images are not shown.
fn image(text: &str) -> Option<usize> {
    let (_, len) = labelled_link(text.strip_prefix('!')?)?;
    Some(1 + len)
}

/// The label and length of `[label](address)`: the label stays, the address goes.
fn labelled_link(text: &str) -> Option<(&str, usize)> {
    const LONGEST: usize = 400;
    let inside = text.strip_prefix('[')?;
    let close = inside.find([']', '\n', '['])?;
    let address = inside[close..].strip_prefix("](")?;
    let end = address.find([')', '\n']).filter(|&end| end <= LONGEST && address[end..].starts_with(')'))?;
    let label = &inside[..close];
    let numeric = label.chars().all(|c| c.is_ascii_digit() || matches!(c, '^' | '#' | ' ' | ','));
    (!numeric || label.is_empty()).then_some((label, close + end + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (String, Vec<Vec<usize>>) {
        let stripped = strip(text, Before { passages: 5, square: false });
        assert_eq!(stripped.source.len(), stripped.text.len() + 1);
        (stripped.text, stripped.marks.into_iter().map(|m| m.numbers).collect())
    }

    #[test]
    fn texts_are_mended_where_markers_were() {
        for (text, clean, numbers) in [
            ("It costs 5 EUR [1].", "It costs 5 EUR.", &[&[1][..]][..]),
            ("It costs 5 EUR.[1] Pay now.", "It costs 5 EUR. Pay now.", &[&[1]]),
            ("It costs 5 EUR. [1][2] Pay now.", "It costs 5 EUR. Pay now.", &[&[1], &[2]]),
            ("It costs 5 EUR [1], [2].", "It costs 5 EUR.", &[&[1], &[2]]),
            ("According to [1], it costs 5 EUR.", "it costs 5 EUR.", &[&[1]]),
            ("[1] It costs 5 EUR.", "It costs 5 EUR.", &[&[1]]),
            ("It costs 5 EUR (see [2]).", "It costs 5 EUR.", &[&[2]]),
            ("It costs 5 EUR (1).", "It costs 5 EUR.", &[&[1]]),
            ("Conform art. 5 alin. (2).", "Conform art. 5 alin. (2).", &[]),
            ("(1) first, (2) second", "(1) first, (2) second", &[]),
            ("It costs 5 EUR (9).", "It costs 5 EUR (9).", &[]),
            ("Use `a[1]` here [1].", "Use `a[1]` here.", &[&[1]]),
            ("See [our site](https://a.example).", "See our site.", &[]),
            ("Look ![x](https://a.example/p.png?d=1) here.", "Look  here.", &[]),
            ("Founded in [2024].", "Founded in [2024].", &[]),
            ("It costs 5 EUR **[1]**.", "It costs 5 EUR.", &[&[1]]),
            ("It costs 5 EUR<sup>[1]</sup>.", "It costs 5 EUR.", &[&[1]]),
            ("It costs 5 EUR [[2]].", "It costs 5 EUR.", &[&[2]]),
        ] {
            let wanted: Vec<Vec<usize>> = numbers.iter().map(|n| n.to_vec()).collect();
            assert_eq!(of(text), (clean.to_owned(), wanted), "{text}");
        }
    }

    #[test]
    fn round_brackets_mean_nothing_once_square_ones_were_used() {
        assert_eq!(of("It is so [1]. Or so (2).").0, "It is so. Or so (2).");
    }

    #[test]
    fn definitions_and_line_openings_are_known() {
        let stripped = strip("[1]: Handbook", Before { passages: 2, square: false });
        assert!(stripped.marks[0].defines);
        let stripped = strip("- [1] Handbook says so.", Before { passages: 2, square: false });
        assert!(stripped.marks[0].leads && stripped.text == "- Handbook says so.");
    }
}
