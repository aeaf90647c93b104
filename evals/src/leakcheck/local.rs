//! A server of this process, on loopback, on a data directory that goes with it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use footnote_index::{Engine, EngineOptions, KeySpec, Name, Role};
use footnote_ingest::worker::ExtractLimits;
use footnote_models::{DEFAULT_MODEL, EmbeddingService, Encoder, Precision, ServiceOptions};
use footnote_server::app::App;
use footnote_server::http::{self, HttpSettings, LimitSettings};
use tokio::sync::oneshot;

use super::LeakcheckError;
use crate::retrieval::obtain;

/// It, with an admin's key of each of two tenants.
pub struct LocalServer {
    /// Where it listens.
    pub url: String,
    /// Admin of the first tenant.
    pub admin: String,
    /// Admin of the second tenant.
    pub other_admin: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    // Dropped last: the engine has files open in it.
    _folder: tempfile::TempDir,
}

impl LocalServer {
    /// Starts it with the default encoder. Documents are read by a worker process: this program, unless another is named.
    ///
    /// # Errors
    /// When there is no place, no model or no port.
    pub fn start(worker: Option<PathBuf>) -> Result<Self, LeakcheckError> {
        start(worker).map_err(|error| LeakcheckError::Start(format!("{error:#}")))
    }
}

fn start(worker: Option<PathBuf>) -> anyhow::Result<LocalServer> {
    let folder = tempfile::Builder::new().prefix("footnote-leakcheck-").tempdir()?;
    let engine = Engine::open(folder.path(), EngineOptions::default())?;
    let admin_of = |tenant: &str| {
        let (tenant, label) = (Name::new(tenant)?, "leakcheck".to_owned());
        let spec = KeySpec { tenant, label, role: Role::Admin, clients: None, expires_ms: None };
        Ok::<_, footnote_index::Error>(engine.control().create_key(&spec)?.key)
    };
    let (admin, other_admin) = (admin_of("first")?, admin_of("second")?);
    let encoder = Encoder::load(&obtain(DEFAULT_MODEL)?, Precision::default())?;
    let service = EmbeddingService::spawn(encoder, ServiceOptions::default());
    let limits = ExtractLimits { executable: worker, ..ExtractLimits::default() };
    let app = Arc::new(App::new(Arc::new(engine), service, limits));
    let bound = http::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let address = bound.local_addr()?;
    // The walk asks faster than a credential may.
    let limits = LimitSettings::off();
    let settings = HttpSettings { bind: address, limits, ..HttpSettings::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let serve = move || {
        runtime.block_on(async move {
            let listener = match tokio::net::TcpListener::from_std(bound) {
                Ok(listener) => listener,
                Err(error) => return eprintln!("leakcheck's own server: {error}"),
            };
            let end = async move { drop(stopped.await) };
            if let Err(error) = http::serve(app, settings, listener, end).await {
                eprintln!("leakcheck's own server: {error}");
            }
        });
    };
    let thread = std::thread::Builder::new().name("leakcheck-server".into()).spawn(serve)?;
    let url = format!("http://{address}");
    Ok(LocalServer { url, admin, other_admin, stop: Some(stop), thread: Some(thread), _folder: folder })
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
