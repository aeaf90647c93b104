//! The network's fused operations, as candle operations over rows, in parallel.

use candle_core::{CpuStorage, DType, InplaceOp2, Layout, Result, bail};
use rayon::prelude::*;

use super::matrix::Linear;
use super::product::{MOST_ROWS, Product, Scratch, shares};
use super::weights::Layer;
use crate::kernels::{Unit, add_norm};

/// `out = x * weights`.
pub(crate) struct Project<'a>(pub(crate) &'a Linear);

impl InplaceOp2 for Project<'_> {
    fn name(&self) -> &'static str {
        "packed-product"
    }

    /// Writes the result of the second operand to the first.
    fn cpu_fwd(
        &self,
        out: &mut CpuStorage,
        out_layout: &Layout,
        x: &CpuStorage,
        x_layout: &Layout,
    ) -> Result<()> {
        let (inputs, outputs) = (self.0.inputs(), self.0.outputs());
        let x = rows(x, x_layout, inputs)?;
        let out = rows_mut(out, out_layout, outputs)?;
        let count = x.len() / inputs;
        if out.len() != count * outputs {
            bail!("a product of {count} rows got room for {} values", out.len());
        }
        let product = Product::plain(self.0);
        if count <= MOST_ROWS {
            product.multiply_few(x, out);
        } else {
            let tasks = tasks(self.0, (out, outputs), (x, inputs));
            tasks
                .into_par_iter()
                .for_each(|(out, x)| Scratch::with(|scratch| product.multiply(x, out, scratch)));
        }
        Ok(())
    }
}

/// What a layer does to the token vectors `x` with what attention gathered, row by row:
/// `y = norm(x + context * output + b)`, then `x = norm(y + gelu(y * up + c) * down + d)`.
///
/// With many rows each task takes some of them through all of it, so that threads meet once and nothing in between
/// leaves the cache.
pub(crate) struct Finish<'a>(pub(crate) &'a Layer);

impl InplaceOp2 for Finish<'_> {
    fn name(&self) -> &'static str {
        "finish-layer"
    }

    /// Changes the token vectors, the first operand, by the contexts, the second.
    fn cpu_fwd(
        &self,
        x: &mut CpuStorage,
        x_layout: &Layout,
        context: &CpuStorage,
        context_layout: &Layout,
    ) -> Result<()> {
        let hidden = self.0.output_bias.len();
        let context = rows(context, context_layout, hidden)?;
        let x = rows_mut(x, x_layout, hidden)?;
        if x.len() != context.len() {
            bail!("{} values of token vectors and {} of contexts", x.len(), context.len());
        }
        if x.len() <= MOST_ROWS * hidden {
            self.run(x, context, &mut Scratch::default(), |product, x, out, _| product.multiply_few(x, out));
        } else {
            let tasks = tasks(&self.0.up, (x, hidden), (context, hidden));
            tasks.into_par_iter().for_each(|(x, context)| {
                Scratch::with(|scratch| {
                    self.run(x, context, scratch, |product, x, out, scratch| {
                        product.multiply(x, out, scratch);
                    });
                });
            });
        }
        Ok(())
    }
}

impl Finish<'_> {
    /// Takes some rows through it, with `multiply` for the products.
    fn run(
        &self,
        x: &mut [f32],
        context: &[f32],
        scratch: &mut Scratch,
        multiply: impl Fn(Product<'_>, &[f32], &mut [f32], &mut Scratch),
    ) {
        let Layer { output, output_bias, attention_norm, up, up_bias, down, down_bias, output_norm, .. } =
            self.0;
        let (mut outer, mut inner) = (std::mem::take(&mut scratch.outer), std::mem::take(&mut scratch.inner));
        outer.resize(x.len(), 0.0);
        inner.resize(x.len() / up.inputs() * up.outputs(), 0.0);
        multiply(Product::plain(output), context, &mut outer, scratch);
        attention_norm.apply(x, &outer, output_bias);
        multiply(Product { weights: up, gelu_bias: Some(up_bias) }, x, &mut inner, scratch);
        multiply(Product::plain(down), &inner, &mut outer, scratch);
        output_norm.apply(x, &outer, down_bias);
        (scratch.outer, scratch.inner) = (outer, inner);
    }
}

/// Rows to write with the rows they are made of (each given with its width), shared out.
fn tasks<'a>(
    weights: &Linear,
    (mut out, outputs): (&'a mut [f32], usize),
    (mut x, inputs): (&'a [f32], usize),
) -> Vec<(&'a mut [f32], &'a [f32])> {
    let shares = shares(x.len() / inputs, weights.tile_rows(), rayon::current_num_threads());
    let mut tasks = Vec::with_capacity(shares.len());
    for rows in shares {
        let (own_out, rest_out) = out.split_at_mut(rows * outputs);
        let (own_x, rest_x) = x.split_at(rows * inputs);
        (out, x) = (rest_out, rest_x);
        tasks.push((own_out, own_x));
    }
    tasks
}

/// A layer normalisation's parameters.
#[derive(Debug)]
pub(crate) struct Norm {
    /// Scale, one value a column.
    pub(crate) weight: Vec<f32>,
    /// Shift, one value a column.
    pub(crate) shift: Vec<f32>,
    /// Added to the variance.
    pub(crate) epsilon: f32,
}

impl Norm {
    /// `x = norm(x + y + bias)` for every row: residual connection, the bias of the product before it, normalisation.
    fn apply(&self, x: &mut [f32], y: &[f32], bias: &[f32]) {
        let unit = Unit::detect();
        for (x, y) in x.chunks_exact_mut(bias.len()).zip(y.chunks_exact(bias.len())) {
            add_norm(unit, x, y, bias, &self.weight, &self.shift, self.epsilon);
        }
    }
}

/// The contiguous f32 rows of a tensor.
pub(crate) fn rows<'a>(storage: &'a CpuStorage, layout: &Layout, width: usize) -> Result<&'a [f32]> {
    let CpuStorage::F32(values) = storage else {
        bail!("expected {:?} values", DType::F32);
    };
    match layout.contiguous_offsets() {
        Some((start, end)) if (end - start).is_multiple_of(width) => Ok(&values[start..end]),
        _ => bail!("expected contiguous rows of {width} values, found {layout:?}"),
    }
}

/// As [`rows`], to write.
pub(crate) fn rows_mut<'a>(
    storage: &'a mut CpuStorage,
    layout: &Layout,
    width: usize,
) -> Result<&'a mut [f32]> {
    let CpuStorage::F32(values) = storage else {
        bail!("expected {:?} values", DType::F32);
    };
    match layout.contiguous_offsets() {
        Some((start, end)) if (end - start).is_multiple_of(width) => Ok(&mut values[start..end]),
        _ => bail!("expected contiguous rows of {width} values, found {layout:?}"),
    }
}
