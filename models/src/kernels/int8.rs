//! A product of 8-bit integers with a weight matrix that is packed once, at load.
//!
//! Activations are quantised a row (token) at a time to unsigned bytes with a zero point, as the rows come; weights
//! are signed bytes with one scale an output. With `x = (a - zero) * s` and `w = b * t`, the result is
//! `(sum(a * b) - zero * sum(b)) * s * t`. The sums are exact in 32 bits, so every unit gives the same result, bit
//! for bit, and a row's result depends on that row alone.
//!
//! The weights lie in panels of 16 outputs, `[panel][input / 4][output][4 inputs]`: four neighbouring bytes are what
//! one lane of a VNNI dot product takes, and 64 bytes what one instruction takes.

use super::vector;

/// Outputs of a panel.
pub(crate) const PANEL: usize = 16;

/// Inputs that a lane sums at once.
const QUAD: usize = 4;

/// Most inputs whose sums stay inside 31 bits: 2^31 / (255 * 127 * 2), with room for the zero point's share.
const MAX_INPUTS: usize = 32_768;

/// Four inputs of each output of a panel.
pub(super) type Step = [[i8; QUAD]; PANEL];

/// Weights `[inputs, outputs]` in panels, with their scales.
#[derive(Debug)]
pub(crate) struct PackedInt8 {
    panels: Vec<Step>,
    scales: Vec<f32>,
    /// Each output's sum of weights, for the zero point.
    sums: Vec<i32>,
    inputs: usize,
}

impl PackedInt8 {
    /// Packs a matrix given as `[outputs, inputs]`, row after row, with a scale an output. Outputs and inputs are
    /// multiples of 32; weights are at least -127.
    pub(crate) fn new(weights: &[i8], scales: Vec<f32>, inputs: usize) -> Option<Self> {
        let outputs = scales.len();
        let sizes =
            outputs.is_multiple_of(32) && inputs.is_multiple_of(32) && (1..=MAX_INPUTS).contains(&inputs);
        if !sizes || weights.len() != outputs * inputs || weights.contains(&i8::MIN) {
            return None;
        }
        let steps = inputs / QUAD;
        let mut panels = vec![[[0; QUAD]; PANEL]; outputs / PANEL * steps];
        for (panel, rows) in panels.chunks_exact_mut(steps).zip(weights.chunks_exact(inputs * PANEL)) {
            for (output, row) in rows.chunks_exact(inputs).enumerate() {
                for (step, quad) in panel.iter_mut().zip(row.as_chunks::<QUAD>().0) {
                    step[output] = *quad;
                }
            }
        }
        let sum = |row: &[i8]| row.iter().map(|weight| i32::from(*weight)).sum();
        Some(Self { panels, scales, sums: weights.chunks_exact(inputs).map(sum).collect(), inputs })
    }

    /// Values in a row of activations.
    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Values in a row of the result.
    pub(crate) fn outputs(&self) -> usize {
        self.scales.len()
    }
}

/// A group of quantised rows and what turns their sums back into floats.
#[derive(Debug, Default)]
pub(crate) struct Quantised {
    /// Bytes of groups of rows, `[group][input / 4][row][4 inputs]`.
    pub(super) bytes: Vec<[u8; QUAD]>,
    /// The same as 16-bit integers, where the unit multiplies those.
    pub(super) words: Vec<[i16; QUAD]>,
    /// Scale of each row.
    scales: Vec<f32>,
    /// Zero point of each row.
    zeros: Vec<i32>,
    /// Bytes of one row.
    row: Vec<u8>,
}

/// Where four inputs of a row go: bytes for VNNI and the scalar code, words for AVX2.
pub(super) trait Quad: Copy + Default {
    /// The quad of four bytes.
    fn from_bytes(bytes: [u8; QUAD]) -> Self;
    /// The buffer of such quads.
    fn buffer(rows: &mut Quantised) -> &mut Vec<Self>;
}

impl Quad for [u8; QUAD] {
    #[inline(always)]
    fn from_bytes(bytes: [u8; QUAD]) -> Self {
        bytes
    }

    fn buffer(rows: &mut Quantised) -> &mut Vec<Self> {
        &mut rows.bytes
    }
}

impl Quad for [i16; QUAD] {
    #[inline(always)]
    fn from_bytes(bytes: [u8; QUAD]) -> Self {
        bytes.map(i16::from)
    }

    fn buffer(rows: &mut Quantised) -> &mut Vec<Self> {
        &mut rows.words
    }
}

/// Quantises rows of `inputs` floats and interleaves them in groups of R; the last group is filled up with zeros.
#[inline(always)]
fn quantise<Q: Quad, const R: usize>(rows: &[f32], inputs: usize, out: &mut Quantised) {
    let steps = inputs / QUAD;
    let mut quads = std::mem::take(Q::buffer(out));
    quads.clear();
    quads.resize((rows.len() / inputs).div_ceil(R) * R * steps, Q::default());
    out.scales.clear();
    out.zeros.clear();
    out.row.resize(inputs, 0);
    for (group, rows) in quads.chunks_exact_mut(steps * R).zip(rows.chunks(inputs * R)) {
        for (r, row) in rows.chunks_exact(inputs).enumerate() {
            let (scale, zero) = vector::quantise_row(row, &mut out.row);
            out.scales.push(scale);
            out.zeros.push(zero);
            for (step, quad) in group.chunks_exact_mut(R).zip(out.row.as_chunks::<QUAD>().0) {
                step[r] = Q::from_bytes(*quad);
            }
        }
    }
    *Q::buffer(out) = quads;
}

/// How one unit sums a tile: R rows by 16 outputs.
pub(super) trait Tile<const R: usize> {
    /// Four inputs of a row as the unit reads them.
    type Quad: Quad;

    /// `sums[r][o] = sum over inputs of rows[r] * panel[o]`.
    fn sums(rows: &[Self::Quad], panel: &[Step]) -> [[i32; PANEL]; R];
}

/// The sums in plain integer arithmetic: what the other units must equal.
pub(super) struct Scalar;

impl<const R: usize> Tile<R> for Scalar {
    type Quad = [u8; QUAD];

    #[inline(always)]
    fn sums(rows: &[[u8; QUAD]], panel: &[Step]) -> [[i32; PANEL]; R] {
        let mut sums = [[0i32; PANEL]; R];
        for (quads, step) in rows.as_chunks::<R>().0.iter().zip(panel) {
            for (sums, quad) in sums.iter_mut().zip(quads) {
                for (sum, weights) in sums.iter_mut().zip(step) {
                    let products = quad.iter().zip(weights).map(|(a, b)| i32::from(*a) * i32::from(*b));
                    *sum = sum.wrapping_add(products.fold(0, i32::wrapping_add));
                }
            }
        }
        sums
    }
}

/// `out[.., first_panel..] = rows * weights` for the panels of `panels`; a row of `out` holds their outputs only.
#[inline(always)]
pub(super) fn product_int8<T: Tile<R>, const R: usize>(
    weights: &PackedInt8,
    panels: std::ops::Range<usize>,
    rows: &[f32],
    out: &mut [f32],
    scratch: &mut Quantised,
) {
    let (inputs, steps) = (weights.inputs, weights.inputs / QUAD);
    let width = panels.len() * PANEL;
    quantise::<T::Quad, R>(rows, inputs, scratch);
    let quads = std::mem::take(T::Quad::buffer(scratch));
    for (p, panel) in panels.clone().enumerate() {
        let outputs = panel * PANEL..(panel + 1) * PANEL;
        let (Some(scales), Some(sums)) = (
            weights.scales[outputs.clone()].first_chunk::<PANEL>(),
            weights.sums[outputs].first_chunk::<PANEL>(),
        ) else {
            return;
        };
        let panel = &weights.panels[panel * steps..(panel + 1) * steps];
        let groups = quads.chunks_exact(steps * R).zip(out.chunks_mut(width * R));
        let factors = scratch.scales.chunks(R).zip(scratch.zeros.chunks(R));
        for ((group, out), (row_scales, zeros)) in groups.zip(factors) {
            let products = T::sums(group, panel);
            for (((out, products), row_scale), zero) in
                out.chunks_exact_mut(width).zip(&products).zip(row_scales).zip(zeros)
            {
                let out = &mut out[p * PANEL..(p + 1) * PANEL];
                for o in 0..PANEL {
                    let sum = products[o].wrapping_sub(zero.wrapping_mul(sums[o]));
                    out[o] = sum as f32 * (row_scale * scales[o]);
                }
            }
        }
    }
    *T::Quad::buffer(scratch) = quads;
}
