//! A bound on the bytes of documents that are under way at one time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes that may be under way, counted by those who hold them.
#[derive(Debug)]
pub(super) struct Budget {
    bytes: usize,
    used: Mutex<usize>,
    freed: Condvar,
}

impl Budget {
    /// A bound of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { bytes, used: Mutex::new(0), freed: Condvar::new() }
    }

    /// Waits until `bytes` fit, and holds them. What is larger than the whole bound goes alone.
    pub(super) fn hold(&self, bytes: usize) -> Held<'_> {
        let mut used = self.used();
        while *used > 0 && used.saturating_add(bytes) > self.bytes {
            used = self.freed.wait(used).unwrap_or_else(PoisonError::into_inner);
        }
        *used = used.saturating_add(bytes);
        Held { budget: self, bytes }
    }

    fn used(&self) -> MutexGuard<'_, usize> {
        // A count is changed in one step, so a panic elsewhere leaves it right.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes under way; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Held<'a> {
    budget: &'a Budget,
    bytes: usize,
}

impl Held<'_> {
    /// How many.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts what became of them instead. Does not wait: the bytes are there already.
    pub(super) fn becomes(&mut self, bytes: usize) {
        let mut used = self.budget.used();
        *used = (*used - self.bytes).saturating_add(bytes);
        self.bytes = bytes;
        self.budget.freed.notify_all();
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.budget.used() -= self.bytes;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn what_is_under_way_stays_within_the_bound() {
        let (budget, now, most) = (Budget::new(100), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|threads| {
            for thread in 0..4 {
                let (budget, now, most) = (&budget, &now, &most);
                threads.spawn(move || {
                    for round in 0..200 {
                        let mut held = budget.hold(20 + (thread * 7 + round) % 60);
                        most.fetch_max(
                            now.fetch_add(held.bytes(), Ordering::SeqCst) + held.bytes(),
                            Ordering::SeqCst,
                        );
                        now.fetch_sub(held.bytes(), Ordering::SeqCst);
                        held.becomes(held.bytes() / 2);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 100);
        assert_eq!(*budget.used(), 0);
    }

    #[test]
    fn what_is_larger_than_the_bound_goes_alone() {
        let budget = Budget::new(10);
        let held = budget.hold(1000);
        assert_eq!(*budget.used(), 1000);
        drop(held);
        assert_eq!(budget.hold(10).bytes(), 10);
    }
}
