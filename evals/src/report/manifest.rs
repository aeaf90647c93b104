use std::collections::BTreeMap;

use serde::Serialize;

use crate::retrieval::Candidates;

/// What was measured with what: enough to repeat a measurement and to tell whether two can be compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Manifest {
    /// Version of this program.
    pub version: String,
    /// Commit of the source tree the program was started in, with `-dirty` when files differed; absent outside one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When the measurement began (RFC 3339, UTC).
    pub started_at: String,
    /// Logical processors of the machine.
    pub processors: usize,
    /// The test collection.
    pub dataset: DatasetManifest,
    /// The encoder; absent when no system needed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelManifest>,
    /// The cross-encoder of the system `rerank`; absent when that was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reranker: Option<RerankerManifest>,
    /// How documents were cut, indexed and searched.
    pub settings: Settings,
    /// Wall-clock seconds by stage.
    pub seconds: BTreeMap<&'static str, f64>,
}

/// The test collection, and how much of it was used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetManifest {
    /// The directory's name.
    pub name: String,
    /// The split whose queries were judged.
    pub split: String,
    /// Documents in the corpus, all of them indexed.
    pub documents: usize,
    /// Queries that were run.
    pub queries: usize,
    /// Judgments of those queries.
    pub judgments: usize,
    /// The greatest number of queries that was asked for; absent when all were wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_queries: Option<usize>,
    /// The seed that chose the queries; absent when all were wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// The encoder and the exact files it was loaded from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelManifest {
    /// Name in the registry.
    pub name: String,
    /// How its products were computed: `int8` or `f32`.
    pub precision: &'static str,
    /// Hash of everything that gives its vectors their meaning.
    pub fingerprint: String,
    /// The files it was loaded from, each checked against its hash.
    pub files: Vec<ModelFile>,
}

/// The cross-encoder, and what it was given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RerankerManifest {
    /// Name in the registry.
    pub name: String,
    /// How its products were computed: `int8` or `f32`.
    pub precision: &'static str,
    /// Hash of everything that decides its scores.
    pub fingerprint: String,
    /// What it reordered.
    pub candidates: Candidates,
    /// Chunks it scored for each query.
    pub depth: usize,
}

/// One pinned file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelFile {
    /// File name.
    pub name: String,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

/// How documents were cut, indexed and searched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// The chunker: `whole` or `structure`.
    pub chunker: String,
    /// Its version and sizes.
    pub chunker_settings: String,
    /// Version of the rules that make terms of words.
    pub analyzer: String,
    /// Documents kept for each query.
    pub top_k: usize,
    /// Chunks asked of the engine for each query, before pooling.
    pub chunk_depth: usize,
    /// Chunks in the index.
    pub chunks: usize,
    /// Fingerprint of the index: encoder, chunker and analyzers.
    pub fingerprint: String,
}
