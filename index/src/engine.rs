//! The front door: a data directory with its control database and its clients.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::client::Client;
use crate::control::Control;
use crate::lock::DirectoryLock;
use crate::pool::Pool;
use crate::{Error, Result, Scope, files};

/// How much of a data directory is kept open at once.
#[derive(Debug, Clone, Copy)]
pub struct EngineOptions {
    /// Clients kept open; the least recently used one is closed beyond that.
    pub open_clients: usize,
    /// Text writers kept open in the process (about 24 MiB and a few threads each).
    pub open_writers: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { open_clients: 64, open_writers: 2 }
    }
}

/// An open data directory. One process at a time owns it; all methods may be called from many
/// threads. Everything blocks: call it from threads that may.
pub struct Engine {
    dir: PathBuf,
    open_writers: usize,
    control: Control,
    clients: Pool<Client>,
    _lock: DirectoryLock,
}

impl Engine {
    /// Opens `dir`, creating it when missing. Fails with [`Error::InUse`] when another process has it.
    pub fn open(dir: impl AsRef<Path>, options: EngineOptions) -> Result<Self> {
        let dir = dir.as_ref();
        files::create_home(dir, "control.db", 1)?;
        let lock = DirectoryLock::acquire(dir)?;
        let control = Control::open(dir)?;
        let EngineOptions { open_clients, open_writers } = options;
        let clients = Pool::new(open_clients);
        Ok(Self { dir: dir.to_path_buf(), open_writers, control, clients, _lock: lock })
    }

    /// Tenants, clients and keys.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Bytes free on the data directory's disk, when the system says.
    pub fn free_bytes(&self) -> Option<u64> {
        files::free_bytes(&self.dir)
    }

    /// Removes a client with everything it holds.
    pub fn remove_client(&self, scope: &Scope) -> Result<()> {
        self.control.forget_client(scope)?;
        let path = self.client_dir(scope);
        // Calls under way finish first: they would put files back. New ones are refused.
        match self.clients.closed_for(scope.directory(), || std::fs::remove_dir_all(&path)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path)(e)),
            _ => Ok(()),
        }
    }

    /// Runs `work` on the directory of a client while the client is closed. Calls under way finish first; new ones
    /// wait for `work`.
    pub(crate) fn close_for(&self, scope: &Scope, work: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        self.clients.closed_for(scope.directory(), || {
            self.require(scope)?;
            work(&self.client_dir(scope))
        })
    }

    /// Closes text writers that are open, after their merges. Call it when writing has paused.
    pub fn close_writers(&self) -> Result<()> {
        for client in self.clients.open() {
            client.close_writer()?;
        }
        Ok(())
    }

    /// The client of `scope`, opened when it is not.
    pub(crate) fn client(&self, scope: &Scope) -> Result<Arc<Client>> {
        self.clients.get(scope.directory(), || {
            // Also what keeps a scope that outlived its client from making the directory again.
            self.require(scope)?;
            Client::open(&self.client_dir(scope))
        })
    }

    /// Fails when the client of `scope` is gone.
    fn require(&self, scope: &Scope) -> Result<()> {
        if self.control.holds(scope)? {
            return Ok(());
        }
        Err(Error::NoSuchClient { client: scope.client().to_string() })
    }

    /// Closes writers of other clients beyond the limit; called before a write.
    pub(crate) fn limit_writers(&self, keep: &Arc<Client>) -> Result<()> {
        let mut open: Vec<Arc<Client>> =
            self.clients.open().into_iter().filter(|c| !Arc::ptr_eq(c, keep) && c.has_writer()).collect();
        while open.len() >= self.open_writers.max(1) {
            if let Some(client) = open.pop() {
                client.close_writer()?;
            }
        }
        Ok(())
    }

    fn client_dir(&self, scope: &Scope) -> PathBuf {
        self.dir.join("clients").join(scope.directory())
    }
}
