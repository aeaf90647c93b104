//! Which articles are indexed, which questions are asked, and what came back.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use footnote_datasets::beir::{Dataset, Query};
use footnote_server::answers::{Candidate, Evidence, Features};

/// A question with the quarter its article is in.
pub(crate) struct Chosen<'a> {
    pub(crate) query: &'a Query,
    quarter: u64,
}

/// Quarters of a set's articles.
pub(crate) struct Plan {
    quarter_of: HashMap<String, u64>,
}

/// Deals the articles of a set into four quarters.
pub(crate) fn deal(set: &Dataset) -> Plan {
    let quarter = |id: &str| {
        let mut hasher = DefaultHasher::new();
        article(id).hash(&mut hasher);
        hasher.finish() % 4
    };
    Plan { quarter_of: set.documents.iter().map(|d| (d.id.clone(), quarter(&d.id))).collect() }
}

fn article(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(article, _)| article)
}

impl Plan {
    pub(crate) fn is_indexed(&self, document: &str) -> bool {
        self.quarter_of.get(document).is_some_and(|q| *q < 2)
    }

    /// At most `limit` questions with gold answers, evenly over the set, as many with an indexed
    /// article as without.
    pub(crate) fn questions<'a>(&self, set: &'a Dataset, limit: usize) -> Vec<Chosen<'a>> {
        let mut sides: [Vec<Chosen<'a>>; 2] = [Vec::new(), Vec::new()];
        for query in set.queries.iter().filter(|q| !q.answers.is_empty()) {
            let document = set.qrels.get(&query.id).and_then(|judged| judged.keys().next());
            if let Some(quarter) = document.and_then(|d| self.quarter_of.get(d)).copied() {
                sides[usize::from(quarter >= 2)].push(Chosen { query, quarter });
            }
        }
        sides
            .into_iter()
            .flat_map(|side| {
                let step = side.len().div_ceil(limit / 2).max(1);
                side.into_iter().step_by(step)
            })
            .collect()
    }
}

/// A question that was asked.
pub(crate) struct Asked {
    pub(crate) set: String,
    pub(crate) for_fitting: bool,
    /// Whether its article is in the client.
    pub(crate) answerable: bool,
    pub(crate) scored: Vec<(Candidate, Features)>,
    /// Whether each candidate holds a gold answer.
    pub(crate) right: Vec<bool>,
}

impl Asked {
    pub(crate) fn new(set: &str, chosen: &Chosen<'_>, evidence: Evidence) -> Self {
        let answerable = chosen.quarter < 2;
        let golds: Vec<String> = chosen.query.answers.iter().map(|a| a.to_lowercase()).collect();
        let right = evidence
            .scored
            .iter()
            .map(|(c, _)| {
                let text = evidence.passages[c.hit].text[c.span.clone()].to_lowercase();
                golds.iter().any(|gold| text.contains(gold.as_str()))
            })
            .collect();
        Self {
            set: set.to_owned(),
            for_fitting: chosen.quarter.is_multiple_of(2),
            answerable,
            scored: evidence.scored,
            right,
        }
    }
}
