//! `footnote mcp`: the Model Context Protocol on standard input and output, on a data directory or a running server.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rmcp::service::ServerInitializeError;
use serde_json::Value;

use super::Ended;
use super::config::{Settings, Usage};
use super::local::Local;
use super::remote::Remote;
use crate::app::App;
use crate::generators::{Cancel, Generators};
use crate::mcp::{Call, Failure, Library, Runner, Scoped, Tools};
use crate::wire::{Answer, AnswerBody, DocumentOut, SearchBody, SearchResult, TextOut};

/// Calls worked on at the same time.
const AT_ONCE: usize = 4;

/// Time that a call under way has to notice that the other side is gone.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn run(settings: &Settings) -> anyhow::Result<Ended> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the runtime")?;
    let served = runtime.block_on(serve(library(settings)?));
    // Standard input may be in the middle of a read that nothing ends.
    runtime.shutdown_timeout(PATIENCE);
    served.map(|()| Ended::Well)
}

/// The documents of the client that the operator named, or of the only one there is.
fn library(settings: &Settings) -> anyhow::Result<Arc<dyn Library>> {
    if let Some(url) = &settings.server {
        return Ok(Arc::new(Remote::new(url, settings)?));
    }
    let scope = Local::open(settings)?.scope()?;
    let models = Settings::models()?;
    let app = App::open(&settings.app(), &models)?;
    app.set_generators(Generators::open(&settings.generators, &models).map_err(Usage)?);
    app.set_front(settings.front.clone());
    Ok(Arc::new(Scoped { app: Arc::new(app), scope, by: String::new() }))
}

async fn serve(library: Arc<dyn Library>) -> anyhow::Result<()> {
    let tools = Tools(Threads { library, places: tokio::sync::Semaphore::new(AT_ONCE) });
    match rmcp::serve_server(tools, rmcp::transport::stdio()).await {
        Ok(service) => {
            service.waiting().await.context("the tools stopped")?;
            Ok(())
        }
        // The other side left without a word.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(error).context("the other side does not speak MCP"),
    }
}

/// Calls run on threads that may block.
struct Threads {
    library: Arc<dyn Library>,
    places: tokio::sync::Semaphore,
}

impl Runner for Threads {
    async fn run(&self, call: Call, cancel: Cancel) -> Result<Value, Failure> {
        let stopped = |_| Failure("the server is stopping".to_owned());
        let _place = self.places.acquire().await.map_err(|_| Failure("the server is stopping".to_owned()))?;
        let library = Arc::clone(&self.library);
        tokio::task::spawn_blocking(move || call.run(&*library, &cancel)).await.map_err(stopped)?
    }
}

impl Library for Remote {
    fn search(&self, body: &SearchBody) -> Result<SearchResult, Failure> {
        super::backend::Backend::search(self, body).map_err(|e| failed(&e))
    }

    fn answer(&self, body: &AnswerBody, _: &Cancel) -> Result<Answer, Failure> {
        super::backend::Backend::answer(self, body).map_err(|e| failed(&e))
    }

    fn document(&self, id: &str) -> Result<DocumentOut, Failure> {
        super::backend::Backend::document(self, id).map_err(|e| failed(&e))
    }

    fn text(&self, id: &str, version: Option<u32>, chars: Range<usize>) -> Result<TextOut, Failure> {
        super::backend::Backend::text(self, id, version, Some(chars.start), Some(chars.end))
            .map_err(|e| failed(&e))
    }
}

fn failed(error: &anyhow::Error) -> Failure {
    Failure(super::chain(error))
}
