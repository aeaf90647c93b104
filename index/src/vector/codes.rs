//! One bit a dimension, from which a product is estimated with a known error: what is read of most rows of a large
//! block.
//!
//! RaBitQ (Gao and Long, SIGMOD 2024): with `c` the block's mean, a row `v` is kept as the signs `s` of the rotated
//! residual `r = R(v - c)`. With `o = r / |r|` and `x = s / sqrt(dims)`, the ratio `<q, x> / <o, x>` estimates `<q, o>`
//! without bias, and misses it by more than `EPSILON` times the slack below in fewer than one of a hundred cases; a row is
//! missed only when it is that one and also no better than the worst of the result. The question is rotated too and rounded to four bits a dimension, so that its product with signs is a count of bits.

use rayon::prelude::*;

use super::popcount::Planes;
use super::rotation::Rotation;
use super::simd::dot;

/// How many times its slack an estimate may be wrong before a row is missed.
const EPSILON: f32 = 2.4;

/// Rows rotated at once.
const TOGETHER: usize = 8;

/// The codes of a block's rows.
#[derive(Debug)]
pub(super) struct Codes {
    rotation: Rotation,
    centre: Vec<f32>,
    /// Words of a code.
    words: usize,
    bits: Vec<u64>,
    /// `|r| / (<o, x> sqrt(dims))`, a row: times `<q, s>` it is the estimate of `<q, r>`.
    scales: Vec<f32>,
    /// Bits that are set, a row.
    ones: Vec<f32>,
    /// Standard deviation of a row's estimate, for a question of length 1.
    slacks: Vec<f32>,
}

/// What is kept of one row.
struct Code {
    bits: Vec<u64>,
    scale: f32,
    ones: f32,
    slack: f32,
}

/// A question, made ready for one block.
pub(super) struct Question {
    planes: Planes,
    base: f32,
    length: f32,
}

impl Codes {
    /// The codes of rows of `dims` values.
    pub(super) fn new(rows: &[f32], dims: usize) -> Self {
        let rotation = Rotation::new(dims);
        let count = rows.len() / dims;
        let mut centre = vec![0f64; dims];
        for row in rows.chunks_exact(dims) {
            centre.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        let centre: Vec<f32> = centre.into_iter().map(|sum| (sum / count.max(1) as f64) as f32).collect();
        let made: Vec<Code> = rows
            .par_chunks(dims * TOGETHER)
            .flat_map_iter(|rows| {
                let mut residuals = vec![[0.0; TOGETHER]; dims];
                for (lane, row) in rows.chunks_exact(dims).enumerate() {
                    for (values, (x, c)) in residuals.iter_mut().zip(row.iter().zip(&centre)) {
                        values[lane] = x - c;
                    }
                }
                rotation.apply(&mut residuals);
                let residual =
                    move |lane: usize| residuals.iter().map(|values| values[lane]).collect::<Vec<f32>>();
                (0..rows.len() / dims).map(move |lane| Code::of(&residual(lane)))
            })
            .collect();
        Self {
            rotation,
            centre,
            words: dims.div_ceil(64),
            bits: made.iter().flat_map(|code| &code.bits).copied().collect(),
            scales: made.iter().map(|code| code.scale).collect(),
            ones: made.iter().map(|code| code.ones).collect(),
            slacks: made.iter().map(|code| code.slack).collect(),
        }
    }

    /// What is compared with every row.
    pub(super) fn question(&self, query: &[f32]) -> Question {
        let mut rotated = query.to_vec();
        self.rotation.apply(rotated.as_chunks_mut::<1>().0);
        let length = dot(query, query).sqrt();
        Question { planes: Planes::new(&rotated), base: dot(query, &self.centre), length }
    }

    /// For each row what its product with the question is with near certainty not above.
    pub(super) fn bounds(&self, question: &Question) -> Vec<f32> {
        const ROWS: usize = 256;
        let mut bounds = vec![0.0; self.scales.len()];
        let mut sums = [0.0; ROWS];
        let rows = bounds.chunks_mut(ROWS).zip(self.bits.chunks(ROWS * self.words));
        let factors = self.scales.chunks(ROWS).zip(self.ones.chunks(ROWS)).zip(self.slacks.chunks(ROWS));
        for ((bounds, bits), ((scales, ones), slacks)) in rows.zip(factors) {
            question.planes.sums(bits, &mut sums);
            question.bound(&sums, (scales, ones, slacks), bounds);
        }
        bounds
    }
}

impl Question {
    /// Bounds of some rows from the sums of their codes and their scales, ones and slacks.
    fn bound(&self, sums: &[f32], (scales, ones, slacks): (&[f32], &[f32], &[f32]), bounds: &mut [f32]) {
        let n = bounds.len();
        let (sums, scales, ones, slacks) = (&sums[..n], &scales[..n], &ones[..n], &slacks[..n]);
        // The question's rounding is spread over all signs: it adds as another random error.
        let rounding = EPSILON * self.planes.rounding();
        let slack = EPSILON * self.length;
        for i in 0..n {
            let product = self.planes.product(sums[i], ones[i]);
            bounds[i] = self.base + scales[i] * (product + rounding) + slacks[i] * slack;
        }
    }
}

impl Code {
    fn of(residual: &[f32]) -> Self {
        let word = |part: &[f32]| {
            (0..).zip(part).fold(0u64, |word, (place, r)| word | (u64::from(*r > 0.0) << place))
        };
        let bits: Vec<u64> = residual.chunks(64).map(word).collect();
        let ones = bits.iter().map(|word| word.count_ones()).sum::<u32>() as f32;
        let dims = residual.len() as f32;
        let length = dot(residual, residual).sqrt();
        let absolute: f32 = residual.iter().map(|r| r.abs()).sum();
        if absolute == 0.0 {
            return Self { bits, scale: 0.0, ones, slack: 0.0 };
        }
        // <o, x>: about 0.8 in many dimensions.
        let aligned = absolute / length / dims.sqrt();
        let missed = (1.0 - aligned * aligned).max(0.0).sqrt() / aligned;
        Self {
            bits,
            scale: length / (aligned * dims.sqrt()),
            ones,
            slack: length * missed / (dims - 1.0).max(1.0).sqrt(),
        }
    }
}
