//! Bodies of `GET /v1/models`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Answer of `GET /v1/models`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ModelList {
    /// `list`.
    pub object: String,
    /// The models.
    pub data: Vec<ModelOut>,
}

/// Something a request can name as its `model`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelOut {
    /// Its name.
    pub id: String,
    /// `model`.
    pub object: String,
    /// 0: not known.
    pub created: i64,
    /// `footnote`.
    pub owned_by: String,
    /// Ours: which route takes it.
    pub kind: ModelKind,
    /// Ours: values in a vector, of an embedding model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<usize>,
    /// Ours: tokens of a text, of an embedding model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<usize>,
}

/// What a model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ModelKind {
    /// Answers, for `POST /v1/chat/completions`.
    Engine,
    /// Makes vectors, for `POST /v1/embeddings`.
    Embedding,
    /// Scores, for `POST /v1/rerank`.
    Rerank,
}
