//! One bit a dimension, from which a product is estimated with a known error: what is read of most rows of a large
//! block.
//!
//! RaBitQ (Gao and Long, SIGMOD 2024): with `c` the block's mean, a row `v` is kept as the signs `s` of the rotated
//! residual `r = R(v - c)`. With `o = r / |r|` and `x = s / sqrt(dims)`, the ratio `<q, x> / <o, x>` estimates `<q, o>`
//! without bias, and misses it by more than `EPSILON` times the slack below in fewer than one of a hundred cases; a row is
//! missed only when it is that one and also no better than the worst of the result. The question is rotated too and rounded to four bits a dimension, so that its products with signs are looked up.

use rayon::prelude::*;

use super::rotation::Rotation;
use super::signs::{ROWS, Signs, Tables};
use super::simd::dot;

/// How many times its slack an estimate may be wrong before a row is missed.
const EPSILON: f32 = 2.4;

/// Error of products and bounds for being computed in f32, of the lengths multiplied.
const ROUNDING: f32 = 1e-5;

/// Rows rotated at once.
const TOGETHER: usize = 8;

/// Rows whose rotated values are held at once.
const PORTION: usize = 4096;

/// The codes of a block's rows.
#[derive(Debug)]
pub(super) struct Codes {
    rotation: Rotation,
    centre: Vec<f32>,
    signs: Signs,
    /// `|r| / (<o, x> sqrt(dims))`, a row: times `<q, s>` it is the estimate of `<q, r>`.
    scales: Vec<f32>,
    /// Bits that are set, a row.
    ones: Vec<f32>,
    /// Standard deviation of a row's estimate, for a question of length 1.
    slacks: Vec<f32>,
}

/// What is kept of one row beside its signs.
struct Factors {
    scale: f32,
    ones: f32,
    slack: f32,
}

/// A question, made ready for one block.
pub(super) struct Question {
    tables: Tables,
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
        let length = dot(&centre, &centre).sqrt();
        let mut signs = Signs::new(count, dims);
        let mut made: Vec<Factors> = Vec::with_capacity(count);
        // In portions, so that what is rotated does not need the memory of all rows again.
        for portion in rows.chunks(dims * PORTION) {
            let rotated: Vec<Vec<f32>> = portion
                .par_chunks(dims * TOGETHER)
                .flat_map_iter(|rows| rotate(&rotation, rows, &centre))
                .collect();
            for residual in rotated {
                signs.set(made.len(), &residual);
                made.push(Factors::of(&residual, length));
            }
        }
        Self {
            rotation,
            centre,
            signs,
            scales: made.iter().map(|row| row.scale).collect(),
            ones: made.iter().map(|row| row.ones).collect(),
            slacks: made.iter().map(|row| row.slack).collect(),
        }
    }

    /// Memory the codes of `rows` vectors take, in bytes.
    pub(super) fn bytes(rows: usize, dims: usize) -> usize {
        let factors = 3 * rows * size_of::<f32>();
        Signs::bytes(rows, dims) + factors + Rotation::bytes(dims) + dims * size_of::<f32>()
    }

    /// What is compared with every row.
    pub(super) fn question(&self, query: &[f32]) -> Question {
        let mut rotated = query.to_vec();
        self.rotation.apply(rotated.as_chunks_mut::<1>().0);
        let length = dot(query, query).sqrt();
        Question { tables: Tables::new(&rotated), base: dot(query, &self.centre), length }
    }

    /// For each row what its product with the question is with near certainty not above.
    pub(super) fn bounds(&self, question: &Question) -> Vec<f32> {
        let mut bounds = vec![0.0; self.scales.len()];
        let rows = bounds.chunks_mut(ROWS).zip(self.signs.blocks());
        let factors = self.scales.chunks(ROWS).zip(self.ones.chunks(ROWS)).zip(self.slacks.chunks(ROWS));
        for ((bounds, block), ((scales, ones), slacks)) in rows.zip(factors) {
            question.bound(&question.tables.sums(block), (scales, ones, slacks), bounds);
        }
        bounds
    }
}

impl Question {
    /// Bounds of some rows from the sums of their codes and their scales, ones and slacks.
    fn bound(
        &self,
        sums: &[u16; ROWS],
        (scales, ones, slacks): (&[f32], &[f32], &[f32]),
        bounds: &mut [f32],
    ) {
        let n = bounds.len();
        let (sums, scales, ones, slacks) = (&sums[..n], &scales[..n], &ones[..n], &slacks[..n]);
        // The question's rounding is spread over all signs: it adds as another random error.
        let rounding = EPSILON * self.tables.rounding();
        let slack = EPSILON * self.length;
        for i in 0..n {
            let product = self.tables.product(f32::from(sums[i]), ones[i]);
            let bound = self.base + scales[i] * (product + rounding) + slacks[i] * slack;
            // Values near the greatest there are overflow: such a row is compared (`min` ignores what is no number).
            bounds[i] = bound.min(f32::MAX);
        }
    }
}

/// The rotated differences of some rows (at most [`TOGETHER`]) from the centre.
fn rotate(rotation: &Rotation, rows: &[f32], centre: &[f32]) -> impl Iterator<Item = Vec<f32>> {
    let mut residuals = vec![[0.0; TOGETHER]; centre.len()];
    for (lane, row) in rows.chunks_exact(centre.len()).enumerate() {
        for (values, (x, c)) in residuals.iter_mut().zip(row.iter().zip(centre)) {
            values[lane] = x - c;
        }
    }
    rotation.apply(&mut residuals);
    (0..rows.len() / centre.len()).map(move |lane| residuals.iter().map(|values| values[lane]).collect())
}

impl Factors {
    /// Those of a row with this rotated difference from a centre of length `centre`.
    fn of(residual: &[f32], centre: f32) -> Self {
        let ones = residual.iter().filter(|r| **r > 0.0).count() as f32;
        let dims = residual.len() as f32;
        let length = dot(residual, residual).sqrt();
        let absolute: f32 = residual.iter().map(|r| r.abs()).sum();
        let rounding = ROUNDING * (length + centre);
        if absolute == 0.0 {
            return Self { scale: 0.0, ones, slack: rounding };
        }
        // <o, x>: about 0.8 in many dimensions.
        let aligned = absolute / length / dims.sqrt();
        let missed = (1.0 - aligned * aligned).max(0.0).sqrt() / aligned;
        Self {
            scale: length / (aligned * dims.sqrt()),
            ones,
            slack: length * missed / (dims - 1.0).max(1.0).sqrt() + rounding,
        }
    }
}
