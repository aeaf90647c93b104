//! Measuring retrieval: a collection is indexed in a real, temporary engine and every judged query is asked of it.
//!
//! Reads top to bottom in [`measure()`]: cut the documents into chunks, embed them, index them, ask, judge.

mod candidates;
mod chunker;
mod cut;
mod embedder;
mod error;
mod index;
mod legs;
mod measure;
#[cfg(test)]
mod parity;
mod prepared;
mod reading;
mod reranking;
mod search;
mod spec;

pub use candidates::Candidates;
pub use chunker::Chunker;
pub(crate) use cut::record;
pub(crate) use embedder::obtain;
pub use error::MeasureError;
pub(crate) use legs::{LegHits, Legs};
pub use measure::{Measured, Options, measure};
pub(crate) use prepared::{Prepared, Setup};
pub(crate) use reranking::{Reranking, reordered};
pub use spec::{Rerank, SystemSpec, fusion_name};
