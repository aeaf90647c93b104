//! The schema of `store.db`, one numbered migration a release step.

use super::Migration;

/// Applied in order; never edited after a release, only appended to.
///
/// - `client` has one row: the commit number of the newest visible state.
/// - `chunks.seq` made a chunk visible, `chunks.dead_seq` ended it; rows live on until every cache
///   has passed `dead_seq`.
/// - `vectors` is keyed by the hash of the embedded text, so equal texts are stored once and a
///   re-ingested document reuses what did not change.
/// - `generation_documents` says which version of a document a generation has, also when that version has no chunk.
/// - `versions` doubles as the ledger: state, attempts, code, reason and the time it took.
/// - `jobs` and `job_documents` say what one request handed in; how far it is, `versions` knows.
/// - `settings` holds what may be changed while the server runs, as JSON by name; what each means is the server's.
/// - `versions.layout` is a [`Layout`](crate::Layout), `versions.properties` what the document says of itself: it shows
///   below the caller's `metadata`, `versions.structure` what ingest needs to cut the text again,
///   `versions.tried_by` the reader under which a failed one need not be tried again. `chunks.place` is a [`Position`](crate::Position), `chunks.flags` one bit a
///   [`ChunkFlag`](crate::ChunkFlag). Rows of earlier releases have none of them but `versions.pages` and `chunks.page`.
pub(super) const MIGRATIONS: &[Migration] = &[
    "
CREATE TABLE generations (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  name TEXT NOT NULL,
  model TEXT NOT NULL,
  dims INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE client (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  serving INTEGER REFERENCES generations(id)
) STRICT;
INSERT INTO client (one, seq, serving) VALUES (1, 0, NULL);

CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  uri TEXT NOT NULL UNIQUE,
  current_version INTEGER,
  newest_version INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE versions (
  document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  given_title TEXT,
  given_mime TEXT,
  metadata TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  code TEXT,
  reason TEXT,
  title TEXT,
  mime TEXT,
  language TEXT,
  pages TEXT,
  warnings TEXT,
  text BLOB,
  chars INTEGER,
  seq INTEGER,
  accepted_ms INTEGER NOT NULL,
  PRIMARY KEY (document_id, version)
) STRICT;
CREATE INDEX versions_by_state ON versions(state) WHERE state IN ('accepted', 'failed');
CREATE INDEX versions_by_content ON versions(content_hash);

CREATE TABLE vectors (
  id INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL REFERENCES generations(id),
  text_hash BLOB NOT NULL,
  vector BLOB NOT NULL,
  UNIQUE (generation, text_hash)
) STRICT;

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  generation INTEGER NOT NULL REFERENCES generations(id),
  document_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  start_byte INTEGER NOT NULL,
  end_byte INTEGER NOT NULL,
  start_char INTEGER NOT NULL,
  end_char INTEGER NOT NULL,
  page INTEGER,
  heading_path TEXT NOT NULL,
  vector_id INTEGER NOT NULL REFERENCES vectors(id),
  seq INTEGER NOT NULL,
  dead_seq INTEGER
) STRICT;
CREATE INDEX chunks_by_version ON chunks(document_id, version, ordinal);
CREATE INDEX chunks_by_seq ON chunks(generation, seq);
CREATE INDEX chunks_by_dead ON chunks(dead_seq) WHERE dead_seq IS NOT NULL;
CREATE INDEX chunks_by_vector ON chunks(vector_id);
",
    "
CREATE TABLE generation_documents (
  generation INTEGER NOT NULL REFERENCES generations(id),
  document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  PRIMARY KEY (generation, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX generation_documents_by_document ON generation_documents(document_id);
INSERT INTO generation_documents (generation, document_id, version)
  SELECT client.serving, documents.id, documents.current_version FROM client, documents
  WHERE client.serving IS NOT NULL AND documents.current_version IS NOT NULL;
",
    "
ALTER TABLE versions ADD COLUMN layout TEXT;
ALTER TABLE versions ADD COLUMN properties TEXT;
ALTER TABLE versions ADD COLUMN structure TEXT;
ALTER TABLE versions ADD COLUMN spent_ms INTEGER;
ALTER TABLE versions ADD COLUMN tried_by TEXT;
ALTER TABLE chunks ADD COLUMN place TEXT;
ALTER TABLE chunks ADD COLUMN language TEXT;
ALTER TABLE chunks ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
",
    "
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL,
  idempotency_key TEXT UNIQUE,
  request_hash TEXT
) STRICT;
CREATE TABLE job_documents (
  job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  uri TEXT NOT NULL,
  document_id TEXT REFERENCES documents(id) ON DELETE CASCADE,
  version INTEGER,
  code TEXT NOT NULL,
  reason TEXT,
  PRIMARY KEY (job, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_documents_by_document ON job_documents(document_id);
",
    "
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
",
];
