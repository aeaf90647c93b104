//! Bodies of `POST /v1/rerank`, the shape of Cohere and Jina.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Body of `POST /v1/rerank`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct RerankBody {
    /// The configured reranker's name; that one unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the documents are scored for.
    pub query: String,
    /// 1 to 100 texts, each a string or `{"text"}`.
    pub documents: Vec<Value>,
    /// Results wanted; all unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_n: Option<usize>,
    /// Whether the results hold the documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_documents: Option<bool>,
    /// Everything else: `rank_fields` is refused, the rest ignored.
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Map<String, Value>,
}

/// Answer of `POST /v1/rerank`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RerankResult {
    /// Id of this answer.
    pub id: String,
    /// The reranker.
    pub model: String,
    /// Most relevant first.
    pub results: Vec<RankedDocument>,
    /// Where the shape is from.
    pub meta: RerankMeta,
}

/// A document with its score.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RankedDocument {
    /// Its place in the request.
    pub index: usize,
    /// The calibrated probability, 0 to 1, that it answers the query.
    pub relevance_score: f32,
    /// The document, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<RerankedText>,
}

/// The text of a document.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RerankedText {
    /// The text.
    pub text: String,
}

/// Where the shape is from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RerankMeta {
    /// The version of the shape.
    pub api_version: ApiVersion,
}

/// The version of a shape.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ApiVersion {
    /// `2`.
    pub version: String,
}
