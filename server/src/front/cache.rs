//! Results and answers that were computed lately, served again while nothing has changed.
//!
//! A key begins with the client's opaque id and holds the commit and the generation that were searched, so that no client
//! meets another's answer, and no write an answer from before it. Only what is the same every time is kept: no generated
//! answers, nothing that a part was missing from. What a client had before a write is thrown away with the first question
//! after it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use footnote_index::{Scope, Visible};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::settings::CacheSettings;
use crate::wire::{Answer, SearchResult};

/// Share of the memory that one client may take: a busy client leaves room for the others.
const CLIENT_SHARE: usize = 4;

/// What a value takes beside its own size: key, list and map.
const OVERHEAD: usize = 512;

/// A value that is kept.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    Search(Arc<SearchResult>),
    Answer(Arc<Answer>),
}

/// Everything a value depends on beside the client and the commit, hashed.
pub(crate) type Question = [u8; 32];

#[derive(Debug)]
struct Entry {
    kept: Kept,
    bytes: usize,
    since: Instant,
    used: u64,
}

/// What one client has, all of one commit.
#[derive(Debug)]
struct Shelf {
    visible: Visible,
    entries: HashMap<Question, Entry>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct State {
    shelves: HashMap<String, Shelf>,
    bytes: usize,
    clock: u64,
    evicted: u64,
}

/// What there is to tell of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CacheLoad {
    /// Values kept.
    pub entries: usize,
    /// Memory they take.
    pub bytes: usize,
    /// Values that made room for others.
    pub evicted: u64,
}

/// The cache of one process.
#[derive(Debug)]
pub(crate) struct Cache {
    settings: CacheSettings,
    state: Mutex<State>,
}

impl Cache {
    pub(crate) fn new(settings: CacheSettings) -> Self {
        Self { settings, state: Mutex::default() }
    }

    /// Whether anything is ever kept.
    pub(crate) fn is_on(&self) -> bool {
        self.settings.bytes > 0
    }

    /// What was kept for a question of a client at a commit, and its age.
    pub(crate) fn get(
        &self,
        scope: &Scope,
        visible: Visible,
        question: &Question,
    ) -> Option<(Kept, Duration)> {
        let mut state = self.lock();
        state.clock += 1;
        let now = state.clock;
        state.clear_unless(scope, visible);
        let shelf = state.shelves.get_mut(scope.opaque_id())?;
        let entry = shelf.entries.get_mut(question)?;
        let age = entry.since.elapsed();
        if age < self.settings.lifetime {
            entry.used = now;
            return Some((entry.kept.clone(), age));
        }
        state.remove(scope.opaque_id(), question);
        None
    }

    /// Keeps a value; false when it is too large.
    pub(crate) fn put(&self, scope: &Scope, visible: Visible, question: Question, kept: Kept) -> bool {
        let bytes = OVERHEAD + size(&kept);
        let share = self.settings.bytes / CLIENT_SHARE;
        if bytes > share {
            return false;
        }
        let mut state = self.lock();
        state.clock += 1;
        let used = state.clock;
        state.clear_unless(scope, visible);
        state.remove(scope.opaque_id(), &question);
        let shelf = state.shelves.entry(scope.opaque_id().to_owned()).or_insert_with(|| Shelf {
            visible,
            entries: HashMap::new(),
            bytes: 0,
        });
        shelf.entries.insert(question, Entry { kept, bytes, since: Instant::now(), used });
        shelf.bytes += bytes;
        state.bytes += bytes;
        while state.shelves.get(scope.opaque_id()).is_some_and(|shelf| shelf.bytes > share) {
            state.evict(Some(scope.opaque_id()));
        }
        while state.bytes > self.settings.bytes {
            state.evict(None);
        }
        true
    }

    /// How full it is.
    pub(crate) fn load(&self) -> CacheLoad {
        let state = self.lock();
        let entries = state.shelves.values().map(|shelf| shelf.entries.len()).sum();
        CacheLoad { entries, bytes: state.bytes, evicted: state.evicted }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Throws away what the client had at another commit.
    fn clear_unless(&mut self, scope: &Scope, visible: Visible) {
        if self.shelves.get(scope.opaque_id()).is_some_and(|shelf| shelf.visible != visible)
            && let Some(shelf) = self.shelves.remove(scope.opaque_id())
        {
            self.bytes -= shelf.bytes;
        }
    }

    fn remove(&mut self, client: &str, question: &Question) {
        let Some(shelf) = self.shelves.get_mut(client) else { return };
        if let Some(entry) = shelf.entries.remove(question) {
            shelf.bytes -= entry.bytes;
            self.bytes -= entry.bytes;
        }
        if shelf.entries.is_empty() {
            self.shelves.remove(client);
        }
    }

    /// Removes the least recently used value, of one client or of all.
    fn evict(&mut self, client: Option<&str>) {
        let oldest = self
            .shelves
            .iter()
            .filter(|(id, _)| client.is_none_or(|client| client == id.as_str()))
            .flat_map(|(id, shelf)| shelf.entries.iter().map(move |(q, entry)| (entry.used, id, q)))
            .min();
        let Some((_, id, question)) = oldest else { return };
        let (id, question) = (id.clone(), *question);
        self.remove(&id, &question);
        self.evicted += 1;
    }
}

/// About the memory of a value: as long as its JSON, and half as much again for the strings' own.
fn size(kept: &Kept) -> usize {
    let json = match kept {
        Kept::Search(result) => serde_json::to_vec(&**result),
        Kept::Answer(answer) => serde_json::to_vec(&**answer),
    };
    json.map_or(usize::MAX / 4, |json| json.len() + json.len() / 2)
}

/// Hashes everything an outcome depends on.
pub(crate) fn digest(parts: &impl Serialize) -> Question {
    // Shapes of the wire serialise.
    Sha256::digest(serde_json::to_vec(parts).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use footnote_index::{Engine, EngineOptions, Name};

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
    fn scopes(dir: &std::path::Path) -> [Scope; 2] {
        let engine = Engine::open(dir, EngineOptions::default()).expect("open");
        let tenant = Name::new("t").expect("name");
        ["a", "b"].map(|client| {
            let client = Name::new(client).expect("name");
            engine.control().add_client(&tenant, &client).expect("add");
            engine.control().scope(&tenant, &client).expect("scope").expect("there")
        })
    }

    fn at(seq: u64) -> Visible {
        Visible { seq, generation: Some(1), is_settled: true }
    }

    fn result(seq: u64) -> Kept {
        Kept::Search(Arc::new(SearchResult {
            hits: Vec::new(),
            facets: std::collections::BTreeMap::new(),
            degraded: Vec::new(),
            timings_ms: std::collections::BTreeMap::new(),
            seq,
            trace_id: None,
        }))
    }

    fn seq(found: Option<(Kept, Duration)>) -> Option<u64> {
        match found?.0 {
            Kept::Search(result) => Some(result.seq),
            Kept::Answer(_) => None,
        }
    }

    #[test]
    fn a_client_a_commit_and_a_question_are_told_apart() {
        let dir = tempfile::tempdir().expect("tempdir");
        let [a, b] = scopes(dir.path());
        let cache = Cache::new(CacheSettings::default());
        let (one, two) = (digest(&"one"), digest(&"two"));
        assert!(cache.put(&a, at(1), one, result(1)));
        assert_eq!(seq(cache.get(&a, at(1), &one)), Some(1));
        assert_eq!(seq(cache.get(&a, at(1), &two)), None);
        assert_eq!(seq(cache.get(&b, at(1), &one)), None);
        assert_eq!(seq(cache.get(&a, at(2), &one)), None);
        assert_eq!(cache.load().entries, 0, "what was before the write is gone from memory");
        let migrated = Visible { generation: Some(2), ..at(2) };
        assert!(cache.put(&a, at(2), one, result(2)));
        assert_eq!(seq(cache.get(&a, migrated, &one)), None);
    }

    #[test]
    fn the_oldest_makes_room_and_one_client_has_a_quarter() {
        let dir = tempfile::tempdir().expect("tempdir");
        let [a, b] = scopes(dir.path());
        let each = OVERHEAD + size(&result(1));
        let settings = CacheSettings { bytes: each * 12, ..CacheSettings::default() };
        let cache = Cache::new(settings);
        let questions: Vec<Question> = (0..5).map(|n: u32| digest(&n)).collect();
        assert!(cache.put(&b, at(1), questions[0], result(9)));
        for question in &questions[..3] {
            assert!(cache.put(&a, at(1), *question, result(1)));
        }
        assert_eq!(seq(cache.get(&a, at(1), &questions[0])), Some(1), "used again");
        assert!(cache.put(&a, at(1), questions[3], result(1)));
        let there: Vec<bool> = questions.iter().map(|q| cache.get(&a, at(1), q).is_some()).collect();
        assert_eq!(there, [true, false, true, true, false]);
        assert_eq!(seq(cache.get(&b, at(1), &questions[0])), Some(9), "the other client lost nothing");
        let load = cache.load();
        assert_eq!((load.entries, load.bytes, load.evicted), (4, each * 4, 1));
    }

    #[test]
    fn what_is_old_is_not_served_and_nothing_is_kept_without_memory() {
        let dir = tempfile::tempdir().expect("tempdir");
        let [a, _] = scopes(dir.path());
        let cache = Cache::new(CacheSettings { lifetime: Duration::ZERO, ..CacheSettings::default() });
        let one = digest(&"one");
        assert!(cache.put(&a, at(1), one, result(1)));
        assert!(cache.get(&a, at(1), &one).is_none());
        assert_eq!(cache.load(), CacheLoad::default(), "it is removed when it is met");
        let none = Cache::new(CacheSettings { bytes: 0, ..CacheSettings::default() });
        assert!(!none.is_on() && !none.put(&a, at(1), one, result(1)));
    }
}
