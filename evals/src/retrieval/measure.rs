use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use footnote_index::{Analyzer, GenerationSpec};
use footnote_models::Precision;
use sha2::{Digest as _, Sha256};

use super::cut::{CutDocument, NoTokens, cut};
use super::embedder::{Embedder, Vectors};
use super::index::TemporaryIndex;
use super::reranking::{RerankOptions, Reranking};
use super::search::{Asking, ask, chunk_depth};
use super::{Candidates, Chunker, MeasureError};
use crate::collection::Collection;
use crate::provenance;
use crate::report::{
    AnswerInTokens, DatasetManifest, Manifest, ModelFile, ModelManifest, RerankerManifest, RetrievalReport,
    SCHEMA_VERSION, Settings, SystemReport,
};
use crate::run::Run;
use crate::system::System;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Options {
    /// The systems; only those are run.
    pub systems: BTreeSet<System>,
    /// Encoder, by its name in the registry; the default encoder when absent.
    pub model: Option<String>,
    /// How the models' products are computed.
    pub precision: Precision,
    /// How documents are cut.
    pub chunker: Chunker,
    /// How the system `rerank` works.
    pub rerank: RerankOptions,
    /// Documents kept for each query.
    pub top_k: usize,
    /// File that remembers document vectors between measurements.
    pub vector_cache: Option<PathBuf>,
    /// Tokens of what is returned within which answers are looked for.
    pub answer_tokens: Option<usize>,
    /// The number of queries and the seed they were chosen with, when not all are run.
    pub choice: Option<(usize, u64)>,
}

/// A finished measurement.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The figures.
    pub report: RetrievalReport,
    /// What each system returned.
    pub runs: BTreeMap<System, Run>,
    /// Whether an answer was within the tokens read, by system and query.
    pub answered: BTreeMap<System, BTreeMap<String, bool>>,
}

/// Indexes a collection in a temporary engine, asks its queries of every system, and judges what comes back.
///
/// # Errors
/// When the model cannot be had, a document cannot be read, the engine refuses, or a leg does not answer.
pub fn measure(collection: &Collection, options: &Options) -> Result<Measured, MeasureError> {
    let started_at = jiff::Timestamp::now();
    let mut stages = Stages::default();
    // The chunker counts in the encoder's tokens, so even the text leg alone needs it unless documents stay whole.
    let candidates = |system: System| Candidates::of(system, options.rerank.candidates);
    let dense = options.systems.iter().any(|system| candidates(*system).needs_vector());
    let embedder = (dense || options.chunker != Chunker::Whole || options.answer_tokens.is_some())
        .then(|| Embedder::load(options.model.as_deref(), options.precision, options.vector_cache.as_deref()))
        .transpose()?;
    let reranking = options.systems.contains(&System::Rerank);
    let reranking = reranking
        .then(|| Reranking::load(&options.rerank, options.chunker, options.precision))
        .transpose()?;
    stages.end("load_model");

    let documents = cut_all(collection, options.chunker, embedder.as_ref())?;
    let chunks = documents.iter().map(|document| document.chunks.len()).sum();
    stages.end("cut");
    let encoder = embedder.as_ref().filter(|_| dense);
    let vectors =
        encoder.map_or_else(|| Ok(constant_vectors(&documents)), |encoder| encoder.documents(&documents))?;
    stages.end("embed");
    let index = TemporaryIndex::create(&spec(encoder, options.chunker))?;
    index.add(documents, &vectors)?;
    stages.end("index");

    let query_vectors = encoder.map_or_else(|| Ok(Vec::new()), |encoder| encoder.queries(collection))?;
    let depth = chunk_depth(options.top_k, chunks, collection.documents.len());
    let (mut runs, mut systems, mut answered) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let tokens = embedder.as_ref().map(Embedder::tokens);
    for &system in &options.systems {
        let asking = Asking {
            system,
            candidates: candidates(system),
            reranking: reranking.as_ref().filter(|_| system == System::Rerank),
            top_k: options.top_k,
            depth,
            reading: options
                .answer_tokens
                .zip(tokens.as_ref())
                .map(|(budget, tokens)| (budget, tokens, &collection.qrels)),
        };
        let answers = ask(&index, &collection.queries, &query_vectors, asking)?;
        let mut figures = SystemReport::new(&answers.run, &collection.qrels, &answers.times);
        figures.answer_in_tokens =
            options.answer_tokens.map(|tokens| AnswerInTokens::new(tokens, answers.answered.values()));
        systems.insert(system, figures);
        runs.insert(system, answers.run);
        answered.insert(system, answers.answered);
    }
    stages.end("ask");

    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: provenance::commit(Path::new(".")),
        started_at: started_at.to_string(),
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        dataset: dataset_manifest(collection, options.choice),
        model: embedder.as_ref().map(model_manifest),
        reranker: reranking.as_ref().map(|reranking| reranker_manifest(reranking, &options.rerank)),
        settings: Settings {
            chunker: options.chunker.name().to_owned(),
            chunker_settings: options.chunker.config().fingerprint(),
            analyzer: Analyzer::fingerprint(),
            top_k: options.top_k,
            chunk_depth: depth,
            chunks,
            fingerprint: index.generation.spec.fingerprint.clone(),
        },
        seconds: stages.seconds,
    };
    Ok(Measured {
        report: RetrievalReport { schema_version: SCHEMA_VERSION, systems, manifest },
        runs,
        answered,
    })
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

fn dataset_manifest(collection: &Collection, choice: Option<(usize, u64)>) -> DatasetManifest {
    DatasetManifest {
        name: collection.name.clone(),
        split: collection.split.clone(),
        documents: collection.documents.len(),
        queries: collection.queries.len(),
        judgments: collection.judgments(),
        limit_queries: choice.map(|(count, _)| count),
        seed: choice.map(|(_, seed)| seed),
    }
}

fn reranker_manifest(reranking: &Reranking, options: &RerankOptions) -> RerankerManifest {
    let info = reranking.info();
    RerankerManifest {
        name: info.name.clone(),
        precision: info.precision.as_str(),
        fingerprint: info.fingerprint(),
        candidates: options.candidates,
        depth: options.depth,
    }
}

fn model_manifest(embedder: &Embedder) -> ModelManifest {
    let info = embedder.info();
    let file = |name: &str, sha256: &str| ModelFile { name: name.to_owned(), sha256: sha256.to_owned() };
    ModelManifest {
        name: info.name.clone(),
        precision: info.precision.as_str(),
        fingerprint: info.fingerprint(),
        files: vec![
            file("model.safetensors", &info.weights_sha256),
            file("tokenizer.json", &info.tokenizer_sha256),
        ],
    }
}

/// Wall-clock seconds of consecutive stages.
struct Stages {
    seconds: BTreeMap<&'static str, f64>,
    since: Instant,
}

impl Default for Stages {
    fn default() -> Self {
        Self { seconds: BTreeMap::new(), since: Instant::now() }
    }
}

impl Stages {
    /// Ends the stage that began when the one before it ended.
    fn end(&mut self, stage: &'static str) {
        self.seconds.insert(stage, self.since.elapsed().as_secs_f64());
        self.since = Instant::now();
    }
}
