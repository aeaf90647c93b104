//! Walking the graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Graph;
use crate::vector::best::Ranked;

/// What a walk found.
#[derive(Debug, Default)]
pub(in crate::vector) struct Found {
    /// Rows that pass, by place, with their products; in no order.
    pub(in crate::vector) rows: Vec<(u32, f32)>,
    /// Products computed.
    pub(in crate::vector) compared: u64,
}

impl Graph {
    /// About the `width` best of the rows that pass, by `product` of a place; `None` when more than `most` products are
    /// needed, because few rows pass.
    pub(in crate::vector) fn search(
        &self,
        rows: usize,
        width: usize,
        most: u64,
        product: impl Fn(u32) -> f32,
        passes: impl Fn(u32) -> bool,
    ) -> Option<Found> {
        let mut found = Found::default();
        let mut met = Met::new(rows);
        let mut at = Ranked { score: product(self.entry), id: self.entry };
        found.compared += 1;
        for layer in self.layers.iter().skip(1).rev() {
            // Downhill on each layer, from its best row on to the next.
            loop {
                let links = layer.of(at.id);
                found.compared += links.len() as u64;
                let best = links.iter().map(|link| Ranked { score: product(*link), id: *link }).min();
                match best {
                    Some(best) if best.score > at.score => at = best,
                    _ => break,
                }
            }
        }
        let Some(lowest) = self.layers.first() else { return Some(found) };
        // The worst of the best so far is on top of one heap, the best of those to go on from on top of the other.
        let mut best: BinaryHeap<Ranked> = BinaryHeap::with_capacity(width + 1);
        let mut ahead = BinaryHeap::new();
        met.first_time(at.id);
        if passes(at.id) {
            best.push(at);
        }
        ahead.push(Reverse(at));
        while let Some(Reverse(from)) = ahead.pop() {
            if best.len() >= width && best.peek().is_some_and(|worst| from > *worst) {
                break;
            }
            if found.compared > most {
                return None;
            }
            for link in lowest.of(from.id) {
                if !met.first_time(*link) {
                    continue;
                }
                let hit = Ranked { score: product(*link), id: *link };
                found.compared += 1;
                if best.len() < width || best.peek().is_some_and(|worst| hit < *worst) {
                    ahead.push(Reverse(hit));
                    if passes(*link) {
                        best.push(hit);
                        if best.len() > width {
                            best.pop();
                        }
                    }
                }
            }
        }
        for stray in &self.strays {
            if met.first_time(*stray) && passes(*stray) {
                best.push(Ranked { score: product(*stray), id: *stray });
                found.compared += 1;
            }
        }
        found.rows = best.into_iter().map(|hit| (hit.id, hit.score)).collect();
        Some(found)
    }
}

/// The rows a walk has met.
struct Met(Vec<u64>);

impl Met {
    fn new(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(64)])
    }

    /// Whether it is met for the first time; false for a place that is not a row.
    fn first_time(&mut self, place: u32) -> bool {
        let Some(word) = self.0.get_mut(place as usize / 64) else { return false };
        let bit = 1 << (place % 64);
        let first = *word & bit == 0;
        *word |= bit;
        first
    }
}
