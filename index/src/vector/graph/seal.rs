//! Graphs of large blocks: made in the background, kept on disk, taken up again when the client is opened.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::file::{self, Saved};
use super::{Graph, build};
use crate::vector::block::Block;
use crate::{Error, Result, files};

/// One in so many rows of a graph on disk may be gone since; with more it is not taken up.
const GONE_ONE_IN: usize = 5;

/// One graph is built at a time in the process: it takes half of the machine.
static BUILDING: Mutex<()> = Mutex::new(());

/// Where a generation's graph is kept, and from how many rows on there is one.
#[derive(Debug)]
pub(crate) struct Seals {
    folder: PathBuf,
    least: usize,
    /// False once the folder may be going away: then nothing is written any more.
    open: Mutex<bool>,
}

impl Seals {
    /// Graphs in `folder` for blocks of at least `least` rows.
    pub(crate) fn new(folder: PathBuf, least: usize) -> Self {
        Self { folder, least, open: Mutex::new(true) }
    }

    /// Waits for a file that is being written, and writes none from now on.
    pub(crate) fn close(&self) {
        *self.lock() = false;
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a block its graph in the background, when it is large enough and does not go before.
    pub(in crate::vector) fn schedule(self: &Arc<Self>, block: &Arc<Block>) {
        if block.ids().len() < self.least || block.graph().is_some() {
            return;
        }
        let (seals, block) = (Arc::clone(self), Arc::downgrade(block));
        let worker = std::thread::Builder::new().name("graph".into()).spawn(move || {
            let _one = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(block) = block.upgrade() else { return };
            seals.seal(&block);
        });
        if let Err(error) = worker {
            tracing::warn!(%error, "no thread to build a graph of vectors; searches read their codes instead");
        }
    }

    fn seal(&self, block: &Arc<Block>) {
        // When only this thread still has it, it was replaced, or its client closed.
        let wanted = || Arc::strong_count(block) > 1;
        // hnsw_rs panics where it finds its own state odd; the block is searched without a graph then.
        let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| build(block, wanted)));
        let Ok(Some(graph)) = built else {
            if built.is_err() {
                tracing::warn!(
                    rows = block.ids().len(),
                    "building a graph of vectors panicked; searches go on without"
                );
            }
            return;
        };
        let marks: Vec<u32> = block.marks().into_iter().map(short).collect();
        let bytes = file::write(block.ids(), &marks, &graph);
        tracing::debug!(rows = block.ids().len(), strays = graph.strays(), "graph of vectors built");
        block.set_graph(graph);
        let open = self.lock();
        if *open && let Err(error) = self.save(&bytes) {
            tracing::warn!(%error, "the graph of vectors is not kept; it is built again on the next start");
        }
    }

    /// Writes the graph's file; those before it go.
    fn save(&self, bytes: &[u8]) -> Result<()> {
        let name = format!("{}.graph", hex::encode(&bytes[bytes.len().saturating_sub(8)..]));
        files::check_space(&self.folder, bytes.len() as u64)?;
        files::write_atomic(&self.folder.join(&name), bytes)?;
        for path in self.files()?.into_iter().filter(|path| !path.ends_with(&name)) {
            std::fs::remove_file(&path).map_err(Error::io(path))?;
        }
        Ok(())
    }

    /// The files there are, half written ones included.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(Error::io(&self.folder)(e)),
        };
        entries.map(|entry| entry.map(|entry| entry.path()).map_err(Error::io(&self.folder))).collect()
    }

    /// The graph on disk, cut to the rows that are left of it, with their places in `ids`. Files that cannot be used are
    /// removed: a graph is a cache.
    pub(in crate::vector) fn load(
        &self,
        ids: &[u32],
        mark: impl Fn(usize) -> u64,
    ) -> Option<(Graph, Vec<usize>)> {
        if ids.len() < self.least {
            return None;
        }
        for path in self.files().ok()? {
            match self.load_file(&path, ids, &mark) {
                Ok(found) => return Some(found),
                Err(reason) => {
                    tracing::warn!(path = %path.display(), reason, "graph of vectors is built anew");
                    let _ = std::fs::remove_file(&path);
                }
            }
        }
        None
    }

    fn load_file(
        &self,
        path: &Path,
        ids: &[u32],
        mark: impl Fn(usize) -> u64,
    ) -> Result<(Graph, Vec<usize>), &'static str> {
        let bytes = std::fs::read(path).map_err(|_| "it cannot be read")?;
        let Saved { ids: saved, marks, graph } = file::read(&bytes)?;
        let (mut kept, mut places) = (Vec::with_capacity(saved.len()), Vec::with_capacity(saved.len()));
        for (id, old) in saved.iter().zip(marks) {
            match ids.binary_search(id) {
                Ok(place) if short(mark(place)) == old => {
                    kept.push(Some(places.len() as u32));
                    places.push(place);
                }
                Ok(_) => return Err("a row has another vector now"),
                Err(_) => kept.push(None),
            }
        }
        if places.len() < self.least || (saved.len() - places.len()) * GONE_ONE_IN > saved.len() {
            return Err("too many of its rows are gone");
        }
        let graph = if places.len() == saved.len() { Some(graph) } else { graph.keeping(&kept) };
        Ok((graph.ok_or("nothing is left of it")?, places))
    }
}

/// Half of a mark is kept on disk: enough to see that a store was put back to another past.
fn short(mark: u64) -> u32 {
    (mark ^ (mark >> 32)) as u32
}
