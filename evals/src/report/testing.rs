//! A small report for tests.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{DatasetManifest, Manifest, RetrievalReport, SCHEMA_VERSION, Settings, SystemReport};
use crate::qrels::Qrels;
use crate::run::{Ranking, Run};

/// Systems that all found the one relevant document of one query in the second place.
pub(crate) fn report(dataset: &str, systems: &[&str]) -> RetrievalReport {
    let qrels = Qrels::from_iter([("q", "a", 1)]);
    let run: Run = [("q", Ranking::new([("x", 2.0), ("a", 1.0)]))].into_iter().collect();
    let figures = SystemReport::new(&run, &qrels, &[Duration::from_micros(1234)]);
    RetrievalReport {
        schema_version: SCHEMA_VERSION,
        systems: systems.iter().map(|name| ((*name).to_owned(), figures.clone())).collect(),
        manifest: Manifest {
            version: "0.1.0".into(),
            commit: None,
            started_at: "2026-01-01T00:00:00Z".into(),
            processors: 2,
            dataset: DatasetManifest {
                name: dataset.to_owned(),
                split: "test".into(),
                documents: 2,
                queries: 1,
                judgments: 1,
                limit_queries: None,
                seed: None,
                sample: None,
            },
            model: None,
            reranker: None,
            systems: BTreeMap::new(),
            engine: "in-process",
            settings: Settings {
                chunker: "whole".into(),
                chunker_settings: Some("whole/1".into()),
                analyzer: Some("analyzer-1".into()),
                top_k: 100,
                chunk_depth: 100,
                chunks: Some(2),
                fingerprint: Some("f".into()),
            },
            seconds: BTreeMap::new(),
        },
    }
}
