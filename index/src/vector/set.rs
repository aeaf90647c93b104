//! Vectors of the served chunks.
//!
//! Blocks are immutable and shared between views; a commit adds a block, and small blocks are merged
//! so that their number stays logarithmic.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::best::Best;
use super::block::{Block, mark};
use super::graph::Seals;

/// An immutable set of (chunk id, vector) pairs. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub(crate) struct VectorSet {
    dims: usize,
    blocks: Vec<Arc<Block>>,
    /// Where the graph of the largest block is kept; none when there is to be none.
    seals: Option<Arc<Seals>>,
}

/// How many vectors a search looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// By their product with the question's.
    pub(crate) exactly: u64,
    /// By their codes; the promising ones then exactly.
    pub(crate) estimated: u64,
    /// By their product, on the way through a graph.
    pub(crate) walked: u64,
}

impl VectorSet {
    /// An empty set of vectors of `dims` values, which gets no graph.
    #[cfg(test)]
    pub(crate) fn new(dims: usize) -> Self {
        Self { dims, ..Self::default() }
    }

    /// The set of all rows a client has when it is opened; ids rise. Rows whose graph is on disk become one block, the
    /// others another.
    pub(crate) fn open(dims: usize, ids: Vec<u32>, data: Vec<f32>, seals: Seals) -> Self {
        let mut set = Self { dims, blocks: Vec::new(), seals: Some(Arc::new(seals)) };
        let loaded =
            set.seals.as_ref().and_then(|seals| seals.load(&ids, |place| mark(row(&data, dims, place))));
        let Some((graph, places)) = loaded else {
            set.push(ids, data);
            return set;
        };
        let mut of_graph = vec![false; ids.len()];
        for place in places {
            if let Some(it) = of_graph.get_mut(place) {
                *it = true;
            }
        }
        let part = |inside: bool| {
            let places = of_graph.iter().enumerate().filter(|(_, it)| **it == inside);
            let (mut part, mut values) = (Vec::new(), Vec::new());
            for (place, _) in places {
                part.extend(ids.get(place).copied());
                values.extend_from_slice(row(&data, dims, place));
            }
            (part, values)
        };
        let ((sealed, vectors), (later, more)) = (part(true), part(false));
        let block = Block::shared(dims, sealed, vectors);
        block.set_graph(graph);
        set.blocks.push(block);
        set.push(later, more);
        set
    }

    /// Writes no more graphs to disk: the folder may be going away.
    pub(crate) fn close(&self) {
        if let Some(seals) = &self.seals {
            seals.close();
        }
    }

    /// Whether the largest block has its graph.
    #[cfg(test)]
    pub(crate) fn has_graph(&self) -> bool {
        self.blocks.first().is_some_and(|block| block.graph().is_some())
    }

    /// Rows, of one in `step`, that a search for their own vector does not find.
    pub(crate) fn unreachable(&self, step: usize) -> RoaringBitmap {
        self.blocks
            .iter()
            .map(|block| block.unreachable(step))
            .fold(RoaringBitmap::new(), |all, some| all | some)
    }

    /// Adds a block; the largest one, which is the first, gets a graph.
    fn push(&mut self, ids: Vec<u32>, data: Vec<f32>) {
        if ids.is_empty() {
            return;
        }
        let block = Block::shared(self.dims, ids, data);
        if let (Some(seals), true) = (&self.seals, self.blocks.is_empty()) {
            seals.schedule(&block);
        }
        self.blocks.push(block);
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
        let mut set = self.clone();
        let blocks = &mut set.blocks;
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
        let (mut all, mut values) = live(&merged, dead);
        all.extend(ids);
        values.extend(data);
        set.push(all, values);
        set
    }

    /// The set without the rows of `dead`.
    pub(crate) fn compacted(&self, dead: &RoaringBitmap) -> Self {
        let (ids, data) = live(&self.blocks, dead);
        let mut set = Self { dims: self.dims, blocks: Vec::new(), seals: self.seals.clone() };
        set.push(ids, data);
        set
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
            compared.walked += block.walked;
        }
        (best.ranked(), compared)
    }
}

/// The row in a place of `data`; empty when there is none.
fn row(data: &[f32], dims: usize, place: usize) -> &[f32] {
    data.get(place * dims..(place + 1) * dims).unwrap_or(&[])
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

    fn part(rows: &[(u32, Vec<f32>)]) -> (Vec<u32>, Vec<f32>) {
        (rows.iter().map(|r| r.0).collect(), rows.iter().flat_map(|r| r.1.clone()).collect())
    }

    fn opened(dims: usize, rows: &[(u32, Vec<f32>)], folder: &std::path::Path) -> VectorSet {
        let (ids, data) = part(rows);
        VectorSet::open(dims, ids, data, Seals::new(folder.to_path_buf(), 64))
    }

    fn wait_for_graph(set: &VectorSet) {
        let started = std::time::Instant::now();
        while !set.has_graph() {
            assert!(started.elapsed().as_secs() < 120, "no graph");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// How many of the best `n` a set finds, of how many there are; what it returns is checked to pass, and to be enough.
    fn recall(set: &VectorSet, rows: &[(u32, Vec<f32>)], n: usize, dead: &RoaringBitmap) -> (usize, usize) {
        let (mut found, mut wanted) = (0, 0);
        for (_, query) in rows.iter().step_by(37) {
            let query: Vec<f32> = query.iter().enumerate().map(|(i, x)| x + (i % 3) as f32 * 0.02).collect();
            let (got, compared) = set.search(&query, n, &Rows::Live { dead });
            let exact = brute(rows, &query, n, dead);
            assert_eq!(got.len(), exact.len());
            assert!(got.iter().all(|hit| !dead.contains(hit.0)));
            assert!(got.is_sorted_by(|a, b| a.1 > b.1 || (a.1 == b.1 && a.0 < b.0)));
            assert!(compared.walked > 0, "{compared:?}");
            found += exact.iter().filter(|id| got.iter().any(|hit| hit.0 == **id)).count();
            wanted += exact.len();
        }
        (found, wanted)
    }

    fn names(folder: &std::path::Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("folder");
        entries.map(|entry| entry.expect("entry").file_name().into_string().expect("name")).collect()
    }

    #[test]
    fn a_graph_finds_nearly_all_skips_the_dead_and_is_taken_up_again() {
        let folder = tempfile::tempdir().expect("tempdir");
        let dims = 24;
        let mut rows = clustered(3000, dims);
        // Forty rows with one vector: they would fill each other's links.
        for place in 500..540 {
            rows[place].1 = rows[499].1.clone();
        }
        let none = RoaringBitmap::new();
        let set = opened(dims, &rows[..2500], folder.path());
        wait_for_graph(&set);
        assert_eq!(set.unreachable(1), none);
        let (found, wanted) = recall(&set, &rows[..2500], 10, &none);
        assert!(found * 100 >= wanted * 97, "{found} of {wanted}");
        let twins = set.search(&rows[499].1, 41, &Rows::Live { dead: &none }).0;
        assert!(twins.iter().map(|hit| hit.0).eq(499..540), "{twins:?}");
        let dead: RoaringBitmap = (0..2500).filter(|id| id % 3 == 0).collect();
        let (found, wanted) = recall(&set, &rows[..2500], 10, &dead);
        assert!(found * 100 >= wanted * 97, "{found} of {wanted} beside dead ones");
        // A filter that keeps out many: then the graph is no way, and none is missed.
        let few: RoaringBitmap = (0..2500).filter(|id| id % 50 == 0).collect();
        let (got, compared) = set.search(&rows[7].1, 60, &Rows::Allowed(&few));
        assert_eq!((got.len(), compared.walked), (50, 0));
        let at_edge: RoaringBitmap = (250..2500).collect();
        let beyond: RoaringBitmap = (251..2500).collect();
        for (allowed, walks) in [(&at_edge, true), (&beyond, false)] {
            let (got, compared) = set.search(&rows[7].1, 60, &Rows::Allowed(allowed));
            assert_eq!((got.len(), compared.walked > 0), (60, walks));
            assert!(got.iter().all(|hit| allowed.contains(hit.0)));
        }

        // The file: written after the graph is in use; taken up with a tenth of its rows gone and others beside it.
        set.close();
        let file = names(folder.path());
        let left: Vec<(u32, Vec<f32>)> = rows.iter().filter(|(id, _)| id % 10 != 1).cloned().collect();
        if file.is_empty() {
            // Closed before it was written: the next start makes it again.
            wait_for_graph(&opened(dims, &rows[..2500], folder.path()));
        }
        let started = std::time::Instant::now();
        while names(folder.path()).iter().all(|name| !name.ends_with(".graph")) {
            assert!(started.elapsed().as_secs() < 60, "no file");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let again = opened(dims, &left, folder.path());
        assert!(again.has_graph(), "taken up at once");
        assert_eq!(again.blocks.iter().map(|block| block.ids().len()).collect::<Vec<_>>(), [2250, 450]);
        let (found, wanted) = recall(&again, &left, 10, &none);
        assert!(found * 100 >= wanted * 97, "{found} of {wanted} after the restart");
        // A store with another past: the same ids, other vectors.
        let mut other = rows.clone();
        other[77].1 = other[78].1.clone();
        assert!(!opened(dims, &other, folder.path()).has_graph());
    }

    #[test]
    fn a_damaged_graph_is_removed_and_made_again() {
        let folder = tempfile::tempdir().expect("tempdir");
        let rows = clustered(300, 16);
        let set = opened(16, &rows, folder.path());
        wait_for_graph(&set);
        let started = std::time::Instant::now();
        while !names(folder.path()).iter().any(|name| name.ends_with(".graph")) {
            assert!(started.elapsed().as_secs() < 60, "no file");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        drop(set);
        let name = names(folder.path()).remove(0);
        let path = folder.path().join(name);
        let bytes = std::fs::read(&path).expect("file");
        for cut in [0, 10, bytes.len() / 2, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..cut]).expect("cut");
            let set = opened(16, &rows, folder.path());
            wait_for_graph(&set);
            assert_eq!(recall(&set, &rows, 5, &RoaringBitmap::new()).1, 45);
            set.close();
        }
        std::fs::write(&path, &bytes).expect("whole");
        assert!(opened(16, &rows, folder.path()).has_graph());
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
