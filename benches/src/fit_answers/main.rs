//! Fits the weights of the extractive answer engine on public question sets, and measures them on
//! articles that were not used for fitting.
//!
//! `cargo run --profile ci -p footnote-benches --bin fit-answers -- DATASET_DIR...`
//!
//! A document's article is its id without the last `-part`. Articles are dealt into four quarters by
//! hash: quarters 0 and 1 are indexed, 2 and 3 are not, so questions about 2 and 3 have no answer in
//! the client. Quarters 0 and 2 fit, 1 and 3 measure. A candidate sentence is right when it holds one
//! of the question's gold answers.

mod logistic;
mod measure;
mod questions;

use std::sync::Arc;

use footnote_index::{Engine, EngineOptions, Name};
use footnote_ingest::pipeline::Source;
use footnote_ingest::worker::ExtractLimits;
use footnote_models::{
    DEFAULT_MODEL, EmbeddingService, Encoder, FetchOptions, ModelStore, Precision, ServiceOptions,
};
use footnote_server::app::{App, DEFAULT_PASSAGES, Retrieval};

use questions::{Asked, deal};

/// Questions asked of one set; half of them have no answer in the client.
const QUESTIONS: usize = 200;

fn main() -> anyhow::Result<()> {
    footnote_ingest::worker::run_if_worker();
    let mut asked = Vec::new();
    for dir in std::env::args().skip(1) {
        asked.extend(ask_set(std::path::Path::new(&dir))?);
    }
    anyhow::ensure!(!asked.is_empty(), "name at least one dataset directory");
    let (fit, held): (Vec<Asked>, Vec<Asked>) = asked.into_iter().partition(|a| a.for_fitting);
    println!("{} questions to fit, {} to measure", fit.len(), held.len());

    let sentence_weights = logistic::fit_ranking(&fit);
    println!("sentence weights (cosine, coverage, context, kind, rank, shape, news): {sentence_weights:.3?}");
    let confidence_weights = logistic::fit_confidence(&fit);
    println!("confidence weights (intercept, cosine, context, coverage): {confidence_weights:.3?}");
    measure::report("defaults in the engine", &held, None, None);
    measure::report(
        "fitted, on held-out articles",
        &held,
        Some(&sentence_weights),
        Some(&confidence_weights),
    );
    Ok(())
}

/// Indexes half of a set's articles into a client of its own and asks questions about all of them.
fn ask_set(dir: &std::path::Path) -> anyhow::Result<Vec<Asked>> {
    let set = footnote_datasets::beir::Dataset::load(dir)?;
    let temporary = tempfile::tempdir()?;
    let engine = Arc::new(Engine::open(temporary.path(), EngineOptions::default())?);
    let model = ModelStore::from_env()?.fetch(DEFAULT_MODEL, &FetchOptions::default(), &mut |_| {})?;
    let service =
        EmbeddingService::spawn(Encoder::load(&model, Precision::default())?, ServiceOptions::default());
    let app = App::new(engine, service, ExtractLimits::default());
    let (tenant, client) = (Name::new("default")?, Name::new("fit")?);
    app.engine().control().add_client(&tenant, &client)?;
    #[expect(clippy::disallowed_methods, reason = "a measurement on a client of its own")]
    let scope = app.engine().control().scope(&tenant, &client)?;
    let scope = scope.ok_or_else(|| anyhow::anyhow!("the client just made is gone"))?;

    let plan = deal(&set);
    let sources: Vec<Source> = set
        .documents
        .iter()
        .filter(|d| plan.is_indexed(&d.id))
        .map(|d| Source {
            title: (!d.title.is_empty()).then(|| d.title.clone()),
            mime: Some("text/plain".into()),
            ..Source::new(d.id.clone(), d.text.clone().into_bytes())
        })
        .collect();
    let report = app.exclusive(|p| p.ingest_sources(&scope, sources, &mut |_| {}))?;
    println!("{}: {} documents, {} chunks indexed", set.name, report.totals.ingested, report.totals.chunks);
    let mut asked = Vec::new();
    for question in plan.questions(&set, QUESTIONS) {
        let evidence = footnote_server::answers::gather(
            &app,
            &scope,
            &Retrieval::new(&question.query.text, DEFAULT_PASSAGES),
        )?;
        asked.push(Asked::new(&set.name, &question, evidence));
    }
    Ok(asked)
}
