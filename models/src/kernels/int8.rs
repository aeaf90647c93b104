//! A product of 8-bit integers with a weight matrix that is packed once, at load.
//!
//! Activations are quantised a row (token) at a time to unsigned bytes with a zero point, as the rows come; weights
//! are signed bytes with one scale an output. With `x = (a - zero) * s` and `w = b * t`, the result is
//! `(sum(a * b) - zero * sum(b)) * s * t`. The sums are exact in 32 bits, so every unit gives the same result, bit
//! for bit, and a row's result depends on that row alone.
//!
//! The weights lie in panels of 16 outputs, `[panel][input / 4][output][4 inputs]`: four neighbouring bytes are what
//! one lane of a VNNI dot product takes, and 64 bytes what one instruction takes.
//!
//! AVX2 has no such instruction; `vpmaddubsw` adds two products in 16 bits and saturates. Two neighbouring weights
//! `b0, b1` of the same sign are therefore packed with `|b0| + |b1| <= 128`: then 255 * 128 = 32,640 < 2^15 bounds
//! every such sum. Halving all weights to 7 bits, as others do, would double their rounding error; choosing each
//! output's scale so that few pairs have to give way ([`quantise_weights`]) costs about a third of that.

use super::vector;

/// Outputs of a panel.
pub(crate) const PANEL: usize = 16;

/// Inputs that a lane sums at once.
const QUAD: usize = 4;

/// Most that two neighbouring weights of one sign add up to.
const MAX_PAIR: i32 = 128;

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
    /// multiples of 32; neighbouring weights are as [`quantise_weights`] makes them.
    pub(crate) fn new(weights: &[i8], scales: Vec<f32>, inputs: usize) -> Option<Self> {
        let outputs = scales.len();
        let sizes =
            outputs.is_multiple_of(32) && inputs.is_multiple_of(32) && (1..=MAX_INPUTS).contains(&inputs);
        if !sizes || weights.len() != outputs * inputs || !fits_int8(weights) {
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

/// Whether no pair of neighbouring weights can saturate the sum of its two products.
pub(crate) fn fits_int8(weights: &[i8]) -> bool {
    weights.as_chunks().0.iter().all(|pair: &[i8; 2]| {
        let [a, b] = pair.map(i32::from);
        (a.max(0) + b.max(0)).max(-a.min(0) - b.min(0)) <= MAX_PAIR
    })
}

/// The scales [`quantise_weights`] tries, as multiples of the least one, which maps the greatest weight to 127; with
/// the last one no pair can be too great.
const STRETCHES: [f32; 7] = [1.0, 1.15, 1.3, 1.45, 1.6, 1.8, 127.0 / 64.0];

/// Quantises rows of weights (one an output) to what [`PackedInt8::new`] takes: integers and a scale a row. Of a few
/// scales the one with the least squared error is taken; a pair that is too great for it is shrunk evenly.
#[inline(always)]
pub(super) fn quantise_weights(weights: &[f32], inputs: usize) -> (Vec<i8>, Vec<f32>) {
    let mut integers = vec![0; weights.len()];
    let mut scales = Vec::with_capacity(weights.len() / inputs);
    for (row, out) in weights.chunks_exact(inputs).zip(integers.chunks_exact_mut(inputs)) {
        let row = row.as_chunks::<2>().0;
        let greatest = row.as_flattened().iter().fold(0.0f32, |greatest, weight| greatest.max(weight.abs()));
        let (mut scale, mut least) = (0.0, f32::INFINITY);
        for stretch in STRETCHES {
            let candidate = greatest / 127.0 * stretch;
            let error = row_error(row, candidate);
            if error < least {
                (scale, least) = (candidate, error);
            }
        }
        let inverse = inverse(scale);
        for (pair, out) in row.iter().zip(out.as_chunks_mut::<2>().0) {
            *out = quantise_pair(*pair, inverse).map(|integer| (integer + ROUND).to_bits() as i8);
        }
        scales.push(scale);
    }
    (integers, scales)
}

/// 1.5 * 2^23: adding and subtracting it rounds to the nearest integer, which is in the lowest bits in between.
const ROUND: f32 = 12_582_912.0;

/// `1 / scale`, or 0 for the scale of a row of zeros.
fn inverse(scale: f32) -> f32 {
    if scale > 0.0 { 1.0 / scale } else { 0.0 }
}

/// Two neighbouring weights as integers whose sum, if they have one sign, is at most [`MAX_PAIR`].
#[inline(always)]
fn quantise_pair(pair: [f32; 2], inverse: f32) -> [f32; 2] {
    let [a, b] = pair.map(|weight| (weight * inverse + ROUND) - ROUND);
    let excess = if a * b > 0.0 { (a.abs() + b.abs() - MAX_PAIR as f32).max(0.0) } else { 0.0 };
    // The half of an odd excess that is rounded up.
    let upper = (excess * 0.5 + 0.25 + ROUND) - ROUND;
    [a - upper.copysign(a), b - (excess - upper).copysign(b)]
}

/// The squared error of a row quantised by one scale.
#[inline(always)]
fn row_error(row: &[[f32; 2]], scale: f32) -> f32 {
    let inverse = inverse(scale);
    let mut errors = [[0.0f32; 2]; 8];
    let mut add = |pairs: &[[f32; 2]]| {
        for (pair, errors) in pairs.iter().zip(&mut errors) {
            let integers = quantise_pair(*pair, inverse);
            for i in 0..2 {
                let difference = integers[i] * scale - pair[i];
                errors[i] += difference * difference;
            }
        }
    };
    let (chunks, rest) = row.as_chunks::<8>();
    chunks.iter().for_each(|pairs| add(pairs));
    add(rest);
    errors.as_flattened().iter().sum()
}

/// A group of quantised rows and what turns their sums back into floats.
#[derive(Debug, Default)]
pub(crate) struct Quantised {
    /// Groups of rows, `[group][input / 4][row][4 inputs]`.
    quads: Vec<[u8; QUAD]>,
    /// Scale of each row.
    scales: Vec<f32>,
    /// Zero point of each row.
    zeros: Vec<i32>,
    /// Bytes of one row.
    row: Vec<u8>,
}

impl Quantised {
    /// Quantises rows of `inputs` floats and interleaves them in groups of R; the last group is filled up with zeros.
    #[inline(always)]
    fn fill<const R: usize>(&mut self, rows: &[f32], inputs: usize) {
        let steps = inputs / QUAD;
        self.quads.clear();
        self.quads.resize((rows.len() / inputs).div_ceil(R) * R * steps, [0; QUAD]);
        self.scales.clear();
        self.zeros.clear();
        self.row.resize(inputs, 0);
        for (group, rows) in self.quads.chunks_exact_mut(steps * R).zip(rows.chunks(inputs * R)) {
            for (r, row) in rows.chunks_exact(inputs).enumerate() {
                let (scale, zero) = vector::quantise_row(row, &mut self.row);
                self.scales.push(scale);
                self.zeros.push(zero);
                for (step, quad) in
                    group.as_chunks_mut::<R>().0.iter_mut().zip(self.row.as_chunks::<QUAD>().0)
                {
                    step[r] = *quad;
                }
            }
        }
    }
}

/// How one unit sums a tile: R rows by 16 outputs.
pub(super) trait Tile<const R: usize> {
    /// `sums[r][o] = sum over inputs of rows[r] * panel[o]`; `rows` lie as in [`Quantised::fill`].
    fn sums(rows: &[[u8; QUAD]], panel: &[Step]) -> [[i32; PANEL]; R];
}

/// The sums in plain integer arithmetic: what the other units must equal.
pub(super) struct Scalar;

impl<const R: usize> Tile<R> for Scalar {
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
    scratch.fill::<R>(rows, inputs);
    for (p, panel) in panels.clone().enumerate() {
        let outputs = panel * PANEL..(panel + 1) * PANEL;
        let (Some(scales), Some(sums)) = (
            weights.scales[outputs.clone()].first_chunk::<PANEL>(),
            weights.sums[outputs].first_chunk::<PANEL>(),
        ) else {
            return;
        };
        let panel = &weights.panels[panel * steps..(panel + 1) * steps];
        let groups = scratch.quads.chunks_exact(steps * R).zip(out.chunks_mut(width * R));
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
}
