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

#[cfg(test)]
mod tests {
    use footnote_datasets::beir::Document;
    use footnote_index::fusion::{Fusion, Rrf};
    use footnote_models::{DEFAULT_MODEL, Precision};

    use super::*;
    use crate::collection::Collection;
    use crate::pooling::max_pool;
    use crate::qrels::Qrels;
    use crate::retrieval::search::{Asking, ask};
    use crate::retrieval::{Candidates, Rerank, Reranking, Setup, SystemSpec};
    use crate::system::System;

    fn collection() -> Collection {
        let texts = [
            ("lift", "Lifts are inspected twice a month."),
            ("crane", "A crane lifts loads of two tonnes."),
            ("return", "Goods can be sent back within thirty days."),
            ("pump", "The pump of the boiler is replaced every ten years."),
        ];
        let document =
            |(id, text): (&str, &str)| Document { id: id.into(), title: String::new(), text: text.into() };
        let query =
            |(id, text): (&str, &str)| Query { id: id.into(), text: text.into(), answers: Vec::new() };
        let queries =
            [("q1", "How often is a lift inspected?"), ("q2", "May I return what I bought?"), ("q3", "?!")];
        Collection {
            name: "tiny".into(),
            split: "test".into(),
            documents: texts.map(document).into(),
            queries: queries.map(query).into(),
            qrels: Qrels::from_iter([("q1", "lift", 1), ("q2", "return", 1), ("q3", "pump", 1)]),
            choice: None,
        }
    }

    #[test]
    fn joined_in_memory_is_what_the_engine_returns() {
        drop(footnote_models::testing::test_encoder(DEFAULT_MODEL));
        let collection = collection();
        let setup = Setup {
            model: None,
            precision: Precision::default(),
            chunker: Chunker::Whole,
            top_k: 10,
            vector_cache: None,
            dense: true,
            tokens: true,
        };
        let prepared = Prepared::new(&collection, &setup).expect("prepared");
        let legs = prepared.legs(&collection.queries, Chunker::Whole).expect("asked");
        let reranking = Reranking::load([], Precision::default(), None).expect("nothing to load");
        let default = SystemSpec::of(System::Hybrid, Candidates::Hybrid, &Rerank::default());
        let ranks = Fusion::Rrf(Rrf { k: 10.0, bm25: 0.3, dense: 0.7 });
        for system in [default.clone(), SystemSpec { fusion: ranks, ..default }] {
            let asking = Asking {
                system: &system,
                reranking: &reranking,
                chunker: Chunker::Whole,
                top_k: 10,
                reading: None,
            };
            let served = ask(&prepared, &collection.queries, asking).expect("asked").run;
            for hits in &legs.queries {
                let joined = system.fusion.fuse([&hits.legs[0], &hits.legs[1]]);
                let documents = joined.iter().take(legs.depth);
                let documents = documents.map(|it| (legs.chunks[&it.id].document.as_str(), it.score));
                assert_eq!(served.get(&hits.query), Some(&max_pool(documents).cut(10)), "{}", hits.query);
            }
        }
        let words = legs.queries.iter().find(|hits| hits.query == "q3").expect("asked");
        assert!(words.legs[0].is_empty() && words.legs[1].len() == 4, "a leg that finds nothing is no error");
        assert!(legs.chunks.values().all(|chunk| chunk.tokens > 3 && !chunk.passage.is_empty()));
    }
}
