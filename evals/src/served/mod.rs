//! Measuring through the API: documents go into a client as a user's would, and what comes back from `POST /v1/search` is
//! judged. The host may be this process or a running server.

mod sample;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use footnote_datasets::beir::{Document, Query};
use footnote_index::Analyzer;
use footnote_ingest::chunk::ChunkerConfig;
use footnote_ingest::pipeline::Source;
use footnote_server::wire::{Hit, SearchBody};

use crate::collection::Collection;
use crate::pooling::max_pool;
use crate::progress::Progress;
use crate::provenance;
use crate::report::{
    DatasetManifest, Manifest, RetrievalReport, SCHEMA_VERSION, Settings, SystemManifest, SystemReport,
};
use crate::retrieval::{Candidates, Measured, Rerank, SystemSpec, fusion_name, record};
use crate::run::Run;
use crate::system::System;
use crate::target::{Client, Host, TargetError};

pub use sample::{ALL, SampleMeasured, is_whole, measure_sample};

/// Hits the API gives at most.
pub const MAX_HITS: usize = 100;

/// Where the documents of a set claim to be from; their uris are this, `#` and their id.
const FILE: &str = "dataset";

/// A set's documents as records of a file.
#[must_use]
pub fn sources(documents: &[Document]) -> Vec<Source> {
    let told = |document: &&Document| !(document.text.trim().is_empty() && document.title.trim().is_empty());
    documents.iter().filter(told).map(|document| Source::record(FILE, record(document))).collect()
}

/// The id of a document of [`sources`] by its uri.
#[must_use]
pub fn document_id(uri: &str) -> &str {
    uri.strip_prefix(FILE).and_then(|rest| rest.strip_prefix('#')).unwrap_or(uri)
}

/// Puts a collection into a client of its own, asks its queries of every system, and judges what comes back. Systems are
/// `bm25`, `dense` and `hybrid`, the modes of the API.
///
/// # Errors
/// When the host refuses, cannot be reached, or one of the systems takes no part in an answer.
pub fn measure_served(
    collection: &Collection,
    host: &dyn Host,
    systems: &[System],
    top_k: usize,
) -> Result<Measured, TargetError> {
    let started = Instant::now();
    let started_at = jiff::Timestamp::now();
    let client = host.fill(&collection.name, sources(&collection.documents))?;
    let filled = started.elapsed().as_secs_f64();
    let mut found = Found::new();
    for &system in systems {
        let mut progress = Progress::start(format!("asking {system}"), collection.queries.len(), "queries");
        for query in &collection.queries {
            found.ask(&*client, query, system, top_k, |uri| document_id(uri).to_owned())?;
            progress.advance(1);
        }
        progress.finish();
    }
    let seconds = [("ingest", filled), ("ask", started.elapsed().as_secs_f64() - filled)];
    Ok(found.judged(collection, host, top_k, started_at, seconds.into()))
}

/// What systems returned so far.
struct Found {
    runs: BTreeMap<System, Run>,
    times: BTreeMap<System, Vec<(String, Duration)>>,
}

impl Found {
    fn new() -> Self {
        Self { runs: BTreeMap::new(), times: BTreeMap::new() }
    }

    /// Asks one query and returns the first hit; `document` tells a document's id by its uri.
    fn ask(
        &mut self,
        client: &dyn Client,
        query: &Query,
        system: System,
        top_k: usize,
        document: impl Fn(&str) -> String,
    ) -> Result<Option<Hit>, TargetError> {
        let body = SearchBody {
            query: query.text.clone(),
            top_k: Some(top_k.min(MAX_HITS)),
            mode: Some(Candidates::of(system, Candidates::Hybrid).mode()),
            ..SearchBody::default()
        };
        if !self.runs.contains_key(&system) {
            // The first search pays for opening files that no later one does.
            client.search(&body)?;
        }
        let asked = Instant::now();
        let result = client.search(&body)?;
        let took = asked.elapsed();
        let lost = |part: &&footnote_server::wire::Degraded| matches!(part.part.as_str(), "dense" | "index");
        if let Some(lost) = result.degraded.iter().find(lost) {
            let what = format!("query {}: the part {} took no part: {}", query.id, lost.part, lost.reason);
            return Err(TargetError::Unexpected(what));
        }
        let first = result.hits.first().cloned();
        let hits = result.hits.into_iter().map(|hit| (document(&hit.uri), hit.score));
        self.runs.entry(system).or_default().insert(query.id.clone(), max_pool(hits).cut(top_k));
        self.times.entry(system).or_default().push((query.id.clone(), took));
        Ok(first)
    }

    /// What was found for the queries of a collection, judged.
    fn judged(
        &self,
        collection: &Collection,
        host: &dyn Host,
        top_k: usize,
        started_at: jiff::Timestamp,
        seconds: BTreeMap<&'static str, f64>,
    ) -> Measured {
        let (mut systems, mut described) = (BTreeMap::new(), BTreeMap::new());
        let (mut runs, mut all_times) = (BTreeMap::new(), BTreeMap::new());
        for (system, run) in &self.runs {
            let asked = |id: &str| collection.qrels.get(id).is_some();
            let run: Run = run
                .iter()
                .filter(|(id, _)| asked(id))
                .map(|(id, ranking)| (id.to_owned(), ranking.clone()))
                .collect();
            let times: Vec<Duration> = self
                .times
                .get(system)
                .into_iter()
                .flatten()
                .filter(|(id, _)| asked(id))
                .map(|(_, took)| *took)
                .collect();
            let name = system.name().to_owned();
            let spec = SystemSpec::of(*system, Candidates::Hybrid, &Rerank::default());
            let fusion = (*system == System::Hybrid).then(|| match host.engine() {
                "http" => "of the server".to_owned(),
                _ => fusion_name(&spec.fusion),
            });
            let legs = spec.candidates;
            systems.insert(name.clone(), SystemReport::new(&run, &collection.qrels, &times));
            described.insert(name.clone(), SystemManifest { legs, fusion, reranker: None });
            runs.insert(name.clone(), run);
            all_times.insert(name, times);
        }
        let (model, fingerprint) = host.meaning().unzip();
        let known = fingerprint.is_some();
        let chunker = if known { "structure" } else { "of the server" };
        let manifest = Manifest {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: provenance::commit(Path::new(".")),
            started_at: started_at.to_string(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            dataset: DatasetManifest::of(collection),
            model,
            reranker: None,
            systems: described,
            engine: host.engine(),
            settings: Settings {
                chunker: chunker.to_owned(),
                chunker_settings: known.then(|| ChunkerConfig::default().fingerprint()),
                analyzer: known.then(Analyzer::fingerprint),
                top_k,
                chunk_depth: top_k.min(MAX_HITS),
                chunks: None,
                fingerprint,
            },
            seconds,
        };
        let report = RetrievalReport { schema_version: SCHEMA_VERSION, systems, manifest };
        Measured { report, runs, times: all_times, answered: BTreeMap::new() }
    }
}
