//! Errors of the index, split by whose fault they are.

use std::path::PathBuf;

/// What went wrong, and where it can be told, what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A tenant or client name breaks the naming rule.
    #[error("invalid name {name:?}: use 1 to 63 of a-z, 0-9, '_' and '-', starting with a letter or digit")]
    InvalidName {
        /// The name as given.
        name: String,
    },
    /// The client was removed, maybe while a request for it was under way.
    #[error("no client {client}")]
    NoSuchClient {
        /// The client's name.
        client: String,
    },
    /// The document does not exist in this client. A foreign id gives the same error.
    #[error("no document {id}")]
    NoSuchDocument {
        /// The id as asked for.
        id: String,
    },
    /// The version of the document is not there (never existed, or failed before it was visible).
    #[error("document {id} has no text for version {version}")]
    NoSuchVersion {
        /// The document's id.
        id: String,
        /// The version as asked for.
        version: u32,
    },
    /// The job does not exist in this client, or is forgotten. A foreign id gives the same error.
    #[error("no job {id}")]
    NoSuchJob {
        /// The id as asked for.
        id: String,
    },
    /// The entry of the history does not exist in this client, is kept no longer, or is another key's.
    #[error("no history entry {id}")]
    NoSuchHistoryEntry {
        /// The id as asked for.
        id: String,
    },
    /// Another request was sent under this idempotency key.
    #[error("the idempotency key names another request; use a new key for a new request")]
    IdempotencyKeyUsed,
    /// Another process owns the data directory.
    #[error(
        "data directory {path} is in use by process {holder}; stop it, or reach it with --server URL --key KEY"
    )]
    InUse {
        /// The data directory.
        path: PathBuf,
        /// Process id and command line of the owner, as it wrote them.
        holder: String,
    },
    /// The data directory was written by a newer release.
    #[error("{path} has schema version {found}, this release knows {known}; use a newer release of footnote")]
    NewerSchema {
        /// The database file.
        path: PathBuf,
        /// Schema version in the file.
        found: u32,
        /// Newest schema version this release can open.
        known: u32,
    },
    /// The client was built with another model, prefix, chunker or analyzer.
    #[error(
        "this client was indexed with {stored}, the current settings are {wanted}; `footnote migrate` builds the index anew under them and swaps it in; until then search with the old model (--model)"
    )]
    FingerprintMismatch {
        /// Name of the stored settings.
        stored: String,
        /// Name of the settings asked for.
        wanted: String,
    },
    /// What was prepared belongs to a generation that does not take it: another one answers queries by now.
    #[error(
        "the documents were prepared for generation {given}, generation {serving} answers queries now; run the same command again"
    )]
    GenerationReplaced {
        /// The generation they were prepared for.
        given: u32,
        /// The generation that serves.
        serving: u32,
    },
    /// The generation does not exist in this client.
    #[error("no generation {id}")]
    NoSuchGeneration {
        /// The number as asked for.
        id: u32,
    },
    /// A generation cannot serve while visible documents are missing in it.
    #[error("generation {id} lacks {missing} of the visible documents; put them first, then swap")]
    GenerationIncomplete {
        /// The generation.
        id: u32,
        /// How many documents it lacks.
        missing: u64,
    },
    /// A vector has the wrong length or holds NaN or infinity.
    #[error("invalid vector: {reason}")]
    InvalidVector {
        /// What is wrong with it.
        reason: String,
    },
    /// The caller handed in something that breaks a documented rule.
    #[error("invalid input: {reason}")]
    InvalidInput {
        /// What is wrong with it.
        reason: String,
    },
    /// The disk is full or nearly so; nothing of the refused write was kept.
    #[error(
        "disk full: {path} has {free} bytes free, {needed} needed; free some space and run the same command again"
    )]
    DiskFull {
        /// Where the write was to go.
        path: PathBuf,
        /// Bytes free when it was refused.
        free: u64,
        /// Bytes that must be free.
        needed: u64,
    },
    /// A file operation failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A database operation failed.
    #[error("database {path}: {source}")]
    Sqlite {
        /// The database file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The text index failed; it is a cache and is rebuilt on the next open.
    #[error("text index {path}: {source}")]
    Text {
        /// The text index's folder.
        path: PathBuf,
        /// tantivy's reason.
        source: tantivy::TantivyError,
    },
    /// A snapshot cannot be taken or used as it is.
    #[error("{path}: {reason}; {fix}")]
    Snapshot {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// What to do about it.
        fix: &'static str,
    },
    /// Stored data contradicts itself.
    #[error("{path} is damaged: {reason}; restore it from a backup")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
}

/// Shorthand for this crate's results.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Wraps an I/O error with the path it happened at; a full disk becomes [`Error::DiskFull`].
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| {
            if source.kind() == std::io::ErrorKind::StorageFull {
                let free = crate::files::free_bytes(&path).unwrap_or(0);
                Self::DiskFull { path, free, needed: crate::files::DISK_RESERVE }
            } else {
                Self::Io { path, source }
            }
        }
    }

    /// Wraps an error of a text index with its folder; a full disk becomes [`Error::DiskFull`].
    pub(crate) fn text(path: impl Into<PathBuf>) -> impl FnOnce(tantivy::TantivyError) -> Self {
        let path = path.into();
        move |source| match source {
            tantivy::TantivyError::IoError(io) if io.kind() == std::io::ErrorKind::StorageFull => {
                Self::io(path)(std::io::ErrorKind::StorageFull.into())
            }
            source => Self::Text { path, source },
        }
    }

    /// Wraps a SQLite error with the database it happened in.
    pub(crate) fn sqlite(path: impl Into<PathBuf>) -> impl FnOnce(rusqlite::Error) -> Self {
        let path = path.into();
        move |source| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => {
                let free = crate::files::free_bytes(&path).unwrap_or(0);
                Self::DiskFull { path, free, needed: crate::files::DISK_RESERVE }
            }
            _ => Self::Sqlite { path, source },
        }
    }

    /// Whether the error is the named document, version or job not being there.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::NoSuchDocument { .. }
                | Self::NoSuchVersion { .. }
                | Self::NoSuchJob { .. }
                | Self::NoSuchHistoryEntry { .. }
        )
    }
}
