use std::collections::HashMap;

use footnote_datasets::beir::Query;
use footnote_index::{Mode, SearchRequest};

use super::search::NO_WORD;
use super::{Chunker, MeasureError, Prepared};
use crate::progress::Progress;

/// What both legs returned for every query, kept so that ways to join them can be tried without asking again.
pub(crate) struct Legs {
    /// In the order of the queries.
    pub(crate) queries: Vec<LegHits>,
    /// The chunks that any of them returned.
    pub(crate) chunks: HashMap<u32, Chunk>,
    /// Most chunks a leg returned for a query.
    pub(crate) depth: usize,
}

/// What both legs returned for one query, best first.
pub(crate) struct LegHits {
    /// The query's id.
    pub(crate) query: String,
    /// Its text.
    pub(crate) text: String,
    /// Chunks and scores of the lexical leg and of the dense one.
    pub(crate) legs: [Vec<(u32, f32)>; 2],
}

/// A chunk that was returned.
pub(crate) struct Chunk {
    /// Id of its document in the collection.
    pub(crate) document: String,
    /// What a model reads for it.
    pub(crate) passage: String,
    /// Its tokens, as the encoder counts.
    pub(crate) tokens: usize,
}

impl Prepared {
    /// Asks every query of each leg once.
    pub(crate) fn legs(&self, queries: &[Query], chunker: Chunker) -> Result<Legs, MeasureError> {
        let tokens = self.tokens();
        let mut progress = Progress::start("asking both legs", queries.len(), "queries");
        let mut found = Legs { queries: Vec::new(), chunks: HashMap::new(), depth: self.depth };
        for (number, query) in queries.iter().enumerate() {
            let vector = self.query_vectors.get(number).map(|(vector, _)| (&**vector, self.fingerprint()));
            let mut legs = [Vec::new(), Vec::new()];
            for (leg, mode) in legs.iter_mut().zip([Mode::Bm25, Mode::Dense]) {
                let request = SearchRequest {
                    mode,
                    depth: self.depth,
                    ..SearchRequest::new(&query.text, vector, self.depth)
                };
                let response = self.index.engine.search(&self.index.scope, &request)?;
                if let Some(failed) = response.degraded.into_iter().find(|part| part.reason != NO_WORD) {
                    let query = query.id.clone();
                    return Err(MeasureError::LegFailed { query, part: failed.part, reason: failed.reason });
                }
                for hit in response.hits {
                    leg.push((hit.chunk_id, hit.score));
                    found.chunks.entry(hit.chunk_id).or_insert_with(|| Chunk {
                        passage: chunker.passage(&hit.title, &hit.heading_path, &hit.text),
                        tokens: tokens.as_ref().map_or(0, |tokens| tokens.0.count(&hit.text)),
                        document: hit.uri,
                    });
                }
            }
            found.queries.push(LegHits { query: query.id.clone(), text: query.text.clone(), legs });
            progress.advance(1);
        }
        progress.finish();
        Ok(found)
    }
}
