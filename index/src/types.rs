//! Domain types of documents, chunks and generations.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{Layout, Position};

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

/// Why a version cannot be made searchable.
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// Stable code.
    pub code: &'a str,
    /// The same in words.
    pub reason: &'a str,
    /// The reader that another try under would fail as well; `None` when trying again can help.
    pub tried_by: Option<&'a str>,
    /// Milliseconds it took.
    pub spent_ms: u64,
}

/// A version that failed and whose source is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedBefore {
    /// Its document.
    pub document_id: DocumentId,
    /// Its number.
    pub version: u32,
    /// Stable code of why it failed.
    pub code: String,
    /// The same in words.
    pub reason: String,
    /// The reader that failed, when trying again under it is of no use.
    pub(crate) tried_by: Option<String>,
}

/// A chunk ready to be stored: where it lies in its version's text, and its vector.
#[derive(Debug, Clone)]
pub struct ChunkInput {
    /// Byte range of the version's text, on character boundaries.
    pub span: Range<usize>,
    /// Headings above it, outermost first.
    pub heading_path: Vec<String>,
    /// ISO 639-1 code when it is in another language than the document.
    pub language: Option<String>,
    /// What a reader of it must know.
    pub flags: Vec<ChunkFlag>,
    /// SHA-256 of the text that was embedded (hex); equal texts share one stored vector.
    pub text_hash: [u8; 32],
    /// Its vector, of unit length.
    pub vector: std::sync::Arc<[f32]>,
}

/// What a reader of a chunk must know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkFlag {
    /// Part of it is not seen by a reader of the document: white on white, size zero, off the page, marked as hidden.
    HiddenText,
    /// It holds words that address a language model instead of a reader.
    PromptInjection,
}

impl ChunkFlag {
    /// All of them; the n-th is bit n of the stored number.
    const ALL: [Self; 2] = [Self::HiddenText, Self::PromptInjection];

    /// The stored number.
    pub(crate) fn to_bits(flags: &[Self]) -> u32 {
        (0u32..).zip(Self::ALL).filter(|(_, flag)| flags.contains(flag)).map(|(bit, _)| 1 << bit).sum()
    }

    /// Those of a stored number; bits of a later release are ignored.
    pub(crate) fn from_bits(bits: u32) -> Vec<Self> {
        (0u32..).zip(Self::ALL).filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, flag)| flag).collect()
    }
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
    /// Where its pages, slides, sheets and rows start.
    pub layout: Layout,
    /// What the document says of itself: author, dates, the keys of a front matter. Shown and filtered as metadata;
    /// what the caller gave goes before it.
    pub properties: serde_json::Map<String, serde_json::Value>,
    /// Milliseconds that extraction and chunking took.
    pub spent_ms: u64,
    /// The extracted text.
    pub text: String,
    /// What is needed to cut the text again without reading the original: kept as it is, see [`StoredVersion`].
    pub structure: Option<String>,
    /// Its chunks, in order.
    pub chunks: Vec<ChunkInput>,
    /// What the extractor could not do, in words.
    pub warnings: Vec<String>,
}

/// A visible version as it was stored, to be cut and embedded again under other settings.
#[derive(Debug, Clone)]
pub struct StoredVersion {
    /// Its document.
    pub document_id: DocumentId,
    /// Its number.
    pub version: u32,
    /// The document's uri.
    pub uri: String,
    /// Title as shown.
    pub title: String,
    /// Media type.
    pub mime: String,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// Where its pages, slides, sheets and rows start.
    pub layout: Layout,
    /// The extracted text.
    pub text: String,
    /// As given in [`PreparedDocument::structure`]; `None` for what earlier releases stored.
    pub structure: Option<String>,
}

/// Everything that gives an index its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationSpec {
    /// Hash over weights, prompts, pooling, chunker and analyzers. The part before a `/` names the encoder alone: vectors
    /// of two fingerprints that agree in it can be compared.
    pub fingerprint: String,
    /// The settings in words, for messages: model and chunker.
    pub name: String,
    /// Encoder the vectors came from.
    pub model: String,
    /// Length of a vector.
    pub dims: usize,
}

impl GenerationSpec {
    /// Whether vectors made under `fingerprint` can be compared with those of these settings.
    pub fn same_encoder(&self, fingerprint: &str) -> bool {
        let encoder = |of: &str| of.split_once('/').map(|(encoder, _)| encoder.to_owned());
        self.fingerprint == fingerprint
            || encoder(&self.fingerprint).is_some_and(|own| Some(own) == encoder(fingerprint))
    }
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
    /// Its name, in storage and in answers.
    pub fn as_str(self) -> &'static str {
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
    /// The caller's keys, and below them what the document says of itself.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// What the extractor could not do.
    pub warnings: Vec<String>,
    /// When the shown version was accepted, milliseconds since the Unix epoch.
    pub updated_ms: i64,
    /// Commit that made the shown version visible.
    pub seq: Option<u64>,
    /// Times the newest version was tried, the try that made it visible included.
    pub attempts: u32,
    /// Time that reading and cutting the newest version took when it was last tried, in milliseconds.
    pub spent_ms: Option<u64>,
}

/// A chunk of a version, as it is listed.
#[derive(Debug, Clone)]
pub struct ListedChunk {
    /// Its id, which searches give too.
    pub chunk_id: u32,
    /// Its place among the chunks of the version, from 0.
    pub ordinal: u32,
    /// Whether searches see it: `false` between its commit and the view that shows it.
    pub searchable: bool,
    /// Its text: exactly the version's text at its place.
    pub text: String,
    /// Its place in Unicode scalar values.
    pub start_char: usize,
    /// End of its place, exclusive.
    pub end_char: usize,
    /// Its page, slide or cells.
    pub position: Position,
    /// Its language, which is the document's unless it is another.
    pub language: Option<String>,
    /// What a reader of it must know.
    pub flags: Vec<ChunkFlag>,
    /// Headings above it, outermost first.
    pub heading_path: Vec<String>,
    /// Chunks of the client with the same embedded text, this one included: they share one vector.
    pub sharing: u64,
}

/// Some chunks of a version, in order.
#[derive(Debug, Clone)]
pub struct ChunkPage {
    /// The version they are of.
    pub version: u32,
    /// Name of the model that embedded them.
    pub model: String,
    /// The chunks.
    pub data: Vec<ListedChunk>,
    /// Whether more follow; ask again with `after` = the last one's ordinal.
    pub has_more: bool,
}

/// A document by what tells whether its source changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Its id.
    pub id: DocumentId,
    /// Its identity inside the client.
    pub uri: String,
    /// SHA-256 of the bytes of its newest version, hex.
    pub content_hash: String,
    /// Whether that version is searchable.
    pub visible: bool,
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
    /// Its page, slide or cells.
    pub position: Position,
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
