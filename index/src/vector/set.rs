//! Vectors of the served chunks.
//!
//! Blocks are immutable and shared between views; a commit adds a block, and small blocks are merged
//! so that their number stays logarithmic.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::best::Best;
use super::block::Block;

/// An immutable set of (chunk id, vector) pairs. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub(crate) struct VectorSet {
    dims: usize,
    blocks: Vec<Arc<Block>>,
}

/// How many vectors a search looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// By their product with the question's.
    pub(crate) exactly: u64,
    /// By their codes; the promising ones then exactly.
    pub(crate) estimated: u64,
}

impl VectorSet {
    pub(crate) fn new(dims: usize) -> Self {
        Self { dims, blocks: Vec::new() }
    }

    /// Number of vectors, dead ones included.
    pub(crate) fn len(&self) -> usize {
        self.blocks.iter().map(|b| b.ids().len()).sum()
    }

    /// Memory it takes, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.blocks.iter().map(|block| block.bytes()).sum()
    }

    /// Ids of all rows, dead ones included.
    pub(crate) fn ids(&self) -> RoaringBitmap {
        self.blocks.iter().flat_map(|block| block.ids()).copied().collect()
    }

    /// The set with more vectors; `data` holds `ids.len()` rows. Rows of `dead` are dropped when
    /// blocks are merged.
    pub(crate) fn with(&self, ids: Vec<u32>, data: Vec<f32>, dead: &RoaringBitmap) -> Self {
        debug_assert_eq!(ids.len() * self.dims, data.len());
        let mut blocks = self.blocks.clone();
        // Blocks that are to be one are merged at once.
        let mut rows = ids.len();
        let mut kept = blocks.len();
        while let Some(before) =
            kept.checked_sub(1).and_then(|last| blocks.get(last)).map(|block| block.ids().len())
        {
            if rows * 2 < before {
                break;
            }
            rows += before;
            kept -= 1;
        }
        let merged = blocks.split_off(kept);
        if merged.is_empty() {
            if !ids.is_empty() {
                blocks.push(Block::shared(self.dims, ids, data));
            }
        } else {
            let (mut all, mut values) = live(&merged, dead);
            all.extend(ids);
            values.extend(data);
            blocks.push(Block::shared(self.dims, all, values));
        }
        Self { dims: self.dims, blocks }
    }

    /// The set without the rows of `dead`.
    pub(crate) fn compacted(&self, dead: &RoaringBitmap) -> Self {
        let (ids, data) = live(&self.blocks, dead);
        Self { dims: self.dims, blocks: vec![Block::shared(self.dims, ids, data)] }
    }

    /// The `n` nearest rows by inner product, best first, ties by id: of the live ones, or of those `allowed` (which
    /// names live ones only).
    ///
    /// In large blocks a row is compared when its estimate, with the estimate's error, is good enough: of rows that
    /// only just belong to the result fewer than one in a hundred is missed, of better ones next to none.
    pub(crate) fn search(&self, query: &[f32], n: usize, rows: &Rows<'_>) -> (Vec<(u32, f32)>, Compared) {
        let mut compared = Compared::default();
        if n == 0 || query.len() != self.dims {
            return (Vec::new(), compared);
        }
        let mut best = Best::new(n);
        // The largest first: it makes the threshold for the others.
        for block in &self.blocks {
            let block = block.search(query, rows, &mut best);
            compared.exactly += block.exactly;
            compared.estimated += block.estimated;
        }
        (best.ranked(), compared)
    }
}

/// The rows of some blocks but the dead ones.
fn live(blocks: &[Arc<Block>], dead: &RoaringBitmap) -> (Vec<u32>, Vec<f32>) {
    let (mut ids, mut data) = (Vec::new(), Vec::new());
    for (id, row) in blocks.iter().flat_map(|block| block.rows()) {
        if !dead.contains(id) {
            ids.push(id);
            data.extend_from_slice(row);
        }
    }
    (ids, data)
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

#[cfg(test)]
mod tests {
    use super::super::best::Ranked;
    use super::super::dot;
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
            let got: Vec<u32> = set.search(&query, n, &Rows::Live { dead: &dead }).0.into_iter().map(|h| h.0).collect();
            prop_assert_eq!(&got, &brute(&rows, &query, n, &dead));
            let allowed: RoaringBitmap = (0..500).filter(|id| id % 7 < 3).filter(|id| !dead.contains(*id)).collect();
            let others: RoaringBitmap = (0..500).filter(|id| !allowed.contains(*id)).collect();
            let got: Vec<u32> = set.search(&query, n, &Rows::Allowed(&allowed)).0.into_iter().map(|h| h.0).collect();
            prop_assert_eq!(&got, &brute(&rows, &query, n, &others));
            let compact = set.compacted(&dead);
            prop_assert_eq!(compact.len() as u64, rows.iter().filter(|r| !dead.contains(r.0)).count() as u64);
            let got: Vec<u32> = compact.search(&query, n, &Rows::Live { dead: &dead }).0.into_iter().map(|h| h.0).collect();
            prop_assert_eq!(got, brute(&rows, &query, n, &dead));
        }
    }

    /// Unit vectors in clusters, off the origin, as sentence vectors are.
    fn clustered(count: usize, dims: usize) -> Vec<(u32, Vec<f32>)> {
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
        };
        let mut vector = |scale: f32| -> Vec<f32> { (0..dims).map(|_| random() * scale).collect() };
        let centre = vector(2.0);
        let clusters: Vec<Vec<f32>> = (0..40).map(|_| vector(2.0)).collect();
        let mut row = |place: usize| {
            let own = vector(1.5);
            let mut row: Vec<f32> =
                (0..dims).map(|i| centre[i] + clusters[place % clusters.len()][i] + own[i]).collect();
            let length = dot(&row, &row).sqrt();
            row.iter_mut().for_each(|x| *x /= length);
            row
        };
        (0..count).map(|place| (place as u32, row(place))).collect()
    }

    #[test]
    fn large_blocks_compare_a_part_of_their_rows_and_give_the_same() {
        let dims = 96;
        let rows = clustered(9000, dims);
        let dead: RoaringBitmap = (0..9000).filter(|id| id % 3 == 0).collect();
        let data = |rows: &[(u32, Vec<f32>)]| {
            (rows.iter().map(|r| r.0).collect(), rows.iter().flat_map(|r| r.1.clone()).collect())
        };
        let (ids, values) = data(&rows[..8000]);
        let set = VectorSet::new(dims).with(ids, values, &RoaringBitmap::new());
        let (ids, values) = data(&rows[8000..]);
        let set = set.with(ids, values, &RoaringBitmap::new());
        assert_eq!(set.blocks.len(), 2);
        set.blocks[0].wait_for_codes();
        let (mut wanted, mut found) = (0, 0);
        for (_, query) in clustered(9100, dims).split_off(9000) {
            for n in [1, 10, 100] {
                let (got, compared) = set.search(&query, n, &Rows::Live { dead: &dead });
                let got: Vec<u32> = got.into_iter().map(|hit| hit.0).collect();
                let exact = brute(&rows, &query, n, &dead);
                wanted += exact.len();
                found += exact.iter().filter(|id| got.contains(id)).count();
                assert_eq!(compared.estimated, 8000);
                assert!(compared.exactly < 5000, "{n}: {compared:?}");
                let allowed: RoaringBitmap = (0..9000).filter(|id| !dead.contains(*id)).collect();
                assert_eq!(
                    set.search(&query, n, &Rows::Allowed(&allowed)).0.iter().map(|h| h.0).collect::<Vec<_>>(),
                    got
                );
            }
        }
        assert!(found * 1000 >= wanted * 999, "{found} of {wanted}");
    }

    #[test]
    fn large_blocks_of_equal_rows_tie_by_id() {
        let (dims, count) = (64, 5000);
        let row = vec![0.125; dims];
        let set = VectorSet::new(dims).with(
            (0..count).collect(),
            row.repeat(count as usize),
            &RoaringBitmap::new(),
        );
        set.blocks[0].wait_for_codes();
        let dead: RoaringBitmap = (0..4000).collect();
        let got = set.search(&row, 3, &Rows::Live { dead: &dead }).0;
        assert_eq!(got, [(4000, 1.0), (4001, 1.0), (4002, 1.0)]);
        // Values that have no exact mean, and a row whose length is no number.
        let row: Vec<f32> = (0..dims).map(|i| 0.1 + i as f32 / 700.0).collect();
        let mut values = row.repeat(count as usize);
        values[..dims].fill(1e30);
        let set = VectorSet::new(dims).with((0..count).collect(), values, &RoaringBitmap::new());
        set.blocks[0].wait_for_codes();
        let got: Vec<u32> =
            set.search(&row, 3, &Rows::Live { dead: &RoaringBitmap::new() }).0.iter().map(|h| h.0).collect();
        assert_eq!(got, [0, 1, 2]);
        let none: RoaringBitmap = (0..count).collect();
        assert_eq!(set.search(&row, 3, &Rows::Live { dead: &none }).0, []);
    }
}
