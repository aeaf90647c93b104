//! Everything that can be measured of the sentences an answer may be made of, for fitting the answer engine.
//!
//! `answer-candidates DATASET_DIR QUESTIONS > candidates.jsonl`
//!
//! A quarter of the set's articles (by hash of their names) is left out of the index. Asked are QUESTIONS questions with an answer,
//! half as many about articles left out, and half as many of the set's own unanswerable ones; a line each, with the passages found
//! and every sentence of them: the engine's features, the encoder's cosine, the reranker's logit, and what the question and the
//! sentence name, as verification reads it.

mod questions;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use footnote_datasets::beir::Dataset;
use footnote_index::{Engine, EngineOptions, Name, Scope, dot};
use footnote_ingest::pipeline::Source;
use footnote_ingest::sentences::sentences;
use footnote_ingest::worker::ExtractLimits;
use footnote_models::{
    DEFAULT_MODEL, DEFAULT_RERANKER, EmbeddingService, Encoder, FetchOptions, InputKind, ModelStore,
    Precision, Priority, RerankService, Reranker, ServiceOptions,
};
use footnote_server::answers::verify::{Evidence, Findings, check};
use footnote_server::answers::{Question, candidates};
use footnote_server::app::{App, Retrieval};
use footnote_server::wire::Hit;
use serde_json::{Value, json};

use questions::{Asked, ask, is_indexed};

/// Passages retrieved for a question.
const PASSAGES: usize = 8;
/// Most sentences measured for a question.
const MAX_CANDIDATES: usize = 48;

fn main() -> anyhow::Result<()> {
    footnote_ingest::worker::run_if_worker();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, questions] = args.as_slice() else {
        anyhow::bail!("usage: answer-candidates DATASET_DIR QUESTIONS")
    };
    let set = Dataset::load(Path::new(folder))?;
    let bench = Bench::with_documents(&set)?;
    let mut out = std::io::stdout().lock();
    for asked in ask(&set, questions.parse()?) {
        writeln!(out, "{}", bench.measure(&set.name, &asked)?)?;
    }
    Ok(())
}

struct Bench {
    app: App,
    scope: Scope,
    reranker: RerankService,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn with_documents(set: &Dataset) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let engine = Arc::new(Engine::open(folder.path(), EngineOptions::default())?);
        let store = ModelStore::from_env()?;
        let fetch = |name: &str| store.fetch(name, &FetchOptions::default(), &mut |_| {});
        let encoder = Encoder::load(&fetch(DEFAULT_MODEL)?, Precision::default())?;
        let reranker = Reranker::load(&fetch(DEFAULT_RERANKER)?, Precision::default())?;
        let options = ServiceOptions::default;
        let app = App::new(engine, EmbeddingService::spawn(encoder, options()), ExtractLimits::default());
        let (tenant, client) = (Name::new("default")?, Name::new("fit")?);
        app.engine().control().add_client(&tenant, &client)?;
        #[expect(clippy::disallowed_methods, reason = "a measurement on a client of its own")]
        let scope = app.engine().control().scope(&tenant, &client)?;
        let scope = scope.ok_or_else(|| anyhow::anyhow!("the client just made is gone"))?;
        let indexed = set.documents.iter().filter(|d| is_indexed(&d.id) && !d.text.trim().is_empty());
        let source = |d: &footnote_datasets::beir::Document| Source {
            title: (!d.title.is_empty()).then(|| d.title.clone()),
            mime: Some("text/plain".into()),
            ..Source::new(d.id.clone(), d.text.clone().into_bytes())
        };
        let sources: Vec<Source> = indexed.map(source).collect();
        let report = app.exclusive(|p| p.ingest_sources(&scope, sources, &mut |_| {}))?;
        eprintln!("{}: {} documents, {} chunks", set.name, report.totals.ingested, report.totals.chunks);
        Ok(Self { app, scope, reranker: RerankService::spawn(reranker, options()), _folder: folder })
    }

    fn measure(&self, set: &str, asked: &Asked<'_>) -> anyhow::Result<Value> {
        let started = Instant::now();
        let mut retrieval = Retrieval::new(asked.text, PASSAGES);
        retrieval.explain = true;
        let (found, vector) = self.app.retrieve(&self.scope, &retrieval)?;
        let retrieve_ms = ms(started);
        let hits: Vec<Hit> = found.hits.into_iter().map(Into::into).collect();
        let (chosen, features) = candidates(&Question::new(asked.text), &hits, MAX_CANDIDATES);
        let text = |at: usize| hits[chosen[at].hit].text[chosen[at].span.clone()].to_owned();
        let texts: Vec<String> = (0..chosen.len()).map(text).collect();
        let embed = Instant::now();
        let vectors =
            self.app.embedder().embed_blocking(Priority::Interactive, InputKind::Passage, texts.clone())?;
        let embed_ms = ms(embed);
        let step = Instant::now();
        let logits = self.reranker.rerank_blocking(Priority::Interactive, asked.text, texts.clone())?;
        let rerank_ms = ms(step);
        let rows: Vec<Value> = (0..texts.len())
            .map(|at| {
                let f = &features[at];
                let hit = &hits[chosen[at].hit];
                json!({
                    "hit": chosen[at].hit, "start": chosen[at].span.start, "text": texts[at],
                    "coverage": f.coverage, "context": f.context, "kind": f.kind, "shape": f.shape, "news": f.news,
                    "cosine": vector.as_ref().map_or(0.0, |v| dot(&v.vector, &vectors[at])),
                    "logit": logits[at].logit,
                    "items": items(asked.text, hit, &around(hit, &chosen[at].span)),
                    "own": items_of(&check(&texts[at], &Evidence::from(asked.text), None)),
                })
            })
            .collect();
        let shown = hits.iter().map(|hit| {
            json!({ "document": hit.uri, "title": hit.title, "text": hit.text, "start": hit.source.start_char,
                    "language": hit.language, "score": hit.score, "explain": hit.explain })
        });
        Ok(json!({
            "set": set, "id": asked.id, "question": asked.text, "class": asked.class, "article": asked.article,
            "answers": asked.answers, "documents": asked.documents, "passages": shown.collect::<Vec<_>>(),
            "candidates": rows,
            "ms": { "retrieve": retrieve_ms, "embed": embed_ms, "rerank": rerank_ms },
        }))
    }
}

/// The sentence with the one before it and the one after it.
fn around(hit: &Hit, span: &std::ops::Range<usize>) -> String {
    let spans = sentences(&hit.text, hit.language.as_deref());
    let Some(at) = spans.iter().position(|s| s == span) else { return hit.text[span.clone()].to_owned() };
    let near = spans[at.saturating_sub(1)..spans.len().min(at + 2)].iter();
    near.map(|s| &hit.text[s.clone()]).collect::<Vec<_>>().join(" ")
}

/// What the question names and how it stands in the text or over it: kinds and outcomes, and the words they have in common.
fn items(question: &str, hit: &Hit, text: &str) -> Value {
    let context = format!("{}\n{}", hit.title, hit.source.heading_path.join("\n"));
    let found = check(question, &Evidence { quote: text, context: &context, language: None }, None);
    json!({ "coverage": found.coverage, "found": items_of(&found) })
}

fn items_of(found: &Findings) -> Vec<Value> {
    found.items.iter().map(|item| json!([item.kind, item.outcome])).collect()
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
