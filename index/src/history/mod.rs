//! What a client's people asked and what they were answered: `history.db`.
//!
//! An entry holds the question as it was typed and, of what was found, ids, versions and places: never a document's text. The
//! two texts that may repeat a document's words, the answer and the question made whole from a conversation, are erased
//! with the first document they rest on, before its deletion is acknowledged; whoever reads an entry looks its quotes up where
//! they were found, or learns that they are gone.
//!
//! Entries are written in batches by their caller, kept for a time and up to a number, and leave with the client. They are no
//! part of a snapshot.

mod database;
mod rows;
mod schema;

use serde::{Deserialize, Serialize};

pub(crate) use database::History;

use crate::control::random_hex;
use crate::{DocumentId, Engine, Error, Page, Result, Scope, clock::now_ms, files};

/// Most entries of one page.
pub const MAX_HISTORY_PAGE: usize = 1000;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HistoryKind {
    /// Hits.
    Search,
    /// A cited answer.
    Answer,
}

impl HistoryKind {
    /// Its name as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Answer => "answer",
        }
    }
}

/// What somebody thinks of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rating {
    /// Good.
    Up,
    /// Bad.
    Down,
}

impl Rating {
    /// Its name as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// A rating with what was said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Good or bad.
    pub rating: Rating,
    /// Why.
    pub comment: Option<String>,
    /// When it was given, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Id of the key it was given with.
    pub by: String,
}

/// A search or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its id, from [`new_history_id`]: in order of time.
    pub id: String,
    /// When it was asked, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// What was asked for.
    pub kind: HistoryKind,
    /// Id of the key it was asked with; empty for the command line.
    pub asked_by: String,
    /// The question as typed.
    pub question: String,
    /// The question that was searched with, when it was made whole from a conversation; gone with a document it may be from.
    pub resolved_question: Option<String>,
    /// The other settings of the request, JSON of the caller's.
    pub request: String,
    /// How it ended, a word of the caller's.
    pub status: String,
    /// The answer's text; gone with the first document it rests on.
    pub answer: Option<String>,
    /// What was found: ids and places, JSON of the caller's, without text of documents.
    pub outcome: String,
    /// The commit that was searched.
    pub seq: u64,
    /// Documents the outcome names. Not given back.
    pub documents: Vec<DocumentId>,
    /// Whether a document it rests on was deleted since.
    pub is_withheld: bool,
    /// What was thought of it.
    pub feedback: Option<Feedback>,
}

/// How long entries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Age from which on an entry is not shown any more, and removed with the next write, in milliseconds.
    pub max_age_ms: i64,
    /// Entries of a client; the oldest beyond are removed.
    pub max_entries: u64,
}

impl Retention {
    /// The time before which nothing is kept.
    fn since(self) -> i64 {
        now_ms().saturating_sub(self.max_age_ms.max(0))
    }
}

/// Which entries are wanted; newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct HistoryFilter<'a> {
    /// Only those before this one: the last id of the page before.
    pub before: Option<&'a str>,
    /// Only those asked with this key.
    pub asked_by: Option<&'a str>,
    /// Only these.
    pub kind: Option<HistoryKind>,
    /// Only those that ended so.
    pub status: Option<&'a str>,
    /// Only those from this time on, milliseconds since the Unix epoch.
    pub from_ms: Option<i64>,
    /// Only those before this time.
    pub to_ms: Option<i64>,
    /// Only those rated so.
    pub rating: Option<Rating>,
}

/// A fresh id of an entry. Ids sort by the time they were made, so that a list goes on where a page ended also when the
/// entry it ended with is gone.
///
/// # Errors
/// When the system has no random numbers.
pub fn new_history_id() -> Result<String> {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(format!("trc_{:014x}{}", elapsed.as_micros(), random_hex(5)?))
}

impl Engine {
    /// Writes entries, and removes what is kept no longer. An entry that names a document which is gone by now is written
    /// without its texts. What was written survives the end of the process; a power cut may take the last batches.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and other failures: nothing of the batch was kept.
    pub fn record_history(&self, scope: &Scope, entries: &[HistoryEntry], keep: Retention) -> Result<()> {
        let client = self.client(scope)?;
        let bytes: usize = entries.iter().map(|e| 4 * (e.question.len() + e.outcome.len())).sum();
        files::check_space(client.dir(), bytes as u64)?;
        client.history.record(&client.store, entries, keep)
    }

    /// A page of entries, newest first.
    pub fn history(
        &self,
        scope: &Scope,
        filter: &HistoryFilter<'_>,
        limit: usize,
        keep: Retention,
    ) -> Result<Page<HistoryEntry>> {
        let client = self.client(scope)?;
        client.history.page(&client.store, filter, limit.clamp(1, MAX_HISTORY_PAGE), keep)
    }

    /// An entry; with `asked_by` only one that was asked with this key.
    ///
    /// # Errors
    /// [`Error::NoSuchHistoryEntry`], the same for one that is another key's.
    pub fn history_entry(
        &self,
        scope: &Scope,
        id: &str,
        asked_by: Option<&str>,
        keep: Retention,
    ) -> Result<HistoryEntry> {
        let client = self.client(scope)?;
        let found = client.history.entry(&client.store, id, asked_by, keep)?;
        found.ok_or_else(|| Error::NoSuchHistoryEntry { id: id.to_owned() })
    }

    /// Puts `feedback` in the place of what was said of an entry before. Durable when it returns.
    ///
    /// # Errors
    /// [`Error::NoSuchHistoryEntry`].
    pub fn rate_history(
        &self,
        scope: &Scope,
        id: &str,
        asked_by: Option<&str>,
        feedback: &Feedback,
        keep: Retention,
    ) -> Result<()> {
        let client = self.client(scope)?;
        files::check_space(client.dir(), 0)?;
        if client.history.rate(&client.store, id, asked_by, feedback, keep)? {
            return Ok(());
        }
        Err(Error::NoSuchHistoryEntry { id: id.to_owned() })
    }

    /// Removes an entry. It is gone from the disk's files when this returns.
    ///
    /// # Errors
    /// [`Error::NoSuchHistoryEntry`].
    pub fn forget_history_entry(&self, scope: &Scope, id: &str) -> Result<()> {
        let client = self.client(scope)?;
        match client.history.forget(&client.store, Some(id))? {
            0 => Err(Error::NoSuchHistoryEntry { id: id.to_owned() }),
            _ => Ok(()),
        }
    }

    /// Removes all entries of the client; returns how many there were.
    pub fn forget_history(&self, scope: &Scope) -> Result<u64> {
        let client = self.client(scope)?;
        client.history.forget(&client.store, None)
    }
}
