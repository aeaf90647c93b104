//! Cuts, embeds, writes, and works out the exact answers.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use footnote_index::{
    ChunkInput, Engine, EngineOptions, GenerationSpec, NewDocument, PreparedDocument, Scope, dot,
};
use footnote_models::{Encoder, FetchOptions, InputKind, ModelStore, Precision, VectorCache};
use serde_json::{Value, json};

use crate::passages::{Collection, Source};
use crate::work::{self, NEAREST, Narrowing, Question};

/// A small model with no prefixes: its vectors are spread as other models' are.
const MODEL: &str = "all-minilm-l6-v2";

/// Questions asked.
const QUESTIONS: usize = 1000;

/// Passages embedded before they are kept on disk.
const EMBED: usize = 512;

/// Passages of a publication, about.
const PUBLISH: usize = 2000;

/// The vectors of each source's passages.
type Vectors = Vec<Vec<Arc<[f32]>>>;

pub(crate) fn run(datasets: &Path, folder: &Path, passages: usize) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let collection = Collection::load(datasets, passages, QUESTIONS)?;
    let dir = ModelStore::from_env()?.fetch(MODEL, &FetchOptions::default(), &mut |_| {})?;
    let encoder = Encoder::load(&dir, Precision::Int8)?;
    let vectors = embed(&encoder, &collection.sources, &folder.join("vectors.bin"))?;
    let bytes: Vec<u8> =
        vectors.iter().flatten().flat_map(|row| row.iter()).flat_map(|x| x.to_le_bytes()).collect();
    std::fs::write(work::vectors(folder), bytes)?;
    let questions: Vec<&str> = collection.questions.iter().map(String::as_str).collect();
    let asked = encoder.encode(InputKind::Query, &questions)?.vectors;

    let data = work::data(folder);
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let (engine, scope) = work::open(folder, EngineOptions::default())?;
    let fingerprint = encoder.info().fingerprint();
    let generation = engine.ensure_generation(
        &scope,
        &GenerationSpec {
            fingerprint: fingerprint.clone(),
            name: MODEL.to_owned(),
            model: MODEL.to_owned(),
            dims: encoder.info().dims,
        },
    )?;
    write(&engine, &scope, generation.id, &collection.sources, &vectors)?;

    let filters = filters(&collection.sources);
    let started = Instant::now();
    let exact = questions
        .iter()
        .zip(asked)
        .map(|(text, vector)| Question {
            text: (*text).to_owned(),
            exact: nearest(&collection.sources, &vectors, &vector, &filters),
            vector,
        })
        .collect::<Vec<_>>();
    println!("{} questions answered exactly in {:.0} s", exact.len(), started.elapsed().as_secs_f64());
    work::save(folder, &fingerprint, &filters, &exact)
}

/// Every passage's vector, from the file where it has it.
fn embed(encoder: &Encoder, sources: &[Source], file: &Path) -> anyhow::Result<Vectors> {
    let cache = VectorCache::open(file)?;
    let fingerprint = encoder.info().fingerprint();
    let passages =
        || sources.iter().flat_map(|source| source.passages.iter().map(|place| &source.text[place.clone()]));
    let mut missing: Vec<&str> =
        passages().filter(|text| cache.get(&fingerprint, InputKind::Passage, text).is_none()).collect();
    missing.sort_by_key(|text| text.len());
    println!("{} passages, {} to embed", passages().count(), missing.len());
    for texts in missing.chunks(EMBED) {
        for (text, vector) in texts.iter().zip(encoder.encode(InputKind::Passage, texts)?.vectors) {
            cache.put(&fingerprint, InputKind::Passage, text, &vector)?;
        }
        cache.flush()?;
    }
    let vector =
        |text: &str| cache.get(&fingerprint, InputKind::Passage, text).context("it was just embedded");
    sources
        .iter()
        .map(|source| source.passages.iter().map(|place| vector(&source.text[place.clone()])).collect())
        .collect()
}

/// Accepts and publishes everything, durably, and says how fast that went.
fn write(
    engine: &Engine,
    scope: &Scope,
    generation: u32,
    sources: &[Source],
    vectors: &Vectors,
) -> anyhow::Result<()> {
    let (mut accepting, mut publishing) = (0.0, 0.0);
    let (mut batch, mut held, mut all) = (Vec::new(), 0, 0);
    let mut publish = |batch: &mut Vec<PreparedDocument>| {
        let started = Instant::now();
        let published = engine.publish(scope, batch);
        batch.clear();
        publishing += started.elapsed().as_secs_f64();
        published.map(drop)
    };
    for (source, vectors) in sources.iter().zip(vectors) {
        let started = Instant::now();
        let metadata = match json!({ "set": source.set, "lot": source.lot }) {
            Value::Object(map) => map,
            _ => serde_json::Map::new(),
        };
        let accepted = engine.accept(
            scope,
            &NewDocument {
                uri: &source.uri,
                title: Some(&source.title),
                mime: Some("text/plain"),
                metadata: &metadata,
                bytes: source.text.as_bytes(),
            },
        )?;
        accepting += started.elapsed().as_secs_f64();
        let chunks =
            source.passages.iter().zip(vectors).enumerate().map(|(place, (span, vector))| ChunkInput {
                span: span.clone(),
                language: None,
                flags: Vec::new(),
                heading_path: Vec::new(),
                text_hash: hash(all + place),
                vector: Arc::clone(vector),
            });
        batch.push(PreparedDocument {
            document_id: accepted.document_id,
            version: accepted.version,
            generation,
            title: source.title.clone(),
            mime: "text/plain".to_owned(),
            language: None,
            layout: footnote_index::Layout::default(),
            properties: serde_json::Map::new(),
            spent_ms: 0,
            structure: None,
            text: source.text.clone(),
            chunks: chunks.collect(),
            warnings: Vec::new(),
        });
        held += vectors.len();
        all += vectors.len();
        if held >= PUBLISH {
            publish(&mut batch)?;
            held = 0;
        }
    }
    publish(&mut batch)?;
    println!(
        "{all} passages of {} documents: accepted in {accepting:.1} s, published in {publishing:.1} s: {:.0} passages/s \
         from vectors to visible, {:.0} with accepting",
        sources.len(),
        all as f64 / publishing,
        all as f64 / (accepting + publishing),
    );
    let started = Instant::now();
    engine.close_writers()?;
    println!("merges that were left took {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// A hash that is another one for each passage.
fn hash(number: usize) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&(number as u64).to_le_bytes());
    hash
}

/// Filters that keep all, then fewer and fewer: at random, and by set.
fn filters(sources: &[Source]) -> Vec<Narrowing> {
    let mut wanted = vec![("all".to_owned(), Value::Null)];
    for (name, lots) in [("random 50 %", 500), ("random 10 %", 100), ("random 1 %", 10), ("random 0.1 %", 1)]
    {
        wanted.push((name.to_owned(), json!({ "lot": { "$lt": lots } })));
    }
    let mut sets: Vec<&str> = sources.iter().map(|source| source.set.as_str()).collect();
    sets.sort_unstable();
    sets.dedup();
    wanted.extend(sets.iter().map(|set| ((*set).to_owned(), json!({ "set": set }))));
    let all: usize = sources.iter().map(|source| source.passages.len()).sum();
    let narrow = |(name, json): (String, Value)| {
        let kept: usize = sources.iter().filter(|s| keeps(&json, s)).map(|s| s.passages.len()).sum();
        Narrowing { name, json, share: kept as f64 / all as f64 }
    };
    wanted.into_iter().map(narrow).collect()
}

fn keeps(filter: &Value, source: &Source) -> bool {
    match (filter.get("lot"), filter.get("set")) {
        (Some(lot), _) => lot["$lt"].as_u64().is_some_and(|most| source.lot < most),
        (_, Some(set)) => set == &source.set,
        _ => true,
    }
}

/// For each filter the nearest passages, by all products.
fn nearest(
    sources: &[Source],
    vectors: &Vectors,
    question: &[f32],
    filters: &[Narrowing],
) -> Vec<Vec<(String, u32)>> {
    let mut scored: Vec<(f32, &Source, u32)> = Vec::new();
    for (source, vectors) in sources.iter().zip(vectors) {
        scored.extend((0..).zip(vectors).map(|(place, vector)| (dot(question, vector), source, place)));
    }
    scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let best = |filter: &Narrowing| {
        let kept = scored.iter().filter(|(_, source, _)| keeps(&filter.json, source));
        kept.take(NEAREST).map(|(_, source, place)| (source.uri.clone(), *place)).collect()
    };
    filters.iter().map(best).collect()
}
