//! One opened client: its store, its caches, and the view queries use.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use arc_swap::ArcSwap;
use roaring::RoaringBitmap;

use crate::filter::Attributes;
use crate::store::Store;
use crate::text::TextLeg;
use crate::vector::VectorSet;
use crate::view::{Served, View};
use crate::{Error, Generation, Result, files};

/// Share of dead vectors above which the set is rewritten without them.
const DEAD_SHARE: u64 = 5;

pub(crate) struct Client {
    dir: PathBuf,
    pub(crate) store: Store,
    text: OnceLock<TextLeg>,
    view: ArcSwap<View>,
    /// Held while the caches are brought forward, so that views only move forward.
    refreshing: Mutex<()>,
    /// The last attempt to bring the caches forward did not get to its end.
    behind: AtomicBool,
    /// From the first filtered search on; kept at the view's commit.
    attributes: RwLock<Option<Attributes>>,
    /// Held while an original and its row come or go together.
    originals: Mutex<()>,
}

impl Client {
    /// Opens the client's directory, creating it when missing, and catches the caches up.
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        // The client's own folder, and `clients`.
        files::create_home(dir, "store.db", 2)?;
        let client = Self {
            dir: dir.to_path_buf(),
            store: Store::open(&dir.join("store.db"))?,
            text: OnceLock::new(),
            view: ArcSwap::from_pointee(View { seq: 0, served: None }),
            refreshing: Mutex::new(()),
            behind: AtomicBool::new(false),
            attributes: RwLock::new(None),
            originals: Mutex::new(()),
        };
        client.drop_stray_originals()?;
        client.refresh()?;
        // A catch-up needs a writer, a client that is only read does not.
        client.close_writer()?;
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
        let text = self.text_leg(&generation, seq)?;
        text.catch_up(&self.store, generation.id, seq)?;
        let old = self.view();
        if old.served.is_some() && old.seq == seq {
            return Ok(seq);
        }
        let (from, vectors, mut dead) = match &old.served {
            Some(served) => (old.seq, served.vectors.clone(), served.dead.clone()),
            None => (0, VectorSet::new(generation.spec.dims), RoaringBitmap::new()),
        };
        dead.extend(self.store.dead_since(from, seq)?);
        let (ids, data) = self.store.vectors_since(&generation, from, seq)?;
        let mut vectors = vectors.with(ids, data, &dead);
        if dead.len() * DEAD_SHARE > vectors.len() as u64 {
            vectors = vectors.compacted(&dead);
            // Neither leg holds them any more: the text leg dropped them when it caught up.
            dead = RoaringBitmap::new();
        }
        self.advance_attributes(&generation, from, seq)?;
        let served = Served { generation, text: text.view(), vectors, dead };
        self.view.store(Arc::new(View { seq, served: Some(served) }));
        // Both caches have passed the commit: its tombstones can go. The commit stands without it,
        // and the next one (or the next open) sweeps again.
        if let Err(error) = self.sweep(text, seq) {
            tracing::warn!(path = %self.dir.display(), %error, "tombstones stay until the next commit");
        }
        Ok(seq)
    }

    /// Removes the tombstones of what ended up to `seq`. The text index must not come back from a power cut at a commit
    /// before them: it would serve what ended for ever.
    fn sweep(&self, text: &TextLeg, seq: u64) -> Result<()> {
        if self.store.dead_since(0, seq)?.is_empty() {
            return Ok(());
        }
        text.settle(&self.dir)?;
        self.store.sweep(seq).map(drop)
    }

    /// Brings the attributes, when they are loaded, from commit `from` to `seq`. Those of versions that ended in
    /// between stay, for the views that still show them.
    fn advance_attributes(&self, generation: &Generation, from: u64, seq: u64) -> Result<()> {
        let mut loaded = self.attributes.write().unwrap_or_else(PoisonError::into_inner);
        let Some(mut attributes) = loaded.take() else { return Ok(()) };
        if attributes.is_stale() || attributes.seq() != from {
            attributes = Attributes::at(&self.store.attributes_since(generation.id, 0, from)?, from);
        }
        let rows = self.store.attributes_since(generation.id, from, seq)?;
        attributes.advance(&rows, &self.store.dead_since(from, seq)?, seq);
        *loaded = Some(attributes);
        Ok(())
    }

    /// The attributes at the view's commit or a later one, loaded when they are not. `order` is what
    /// [`Client::hold_view`] gave, when the caller has it.
    pub(crate) fn attributes(
        &self,
        generation: &Generation,
        order: Option<&MutexGuard<'_, ()>>,
    ) -> Result<RwLockReadGuard<'_, Option<Attributes>>> {
        loop {
            let loaded = self.attributes.read().unwrap_or_else(PoisonError::into_inner);
            if loaded.is_some() {
                return Ok(loaded);
            }
            drop(loaded);
            // While views stand still nothing is swept, so the store still has all that the view shows.
            let _own = order.is_none().then(|| self.hold_view());
            let seq = self.view().seq;
            let attributes = Attributes::at(&self.store.attributes_since(generation.id, 0, seq)?, seq);
            *self.attributes.write().unwrap_or_else(PoisonError::into_inner) = Some(attributes);
        }
    }

    /// Brings the caches forward if the last attempt failed (a full disk, say) after its commit.
    pub(crate) fn refresh_if_behind(&self) -> Result<()> {
        if self.behind.load(Ordering::Acquire) { self.refresh().map(drop) } else { Ok(()) }
    }

    /// Keeps the view and the swept rows as they are for as long as the guard lives.
    pub(crate) fn hold_view(&self) -> MutexGuard<'_, ()> {
        self.refreshing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text_leg(&self, generation: &Generation, seq: u64) -> Result<&TextLeg> {
        if let Some(leg) = self.text.get() {
            return Ok(leg);
        }
        let path = self.dir.join("gen").join(generation.id.to_string()).join("text");
        let mut leg = TextLeg::open(&path)?;
        // The store was put back to an earlier state: the cache knows things that never were.
        let ahead = leg.watermark()? > seq;
        if ahead || matches!(leg.catch_up(&self.store, generation.id, seq), Err(Error::Text { .. })) {
            drop(leg);
            std::fs::remove_dir_all(&path).map_err(Error::io(&path))?;
            leg = TextLeg::open(&path)?;
        }
        Ok(self.text.get_or_init(|| leg))
    }

    /// An error of the text index, with its place.
    pub(crate) fn text_error(&self, source: tantivy::TantivyError) -> Error {
        match self.text.get() {
            Some(leg) => leg.error(source),
            None => Error::Text { path: self.dir.clone(), source },
        }
    }

    /// Closes the text writer when one is open; true when there was one.
    pub(crate) fn close_writer(&self) -> Result<bool> {
        match self.text.get() {
            Some(leg) if leg.has_writer() => leg.close_writer().map(|()| true),
            _ => Ok(false),
        }
    }

    /// Whether a text writer is open.
    pub(crate) fn has_writer(&self) -> bool {
        self.text.get().is_some_and(TextLeg::has_writer)
    }

    pub(crate) fn lock_originals(&self) -> MutexGuard<'_, ()> {
        self.originals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the original with this SHA-256 lies.
    pub(crate) fn original_path(&self, sha256: &str) -> PathBuf {
        self.dir.join("originals").join(sha256)
    }

    /// The client's directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
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
            page: None,
            heading_path: Vec::new(),
            text_hash: [at as u8; 32],
            vector: Arc::new([1.0, at as f32]),
        };
        let prepared = PreparedDocument {
            document_id: accepted.document_id,
            version: accepted.version,
            title: String::new(),
            mime: "text/plain".into(),
            language: None,
            pages: Vec::new(),
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
