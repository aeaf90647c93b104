//! A question as a flat union of weighted terms, the shape tantivy's block-WAND is fast on.

use std::collections::BTreeSet;

use tantivy::Term;
use tantivy::query::{
    Bm25StatisticsProvider as _, BooleanQuery, BoostQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::IndexRecordOption;

use super::prefix::{self, Typed};
use super::schema::{Analyzers, Fields};
use super::statistics::Statistics;
use super::{completion, phrase};

/// Weights of the fields. The stemmed text carries the topic; exact words and titles break ties
/// between inflections and reward documents about the thing over documents that mention it.
const TITLE: f32 = 0.5;
const HEADINGS: f32 = 0.25;
const BODY: f32 = 0.4;

/// Weights in the body of the words that begin with what was typed, when that is no word of the index, and when it is
/// one. By measurement: `examples/analyzers.rs`, on the first halves of the sets.
const COMPLETED: f32 = 1.0;
const BEYOND: f32 = 0.3;

/// Most terms of one question; a longer one keeps its first distinct terms.
const MAX_TERMS: usize = 256;

/// A question made ready for the index.
pub(super) struct Union {
    /// Its terms.
    pub(super) query: BooleanQuery,
    /// What was not looked for, in words.
    pub(super) notes: Vec<String>,
}

/// The query for what was typed, or `None` when it has no term at all (punctuation, emoji).
pub(super) fn build(
    fields: &Fields,
    analyzers: &Analyzers,
    statistics: &Statistics,
    typed: &Typed<'_>,
) -> tantivy::Result<Option<Union>> {
    let mut terms: Vec<(Term, f32)> = Vec::new();
    let exact = [(fields.body, BODY), (fields.title, TITLE), (fields.headings, HEADINGS)];
    for term in exact_terms(analyzers, typed) {
        terms.extend(exact.map(|(field, weight)| (Term::from_field_text(field, &term), weight)));
    }
    for ((_, field), (_, analyzer)) in fields.stemmed.iter().zip(&analyzers.stemmed) {
        let stems = distinct(analyzer.tokens(&typed.inflected).into_iter().map(|t| t.term));
        terms.extend(stems.iter().map(|stem| (Term::from_field_text(*field, stem), 1.0)));
    }
    if terms.is_empty() && typed.prefixes.is_empty() {
        return Ok(None);
    }
    let notes = complete(fields, analyzers, statistics, typed, &mut terms)?;
    let clause = |(term, weight): (Term, f32)| -> (Occur, Box<dyn Query>) {
        let query = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
        (Occur::Should, if weight == 1.0 { query } else { Box::new(BoostQuery::new(query, weight)) })
    };
    Ok(Some(Union { query: BooleanQuery::new(terms.into_iter().map(clause).collect()), notes }))
}

/// Adds what completes the words of a question to its terms; returns what was left out.
fn complete(
    fields: &Fields,
    analyzers: &Analyzers,
    statistics: &Statistics,
    typed: &Typed<'_>,
    terms: &mut Vec<(Term, f32)>,
) -> tantivy::Result<Vec<String>> {
    let mut notes: Vec<String> = (typed.too_short.iter())
        .map(|word| {
            format!("{word}* is looked for as a word: a * needs {} characters before it", prefix::MIN_CHARS)
        })
        .collect();
    for prefix in &typed.prefixes {
        // A word that may well be finished: what else begins with it counts less.
        let finished = statistics.doc_freq(&Term::from_field_text(fields.body, prefix))? > 0;
        let weight = if finished { BEYOND } else { COMPLETED };
        let mut cut = false;
        for (field, times) in [(fields.body, 1.0), (fields.title, TITLE), (fields.headings, HEADINGS)] {
            let weight = weight * times;
            let found =
                completion::complete(statistics, field, prefix, |word| is_function_word(analyzers, word))?;
            cut |= found.cut;
            for (word, share) in found.words {
                let term = Term::from_field_text(field, &word);
                match terms.iter_mut().find(|(known, _)| *known == term) {
                    Some((_, known)) => *known += weight * share,
                    None => terms.push((term, weight * share)),
                }
            }
        }
        if cut {
            let most = completion::MAX_COMPLETIONS;
            notes.push(format!(
                "more than {most} words begin with {prefix:?}: the commonest {most} are looked for"
            ));
        }
    }
    Ok(notes)
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
pub(super) fn exact_terms(analyzers: &Analyzers, typed: &Typed<'_>) -> Vec<String> {
    let exact = distinct(analyzers.exact.tokens(typed.text).into_iter().map(|t| t.term));
    let content: Vec<String> = exact.iter().filter(|t| !is_function_word(analyzers, t)).cloned().collect();
    if content.is_empty() && typed.prefixes.is_empty() { exact } else { content }
}

fn is_function_word(analyzers: &Analyzers, term: &str) -> bool {
    analyzers.stemmed.iter().any(|(_, analyzer)| analyzer.tokens(term).is_empty())
}

fn distinct(terms: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    terms.filter(|t| seen.insert(t.clone())).take(MAX_TERMS).collect()
}
