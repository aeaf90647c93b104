//! From bytes to searchable: accept, extract, chunk, embed, publish. The one write path of every
//! front end (command line, HTTP, demo, evaluation).

mod paths;
mod prepare;
mod report;
mod run;
mod sources;

use std::sync::Arc;

use footnote_index::{Analyzer, Engine, Generation, GenerationSpec, Scope};
use footnote_models::EmbeddingService;
use sha2::{Digest as _, Sha256};

pub use paths::{Found, PathOptions, file_uri, find_files, read_file};
pub use prepare::embedded_text;
pub use report::{Entry, Event, Report, Status, Totals};
pub use sources::{RECORD_MIME, Source};

use crate::chunk::{ChunkerConfig, TokenCounter};
use crate::worker::Extractor;

/// Why a run ended early. Trouble with single documents is in the report, not here.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The index refused: disk full, wrong fingerprint, damage.
    #[error(transparent)]
    Index(#[from] footnote_index::Error),
    /// The encoder failed.
    #[error(transparent)]
    Model(#[from] footnote_models::ModelError),
    /// An include or exclude pattern does not parse.
    #[error("pattern {pattern:?}: {reason}")]
    Pattern {
        /// The pattern as given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The encoder returned fewer vectors than texts; nothing of the batch was published.
    #[error("the encoder returned fewer vectors than it was given texts; this is a bug, please report it")]
    MissingVector,
    /// A thread of the run ended in a panic; what was acknowledged is safe and is resumed.
    #[error("the extraction thread ended unexpectedly; run the same command again to resume")]
    Thread,
}

/// What is needed to make documents searchable. Cheap to share; blocking.
pub struct Pipeline {
    pub(crate) engine: Arc<Engine>,
    pub(crate) embedder: EmbeddingService,
    pub(crate) extractor: Extractor,
    pub(crate) chunker: ChunkerConfig,
}

/// Version of the way a chunk and its context become the embedded text; part of the fingerprint.
const CONTEXT_VERSION: u32 = 1;

impl Pipeline {
    /// Joins the parts.
    pub fn new(
        engine: Arc<Engine>,
        embedder: EmbeddingService,
        extractor: Extractor,
        chunker: ChunkerConfig,
    ) -> Self {
        Self { engine, embedder, extractor, chunker }
    }

    /// The index.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The encoder.
    pub fn embedder(&self) -> &EmbeddingService {
        &self.embedder
    }

    /// What an index built by this pipeline means.
    pub fn spec(&self) -> GenerationSpec {
        spec(&self.embedder, &self.chunker)
    }

    /// The client's generation, made when the client is empty.
    pub(crate) fn generation(&self, scope: &Scope) -> Result<Generation, IngestError> {
        Ok(self.engine.ensure_generation(scope, &self.spec())?)
    }
}

/// What an index built with this encoder and chunker means: the hash of everything that decides a
/// vector or a term.
pub fn spec(embedder: &EmbeddingService, chunker: &ChunkerConfig) -> GenerationSpec {
    let info = embedder.info();
    let mut hash = Sha256::new();
    for part in [
        info.fingerprint(),
        chunker.fingerprint(),
        Analyzer::fingerprint(),
        format!("context-{CONTEXT_VERSION}"),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    GenerationSpec {
        fingerprint: hex::encode(hash.finalize()),
        name: format!("model {}, chunker {}", info.name, chunker.fingerprint()),
        model: info.name.clone(),
        dims: info.dims,
    }
}

/// Counts in the encoder's own tokens.
pub(crate) struct ModelTokens(pub(crate) footnote_models::TextTokenizer);

impl TokenCounter for ModelTokens {
    fn count(&self, text: &str) -> usize {
        self.0.count(text)
    }
}
