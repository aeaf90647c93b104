//! The data Footnote is shown and measured with: the embedded sample corpus with its questions and
//! dialogues ([`sample()`]), and readers and writers for the file layouts retrieval sets come in
//! ([`beir::Dataset`], [`run::Run`]).
//!
//! It is not an evaluator (no metric is computed here), not a document extractor (sample documents
//! are handed out as the bytes of the file) and not a downloader: whoever wants a public set brings
//! its directory.

pub mod beir;
mod error;
mod lines;
pub mod run;
mod sample;

pub use error::DatasetError;
pub use sample::{
    DemoQuestion, Dialogue, Leaning, Passage, Question, QuestionKind, QuestionTrait, SampleClient,
    SampleDocument, Turn, demo_questions, sample,
};
