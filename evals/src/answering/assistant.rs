use std::sync::Arc;
use std::time::Instant;

use footnote_datasets::beir::Dataset;
use footnote_index::{Engine, EngineOptions, Name, Scope};
use footnote_ingest::language;
use footnote_ingest::pipeline::{Event, Source};
use footnote_ingest::worker::ExtractLimits;
use footnote_models::{DEFAULT_MODEL, EmbeddingService, Encoder, ServiceOptions};
use footnote_server::app::App;
use footnote_server::wire::{Answer, AnswerBody, GroundingStatus};
use tempfile::TempDir;

use super::{AnsweringError, Options};
use crate::answer_metrics::{AnswerRecord, Citation, Decision};
use crate::progress::Progress;
use crate::retrieval::{MeasureError, obtain, record};

/// A question with what is known of it; one without answers has none in the documents.
#[derive(Debug, Clone, Default)]
pub(super) struct Question {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) answers: Vec<String>,
    pub(super) documents: Vec<String>,
}

/// The server's answer engine over one client's documents, in a folder that goes when this is dropped.
pub(super) struct Assistant {
    app: App,
    scope: Scope,
    language: String,
    top_k: Option<usize>,
    // Dropped last: the engine still has files open in it.
    _folder: TempDir,
}

/// Where the documents claim to be from; their uris are this, `#` and their id.
const FILE: &str = "dataset";

impl Assistant {
    /// Ingests the documents as a user's JSON lines file would be.
    #[expect(
        clippy::disallowed_methods,
        reason = "the client was made here, in an engine nobody else can reach"
    )]
    pub(super) fn with_documents(dataset: &Dataset, options: &Options) -> Result<Self, AnsweringError> {
        let folder =
            tempfile::Builder::new().prefix("footnote-eval-").tempdir().map_err(MeasureError::Folder)?;
        let engine = Engine::open(folder.path(), EngineOptions::default()).map_err(MeasureError::from)?;
        let (tenant, client) = names().map_err(MeasureError::from)?;
        let scope = engine
            .control()
            .add_client(&tenant, &client)
            .and_then(|_| engine.control().scope(&tenant, &client))
            .map_err(MeasureError::from)?;
        let no_client = || footnote_index::Error::InvalidName { name: client.to_string() };
        let scope = scope.ok_or_else(no_client).map_err(MeasureError::from)?;
        let model = obtain(options.model.as_deref().unwrap_or(DEFAULT_MODEL)).map_err(MeasureError::from)?;
        let encoder = Encoder::load(&model, options.precision).map_err(MeasureError::from)?;
        // Questions are timed, so none may come from memory.
        let service = ServiceOptions { query_cache: 0, ..ServiceOptions::default() };
        let embedder = EmbeddingService::spawn(encoder, service);
        let app = App::new(Arc::new(engine), embedder, ExtractLimits::default());

        let documents = dataset.documents.iter().filter(|document| !document.text.trim().is_empty());
        let sources: Vec<Source> = documents.map(|document| Source::record(FILE, record(document))).collect();
        let mut progress = Progress::start("ingesting", sources.len(), "documents");
        app.exclusive(|pipeline| {
            pipeline.ingest_sources(&scope, sources, &mut |event| {
                if let Event::Done(_) = event {
                    progress.advance(1);
                }
            })
        })?;
        progress.finish();
        let language = options.language.clone().unwrap_or_else(|| language_of(dataset));
        Ok(Self { app, scope, language, top_k: options.top_k, _folder: folder })
    }

    /// Asks one question, as the chat backend of a user does.
    pub(super) fn ask(&self, question: &Question) -> Result<AnswerRecord, AnsweringError> {
        let body = AnswerBody { question: question.text.clone(), top_k: self.top_k, ..AnswerBody::default() };
        let started = Instant::now();
        let refused = |reason| AnsweringError::Refused { id: question.id.clone(), reason: Box::new(reason) };
        let answer = self.app.answer(&self.scope, &body).map_err(refused)?;
        let latency_ms = started.elapsed().as_secs_f64() * 1000.0;
        let citations =
            answer.citations.iter().map(|citation| self.citation(citation)).collect::<Result<_, _>>()?;
        Ok(AnswerRecord {
            question: question.id.clone(),
            language: self.language.clone(),
            answerable: !question.answers.is_empty(),
            gold_answers: question.answers.clone(),
            gold_documents: question.documents.clone(),
            gold_spans: Vec::new(),
            decision: decision(&answer),
            confidence: Some(f64::from(answer.grounding.confidence)),
            answer: answer.answer,
            citations,
            latency_ms,
        })
    }

    /// A citation, its quote compared with what the document's text has at its place now.
    fn citation(&self, cited: &footnote_server::wire::Citation) -> Result<Citation, AnsweringError> {
        let place = cited.source.start_char..cited.source.end_char;
        let read =
            self.app.engine().text(&self.scope, &cited.document_id, Some(cited.version), Some(place.clone()));
        let read = read.map_err(MeasureError::from)?;
        let id = cited.uri.strip_prefix(FILE).and_then(|rest| rest.strip_prefix('#'));
        Ok(Citation {
            document: id.unwrap_or(&cited.uri).to_owned(),
            quote: cited.quote.clone(),
            quote_exact: read.text == cited.quote,
            start: place.start,
            end: place.end,
            answer_start: cited.answer.start_char,
            answer_end: cited.answer.end_char,
        })
    }
}

fn names() -> Result<(Name, Name), footnote_index::Error> {
    Ok((Name::new("default")?, Name::new("eval")?))
}

fn decision(answer: &Answer) -> Decision {
    match answer.grounding.status {
        GroundingStatus::Abstained => Decision::Abstained,
        _ => Decision::Answered,
    }
}

/// The language most of the documents' text is in; English when it cannot be told.
fn language_of(dataset: &Dataset) -> String {
    let text: String = dataset.documents.iter().take(20).map(|document| document.text.as_str()).collect();
    language::detect(&text).unwrap_or("en").to_owned()
}
