//! The part of a passage to show for a query, and where the query's words are in it. Pure.

use std::collections::HashSet;
use std::ops::Range;

use super::analyzer::{Analyzer, Language};
use super::prefix::{self, Typed};
use super::query;
use super::schema::Analyzers;

/// Longest snippet, in Unicode scalar values.
pub const SNIPPET_CHARS: usize = 240;

/// How far before its first match a snippet may begin, to begin with a sentence or at least a word.
const LEAD_CHARS: usize = 60;

/// Matches of a passage that are looked at; a passage with more is about the words everywhere.
const MAX_MATCHES: usize = 500;

/// A verbatim part of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The part.
    pub text: String,
    /// Where it begins in the passage, in Unicode scalar values.
    pub start_char: usize,
    /// Where words of the query are in `text`, in Unicode scalar values, in order and apart from one another.
    pub matches: Vec<Range<usize>>,
}

/// The words of one query, in every form in which the text leg looks for them.
#[derive(Debug)]
pub struct Highlighter {
    analyzers: Analyzers,
    exact: HashSet<String>,
    prefixes: Vec<String>,
    stems: [(Language, HashSet<String>); 3],
}

/// A match: its bytes, and the term that made it one.
struct Match {
    span: Range<usize>,
    term: String,
}

impl Highlighter {
    /// Analyses a query that is words only.
    pub fn new(query: &str) -> Self {
        Self::of(&Typed::new(query, false, false))
    }

    /// Analyses a query as a [`SearchRequest`](crate::SearchRequest) with these two settings reads it.
    pub fn typed(query: &str, phrases: bool, prefix: bool) -> Self {
        Self::of(&Typed::new(query, phrases, prefix))
    }

    fn of(typed: &Typed<'_>) -> Self {
        let analyzers = Analyzers::new();
        let exact = query::exact_terms(&analyzers, typed).into_iter().collect();
        let stems = analyzers.stemmed.each_ref().map(|(language, analyzer)| {
            (*language, analyzer.tokens(&typed.inflected).into_iter().map(|token| token.term).collect())
        });
        Self { analyzers, exact, prefixes: typed.prefixes.clone(), stems }
    }

    /// The part of `passage` with the most of the query's words, at most [`SNIPPET_CHARS`] long; its beginning when it
    /// has none of them. `language` is the passage's ISO 639-1 code.
    pub fn snippet(&self, passage: &str, language: Option<&str>) -> Snippet {
        let matches = self.matches(passage, language.and_then(Language::from_code));
        let part = window(passage, &matches);
        let text = passage[part.clone()].to_owned();
        let inside = matches.iter().filter(|m| m.span.start >= part.start && m.span.end <= part.end);
        let spans = inside.map(|m| m.span.start - part.start..m.span.end - part.start);
        let matches = joined(spans).iter().map(|span| crate::offsets::to_chars(&text, span)).collect();
        Snippet { start_char: passage[..part.start].chars().count(), text, matches }
    }

    /// The passage's words that are in the query, in order; some may overlap.
    fn matches(&self, passage: &str, language: Option<Language>) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        let mut add = |analyzer: &Analyzer, wanted: &dyn Fn(&str) -> bool| {
            let found = analyzer.tokens(passage).into_iter().filter(|token| wanted(&token.term));
            matches.extend(found.take(MAX_MATCHES).map(|token| Match { span: token.span, term: token.term }));
        };
        add(&self.analyzers.exact, &|term| self.exact.contains(term) || prefix::begins(term, &self.prefixes));
        for ((own, stems), (_, analyzer)) in self.stems.iter().zip(&self.analyzers.stemmed) {
            if language == Some(*own) {
                add(analyzer, &|term| stems.contains(term));
            }
        }
        matches.sort_by_key(|m| (m.span.start, m.span.end));
        matches
    }
}

/// The bytes of the best window.
fn window(passage: &str, matches: &[Match]) -> Range<usize> {
    // Where each character begins, and the end.
    let chars: Vec<usize> = passage.char_indices().map(|(at, _)| at).chain([passage.len()]).collect();
    let last = chars.len() - 1;
    if last <= SNIPPET_CHARS {
        return 0..passage.len();
    }
    let mut best = (0, 0, 0..0);
    for first in matches {
        let Ok(at) = chars.binary_search(&first.span.start) else { continue };
        let begin = chars[start_before(passage, &chars, at)];
        let Ok(begin_char) = chars.binary_search(&begin) else { continue };
        let end = chars[(begin_char + SNIPPET_CHARS).min(last)];
        let inside = matches.iter().filter(|m| m.span.start >= begin && m.span.end <= end);
        let distinct: HashSet<&str> = inside.clone().map(|m| m.term.as_str()).collect();
        let score = (distinct.len(), inside.count());
        if score > (best.0, best.1) {
            best = (score.0, score.1, begin..end);
        }
    }
    let (_, _, part) = best;
    let part = if part.is_empty() { 0..chars[SNIPPET_CHARS] } else { part };
    let kept = matches.iter().filter(|m| m.span.start >= part.start && m.span.end <= part.end);
    let least = kept.map(|m| m.span.end).max().unwrap_or(part.start);
    part.start..end_before(passage, part.end, least)
}

/// The character, at most [`LEAD_CHARS`] before `at`, at which to begin: after the last end of a sentence or line
/// there, else after the first white space, else `at`.
fn start_before(passage: &str, chars: &[usize], at: usize) -> usize {
    let from = at.saturating_sub(LEAD_CHARS);
    if from == 0 {
        return 0;
    }
    let lead = &passage[chars[from]..chars[at]];
    let mut after_sentence = None;
    let mut after_space = None;
    let mut before = ' ';
    for (i, c) in lead.chars().enumerate() {
        if c.is_whitespace() {
            let next = from + i + 1;
            if c == '\n' || matches!(before, '.' | '!' | '?' | '…' | ':' | ';') {
                after_sentence = Some(next);
            }
            after_space.get_or_insert(next);
        }
        before = c;
    }
    after_sentence.or(after_space).unwrap_or(at)
}

/// `end`, or the last white space before it that leaves everything up to `least`, so that no word is cut.
fn end_before(passage: &str, end: usize, least: usize) -> usize {
    let cuts_word = passage[end..].chars().next().is_some_and(|c| !c.is_whitespace());
    let tail = &passage[least..end];
    match tail.rfind(char::is_whitespace) {
        Some(at) if cuts_word => least + at,
        _ => end,
    }
}

/// Ranges in order of start, with those that overlap made one.
fn joined(spans: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marked(query: &str, passage: &str, language: &str) -> Vec<String> {
        let snippet = Highlighter::new(query).snippet(passage, Some(language));
        let chars: Vec<char> = snippet.text.chars().collect();
        snippet.matches.iter().map(|m| chars[m.clone()].iter().collect()).collect()
    }

    #[test]
    fn words_are_marked_as_the_text_leg_finds_them() {
        assert_eq!(marked("notice periods", "The period of notice is long.", "en"), ["period", "notice"]);
        assert_eq!(
            marked("perioada de preaviz", "Perioadele de preaviz diferă.", "ro"),
            ["Perioadele", "preaviz"]
        );
        assert_eq!(marked("faktura", "Faktury wysyłamy w piątek. Fakturę!", "pl"), ["Faktury", "Fakturę"]);
        assert_eq!(marked("tara", "Țara și ţara", "ro"), ["Țara", "ţara"], "without diacritics");
        assert_eq!(marked("SKU-4411/B", "Part SKU-4411/B, not SKU-4412.", "en"), ["SKU-4411/B", "SKU"]);
        assert_eq!(marked("東京", "これは東京です", "ja"), ["東京"]);
        assert_eq!(marked("the", "of the people", "en"), ["the"], "a question of function words only");
        assert!(marked("the lift", "of the people", "en").is_empty());
    }

    #[test]
    fn completed_words_are_marked() {
        let typed = |query: &str, passage: &str, phrases, prefix| -> Vec<String> {
            let snippet = Highlighter::typed(query, phrases, prefix).snippet(passage, Some("ro"));
            let chars: Vec<char> = snippet.text.chars().collect();
            snippet.matches.iter().map(|m| chars[m.clone()].iter().collect()).collect()
        };
        let passage = "Negocierea și Negoțul, SKU-4411/B, nego.";
        assert_eq!(typed("nego*", passage, true, false), ["Negocierea", "Negoțul", "nego"]);
        assert_eq!(typed("NEGOT*", passage, true, false), ["Negoțul"]);
        assert_eq!(typed("sku-44*", passage, true, false), ["SKU-4411/B"]);
        assert_eq!(typed("alta neg", passage, false, true), ["Negocierea", "Negoțul", "nego"]);
        assert_eq!(typed("neg ", passage, false, true), Vec::<String>::new());
        assert_eq!(typed("nego*", passage, false, false), ["nego"], "words only");
    }

    #[test]
    fn the_part_with_the_most_words_is_shown_from_the_start_of_its_sentence() {
        let filler = "Nothing of it is here at all. ".repeat(20);
        let passage = format!("A lift. {filler}The lift carries eight people. {filler}");
        let snippet = Highlighter::new("people the lift carries").snippet(&passage, Some("en"));
        assert!(snippet.text.starts_with("The lift carries eight people."), "{}", snippet.text);
        assert_eq!(snippet.matches.len(), 3);
        assert!(!snippet.text.ends_with(char::is_whitespace));
        let none = Highlighter::new("zebra").snippet(&passage, Some("en"));
        assert_eq!((none.start_char, none.matches.len()), (0, 0));
    }

    #[test]
    fn a_short_passage_is_shown_whole() {
        let passage = "x ".repeat(SNIPPET_CHARS / 2);
        assert_eq!(Highlighter::new("x").snippet(&passage, None).text, passage);
        let longer = passage.clone() + "y";
        assert!(Highlighter::new("x").snippet(&longer, None).text.chars().count() <= SNIPPET_CHARS);
    }

    proptest! {
        #[test]
        fn always_a_verbatim_part_within_the_limit_with_matches_inside(
            passage in "(?s)([a-zăș\u{301}東 .\n]{0,40}(lift |Ascensor ){0,2}){0,20}",
            query in "[a-z ]{0,10}(lift|ascensorul)?",
            language in prop::sample::select(vec!["en", "ro", "ja"]),
        ) {
            let snippet = Highlighter::new(&query).snippet(&passage, Some(language));
            let chars: Vec<char> = passage.chars().collect();
            let length = snippet.text.chars().count();
            prop_assert!(length <= SNIPPET_CHARS);
            let part: String = chars[snippet.start_char..snippet.start_char + length].iter().collect();
            prop_assert_eq!(&part, &snippet.text);
            let mut end = 0;
            for m in &snippet.matches {
                prop_assert!(m.start >= end && m.start < m.end && m.end <= length);
                end = m.end;
            }
        }
    }
}
