//! The front door: a data directory with its control database and its clients.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::client::Client;
use crate::control::Control;
use crate::cost::Cost;
use crate::lock::DirectoryLock;
use crate::pool::{Held, Pool};
use crate::{Error, Result, Scope, files, snapshot};

/// How much of a data directory is kept open at once. How many clients that is follows: the least recently used ones
/// are closed when one of the limits is passed, but never one in use, and never the one used last.
#[derive(Debug, Clone, Copy)]
pub struct EngineOptions {
    /// Memory that open clients may take together, in bytes; 384 MiB unless said otherwise.
    ///
    /// Counted are a client's vectors with their codes, what filters know of its documents, its SQLite connections with
    /// full page caches, its text index's readers, and an open text writer's whole buffer. Not counted are what a
    /// call takes while it runs, what the allocator keeps for later, and mapped files, which are the system's to
    /// reclaim.
    pub memory_bytes: u64,
    /// File descriptors that open clients may hold together; 3,072 unless said otherwise, and never more than half of
    /// what the process may open.
    pub open_files: u64,
    /// Clients with an open text writer (about 32 MiB and a few threads each); 2 unless said otherwise.
    pub open_writers: usize,
    /// Vectors of a client from which on they get a graph, made in the background: below it comparing all of them by their
    /// codes is as fast, and exact.
    pub graph_rows: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { memory_bytes: 384 << 20, open_files: 3072, open_writers: 2, graph_rows: 400_000 }
    }
}

/// Mapped files of open clients: half of what Linux lets a process map unless told otherwise.
const OPEN_MAPS: u64 = 32_765;

/// What open clients take, see [`EngineOptions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Open clients.
    pub clients: usize,
    /// Memory counted, in bytes.
    pub memory_bytes: u64,
    /// File descriptors.
    pub files: u64,
    /// Mapped files.
    pub maps: u64,
}

/// An open data directory. One process at a time owns it; all methods may be called from many
/// threads. Everything blocks: call it from threads that may.
pub struct Engine {
    dir: PathBuf,
    open_writers: usize,
    graph_rows: usize,
    control: Control,
    clients: Pool<Client>,
    /// Directories of clients that were open in this process: after those a crash left nothing behind.
    tidy: Mutex<HashSet<String>>,
    _lock: DirectoryLock,
}

impl Engine {
    /// Opens `dir`, creating it when missing. Fails with [`Error::InUse`] when another process has it.
    pub fn open(dir: impl AsRef<Path>, options: EngineOptions) -> Result<Self> {
        let dir = dir.as_ref();
        files::create_home(dir, "control.db", 1)?;
        let lock = DirectoryLock::acquire(dir)?;
        snapshot::remove_held(dir)?;
        let control = Control::open(dir)?;
        let EngineOptions { memory_bytes, open_files, open_writers, graph_rows } = options;
        let files = open_files.min(files::most_open() / 2);
        let clients = Pool::new(Cost { bytes: memory_bytes, files, maps: OPEN_MAPS });
        let (dir, tidy) = (dir.to_path_buf(), Mutex::default());
        let engine = Self { dir, open_writers, graph_rows, control, clients, tidy, _lock: lock };
        for directory in engine.control.removals()? {
            // It is in nobody's way: no client has it.
            if let Err(error) = engine.remove_directory(&directory) {
                tracing::warn!(directory, %error, "what is left of a removed client stays until the next start");
            }
        }
        Ok(engine)
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
        self.untidy(scope);
        // Calls under way finish first: they would put files back. New ones are refused.
        self.clients.closed_for(scope.directory(), || self.remove_directory(scope.directory()))
    }

    /// Removes the directory of a client that was forgotten; what stops this is gone on with when the data directory is
    /// opened next.
    fn remove_directory(&self, directory: &str) -> Result<()> {
        let clients = self.dir.join("clients");
        let path = clients.join(directory);
        match std::fs::remove_dir_all(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io(path)(e)),
            Ok(()) => files::sync_folder(&clients)?,
            Err(_) => {}
        }
        self.control.removed(directory)
    }

    /// Runs `work` on the directory of a client while the client is closed. Calls under way finish first; new ones
    /// wait for `work`.
    pub(crate) fn close_for(&self, scope: &Scope, work: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        self.clients.closed_for(scope.directory(), || {
            self.require(scope)?;
            work(&self.client_dir(scope))
        })
    }

    /// Closes writers that are open, after their merges. Call it when writing has paused.
    pub fn close_writers(&self) -> Result<()> {
        for client in self.clients.open(Client::has_writer) {
            client.close_writer()?;
        }
        Ok(())
    }

    /// The clients that are open.
    pub(crate) fn open_clients(&self) -> Vec<Held<'_, Client>> {
        self.clients.open(|_| true)
    }

    /// What open clients take now.
    pub fn usage(&self) -> Usage {
        let (clients, Cost { bytes, files, maps }) = self.clients.usage();
        Usage { clients, memory_bytes: bytes, files, maps }
    }

    /// Whether the client of `scope` is open, so that a search of it need not open it.
    pub fn is_open(&self, scope: &Scope) -> bool {
        self.clients.is_open(scope.directory())
    }

    /// The client of `scope`, opened when it is not. Let it go soon: it stays open as long.
    pub(crate) fn client(&self, scope: &Scope) -> Result<Held<'_, Client>> {
        self.clients.get(scope.directory(), || {
            // Also what keeps a scope that outlived its client from making the directory again.
            self.require(scope)?;
            let is_tidy = self.tidy().contains(scope.directory());
            let client = Client::open(&self.client_dir(scope), self.graph_rows, is_tidy)?;
            if !is_tidy {
                self.tidy().insert(scope.directory().to_owned());
            }
            Ok(client)
        })
    }

    fn tidy(&self) -> MutexGuard<'_, HashSet<String>> {
        self.tidy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the next opening of the client look for what was left behind.
    pub(crate) fn untidy(&self, scope: &Scope) {
        self.tidy().remove(scope.directory());
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
        let others = self.clients.open(|client| client.has_text_writer() && !std::ptr::eq(client, &**keep));
        // The most recently used keep theirs.
        others.iter().skip(self.open_writers.max(1) - 1).try_for_each(|client| client.close_writer())
    }

    fn client_dir(&self, scope: &Scope) -> PathBuf {
        self.dir.join("clients").join(scope.directory())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Name;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
    fn what_a_crash_left_of_a_removed_client_goes_on_the_next_start() {
        let dir = tempfile::tempdir().expect("tempdir");
        let engine = Engine::open(dir.path(), EngineOptions::default()).expect("open");
        let name = Name::new("a").expect("name");
        let made = |engine: &Engine| {
            engine.control().add_client(&name, &name).expect("add");
            let scope = engine.control().scope(&name, &name).expect("scope").expect("added");
            drop(engine.client(&scope).expect("made"));
            scope
        };
        let scope = made(&engine);
        // As far as a process comes that ends in the middle of removing it.
        engine.control.forget_client(&scope).expect("forget");
        drop(engine);
        assert!(dir.path().join("clients").join(scope.directory()).exists());
        let engine = Engine::open(dir.path(), EngineOptions::default()).expect("open");
        assert!(!dir.path().join("clients").join(scope.directory()).exists());
        assert_eq!(engine.control.removals().expect("removals"), Vec::<String>::new());
        // One of the same name is another client, and stays.
        let again = made(&engine);
        engine.remove_client(&scope).expect("removed already");
        assert!(dir.path().join("clients").join(again.directory()).exists());
        engine.remove_client(&again).expect("remove");
        assert!(!dir.path().join("clients").join(again.directory()).exists());
    }
}
