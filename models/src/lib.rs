//! Sentence encoders and generators on the CPU: pinned model files, tokenisation, a fast forward pass, batching.
//!
//! [`ModelStore`] gets, adds and keeps model files, [`Encoder`] turns texts into unit vectors, [`Reranker`] scores
//! passages, [`EmbeddingService`] and [`RerankService`] share one among many callers, [`VectorCache`] remembers vectors
//! in a file. [`Generator`] continues conversations, [`GenerationService`] shares it.
//!
//! This crate knows no documents, no index, no HTTP server. It uses the network only in [`ModelStore::fetch`].

mod add;
mod batch;
mod cache;
mod config;
mod convert;
mod encoder;
mod error;
mod fetch;
mod generator;
mod hash;
mod kernels;
mod network;
mod registry;
mod reranker;
mod service;
mod store;
pub mod testing;
mod threads;
mod tokenize;

pub use add::AddOptions;
pub use cache::VectorCache;
pub use config::{Calibration, ModelConfig, ModelKind};
pub use encoder::{Encoded, Encoder, EncoderInfo, Precision};
pub use error::ModelError;
pub use fetch::{FetchEvent, FetchOptions};
pub use generator::{
    ChatMessage, ChatRole, Family, Finish, Generating, Generation, GenerationOptions, GenerationRequest,
    GenerationService, Generator, GeneratorInfo, Piece,
};
pub use registry::{
    Architecture, Conversion, DEFAULT_GENERATOR, DEFAULT_MODEL, DEFAULT_RERANKER, InputKind, MODELS,
    ModelSpec, Pooling, PythonPackage, SourceFile,
};
pub use reranker::{Reranked, Reranker, RerankerInfo, Score};
pub use service::{CacheCounts, EmbeddingService, Priority, QueryEmbedding, RerankService, ServiceOptions};
pub use store::{ModelDir, ModelStatus, ModelStore};
pub use threads::Threads;
pub use tokenize::TextTokenizer;
