//! A test collection in memory: documents, queries and judgments.

mod read;

pub use read::CollectionError;

use std::collections::HashSet;

use crate::qrels::Qrels;
use crate::sample;

/// One document of a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Id that the judgments name.
    pub id: String,
    /// Title; may be empty.
    pub title: String,
    /// Text; may be empty.
    pub text: String,
}

/// One query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Id that the judgments name.
    pub id: String,
    /// The question as a user would type it.
    pub text: String,
}

/// A corpus with judged queries.
#[derive(Debug, Clone)]
pub struct Collection {
    /// Name of the directory it was read from.
    pub name: String,
    /// The split whose queries are here.
    pub split: String,
    /// Every document.
    pub documents: Vec<Document>,
    /// The judged queries, in the order of their file.
    pub queries: Vec<Query>,
    /// The judgments of those queries.
    pub qrels: Qrels,
}

impl Collection {
    /// Keeps a seeded choice of `count` queries and their judgments; the corpus stays whole.
    pub fn limit_queries(&mut self, count: usize, seed: u64) {
        self.queries = sample::choose(std::mem::take(&mut self.queries), count, seed);
        let kept: HashSet<&str> = self.queries.iter().map(|query| query.id.as_str()).collect();
        self.qrels.retain(|id| kept.contains(id));
    }

    /// The number of judgments.
    #[must_use]
    pub fn judgments(&self) -> usize {
        self.qrels.iter().map(|(_, judgments)| judgments.len()).sum()
    }
}
