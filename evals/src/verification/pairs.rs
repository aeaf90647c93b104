//! True (claim, quote) pairs from a set of articles with questions and answers.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use footnote_datasets::beir::Dataset;
use footnote_index::Language;

use super::rng::Rng;
use super::words::sentences;
use super::{Pair, PairKind, question, respell, retell};

/// The pairs of a set, at most `limit` of each kind, chosen and made the same way on every run. `name` begins their ids.
pub fn pairs(dataset: &Dataset, name: &str, language: Language, limit: usize) -> Vec<Pair> {
    let mut made: BTreeMap<PairKind, Vec<Pair>> = BTreeMap::new();
    for document in &dataset.documents {
        for pair in told(&document.text, &document.title, &format!("{name}/{}", document.id), language) {
            made.entry(pair.kind).or_default().push(pair);
        }
    }
    let texts: HashMap<&str, (&str, &str)> =
        dataset.documents.iter().map(|d| (d.id.as_str(), (d.text.as_str(), d.title.as_str()))).collect();
    for query in &dataset.queries {
        let judged = dataset.qrels.get(&query.id).into_iter().flatten();
        let Some(document) = judged.filter(|(_, grade)| **grade > 0).map(|(id, _)| id.as_str()).next() else {
            continue;
        };
        let Some((text, title)) = texts.get(document) else { continue };
        // The shortest answer that stands in the text.
        let answer = query.answers.iter().filter(|a| text.contains(a.as_str())).min_by_key(|a| a.len());
        let Some(claim) = answer.and_then(|a| question::statement(&query.text, a, language)) else {
            continue;
        };
        let pair = Pair {
            id: format!("{name}/{document}#{}", query.id),
            language,
            kind: PairKind::Statement,
            claim,
            quote: (*text).to_owned(),
            context: (*title).to_owned(),
        };
        made.entry(PairKind::Statement).or_default().push(pair);
    }
    let mut out = Vec::new();
    for mut pairs in made.into_values() {
        pairs.sort_by_key(|p| Rng::of(&format!("{}{:?}", p.id, p.kind)).next());
        pairs.truncate(limit);
        out.extend(pairs);
    }
    out
}

/// The pairs made from the sentences of one text.
fn told(text: &str, title: &str, id: &str, language: Language) -> Vec<Pair> {
    let spans = sentences(text);
    let mut out = Vec::new();
    for (number, span) in spans.iter().enumerate() {
        let sentence = text[span.clone()].trim();
        let count = sentence.split_whitespace().count();
        if !(6..=45).contains(&count) || sentence.ends_with('?') || sentence.ends_with(':') {
            continue;
        }
        let id = format!("{id}#{number}");
        let choice = Rng::of(&id).below(6);
        let quote = text[quote(&spans, number, choice)].trim();
        let mut push = |kind: PairKind, claim: Option<String>| {
            out.extend(claim.map(|claim| Pair {
                id: id.clone(),
                language,
                kind,
                claim,
                quote: quote.to_owned(),
                context: title.to_owned(),
            }));
        };
        push(PairKind::Sentence, Some(sentence.to_owned()));
        push(PairKind::Part, retell::with_less(sentence, choice));
        push(PairKind::Reordered, retell::reordered(sentence, language));
        push(PairKind::Respelled, respell::respelled(sentence, language));
    }
    out
}

/// The sentence alone, with its neighbours, or the whole text.
fn quote(spans: &[Range<usize>], number: usize, choice: usize) -> Range<usize> {
    let (first, last) = match choice {
        0 => (number, number),
        1 | 2 => (number.saturating_sub(1), (number + 1).min(spans.len() - 1)),
        _ => (0, spans.len() - 1),
    };
    spans[first].start..spans[last].end
}
