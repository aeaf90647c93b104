//! The vectors of the latest queries.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::cache::{Key, key};
use crate::registry::InputKind;

/// What the cache of query vectors has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheCounts {
    /// Queries answered from it.
    pub hits: u64,
    /// Queries it did not have.
    pub misses: u64,
    /// Vectors it holds now.
    pub entries: usize,
}

/// Vectors of one encoder by the SHA-256 of partition, kind and text: no text is kept, and texts of any length take the
/// same room.
pub(super) struct Recent {
    vectors: Option<Mutex<LruCache<Key, Arc<[f32]>>>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Recent {
    /// A cache of so many vectors; 0 for none.
    pub(super) fn new(capacity: usize) -> Self {
        let vectors = NonZeroUsize::new(capacity).map(|capacity| Mutex::new(LruCache::sparse(capacity)));
        Self { vectors, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// The vector of a query, or the key to put it under; neither if the cache is off.
    pub(super) fn get(&self, partition: &str, text: &str) -> Result<Arc<[f32]>, Option<Key>> {
        let Some(mut vectors) = self.lock() else { return Err(None) };
        let key = key(partition, InputKind::Query, text);
        if let Some(vector) = vectors.get(&key) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(Arc::clone(vector));
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        Err(Some(key))
    }

    /// Remembers a vector, and forgets the one that was not asked for for the longest time if there is no room.
    pub(super) fn put(&self, key: Key, vector: &Arc<[f32]>) {
        if let Some(mut vectors) = self.lock() {
            vectors.put(key, Arc::clone(vector));
        }
    }

    /// What it has done so far.
    pub(super) fn counts(&self) -> CacheCounts {
        CacheCounts {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries: self.lock().map_or(0, |vectors| vectors.len()),
        }
    }

    /// Nothing that runs under the lock can panic half-way, so a poisoned lock is still good.
    fn lock(&self) -> Option<MutexGuard<'_, LruCache<Key, Arc<[f32]>>>> {
        self.vectors.as_ref().map(|vectors| vectors.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks, and puts what is not there.
    fn ask(cache: &Recent, partition: &str, text: &str) -> bool {
        match cache.get(partition, text) {
            Ok(_) => true,
            Err(key) => {
                if let Some(key) = key {
                    cache.put(key, &Arc::from([1.0]));
                }
                false
            }
        }
    }

    #[test]
    fn the_query_not_asked_for_the_longest_time_is_forgotten() {
        let cache = Recent::new(2);
        let asked = ["a", "b", "a", "c", "a", "b"].map(|text| ask(&cache, "", text));
        assert_eq!(asked, [false, false, true, false, true, false]);
        assert_eq!(cache.counts(), CacheCounts { hits: 2, misses: 4, entries: 2 });
    }

    #[test]
    fn partitions_share_nothing_and_the_text_is_exact() {
        let cache = Recent::new(8);
        assert!(!ask(&cache, "one", "text"));
        assert!(!ask(&cache, "two", "text"));
        assert!(!ask(&cache, "one", "text "));
        assert!(ask(&cache, "one", "text"));
    }

    #[test]
    fn a_cache_of_none_counts_nothing() {
        let cache = Recent::new(0);
        assert!(!ask(&cache, "", "a") && !ask(&cache, "", "a"));
        assert_eq!(cache.counts(), CacheCounts::default());
    }
}
