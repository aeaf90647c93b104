//! Self-attention of one head for some queries, from registers and the first-level cache.
//!
//! Queries are lanes: scores lie as `[key][query]`, so that a softmax is sixteen side by side without any sum across
//! a register, and every product reads neighbouring floats. Keys are read where they are; only the block's queries
//! and the head's values are copied. A general product packs all of that on each call, which cost more than the
//! arithmetic. A query's result is the same bits whichever block it is in.

use super::vector::{MulAdd, exp_nonpositive};

/// Queries of a block; each is a lane.
pub(crate) const QUERIES: usize = 16;

/// Dimensions of a key read at once.
const STEP: usize = 8;

/// Keys whose weights are summed before they are added to the total, so that long sums stay accurate.
const PART: usize = 16;

/// A value of each query.
type Lanes = [f32; QUERIES];

/// One head of one sequence.
pub(crate) struct Head<'a> {
    /// The sequence's rows: queries, keys and values of all heads side by side. Queries come scaled.
    pub(crate) qkv: &'a [f32],
    /// All heads' queries' bias, scaled too; its length is a third of a row's.
    pub(crate) query_bias: &'a [f32],
    /// Dimensions of a head.
    pub(crate) size: usize,
    /// The head's first column.
    pub(crate) column: usize,
}

/// Which third of a row.
#[derive(Clone, Copy)]
enum Part {
    Queries,
    Keys,
    Values,
}

impl Head<'_> {
    #[inline(always)]
    fn part(&self, token: usize, part: Part) -> &[f32] {
        &self.qkv[(token * 3 + part as usize) * self.query_bias.len() + self.column..][..self.size]
    }

    /// Tokens of the sequence.
    #[inline(always)]
    fn tokens(&self) -> usize {
        self.qkv.len() / (3 * self.query_bias.len())
    }
}

/// What a thread reuses between blocks.
#[derive(Default)]
pub(crate) struct AttentionScratch {
    /// `[dimension][query]`.
    queries: Vec<Lanes>,
    /// `[key][query]`.
    scores: Vec<Lanes>,
    /// `[panel][token][W columns]`.
    values: Vec<f32>,
}

/// Writes the contexts of the queries from token `first` on to the head's columns of `out`, which has a row of all
/// heads' columns for each of them. K keys' scores, then R queries by W dimensions of the context, are kept in
/// registers. The keys' and values' biases are the caller's matter.
#[inline(always)]
pub(super) fn attend<M: MulAdd, const K: usize, const R: usize, const W: usize>(
    head: &Head<'_>,
    first: usize,
    out: &mut [f32],
    scratch: &mut AttentionScratch,
) {
    let AttentionScratch { queries, scores, values } = scratch;
    let hidden = head.query_bias.len();
    read_values::<W>(head, values);
    let values = values.as_chunks::<W>().0;
    for (block, out) in out.chunks_mut(QUERIES * hidden).enumerate() {
        let count = out.len() / hidden;
        read_queries(head, first + block * QUERIES, count, queries);
        let greatest = score::<M, K>(head, queries, scores);
        let inverse = softmax::<M>(scores, &greatest);
        for (panel, values) in values.chunks_exact(head.tokens()).enumerate() {
            let columns = head.column + panel * W..head.column + head.size.min((panel + 1) * W);
            for query in (0..count).step_by(R) {
                let sums = weigh::<M, R, W>(scores, query, values);
                let rows = out.chunks_exact_mut(hidden).zip(&inverse).skip(query);
                for ((row, inverse), sums) in rows.zip(&sums) {
                    for (value, sum) in row[columns.clone()].iter_mut().zip(sums) {
                        *value = sum * inverse;
                    }
                }
            }
        }
    }
}

/// The block's queries with their bias, side by side; lanes without a query are zero.
#[inline(always)]
fn read_queries(head: &Head<'_>, first: usize, count: usize, queries: &mut Vec<Lanes>) {
    queries.clear();
    queries.resize(head.size, [0.0; QUERIES]);
    let bias = &head.query_bias[head.column..][..head.size];
    for lane in 0..count {
        let row = head.part(first + lane, Part::Queries);
        for ((lanes, value), bias) in queries.iter_mut().zip(row).zip(bias) {
            lanes[lane] = value + bias;
        }
    }
}

/// Fills the scores of all keys; returns each query's greatest.
#[inline(always)]
fn score<M: MulAdd, const K: usize>(head: &Head<'_>, queries: &[Lanes], scores: &mut Vec<Lanes>) -> Lanes {
    let tokens = head.tokens();
    scores.resize(tokens, [0.0; QUERIES]);
    let mut greatest = [f32::NEG_INFINITY; QUERIES];
    for (group, scores) in scores.chunks_mut(K).enumerate() {
        // The last group is filled up with the last key.
        let keys: [&[f32]; K] =
            std::array::from_fn(|k| head.part((group * K + k).min(tokens - 1), Part::Keys));
        for (score, sums) in scores.iter_mut().zip(dots::<M, K>(queries, keys)) {
            *score = sums;
            for (greatest, sum) in greatest.iter_mut().zip(sums) {
                *greatest = if sum > *greatest { sum } else { *greatest };
            }
        }
    }
    greatest
}

/// The dot products of K keys with every query.
#[inline(always)]
fn dots<M: MulAdd, const K: usize>(queries: &[Lanes], keys: [&[f32]; K]) -> [Lanes; K] {
    let mut sums = [[0.0; QUERIES]; K];
    let (steps, rest) = queries.as_chunks::<STEP>();
    let keys = keys.map(|key| key.as_chunks::<STEP>());
    for (i, queries) in steps.iter().enumerate() {
        let keys: [&[f32; STEP]; K] = std::array::from_fn(|k| &keys[k].0[i]);
        for d in 0..STEP {
            for k in 0..K {
                for lane in 0..QUERIES {
                    sums[k][lane] = M::mul_add(keys[k][d], queries[d][lane], sums[k][lane]);
                }
            }
        }
    }
    for (d, queries) in rest.iter().enumerate() {
        for k in 0..K {
            for lane in 0..QUERIES {
                sums[k][lane] = M::mul_add(keys[k].1[d], queries[lane], sums[k][lane]);
            }
        }
    }
    sums
}

/// Turns scores into weights not yet divided by their sum; returns one over each query's sum.
#[inline(always)]
fn softmax<M: MulAdd>(scores: &mut [Lanes], greatest: &Lanes) -> Lanes {
    let mut totals = [0.0; QUERIES];
    for scores in scores.chunks_mut(PART) {
        let mut sums = [0.0; QUERIES];
        for score in scores {
            for lane in 0..QUERIES {
                score[lane] = exp_nonpositive::<M>(score[lane] - greatest[lane]);
                sums[lane] += score[lane];
            }
        }
        for (total, sum) in totals.iter_mut().zip(sums) {
            *total += sum;
        }
    }
    totals.map(|total| 1.0 / total)
}

/// The head's values in panels of W columns; the last one is filled up with zeros.
#[inline(always)]
fn read_values<const W: usize>(head: &Head<'_>, values: &mut Vec<f32>) {
    let tokens = head.tokens();
    values.resize(head.size.div_ceil(W) * tokens * W, 0.0);
    let rows = values.as_chunks_mut::<W>().0;
    for (panel, rows) in rows.chunks_exact_mut(tokens).enumerate() {
        for (token, row) in rows.iter_mut().enumerate() {
            let columns = &head.part(token, Part::Values)[panel * W..];
            match columns.first_chunk() {
                Some(columns) => *row = *columns,
                None => {
                    row.fill(0.0);
                    row[..columns.len()].copy_from_slice(columns);
                }
            }
        }
    }
}

/// The sums of values weighted for R queries from `query` on.
#[inline(always)]
fn weigh<M: MulAdd, const R: usize, const W: usize>(
    weights: &[Lanes],
    query: usize,
    values: &[[f32; W]],
) -> [[f32; W]; R] {
    let mut sums = [[0.0; W]; R];
    for (weights, values) in weights.iter().zip(values) {
        let Some(weights) = weights[query..].first_chunk::<R>() else { return sums };
        for r in 0..R {
            for w in 0..W {
                sums[r][w] = M::mul_add(weights[r], values[w], sums[r][w]);
            }
        }
    }
    sums
}
