//! The encoder's fused operations, as candle operations over rows, in parallel.

use candle_core::{CpuStorage, CustomOp1, DType, InplaceOp2, Layout, Result, Shape, bail};
use rayon::prelude::*;

use crate::kernels::{Packed, Unit, add_norm, bias_gelu, product_packed};

/// Floats a parallel task handles at least; smaller pieces cost more to hand out than to compute.
const TASK_FLOATS: usize = 16 * 1024;

/// Activation rows a task multiplies at most: they and their results stay in the second-level cache while the
/// weights pass by.
const PRODUCT_ROWS: usize = 48;

/// `x * weights`, and what is done to each row of the result while it is in the cache.
pub(crate) struct Product<'a> {
    /// The weights.
    pub(crate) weights: &'a Packed,
    /// If given, the result is `gelu(x * weights + bias)`.
    pub(crate) gelu_bias: Option<&'a [f32]>,
}

impl CustomOp1 for Product<'_> {
    fn name(&self) -> &'static str {
        "packed-product"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (inputs, outputs) = (self.weights.inputs(), self.weights.outputs());
        let x = rows(storage, layout, inputs)?;
        let count = x.len() / inputs;
        let unit = Unit::detect();
        let mut out = vec![0.0f32; count * outputs];
        // A few tasks a thread, so that one that is late costs little; twelve rows are the widest tile.
        let rows = count.div_ceil(rayon::current_num_threads() * 4).next_multiple_of(12).min(PRODUCT_ROWS);
        let tasks = out.par_chunks_mut(rows * outputs).zip(x.par_chunks(rows * inputs));
        tasks.for_each_init(Vec::new, |scratch, (out, x)| {
            product_packed(unit, self.weights, x, out, scratch);
            if let Some(bias) = self.gelu_bias {
                for row in out.chunks_exact_mut(outputs) {
                    bias_gelu(unit, row, bias);
                }
            }
        });
        Ok((CpuStorage::F32(out), Shape::from((count, outputs))))
    }
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

/// `x = norm(x + y + bias)` for every row: residual connection, the bias of the product before it, normalisation.
pub(crate) struct AddNorm<'a> {
    /// One value a column.
    pub(crate) bias: &'a [f32],
    /// The normalisation.
    pub(crate) norm: &'a Norm,
}

impl InplaceOp2 for AddNorm<'_> {
    fn name(&self) -> &'static str {
        "add-norm"
    }

    fn cpu_fwd(
        &self,
        x: &mut CpuStorage,
        x_layout: &Layout,
        y: &CpuStorage,
        y_layout: &Layout,
    ) -> Result<()> {
        let width = self.bias.len();
        let unit = Unit::detect();
        let y = rows(y, y_layout, width)?;
        let x = rows_mut(x, x_layout, width)?;
        if x.len() != y.len() {
            bail!("add-norm of {} and {} values", x.len(), y.len());
        }
        let Norm { weight, shift, epsilon } = self.norm;
        x.par_chunks_mut(task(width)).zip(y.par_chunks(task(width))).for_each(|(x, y)| {
            for (x, y) in x.chunks_exact_mut(width).zip(y.chunks_exact(width)) {
                add_norm(unit, x, y, self.bias, weight, shift, *epsilon);
            }
        });
        Ok(())
    }
}

/// Whole rows of `width` floats whose total is about [`TASK_FLOATS`].
fn task(width: usize) -> usize {
    (TASK_FLOATS / width).max(1) * width
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
fn rows_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout, width: usize) -> Result<&'a mut [f32]> {
    let CpuStorage::F32(values) = storage else {
        bail!("expected {:?} values", DType::F32);
    };
    match layout.contiguous_offsets() {
        Some((start, end)) if (end - start).is_multiple_of(width) => Ok(&mut values[start..end]),
        _ => bail!("expected contiguous rows of {width} values, found {layout:?}"),
    }
}
