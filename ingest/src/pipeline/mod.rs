//! From bytes to searchable: accept, extract, chunk, embed, publish. The one write path of every
//! front end (command line, HTTP, demo, evaluation).

mod budget;
mod embedding;
mod migrate;
mod paths;
mod prepare;
mod reading;
mod report;
mod run;
mod sources;
mod stages;
mod sync;

use std::sync::Arc;

use footnote_index::{Analyzer, Engine, Generation, GenerationSpec, Scope};
use footnote_models::EmbeddingService;
use sha2::{Digest as _, Sha256};

pub use migrate::{Begun, Migration, MigrationEvent, MigrationReport};
pub use paths::{Found, IGNORE_FILE, PathOptions, file_uri, find_files, read_file};
pub use prepare::embedded_text;
pub use report::{Entry, Event, Report, Status, Totals};
pub use sources::{RECORD_MIME, Source};
pub use stages::StageSeconds;
pub use sync::{Manifest, ManifestEntry, Renamed, SyncPlan, name_renamed, plan, removals};

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
    /// A folder to be made equal to is not there.
    #[error("{} does not exist: nothing was changed", path.display())]
    MissingRoot {
        /// The folder or file.
        path: std::path::PathBuf,
    },
    /// A manifest is complete for nothing.
    #[error("the manifest names no root, or an empty one, which would stand for every document")]
    NoRoot,
    /// Documents of a manifest are not here yet.
    #[error("{missing} documents of the manifest are new or changed; upload them, then sync again")]
    SyncIncomplete {
        /// How many.
        missing: usize,
    },
    /// More documents would be removed than looks right.
    #[error("{deleted} of {of} documents would be removed; look at the plan (--dry-run), then say --force")]
    ManyDeletions {
        /// How many.
        deleted: usize,
        /// Of how many there are below the folders.
        of: usize,
    },
    /// Documents were published faster than a migration could take them.
    #[error(
        "documents keep coming while the index is built anew; run the same command again when they pause"
    )]
    Busy,
    /// A thread of the run ended in a panic; what was acknowledged is safe and is resumed.
    #[error("a thread of the run ended unexpectedly; run the same command again to resume")]
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

    /// The same with another encoder: for clients that an earlier one still serves.
    #[must_use]
    pub fn with_embedder(&self, embedder: EmbeddingService) -> Self {
        Self {
            engine: Arc::clone(&self.engine),
            embedder,
            extractor: self.extractor.clone(),
            chunker: self.chunker,
        }
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

    /// The client's generation, made when the client is empty. One of the same encoder takes documents also when it was
    /// begun with another chunker, by an earlier release say: their vectors can be compared, and [`Pipeline::migrate`] makes
    /// the older ones alike.
    ///
    /// # Errors
    /// When the client is served by another encoder's generation, or storage fails.
    pub fn generation(&self, scope: &Scope) -> Result<Generation, IngestError> {
        let spec = self.spec();
        match self.engine.generation(scope)? {
            Some(serving) if serving.spec.same_encoder(&spec.fingerprint) => Ok(serving),
            _ => Ok(self.engine.ensure_generation(scope, &spec)?),
        }
    }
}

/// What an index built with this encoder and chunker means: the hash of everything that decides a
/// vector or a term.
pub fn spec(embedder: &EmbeddingService, chunker: &ChunkerConfig) -> GenerationSpec {
    let info = embedder.info();
    let encoder = hash(&[info.fingerprint()]);
    let cutting =
        hash(&[chunker.fingerprint(), Analyzer::fingerprint(), format!("context-{CONTEXT_VERSION}")]);
    GenerationSpec {
        fingerprint: format!("{encoder}/{cutting}"),
        name: format!("model {}, chunker {}", info.name, chunker.fingerprint()),
        model: info.name.clone(),
        dims: info.dims,
    }
}

/// 128 bits of a hash over parts that cannot run into one another.
fn hash(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(&hash.finalize()[..16])
}

/// Counts in the encoder's own tokens.
pub(crate) struct ModelTokens(pub(crate) footnote_models::TextTokenizer);

impl TokenCounter for ModelTokens {
    fn count(&self, text: &str) -> usize {
        self.0.count(text)
    }
}
