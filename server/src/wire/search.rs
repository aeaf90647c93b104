//! Bodies of `POST /v1/search`.

use std::collections::BTreeMap;

use footnote_index::ChunkFlag;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Degraded, Place, Span, described};

/// Body of `POST /v1/search`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"query": "price of a ski pass", "top_k": 5}))]
pub struct SearchBody {
    /// The question or keywords.
    pub query: String,
    /// Hits wanted, 1 to 100; 10 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// `hybrid` (default), `bm25` or `dense`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<described::Mode>)]
    pub mode: Option<footnote_index::Mode>,
    /// Whether hits say how they came to their score.
    #[serde(default)]
    pub explain: bool,
    /// Whether the last word may be the beginning of a longer one: for a box that searches while somebody types.
    #[serde(default)]
    pub prefix: bool,
    /// Whether a cross-encoder reads the best 30 hits, or all that are wanted, and puts them in order. Slower; English only.
    /// Not unless the client's settings say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rerank: Option<bool>,
    /// Only documents that pass it, see `docs/filters.md`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Value>,
    /// Fields whose values are counted among the documents that pass the filter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<String>,
}

/// Answer of `POST /v1/search`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"hits": [], "degraded": [], "timings_ms": {"bm25": 0.8, "dense": 3.1, "embed": 9.6}, "seq": 7}))]
pub struct SearchResult {
    /// Best first.
    pub hits: Vec<Hit>,
    /// For each field asked for, its commonest values, at most 100, among the documents that pass the filter.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets: BTreeMap<String, Vec<FacetValue>>,
    /// Parts that did not take part.
    pub degraded: Vec<Degraded>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<String, f64>,
    /// The commit the search saw.
    pub seq: u64,
    /// Id of the search in the history; missing when it is not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

/// A value of a field, and how many documents have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FacetValue {
    /// The value: a string, a number, true or false.
    pub value: Value,
    /// Documents that have it.
    pub documents: u64,
}

impl From<footnote_index::FacetValue> for FacetValue {
    fn from(facet: footnote_index::FacetValue) -> Self {
        Self { value: facet.value, documents: facet.documents }
    }
}

/// A chunk that answers.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hit {
    /// Id of the chunk.
    pub chunk_id: String,
    /// Its document.
    pub document_id: String,
    /// Its version.
    pub version: u32,
    /// The document's title.
    pub title: String,
    /// The document's uri.
    pub uri: String,
    /// The chunk's text, equal to the version's text at `source`.
    pub text: String,
    /// The part of `text` with the most of the query's words; in searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
    /// Its language, ISO 639-1, when it could be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its place.
    pub source: Place,
    /// What to know before trusting it: `hidden_text`, `prompt_injection`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<described::ChunkFlag>)]
    pub flags: Vec<ChunkFlag>,
    /// The document's metadata: the caller's keys, and below them what the document says of itself.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// Rank score, comparable inside one response only.
    pub score: f32,
    /// How likely it is that the hit answers the question, 0 to 1, calibrated; in reranked searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevance: Option<f32>,
    /// Ranks, scores and shares by leg, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explain>,
}

/// A verbatim part of a hit's text, at most 240 characters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Snippet {
    /// The part.
    pub text: String,
    /// Where it begins in the hit's text.
    pub start_char: usize,
    /// Where words of the query, in any of their forms, are in `text`.
    pub matches: Vec<Span>,
}

impl From<footnote_index::Snippet> for Snippet {
    fn from(snippet: footnote_index::Snippet) -> Self {
        let span = |m: &std::ops::Range<usize>| Span { start_char: m.start, end_char: m.end };
        let matches = snippet.matches.iter().map(span).collect();
        Self { text: snippet.text, start_char: snippet.start_char, matches }
    }
}

/// How a hit came to its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Explain {
    /// The lexical leg's view of it; absent when it is not among its candidates.
    pub bm25: Option<LegScore>,
    /// The dense leg's view of it.
    pub dense: Option<LegScore>,
    /// What it took of a better hit of its document; 0 for a document's best.
    #[serde(default)]
    pub document: f32,
    /// How the vectors were searched.
    pub planner: String,
}

/// One leg's view of a hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LegScore {
    /// Rank from 1.
    pub rank: u32,
    /// The leg's own score: BM25, or the cosine.
    pub score: f32,
    /// What it added to the fused score.
    pub share: f32,
}

impl From<footnote_index::Explain> for Explain {
    fn from(e: footnote_index::Explain) -> Self {
        let leg = |l: footnote_index::LegScore| LegScore { rank: l.rank, score: l.score, share: l.share };
        Self {
            bm25: e.bm25.map(leg),
            dense: e.dense.map(leg),
            document: e.document,
            planner: e.planner.to_string(),
        }
    }
}

impl From<footnote_index::Hit> for Hit {
    fn from(hit: footnote_index::Hit) -> Self {
        Self {
            chunk_id: hit.chunk_id.to_string(),
            document_id: hit.document_id,
            version: hit.version,
            title: hit.title,
            uri: hit.uri,
            text: hit.text,
            snippet: None,
            language: hit.language,
            source: Place {
                start_char: hit.start_char,
                end_char: hit.end_char,
                position: hit.position,
                heading_path: hit.heading_path,
            },
            flags: hit.flags,
            metadata: hit.metadata,
            score: hit.score,
            relevance: None,
            explain: hit.explain.map(Into::into),
        }
    }
}
