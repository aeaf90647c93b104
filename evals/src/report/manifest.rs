use std::collections::BTreeMap;

use footnote_models::EncoderInfo;
use serde::Serialize;

use crate::retrieval::Candidates;
use crate::sampling::Sample;

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
    /// How each system retrieves, by its name.
    pub systems: BTreeMap<String, SystemManifest>,
    /// Where it ran: `in-process`, or `http` for a server.
    pub engine: &'static str,
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
    /// Which queries were chosen of which; absent when all were wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
}

/// How a system retrieves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemManifest {
    /// The legs whose hits it returns or reorders.
    pub legs: Candidates,
    /// How the legs are joined; absent where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fusion: Option<String>,
    /// Who reorders what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reranker: Option<RerankerManifest>,
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

impl ModelManifest {
    /// What a manifest says of an encoder.
    #[must_use]
    pub fn of(info: &EncoderInfo) -> Self {
        let file = |name: &str, sha256: &str| ModelFile { name: name.to_owned(), sha256: sha256.to_owned() };
        Self {
            name: info.name.clone(),
            precision: info.precision.as_str(),
            fingerprint: info.fingerprint(),
            files: vec![
                file("model.safetensors", &info.weights_sha256),
                file("tokenizer.json", &info.tokenizer_sha256),
            ],
        }
    }
}

/// A cross-encoder, and what it was given.
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
    /// Weight of the order it was given, 0 to 1; the rest is its own.
    #[serde(skip_serializing_if = "is_zero")]
    pub keep: f32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_zero(share: &f32) -> bool {
    *share == 0.0
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
    /// The chunker: `whole` or `structure`, or `of the server`.
    pub chunker: String,
    /// Its version and sizes; absent where a server knows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunker_settings: Option<String>,
    /// Version of the rules that make terms of words; absent where a server knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analyzer: Option<String>,
    /// Documents kept for each query.
    pub top_k: usize,
    /// Chunks asked of the engine for each query, before pooling.
    pub chunk_depth: usize,
    /// Chunks in the index; absent where that is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunks: Option<usize>,
    /// Fingerprint of the index: encoder, chunker and analyzers; absent where a server knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}
