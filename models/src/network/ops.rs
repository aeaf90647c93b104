//! The encoder's fused operations, as candle operations over rows, in parallel.

use candle_core::{CpuStorage, DType, InplaceOp2, Layout, Result, bail};
use rayon::prelude::*;

use super::matrix::Linear;
use crate::kernels::{
    Int8Unit, PANEL_F32, PANEL_INT8, Quantised, Unit, add_norm, bias_gelu, product_int8, product_packed,
};

/// Floats a parallel task handles at least; smaller pieces cost more to hand out than to compute.
const TASK_FLOATS: usize = 16 * 1024;

/// Activation rows a task multiplies at most: they and their results stay in the second-level cache while the
/// weights pass by.
const PRODUCT_ROWS: usize = 48;

/// `x * weights`, and what is done to each row of the result while it is in the cache.
pub(crate) struct Product<'a> {
    /// The weights.
    pub(crate) weights: &'a Linear,
    /// If given, the result is `gelu(x * weights + bias)`.
    pub(crate) gelu_bias: Option<&'a [f32]>,
}

/// What a thread reuses between tasks.
#[derive(Default)]
struct Scratch {
    floats: Vec<f32>,
    quantised: Quantised,
}

impl InplaceOp2 for Product<'_> {
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
        let (inputs, outputs) = (self.weights.inputs(), self.weights.outputs());
        let x = rows(x, x_layout, inputs)?;
        let out = rows_mut(out, out_layout, outputs)?;
        let count = x.len() / inputs;
        if out.len() != count * outputs {
            bail!("a product of {count} rows got room for {} values", out.len());
        }
        if count <= PRODUCT_ROWS {
            self.by_columns(x, out);
        } else {
            self.by_rows(x, out);
        }
        Ok(())
    }
}

impl Product<'_> {
    /// Outputs of a panel of the weights.
    fn panel(&self) -> usize {
        match self.weights {
            Linear::F32(_) => PANEL_F32,
            Linear::Int8(_) => PANEL_INT8,
        }
    }

    /// The outputs of some panels for some rows.
    fn multiply(&self, panels: std::ops::Range<usize>, x: &[f32], out: &mut [f32], scratch: &mut Scratch) {
        let columns = panels.start * self.panel()..panels.end * self.panel();
        match self.weights {
            Linear::F32(weights) => {
                product_packed(Unit::detect(), weights, panels, x, out, &mut scratch.floats);
            }
            Linear::Int8(weights) => {
                product_int8(Int8Unit::detect(), weights, panels, x, out, &mut scratch.quantised);
            }
        }
        if let Some(bias) = self.gelu_bias {
            let bias = &bias[columns];
            for row in out.chunks_exact_mut(bias.len()) {
                bias_gelu(Unit::detect(), row, bias);
            }
        }
    }

    /// Many rows: each task takes some of them and all weights.
    fn by_rows(&self, x: &[f32], out: &mut [f32]) {
        let (inputs, outputs) = (self.weights.inputs(), self.weights.outputs());
        let tile = match self.weights {
            Linear::F32(_) => Unit::detect().rows(),
            Linear::Int8(_) => Int8Unit::detect().rows(),
        };
        // A few tasks a thread, so that one that is late costs little; 48 is a multiple of every tile's rows.
        let rows = (x.len() / inputs).div_ceil(rayon::current_num_threads() * 4);
        let rows = rows.next_multiple_of(tile).min(PRODUCT_ROWS);
        let tasks = out.par_chunks_mut(rows * outputs).zip(x.par_chunks(rows * inputs));
        tasks.for_each_init(Scratch::default, |scratch, (out, x)| {
            self.multiply(0..outputs / self.panel(), x, out, scratch);
        });
    }

    /// Few rows: each task takes all of them and some of the weights, which then pass through one core's cache only.
    fn by_columns(&self, x: &[f32], out: &mut [f32]) {
        let (outputs, panel) = (self.weights.outputs(), self.panel());
        let count = x.len() / self.weights.inputs();
        let panels = outputs / panel;
        let share = panels.div_ceil(rayon::current_num_threads() * 2);
        let parts: Vec<Vec<f32>> = (0..panels.div_ceil(share))
            .into_par_iter()
            .map(|part| {
                let panels = part * share..((part + 1) * share).min(panels);
                let mut own = vec![0.0; count * panels.len() * panel];
                self.multiply(panels, x, &mut own, &mut Scratch::default());
                own
            })
            .collect();
        for (part, own) in parts.iter().enumerate() {
            let width = own.len() / count;
            let first = part * share * panel;
            for (row, own) in out.chunks_exact_mut(outputs).zip(own.chunks_exact(width)) {
                row[first..first + width].copy_from_slice(own);
            }
        }
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
