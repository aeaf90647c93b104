//! Cuts what is longer than a chunk: at clauses, else at white space, else (scripts without spaces, or one endless "word") at Unicode
//! word boundaries, and only a single word above the limit between characters.

use std::ops::Range;

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;

use super::TokenCounter;

/// The span without white space at its ends; `None` when nothing is left.
pub(super) fn trimmed(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let inside = &text[span.clone()];
    let start = span.start + (inside.len() - inside.trim_start().len());
    let end = start + inside.trim().len();
    (start < end).then_some(start..end)
}

/// Cuts `span` into parts of at most `limit` tokens, each with its count (the sum over its words, which never undercounts much).
pub(super) fn split_long(
    text: &str,
    span: Range<usize>,
    limit: usize,
    tokens: &dyn TokenCounter,
) -> Vec<(Range<usize>, usize)> {
    let words = words(text, span, limit, tokens);
    let mut parts = Vec::new();
    let (mut first, mut sum) = (0, 0);
    for i in 0..words.len() {
        while first < i && sum + words[i].1 > limit {
            // End the part at its last clause when that leaves at least half of it.
            let clause = (first + 1..=i).rev().find(|&w| ends_clause(&text[words[w - 1].0.clone()]));
            let half = |w: usize| 2 * words[first..w].iter().map(|(_, n)| n).sum::<usize>() >= sum;
            let end = clause.filter(|&w| half(w)).unwrap_or(i);
            parts.push(join(&words[first..end]));
            first = end;
            sum = words[first..i].iter().map(|(_, n)| n).sum();
        }
        sum += words[i].1;
    }
    if first < words.len() {
        parts.push(join(&words[first..]));
    }
    parts
}

fn join(words: &[(Range<usize>, usize)]) -> (Range<usize>, usize) {
    (words[0].0.start..words[words.len() - 1].0.end, words.iter().map(|(_, n)| n).sum())
}

fn ends_clause(word: &str) -> bool {
    word.ends_with([',', ';', ':', '–', '—', ')', '|', '，', '、', '；', '：', '。'])
}

/// The words of `span` with their counts, none above `limit`.
fn words(
    text: &str,
    span: Range<usize>,
    limit: usize,
    tokens: &dyn TokenCounter,
) -> Vec<(Range<usize>, usize)> {
    let mut found = Vec::new();
    let mut offset = span.start;
    for piece in text[span].split_inclusive(char::is_whitespace) {
        if let Some(word) = trimmed(text, offset..offset + piece.len()) {
            let inside = &text[word.clone()];
            let count = tokens.count(inside);
            if count > limit || inside.chars().any(written_without_spaces) {
                for part in segments(text, word) {
                    let count = tokens.count(&text[part.clone()]);
                    halve(text, part, count, limit, tokens, &mut found);
                }
            } else {
                found.push((word, count));
            }
        }
        offset += piece.len();
    }
    found
}

/// Whether a character belongs to a script that puts no spaces between words, its full stops included: a sentence
/// ends behind them without a space.
pub(super) fn written_without_spaces(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{ff01}' | '\u{ff0e}' | '\u{ff1f}' | '\u{ff61}'..='\u{ff65}' | '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// Unicode words; punctuation stays with the word before it.
fn segments(text: &str, word: Range<usize>) -> Vec<Range<usize>> {
    let inside = &text[word.clone()];
    let segmenter = WordSegmenter::new_auto(WordBreakInvariantOptions::default());
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for end in segmenter.segment_str(inside).filter(|&end| end > 0) {
        let has_letter = inside[start..end].chars().any(char::is_alphanumeric);
        match found.last_mut() {
            Some(last) if !has_letter => last.end = word.start + end,
            _ => found.push(word.start + start..word.start + end),
        }
        start = end;
    }
    found
}

/// Halves a single word until each part fits. A part of one character is kept whatever it counts.
fn halve(
    text: &str,
    span: Range<usize>,
    count: usize,
    limit: usize,
    tokens: &dyn TokenCounter,
    found: &mut Vec<(Range<usize>, usize)>,
) {
    let inside = &text[span.clone()];
    let middle =
        (inside.len() / 2..inside.len()).find(|&at| inside.is_char_boundary(at)).filter(|&at| at > 0);
    match middle {
        Some(middle) if count > limit => {
            for part in [span.start..span.start + middle, span.start + middle..span.end] {
                let count = tokens.count(&text[part.clone()]);
                halve(text, part, count, limit, tokens, found);
            }
        }
        _ => found.push((span, count)),
    }
}
