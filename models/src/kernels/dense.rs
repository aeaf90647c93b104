//! A matrix product with a weight matrix that is packed once, at load, for the order in which it is read.
//!
//! The weights lie in panels as wide as a tile, `[panel][input][column]`. A tile of R rows by W columns is accumulated
//! in registers over all inputs; its rows of activations are interleaved first, so that one step reads R + W
//! neighbouring floats. The `gemm` crate packs both sides on every call, which costs a third of its time here. With
//! panels wider than the tile, half of each would use half the sets of the first-level cache only (6 % slower).

use super::vector::MulAdd;

/// Weights `[inputs, outputs]` in panels.
#[derive(Debug)]
pub(crate) struct Packed {
    values: Vec<f32>,
    panel: usize,
    inputs: usize,
    outputs: usize,
}

impl Packed {
    /// Packs a matrix given as `[outputs, inputs]`, row after row, in panels of `panel` columns, the width of the tile
    /// that will read them. `outputs` is a multiple of it.
    pub(crate) fn new(weights: &[f32], outputs: usize, inputs: usize, panel: usize) -> Option<Self> {
        if !outputs.is_multiple_of(32) || inputs == 0 || weights.len() != outputs * inputs {
            return None;
        }
        let mut values = vec![0.0; outputs * inputs];
        for (packed, rows) in
            values.chunks_exact_mut(inputs * panel).zip(weights.chunks_exact(inputs * panel))
        {
            for (column, row) in rows.chunks_exact(inputs).enumerate() {
                for (step, weight) in packed.chunks_exact_mut(panel).zip(row) {
                    step[column] = *weight;
                }
            }
        }
        Some(Self { values, panel, inputs, outputs })
    }

    /// Values in a row of activations.
    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Values in a row of the result.
    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Columns of a panel.
    pub(crate) fn panel(&self) -> usize {
        self.panel
    }
}

/// `out = rows * weights` for the panels of `panels`, in tiles of R rows and W columns (the panels' width); a row of
/// `out` holds their columns only. `scratch` is reused between calls.
#[inline(always)]
pub(super) fn product_packed<M: MulAdd, const R: usize, const W: usize>(
    weights: &Packed,
    panels: std::ops::Range<usize>,
    rows: &[f32],
    out: &mut [f32],
    scratch: &mut Vec<f32>,
) {
    assert_eq!(weights.panel, W, "weights packed for another processor's tile");
    let (inputs, outputs) = (weights.inputs, panels.len() * W);
    interleave::<R>(rows, inputs, scratch);
    let panels = &weights.values.as_chunks::<W>().0[panels.start * inputs..panels.end * inputs];
    for (p, panel) in panels.chunks_exact(inputs).enumerate() {
        for (tile, block) in scratch.chunks_exact(inputs * R).zip(out.chunks_mut(outputs * R)) {
            let sums = tile_product::<M, R, W>(tile, panel);
            for (row, sums) in block.chunks_exact_mut(outputs).zip(&sums) {
                row[p * W..(p + 1) * W].copy_from_slice(sums);
            }
        }
    }
}

/// Groups of R rows, value by value; the last group is filled up with zeros.
#[inline(always)]
fn interleave<const R: usize>(rows: &[f32], inputs: usize, scratch: &mut Vec<f32>) {
    scratch.clear();
    scratch.resize((rows.len() / inputs).div_ceil(R) * R * inputs, 0.0);
    for (tile, group) in scratch.chunks_exact_mut(inputs * R).zip(rows.chunks(inputs * R)) {
        for (r, row) in group.chunks_exact(inputs).enumerate() {
            for (step, value) in tile.as_chunks_mut::<R>().0.iter_mut().zip(row) {
                step[r] = *value;
            }
        }
    }
}

/// One tile's sums, kept in registers.
#[inline(always)]
fn tile_product<M: MulAdd, const R: usize, const W: usize>(
    tile: &[f32],
    panel: &[[f32; W]],
) -> [[f32; W]; R] {
    let mut sums = [[0.0f32; W]; R];
    for (values, weights) in tile.as_chunks::<R>().0.iter().zip(panel) {
        for r in 0..R {
            for c in 0..W {
                sums[r][c] = M::mul_add(values[r], weights[c], sums[r][c]);
            }
        }
    }
    sums
}
