//! `footnote demo`: the whole way once, on the sample companies.

use std::sync::Arc;
use std::time::Instant;

use footnote_datasets::{Question, QuestionKind, SampleClient, demo_questions, sample};
use footnote_index::{Engine, EngineOptions, Name, Scope};
use footnote_ingest::pipeline::Source;
use footnote_models::FetchOptions;
use serde::Serialize;

use super::args::Demo;
use super::config::Settings;
use super::output::Output;
use super::{Ended, models};
use crate::app::App;
use crate::wire::{Answer, AnswerBody, GroundingStatus};

#[derive(Debug, Serialize)]
struct Report {
    data: String,
    model: String,
    clients: Vec<Ingested>,
    answers: Vec<Asked>,
    isolation: Isolation,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct Ingested {
    name: String,
    title: String,
    documents: usize,
    failed: usize,
    chunks: usize,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct Asked {
    client: String,
    language: String,
    kind: QuestionKind,
    question: String,
    answer: Answer,
}

/// One question, asked of the client that must not know and of the one that does.
#[derive(Debug, Serialize)]
struct Isolation {
    question: String,
    asked: String,
    owner: String,
    /// Passages or citations of the asked client that are not its own: must be none.
    foreign: usize,
    owner_answers: bool,
}

pub(super) fn run(args: &Demo, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let started = Instant::now();
    let store = Settings::models()?;
    let options = FetchOptions { offline: args.offline, ..FetchOptions::default() };
    let dir = models::fetch(&store, &settings.model, &options)?;
    if let Some(reranker) = &settings.reranker {
        models::fetch(&store, reranker, &options)?;
    }
    let temporary = (!settings.data_given).then(TemporaryFolder::new).transpose()?;
    let data = temporary.as_ref().map_or(settings.data.as_path(), |t| t.0.as_path());
    let engine = Arc::new(Engine::open(data, EngineOptions::default())?);
    let service = settings.inference.encoder(&dir)?;
    let app = App::joined(engine, service, &settings.app(), &store);

    out.line(format!(
        "Model {}, {} sample companies, one client each.\n",
        dir.config().name,
        sample().len()
    ))?;
    let mut ingested = Vec::new();
    for client in sample() {
        let done = ingest(&app, settings, client)?;
        out.line(format!(
            "  {:<16} {:>2} documents, {:>3} chunks, {:.1} s   {}",
            done.name, done.documents, done.chunks, done.seconds, done.title
        ))?;
        anyhow::ensure!(done.failed == 0, "{} sample documents of {} failed", done.failed, done.name);
        ingested.push(done);
    }

    let mut answers = Vec::new();
    let mut isolation = None;
    for wanted in demo_questions() {
        let client = find(wanted.client)?;
        let question = client
            .questions()
            .into_iter()
            .find(|q| q.id == wanted.id)
            .ok_or_else(|| anyhow::anyhow!("the sample has no question {}", wanted.id))?;
        let asked = ask(&app, &scope(&app, settings, client.name)?, client.name, &question)?;
        if let Some(owner) = &question.other_client {
            let shown = isolate(&app, settings, &asked, owner, &question, out)?;
            isolation = Some(shown);
        } else {
            out.line(format!("\n{} asks ({}): {}", asked.client, asked.language, asked.question))?;
            out.answer(&asked.answer)?;
        }
        answers.push(asked);
    }
    let isolation =
        isolation.ok_or_else(|| anyhow::anyhow!("the sample has no question for another client"))?;
    anyhow::ensure!(isolation.foreign == 0, "client {} was shown another client's text", isolation.asked);

    let seconds = started.elapsed().as_secs_f64();
    out.line(format!("\nDone in {seconds:.1} s."))?;
    match &temporary {
        None => out.line(format!(
            "Ask on: footnote ask --data {} --client {} \"...\"",
            data.display(),
            sample()[0].name
        ))?,
        Some(_) => out.line("The demo's data is gone now; keep it with `footnote demo --data DIR` and ask your own questions.")?,
    }
    out.object(&Report {
        data: data.display().to_string(),
        model: dir.config().name.clone(),
        clients: ingested,
        answers,
        isolation,
        seconds,
    })?;
    Ok(Ended::Well)
}

fn ingest(app: &App, settings: &Settings, client: &SampleClient) -> anyhow::Result<Ingested> {
    let name = Name::new(client.name)?;
    app.engine().control().add_client(&settings.tenant, &name)?;
    let scope = scope(app, settings, client.name)?;
    let sources: Vec<Source> = client
        .documents
        .iter()
        .map(|d| Source::new(format!("sample://{}/{}", client.name, d.path), d.bytes.to_vec()))
        .collect();
    let report = app.exclusive(|pipeline| pipeline.ingest_sources(&scope, sources, &mut |_| {}))?;
    Ok(Ingested {
        name: client.name.to_owned(),
        title: client.title.to_owned(),
        documents: report.totals.ingested + report.totals.skipped,
        failed: report.totals.failed,
        chunks: report.totals.chunks,
        seconds: report.seconds,
    })
}

fn ask(app: &App, scope: &Scope, client: &str, question: &Question) -> anyhow::Result<Asked> {
    let answer = app.answer(scope, &AnswerBody { question: question.text.clone(), ..Default::default() })?;
    Ok(Asked {
        client: client.to_owned(),
        language: question.language.clone(),
        kind: question.kind,
        question: question.text.clone(),
        answer,
    })
}

/// Shows that a question only `owner` can answer brings nothing of it to the asked client.
fn isolate(
    app: &App,
    settings: &Settings,
    asked: &Asked,
    owner: &str,
    question: &Question,
    out: &mut Output,
) -> anyhow::Result<Isolation> {
    let own = format!("sample://{}/", asked.client);
    let foreign =
        asked.answer.passages.iter().map(|p| &p.uri).chain(asked.answer.citations.iter().map(|c| &c.uri));
    let foreign = foreign.filter(|uri| !uri.starts_with(&own)).count();
    let theirs = ask(app, &scope(app, settings, owner)?, owner, question)?;
    out.line(format!("\nOnly {owner} can answer this. {} asks: {}", asked.client, asked.question))?;
    out.answer(&asked.answer)?;
    out.line(format!("    Passages of other clients shown: {foreign}"))?;
    out.line(format!("{owner} asks the same:"))?;
    out.answer(&theirs.answer)?;
    Ok(Isolation {
        question: asked.question.clone(),
        asked: asked.client.clone(),
        owner: owner.to_owned(),
        foreign,
        owner_answers: theirs.answer.grounding.status == GroundingStatus::Grounded,
    })
}

fn find(name: &str) -> anyhow::Result<&'static SampleClient> {
    sample().iter().find(|c| c.name == name).ok_or_else(|| anyhow::anyhow!("the sample has no client {name}"))
}

fn scope(app: &App, settings: &Settings, client: &str) -> anyhow::Result<Scope> {
    #[expect(clippy::disallowed_methods, reason = "the demo made this client itself")]
    let scope = app.engine().control().scope(&settings.tenant, &Name::new(client)?)?;
    scope.ok_or_else(|| anyhow::anyhow!("client {client} is gone"))
}

/// A folder of this process, removed at the end.
struct TemporaryFolder(std::path::PathBuf);

impl TemporaryFolder {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("footnote-demo-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
