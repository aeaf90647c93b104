//! What is measured is what users get: ingest embeds exactly the texts that a measurement embeds.

use std::sync::Arc;

use footnote_datasets::beir::Document;
use footnote_index::{Engine, EngineOptions, Name};
use footnote_ingest::pipeline::{Pipeline, Source};
use footnote_ingest::worker::{ExtractLimits, Extractor};
use footnote_models::{DEFAULT_MODEL, EmbeddingService, ServiceOptions};

use super::Chunker;
use super::cut::{ModelTokens, cut, record};

fn documents() -> Vec<Document> {
    let paragraph = |topic: &str| {
        format!("{topic} are described here at some length, one plain sentence after another. ").repeat(12)
    };
    let document = |id: &str, title: &str, topics: &[&str]| Document {
        id: id.to_owned(),
        title: title.to_owned(),
        text: topics.iter().map(|topic| paragraph(topic)).collect::<Vec<_>>().join("\n\n"),
    };
    vec![
        document("short", "Lifts", &["Lifts"]),
        document("long", "Machines", &["Cranes", "Pumps", "Drills", "Presses", "Conveyors"]),
    ]
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the client was made here, in an engine nobody else can reach")]
fn structure_embeds_what_ingest_embeds() -> Result<(), Box<dyn std::error::Error>> {
    let encoder = footnote_models::testing::test_encoder(DEFAULT_MODEL);
    let service = EmbeddingService::spawn(encoder, ServiceOptions::default());
    let tokens = ModelTokens(service.tokenizer());
    let folder = tempfile::tempdir()?;
    let engine = Arc::new(Engine::open(folder.path(), EngineOptions::default())?);
    let (tenant, client) = (Name::new("default")?, Name::new("parity")?);
    engine.control().add_client(&tenant, &client)?;
    let scope = engine.control().scope(&tenant, &client)?.ok_or("the client is not there")?;

    let extractor = Extractor::new(ExtractLimits::default());
    let pipeline = Pipeline::new(Arc::clone(&engine), service, extractor, Chunker::Structure.config());
    let sources: Vec<Source> =
        documents().iter().map(|document| Source::record("file:///corpus.jsonl", record(document))).collect();
    let report = pipeline.ingest_sources(&scope, sources, &mut |_| {})?;

    let mut hashes = Vec::new();
    for document in documents() {
        let cut = cut(&document, Chunker::Structure, &tokens)?.ok_or("the document has text")?;
        hashes.extend(cut.chunks.iter().map(|chunk| chunk.text_hash));
    }
    assert!(hashes.len() > documents().len(), "the long document has several chunks");
    assert_eq!(report.totals.chunks, hashes.len());
    let generation = engine.ensure_generation(&scope, &pipeline.spec())?;
    let known = engine.known_vectors(&scope, &generation, &hashes)?;
    let missing: Vec<usize> =
        (0..hashes.len()).filter(|index| !known.contains_key(&hashes[*index])).collect();
    assert!(missing.is_empty(), "ingest embedded other texts than chunks {missing:?}");
    Ok(())
}
