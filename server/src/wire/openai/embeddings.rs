//! Bodies of `POST /v1/embeddings`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Body of `POST /v1/embeddings`. Other fields, such as `user`, are ignored.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct EmbeddingsBody {
    /// The embedding model that `GET /v1/models` lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A text, or 1 to 128 of them.
    pub input: Value,
    /// `float` (default) or `base64`: little-endian 32-bit floats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding_format: Option<String>,
    /// Only what the model has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u64>,
    /// Ours: `document` (default) or `query`; the model reads the two differently.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_type: Option<String>,
    /// Ours: whether a text longer than the model's input is cut instead of refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<bool>,
}

/// Answer of `POST /v1/embeddings`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EmbeddingsResult {
    /// `list`.
    pub object: String,
    /// One a text, in the texts' order.
    pub data: Vec<EmbeddingOut>,
    /// The model.
    pub model: String,
    /// Tokens.
    pub usage: EmbeddingUsage,
}

/// A text's vector.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EmbeddingOut {
    /// `embedding`.
    pub object: String,
    /// Place of the text.
    pub index: usize,
    /// Of length 1.
    pub embedding: EmbeddingValue,
}

/// A vector as it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum EmbeddingValue {
    /// Numbers.
    Floats(Vec<f32>),
    /// Base64 of little-endian 32-bit floats.
    Base64(String),
}

/// Tokens of the texts, as the model counts them: with special ones and the prefix of the input type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmbeddingUsage {
    /// Tokens read.
    pub prompt_tokens: usize,
    /// The same.
    pub total_tokens: usize,
}
