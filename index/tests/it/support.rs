//! What the tests share: a small world of documents whose text follows from a uri and a number.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use footnote_index::{
    Accepted, ChunkInput, Engine, EngineOptions, Failure, GenerationSpec, Hit, MAX_TOP_K, Mode, Name,
    NewDocument, PreparedDocument, Scope, SearchRequest, SearchResponse,
};
use sha2::{Digest as _, Sha256};

pub(crate) const DIMS: usize = 8;
pub(crate) const FINGERPRINT: &str = "test-fingerprint";

pub(crate) fn spec() -> GenerationSpec {
    GenerationSpec {
        fingerprint: FINGERPRINT.into(),
        name: "test settings".into(),
        model: "hash".into(),
        dims: DIMS,
    }
}

pub(crate) fn open(dir: &Path) -> Engine {
    Engine::open(dir, EngineOptions::default()).expect("open the data directory")
}

/// The scope of a client, made when missing, with its generation.
pub(crate) fn client(engine: &Engine, name: &str) -> Scope {
    let scope = bare_client(engine, name);
    if engine.generation(&scope).expect("generation").is_none() {
        engine.ensure_generation(&scope, &spec()).expect("generation");
    }
    scope
}

#[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
pub(crate) fn bare_client(engine: &Engine, name: &str) -> Scope {
    let (tenant, client) = (Name::new("default").expect("name"), Name::new(name).expect("name"));
    engine.control().add_client(&tenant, &client).expect("add client");
    engine.control().scope(&tenant, &client).expect("scope").expect("just added")
}

/// The only client directory below `dir`.
pub(crate) fn client_dir(dir: &Path) -> PathBuf {
    let mut all = std::fs::read_dir(dir.join("clients")).expect("clients");
    let one = all.next().expect("a client").expect("entry").path();
    assert!(all.next().is_none(), "more than one client");
    one
}

/// A unit vector that follows from `text`.
pub(crate) fn vector(text: &str) -> Arc<[f32]> {
    let hash = Sha256::digest(text.as_bytes());
    let raw: Vec<f32> = hash.iter().take(DIMS).map(|b| f32::from(*b) - 127.0).collect();
    let norm = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
    raw.iter().map(|x| x / norm).collect()
}

/// Every line of `text` is a chunk.
pub(crate) fn prepare(accepted: &Accepted, text: &str) -> PreparedDocument {
    let mut chunks = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let chunk = line.trim_end_matches('\n');
        if !chunk.is_empty() {
            chunks.push(ChunkInput {
                span: at..at + chunk.len(),
                language: None,
                flags: Vec::new(),
                heading_path: vec!["Heading".into()],
                text_hash: Sha256::digest(chunk.as_bytes()).into(),
                vector: vector(chunk),
            });
        }
        at += line.len();
    }
    PreparedDocument {
        document_id: accepted.document_id.clone(),
        version: accepted.version,
        generation: 1,
        title: "Untitled".into(),
        mime: "text/plain".into(),
        language: None,
        layout: footnote_index::Layout::default(),
        properties: serde_json::Map::new(),
        spent_ms: 0,
        structure: None,
        text: text.to_owned(),
        chunks,
        warnings: Vec::new(),
    }
}

/// All of `text` is one chunk without a heading.
pub(crate) fn prepare_whole(accepted: &Accepted, text: &str) -> PreparedDocument {
    let chunk = ChunkInput {
        span: 0..text.len(),
        language: None,
        flags: Vec::new(),
        heading_path: Vec::new(),
        text_hash: Sha256::digest(text.as_bytes()).into(),
        vector: vector(text),
    };
    let chunks = if text.is_empty() { Vec::new() } else { vec![chunk] };
    PreparedDocument { chunks, text: text.to_owned(), ..prepare(accepted, "") }
}

pub(crate) fn accept(engine: &Engine, scope: &Scope, uri: &str, text: &str) -> Accepted {
    try_accept(engine, scope, uri, text).expect("accept")
}

pub(crate) fn try_accept(
    engine: &Engine,
    scope: &Scope,
    uri: &str,
    text: &str,
) -> footnote_index::Result<Accepted> {
    let metadata = serde_json::Map::new();
    engine.accept(
        scope,
        &NewDocument { uri, title: None, mime: None, metadata: &metadata, bytes: text.as_bytes() },
    )
}

/// Accepts and publishes.
pub(crate) fn ingest(engine: &Engine, scope: &Scope, uri: &str, text: &str) -> Accepted {
    let accepted = accept(engine, scope, uri, text);
    engine.publish(scope, &[prepare(&accepted, text)]).expect("publish");
    accepted
}

pub(crate) fn try_search(
    engine: &Engine,
    scope: &Scope,
    mode: Mode,
    query: &str,
    top_k: usize,
) -> footnote_index::Result<SearchResponse> {
    let vector = vector(query);
    // Whichever settings serve: what tests of generations put has vectors of this kind too.
    let serving = engine.generation(scope)?;
    let fingerprint = serving.as_ref().map_or(FINGERPRINT, |serving| &serving.spec.fingerprint);
    let request =
        SearchRequest { mode, ..SearchRequest::new(query, Some((&vector[..], fingerprint)), top_k) };
    engine.search(scope, &request)
}

pub(crate) fn search(engine: &Engine, scope: &Scope, mode: Mode, query: &str, top_k: usize) -> Vec<Hit> {
    let found = try_search(engine, scope, mode, query, top_k).expect("search");
    assert_eq!(found.degraded, [], "a healthy index degrades nothing");
    found.hits
}

/// (uri, version, ordinal, text) of every chunk a leg returns; `word` must be in all of them for
/// the lexical leg.
pub(crate) fn all(
    engine: &Engine,
    scope: &Scope,
    mode: Mode,
    word: &str,
) -> BTreeSet<(String, u32, u32, String)> {
    let hits = search(engine, scope, mode, word, MAX_TOP_K);
    let n = hits.len();
    let set: BTreeSet<_> = hits.into_iter().map(|h| (h.uri, h.version, h.ordinal, h.text)).collect();
    assert_eq!(set.len(), n, "a chunk was returned twice");
    set
}

/// A failure that may be tried again.
pub(crate) fn failure<'a>(code: &'a str, reason: &'a str) -> Failure<'a> {
    Failure { code, reason, tried_by: None, spent_ms: 1 }
}

/// A small generator (splitmix64), so that a run follows from its seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}
