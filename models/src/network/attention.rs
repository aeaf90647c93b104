//! Self-attention over a batch without padding: sequences lie one after the other in one matrix of tokens.

use candle_core::{CpuStorage, InplaceOp2, Layout, Result, bail};
use rayon::prelude::*;

use super::ops::{rows, rows_mut};
use super::product::shares;
use crate::kernels::{AttentionScratch, Head, QUERIES, Unit, attend};

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
    /// The sequence's rows of queries, keys and values.
    qkv: &'a [f32],
    /// The block's first token in its sequence.
    first: usize,
    /// The block's rows of the result.
    out: &'a mut [f32],
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
        let (mut rest_out, mut rest_qkv) = (out, qkv);
        for &length in self.lengths {
            let (qkv, later) = rest_qkv.split_at(length * 3 * hidden);
            rest_qkv = later;
            let mut first = 0;
            for count in shares(length, QUERIES, rayon::current_num_threads()) {
                let (out, later) = rest_out.split_at_mut(count * hidden);
                rest_out = later;
                blocks.push(Block { qkv, first, out });
                first += count;
            }
        }
        let unit = Unit::detect();
        blocks
            .into_par_iter()
            .for_each_init(AttentionScratch::default, |scratch, block| self.attend(unit, block, scratch));
        Ok(())
    }
}

impl Attention<'_> {
    /// Fills one block, head by head.
    fn attend(&self, unit: Unit, block: Block<'_>, scratch: &mut AttentionScratch) {
        let Self { query_bias, heads, .. } = *self;
        let Block { qkv, first, out } = block;
        let size = query_bias.len() / heads;
        for column in (0..query_bias.len()).step_by(size) {
            let head = Head { qkv, query_bias, size, column };
            attend(unit, &head, first, out, scratch);
        }
    }
}
