//! Sentence boundaries: Unicode's rules (UAX #29 through `icu_segmenter`) corrected for abbreviations, initials, enumerators and
//! references in English, Romanian and Polish.

mod abbreviations;

use std::ops::Range;

use icu_segmenter::SentenceSegmenter;
use icu_segmenter::options::SentenceBreakInvariantOptions;

use abbreviations::{Abbreviation, lookup};

/// The sentences of `text`: trimmed, not empty, in order, not overlapping, and covering every character that is not white space.
///
/// A blank line always ends a sentence, and so does a line end before a list item or next to a table row; other single line ends do
/// not. `language` is ISO 639-1; without it the abbreviations of all known languages count.
pub fn sentences(text: &str, language: Option<&str>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for part in parts(text) {
        // Unicode's rules break at every line end; a space has the same length, so offsets stay.
        let flat = text[part.clone()].replace('\n', " ");
        let segmenter = SentenceSegmenter::new(SentenceBreakInvariantOptions::default());
        let mut references = reference_boundaries(&flat).into_iter().peekable();
        let mut start = 0;
        for candidate in segmenter.segment_str(&flat) {
            while let Some(end) = references.next_if(|&end| end <= candidate) {
                push_trimmed(&flat, start..end.max(start), part.start, &mut found);
                start = end.max(start);
            }
            if candidate > start && (candidate >= flat.len() || stands(&flat, start, candidate, language)) {
                push_trimmed(&flat, start..candidate, part.start, &mut found);
                start = candidate;
            }
        }
    }
    found
}

fn push_trimmed(text: &str, span: Range<usize>, offset: usize, found: &mut Vec<Range<usize>>) {
    let inside = &text[span.clone()];
    let start = span.start + (inside.len() - inside.trim_start().len());
    let end = start + inside.trim().len();
    if end > start {
        found.push(offset + start..offset + end);
    }
}

/// Splits at the line ends that always end a sentence.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut offset) = (0, 0);
    let mut previous = "";
    for line in text.split('\n') {
        let hard = line.trim().is_empty()
            || previous.trim().is_empty()
            || is_item(line)
            || is_row(line)
            || is_row(previous);
        if hard && offset > start {
            parts.push(start..offset);
            start = offset;
        }
        previous = line;
        offset += line.len() + 1;
    }
    if start < text.len() {
        parts.push(start..text.len());
    }
    parts
}

/// Whether a line starts with a bullet or a number and a closing mark.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    if ["- ", "* ", "• ", "– ", "▪ ", "◦ "].iter().any(|bullet| line.starts_with(bullet)) {
        return true;
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (1..=3).contains(&digits) && [". ", ") "].iter().any(|mark| line[digits..].starts_with(mark))
}

fn is_row(line: &str) -> bool {
    line.contains(" | ")
}

/// Whether the boundary that Unicode proposes at `at` stands.
fn stands(text: &str, start: usize, at: usize, language: Option<&str>) -> bool {
    let (left, right) = (text[start..at].trim_end(), &text[at..]);
    let spaced = left.len() < at - start;
    let Some(last) = left.chars().next_back() else { return false };
    if !spaced {
        // Scripts without spaces end sentences with their own marks; everything else is an address, a version, a reference.
        return matches!(last, '。' | '！' | '？' | '｡' | '」' | '』' | '”' | '）');
    }
    let stop = left.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
    if !stop.ends_with('.') || stop.ends_with("..") {
        return true;
    }
    right.trim_start().chars().next().is_some_and(|next| !continues(left, stop, next, right, language))
}

/// Whether the full stop at the end of `stop` belongs to its word instead of ending the sentence `left`.
fn continues(left: &str, stop: &str, next: char, right: &str, language: Option<&str>) -> bool {
    let words = stop.trim_end_matches('.');
    let token = words
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or(words)
        .trim_start_matches(|c: char| !c.is_alphanumeric());
    let lower = token.to_lowercase();
    // An enumerator: "1. General", "2.3. Scope", "a. First".
    let whole = left.trim_start();
    if whole.len() <= 8 && whole.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return true;
    }
    let mut letters = token.chars();
    let single = letters.next().filter(|_| letters.next().is_none());
    if single.is_some_and(char::is_uppercase) && next.is_alphabetic() {
        return true;
    }
    if single.is_some() && whole.len() <= 3 {
        return true;
    }
    // Ordinals in Polish: "3. Dywizja"; years end sentences.
    if language == Some("pl") && (1..=2).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    match lookup(&lower, language) {
        Some(Abbreviation::Continues) => true,
        Some(Abbreviation::BeforeNumber) => next.is_numeric() || starts_with_numeral(right, language),
        None => next.is_lowercase(),
    }
}

/// A Roman numeral or a lettered point: `IV`, `a)`, `(2)`.
fn starts_with_numeral(text: &str, language: Option<&str>) -> bool {
    let text = text.trim_start().trim_start_matches('(');
    let word: &str =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | ';')).next().unwrap_or_default();
    let core = word.trim_end_matches(')');
    // In English a lone "I" is the pronoun.
    let pronoun = core == "I" && core.len() == word.len() && language.is_none_or(|l| l == "en");
    let roman = !pronoun && !core.is_empty() && core.chars().all(|c| "IVXLC".contains(c));
    let lettered = core.len() == 1 && core.len() < word.len();
    roman || lettered || core.starts_with(|c: char| c.is_ascii_digit())
}

/// The offsets of `Next` in `end.[1][note 2] Next`, where Unicode breaks inside the brackets or not at all.
fn reference_boundaries(text: &str) -> Vec<usize> {
    const MAX_REFERENCE: usize = 16;
    let after = |open: usize| {
        let mut rest = &text[open..];
        while let Some(inner) = rest.strip_prefix('[') {
            let close = inner.bytes().take(MAX_REFERENCE).position(|b| b == b']')?;
            rest = &inner[close + 1..];
        }
        let next = rest.trim_start();
        let follows =
            next.len() < rest.len() && next.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
        follows.then(|| text.len() - next.len())
    };
    text.match_indices('[')
        .filter(|(open, _)| text[..*open].ends_with(['.', '!', '?', '"', '”', ')']))
        .filter_map(|(open, _)| after(open))
        .collect()
}

#[cfg(test)]
mod tests;
