use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use footnote_index::{Engine, EngineOptions, Name, Scope, VersionState};
use footnote_ingest::pipeline::{Event, Source, Status};
use footnote_ingest::worker::ExtractLimits;
use footnote_models::{
    DEFAULT_MODEL, DEFAULT_RERANKER, EmbeddingService, Encoder, Precision, RerankService, Reranker,
    ServiceOptions,
};
use footnote_server::app::App;
use footnote_server::wire::{Answer, AnswerBody, SearchBody, SearchResult};
use tempfile::TempDir;

use super::{Client, DocumentRef, Host, TargetError, unique};
use crate::progress::Progress;
use crate::report::ModelManifest;
use crate::retrieval::{MeasureError, obtain};

/// The encoder of a [`Local`].
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Its name in the registry; the default encoder when absent.
    pub name: Option<String>,
    /// How its products are computed.
    pub precision: Precision,
}

/// The server's own work, in this process.
pub struct Local {
    app: App,
    // Dropped last: the engine still has files open in it.
    _folder: Option<TempDir>,
}

impl Local {
    /// An empty data directory, which goes when this is dropped.
    ///
    /// # Errors
    /// When there is no place for it, or the model cannot be had.
    pub fn temporary(model: &Model) -> Result<Self, TargetError> {
        let folder = tempfile::Builder::new().prefix("footnote-eval-").tempdir();
        let folder = folder.map_err(MeasureError::Folder)?;
        let app = open(folder.path(), model)?;
        Ok(Self { app, _folder: Some(folder) })
    }

    /// A data directory that is there; no other process may use it meanwhile.
    ///
    /// # Errors
    /// When it cannot be opened, or the model cannot be had.
    pub fn open(data: &Path, model: &Model) -> Result<Self, TargetError> {
        Ok(Self { app: open(data, model)?, _folder: None })
    }

    /// A client that is there.
    ///
    /// # Errors
    /// When it is not.
    pub fn client(&self, tenant: &str, name: &str) -> Result<impl Client + '_, TargetError> {
        let scope = scope(self.app.engine(), &Name::new(tenant)?, &Name::new(name)?)?;
        Ok(LocalClient { app: &self.app, scope })
    }
}

fn open(data: &Path, model: &Model) -> Result<App, TargetError> {
    let engine = Engine::open(data, EngineOptions::default())?;
    let folder = obtain(model.name.as_deref().unwrap_or(DEFAULT_MODEL)).map_err(MeasureError::from)?;
    let encoder = Encoder::load(&folder, model.precision).map_err(MeasureError::from)?;
    // Questions are timed, so none may come from memory.
    let service = ServiceOptions { query_cache: 0, ..ServiceOptions::default() };
    // Answers are judged by it, as they are for users.
    let reranker = obtain(DEFAULT_RERANKER).map_err(MeasureError::from)?;
    let reranker = Reranker::load(&reranker, model.precision).map_err(MeasureError::from)?;
    let reranker = RerankService::spawn(reranker, ServiceOptions::default());
    let app = App::new(Arc::new(engine), EmbeddingService::spawn(encoder, service), ExtractLimits::default());
    Ok(app.with_reranker(reranker))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the client was made here, or whoever runs this named it and holds the data directory"
)]
fn scope(engine: &Engine, tenant: &Name, client: &Name) -> Result<Scope, footnote_index::Error> {
    let scope = engine.control().scope(tenant, client)?;
    scope.ok_or_else(|| footnote_index::Error::InvalidName { name: client.to_string() })
}

impl Host for Local {
    fn fill<'a>(&'a self, name: &str, sources: Vec<Source>) -> Result<Box<dyn Client + 'a>, TargetError> {
        let (tenant, client) = (Name::new("default")?, Name::new(&unique(name))?);
        self.app.engine().control().add_client(&tenant, &client)?;
        let scope = scope(self.app.engine(), &tenant, &client)?;
        let mut progress = Progress::start("ingesting", sources.len(), "documents");
        let report = self.app.exclusive(|pipeline| {
            pipeline.ingest_sources(&scope, sources, &mut |event| {
                if let Event::Done(_) = event {
                    progress.advance(1);
                }
            })
        });
        progress.finish();
        let report = report.map_err(footnote_server::app::AppError::from)?;
        if let Some(lost) = report.documents.into_iter().find(|entry| entry.status == Status::Failed) {
            let reason = lost.reason.unwrap_or(lost.code);
            return Err(TargetError::Document { uri: lost.uri, reason });
        }
        Ok(Box::new(LocalClient { app: &self.app, scope }))
    }

    fn engine(&self) -> &'static str {
        "in-process"
    }

    fn meaning(&self) -> Option<(ModelManifest, String)> {
        Some((ModelManifest::of(self.app.embedder().info()), self.app.pipeline().spec().fingerprint))
    }
}

struct LocalClient<'a> {
    app: &'a App,
    scope: Scope,
}

impl Client for LocalClient<'_> {
    fn search(&self, body: &SearchBody) -> Result<SearchResult, TargetError> {
        Ok(self.app.search(&self.scope, body)?)
    }

    fn answer(&self, body: &AnswerBody) -> Result<Answer, TargetError> {
        Ok(self.app.answer(&self.scope, body)?)
    }

    fn text(&self, document: &str, version: u32, place: Range<usize>) -> Result<String, TargetError> {
        Ok(self.app.engine().text(&self.scope, document, Some(version), Some(place))?.text)
    }

    fn documents(&self) -> Result<Vec<DocumentRef>, TargetError> {
        let mut documents = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.app.engine().documents(&self.scope, after.as_deref(), 1000)?;
            after = page.data.last().map(|document| document.id.clone());
            let shown = page.data.into_iter().filter(|it| it.state == VersionState::Visible);
            documents.extend(shown.map(|it| DocumentRef { id: it.id, uri: it.uri, version: it.version }));
            if !page.has_more || after.is_none() {
                return Ok(documents);
            }
        }
    }
}
