//! Documents, their text, and what became of uploads.

use footnote_index::ChunkFlag;
use footnote_ingest::pipeline::{Manifest, SyncPlan};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Place, described, rfc3339};

/// Body of `POST /v1/sync`: everything there should be below the roots.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "manifest": {"roots": ["file:///docs/"], "entries": [{"uri": "file:///docs/a.md", "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]},
    "dry_run": true
}))]
pub struct SyncBody {
    /// What there should be.
    #[schema(value_type = described::Manifest)]
    pub manifest: Manifest,
    /// Only say what has to be done.
    #[serde(default)]
    pub dry_run: bool,
    /// Remove even more than a fifth of the documents.
    #[serde(default)]
    pub force: bool,
}

/// What `POST /v1/sync` found and did.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({
    "plan": {"new": ["file:///docs/a.md"], "changed": [], "unchanged": [], "renamed": [], "deleted": [], "lost": 0},
    "removed": 0
}))]
pub struct SyncResult {
    /// What had to be done.
    #[schema(value_type = described::SyncPlan)]
    pub plan: SyncPlan,
    /// Documents removed; none by a dry run.
    pub removed: usize,
}

/// A document as listed and shown.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({
    "id": "doc_5f0c", "uri": "prices.md", "title": "Prices", "version": 1, "newest_version": 1, "state": "visible",
    "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "mime": "text/markdown",
    "language": "en", "bytes": 34, "chars": 34, "chunks": 1, "metadata": {}, "warnings": [],
    "updated": "2026-11-22T12:00:00Z"
}))]
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
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// What the extractor could not do.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// When the shown version arrived, RFC 3339.
    pub updated: String,
    /// Times the newest version was tried, the try that made it visible included.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// Time that reading and cutting the newest version took when it was last tried, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent_ms: Option<u64>,
}

/// A chunk: what is embedded, searched and quoted as one.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({
    "chunk_id": "7", "ordinal": 0, "state": "searchable", "text": "A day pass costs 45 EUR.", "language": "en",
    "source": {"start_char": 10, "end_char": 34, "page": 1, "heading_path": ["Prices"]}, "sharing": 1
}))]
pub struct ChunkOut {
    /// Its id, as hits of searches have it.
    pub chunk_id: String,
    /// Its place among the document's chunks, from 0.
    pub ordinal: u32,
    /// `searchable`, or `waiting` for the moment between its commit and the view that shows it.
    pub state: String,
    /// Its text, equal to the document's text at `source`.
    pub text: String,
    /// ISO 639-1, when it could be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its place.
    pub source: Place,
    /// What to know before trusting it: `hidden_text`, `prompt_injection`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<described::ChunkFlag>)]
    pub flags: Vec<ChunkFlag>,
    /// Chunks of the client that share its vector, itself included: equal text under equal headings is embedded once.
    pub sharing: u64,
}

/// One page of a document's chunks, in order.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"document_id": "doc_5f0c", "version": 1, "model": "multilingual-e5-small-q4", "data": [], "has_more": false}))]
pub struct ChunkPageOut {
    /// Their document.
    pub document_id: String,
    /// Its visible version; absent while it has none, and then there are no chunks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The model that embedded them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The chunks.
    pub data: Vec<ChunkOut>,
    /// Whether more follow: ask with `after` = the last one's `ordinal`.
    pub has_more: bool,
}

impl ChunkPageOut {
    /// What is listed of a document.
    #[must_use]
    pub fn of(document_id: String, page: Option<footnote_index::ChunkPage>) -> Self {
        let Some(page) = page else {
            return Self { document_id, version: None, model: None, data: Vec::new(), has_more: false };
        };
        let (version, model) = (Some(page.version), Some(page.model));
        Self {
            document_id,
            version,
            model,
            data: page.data.into_iter().map(Into::into).collect(),
            has_more: page.has_more,
        }
    }
}

impl From<footnote_index::ListedChunk> for ChunkOut {
    fn from(chunk: footnote_index::ListedChunk) -> Self {
        Self {
            chunk_id: chunk.chunk_id.to_string(),
            ordinal: chunk.ordinal,
            state: if chunk.searchable { "searchable" } else { "waiting" }.into(),
            text: chunk.text,
            language: chunk.language,
            source: Place {
                start_char: chunk.start_char,
                end_char: chunk.end_char,
                position: chunk.position,
                heading_path: chunk.heading_path,
            },
            flags: chunk.flags,
            sharing: chunk.sharing,
        }
    }
}

/// One page of documents.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"data": [], "has_more": false}))]
pub struct DocumentPage {
    /// The rows.
    pub data: Vec<DocumentOut>,
    /// Whether more follow: ask with `after` = the last row's id.
    pub has_more: bool,
}

/// What became of an upload.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({
    "uri": "prices.md", "document_id": "doc_5f0c", "version": 1, "status": "ingested", "code": "new", "chunks": 3,
    "job_id": "job_91ac"
}))]
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
    /// Uri of another document with the very same bytes, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_content_as: Option<String>,
    /// Times it was tried, the try that made it searchable included.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// The job it belongs to, in the answer to the upload of one document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Part of a document's text.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"version": 1, "text": "A day pass costs 45 EUR.", "start_char": 10, "end_char": 34, "total_chars": 4711}))]
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
            attempts: d.attempts,
            spent_ms: d.spent_ms,
        }
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
