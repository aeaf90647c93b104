use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use footnote_index::{Analyzer, GenerationSpec};
use footnote_models::Precision;
use sha2::{Digest as _, Sha256};

use super::cut::{CutDocument, ModelTokens, NoTokens, cut};
use super::embedder::{Embedder, QueryVector, Vectors};
use super::index::TemporaryIndex;
use super::search::chunk_depth;
use super::{Chunker, MeasureError};
use crate::collection::Collection;
use crate::report::ModelManifest;

/// How a collection is indexed.
pub(crate) struct Setup<'a> {
    /// Encoder, by its name in the registry; the default encoder when absent.
    pub(crate) model: Option<&'a str>,
    /// How its products are computed.
    pub(crate) precision: Precision,
    /// How documents are cut.
    pub(crate) chunker: Chunker,
    /// Documents kept for each query.
    pub(crate) top_k: usize,
    /// File that remembers document vectors between measurements.
    pub(crate) vector_cache: Option<&'a Path>,
    /// Whether anybody searches by vector.
    pub(crate) dense: bool,
    /// Whether tokens are counted for more than cutting.
    pub(crate) tokens: bool,
}

/// A collection in a temporary engine, its queries embedded.
pub(crate) struct Prepared {
    pub(super) index: TemporaryIndex,
    pub(super) query_vectors: Vec<QueryVector>,
    /// Chunks asked for.
    pub(super) depth: usize,
    pub(super) chunks: usize,
    pub(super) stages: Stages,
    embedder: Option<Embedder>,
}

impl Prepared {
    /// Cuts the documents into chunks, embeds and indexes them, and embeds the queries.
    pub(crate) fn new(collection: &Collection, setup: &Setup<'_>) -> Result<Self, MeasureError> {
        let mut stages = Stages::default();
        // The chunker counts in the encoder's tokens, so even the text leg alone needs it unless documents stay whole.
        let embedder = (setup.dense || setup.chunker != Chunker::Whole || setup.tokens)
            .then(|| Embedder::load(setup.model, setup.precision, setup.vector_cache))
            .transpose()?;
        stages.end("load_model");
        let documents = cut_all(collection, setup.chunker, embedder.as_ref())?;
        let chunks = documents.iter().map(|document| document.chunks.len()).sum();
        stages.end("cut");
        let encoder = embedder.as_ref().filter(|_| setup.dense);
        let vectors = encoder
            .map_or_else(|| Ok(constant_vectors(&documents)), |encoder| encoder.documents(&documents))?;
        stages.end("embed");
        let index = TemporaryIndex::create(&spec(encoder, setup.chunker))?;
        index.add(documents, &vectors)?;
        stages.end("index");
        let query_vectors = encoder.map_or_else(|| Ok(Vec::new()), |encoder| encoder.queries(collection))?;
        let depth = chunk_depth(setup.top_k, chunks, collection.documents.len());
        Ok(Self { index, query_vectors, depth, chunks, stages, embedder })
    }

    /// Counts tokens as the encoder sees them; `None` when no encoder was needed.
    pub(super) fn tokens(&self) -> Option<ModelTokens> {
        self.embedder.as_ref().map(Embedder::tokens)
    }

    /// What the index means.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.index.generation.spec.fingerprint
    }

    /// The encoder and its files; `None` when none was needed.
    pub(crate) fn model_manifest(&self) -> Option<ModelManifest> {
        self.embedder.as_ref().map(|embedder| ModelManifest::of(embedder.info()))
    }
}

fn cut_all(
    collection: &Collection,
    chunker: Chunker,
    embedder: Option<&Embedder>,
) -> Result<Vec<CutDocument>, MeasureError> {
    let documents = collection.documents.iter();
    let cut_documents: Vec<Option<CutDocument>> = match embedder {
        Some(embedder) => {
            let tokens = embedder.tokens();
            documents.map(|document| cut(document, chunker, &tokens)).collect::<Result<_, _>>()?
        }
        None => documents.map(|document| cut(document, chunker, &NoTokens)).collect::<Result<_, _>>()?,
    };
    Ok(cut_documents.into_iter().flatten().collect())
}

/// The engine stores no chunk without a vector. When nobody will search by vector, one dimension does.
fn constant_vectors(documents: &[CutDocument]) -> Vectors {
    let one: Arc<[f32]> = Arc::from([1.0]);
    documents
        .iter()
        .flat_map(|document| &document.chunks)
        .map(|chunk| (chunk.text_hash, one.clone()))
        .collect()
}

/// What the index means. With an encoder it is what ingest would say for the same settings; `whole` differs in how a
/// title joins its text, and the text leg alone in having no encoder.
fn spec(encoder: Option<&Embedder>, chunker: Chunker) -> GenerationSpec {
    let config = chunker.config();
    match encoder.map(Embedder::service) {
        Some(service) if chunker == Chunker::Structure => footnote_ingest::pipeline::spec(service, &config),
        Some(service) => {
            marked(footnote_ingest::pipeline::spec(service, &config), "title and text joined as BEIR does")
        }
        None => {
            let name = format!("no model, chunker {}", config.fingerprint());
            let spec =
                GenerationSpec { fingerprint: config.fingerprint(), name, model: "none".to_owned(), dims: 1 };
            marked(spec, &Analyzer::fingerprint())
        }
    }
}

/// The same settings but for `mark`.
fn marked(spec: GenerationSpec, mark: &str) -> GenerationSpec {
    let fingerprint = hex::encode(Sha256::digest(format!("{}\n{mark}", spec.fingerprint)));
    GenerationSpec { fingerprint, ..spec }
}

/// Wall-clock seconds of consecutive stages.
pub(super) struct Stages {
    pub(super) seconds: BTreeMap<&'static str, f64>,
    since: Instant,
}

impl Default for Stages {
    fn default() -> Self {
        Self { seconds: BTreeMap::new(), since: Instant::now() }
    }
}

impl Stages {
    /// Ends the stage that began when the one before it ended.
    pub(super) fn end(&mut self, stage: &'static str) {
        self.seconds.insert(stage, self.since.elapsed().as_secs_f64());
        self.since = Instant::now();
    }
}
