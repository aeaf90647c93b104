//! What can keep a generator from answering. No text of an endpoint and no key is ever in one.

use std::time::Duration;

/// What was waited for when time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// A connection.
    Connection,
    /// The first byte of the answer.
    FirstByte,
    /// More of the answer.
    MoreText,
    /// The whole answer.
    End,
}

impl std::fmt::Display for Waited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connection => "no connection in time",
            Self::FirstByte => "no first byte in time",
            Self::MoreText => "it stalled",
            Self::End => "it was not done within its time",
        })
    }
}

/// Why a generator did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GeneratorError {
    /// No connection could be made.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// Time ran out.
    #[error("{0}")]
    Timeout(Waited),
    /// The endpoint refused.
    #[error("the endpoint answered HTTP {status}{}", code.as_ref().map(|c| format!(" ({c})")).unwrap_or_default())]
    Status {
        /// HTTP status.
        status: u16,
        /// The endpoint's name for it, when it is a plain word.
        code: Option<String>,
        /// When it may be asked again.
        retry_after: Option<Duration>,
    },
    /// The endpoint's answer cannot be read.
    #[error("the endpoint's answer cannot be read: {0}")]
    Protocol(&'static str),
    /// The endpoint's answer ended early.
    #[error("the endpoint's answer broke off")]
    Cut,
    /// The endpoint sends without end.
    #[error("the endpoint sent more than {limit} bytes")]
    TooLarge {
        /// Bytes that are read at most.
        limit: u64,
    },
    /// Too many requests to this engine are in progress.
    #[error("it has too much to do")]
    Busy,
    /// It failed too often lately and is left alone for a while.
    #[error("it failed repeatedly and is not asked again for {} s", .0.as_secs().max(1))]
    CircuitOpen(Duration),
    /// Nobody waits for the answer any more.
    #[error("the request was cancelled")]
    Cancelled,
    /// The prompt and its answer do not fit into the model's context.
    #[error("the prompt does not fit: {0}")]
    TooLong(String),
    /// The local model failed.
    #[error("{0}")]
    Model(String),
}

impl GeneratorError {
    /// Whether the same request may well succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connect(_) | Self::Timeout(Waited::Connection | Waited::FirstByte) | Self::Cut => true,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500..=599),
            _ => false,
        }
    }

    /// Whether it says something about the engine's health, rather than about this request.
    pub fn counts(&self) -> bool {
        match self {
            Self::Busy | Self::CircuitOpen(_) | Self::Cancelled | Self::TooLong(_) => false,
            // The request was wrong, not the engine; a wrong key or address is the engine's.
            Self::Status { status, .. } => !matches!(status, 400 | 413 | 422),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> GeneratorError {
        GeneratorError::Status { status, code: None, retry_after: None }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for error in [status(429), status(500), status(503), status(408), GeneratorError::Connect("x".into())]
        {
            assert!(error.is_transient() && error.counts(), "{error}");
        }
        for error in [status(401), status(404), status(301), GeneratorError::Protocol("x")] {
            assert!(!error.is_transient() && error.counts(), "{error}");
        }
        for error in [status(400), GeneratorError::Busy, GeneratorError::Cancelled] {
            assert!(!error.counts(), "{error}");
        }
        // Stalling once text came, or to the end, is not worth a second wait.
        assert!(!GeneratorError::Timeout(Waited::MoreText).is_transient());
        assert!(!GeneratorError::Timeout(Waited::End).is_transient());
    }
}
