//! Documents, their text, and what became of uploads.

use footnote_ingest::pipeline::{Manifest, SyncPlan};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{described, rfc3339};

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
    /// Times its extraction failed.
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
