use footnote_index::{
    ChunkInput, Engine, EngineOptions, Generation, GenerationSpec, Name, NewDocument, PreparedDocument, Scope,
};
use tempfile::TempDir;

use super::MeasureError;
use super::cut::CutDocument;
use super::embedder::Vectors;
use crate::progress::Progress;

/// Documents made visible in one commit.
const BATCH: usize = 512;

/// A data directory of its own with one client, removed when dropped.
pub(super) struct TemporaryIndex {
    pub(super) engine: Engine,
    pub(super) scope: Scope,
    pub(super) generation: Generation,
    // Dropped last: the engine still has files open in it.
    _folder: TempDir,
}

impl TemporaryIndex {
    /// Makes an empty index that takes vectors of `spec`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the client was made here, in an engine nobody else can reach"
    )]
    pub(super) fn create(spec: &GenerationSpec) -> Result<Self, MeasureError> {
        let folder =
            tempfile::Builder::new().prefix("footnote-eval-").tempdir().map_err(MeasureError::Folder)?;
        let engine = Engine::open(folder.path(), EngineOptions::default())?;
        let (tenant, client) = (Name::new("default")?, Name::new("eval")?);
        engine.control().add_client(&tenant, &client)?;
        let scope = engine.control().scope(&tenant, &client)?;
        let scope = scope.ok_or_else(|| footnote_index::Error::InvalidName { name: client.to_string() })?;
        let generation = engine.ensure_generation(&scope, spec)?;
        Ok(Self { engine, scope, generation, _folder: folder })
    }

    /// Stores documents through the engine's own write path; `vectors` has the vector of every chunk.
    pub(super) fn add(&self, documents: Vec<CutDocument>, vectors: &Vectors) -> Result<(), MeasureError> {
        let mut progress = Progress::start("indexing", documents.len(), "documents");
        let mut batch = Vec::with_capacity(BATCH);
        for document in documents {
            batch.push(self.prepare(document, vectors)?);
            if batch.len() == BATCH {
                self.engine.publish(&self.scope, &batch)?;
                progress.advance(batch.len());
                batch.clear();
            }
        }
        if !batch.is_empty() {
            self.engine.publish(&self.scope, &batch)?;
            progress.advance(batch.len());
        }
        self.engine.close_writers()?;
        progress.finish();
        Ok(())
    }

    /// Accepts a document under its collection id as uri, and joins its chunks with their vectors.
    fn prepare(&self, document: CutDocument, vectors: &Vectors) -> Result<PreparedDocument, MeasureError> {
        let CutDocument { id, title, extracted, chunks } = document;
        let accepted = self.engine.accept(
            &self.scope,
            &NewDocument {
                uri: &id,
                title: Some(&title),
                mime: Some(&extracted.mime),
                metadata: &serde_json::Map::new(),
                bytes: extracted.text.as_bytes(),
            },
        )?;
        let chunk = |chunk: super::cut::CutChunk| {
            let vector = vectors.get(&chunk.text_hash).ok_or(MeasureError::MissingVector)?;
            Ok(ChunkInput {
                span: chunk.place.span,
                language: None,
                flags: Vec::new(),
                heading_path: chunk.place.heading_path,
                text_hash: chunk.text_hash,
                vector: vector.clone(),
            })
        };
        Ok(PreparedDocument {
            document_id: accepted.document_id,
            version: accepted.version,
            generation: self.generation.id,
            title,
            mime: extracted.mime,
            language: extracted.language,
            layout: extracted.layout,
            properties: extracted.properties,
            spent_ms: 0,
            structure: None,
            text: extracted.text,
            chunks: chunks.into_iter().map(chunk).collect::<Result<_, MeasureError>>()?,
            warnings: extracted.warnings,
        })
    }
}
