//! The encoder's fused operations, as in-place candle operations over rows, in parallel.

use candle_core::{CpuStorage, DType, InplaceOp1, InplaceOp2, Layout, Result, bail};
use rayon::prelude::*;

use crate::kernels::{Unit, add_norm, bias_gelu};

/// Floats a parallel task handles at least; smaller pieces cost more to hand out than to compute.
const TASK_FLOATS: usize = 16 * 1024;

/// `x = gelu(x + bias)` for every row.
pub(crate) struct BiasGelu<'a> {
    /// One value a column.
    pub(crate) bias: &'a [f32],
}

impl InplaceOp1 for BiasGelu<'_> {
    fn name(&self) -> &'static str {
        "bias-gelu"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let width = self.bias.len();
        let unit = Unit::detect();
        rows_mut(storage, layout, width)?.par_chunks_mut(task(width)).for_each(|rows| {
            for row in rows.chunks_exact_mut(width) {
                bias_gelu(unit, row, self.bias);
            }
        });
        Ok(())
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

    fn cpu_fwd(&self, x: &mut CpuStorage, x_layout: &Layout, y: &CpuStorage, y_layout: &Layout) -> Result<()> {
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
