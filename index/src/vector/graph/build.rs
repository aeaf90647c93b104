//! Building a graph with `hnsw_rs`, and making it flat.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use hnsw_rs::prelude::{Distance, Hnsw};

use super::{Graph, Layer};
use crate::vector::block::Block;

/// Links of a row on an upper layer; on the lowest it has up to twice as many.
const LINKS: usize = 24;

/// Candidates for the links of a new row.
const BUILD_WIDTH: usize = 200;

/// Candidates of the search that each row must be found by.
pub(in crate::vector) const SWEEP_WIDTH: usize = 64;

/// Rows inserted one after the other, before threads race: with few rows a race leaves some unreachable.
const SERIAL: usize = 256;

/// Layers, as `hnsw_rs` has them at most.
const LAYERS: usize = 16;

/// A graph that leaves one in so many rows unreachable is of no use.
const STRAYS_ONE_IN: usize = 50;

/// How many threads build: half of the machine's, the rest is for searches.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get).div_ceil(2).min(8)
}

/// Distance of two rows by their places: the graph holds places, the block the vectors.
#[derive(Clone)]
struct ByPlace<'a>(&'a Block);

impl Distance<u32> for ByPlace<'_> {
    fn eval(&self, a: &[u32], b: &[u32]) -> f32 {
        match (a, b) {
            // Not negative, as hnsw_rs demands, whatever the rounding.
            ([a], [b]) => (1.0 - self.0.product(*a, *b)).max(0.0),
            _ => f32::MAX,
        }
    }
}

/// The graph of a block's rows; `None` when `wanted` says no meanwhile, or too many rows would be unreachable.
pub(in crate::vector) fn build(block: &Block, wanted: impl Fn() -> bool + Sync) -> Option<Graph> {
    let rows = block.ids().len();
    let (places, twins) = distinct(block);
    let hnsw: Hnsw<'static, u32, ByPlace<'_>> = Hnsw::new(LINKS, rows, LAYERS, BUILD_WIDTH, ByPlace(block));
    let (first, others) = places.split_at(SERIAL.min(places.len()));
    let insert = |place: &u32| hnsw.insert((std::slice::from_ref(place), *place as usize));
    first.iter().for_each(insert);
    each(others, &wanted, insert)?;
    let mut graph = flat(&hnsw, rows);
    drop(hnsw);
    join_twins(&mut graph, &twins);
    graph.strays = strays(&graph, block, &wanted)?;
    (graph.strays.len() * STRAYS_ONE_IN <= rows).then_some(graph)
}

/// Calls `work` with each on several threads; `None` when `wanted` says no before the end.
fn each<T: Sync>(all: &[T], wanted: &(impl Fn() -> bool + Sync), work: impl Fn(&T) + Sync) -> Option<()> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                while wanted() {
                    match all.get(next.fetch_add(1, Ordering::Relaxed)) {
                        Some(one) => work(one),
                        None => break,
                    }
                }
            });
        }
    });
    (next.load(Ordering::Relaxed) >= all.len() && wanted()).then_some(())
}

/// The first place of each vector there is, and the places of equal ones together. Equal vectors would fill each other's
/// links and cut the graph.
fn distinct(block: &Block) -> (Vec<u32>, Vec<Vec<u32>>) {
    let marks = block.marks();
    let key = |place: &u32| marks.get(*place as usize);
    let same = |a: &u32, b: &u32| key(a) == key(b) && block.row(*a) == block.row(*b);
    let mut places: Vec<u32> = (0..marks.len() as u32).collect();
    places.sort_by_key(key);
    // Of rows with equal marks, which nearly always are equal, those that follow one another.
    let mut groups: Vec<Vec<u32>> = places.chunk_by(same).map(<[u32]>::to_vec).collect();
    // In the order of the rows, so that a build on one thread follows from them.
    groups.sort_unstable();
    let firsts = groups.iter().filter_map(|group| group.first().copied()).collect();
    groups.retain(|group| group.len() > 1);
    (firsts, groups)
}

fn flat(hnsw: &Hnsw<'static, u32, ByPlace<'_>>, rows: usize) -> Graph {
    let points = hnsw.get_point_indexation();
    let top = usize::from(hnsw.get_max_level_observed());
    // By layer and place. A point is listed on its highest layer only.
    let mut links: Vec<HashMap<u32, Vec<u32>>> = vec![HashMap::new(); top + 1];
    let mut entry = 0;
    for level in 0..=top {
        for point in points.get_layer_iterator(level) {
            let place = point.get_origin_id() as u32;
            entry = place;
            for (layer, own) in links.iter_mut().zip(point.get_neighborhood_id()).take(level + 1) {
                layer.insert(place, own.into_iter().map(|neighbour| neighbour.d_id as u32).collect());
            }
        }
    }
    let mut links = links.into_iter();
    let mut lowest = links.next().unwrap_or_default();
    let lowest =
        Layer::new(Vec::new(), (0..rows as u32).map(|place| lowest.remove(&place).unwrap_or_default()));
    let upper = links.map(|mut layer| {
        let mut members: Vec<u32> = layer.keys().copied().collect();
        members.sort_unstable();
        let own: Vec<Vec<u32>> =
            members.iter().map(|place| layer.remove(place).unwrap_or_default()).collect();
        Layer::new(members, own)
    });
    let layers = std::iter::once(lowest).chain(upper.filter(|layer| !layer.members.is_empty())).collect();
    Graph { entry, layers, strays: Vec::new() }
}

/// Hangs rows with equal vectors on one another: whoever comes to the first finds all.
fn join_twins(graph: &mut Graph, twins: &[Vec<u32>]) {
    let Some(lowest) = graph.layers.first_mut() else { return };
    let mut more: HashMap<u32, Vec<u32>> = HashMap::new();
    for pair in twins.iter().flat_map(|group| group.windows(2)) {
        if let [a, b] = pair {
            more.entry(*a).or_default().push(*b);
            more.entry(*b).or_default().push(*a);
        }
    }
    if more.is_empty() {
        return;
    }
    let rows = lowest.starts.len().saturating_sub(1) as u32;
    let links = (0..rows).map(|place| {
        let twins = more.get(&place).map_or(&[][..], Vec::as_slice);
        [twins, lowest.of(place)].concat()
    });
    *lowest = Layer::new(Vec::new(), links.collect::<Vec<_>>());
}

/// The rows that a search for their vector does not find.
fn strays(graph: &Graph, block: &Block, wanted: &(impl Fn() -> bool + Sync)) -> Option<Vec<u32>> {
    let places: Vec<u32> = (0..block.ids().len() as u32).collect();
    let lost = std::sync::Mutex::new(Vec::new());
    each(&places, wanted, |place| {
        if !block.is_found(graph, *place, SWEEP_WIDTH) {
            lost.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(*place);
        }
    })?;
    let mut lost = lost.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    lost.sort_unstable();
    Some(lost)
}
