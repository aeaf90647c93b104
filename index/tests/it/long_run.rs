//! Thousands of random operations on one client with every kind of cache at work, against a plain model: graphs from 64
//! vectors on, generations swapped and rolled back, restarts, caches thrown away.

use std::collections::BTreeMap;
use std::path::Path;

use footnote_index::{Accepted, Engine, EngineOptions, Mode, Outcome, PreparedDocument, Scope, dot};

use crate::support::{FINGERPRINT, Random, accept, bare_client, client, prepare, search, spec, vector};

/// Operations; 10,000 when `FOOTNOTE_FULL` is set.
const OPERATIONS: u64 = 500;

/// How many operations lie between two comparisons.
const COMPARED_EVERY: u64 = 25;

const URIS: u64 = 120;

fn open(dir: &Path) -> Engine {
    let options = EngineOptions { graph_rows: 64, ..EngineOptions::default() };
    Engine::open(dir, options).expect("open the data directory")
}

/// What is visible: lines by uri.
type World = BTreeMap<String, String>;

fn text(uri: &str, step: u64, lines: u64) -> String {
    (0..lines).map(|line| format!("common {uri} turn{step} line{line}\n")).collect()
}

/// A second set of settings with vectors of the same length, so that a mix of the two would not show by itself.
fn other_spec() -> footnote_index::GenerationSpec {
    footnote_index::GenerationSpec { fingerprint: "other".into(), name: "other settings".into(), ..spec() }
}

fn mirrored(vector: &[f32]) -> Vec<f32> {
    vector.iter().rev().copied().collect()
}

struct Run {
    engine: Engine,
    scope: Scope,
    world: World,
    /// Whether the generation of the other settings serves.
    other: bool,
}

impl Run {
    fn prepared(&self, other: bool, generation: u32, id: &str, version: u32, text: &str) -> PreparedDocument {
        let accepted = Accepted { document_id: id.into(), version, outcome: Outcome::Changed };
        let mut prepared = PreparedDocument { generation, ..prepare(&accepted, text) };
        if other {
            prepared.chunks.iter_mut().for_each(|chunk| chunk.vector = mirrored(&chunk.vector).into());
        }
        prepared
    }

    fn put(&mut self, uris: &[String], step: u64, lines: u64) {
        let serving = self.engine.generation(&self.scope).expect("generation").expect("one").id;
        let prepared: Vec<PreparedDocument> = uris
            .iter()
            .map(|uri| {
                let text = text(uri, step, lines);
                let accepted = accept(&self.engine, &self.scope, uri, &text);
                self.world.insert(uri.clone(), text.clone());
                self.prepared(self.other, serving, &accepted.document_id, accepted.version, &text)
            })
            .collect();
        self.engine.publish(&self.scope, &prepared).expect("publish");
    }

    fn delete(&mut self, uri: &str) {
        if let Some(document) = self.engine.document_by_uri(&self.scope, uri).expect("look up") {
            self.engine.delete(&self.scope, &document.id).expect("delete");
            self.world.remove(uri);
        }
    }

    /// Builds what the generation of the settings that do not serve lacks, and swaps to it.
    fn swap(&mut self) {
        let spec = if self.other { spec() } else { other_spec() };
        let generation = self.engine.begin_generation(&self.scope, &spec).expect("begin");
        loop {
            let missing = self.engine.missing_in(&self.scope, generation.id, None, 50).expect("missing");
            if missing.is_empty() {
                break;
            }
            let prepared: Vec<PreparedDocument> = missing
                .iter()
                .map(|(id, version)| {
                    let text = self.engine.text(&self.scope, id, Some(*version), None).expect("text").text;
                    self.prepared(!self.other, generation.id, id, *version, &text)
                })
                .collect();
            self.engine.put(&self.scope, &prepared).expect("put");
        }
        self.engine.swap_generation(&self.scope, generation.id).expect("swap");
        self.other = !self.other;
    }

    /// Both legs, whole and at the top, against the model.
    fn compare(&self, step: u64, near: &mut (usize, usize)) {
        let mut lines: Vec<&str> = self.world.values().flat_map(|text| text.lines()).collect();
        lines.sort_unstable();
        let found = search(&self.engine, &self.scope, Mode::Bm25, "common", 1000);
        let mut found: Vec<&str> = found.iter().map(|hit| hit.text.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, lines, "step {step}: text");
        let query = vector(&format!("question {step}"));
        let dense = |top_k: usize| {
            let mut request = footnote_index::SearchRequest::new("question", None, top_k);
            let fingerprint = if self.other { "other" } else { FINGERPRINT };
            request.mode = Mode::Dense;
            request.vector = Some((&query, fingerprint));
            request.depth = top_k;
            let found = self.engine.search(&self.scope, &request).expect("search");
            assert_eq!(found.degraded, []);
            found.hits.into_iter().map(|hit| hit.text).collect::<Vec<_>>()
        };
        let mut all = dense(1000);
        all.sort_unstable();
        assert_eq!(all, lines, "step {step}: vectors");
        let product = |line: &&str| {
            let own = vector(line);
            if self.other { dot(&query, &mirrored(&own)) } else { dot(&query, &own) }
        };
        lines.sort_by(|a, b| product(b).total_cmp(&product(a)));
        let best = dense(10);
        assert_eq!(best.len(), lines.len().min(10), "step {step}: never fewer than there are");
        near.0 += lines.iter().take(10).filter(|line| best.iter().any(|hit| hit == *line)).count();
        near.1 += best.len();
        // The other settings' question is refused, not answered from the wrong vectors.
        let fingerprint = if self.other { FINGERPRINT } else { "other" };
        let mixed = footnote_index::SearchRequest::new("question", Some((&query, fingerprint)), 3);
        assert!(self.engine.search(&self.scope, &mixed).is_err());
    }
}

#[test]
fn thousands_of_random_operations_match_a_plain_model() {
    let operations = if std::env::var_os("FOOTNOTE_FULL").is_some() { 10_000 } else { OPERATIONS };
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let mut run = Run { engine, scope, world: World::new(), other: false };
    let mut random = Random(7);
    let (mut near, mut walked) = ((0, 0), false);
    run.put(&["first".into()], 0, 1);
    for step in 1..=operations {
        let uri = format!("doc{}", random.below(URIS));
        match random.below(100) {
            0..60 => run.put(&[uri], step, 1 + random.below(5)),
            60..70 => {
                let uris: Vec<String> = (0..20).map(|_| format!("doc{}", random.below(URIS))).collect();
                let uris = uris.iter().collect::<std::collections::BTreeSet<_>>();
                run.put(&uris.into_iter().cloned().collect::<Vec<_>>(), step, 1 + random.below(3));
            }
            70..92 => run.delete(&uri),
            92..94 => run.swap(),
            94..96 => run.engine.close_writers().expect("close writers"),
            96 => run.engine.reindex(&run.scope).expect("reindex"),
            _ => {
                let Run { engine, world, other, .. } = run;
                drop(engine);
                let engine = open(dir.path());
                let scope = bare_client(&engine, "a");
                run = Run { engine, scope, world, other };
            }
        }
        if step % COMPARED_EVERY == 0 {
            run.compare(step, &mut near);
            let query = vector("walk");
            let mut request = footnote_index::SearchRequest::new("walk", None, 3);
            request.mode = Mode::Dense;
            request.explain = true;
            request.vector = Some((&query, if run.other { "other" } else { FINGERPRINT }));
            let hits = run.engine.search(&run.scope, &request).expect("search").hits;
            walked |= hits.iter().any(|hit| hit.explain.as_ref().is_some_and(|it| it.planner.walked > 0));
        }
    }
    assert!(near.0 * 1000 >= near.1 * 985, "{} of the best {} found", near.0, near.1);
    assert!(walked, "a graph was at work");
    assert_eq!(run.engine.verify(&run.scope).expect("verify").findings, []);
}
