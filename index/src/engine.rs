//! The front door: a data directory with its control database and its clients.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::client::Client;
use crate::control::Control;
use crate::lock::DirectoryLock;
use crate::{Error, Result, Scope, files};

/// How much of a data directory is kept open at once.
#[derive(Debug, Clone)]
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
    options: EngineOptions,
    control: Control,
    clients: Mutex<OpenClients>,
    _lock: DirectoryLock,
}

#[derive(Default)]
struct OpenClients {
    by_directory: HashMap<String, (Arc<Client>, u64)>,
    clock: u64,
}

impl Engine {
    /// Opens `dir`, creating it when missing. Fails with [`Error::InUse`] when another process has it.
    pub fn open(dir: impl AsRef<Path>, options: EngineOptions) -> Result<Self> {
        let dir = dir.as_ref();
        std::fs::create_dir_all(dir).map_err(Error::io(dir))?;
        let lock = DirectoryLock::acquire(dir)?;
        let control = Control::open(dir)?;
        Ok(Self { dir: dir.to_path_buf(), options, control, clients: Mutex::default(), _lock: lock })
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
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let open = clients.by_directory.remove(scope.directory());
        drop(clients);
        // Calls under way finish first: they would put files back. New ones are refused.
        open.into_iter().for_each(|(client, _)| wait_until_unused(&client));
        let path = self.client_dir(scope);
        match std::fs::remove_dir_all(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path)(e)),
            _ => Ok(()),
        }
    }

    /// Runs `work` on the directory of a client while the client is closed. Calls under way finish first; calls of any
    /// client wait meanwhile.
    pub(crate) fn close_for(&self, scope: &Scope, work: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.control.holds(scope)? {
            return Err(Error::NoSuchClient { client: scope.client().to_string() });
        }
        let open = clients.by_directory.remove(scope.directory());
        open.into_iter().for_each(|(client, _)| wait_until_unused(&client));
        work(&self.client_dir(scope))
    }

    /// Closes text writers that are open, after their merges. Call it when writing has paused.
    pub fn close_writers(&self) -> Result<()> {
        for client in self.open_clients() {
            client.close_writer()?;
        }
        Ok(())
    }

    /// The client of `scope`, opened when it is not.
    pub(crate) fn client(&self, scope: &Scope) -> Result<Arc<Client>> {
        // Opening happens under the lock: two openers of one directory would fight over its index.
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.clock += 1;
        let now = clients.clock;
        if let Some((client, used)) = clients.by_directory.get_mut(scope.directory()) {
            *used = now;
            return Ok(Arc::clone(client));
        }
        // Also what keeps a scope that outlived its client from making the directory again.
        if !self.control.holds(scope)? {
            return Err(Error::NoSuchClient { client: scope.client().to_string() });
        }
        while clients.by_directory.len() >= self.options.open_clients.max(1) {
            // Only clients nobody is using are closed: two opens of one index must never meet.
            let idle = clients.by_directory.iter().filter(|(_, (c, _))| Arc::strong_count(c) == 1);
            let Some(oldest) = idle.min_by_key(|(_, (_, used))| *used).map(|(id, _)| id.clone()) else {
                break;
            };
            clients.by_directory.remove(&oldest);
        }
        let client = Arc::new(Client::open(&self.client_dir(scope))?);
        clients.by_directory.insert(scope.directory().to_owned(), (Arc::clone(&client), now));
        Ok(client)
    }

    /// Closes writers of other clients beyond the limit; called before a write.
    pub(crate) fn limit_writers(&self, keep: &Arc<Client>) -> Result<()> {
        let mut open: Vec<Arc<Client>> =
            self.open_clients().into_iter().filter(|c| !Arc::ptr_eq(c, keep) && c.has_writer()).collect();
        while open.len() >= self.options.open_writers.max(1) {
            if let Some(client) = open.pop() {
                client.close_writer()?;
            }
        }
        Ok(())
    }

    fn open_clients(&self) -> Vec<Arc<Client>> {
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.by_directory.values().map(|(c, _)| Arc::clone(c)).collect()
    }

    fn client_dir(&self, scope: &Scope) -> PathBuf {
        self.dir.join("clients").join(scope.directory())
    }
}

/// Returns when the caller's is the last handle on the client.
fn wait_until_unused(client: &Arc<Client>) {
    while Arc::strong_count(client) > 1 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
