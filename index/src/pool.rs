//! The clients that are open: each opened once, the least recently used closed first, none closed while it is used.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Result;

/// Open things by key. Opening, closing and exclusive work on one key exclude one another and wait for nobody else's.
pub(crate) struct Pool<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    /// Notified when a key stops being [`Slot::Busy`].
    changed: Condvar,
}

struct State<T> {
    slots: HashMap<String, Slot<T>>,
    clock: u64,
}

enum Slot<T> {
    /// Being opened, closed or worked on by one thread; the others wait.
    Busy,
    /// Open, with the time of its last use.
    Open(Arc<T>, u64),
}

/// A key that is this thread's alone until this is dropped.
struct Claim<'a, T> {
    pool: &'a Pool<T>,
    key: String,
    /// What the others find afterwards.
    leave: Option<Arc<T>>,
}

impl<T> Pool<T> {
    /// A pool that keeps at most `capacity` (at least one) open; more only while all of them are in use.
    pub(crate) fn new(capacity: usize) -> Self {
        let state = State { slots: HashMap::new(), clock: 0 };
        Self { capacity: capacity.max(1), state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The thing of `key`, opened with `open` when it is not.
    pub(crate) fn get(&self, key: &str, open: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
        let mut state = self.wait_for(key);
        state.clock += 1;
        let now = state.clock;
        if let Some(Slot::Open(open, used)) = state.slots.get_mut(key) {
            *used = now;
            return Ok(Arc::clone(open));
        }
        let mut claim = self.claim(&mut state, key).0;
        let closing = self.surplus(&mut state);
        drop(state);
        // Outside the lock: closing may wait for a merge, and opening may build an index anew.
        drop(closing);
        let opened = Arc::new(open()?);
        claim.leave = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Runs `work` while the thing of `key` is closed. Users of it finish first; new ones wait for `work`.
    pub(crate) fn closed_for<R>(&self, key: &str, work: impl FnOnce() -> R) -> R {
        let mut state = self.wait_for(key);
        let (_claim, open) = self.claim(&mut state, key);
        drop(state);
        if let Some(open) = open {
            // Nobody gets another handle from the pool, so the count falls.
            while Arc::strong_count(&open) > 1 {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        work()
    }

    /// All that are open.
    pub(crate) fn open(&self) -> Vec<Arc<T>> {
        let open = |slot: &Slot<T>| match slot {
            Slot::Open(open, _) => Some(Arc::clone(open)),
            Slot::Busy => None,
        };
        self.lock().slots.values().filter_map(open).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state once no other thread is at work on `key`.
    fn wait_for(&self, key: &str) -> MutexGuard<'_, State<T>> {
        let busy = |state: &mut State<T>| matches!(state.slots.get(key), Some(Slot::Busy));
        self.changed.wait_while(self.lock(), busy).unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a key that is not busy this thread's; with it what was open.
    fn claim<'a>(&'a self, state: &mut State<T>, key: &str) -> (Claim<'a, T>, Option<Arc<T>>) {
        let open = match state.slots.insert(key.to_owned(), Slot::Busy) {
            Some(Slot::Open(open, _)) => Some(open),
            _ => None,
        };
        (Claim { pool: self, key: key.to_owned(), leave: None }, open)
    }

    /// Claims what has to be closed to hold the capacity: the least recently used of those nobody uses.
    fn surplus<'a>(&'a self, state: &mut State<T>) -> Vec<(Option<Arc<T>>, Claim<'a, T>)> {
        let mut surplus = Vec::new();
        while state.slots.len() - surplus.len() > self.capacity {
            let idle = state.slots.iter().filter_map(|(key, slot)| match slot {
                Slot::Open(open, used) if Arc::strong_count(open) == 1 => Some((used, key)),
                _ => None,
            });
            let Some((_, key)) = idle.min() else {
                break;
            };
            let key = key.clone();
            // Dropped in this order: the thing first, then the claim on its key.
            let (claim, open) = self.claim(state, &key);
            surplus.push((open, claim));
        }
        surplus
    }
}

impl<T> Drop for Claim<'_, T> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        match self.leave.take() {
            Some(open) => {
                state.clock += 1;
                let now = state.clock;
                state.slots.insert(std::mem::take(&mut self.key), Slot::Open(open, now));
            }
            None => drop(state.slots.remove(&self.key)),
        }
        drop(state);
        self.pool.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::Error;

    /// Counts how many of a key live at once.
    struct Thing<'a>(&'a AtomicUsize);

    impl Drop for Thing<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn open(count: &AtomicUsize) -> Result<Thing<'_>> {
        assert_eq!(count.fetch_add(1, Ordering::SeqCst), 0, "opened twice");
        Ok(Thing(count))
    }

    #[test]
    fn the_least_recently_used_is_closed_but_never_one_in_use() {
        let counts: [AtomicUsize; 4] = Default::default();
        let pool = Pool::new(2);
        let alive = || counts.each_ref().map(|count| count.load(Ordering::SeqCst));
        let get = |n: usize| pool.get(&n.to_string(), || open(&counts[n])).expect("opens");
        let held = get(0);
        drop(get(1));
        drop(get(2));
        assert_eq!(alive(), [1, 0, 1, 0]);
        let (second, third) = (get(2), get(3));
        assert_eq!(alive(), [1, 0, 1, 1], "all in use: one more than the capacity");
        drop((held, second, third));
        drop(get(1));
        assert_eq!(alive(), [0, 1, 0, 1], "the oldest two went");
    }

    #[test]
    fn a_failed_opening_leaves_nothing_behind() {
        let count = AtomicUsize::new(0);
        let pool = Pool::new(1);
        let failed = pool.get("a", || Err(Error::NoSuchClient { client: "a".into() }));
        assert!(matches!(failed, Err(Error::NoSuchClient { .. })));
        let panicked =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pool.closed_for("a", || panic!("x"))));
        assert!(panicked.is_err());
        assert!(pool.get("a", || open(&count)).is_ok());
    }

    #[test]
    fn busy_users_do_not_keep_exclusive_work_waiting() {
        let (count, stop) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let pool = Pool::new(1);
        std::thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    while stop.load(Ordering::SeqCst) == 0 {
                        let _used = pool.get("a", || open(&count)).expect("opens");
                        std::thread::yield_now();
                    }
                });
            }
            for _ in 0..100 {
                pool.closed_for("a", || assert_eq!(count.load(Ordering::SeqCst), 0, "still open"));
            }
            stop.store(1, Ordering::SeqCst);
        });
    }
}
