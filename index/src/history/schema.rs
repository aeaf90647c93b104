//! The schema of `history.db`, one numbered migration a release step.

use crate::store::Migration;

/// Applied in order; never edited after a release, only appended to.
///
/// - `entries.id` sorts by time; `request` and `outcome` are JSON of the caller's; `withheld` says that `answer` and
///   `resolved_question` were erased with a document.
/// - `entry_documents` says which entries rest on a document: those lose their texts with it.
pub(super) const MIGRATIONS: &[Migration] = &["
CREATE TABLE entries (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  question TEXT NOT NULL,
  resolved_question TEXT,
  request TEXT NOT NULL,
  status TEXT NOT NULL,
  answer TEXT,
  outcome TEXT NOT NULL,
  seq INTEGER NOT NULL,
  withheld INTEGER NOT NULL,
  rating TEXT,
  comment TEXT,
  rated_ms INTEGER,
  rated_by TEXT
) STRICT;
CREATE INDEX entries_by_time ON entries(at_ms);
CREATE TABLE entry_documents (
  entry INTEGER NOT NULL REFERENCES entries(number) ON DELETE CASCADE,
  document_id TEXT NOT NULL,
  PRIMARY KEY (entry, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_documents_by_document ON entry_documents(document_id);
"];
