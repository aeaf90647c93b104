//! JSON shapes of the API, shared by the HTTP server, the command line's client and `--json`.
//!
//! Offsets count Unicode scalar values of the version's extracted text.

mod admin;
mod answer;
pub mod described;
mod documents;
mod health;
mod history;
mod jobs;
mod limits;
pub mod openai;
mod rerank;
mod search;

use footnote_index::Position;
use serde::{Deserialize, Serialize};

pub use admin::{ClientBody, ClientOut, GenerationOut, KeyBody, KeyOut, MigrationOut, NewKeyOut, RotateBody};
pub use answer::{
    AbstainReason, Answer, AnswerBody, ChatMessage, Citation, Grounding, GroundingStatus, Message, Role,
    Support, SupportStatus, Usage,
};
pub use documents::{
    ChunkOut, ChunkPageOut, DocumentOut, DocumentPage, SyncBody, SyncResult, TextOut, UploadResult,
};
pub use health::{Checks, Ready, Status};
pub use history::{
    Change, Changes, FeedbackBody, FeedbackOut, Forgotten, FoundPlace, HistoryDetail, HistoryPage,
    HistorySummary, PastCitation, PastPassage, ReplayResult, SeqChange, Standing, Superseded,
};
pub use jobs::{JobDetail, JobOut, JobPage, RetryResult};
pub use limits::{ClientSettings, ClientUsageOut, LimitsOut, RateOut, UsageOut, UsedOut, WindowOut};
pub use rerank::{ApiVersion, RankedDocument, RerankBody, RerankMeta, RerankResult, RerankedText};
pub use search::{Explain, FacetValue, Hit, LegScore, SearchBody, SearchResult, Snippet};

/// Version of the `--json` objects of the command line; raised when a field changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// A place in a version's extracted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Place {
    /// First character.
    pub start_char: usize,
    /// One past the last.
    pub end_char: usize,
    /// `page`, `slide`, `sheet` and `cells`, for formats that have them.
    #[serde(flatten)]
    #[schema(value_type = described::Position)]
    pub position: Position,
    /// Headings above it, outermost first.
    pub heading_path: Vec<String>,
}

/// A range of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Span {
    /// First character.
    pub start_char: usize,
    /// One past the last.
    pub end_char: usize,
}

/// A part that was skipped or failed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Degraded {
    /// `bm25`, `dense`, ...
    pub part: String,
    /// Why, in words.
    pub reason: String,
}

impl From<footnote_index::Degraded> for Degraded {
    fn from(d: footnote_index::Degraded) -> Self {
        Self { part: d.part.to_owned(), reason: d.reason }
    }
}

/// RFC 3339, UTC, of milliseconds since the Unix epoch.
pub fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default()
}

/// A list that is never paged.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(bound = "T: utoipa::ToSchema")]
pub struct List<T> {
    /// The rows.
    pub data: Vec<T>,
}
