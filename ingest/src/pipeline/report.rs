//! What a run did, document by document.

use std::collections::BTreeMap;

use serde::Serialize;

use super::stages::StageSeconds;

/// What became of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Searchable now: it was new or had changed.
    Ingested,
    /// Nothing to do, or a format this release does not read.
    Skipped,
    /// Removed: its file is gone, or is elsewhere now.
    Deleted,
    /// Not searchable; the reason says why and what to do.
    Failed,
}

/// One line of the report.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Identity of the document.
    pub uri: String,
    /// What became of it.
    pub status: Status,
    /// Stable code: `new`, `changed`, `unchanged`, or the failure's.
    pub code: String,
    /// The failure in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its id, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    /// Its version, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Uri of another document with the very same bytes, when there is one. Both stay: their chunks share vectors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_content_as: Option<String>,
    /// Number of chunks made searchable.
    pub chunks: usize,
    /// Milliseconds that extraction and chunking took.
    pub spent_ms: u64,
    /// What the extractor could not do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Entry {
    /// A source with its outcome and nothing more to say.
    pub fn new(uri: impl Into<String>, status: Status, code: &str) -> Self {
        Self {
            uri: uri.into(),
            status,
            code: code.to_owned(),
            reason: None,
            document_id: None,
            version: None,
            same_content_as: None,
            chunks: 0,
            spent_ms: 0,
            warnings: Vec::new(),
        }
    }

    /// A source that could not be made searchable.
    pub fn failed(uri: impl Into<String>, code: &str, reason: impl Into<String>) -> Self {
        let status = if code == "unsupported_format" { Status::Skipped } else { Status::Failed };
        Self { reason: Some(reason.into()), ..Self::new(uri, status, code) }
    }
}

/// Told to the caller while a run goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// How many files there are to look at.
    Found {
        /// Files found under the given paths.
        files: usize,
    },
    /// A file was read to its end (a JSONL file is many documents).
    FileDone,
    /// A document is finished.
    Done(&'a Entry),
    /// Chunks were embedded.
    Embedded {
        /// How many.
        chunks: usize,
    },
}

/// Counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Documents made searchable.
    pub ingested: usize,
    /// Documents with nothing to do.
    pub skipped: usize,
    /// Documents that could not be made searchable.
    pub failed: usize,
    /// Documents removed.
    pub deleted: usize,
    /// Ingested documents that have the very same bytes as another one.
    pub duplicates: usize,
    /// Chunks made searchable.
    pub chunks: usize,
    /// Chunks that had to be embedded (the others' vectors were there already).
    pub embedded: usize,
}

/// What a run did.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// One entry a document, in the order they finished.
    pub documents: Vec<Entry>,
    /// Counts.
    pub totals: Totals,
    /// Whether this was a plan only.
    pub dry_run: bool,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Where the time went; nothing is known of it when a server did the work.
    pub stages: StageSeconds,
}

impl Report {
    /// An empty report.
    pub fn new(dry_run: bool) -> Self {
        Self {
            documents: Vec::new(),
            totals: Totals::default(),
            dry_run,
            seconds: 0.0,
            stages: StageSeconds::default(),
        }
    }

    /// Adds an entry and counts it.
    pub fn push(&mut self, entry: Entry) {
        match entry.status {
            Status::Ingested => self.totals.ingested += 1,
            Status::Skipped => self.totals.skipped += 1,
            Status::Deleted => self.totals.deleted += 1,
            Status::Failed => self.totals.failed += 1,
        }
        let duplicate = entry.status == Status::Ingested && entry.same_content_as.is_some();
        self.totals.duplicates += usize::from(duplicate);
        self.totals.chunks += entry.chunks;
        self.documents.push(entry);
    }

    /// How many documents ended with each code.
    pub fn by_code(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for entry in &self.documents {
            *counts.entry(entry.code.as_str()).or_default() += 1;
        }
        counts
    }
}
