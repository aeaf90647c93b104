//! Products of rows with a layer's weights, shared out to threads.

use std::cell::Cell;
use std::ops::Range;

use rayon::prelude::*;

use super::matrix::Linear;
use crate::kernels::{Int8Unit, PANEL_INT8, Quantised, Unit, bias_gelu, product_int8, product_packed};

/// Rows a task multiplies at most: they and their results stay in the second-level cache while the weights pass by.
pub(crate) const MOST_ROWS: usize = 48;

/// A product, and what is done to each row of its result while it is in the cache.
#[derive(Clone, Copy)]
pub(crate) struct Product<'a> {
    /// The weights.
    pub(crate) weights: &'a Linear,
    /// If given, the result is `gelu(x * weights + bias)`.
    pub(crate) gelu_bias: Option<&'a [f32]>,
}

/// What a thread reuses between tasks.
#[derive(Default)]
pub(crate) struct Scratch {
    floats: Vec<f32>,
    quantised: Quantised,
    /// For what is added to the token vectors.
    pub(crate) outer: Vec<f32>,
    /// For the inside of the feed-forward part.
    pub(crate) inner: Vec<f32>,
}

thread_local! {
    static SCRATCH: Cell<Scratch> = Cell::default();
}

impl Scratch {
    /// Gives `work` the thread's own; a task that runs inside another gets a fresh one.
    pub(crate) fn with<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        SCRATCH.with(|own| {
            let mut scratch = own.take();
            let result = work(&mut scratch);
            own.set(scratch);
            result
        })
    }
}

impl<'a> Product<'a> {
    /// A plain product.
    pub(crate) fn plain(weights: &'a Linear) -> Self {
        Self { weights, gelu_bias: None }
    }

    /// All outputs for some rows, on this thread.
    pub(crate) fn multiply(self, x: &[f32], out: &mut [f32], scratch: &mut Scratch) {
        self.panels(0..self.weights.outputs() / self.panel(), x, out, scratch);
    }

    /// All outputs for few rows (up to [`MOST_ROWS`]): each task takes all rows and some of the weights, which then
    /// pass through one core's cache only.
    pub(crate) fn multiply_few(self, x: &[f32], out: &mut [f32]) {
        let (outputs, panel) = (self.weights.outputs(), self.panel());
        let count = x.len() / self.weights.inputs();
        let panels = outputs / panel;
        let share = panels.div_ceil(rayon::current_num_threads() * 2);
        let parts: Vec<Vec<f32>> = (0..panels.div_ceil(share))
            .into_par_iter()
            .map(|part| {
                let panels = part * share..((part + 1) * share).min(panels);
                let mut own = vec![0.0; count * panels.len() * panel];
                Scratch::with(|scratch| self.panels(panels, x, &mut own, scratch));
                own
            })
            .collect();
        for (part, own) in parts.iter().enumerate() {
            let width = own.len() / count;
            let first = part * share * panel;
            for (row, own) in out.chunks_exact_mut(outputs).zip(own.chunks_exact(width)) {
                row[first..first + width].copy_from_slice(own);
            }
        }
    }

    /// Outputs of a panel of the weights.
    fn panel(self) -> usize {
        match self.weights {
            Linear::F32(weights) => weights.panel(),
            Linear::Int8(_) => PANEL_INT8,
        }
    }

    /// The outputs of some panels for some rows.
    fn panels(self, panels: Range<usize>, x: &[f32], out: &mut [f32], scratch: &mut Scratch) {
        let columns = panels.start * self.panel()..panels.end * self.panel();
        match self.weights {
            Linear::F32(weights) => {
                product_packed(Unit::detect(), weights, panels, x, out, &mut scratch.floats);
            }
            Linear::Int8(weights) => {
                product_int8(Int8Unit::detect(), weights, panels, x, out, &mut scratch.quantised);
            }
        }
        if let Some(bias) = self.gelu_bias {
            let bias = &bias[columns];
            for row in out.chunks_exact_mut(bias.len()) {
                bias_gelu(Unit::detect(), row, bias);
            }
        }
    }
}

/// How many rows each task takes of `count`: as few tasks as [`MOST_ROWS`] allows, the same number for every thread,
/// all about equal and of whole tiles of `tile` rows (but for the last), so that no thread waits long for another.
pub(crate) fn shares(count: usize, tile: usize, threads: usize) -> Vec<usize> {
    let tiles = count.div_ceil(tile);
    let tasks = tiles.div_ceil(MOST_ROWS / tile).next_multiple_of(threads).min(tiles);
    let end = |task: usize| (tiles * task / tasks * tile).min(count);
    (0..tasks).map(|task| end(task + 1) - end(task)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_even_whole_tiles_and_cover_every_row() {
        for tile in [4, 6, 12, 16] {
            for threads in [1, 2, 3, 16] {
                for count in 1..700 {
                    let shares = shares(count, tile, threads);
                    assert_eq!(shares.iter().sum::<usize>(), count);
                    let (last, rest) = shares.split_last().expect("at least one");
                    assert!(*last > 0 && rest.iter().all(|rows| rows % tile == 0 && *rows > 0), "{shares:?}");
                    let most = shares.iter().max().expect("one");
                    assert!(*most <= MOST_ROWS && rest.iter().all(|rows| rows + tile >= *most), "{shares:?}");
                    assert!(
                        shares.len().is_multiple_of(threads) || *most == tile || count <= tile,
                        "{shares:?}"
                    );
                }
            }
        }
        assert_eq!(shares(200, 6, 2), [30, 36, 36, 30, 36, 32]);
    }
}
