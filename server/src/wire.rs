//! JSON shapes of the API, shared by the HTTP server, the command line's client and `--json`.
//!
//! Offsets count Unicode scalar values of the version's extracted text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Version of the `--json` objects of the command line; raised when a field changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// Body of `POST /v1/search`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// The question or keywords.
    pub query: String,
    /// Hits wanted, 1 to 100; 10 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// `hybrid` (default), `bm25` or `dense`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<footnote_index::Mode>,
    /// Whether hits say how they came to their score.
    #[serde(default)]
    pub explain: bool,
}

/// Answer of `POST /v1/search`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SearchResult {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Parts that did not take part.
    pub degraded: Vec<Degraded>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<String, f64>,
    /// The commit the search saw.
    pub seq: u64,
}

/// A chunk that answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    /// The document's language, ISO 639-1, when it could be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its place.
    pub source: Place,
    /// The document's metadata.
    pub metadata: Map<String, Value>,
    /// Rank score, comparable inside one response only.
    pub score: f32,
    /// Ranks, scores and shares by leg, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explain>,
}

/// How a hit came to its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explain {
    /// The lexical leg's view of it; absent when it is not among its candidates.
    pub bm25: Option<LegScore>,
    /// The dense leg's view of it.
    pub dense: Option<LegScore>,
    /// How the vectors were searched.
    pub planner: String,
}

/// One leg's view of a hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
        Self { bm25: e.bm25.map(leg), dense: e.dense.map(leg), planner: e.planner.to_owned() }
    }
}

/// A place in a version's extracted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// First character.
    pub start_char: usize,
    /// One past the last.
    pub end_char: usize,
    /// Page, from 1, for formats with pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Headings above it, outermost first.
    pub heading_path: Vec<String>,
}

/// A range of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First character.
    pub start_char: usize,
    /// One past the last.
    pub end_char: usize,
}

/// A part that was skipped or failed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Degraded {
    /// `bm25`, `dense`, ...
    pub part: String,
    /// Why, in words.
    pub reason: String,
}

/// Body of `POST /v1/answers`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    /// The question.
    pub question: String,
    /// Passages to read, 1 to 20; 6 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
}

/// Answer of `POST /v1/answers`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// Id of this answer.
    pub id: String,
    /// The text; empty when abstained.
    pub answer: String,
    /// One entry a cited sentence, in the order of the text.
    pub citations: Vec<Citation>,
    /// Whether the answer rests on evidence.
    pub grounding: Grounding,
    /// `extractive`.
    pub engine: String,
    /// Parts that did not take part.
    pub degraded: Vec<Degraded>,
    /// What was read, best first; also when abstained.
    pub passages: Vec<Hit>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<String, f64>,
}

/// Where a sentence of the answer comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// Number from 1, as in `[1]`.
    pub id: u32,
    /// The document.
    pub document_id: String,
    /// The version that was quoted.
    pub version: u32,
    /// The chunk it lies in.
    pub chunk_id: String,
    /// The document's title.
    pub title: String,
    /// The document's uri.
    pub uri: String,
    /// Exactly the version's text at `source`.
    pub quote: String,
    /// Its place.
    pub source: Place,
    /// The part of the answer it supports.
    pub answer: Span,
    /// How well it does.
    pub support: Support,
}

/// Whether a quote supports its sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Support {
    /// Outcome of the check.
    pub status: SupportStatus,
    /// 0 to 1.
    pub score: f32,
    /// How it was checked: `exact_quote` means the sentence is the quote, read back from the store.
    pub method: String,
}

/// Outcome of checking a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SupportStatus {
    /// The quote is in the source and says what the sentence says.
    Verified,
    /// It says part of it.
    Partial,
    /// It does not.
    Unsupported,
}

/// Whether an answer rests on evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grounding {
    /// Outcome.
    pub status: GroundingStatus,
    /// 0 to 1: how likely the passages hold the answer.
    pub confidence: f32,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<AbstainReason>,
}

/// Whether there is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroundingStatus {
    /// Every sentence has a verified citation.
    Grounded,
    /// Some have.
    Partial,
    /// No answer is given.
    Abstained,
}

/// Why no answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbstainReason {
    /// Nothing was found at all.
    NoEvidence,
    /// What was found does not answer the question well enough.
    WeakEvidence,
    /// A sentence was found but its quote could not be read back from the store.
    Unverified,
}

/// A document as listed and shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentOut {
    /// Id.
    pub id: String,
    /// Identity inside the client.
    pub uri: String,
    /// Title.
    pub title: String,
    /// Shown version.
    pub version: u32,
    /// Newest version, which may still be on its way or have failed.
    pub newest_version: u32,
    /// `accepted`, `visible`, `superseded` or `failed`.
    pub state: String,
    /// Stable code of why the newest version failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// SHA-256 of the original bytes.
    pub content_hash: String,
    /// Media type.
    pub mime: String,
    /// ISO 639-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Size of the original.
    pub bytes: u64,
    /// Characters of extracted text.
    pub chars: u64,
    /// Chunks.
    pub chunks: u64,
    /// The caller's keys.
    pub metadata: Map<String, Value>,
    /// What the extractor could not do.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// When the shown version arrived, RFC 3339.
    pub updated: String,
}

/// One page of documents.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentPage {
    /// The rows.
    pub data: Vec<DocumentOut>,
    /// Whether more follow: ask with `after` = the last row's id.
    pub has_more: bool,
}

/// What became of an upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UploadResult {
    /// Identity inside the client.
    pub uri: String,
    /// The document, when it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// `accepted` (durable, being worked on), `ingested`, `skipped` or `failed`.
    pub status: String,
    /// `new`, `changed`, `unchanged`, or the failure's code.
    pub code: String,
    /// The failure in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Chunks made searchable.
    pub chunks: usize,
}

/// Part of a document's text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TextOut {
    /// The version it is from.
    pub version: u32,
    /// The text.
    pub text: String,
    /// First character.
    pub start_char: usize,
    /// One past the last.
    pub end_char: usize,
    /// Length of the whole text.
    pub total_chars: usize,
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
            language: hit.language,
            source: Place {
                start_char: hit.start_char,
                end_char: hit.end_char,
                page: hit.page,
                heading_path: hit.heading_path,
            },
            metadata: hit.metadata,
            score: hit.score,
            explain: hit.explain.map(Into::into),
        }
    }
}

impl From<footnote_index::Degraded> for Degraded {
    fn from(d: footnote_index::Degraded) -> Self {
        Self { part: d.part.to_owned(), reason: d.reason }
    }
}

impl From<footnote_index::Document> for DocumentOut {
    fn from(d: footnote_index::Document) -> Self {
        Self {
            id: d.id,
            uri: d.uri,
            title: d.title,
            version: d.version,
            newest_version: d.newest_version,
            state: serde_json::to_value(d.state)
                .ok()
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_default(),
            code: d.code,
            reason: d.reason,
            content_hash: d.content_hash,
            mime: d.mime,
            language: d.language,
            bytes: d.bytes,
            chars: d.chars,
            chunks: d.chunks,
            metadata: d.metadata,
            warnings: d.warnings,
            updated: rfc3339(d.updated_ms),
        }
    }
}

/// RFC 3339, UTC, of milliseconds since the Unix epoch.
pub fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default()
}

/// A client as listed. `GET /v1/clients` gives `{"data": [...]}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClientOut {
    /// Its name.
    pub name: String,
}

/// A list that is never paged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct List<T> {
    /// The rows.
    pub data: Vec<T>,
}

/// An API key as listed: everything but its secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyOut {
    /// Public id, used to revoke it.
    pub id: String,
    /// The operator's note.
    pub label: String,
    /// `viewer`, `editor` or `admin`.
    pub role: String,
    /// Clients it may use; absent for all of the tenant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<Vec<String>>,
    /// RFC 3339.
    pub created: String,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
}

/// Body of `POST /v1/keys`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyBody {
    /// `viewer`, `editor` or `admin`.
    pub role: String,
    /// Clients it may use; absent for all of the tenant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<Vec<String>>,
    /// Seconds until it stops working; absent for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<i64>,
    /// A note.
    #[serde(default)]
    pub label: String,
}

/// A key just made (`POST /v1/keys`, `POST /v1/keys/{id}/rotate`): the only time the secret is seen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewKeyOut {
    /// Public id.
    pub id: String,
    /// The whole credential.
    pub key: String,
}

/// Body of `POST /v1/keys/{id}/rotate`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateBody {
    /// Seconds the old key still works.
    pub overlap_s: i64,
}

/// Body of `POST /v1/clients`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientBody {
    /// Its name.
    pub name: String,
}

impl From<footnote_index::KeyInfo> for KeyOut {
    fn from(k: footnote_index::KeyInfo) -> Self {
        Self {
            id: k.id,
            label: k.label,
            role: k.role.as_str().to_owned(),
            clients: k.clients.map(|list| list.into_iter().map(|n| n.to_string()).collect()),
            created: rfc3339(k.created_ms),
            expires: k.expires_ms.map(rfc3339),
            revoked: k.revoked_ms.map(rfc3339),
        }
    }
}

impl From<footnote_index::NewKey> for NewKeyOut {
    fn from(k: footnote_index::NewKey) -> Self {
        Self { id: k.id, key: k.key }
    }
}

impl From<footnote_index::TextSlice> for TextOut {
    fn from(t: footnote_index::TextSlice) -> Self {
        Self {
            version: t.version,
            text: t.text,
            start_char: t.start_char,
            end_char: t.end_char,
            total_chars: t.total_chars,
        }
    }
}
