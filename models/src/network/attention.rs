//! Self-attention over a batch without padding: sequences lie one after the other in one matrix of tokens.

use candle_core::{CpuStorage, InplaceOp2, Layout, Result, bail};
use rayon::prelude::*;

use super::ops::{rows, rows_mut};
use crate::kernels::{Unit, View, exp_row, product};

/// Query rows a task handles: its scores (rows x sequence length) stay in the first caches, and a single text gives every
/// thread something to do. Always the same number, so that a text gives the same bits whatever else is in the batch.
const QUERY_ROWS: usize = 32;

/// Maps `[tokens, 3 * hidden]` (queries, keys, values side by side) to the contexts `[tokens, hidden]`.
///
/// Queries must come scaled by `1 / sqrt(head size)`. Keys and values come without their biases: a key bias adds
/// the same to every score of a row, which softmax ignores, and a value bias adds itself to the context, because
/// the weights sum to one, so it is part of the next product's bias.
pub(crate) struct Attention<'a> {
    /// Tokens of each sequence; their sum is the number of rows.
    pub(crate) lengths: &'a [usize],
    /// Attention heads.
    pub(crate) heads: usize,
    /// The queries' bias, scaled as they are.
    pub(crate) query_bias: &'a [f32],
}

/// One task: some query rows of one sequence.
struct Block<'a> {
    /// First token of the sequence.
    sequence: usize,
    /// Tokens of the sequence.
    length: usize,
    /// First token of the block.
    first: usize,
    /// The block's rows of the result.
    out: &'a mut [f32],
}

/// What a thread reuses between blocks.
#[derive(Default)]
struct Scratch {
    queries: Vec<f32>,
    scores: Vec<f32>,
    inverse_sums: Vec<f32>,
}

impl InplaceOp2 for Attention<'_> {
    fn name(&self) -> &'static str {
        "packed-attention"
    }

    /// Writes the contexts of the second operand to the first.
    fn cpu_fwd(
        &self,
        out: &mut CpuStorage,
        out_layout: &Layout,
        qkv: &CpuStorage,
        qkv_layout: &Layout,
    ) -> Result<()> {
        let hidden = self.query_bias.len();
        let qkv = rows(qkv, qkv_layout, 3 * hidden)?;
        let out = rows_mut(out, out_layout, hidden)?;
        let tokens: usize = self.lengths.iter().sum();
        if qkv.len() != tokens * 3 * hidden || out.len() != tokens * hidden {
            bail!("attention over {tokens} tokens got {} values and room for {}", qkv.len(), out.len());
        }
        let mut blocks = Vec::new();
        let mut rest = out;
        let mut sequence = 0;
        for &length in self.lengths {
            for first in (0..length).step_by(QUERY_ROWS) {
                let count = QUERY_ROWS.min(length - first);
                let (block, tail) = rest.split_at_mut(count * hidden);
                rest = tail;
                blocks.push(Block { sequence, length, first: sequence + first, out: block });
            }
            sequence += length;
        }
        let unit = Unit::detect();
        blocks
            .into_par_iter()
            .for_each_init(Scratch::default, |scratch, block| self.attend(unit, qkv, block, scratch));
        Ok(())
    }
}

impl Attention<'_> {
    /// Fills one block, head by head.
    fn attend(&self, unit: Unit, qkv: &[f32], block: Block<'_>, scratch: &mut Scratch) {
        let hidden = self.query_bias.len();
        let head = hidden / self.heads;
        let Block { sequence, length, first, out } = block;
        let count = out.len() / hidden;

        scratch.queries.clear();
        for row in qkv[first * 3 * hidden..(first + count) * 3 * hidden].chunks_exact(3 * hidden) {
            scratch.queries.extend(row.iter().zip(self.query_bias).map(|(value, bias)| value + bias));
        }
        scratch.scores.resize(count * length, 0.0);
        let scores_view = View { offset: 0, row_stride: length, col_stride: 1 };

        for h in 0..self.heads {
            let column = h * head;
            let queries = View { offset: column, row_stride: hidden, col_stride: 1 };
            let keys = View {
                offset: sequence * 3 * hidden + hidden + column,
                row_stride: 1,
                col_stride: 3 * hidden,
            };
            let values = View {
                offset: sequence * 3 * hidden + 2 * hidden + column,
                row_stride: 3 * hidden,
                col_stride: 1,
            };
            let scores = &mut scratch.scores[..count * length];
            product((count, head, length), (scores, scores_view), (&scratch.queries, queries), (qkv, keys));
            scratch.inverse_sums.clear();
            scratch.inverse_sums.extend(scores.chunks_exact_mut(length).map(|row| exp_row(unit, row)));
            let context = View { offset: column, row_stride: hidden, col_stride: 1 };
            product((count, length, head), (&mut *out, context), (scores, scores_view), (qkv, values));
            for (row, inverse) in out.chunks_exact_mut(hidden).zip(&scratch.inverse_sums) {
                for value in &mut row[column..column + head] {
                    *value *= inverse;
                }
            }
        }
    }
}
