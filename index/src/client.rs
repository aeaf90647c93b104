//! One opened client: its store, its caches, and the view queries use.

mod generations;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use arc_swap::ArcSwap;
use roaring::RoaringBitmap;

use crate::cost::{Cost, Costly};
use crate::filter::Attributes;
use crate::history::History;
use crate::originals::{Kept, Originals, Pinned};
use crate::store::Store;
use crate::text::TextLeg;
use crate::vector::{Seals, VectorSet};
use crate::view::{Served, View};
use crate::{Error, Generation, Result, files};

/// What an open client takes beside its parts.
const CLIENT_BYTES: u64 = 16 * 1024;

/// Share of dead vectors above which the set is rewritten without them.
const DEAD_SHARE: u64 = 5;

pub(crate) struct Client {
    dir: PathBuf,
    /// Vectors from which on they get a graph.
    graph_rows: usize,
    pub(crate) store: Store,
    /// Open text indexes by generation: of the serving one, and of one that was sealed and waits for its swap.
    legs: Mutex<BTreeMap<u32, Arc<TextLeg>>>,
    view: ArcSwap<View>,
    /// Held while the caches are brought forward, so that views only move forward.
    refreshing: Mutex<()>,
    /// The last attempt to bring the caches forward did not get to its end.
    behind: AtomicBool,
    /// From the first filtered search on; kept at the view's commit.
    attributes: RwLock<Option<Attributes>>,
    /// Memory the attributes take, for those who may not wait for them.
    attribute_bytes: AtomicU64,
    originals: Originals,
    pub(crate) history: History,
}

impl Client {
    /// Opens the client's directory, creating it when missing, and catches the caches up. `tidy` says that this process
    /// has closed it properly, so that a crash left nothing behind.
    pub(crate) fn open(dir: &Path, graph_rows: usize, tidy: bool) -> Result<Self> {
        // The client's own folder, and `clients`.
        files::create_home(dir, "store.db", 2)?;
        let client = Self {
            dir: dir.to_path_buf(),
            graph_rows,
            store: Store::open(&dir.join("store.db"))?,
            legs: Mutex::default(),
            view: ArcSwap::from_pointee(View { seq: 0, served: None }),
            refreshing: Mutex::new(()),
            behind: AtomicBool::new(false),
            attributes: RwLock::new(None),
            attribute_bytes: AtomicU64::new(0),
            originals: Originals::new(dir.join("originals")),
            history: History::new(dir.join("history.db")),
        };
        if !tidy {
            client.drop_stray_originals()?;
            crate::restore::drop_unfinished(dir)?;
        }
        client.sort_generations()?;
        client.refresh()?;
        // A catch-up needs writers, a client that is only read does not; and what filled the caches was read once.
        client.close_writer()?;
        client.store.shrink()?;
        Ok(client)
    }

    /// Removes files no version refers to: a crash can come between a row and its file.
    fn drop_stray_originals(&self) -> Result<()> {
        let folder = self.dir.join("originals");
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(Error::io(folder)(e)),
        };
        let known = self.store.content_hashes()?;
        for entry in entries {
            let entry = entry.map_err(Error::io(&folder))?;
            if !entry.file_name().to_str().is_some_and(|name| known.contains(name)) {
                std::fs::remove_file(entry.path()).map_err(Error::io(entry.path()))?;
            }
        }
        Ok(())
    }

    /// What a query sees now.
    pub(crate) fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// Brings both legs to the store's newest commit and swaps the view. The one way caches change:
    /// after a write, and on open after a crash.
    pub(crate) fn refresh(&self) -> Result<u64> {
        let _order = self.hold_view();
        let reached = self.advance();
        self.behind.store(reached.is_err(), Ordering::Release);
        reached
    }

    fn advance(&self) -> Result<u64> {
        let Some(generation) = self.store.serving()? else { return Ok(0) };
        let seq = self.store.seq()?;
        let old = self.view();
        let same = old.served.as_ref().filter(|served| served.generation.id == generation.id);
        let mut text = self.text_leg(generation.id, seq)?;
        match text.catch_up(&self.store, generation.id, seq) {
            // One that opens and cannot go on is rebuilt like one that does not open.
            Err(error @ Error::Text { .. }) if same.is_none() => {
                tracing::warn!(path = %self.dir.display(), %error, "text index cannot catch up, rebuilding it");
                drop(text);
                self.remove_caches(generation.id)?;
                text = self.text_leg(generation.id, seq)?;
                text.catch_up(&self.store, generation.id, seq)?;
            }
            caught_up => caught_up?,
        }
        if same.is_some() && old.seq == seq {
            return Ok(seq);
        }
        let from = same.map_or(0, |_| old.seq);
        let (ids, data) = self.store.vectors_since(&generation, from, seq)?;
        let (mut vectors, mut dead) = match same {
            Some(served) => {
                let mut dead = served.dead.clone();
                dead.extend(self.store.dead_since(from, seq)?);
                (served.vectors.with(ids, data, &dead), dead)
            }
            None => {
                let seals = Seals::new(self.generation_dir(generation.id).join("graph"), self.graph_rows);
                (VectorSet::open(generation.spec.dims, ids, data, seals), RoaringBitmap::new())
            }
        };
        if dead.len() * DEAD_SHARE > vectors.len() as u64 {
            vectors = vectors.compacted(&dead);
            // Neither leg holds them any more: the text leg dropped them when it caught up.
            dead = RoaringBitmap::new();
        }
        self.advance_attributes(&generation, from, seq)?;
        let serving = generation.id;
        let served = Served { generation, text: text.view(), vectors, dead };
        self.view.store(Arc::new(View { seq, served: Some(served) }));
        // All caches have passed the commit: its tombstones can go. The commit stands without it,
        // and the next one (or the next open) sweeps again.
        let swept = self.advance_others(serving, seq).and_then(|all| match all {
            true => self.sweep(seq),
            false => Ok(()),
        });
        if let Err(error) = swept {
            tracing::warn!(path = %self.dir.display(), %error, "tombstones stay until the next commit");
        }
        Ok(seq)
    }

    /// Removes the tombstones of what ended up to `seq`. No text index must come back from a power cut at a commit before
    /// them: it would serve what ended for ever.
    fn sweep(&self, seq: u64) -> Result<()> {
        if self.store.dead_since(0, seq)?.is_empty() {
            return Ok(());
        }
        let legs: Vec<_> = self.lock_legs().values().cloned().collect();
        legs.iter().try_for_each(|leg| leg.settle(&self.dir))?;
        self.store.sweep(seq).map(drop)
    }

    /// Brings the attributes, when they are loaded, from commit `from` to `seq`. Those of versions that ended in
    /// between stay, for the views that still show them.
    fn advance_attributes(&self, generation: &Generation, from: u64, seq: u64) -> Result<()> {
        let mut loaded = self.attributes.write().unwrap_or_else(PoisonError::into_inner);
        let Some(mut attributes) = loaded.take() else { return Ok(()) };
        let id = generation.id;
        if attributes.is_stale() || !attributes.covers(id, from) || attributes.seq() != from {
            attributes = Attributes::at(id, &self.store.attributes_since(id, 0, from)?, from);
        }
        let rows = self.store.attributes_since(id, from, seq)?;
        attributes.advance(&rows, &self.store.dead_since(from, seq)?, seq);
        self.keep_attributes(&mut loaded, attributes);
        Ok(())
    }

    /// The attributes at the view's commit or a later one, loaded when they are not; none before the first document.
    /// `order` is what [`Client::hold_view`] gave, when the caller has it.
    pub(crate) fn attributes(
        &self,
        order: Option<&MutexGuard<'_, ()>>,
    ) -> Result<RwLockReadGuard<'_, Option<Attributes>>> {
        let loaded = self.attributes.read().unwrap_or_else(PoisonError::into_inner);
        if loaded.is_some() {
            return Ok(loaded);
        }
        drop(loaded);
        // While views stand still nothing is swept, so the store still has all that the view shows.
        let _own = order.is_none().then(|| self.hold_view());
        let view = self.view();
        if let Some(served) = &view.served {
            let id = served.generation.id;
            let attributes = Attributes::at(id, &self.store.attributes_since(id, 0, view.seq)?, view.seq);
            let mut loaded = self.attributes.write().unwrap_or_else(PoisonError::into_inner);
            self.keep_attributes(&mut loaded, attributes);
        }
        Ok(self.attributes.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep_attributes(&self, loaded: &mut Option<Attributes>, attributes: Attributes) {
        self.attribute_bytes.store(attributes.bytes(), Ordering::Relaxed);
        *loaded = Some(attributes);
    }

    /// Brings the caches forward if the last attempt failed (a full disk, say) after its commit.
    pub(crate) fn refresh_if_behind(&self) -> Result<()> {
        if self.behind.load(Ordering::Acquire) { self.refresh().map(drop) } else { Ok(()) }
    }

    /// Keeps the view and the swept rows as they are for as long as the guard lives.
    pub(crate) fn hold_view(&self) -> MutexGuard<'_, ()> {
        self.refreshing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anything is open for writing.
    pub(crate) fn has_writer(&self) -> bool {
        self.store.has_writer() || self.has_text_writer()
    }

    /// Held while an original and its row come or go together.
    pub(crate) fn lock_originals(&self) -> MutexGuard<'_, Kept> {
        self.originals.lock()
    }

    /// Removes originals no version refers to any more. `kept` is what [`Client::lock_originals`] gave.
    pub(crate) fn remove_originals(&self, kept: &mut Kept, unused: Vec<String>) -> Result<()> {
        self.originals.remove(kept, unused)
    }

    /// Keeps all originals until the result is dropped.
    pub(crate) fn pin_originals(&self) -> Pinned<'_> {
        self.originals.pin(&self.store)
    }

    /// Where the original with this SHA-256 lies.
    pub(crate) fn original_path(&self, sha256: &str) -> PathBuf {
        self.originals.path(sha256)
    }

    /// The client's directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // The directory may go away with the client.
        self.view().close();
    }
}

impl Costly for Client {
    fn cost(&self) -> Cost {
        let view = self.view.load();
        let vectors = view
            .served
            .as_ref()
            .map_or(0, |served| served.vectors.bytes() + served.dead.serialized_size() as u64);
        let bytes = CLIENT_BYTES + vectors + self.attribute_bytes.load(Ordering::Relaxed);
        let legs = self.lock_legs();
        let texts = legs.values().map(|leg| leg.cost());
        texts
            .fold(Cost { bytes, ..Cost::default() } + self.store.cost() + self.history.cost(), |all, text| {
                all + text
            })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{
        ChunkInput, Engine, EngineOptions, GenerationSpec, Name, NewDocument, PreparedDocument, Scope,
    };

    fn put(engine: &Engine, scope: &Scope, text: &str) {
        let metadata = serde_json::Map::new();
        let new =
            NewDocument { uri: "doc", title: None, mime: None, metadata: &metadata, bytes: text.as_bytes() };
        let accepted = engine.accept(scope, &new).expect("accept");
        let chunk = |at: usize| ChunkInput {
            span: at..at + 1,
            language: None,
            flags: Vec::new(),
            heading_path: Vec::new(),
            text_hash: [at as u8; 32],
            vector: Arc::new([1.0, at as f32]),
        };
        let prepared = PreparedDocument {
            document_id: accepted.document_id,
            version: accepted.version,
            generation: 1,
            title: String::new(),
            mime: "text/plain".into(),
            language: None,
            layout: crate::Layout::default(),
            properties: serde_json::Map::new(),
            spent_ms: 0,
            structure: None,
            text: text.to_owned(),
            chunks: (0..4).map(chunk).collect(),
            warnings: Vec::new(),
        };
        engine.publish(scope, &[prepared]).expect("publish");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
    fn tombstones_do_not_outgrow_what_lives() {
        let dir = tempfile::tempdir().expect("tempdir");
        let engine = Engine::open(dir.path(), EngineOptions::default()).expect("open");
        let name = Name::new("a").expect("name");
        engine.control().add_client(&name, &name).expect("add");
        let scope = engine.control().scope(&name, &name).expect("scope").expect("added");
        let spec = GenerationSpec { fingerprint: "f".into(), name: "n".into(), model: "m".into(), dims: 2 };
        engine.ensure_generation(&scope, &spec).expect("generation");
        for turn in 0..20 {
            put(&engine, &scope, &format!("text {turn}"));
            let view = engine.client(&scope).expect("client").view();
            let served = view.served.as_ref().expect("served");
            assert!(served.dead.len() <= 1, "{} dead of 4 alive", served.dead.len());
            assert!(served.vectors.len() <= 5, "{} vectors", served.vectors.len());
        }
    }
}
