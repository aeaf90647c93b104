//! The caches of a client's generations: of the one that serves, and of one that is being built.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};

use super::Client;
use crate::text::TextLeg;
use crate::{Error, GenerationState, Result};

impl Client {
    /// Brings the text indexes of generations that do not serve to commit `seq`: false when one is being brought forward by
    /// another thread right now.
    pub(super) fn advance_others(&self, serving: u32, seq: u64) -> Result<bool> {
        let legs: Vec<_> = self.lock_legs().iter().map(|(id, leg)| (*id, Arc::clone(leg))).collect();
        let mut all = true;
        for (id, leg) in legs.into_iter().filter(|(id, _)| *id != serving) {
            all &= leg.try_catch_up(&self.store, id, seq)?;
        }
        Ok(all)
    }

    /// Opens the caches of generations that are being built, which are kept at the newest commit until they serve, and
    /// removes those of the others: a crash can come between a swap and their removal.
    pub(super) fn sort_generations(&self) -> Result<()> {
        let folder = self.dir.join("gen");
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(Error::io(folder)(e)),
        };
        let generations = self.store.generations()?;
        for entry in entries {
            let path = entry.map_err(Error::io(&folder))?.path();
            let id = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            match generations.iter().find(|(generation, _)| Some(generation.id) == id) {
                Some((_, GenerationState::Serving)) => {}
                Some((generation, GenerationState::Building)) => {
                    self.text_leg(generation.id, self.store.seq()?)?;
                }
                Some((_, GenerationState::Retired)) | None => {
                    std::fs::remove_dir_all(&path).map_err(Error::io(path))?;
                }
            }
        }
        Ok(())
    }

    /// Removes what is on disk and open of a generation's caches.
    pub(crate) fn remove_caches(&self, generation: u32) -> Result<()> {
        drop(self.lock_legs().remove(&generation));
        let path = self.generation_dir(generation);
        match std::fs::remove_dir_all(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path)(e)),
            _ => Ok(()),
        }
    }

    /// Makes a generation the serving one and shows it; returns the commit number.
    pub(crate) fn swap(&self, generation: u32) -> Result<u64> {
        let _order = self.hold_view();
        let (before, old) = (self.store.serving()?, self.view());
        self.store.swap_generation(generation)?;
        let reached = self.advance();
        self.behind.store(reached.is_err(), Ordering::Release);
        if reached.is_ok()
            && let Some(before) = before
        {
            old.close();
            self.remove_caches(before.id)?;
        }
        reached
    }

    /// Builds the caches of a generation that does not serve, so that a swap to it is short. Commits go on meanwhile.
    pub(crate) fn build_caches(&self, generation: u32) -> Result<()> {
        let seq = self.store.seq()?;
        self.text_leg(generation, seq)?.catch_up(&self.store, generation, seq)?;
        Ok(())
    }

    /// The text index of a generation, opened when it is not. One that is ahead of commit `seq` is thrown away.
    pub(super) fn text_leg(&self, generation: u32, seq: u64) -> Result<Arc<TextLeg>> {
        let mut legs = self.lock_legs();
        if let Some(leg) = legs.get(&generation) {
            return Ok(Arc::clone(leg));
        }
        let path = self.generation_dir(generation).join("text");
        let mut leg = TextLeg::open(&path)?;
        if leg.watermark()? > seq {
            // The store was put back to an earlier state: the cache knows things that never were.
            drop(leg);
            std::fs::remove_dir_all(&path).map_err(Error::io(&path))?;
            leg = TextLeg::open(&path)?;
        }
        let leg = Arc::new(leg);
        legs.insert(generation, Arc::clone(&leg));
        Ok(leg)
    }

    pub(super) fn lock_legs(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<TextLeg>>> {
        self.legs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn generation_dir(&self, generation: u32) -> PathBuf {
        self.dir.join("gen").join(generation.to_string())
    }

    /// An error of a text index, with its place.
    pub(crate) fn text_error(&self, source: tantivy::TantivyError) -> Error {
        Error::text(self.dir.join("gen"))(source)
    }

    /// Closes what is open for writing: the text writers, after their merges, and the store's writer.
    pub(crate) fn close_writer(&self) -> Result<()> {
        self.store.close_writer();
        self.history.close();
        let legs: Vec<_> = self.lock_legs().values().filter(|leg| leg.has_writer()).cloned().collect();
        legs.iter().try_for_each(|leg| leg.close_writer())
    }

    /// Whether a text writer is open.
    pub(crate) fn has_text_writer(&self) -> bool {
        self.lock_legs().values().any(|leg| leg.has_writer())
    }
}
