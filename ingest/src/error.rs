//! Why a document could not be read, in words for a person and a stable code for a program.

use serde::{Deserialize, Serialize};

/// What was measured when a document exceeded a size limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeLimit {
    /// Bytes of the file.
    InputBytes,
    /// Bytes of the extracted text.
    TextBytes,
    /// Pages of the document.
    Pages,
    /// Files inside the container.
    Parts,
    /// Bytes of what is compressed inside the file.
    InflatedBytes,
    /// Cells of a workbook.
    Cells,
    /// Elements of one part of a container.
    Elements,
    /// Levels of elements, tables or messages inside one another.
    Depth,
}

impl std::fmt::Display for SizeLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::InputBytes => "bytes of input",
            Self::TextBytes => "bytes of extracted text",
            Self::Pages => "pages",
            Self::Parts => "files inside it",
            Self::InflatedBytes => "bytes of compressed content",
            Self::Cells => "cells",
            Self::Elements => "elements in one part",
            Self::Depth => "levels of nesting",
        })
    }
}

/// Why no text came out of a document. Crosses the process boundary, so it carries no source error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ExtractError {
    /// The file has no bytes, or nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// The content is neither a known format nor text.
    #[error("the content is binary, not text ({reason})")]
    Binary {
        /// What gave it away.
        reason: String,
    },
    /// A known format that this version does not read.
    #[error("{what} is not a supported format; convert it to PDF, HTML, Markdown or plain text")]
    UnsupportedFormat {
        /// The format with its article, for example `a DOCX document`.
        what: String,
    },
    /// The document needs a password.
    #[error("{what} is encrypted and needs a password; remove the password and ingest it again")]
    Encrypted {
        /// The format with its article.
        what: String,
    },
    /// The pages are images without a text layer.
    #[error("none of the {pages} pages has a text layer; run OCR on the document first")]
    NeedsOcr {
        /// Pages looked at.
        pages: u32,
    },
    /// The document claims a format but does not follow it.
    #[error("{what} is damaged: {reason}")]
    Corrupt {
        /// The format with its article.
        what: String,
        /// What the parser said.
        reason: String,
    },
    /// A size limit was passed.
    #[error("the document has {actual} {what}, more than the limit of {limit}")]
    TooLarge {
        /// What was measured.
        what: SizeLimit,
        /// The value found (a lower bound when reading stopped early).
        actual: u64,
        /// The limit in force.
        limit: u64,
    },
    /// Extraction took too long.
    #[error("extraction was stopped after {seconds} s of {clock} time")]
    Timeout {
        /// The limit in force, in seconds.
        seconds: u64,
        /// `wall` or `CPU`.
        clock: String,
    },
    /// Extraction needed more memory than allowed.
    #[error("extraction needs more than the limit of {limit_mib} MiB of memory")]
    MemoryLimit {
        /// The limit in force, in MiB.
        limit_mib: u64,
    },
    /// The worker process ended without an answer.
    #[error("the extract worker crashed: {reason}")]
    WorkerCrashed {
        /// Signal or exit status, with the worker's last words.
        reason: String,
    },
    /// The worker process could not be started or spoke another protocol.
    #[error("the extract worker is unavailable: {reason}")]
    WorkerUnavailable {
        /// What went wrong.
        reason: String,
    },
}

impl ExtractError {
    /// A stable machine-readable name of the reason, for the ledger and the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Binary { .. } => "binary",
            Self::UnsupportedFormat { .. } => "unsupported_format",
            Self::Encrypted { .. } => "encrypted",
            Self::NeedsOcr { .. } => "needs_ocr",
            Self::Corrupt { .. } => "corrupt",
            Self::TooLarge { .. } => "too_large",
            Self::Timeout { .. } => "timeout",
            Self::MemoryLimit { .. } => "memory_limit",
            Self::WorkerCrashed { .. } => "worker_crashed",
            Self::WorkerUnavailable { .. } => "worker_unavailable",
        }
    }

    /// Whether trying the same bytes again can help: not a property of the document.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::WorkerUnavailable { .. } | Self::WorkerCrashed { .. })
    }

    pub(crate) fn corrupt(what: &str, reason: impl std::fmt::Display) -> Self {
        let mut reason = reason.to_string();
        truncate_chars(&mut reason, 300);
        Self::Corrupt { what: what.to_owned(), reason }
    }
}

/// Cuts `text` after `max` characters.
pub(crate) fn truncate_chars(text: &mut String, max: usize) {
    if let Some((at, _)) = text.char_indices().nth(max) {
        text.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_in_json_is_the_code_of_the_value() {
        let all = [
            ExtractError::Empty,
            ExtractError::Binary { reason: "x".into() },
            ExtractError::UnsupportedFormat { what: "x".into() },
            ExtractError::Encrypted { what: "x".into() },
            ExtractError::NeedsOcr { pages: 1 },
            ExtractError::corrupt("x", "y"),
            ExtractError::TooLarge { what: SizeLimit::Pages, actual: 2, limit: 1 },
            ExtractError::Timeout { seconds: 1, clock: "wall".into() },
            ExtractError::MemoryLimit { limit_mib: 1 },
            ExtractError::WorkerCrashed { reason: "x".into() },
            ExtractError::WorkerUnavailable { reason: "x".into() },
        ];
        for error in all {
            let json = serde_json::to_value(&error).unwrap();
            assert_eq!(json["code"], error.code());
            assert_eq!(serde_json::from_value::<ExtractError>(json).unwrap(), error);
            let message = error.to_string();
            assert!(message.starts_with(char::is_lowercase) || message.starts_with('x'), "{message}");
        }
    }
}
