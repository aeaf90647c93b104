//! The tantivy index of one generation: opened, caught up, searched.
//!
//! It is a cache. Its last commit carries the commit number it has reached (the watermark) in the
//! commit payload; whatever the store has beyond that is replayed. An index that does not open is
//! removed and rebuilt.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use roaring::RoaringBitmap;
use tantivy::collector::{DocSetCollector, FilterCollector, TopDocs};
use tantivy::columnar::Column;
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::query::BooleanQuery;
use tantivy::{DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term};

use super::prefix::Typed;
use super::query;
use super::schema::{self, Analyzers, Fields};
use super::statistics::Statistics;
use crate::cost::Cost;
use crate::store::Store;
use crate::{Error, Result, files};

/// Memory a writer may fill before it flushes a segment: tantivy's minimum with room to spare.
const WRITER_BUDGET: usize = 24 * 1024 * 1024;

/// What an open writer takes beyond its budget: a merge, the stacks of its threads.
const WRITER_EXTRA: u64 = 8 * 1024 * 1024;

/// Descriptors of an open writer: its lock and the files of a segment it writes.
const WRITER_FILES: u64 = 8;

/// What an open index takes without its segments.
const INDEX_BYTES: u64 = 48 * 1024;

/// What the readers of a segment's fields take.
const SEGMENT_BYTES: u64 = 32 * 1024;

/// Mapped files of a segment: terms, postings, positions, numbers, lengths, stored fields, deletes.
const SEGMENT_FILES: u64 = 7;

/// A filter that lets pass at least one chunk of so many is tried on the best of all chunks first.
const BROAD_ONE_IN: u64 = 10;

/// Share of deleted documents in a segment above which it is rewritten, so that deleted text leaves
/// the disk.
const DEAD_SHARE: f32 = 0.2;

pub(crate) struct TextLeg {
    path: PathBuf,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    analyzers: Analyzers,
    writer: Mutex<Option<IndexWriter>>,
    /// Whether there is a writer, for those who may not wait for the one that writes.
    writing: AtomicBool,
    /// Whether commits may have passed the reader by.
    stale: AtomicBool,
    /// The folders it is in are durable.
    rooted: AtomicBool,
}

/// What one query searches: segments as of one commit.
#[derive(Clone)]
pub(crate) struct TextView {
    statistics: Statistics,
    fields: Fields,
    analyzers: Analyzers,
}

/// What the text leg found.
pub(crate) struct Lexical {
    /// Chunks with their BM25 scores (k1 1.2, b 0.75), best first, ties by chunk id.
    pub(crate) hits: Vec<(u32, f32)>,
    /// What was not looked for, in words.
    pub(crate) notes: Vec<String>,
}

impl TextLeg {
    /// Opens the index in `path`; one that is missing or does not open is made anew, empty.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        match Self::try_open(path) {
            Ok(leg) => Ok(leg),
            Err(error) => {
                if path.exists() {
                    tracing::warn!(path = %path.display(), %error, "text index does not open, rebuilding it");
                    std::fs::remove_dir_all(path).map_err(Error::io(path))?;
                }
                Self::try_open(path)
            }
        }
    }

    fn try_open(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).map_err(Error::io(path))?;
        let at = |source| Error::Text { path: path.to_path_buf(), source };
        let (wanted, fields) = schema::schema();
        let directory = tantivy::directory::MmapDirectory::open(path).map_err(|e| at(e.into()))?;
        let index = Index::open_or_create(directory, wanted.clone()).map_err(at)?;
        schema::register(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(at)?;
        // What tantivy opens lazily is opened here, so that damage shows while it can be mended.
        for segment in IndexReader::searcher(&reader).segment_readers() {
            segment.fast_fields().u64(schema::CHUNK).map_err(at)?;
            for (field, _) in wanted.fields() {
                segment.inverted_index(field).map_err(at)?;
            }
        }
        Ok(Self {
            path: path.to_path_buf(),
            index,
            reader,
            fields,
            analyzers: Analyzers::new(),
            writer: Mutex::new(None),
            writing: AtomicBool::new(false),
            stale: AtomicBool::new(false),
            rooted: AtomicBool::new(false),
        })
    }

    /// The commit number the index has reached.
    pub(crate) fn watermark(&self) -> Result<u64> {
        let payload = self.index.load_metas().map_err(|e| self.error(e))?.payload;
        Ok(payload.and_then(|p| p.parse().ok()).unwrap_or(0))
    }

    /// Applies everything between the watermark and `seq`, durably.
    pub(crate) fn catch_up(&self, store: &Store, generation: u32, seq: u64) -> Result<()> {
        self.apply(self.writer.lock().unwrap_or_else(PoisonError::into_inner), store, generation, seq)
    }

    /// [`Self::catch_up`] unless another thread is at it: then false.
    pub(crate) fn try_catch_up(&self, store: &Store, generation: u32, seq: u64) -> Result<bool> {
        let writer = match self.writer.try_lock() {
            Ok(writer) => writer,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(false),
        };
        self.apply(writer, store, generation, seq).map(|()| true)
    }

    fn apply(
        &self,
        mut guard: MutexGuard<'_, Option<IndexWriter>>,
        store: &Store,
        generation: u32,
        seq: u64,
    ) -> Result<()> {
        let from = self.watermark()?;
        if from >= seq {
            // An attempt may have ended between its commit and its reload.
            return if self.stale.load(Ordering::Acquire) { self.reload() } else { Ok(()) };
        }
        let dead = store.dead_since(from, seq)?;
        let writer = match &mut *guard {
            Some(writer) => writer,
            empty => {
                let opened = empty.insert(self.open_writer()?);
                self.writing.store(true, Ordering::Release);
                opened
            }
        };
        self.stale.store(true, Ordering::Release);
        let applied = (|| {
            for id in dead {
                writer.delete_term(Term::from_field_u64(self.fields.chunk, u64::from(id)));
            }
            store.chunks_since(generation, from, seq, |chunk| {
                // A crash after a flush cannot leave a copy behind, but replaying must stay harmless.
                writer.delete_term(Term::from_field_u64(self.fields.chunk, u64::from(chunk.id)));
                writer
                    .add_document(schema::document(&self.fields, &self.analyzers, &chunk))
                    .map(drop)
                    .map_err(|e| self.error(e))
            })?;
            let mut commit = writer.prepare_commit().map_err(|e| self.error(e))?;
            commit.set_payload(&seq.to_string());
            commit.commit().map_err(|e| self.error(e))
        })();
        if let Err(error) = applied {
            // The writer may hold half of the batch: drop it, the next attempt starts clean.
            *guard = None;
            self.writing.store(false, Ordering::Release);
            return Err(error);
        }
        drop(guard);
        self.reload()
    }

    /// Shows queries the newest commit.
    fn reload(&self) -> Result<()> {
        self.reader.reload().map_err(|e| self.error(e))?;
        self.stale.store(false, Ordering::Release);
        Ok(())
    }

    /// Makes the commit it has reached durable, and the first time its folders up to `client`: tantivy renames its
    /// `meta.json` and leaves it to the next commit to make that durable.
    pub(crate) fn settle(&self, client: &Path) -> Result<()> {
        files::sync_folder(&self.path)?;
        if !self.rooted.load(Ordering::Acquire) {
            let mut above = self.path.ancestors().skip(1).take_while(|folder| folder.starts_with(client));
            above.try_for_each(files::sync_folder)?;
            self.rooted.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// What queries see now.
    pub(crate) fn view(&self) -> TextView {
        TextView {
            statistics: Statistics::new(self.reader.searcher()),
            fields: self.fields.clone(),
            analyzers: self.analyzers.clone(),
        }
    }

    /// Finishes merges and frees the writer's memory and threads.
    pub(crate) fn close_writer(&self) -> Result<()> {
        // The lock is held to the end: a second writer cannot open while this one still merges.
        let mut guard = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        match guard.take() {
            Some(writer) => {
                self.writing.store(false, Ordering::Release);
                writer.wait_merging_threads().map_err(|e| self.error(e))?;
                self.reload()
            }
            None => Ok(()),
        }
    }

    /// Whether a writer is open.
    pub(crate) fn has_writer(&self) -> bool {
        self.writing.load(Ordering::Acquire)
    }

    /// What the index takes, with the writer's whole budget when one is open.
    pub(crate) fn cost(&self) -> Cost {
        let segments = self.reader.searcher().segment_readers().len() as u64;
        let writer = match self.has_writer() {
            true => Cost { bytes: WRITER_BUDGET as u64 + WRITER_EXTRA, files: WRITER_FILES, maps: 0 },
            false => Cost::default(),
        };
        let bytes = INDEX_BYTES + segments * SEGMENT_BYTES;
        writer + Cost { bytes, files: 0, maps: segments * SEGMENT_FILES }
    }

    fn open_writer(&self) -> Result<IndexWriter> {
        let writer: IndexWriter =
            self.index.writer_with_num_threads(1, WRITER_BUDGET).map_err(|e| self.error(e))?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DEAD_SHARE);
        policy.set_min_num_segments(4);
        writer.set_merge_policy(Box::new(policy));
        // What a commit that did not come to its end left behind: the next one would use the same names.
        writer.garbage_collect_files().wait().map_err(|e| self.error(e))?;
        // A new writer gives its first operation the number of the last commit. A merge of that commit's segments takes
        // it for an old one and passes over it in those with deletions: a deletion would be lost. This one does nothing.
        writer.delete_term(Term::from_field_u64(self.fields.chunk, u64::MAX));
        Ok(writer)
    }

    fn error(&self, source: TantivyError) -> Error {
        Error::text(&self.path)(source)
    }
}

impl Drop for TextLeg {
    fn drop(&mut self) {
        // Merges under way would write into a folder that may be going away.
        if let Some(writer) = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            writer.set_merge_policy(Box::new(NoMergePolicy));
            let _ = writer.wait_merging_threads();
        }
    }
}

impl TextView {
    /// The `n` best chunks for what was typed, of those `allowed` when given; `None` when it has no term.
    pub(crate) fn search(
        &self,
        typed: &Typed<'_>,
        n: usize,
        allowed: Option<&Arc<RoaringBitmap>>,
    ) -> tantivy::Result<Option<Lexical>> {
        let union = query::build(&self.fields, &self.analyzers, &self.statistics, typed)?;
        let Some(query::Union { query, notes }) = union else { return Ok(None) };
        let top = match allowed {
            None => self.best(&query, n)?,
            Some(allowed) => match self.best_of_most(&query, n, allowed)? {
                Some(top) => top,
                None => {
                    let allowed = Arc::clone(allowed);
                    let passes = move |id: u64| u32::try_from(id).is_ok_and(|id| allowed.contains(id));
                    let best = TopDocs::with_limit(n.max(1)).order_by_score();
                    let best = FilterCollector::new(schema::CHUNK.to_owned(), passes, best);
                    self.searcher().search_with_statistics_provider(&query, &best, &self.statistics)?
                }
            },
        };
        let ids = self.ids()?;
        let mut hits: Vec<(u32, f32)> =
            top.into_iter().filter_map(|(score, at)| Some((ids.of(at)?, rounded(score)))).collect();
        hits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(Some(Lexical { hits, notes }))
    }

    /// The chunks that have every quoted part of `text`; `None` when it quotes nothing.
    pub(crate) fn with_phrases(&self, text: &str) -> tantivy::Result<Option<RoaringBitmap>> {
        let Some(query) = query::phrases(&self.fields, &self.analyzers, text) else { return Ok(None) };
        let ids = self.ids()?;
        let found = self.searcher().search(&query, &DocSetCollector)?;
        Ok(Some(found.into_iter().filter_map(|at| ids.of(at)).collect()))
    }

    /// The `n` best by the query, skipping postings that cannot be among them (block-max WAND).
    fn best(&self, query: &BooleanQuery, n: usize) -> tantivy::Result<Vec<(f32, DocAddress)>> {
        let best = TopDocs::with_limit(n.max(1)).order_by_score();
        self.searcher().search_with_statistics_provider(query, &best, &self.statistics)
    }

    /// The `n` best of those allowed, when most are: some more of all, of which enough pass. With a collector that
    /// filters, every posting would be scored. `None` when this is not the way.
    fn best_of_most(
        &self,
        query: &BooleanQuery,
        n: usize,
        allowed: &RoaringBitmap,
    ) -> tantivy::Result<Option<Vec<(f32, DocAddress)>>> {
        let all = self.searcher().num_docs();
        if allowed.is_empty() || allowed.len() * BROAD_ONE_IN < all {
            return Ok(None);
        }
        // A quarter more than a random choice needs: what passes may lie further down.
        let share = allowed.len() as f64 / all as f64;
        let more = (n as f64 / share.min(1.0) * 1.25) as usize + 50;
        let mut top = self.best(query, more)?;
        let exhausted = top.len() < more;
        let ids = self.ids()?;
        top.retain(|(_, at)| ids.of(*at).is_some_and(|id| allowed.contains(id)));
        let enough = top.len() >= n;
        top.truncate(n);
        Ok((enough || exhausted).then_some(top))
    }

    fn searcher(&self) -> &Searcher {
        self.statistics.searcher()
    }

    fn ids(&self) -> tantivy::Result<ChunkIds> {
        let segments = self.searcher().segment_readers().iter();
        segments
            .map(|segment| segment.fast_fields().u64(schema::CHUNK))
            .collect::<tantivy::Result<_>>()
            .map(ChunkIds)
    }
}

/// The chunk ids of each segment's documents.
struct ChunkIds(Vec<Column<u64>>);

impl ChunkIds {
    fn of(&self, at: DocAddress) -> Option<u32> {
        let id = self.0.get(at.segment_ord as usize)?.first(at.doc_id)?;
        u32::try_from(id).ok()
    }
}

impl TextView {
    /// Ids of the chunks it returns, and those of them that it has more than once.
    pub(crate) fn chunks(&self) -> std::result::Result<(RoaringBitmap, RoaringBitmap), TantivyError> {
        let (mut ids, mut twice) = (RoaringBitmap::new(), RoaringBitmap::new());
        for segment in self.searcher().segment_readers() {
            let column = segment.fast_fields().u64(schema::CHUNK)?;
            for document in segment.doc_ids_alive() {
                if let Some(id) = column.first(document).and_then(|id| u32::try_from(id).ok())
                    && !ids.insert(id)
                {
                    twice.insert(id);
                }
            }
        }
        Ok((ids, twice))
    }

    /// Names of the index's files whose checksum is wrong.
    pub(crate) fn damaged_files(&self) -> std::result::Result<Vec<String>, TantivyError> {
        let damaged = self.searcher().index().validate_checksum()?;
        let mut names: Vec<String> = damaged.iter().map(|path| path.display().to_string()).collect();
        names.sort_unstable();
        Ok(names)
    }
}

/// Sums over terms differ in their last bits with the layout of the segments; rounding makes equal
/// documents tie, and ties go by id, so that two builds of one corpus rank alike.
fn rounded(score: f32) -> f32 {
    const STEPS: f32 = 4096.0;
    (score * STEPS).round() / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds documents of these ids, deletes those, and commits.
    fn commit(leg: &TextLeg, writer: &mut IndexWriter, delete: &[u64], add: &[u64]) {
        for id in delete {
            writer.delete_term(Term::from_field_u64(leg.fields.chunk, *id));
        }
        for id in add {
            let mut document = tantivy::TantivyDocument::default();
            document.add_u64(leg.fields.chunk, *id);
            writer.add_document(document).expect("add");
        }
        writer.commit().expect("commit");
    }

    #[test]
    fn the_first_deletion_of_a_writer_survives_a_merge_of_what_it_found() {
        let dir = tempfile::tempdir().expect("tempdir");
        let leg = TextLeg::open(dir.path()).expect("open");
        // What a writer leaves that is stopped before it merges: a segment without deletions, a smaller one with. Merges
        // go by size and follow the deletions of the first.
        let mut writer: IndexWriter = leg.index.writer_with_num_threads(1, WRITER_BUDGET).expect("writer");
        writer.set_merge_policy(Box::new(NoMergePolicy));
        commit(&leg, &mut writer, &[], &[0, 1, 2, 3, 4]);
        commit(&leg, &mut writer, &[], &[5, 6, 7, 8]);
        commit(&leg, &mut writer, &[5, 6], &[]);
        writer.wait_merging_threads().expect("close");

        let mut writer = leg.open_writer().expect("writer");
        commit(&leg, &mut writer, &[7], &[9]);
        writer.wait_merging_threads().expect("close");
        leg.reader.reload().expect("reload");
        let (ids, _) = leg.view().chunks().expect("chunks");
        assert_eq!(ids.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 8, 9]);
        let segments = leg.index.searchable_segments().expect("segments").len();
        assert_eq!(segments, 2, "the two old segments were merged");
    }
}
