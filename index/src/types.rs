//! Domain types of documents, chunks and generations.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Opaque id of a document inside one client.
pub type DocumentId = String;

/// One source as handed in, before extraction.
#[derive(Debug, Clone)]
pub struct NewDocument<'a> {
    /// Identity inside the client: a path, a URL, any stable name. At most 2,048 bytes.
    pub uri: &'a str,
    /// Title given by the caller, which wins over an extracted one.
    pub title: Option<&'a str>,
    /// Media type given by the caller, a hint only.
    pub mime: Option<&'a str>,
    /// The caller's own keys, a JSON object.
    pub metadata: &'a serde_json::Map<String, serde_json::Value>,
    /// The original bytes.
    pub bytes: &'a [u8],
}

/// What became of a [`NewDocument`]. Once returned, the bytes and the ledger row are durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// The document.
    pub document_id: DocumentId,
    /// The version that holds these bytes.
    pub version: u32,
    /// Whether anything has to be done.
    pub outcome: Outcome,
}

/// How handed-in bytes compare with what the client has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The uri was not there.
    New,
    /// The uri was there with other bytes, title or metadata.
    Changed,
    /// The same bytes, title and metadata are visible already: nothing to do.
    Unchanged,
}

/// Where a document version stands in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionState {
    /// Durable, waiting to be extracted and embedded.
    Accepted,
    /// Served.
    Visible,
    /// Replaced by a newer version.
    Superseded,
    /// Could not be made searchable; the ledger has the reason.
    Failed,
}

impl VersionState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Visible => "visible",
            Self::Superseded => "superseded",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(s: &str) -> Option<Self> {
        [Self::Accepted, Self::Visible, Self::Superseded, Self::Failed].into_iter().find(|v| v.as_str() == s)
    }
}

/// A version that waits to be extracted and embedded.
#[derive(Debug, Clone)]
pub struct PendingDocument {
    /// The document.
    pub document_id: DocumentId,
    /// Its version.
    pub version: u32,
    /// Its uri.
    pub uri: String,
    /// Title given by the caller.
    pub title: Option<String>,
    /// Media type given by the caller.
    pub mime: Option<String>,
    /// SHA-256 of the original bytes, hex.
    pub content_hash: String,
}

/// A chunk ready to be stored: where it lies in its version's text, and its vector.
#[derive(Debug, Clone)]
pub struct ChunkInput {
    /// Byte range of the version's text, on character boundaries.
    pub span: Range<usize>,
    /// Page its first character is on, from 1.
    pub page: Option<u32>,
    /// Headings above it, outermost first.
    pub heading_path: Vec<String>,
    /// SHA-256 of the text that was embedded (hex); equal texts share one stored vector.
    pub text_hash: [u8; 32],
    /// Its vector, of unit length.
    pub vector: std::sync::Arc<[f32]>,
}

/// A document version after extraction, chunking and embedding, ready to become visible.
#[derive(Debug, Clone)]
pub struct PreparedDocument {
    /// From [`Accepted`].
    pub document_id: DocumentId,
    /// From [`Accepted`].
    pub version: u32,
    /// Number of the generation its chunks and vectors were made for.
    pub generation: u32,
    /// Title to show.
    pub title: String,
    /// Detected media type.
    pub mime: String,
    /// ISO 639-1 code when it could be told.
    pub language: Option<String>,
    /// Byte offset at which each page starts; empty for formats without pages.
    pub pages: Vec<usize>,
    /// The extracted text.
    pub text: String,
    /// Its chunks, in order.
    pub chunks: Vec<ChunkInput>,
    /// What the extractor could not do, in words.
    pub warnings: Vec<String>,
}

/// Everything that gives an index its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationSpec {
    /// Hash over weights, prompts, pooling, chunker and analyzers.
    pub fingerprint: String,
    /// The settings in words, for messages: model and chunker.
    pub name: String,
    /// Encoder the vectors came from.
    pub model: String,
    /// Length of a vector.
    pub dims: usize,
}

/// A stored generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Generation {
    /// Number, from 1.
    pub id: u32,
    /// What it was built with.
    pub spec: GenerationSpec,
}

/// Where a generation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GenerationState {
    /// Answers queries and takes what is published.
    Serving,
    /// Is being filled beside the serving one.
    Building,
    /// Answered queries before the serving one; can be rolled back to.
    Retired,
}

impl GenerationState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Serving => "serving",
            Self::Building => "building",
            Self::Retired => "retired",
        }
    }

    pub(crate) fn parse(s: &str) -> Option<Self> {
        [Self::Serving, Self::Building, Self::Retired].into_iter().find(|v| v.as_str() == s)
    }
}

/// A generation and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GenerationStatus {
    /// Which one.
    #[serde(flatten)]
    pub generation: Generation,
    /// Where it stands.
    pub state: GenerationState,
    /// Visible documents it has.
    pub documents: u64,
    /// Visible documents there are; a generation with as many can serve.
    pub of: u64,
    /// When it was begun, milliseconds since the Unix epoch.
    pub created_ms: i64,
}

/// A document as listed.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    /// Opaque id.
    pub id: DocumentId,
    /// Identity inside the client.
    pub uri: String,
    /// Title of the shown version.
    pub title: String,
    /// Number of the shown version: the visible one, else the newest.
    pub version: u32,
    /// Where that version stands.
    pub state: VersionState,
    /// Stable code of why the newest version failed, when it did.
    pub code: Option<String>,
    /// The same in words.
    pub reason: Option<String>,
    /// A newer version that is still on its way, or failed.
    pub newest_version: u32,
    /// SHA-256 of the original bytes, hex.
    pub content_hash: String,
    /// Media type.
    pub mime: String,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// Size of the original in bytes.
    pub bytes: u64,
    /// Length of the extracted text in Unicode scalar values.
    pub chars: u64,
    /// Number of chunks.
    pub chunks: u64,
    /// The caller's keys.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// What the extractor could not do.
    pub warnings: Vec<String>,
    /// When the shown version was accepted, milliseconds since the Unix epoch.
    pub updated_ms: i64,
    /// Commit that made the shown version visible.
    pub seq: Option<u64>,
}

/// One page of a listing.
#[derive(Debug, Clone, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Whether more follow; ask again with `after` = the last row's id.
    pub has_more: bool,
}

/// A part of a version's extracted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextSlice {
    /// The version it is from.
    pub version: u32,
    /// The text.
    pub text: String,
    /// Its place in the whole text, in Unicode scalar values.
    pub start_char: usize,
    /// End of its place, exclusive.
    pub end_char: usize,
    /// Length of the whole text in Unicode scalar values.
    pub total_chars: usize,
}

/// One row of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerEntry {
    /// The document.
    pub document_id: DocumentId,
    /// Its version.
    pub version: u32,
    /// Its uri.
    pub uri: String,
    /// Where it stands.
    pub state: VersionState,
    /// How often extraction was tried.
    pub attempts: u32,
    /// Stable code of the failure.
    pub code: Option<String>,
    /// The failure in words.
    pub reason: Option<String>,
}

/// Counts of one client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Visible documents.
    pub documents: u64,
    /// Served chunks.
    pub chunks: u64,
    /// Distinct vectors.
    pub vectors: u64,
    /// Accepted versions not yet processed.
    pub pending: u64,
    /// Documents whose newest version failed.
    pub failed: u64,
    /// Current commit number.
    pub seq: u64,
}
