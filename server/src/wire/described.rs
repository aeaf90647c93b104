//! How the API document describes types of other crates, which know nothing of HTTP: each is the twin of one of theirs,
//! the same fields under the same names. A test holds real answers against them.

use utoipa::ToSchema;

/// Which legs answer.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Mode {
    /// Both, fused.
    Hybrid,
    /// Lexical only.
    Bm25,
    /// Vectors only.
    Dense,
}

/// What a key may do: `viewer` reads, searches and asks, `editor` also writes, `admin` also administrates.
#[derive(Debug, ToSchema)]
#[schema(as = KeyRole, rename_all = "lowercase")]
pub enum Role {
    /// Reads, searches and asks.
    Viewer,
    /// Also uploads and deletes.
    Editor,
    /// Also manages clients and keys.
    Admin,
}

/// What to know of a chunk before trusting it.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum ChunkFlag {
    /// Part of it is not seen by a reader of the document.
    HiddenText,
    /// It holds words that address a language model instead of a reader.
    PromptInjection,
}

/// Where a span is, beyond its offsets, in formats that have it.
#[derive(Debug, ToSchema)]
pub struct Position {
    /// Page of its first character, from 1.
    pub page: Option<u32>,
    /// Slide of its first character, from 1.
    pub slide: Option<u32>,
    /// Sheet of its first character.
    pub sheet: Option<String>,
    /// The cells it reads, `A2:F9`.
    pub cells: Option<String>,
}

/// How many documents of a job are how far.
#[derive(Debug, ToSchema)]
pub struct JobCounts {
    /// All that are still there.
    pub total: u64,
    /// Being worked on.
    pub accepted: u64,
    /// Searchable.
    pub ingested: u64,
    /// Nothing to do.
    pub skipped: u64,
    /// Not searchable.
    pub failed: u64,
}

/// All sources there should be, and where.
#[derive(Debug, ToSchema)]
pub struct Manifest {
    /// Beginnings of uris that the manifest is complete for; documents elsewhere are left alone.
    pub roots: Vec<String>,
    /// Beginnings of uris inside them that could not be looked at; documents there are left alone as well.
    #[schema(required = false)]
    pub unknown: Vec<String>,
    /// What there is.
    pub entries: Vec<ManifestEntry>,
}

/// One source there should be.
#[derive(Debug, ToSchema)]
pub struct ManifestEntry {
    /// Identity of the document.
    pub uri: String,
    /// SHA-256 of its bytes, hex.
    pub content_hash: String,
}

/// What has to be done, by uri, each list in order.
#[derive(Debug, ToSchema)]
pub struct SyncPlan {
    /// To be taken.
    pub new: Vec<String>,
    /// To be taken again.
    pub changed: Vec<String>,
    /// Nothing to do.
    pub unchanged: Vec<String>,
    /// To be taken under the new uri, then removed under the old one.
    pub renamed: Vec<Renamed>,
    /// To be removed.
    pub deleted: Vec<String>,
    /// Of those to be removed, how many have contents that are nowhere in the manifest.
    pub lost: usize,
}

/// A document whose bytes are found under another uri now.
#[derive(Debug, ToSchema)]
pub struct Renamed {
    /// Where it was.
    pub from: String,
    /// Where it is.
    pub to: String,
}

/// A form, the body of an upload as `multipart/form-data`. `uri`, `title` and `metadata` come before the file they belong
/// to; all parts may come again.
#[derive(Debug, ToSchema)]
#[schema(as = UploadForm)]
pub struct Form {
    /// Identity of the next file; its name unless said.
    pub uri: Option<String>,
    /// Title of the next file.
    pub title: Option<String>,
    /// Metadata of the next file: a JSON object.
    pub metadata: Option<String>,
    /// A document.
    #[schema(value_type = String, format = Binary)]
    pub file: (),
}

/// A server-sent event of a streamed answer.
#[derive(Debug, ToSchema)]
#[schema(as = AnswerEvent, example = json!({"event": "message", "data": "{\"text\":\"A day pass costs 45 EUR.\",\"citations\":[1]}"}))]
pub struct Event {
    /// `search_results`, `message`, `citation`, `final_answer` or `error`; none of a comment.
    pub event: Option<String>,
    /// JSON, of the shape that the event's name says.
    pub data: Option<String>,
}
