//! From ranked chunks to ranked documents.
//!
//! Test collections judge documents and engines rank chunks. A document is worth its best chunk (max-pooling, "MaxP" in
//! Dai and Callan 2019), so that each document counts once however many of its chunks were found.

use crate::run::Ranking;

/// Pools chunk hits, given as (document id, chunk score), into a ranking of documents.
///
/// The number of documents can be smaller than the number of chunks: ask the engine for more chunks than the documents
/// that are wanted.
#[must_use]
pub fn max_pool<D: Into<String>>(chunks: impl IntoIterator<Item = (D, f32)>) -> Ranking {
    Ranking::new(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_counts_once_with_its_best_chunk() {
        let ranking = max_pool([("long", 0.7), ("short", 0.8), ("long", 0.9), ("long", 0.1)]);
        let pooled: Vec<_> = ranking.documents().iter().map(|d| (d.id.as_str(), d.score)).collect();
        assert_eq!(pooled, [("long", 0.9), ("short", 0.8)]);
    }
}
