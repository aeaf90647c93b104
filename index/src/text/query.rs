//! A question as a flat union of weighted terms, the shape tantivy's block-WAND is fast on.

use std::collections::BTreeSet;

use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::phrase;
use super::schema::{Analyzers, Fields};

/// Weights of the fields. The stemmed text carries the topic; exact words and titles break ties
/// between inflections and reward documents about the thing over documents that mention it.
const TITLE: f32 = 0.5;
const HEADINGS: f32 = 0.25;
const BODY: f32 = 0.4;

/// Most terms of one question; a longer one keeps its first distinct terms.
const MAX_TERMS: usize = 256;

/// The query for `text`, or `None` when it has no term at all (punctuation, emoji).
pub(super) fn build(fields: &Fields, analyzers: &Analyzers, text: &str) -> Option<BooleanQuery> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    let mut add = |field, term: &str, weight: f32| {
        let query = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
        let query: Box<dyn Query> =
            if weight == 1.0 { Box::new(query) } else { Box::new(BoostQuery::new(Box::new(query), weight)) };
        clauses.push((Occur::Should, query));
    };
    for term in exact_terms(analyzers, text) {
        add(fields.body, &term, BODY);
        add(fields.title, &term, TITLE);
        add(fields.headings, &term, HEADINGS);
    }
    for ((_, field), (_, analyzer)) in fields.stemmed.iter().zip(&analyzers.stemmed) {
        for term in distinct(analyzer.tokens(text).into_iter().map(|t| t.term)) {
            add(*field, &term, 1.0);
        }
    }
    (!clauses.is_empty()).then(|| BooleanQuery::new(clauses))
}

/// The query for passages that have each quoted part of `text`, word by word, in their body, title or headings; `None`
/// when no part has a word.
pub(super) fn phrases(fields: &Fields, analyzers: &Analyzers, text: &str) -> Option<BooleanQuery> {
    let phrase = |part: &str| -> Option<(Occur, Box<dyn Query>)> {
        let terms = phrase::terms(&analyzers.exact, part);
        let of = |field| -> Box<dyn Query> {
            let mut terms = terms.iter().map(|(at, term)| (*at, Term::from_field_text(field, term)));
            match (terms.len(), terms.next()) {
                (1, Some((_, term))) => Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
                (_, first) => {
                    Box::new(PhraseQuery::new_with_offset(first.into_iter().chain(terms).collect()))
                }
            }
        };
        let anywhere =
            || [fields.body, fields.title, fields.headings].map(|field| (Occur::Should, of(field)));
        (!terms.is_empty())
            .then(|| (Occur::Must, Box::new(BooleanQuery::new(anywhere().into())) as Box<dyn Query>))
    };
    let clauses: Vec<_> = phrase::quoted(text).into_iter().filter_map(phrase).collect();
    (!clauses.is_empty()).then(|| BooleanQuery::new(clauses))
}

/// The words of a question as they are looked for in the exact fields: a word that is a function word in a language is
/// noise there, unless the question has nothing else.
pub(super) fn exact_terms(analyzers: &Analyzers, text: &str) -> Vec<String> {
    let exact = distinct(analyzers.exact.tokens(text).into_iter().map(|t| t.term));
    let content: Vec<String> = exact.iter().filter(|t| !is_function_word(analyzers, t)).cloned().collect();
    if content.is_empty() { exact } else { content }
}

fn is_function_word(analyzers: &Analyzers, term: &str) -> bool {
    analyzers.stemmed.iter().any(|(_, analyzer)| analyzer.tokens(term).is_empty())
}

fn distinct(terms: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    terms.filter(|t| seen.insert(t.clone())).take(MAX_TERMS).collect()
}
