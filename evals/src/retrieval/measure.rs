use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use footnote_index::Analyzer;
use footnote_models::Precision;

use super::prepared::{Prepared, Setup};
use super::reranking::Reranking;
use super::search::{Asking, ask};
use super::spec::{Rerank, SystemSpec, fusion_name};
use super::{Candidates, Chunker, MeasureError};
use crate::collection::Collection;
use crate::provenance;
use crate::report::{
    AnswerInTokens, DatasetManifest, Manifest, RerankerManifest, RetrievalReport, SCHEMA_VERSION, Settings,
    SystemManifest, SystemReport,
};
use crate::run::Run;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Options {
    /// The systems, each with a name of its own.
    pub systems: Vec<SystemSpec>,
    /// Encoder, by its name in the registry; the default encoder when absent.
    pub model: Option<String>,
    /// How the models' products are computed.
    pub precision: Precision,
    /// How documents are cut.
    pub chunker: Chunker,
    /// Documents kept for each query.
    pub top_k: usize,
    /// File that remembers document vectors between measurements.
    pub vector_cache: Option<PathBuf>,
    /// File that remembers the scores of cross-encoders between measurements.
    pub rerank_cache: Option<PathBuf>,
    /// Tokens of what is returned within which answers are looked for.
    pub answer_tokens: Option<usize>,
}

/// A finished measurement.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The figures.
    pub report: RetrievalReport,
    /// What each system returned.
    pub runs: BTreeMap<String, Run>,
    /// How long each query took, in the order of the collection.
    pub times: BTreeMap<String, Vec<Duration>>,
    /// Whether an answer was within the tokens read, by system and query.
    pub answered: BTreeMap<String, BTreeMap<String, bool>>,
}

/// Indexes a collection in a temporary engine, asks its queries of every system, and judges what comes back.
///
/// # Errors
/// When the model cannot be had, a document cannot be read, the engine refuses, or a leg does not answer.
pub fn measure(collection: &Collection, options: &Options) -> Result<Measured, MeasureError> {
    let started_at = jiff::Timestamp::now();
    let rerankers = options.systems.iter().filter_map(|system| system.rerank.as_ref());
    let models = rerankers.map(|rerank| rerank.model.as_str());
    let reranking = Reranking::load(models, options.precision, options.rerank_cache.as_deref())?;
    let mut prepared = Prepared::new(
        collection,
        &Setup {
            model: options.model.as_deref(),
            precision: options.precision,
            chunker: options.chunker,
            top_k: options.top_k,
            vector_cache: options.vector_cache.as_deref(),
            dense: options.systems.iter().any(|system| system.candidates.needs_vector()),
            tokens: options.answer_tokens.is_some(),
        },
    )?;

    let (mut runs, mut systems, mut times) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut answered = BTreeMap::new();
    let tokens = prepared.tokens();
    for system in &options.systems {
        let asking = Asking {
            system,
            reranking: &reranking,
            chunker: options.chunker,
            top_k: options.top_k,
            reading: options
                .answer_tokens
                .zip(tokens.as_ref())
                .map(|(budget, tokens)| (budget, tokens, &collection.qrels)),
        };
        let answers = ask(&prepared, &collection.queries, asking)?;
        let mut figures = SystemReport::new(&answers.run, &collection.qrels, &answers.times);
        figures.answer_in_tokens =
            options.answer_tokens.map(|tokens| AnswerInTokens::new(tokens, answers.answered.values()));
        systems.insert(system.name.clone(), figures);
        runs.insert(system.name.clone(), answers.run);
        times.insert(system.name.clone(), answers.times);
        answered.insert(system.name.clone(), answers.answered);
    }
    prepared.stages.end("ask");

    let described: BTreeMap<String, SystemManifest> = options
        .systems
        .iter()
        .map(|system| (system.name.clone(), system_manifest(system, &reranking)))
        .collect();
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: provenance::commit(Path::new(".")),
        started_at: started_at.to_string(),
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        dataset: DatasetManifest::of(collection),
        model: prepared.model_manifest(),
        reranker: described.values().find_map(|system| system.reranker.clone()),
        systems: described,
        engine: "in-process",
        settings: Settings {
            chunker: options.chunker.name().to_owned(),
            chunker_settings: Some(options.chunker.config().fingerprint()),
            analyzer: Some(Analyzer::fingerprint()),
            top_k: options.top_k,
            chunk_depth: prepared.depth,
            chunks: Some(prepared.chunks),
            fingerprint: Some(prepared.fingerprint().to_owned()),
        },
        seconds: std::mem::take(&mut prepared.stages.seconds),
    };
    Ok(Measured {
        report: RetrievalReport { schema_version: SCHEMA_VERSION, systems, manifest },
        runs,
        times,
        answered,
    })
}

impl DatasetManifest {
    /// What a manifest says of a collection.
    #[must_use]
    pub fn of(collection: &Collection) -> Self {
        let choice = collection.choice.as_ref();
        Self {
            name: collection.name.clone(),
            split: collection.split.clone(),
            documents: collection.documents.len(),
            queries: collection.queries.len(),
            judgments: collection.judgments(),
            limit_queries: choice.map(|choice| choice.limit),
            seed: choice.map(|choice| choice.sample.seed),
            sample: choice.map(|choice| choice.sample.clone()),
        }
    }
}

fn system_manifest(system: &SystemSpec, reranking: &Reranking) -> SystemManifest {
    SystemManifest {
        legs: system.candidates,
        fusion: (system.candidates == Candidates::Hybrid).then(|| fusion_name(&system.fusion)),
        reranker: system
            .rerank
            .as_ref()
            .and_then(|rerank| reranker_manifest(system.candidates, rerank, reranking)),
    }
}

fn reranker_manifest(
    candidates: Candidates,
    rerank: &Rerank,
    reranking: &Reranking,
) -> Option<RerankerManifest> {
    let info = reranking.info(&rerank.model)?;
    Some(RerankerManifest {
        name: info.name.clone(),
        precision: info.precision.as_str(),
        fingerprint: info.fingerprint(),
        candidates,
        depth: rerank.depth,
        keep: rerank.keep,
    })
}
