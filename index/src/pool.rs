//! The clients that are open: each opened once, together within a budget, the least recently used closed first, none
//! closed while it is used.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Result;
use crate::cost::{Cost, Costly};

/// Open things by key. Opening, closing and exclusive work on one key exclude one another and wait for nobody else's.
pub(crate) struct Pool<T: Costly> {
    budget: Cost,
    state: Mutex<State<T>>,
    /// Notified when a key stops being [`Slot::Busy`].
    changed: Condvar,
}

struct State<T> {
    slots: HashMap<String, Slot<T>>,
    /// Sum over the open ones of what each was last known to cost.
    total: Cost,
    clock: u64,
}

enum Slot<T> {
    /// Being opened, closed or worked on by one thread; the others wait.
    Busy,
    Open(Open<T>),
}

struct Open<T> {
    thing: Arc<T>,
    /// Time of its last use.
    used: u64,
    /// What it cost when it was last asked.
    cost: Cost,
}

/// Something open that this caller uses; when it is let go its cost is asked again and the budget restored.
pub(crate) struct Held<'a, T: Costly> {
    /// Dropped first. Never the last handle: the pool has one, or who waits in [`Pool::closed_for`].
    thing: Arc<T>,
    _release: Release<'a, T>,
}

/// What happens after a handle was dropped.
struct Release<'a, T: Costly> {
    pool: &'a Pool<T>,
    key: String,
}

/// A key that is this thread's alone until this is dropped.
struct Claim<'a, T: Costly> {
    pool: &'a Pool<T>,
    key: String,
    /// What the others find afterwards.
    leave: Option<Arc<T>>,
}

/// What has to be closed, outside the lock; of each the thing goes first, then the claim on its key.
type Closing<'a, T> = Vec<(Option<Arc<T>>, Claim<'a, T>)>;

impl<T: Costly> Pool<T> {
    /// A pool that keeps open what costs at most `budget` together; more only while all of it is in use. What was used
    /// last stays open even when it alone costs more.
    pub(crate) fn new(budget: Cost) -> Self {
        let state = State { slots: HashMap::new(), total: Cost::default(), clock: 0 };
        Self { budget, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The thing of `key`, opened with `open` when it is not.
    pub(crate) fn get(&self, key: &str, open: impl FnOnce() -> Result<T>) -> Result<Held<'_, T>> {
        let mut state = self.wait_for(key);
        state.clock += 1;
        let now = state.clock;
        if let Some(Slot::Open(open)) = state.slots.get_mut(key) {
            open.used = now;
            let held = self.held(key, &open.thing);
            // What was used last may have been too large, and is the last no more.
            self.restore(state);
            return Ok(held);
        }
        let mut claim = self.claim(&mut state, key).0;
        drop(state);
        // Outside the lock: opening may build an index anew.
        let thing = Arc::new(open()?);
        claim.leave = Some(Arc::clone(&thing));
        let held = self.held(key, &thing);
        drop((thing, claim));
        self.restore(self.lock());
        Ok(held)
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

    /// Those that are open and `wanted`, the most recently used first.
    pub(crate) fn open(&self, wanted: impl Fn(&T) -> bool) -> Vec<Held<'_, T>> {
        let state = self.lock();
        let mut open: Vec<(u64, Held<'_, T>)> = state
            .slots
            .iter()
            .filter_map(|(key, slot)| match slot {
                Slot::Open(open) if wanted(&open.thing) => Some((open.used, self.held(key, &open.thing))),
                _ => None,
            })
            .collect();
        drop(state);
        open.sort_unstable_by_key(|(used, _)| std::cmp::Reverse(*used));
        open.into_iter().map(|(_, held)| held).collect()
    }

    /// How many are open, and what they cost together.
    pub(crate) fn usage(&self) -> (usize, Cost) {
        let state = self.lock();
        let open = state.slots.values().filter(|slot| matches!(slot, Slot::Open(_))).count();
        (open, state.total)
    }

    /// Whether the thing of `key` is open now.
    pub(crate) fn is_open(&self, key: &str) -> bool {
        matches!(self.lock().slots.get(key), Some(Slot::Open(_)))
    }

    fn held(&self, key: &str, thing: &Arc<T>) -> Held<'_, T> {
        Held { thing: Arc::clone(thing), _release: Release { pool: self, key: key.to_owned() } }
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
            Some(Slot::Open(open)) => {
                state.total = state.total - open.cost;
                Some(open.thing)
            }
            _ => None,
        };
        (Claim { pool: self, key: key.to_owned(), leave: None }, open)
    }

    /// Closes what the budget does not allow.
    fn restore(&self, mut state: MutexGuard<'_, State<T>>) {
        let closing = self.surplus(&mut state);
        drop(state);
        // Outside the lock: closing may wait for a merge.
        drop(closing);
    }

    /// Claims what has to be closed: the least recently used of those nobody uses, but for the last one used.
    fn surplus<'a>(&'a self, state: &mut State<T>) -> Closing<'a, T> {
        let mut closing = Vec::new();
        while !state.total.within(self.budget) {
            let idle = state.slots.iter().filter_map(|(key, slot)| match slot {
                Slot::Open(open) if open.used < state.clock && Arc::strong_count(&open.thing) == 1 => {
                    Some((open.used, key))
                }
                _ => None,
            });
            let Some((_, key)) = idle.min() else {
                break;
            };
            let key = key.clone();
            let (claim, thing) = self.claim(state, &key);
            closing.push((thing, claim));
        }
        closing
    }
}

impl<T: Costly> Deref for Held<'_, T> {
    type Target = Arc<T>;

    fn deref(&self) -> &Arc<T> {
        &self.thing
    }
}

impl<T: Costly> Drop for Release<'_, T> {
    fn drop(&mut self) {
        let mut guard = self.pool.lock();
        let state = &mut *guard;
        if let Some(Slot::Open(open)) = state.slots.get_mut(&self.key) {
            let cost = open.thing.cost();
            state.total = state.total - open.cost + cost;
            open.cost = cost;
        }
        self.pool.restore(guard);
    }
}

impl<T: Costly> Drop for Claim<'_, T> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        match self.leave.take() {
            Some(thing) => {
                state.clock += 1;
                let open = Open { used: state.clock, cost: thing.cost(), thing };
                state.total += open.cost;
                state.slots.insert(std::mem::take(&mut self.key), Slot::Open(open));
            }
            None => drop(state.slots.remove(&self.key)),
        }
        drop(state);
        self.pool.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;
    use crate::Error;

    /// Counts how many of a key live at once; costs what its test says.
    struct Thing<'a>(&'a AtomicUsize, &'a AtomicU64);

    impl Drop for Thing<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    impl Costly for Thing<'_> {
        fn cost(&self) -> Cost {
            Cost { bytes: self.1.load(Ordering::SeqCst), files: 1, maps: 1 }
        }
    }

    fn open<'a>(count: &'a AtomicUsize, bytes: &'a AtomicU64) -> Result<Thing<'a>> {
        assert_eq!(count.fetch_add(1, Ordering::SeqCst), 0, "opened twice");
        Ok(Thing(count, bytes))
    }

    /// A budget of so many bytes and of as many files and maps as nobody reaches.
    fn bytes(bytes: u64) -> Cost {
        Cost { bytes, files: 1000, maps: 1000 }
    }

    #[test]
    fn the_least_recently_used_is_closed_but_never_one_in_use() {
        let counts: [AtomicUsize; 4] = Default::default();
        let one = AtomicU64::new(1);
        let pool = Pool::new(bytes(2));
        let alive = || counts.each_ref().map(|count| count.load(Ordering::SeqCst));
        let get = |n: usize| pool.get(&n.to_string(), || open(&counts[n], &one)).expect("opens");
        let held = get(0);
        drop(get(1));
        drop(get(2));
        assert_eq!(alive(), [1, 0, 1, 0]);
        let (second, third) = (get(2), get(3));
        assert_eq!(alive(), [1, 0, 1, 1], "all in use: one more than the budget");
        drop(held);
        assert_eq!(alive(), [0, 0, 1, 1], "closed when it was let go");
        drop((second, third));
        drop(get(1));
        assert_eq!(alive(), [0, 1, 0, 1], "the oldest went");
        assert_eq!(pool.usage(), (2, Cost { bytes: 2, files: 2, maps: 2 }));
    }

    #[test]
    fn any_part_of_the_budget_closes() {
        let one = AtomicU64::new(1);
        for budget in [Cost { files: 2, ..bytes(9) }, Cost { maps: 2, ..bytes(9) }, bytes(2)] {
            let counts: [AtomicUsize; 3] = Default::default();
            let pool = Pool::new(budget);
            for (n, count) in counts.iter().enumerate() {
                drop(pool.get(&n.to_string(), || open(count, &one)).expect("opens"));
            }
            assert_eq!(counts.each_ref().map(|count| count.load(Ordering::SeqCst)), [0, 1, 1], "{budget:?}");
        }
    }

    #[test]
    fn growth_while_open_is_noticed_and_the_last_used_stays_however_large() {
        let counts: [AtomicUsize; 3] = Default::default();
        let costs: [AtomicU64; 3] = std::array::from_fn(|_| AtomicU64::new(1));
        let pool = Pool::new(bytes(5));
        let get = |n: usize| pool.get(&n.to_string(), || open(&counts[n], &costs[n])).expect("opens");
        let alive = || counts.each_ref().map(|count| count.load(Ordering::SeqCst));
        (0..3).for_each(|n| drop(get(n)));
        let grown = get(1);
        costs[1].store(4, Ordering::SeqCst);
        assert_eq!(alive(), [1, 1, 1]);
        drop(grown);
        assert_eq!(alive(), [0, 1, 1]);
        let grown = get(1);
        costs[1].store(99, Ordering::SeqCst);
        drop(grown);
        assert_eq!((alive(), pool.usage().1.bytes), ([0, 1, 0], 99));
        drop(get(2));
        assert_eq!((alive(), pool.usage().1.bytes), ([0, 0, 1], 1));
    }

    #[test]
    fn a_failed_opening_leaves_nothing_behind() {
        let (count, one) = (AtomicUsize::new(0), AtomicU64::new(1));
        let pool = Pool::new(bytes(1));
        let failed = pool.get("a", || Err(Error::NoSuchClient { client: "a".into() }));
        assert!(matches!(failed, Err(Error::NoSuchClient { .. })));
        let panicked =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pool.closed_for("a", || panic!("x"))));
        assert!(panicked.is_err());
        assert_eq!(pool.usage(), (0, Cost::default()));
        assert!(pool.get("a", || open(&count, &one)).is_ok());
    }

    #[test]
    fn busy_users_do_not_keep_exclusive_work_waiting() {
        let (count, one, stop) = (AtomicUsize::new(0), AtomicU64::new(1), AtomicUsize::new(0));
        let pool = Pool::new(bytes(1));
        std::thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    while stop.load(Ordering::SeqCst) == 0 {
                        let _used = pool.get("a", || open(&count, &one)).expect("opens");
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

    proptest! {
        /// Any order of taking, growing, letting go and closing: the total is the sum of what is open, and within the
        /// budget as far as what nobody uses allows.
        #[test]
        fn the_total_is_exact_and_the_budget_is_kept(
            steps in prop::collection::vec((0usize..5, 0u8..4, 0u64..8), 1..80),
        ) {
            const BUDGET: u64 = 10;
            let counts: [AtomicUsize; 5] = Default::default();
            let costs: [AtomicU64; 5] = std::array::from_fn(|_| AtomicU64::new(1));
            let pool = Pool::new(bytes(BUDGET));
            let mut held: Vec<(usize, Held<'_, Thing<'_>>)> = Vec::new();
            let mut last = 0;
            for (n, action, cost) in steps {
                let is_held = held.iter().any(|(of, _)| *of == n);
                match action {
                    0 | 1 => {
                        held.push((n, pool.get(&n.to_string(), || open(&counts[n], &costs[n])).expect("opens")));
                        last = n;
                    }
                    2 if is_held => {
                        costs[n].store(cost, Ordering::SeqCst);
                        held.retain(|(of, _)| *of != n);
                    }
                    3 if !is_held => pool.closed_for(&n.to_string(), || ()),
                    _ => {}
                }
                let is_open = |n: usize| counts[n].load(Ordering::SeqCst) == 1;
                let of = |wanted: &dyn Fn(usize) -> bool| -> u64 {
                    (0..5).filter(|n| is_open(*n) && wanted(*n)).map(|n| costs[n].load(Ordering::SeqCst)).sum()
                };
                let (open, total) = pool.usage();
                prop_assert_eq!(total.bytes, of(&|_| true));
                prop_assert_eq!(open, (0..5).filter(|n| is_open(*n)).count());
                let kept = |n: usize| n == last || held.iter().any(|(of, _)| *of == n);
                prop_assert!(total.bytes <= BUDGET || total.bytes == of(&kept), "{total:?}");
            }
        }
    }
}
