//! The best rows of a search.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// The best `n` rows so far, the worst of them on top.
pub(super) struct Best {
    heap: BinaryHeap<Ranked>,
    n: usize,
}

impl Best {
    pub(super) fn new(n: usize) -> Self {
        Self { heap: BinaryHeap::with_capacity(n + 1), n }
    }

    /// How many rows are kept at most.
    pub(super) fn wanted(&self) -> usize {
        self.n
    }

    /// Whether a row with this score could still come in.
    pub(super) fn would_take(&self, hit: &Ranked) -> bool {
        self.heap.len() < self.n || self.heap.peek().is_some_and(|worst| hit < worst)
    }

    /// The least score that still counts; minus infinity until there are enough rows.
    pub(super) fn threshold(&self) -> f32 {
        if self.heap.len() < self.n {
            f32::NEG_INFINITY
        } else {
            self.heap.peek().map_or(0.0, |worst| worst.score)
        }
    }

    /// Adds a row that [`Best::would_take`] took.
    pub(super) fn push(&mut self, hit: Ranked) {
        self.heap.push(hit);
        if self.heap.len() > self.n {
            self.heap.pop();
        }
    }

    /// Best first, ties by id.
    pub(super) fn ranked(self) -> Vec<(u32, f32)> {
        self.heap.into_sorted_vec().into_iter().map(|hit| (hit.id, hit.score)).collect()
    }
}

/// Orders best first: higher score, then lower id.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ranked {
    pub(super) score: f32,
    pub(super) id: u32,
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
