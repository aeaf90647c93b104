//! Embedded hybrid index of Footnote.
//!
//! One directory per client. `store.db` (SQLite, WAL) is the one truth: documents, versions,
//! chunks, vectors and the ledger, each row stamped with the commit number (`seq`) that made it
//! visible. The text index (tantivy) and the in-memory vectors are caches with a watermark: they
//! catch up from the store on open and after every commit, and losing them loses nothing.
//!
//! What this crate is not: it knows no models (it takes vectors), no HTTP, no file formats and no
//! files other than its own. Nothing in it reads stored data without a [`Scope`].
//!
//! Where to start reading: [`Engine`] is the front door; the write path is `write.rs`, the query
//! path `query.rs`, ranking `fusion.rs`.

mod client;
mod clock;
pub mod control;
mod cost;
mod engine;
mod error;
mod files;
pub mod filter;
pub mod fusion;
mod generations;
mod history;
mod jobs;
mod layout;
mod lock;
mod manifest;
mod name;
pub mod offsets;
mod originals;
mod pool;
mod query;
mod read;
mod restore;
mod scope;
mod settings;
mod snapshot;
mod standing;
mod store;
mod text;
mod types;
mod vector;
mod verify;
mod view;
mod write;

pub use control::{Control, KeyInfo, KeySpec, NewKey, Principal, QueryCount, Role};
pub use engine::{Engine, EngineOptions, Usage};
pub use error::{Error, Result};
pub use filter::{FacetValue, Filter};
pub use history::{
    Feedback, HistoryEntry, HistoryFilter, HistoryKind, MAX_HISTORY_PAGE, Rating, Retention, new_history_id,
};
pub use jobs::{
    Idempotency, Job, JobCounts, JobDocument, JobState, MAX_IDEMPOTENCY_KEY, MAX_JOBS, NewJobDocument,
};
pub use layout::{Layout, PageKind, Position, Row, Sheet};
pub use name::Name;
pub use query::{
    DEFAULT_DEPTH, Degraded, Explain, FACET_VALUES, Hit, LegScore, MAX_FACETS, MAX_TOP_K, Mode, Plan,
    SearchRequest, SearchResponse,
};
pub use restore::{RestoreReport, check_snapshot};
pub use scope::Scope;
pub use settings::Footprint;
pub use snapshot::{HeldSnapshot, SnapshotReport};
pub use standing::{OpenSums, Visible};
pub use text::{Analyzer, Highlighter, Language, SNIPPET_CHARS, Snippet, Token, quoted, without_stars};
pub use types::{
    Accepted, ChunkFlag, ChunkInput, ChunkPage, Document, DocumentId, FailedBefore, Failure, Generation,
    GenerationSpec, GenerationState, GenerationStatus, LedgerEntry, ListedChunk, NewDocument, Outcome, Page,
    PendingDocument, PreparedDocument, SourceRow, Stats, StoredVersion, TextSlice, VersionState,
};
pub use vector::{active_kernel, dot};
pub use verify::{Finding, Part, Remedy, Verification};
