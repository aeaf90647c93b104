//! Where questions go: an engine of this process, or a server over HTTP. Both are asked in the shapes of the API, so that
//! what is measured is what a caller of it gets.

mod local;
mod server;

use std::ops::Range;

use footnote_ingest::pipeline::Source;
use footnote_server::app::AppError;
use footnote_server::wire::{Answer, AnswerBody, SearchBody, SearchResult};

use crate::report::ModelManifest;
use crate::retrieval::MeasureError;

pub use local::{Local, Model};
pub use server::Server;

/// One client's documents, to be asked.
pub trait Client {
    /// `POST /v1/search`.
    ///
    /// # Errors
    /// What the engine or the server says, or that it cannot be reached.
    fn search(&self, body: &SearchBody) -> Result<SearchResult, TargetError>;

    /// `POST /v1/answers`.
    ///
    /// # Errors
    /// As [`Client::search`].
    fn answer(&self, body: &AnswerBody) -> Result<Answer, TargetError>;

    /// A part of a document version's text, in Unicode scalar values.
    ///
    /// # Errors
    /// As [`Client::search`].
    fn text(&self, document: &str, version: u32, place: Range<usize>) -> Result<String, TargetError>;

    /// All documents that are searchable.
    ///
    /// # Errors
    /// As [`Client::search`].
    fn documents(&self) -> Result<Vec<DocumentRef>, TargetError>;
}

/// A document of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRef {
    /// Its id.
    pub id: String,
    /// Its uri.
    pub uri: String,
    /// Its visible version.
    pub version: u32,
}

/// What holds clients.
pub trait Host {
    /// Makes a client with these documents whose name begins with `eval-` and `name`. On a server it goes when it is dropped.
    ///
    /// # Errors
    /// When it cannot be made, or a document cannot be made searchable: every figure would be lower for it.
    fn fill<'a>(&'a self, name: &str, sources: Vec<Source>) -> Result<Box<dyn Client + 'a>, TargetError>;

    /// What a manifest calls it: `in-process` or `http`.
    fn engine(&self) -> &'static str;

    /// The encoder and the fingerprint of the indexes made here, where they are known.
    fn meaning(&self) -> Option<(ModelManifest, String)>;
}

/// Why a question got no answer.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The model, or a folder of this process.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// The engine of this process refused.
    #[error(transparent)]
    App(#[from] AppError),
    /// Nobody answers at the address.
    #[error("cannot reach the server at {url}: {reason}")]
    Unreachable {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// The server said no.
    #[error("server says {status} ({code}): {detail}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The problem's code.
        code: String,
        /// The problem in words.
        detail: String,
    },
    /// The server's answer is not what its API promises.
    #[error("unexpected answer of the server: {0}")]
    Unexpected(String),
    /// A document that is missing would lower every figure.
    #[error("document {uri} cannot be used: {reason}")]
    Document {
        /// The document.
        uri: String,
        /// Why not.
        reason: String,
    },
}

impl From<footnote_index::Error> for TargetError {
    fn from(error: footnote_index::Error) -> Self {
        Self::App(error.into())
    }
}

/// A client name that begins with `eval-` and `name` and that nobody else chose.
fn unique(name: &str) -> String {
    let plain: String = name.chars().filter_map(|c| allowed(c.to_ascii_lowercase())).take(30).collect();
    let now = jiff::Timestamp::now().as_nanosecond();
    format!("eval-{plain}-{now:x}-{:x}", std::process::id())
}

fn allowed(c: char) -> Option<char> {
    match c {
        'a'..='z' | '0'..='9' | '-' => Some(c),
        ' ' | '_' | '.' | ',' => Some('-'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_clients_are_allowed_ones() {
        for name in
            ["nfcorpus", "xquad-en, articles", "A set with a very long name, longer than names can be", "ăș"]
        {
            let unique = unique(name);
            assert!(unique.len() <= 63 && footnote_index::Name::new(&unique).is_ok(), "{unique}");
        }
    }
}
