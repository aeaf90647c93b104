//! Vectors of the served chunks, searched exactly.
//!
//! Blocks are immutable and shared between views; a commit adds a block, and small blocks are merged
//! so that their number stays logarithmic.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::dot;

#[derive(Debug)]
struct Block {
    ids: Vec<u32>,
    data: Vec<f32>,
}

/// An immutable set of (chunk id, vector) pairs. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub(crate) struct VectorSet {
    dims: usize,
    blocks: Vec<Arc<Block>>,
}

/// Work below which splitting over threads costs more than it gains, in vectors.
const PARALLEL_FROM: usize = 16_384;

impl VectorSet {
    pub(crate) fn new(dims: usize) -> Self {
        Self { dims, blocks: Vec::new() }
    }

    /// Number of vectors, dead ones included.
    pub(crate) fn len(&self) -> usize {
        self.blocks.iter().map(|b| b.ids.len()).sum()
    }

    /// Ids of all rows, dead ones included.
    pub(crate) fn ids(&self) -> RoaringBitmap {
        self.blocks.iter().flat_map(|block| &block.ids).copied().collect()
    }

    /// The set with more vectors; `data` holds `ids.len()` rows. Rows of `dead` are dropped when
    /// blocks are merged.
    pub(crate) fn with(&self, ids: Vec<u32>, data: Vec<f32>, dead: &RoaringBitmap) -> Self {
        debug_assert_eq!(ids.len() * self.dims, data.len());
        let mut blocks = self.blocks.clone();
        if !ids.is_empty() {
            blocks.push(Arc::new(Block { ids, data }));
        }
        while let [.., a, b] = blocks.as_slice() {
            if b.ids.len() * 2 < a.ids.len() {
                break;
            }
            let merged = self.merge(&[a, b], dead);
            blocks.truncate(blocks.len() - 2);
            blocks.push(Arc::new(merged));
        }
        Self { dims: self.dims, blocks }
    }

    /// The set without the rows of `dead`.
    pub(crate) fn compacted(&self, dead: &RoaringBitmap) -> Self {
        let blocks: Vec<&Arc<Block>> = self.blocks.iter().collect();
        Self { dims: self.dims, blocks: vec![Arc::new(self.merge(&blocks, dead))] }
    }

    fn merge(&self, blocks: &[&Arc<Block>], dead: &RoaringBitmap) -> Block {
        let rows = blocks.iter().map(|b| b.ids.len()).sum();
        let mut out = Block { ids: Vec::with_capacity(rows), data: Vec::with_capacity(rows * self.dims) };
        for block in blocks {
            for (id, row) in block.ids.iter().zip(block.data.chunks_exact(self.dims.max(1))) {
                if !dead.contains(*id) {
                    out.ids.push(*id);
                    out.data.extend_from_slice(row);
                }
            }
        }
        out
    }

    /// The `n` nearest rows by inner product, best first, ties by id: of the live ones, or of those `allowed` (which
    /// names live ones only).
    pub(crate) fn search(&self, query: &[f32], n: usize, rows: &Rows<'_>) -> Vec<(u32, f32)> {
        if n == 0 || query.len() != self.dims {
            return Vec::new();
        }
        let dead = match rows {
            Rows::Allowed(allowed) => return self.search_allowed(query, n, allowed),
            Rows::Live { dead } => dead,
        };
        let scan = |ids: &[u32], data: &[f32]| {
            let mut best = Best::new(n);
            for (id, row) in ids.iter().zip(data.chunks_exact(self.dims)) {
                let hit = Ranked { score: dot(query, row), id: *id };
                if best.would_take(&hit) && !dead.contains(*id) {
                    best.push(hit);
                }
            }
            best.0.into_vec()
        };
        let mut hits: Vec<Ranked> = Vec::new();
        for block in &self.blocks {
            if block.ids.len() < PARALLEL_FROM {
                hits.extend(scan(&block.ids, &block.data));
            } else {
                let rows = block.ids.len().div_ceil(rayon::current_num_threads()).max(1);
                hits.par_extend(
                    block
                        .ids
                        .par_chunks(rows)
                        .zip(block.data.par_chunks(rows * self.dims))
                        .flat_map_iter(|(i, d)| scan(i, d)),
                );
            }
        }
        ranked(hits, n)
    }

    /// Reads the allowed rows only: the fewer, the faster.
    fn search_allowed(&self, query: &[f32], n: usize, allowed: &RoaringBitmap) -> Vec<(u32, f32)> {
        let mut best = Best::new(n);
        for block in &self.blocks {
            let (Some(first), Some(last)) = (block.ids.first(), block.ids.last()) else { continue };
            // Ids rise within a block.
            let mut from = 0;
            for id in allowed.range(*first..=*last) {
                from += gallop(&block.ids[from..], id);
                if block.ids.get(from) == Some(&id) {
                    let row = &block.data[from * self.dims..][..self.dims];
                    let hit = Ranked { score: dot(query, row), id };
                    if best.would_take(&hit) {
                        best.push(hit);
                    }
                }
            }
        }
        ranked(best.0.into_vec(), n)
    }
}

/// The rows a search may return.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rows<'a> {
    /// All but the dead ones.
    Live {
        /// Rows that ended.
        dead: &'a RoaringBitmap,
    },
    /// These, of which none is dead.
    Allowed(&'a RoaringBitmap),
}

/// How many ids at the start are smaller than `id`: steps that double, then halve, as the next id is mostly near.
fn gallop(ids: &[u32], id: u32) -> usize {
    let mut end = 1;
    while ids.get(end - 1).is_some_and(|x| *x < id) {
        end *= 2;
    }
    let start = end / 2;
    start + ids[start..end.min(ids.len())].partition_point(|x| *x < id)
}

/// The best rows so far, the worst of them on top.
struct Best(BinaryHeap<Ranked>, usize);

impl Best {
    fn new(n: usize) -> Self {
        Self(BinaryHeap::with_capacity(n + 1), n)
    }

    fn would_take(&self, hit: &Ranked) -> bool {
        self.0.len() < self.1 || self.0.peek().is_some_and(|worst| hit < worst)
    }

    fn push(&mut self, hit: Ranked) {
        self.0.push(hit);
        if self.0.len() > self.1 {
            self.0.pop();
        }
    }
}

fn ranked(mut hits: Vec<Ranked>, n: usize) -> Vec<(u32, f32)> {
    hits.sort_unstable();
    hits.truncate(n);
    hits.into_iter().map(|h| (h.id, h.score)).collect()
}

/// Orders best first: higher score, then lower id.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ranked {
    score: f32,
    id: u32,
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brute(rows: &[(u32, Vec<f32>)], query: &[f32], n: usize, dead: &RoaringBitmap) -> Vec<u32> {
        let mut all: Vec<Ranked> = rows
            .iter()
            .filter(|(id, _)| !dead.contains(*id))
            .map(|(id, v)| Ranked { score: dot(query, v), id: *id })
            .collect();
        all.sort();
        all.into_iter().take(n).map(|r| r.id).collect()
    }

    proptest! {
        #[test]
        fn equals_a_full_sort_however_the_rows_arrived(
            vectors in prop::collection::vec(prop::collection::vec(-1f32..1.0, 4), 0..120),
            cuts in prop::collection::vec(1usize..20, 0..12),
            dead in prop::collection::btree_set(0u32..120, 0..40),
            n in 0usize..30,
        ) {
            let dead: RoaringBitmap = dead.into_iter().collect();
            let rows: Vec<(u32, Vec<f32>)> = (0u32..).zip(vectors).collect();
            let mut set = VectorSet::new(4);
            let mut rest = rows.as_slice();
            for cut in cuts.into_iter().chain([usize::MAX]) {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                set = set.with(now.iter().map(|r| r.0).collect(), now.iter().flat_map(|r| r.1.clone()).collect(), &dead);
                rest = later;
            }
            let query = [0.3, -0.2, 0.9, 0.1];
            let got: Vec<u32> = set.search(&query, n, &Rows::Live { dead: &dead }).into_iter().map(|h| h.0).collect();
            prop_assert_eq!(&got, &brute(&rows, &query, n, &dead));
            let allowed: RoaringBitmap = (0..500).filter(|id| id % 7 < 3).filter(|id| !dead.contains(*id)).collect();
            let others: RoaringBitmap = (0..500).filter(|id| !allowed.contains(*id)).collect();
            let got: Vec<u32> = set.search(&query, n, &Rows::Allowed(&allowed)).into_iter().map(|h| h.0).collect();
            prop_assert_eq!(&got, &brute(&rows, &query, n, &others));
            let compact = set.compacted(&dead);
            prop_assert_eq!(compact.len() as u64, rows.iter().filter(|r| !dead.contains(r.0)).count() as u64);
            let got: Vec<u32> = compact.search(&query, n, &Rows::Live { dead: &dead }).into_iter().map(|h| h.0).collect();
            prop_assert_eq!(got, brute(&rows, &query, n, &dead));
        }
    }

    #[test]
    fn galloping_finds_the_place_of_every_id() {
        for n in 0..20u32 {
            let ids: Vec<u32> = (0..n).map(|i| i * 2 + 1).collect();
            for id in 0..n * 2 + 3 {
                assert_eq!(gallop(&ids, id), ids.partition_point(|x| *x < id), "{id} in {ids:?}");
            }
        }
    }

    #[test]
    fn a_large_block_is_searched_in_parts_and_gives_the_same() {
        let dims = 8;
        let n = PARALLEL_FROM + 1000;
        let value = |i: usize, j: usize| ((i * 31 + j * 17) % 101) as f32 / 101.0;
        let data: Vec<f32> = (0..n).flat_map(|i| (0..dims).map(move |j| value(i, j))).collect();
        let rows: Vec<(u32, Vec<f32>)> = (0u32..).zip(data.chunks(dims).map(<[f32]>::to_vec)).collect();
        let dead: RoaringBitmap = (0..50u32).collect();
        let set = VectorSet::new(dims).with((0..n as u32).collect(), data, &dead);
        let query: Vec<f32> = (0..dims).map(|j| j as f32).collect();
        let got: Vec<u32> =
            set.search(&query, 25, &Rows::Live { dead: &dead }).into_iter().map(|h| h.0).collect();
        assert_eq!(got, brute(&rows, &query, 25, &dead));
    }
}
