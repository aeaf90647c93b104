//! A part of a set of vectors: rows, and for many of them their codes.

use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::best::{Best, Ranked};
use super::codes::Codes;
use super::graph::{Graph, SWEEP_WIDTH};
use super::set::{Compared, Rows};
use super::signs::MOST_DIMS;
use super::simd::{dot, prefetch};

/// Rows from which on estimating first is worth it.
const CODED_ROWS: usize = 4096;

/// Values of a vector below which a bit a value says too little.
const CODED_DIMS: usize = 64;

/// One in so many rows allowed, or fewer: all of them are compared.
const LISTED_ONE_IN: u64 = 20;

/// Rows compared at first, for each that is wanted.
const FIRST_COMPARED: f32 = 2.0;

/// A graph is walked under a filter that keeps out one in so many rows or fewer: with more, those that pass may lie together,
/// off the way.
const KEPT_OUT_ONE_IN: u64 = 10;

/// A walk that meets more than one in so many rows is given up.
const MET_ONE_IN: u64 = 4;

/// Candidates of a walk, for each row that is wanted, and the fewest.
const WIDTH_OF_WANTED: usize = 2;
const LEAST_WIDTH: usize = 128;

/// Products a walk may always take, for each candidate.
const LEAST_WALK: u64 = 64;

/// Rows asked of memory before the first of them is read.
const ASKED_AHEAD: usize = 8;

/// Immutable rows in order of their ids.
#[derive(Debug)]
pub(super) struct Block {
    dims: usize,
    ids: Vec<u32>,
    data: Vec<f32>,
    /// Made when there is time; until then every row is compared.
    codes: OnceLock<Codes>,
    /// Of very large blocks, made when there is time.
    graph: OnceLock<Graph>,
}

impl Block {
    /// A block of rows of `dims` values; ids rise. A large one is coded in the background, unless it is replaced before
    /// that begins.
    pub(super) fn shared(dims: usize, mut ids: Vec<u32>, mut data: Vec<f32>) -> Arc<Self> {
        // It lives long: what pushing row after row took beyond them goes back.
        ids.shrink_to_fit();
        data.shrink_to_fit();
        let block = Arc::new(Self { dims, ids, data, codes: OnceLock::new(), graph: OnceLock::new() });
        if block.is_coded() {
            let block = Arc::downgrade(&block);
            rayon::spawn(move || {
                if let Some(block) = block.upgrade() {
                    // Nobody waits for it: a thread of the pool that waited could be the one that has to do it.
                    let _ = block.codes.set(Codes::new(&block.data, block.dims));
                }
            });
        }
        block
    }

    /// Returns when the codes are there.
    #[cfg(test)]
    pub(super) fn wait_for_codes(&self) {
        while self.codes.get().is_none() {
            std::thread::yield_now();
        }
    }

    /// Whether it has codes, or will have them.
    fn is_coded(&self) -> bool {
        self.ids.len() >= CODED_ROWS && (CODED_DIMS..=MOST_DIMS).contains(&self.dims)
    }

    /// Memory it takes, in bytes; its codes are counted before they are made.
    pub(super) fn bytes(&self) -> u64 {
        let rows = size_of_val(&*self.ids) + size_of_val(&*self.data) + size_of::<Self>();
        let codes = if self.is_coded() { Codes::bytes(self.ids.len(), self.dims) } else { 0 };
        (rows + codes + self.graph().map_or(0, Graph::bytes)) as u64
    }

    pub(super) fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Rows with their ids.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, &[f32])> {
        self.ids.iter().copied().zip(self.data.chunks_exact(self.dims.max(1)))
    }

    /// The vector in a place; empty when there is no such row.
    pub(super) fn row(&self, place: u32) -> &[f32] {
        let start = place as usize * self.dims;
        self.data.get(start..start + self.dims).unwrap_or(&[])
    }

    /// The product of two rows.
    pub(super) fn product(&self, a: u32, b: u32) -> f32 {
        dot(self.row(a), self.row(b))
    }

    /// What tells the rows' vectors apart, nearly always (FNV-1a of their bits).
    pub(super) fn marks(&self) -> Vec<u64> {
        self.rows().map(|(_, row)| mark(row)).collect()
    }

    /// The graph, when there is one.
    pub(super) fn graph(&self) -> Option<&Graph> {
        self.graph.get()
    }

    /// Gives the block its graph; the first one stays.
    pub(super) fn set_graph(&self, graph: Graph) {
        let _ = self.graph.set(graph);
    }

    /// Whether a search of `graph` for a row's own vector finds the row, or as many that are as near.
    pub(super) fn is_found(&self, graph: &Graph, place: u32, width: usize) -> bool {
        let query = self.row(place);
        let product = |place| dot(query, self.row(place));
        let found = graph.search(self.ids.len(), width, u64::MAX, product, |_| true);
        let own = dot(query, query);
        found.is_some_and(|found| {
            found.rows.iter().any(|(found, _)| *found == place)
                || found.rows.iter().filter(|(_, score)| *score >= own).count() >= width
        })
    }

    /// How many rows, about one in `step` of them, a search of the graph for their own vectors does not find.
    pub(super) fn unreachable(&self, step: usize) -> RoaringBitmap {
        let Some(graph) = self.graph() else { return RoaringBitmap::new() };
        let places = (0u32..).zip(&self.ids).step_by(step.max(1));
        places.filter(|(place, _)| !self.is_found(graph, *place, SWEEP_WIDTH)).map(|(_, id)| *id).collect()
    }

    /// Adds the best of the rows to `best`.
    pub(super) fn search(&self, query: &[f32], rows: &Rows<'_>, best: &mut Best) -> Compared {
        if let Some(graph) = self.graph()
            && let Some(compared) = self.search_graph(query, graph, rows, best)
        {
            return compared;
        }
        match (rows, self.codes.get()) {
            (Rows::Live { dead }, None) => {
                for (id, row) in self.rows() {
                    let hit = Ranked { score: dot(query, row), id };
                    if best.would_take(&hit) && !dead.contains(id) {
                        best.push(hit);
                    }
                }
                Compared { exactly: self.ids.len() as u64, ..Compared::default() }
            }
            (Rows::Live { dead }, Some(codes)) => {
                self.search_coded(query, codes, 1.0, |id| !dead.contains(id), best)
            }
            (Rows::Allowed(allowed), codes) => {
                let (Some(first), Some(last)) = (self.ids.first(), self.ids.last()) else {
                    return Compared::default();
                };
                let inside = allowed.range_cardinality(*first..=*last);
                match codes {
                    Some(codes) if inside * LISTED_ONE_IN > self.ids.len() as u64 => {
                        let share = inside as f32 / self.ids.len() as f32;
                        self.search_coded(query, codes, share, |id| allowed.contains(id), best)
                    }
                    _ => self.search_listed(query, allowed.range(*first..=*last), best),
                }
            }
        }
    }

    /// Walks the graph, when enough rows pass for that to be the shorter way.
    fn search_graph(
        &self,
        query: &[f32],
        graph: &Graph,
        rows: &Rows<'_>,
        best: &mut Best,
    ) -> Option<Compared> {
        let all = self.ids.len() as u64;
        if let Rows::Allowed(allowed) = rows {
            let inside = allowed.range_cardinality(*self.ids.first()?..=*self.ids.last()?);
            if all.saturating_sub(inside) * KEPT_OUT_ONE_IN > all {
                return None;
            }
        }
        let passes = |place: u32| {
            let id = self.ids.get(place as usize).copied();
            id.is_some_and(|id| match rows {
                Rows::Live { dead } => !dead.contains(id),
                Rows::Allowed(allowed) => allowed.contains(id),
            })
        };
        let width = (best.wanted() * WIDTH_OF_WANTED).max(LEAST_WIDTH);
        let product = |place| dot(query, self.row(place));
        let most = (all / MET_ONE_IN).max(width as u64 * LEAST_WALK);
        let found = graph.search(self.ids.len(), width, most, product, passes)?;
        if found.rows.len() < best.wanted() {
            return None;
        }
        for (place, score) in found.rows {
            let hit = Ranked { score, id: *self.ids.get(place as usize)? };
            if best.would_take(&hit) {
                best.push(hit);
            }
        }
        Some(Compared { walked: found.compared, ..Compared::default() })
    }

    /// Compares the rows with these ids, which rise.
    fn search_listed(&self, query: &[f32], ids: impl Iterator<Item = u32>, best: &mut Best) -> Compared {
        let (mut exactly, mut from) = (0, 0);
        for id in ids {
            from += gallop(&self.ids[from..], id);
            if self.ids.get(from) == Some(&id) {
                self.compare(query, from, best);
                exactly += 1;
            }
        }
        Compared { exactly, ..Compared::default() }
    }

    /// Bounds every row's product, then compares the rows that may be among the best, the most promising first.
    /// `share` of the rows, about, pass.
    fn search_coded(
        &self,
        query: &[f32],
        codes: &Codes,
        share: f32,
        passes: impl Fn(u32) -> bool,
        best: &mut Best,
    ) -> Compared {
        let bounds = codes.bounds(&codes.question(query));
        let mut exactly = 0;
        // Rows with bounds from `done` up are compared. Some more than wanted make a threshold, which leaves few others.
        let mut done = f32::INFINITY;
        let mut many = (best.wanted() as f32 * FIRST_COMPARED / share.min(1.0)) as usize + 1;
        loop {
            let known = best.threshold();
            let start = if known > f32::NEG_INFINITY { known } else { promising(&bounds, many) };
            let mut least = start;
            // They lie far apart: each is asked for some rows before it is read.
            let mut asked = Vec::with_capacity(ASKED_AHEAD);
            for (place, bound) in bounds.iter().enumerate() {
                if *bound >= least && *bound < done && passes(self.ids[place]) {
                    prefetch(self.row(place as u32));
                    asked.push(place);
                    if asked.len() == ASKED_AHEAD {
                        exactly += asked.len() as u64;
                        asked.drain(..).for_each(|place| self.compare(query, place, best));
                        least = start.max(best.threshold());
                    }
                }
            }
            exactly += asked.len() as u64;
            asked.into_iter().for_each(|place| self.compare(query, place, best));
            if best.threshold() >= start || start == f32::NEG_INFINITY {
                let estimated = bounds.len() as u64;
                return Compared { exactly, estimated, ..Compared::default() };
            }
            done = start;
            many = many.saturating_mul(4);
        }
    }

    fn compare(&self, query: &[f32], place: usize, best: &mut Best) {
        let row = &self.data[place * self.dims..][..self.dims];
        let hit = Ranked { score: dot(query, row), id: self.ids[place] };
        if best.would_take(&hit) {
            best.push(hit);
        }
    }
}

/// A number that about `many` of the bounds reach, judged by a sample; minus infinity when there are no more.
fn promising(bounds: &[f32], many: usize) -> f32 {
    const EVERY: usize = 16;
    let wanted = many / EVERY + 1;
    let mut sample: Vec<f32> = bounds.iter().copied().step_by(EVERY).collect();
    if wanted >= sample.len() {
        return f32::NEG_INFINITY;
    }
    *sample.select_nth_unstable_by(wanted, |a, b| b.total_cmp(a)).1
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

/// What tells vectors apart, nearly always.
pub(super) fn mark(row: &[f32]) -> u64 {
    const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01B3;
    row.iter().fold(BASIS, |hash, x| (hash ^ u64::from(x.to_bits())).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_block_counts_its_rows_and_its_codes() {
        let (rows, dims) = (CODED_ROWS, 384);
        let plain = Block::shared(dims, (1..rows as u32).collect(), vec![0.5; (rows - 1) * dims]).bytes();
        let values = ((rows - 1) * (dims + 1) * 4) as u64;
        assert!((values..values + 400).contains(&plain), "{plain} for {values} of values");
        let coded = Block::shared(dims, (0..rows as u32).collect(), vec![0.5; rows * dims]);
        let before = coded.bytes();
        coded.wait_for_codes();
        assert_eq!(before, coded.bytes(), "counted before they are made");
        // A bit a value and three numbers a row.
        let codes = (rows * (dims / 8 + 12)) as u64;
        let rest = before - plain - (dims as u64 + 1) * 4;
        assert!((codes..codes * 11 / 10).contains(&rest), "{rest} for codes of {codes}");
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
}
