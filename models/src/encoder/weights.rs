//! Loads `model.safetensors` into the shapes the forward pass wants.

use safetensors::{Dtype, SafeTensors};

use super::ops::Norm;
use super::q4;
use crate::error::ModelError;
use crate::kernels::Packed;
use crate::registry::Architecture;

/// The suffix of a matrix stored as Q4_0 blocks, one row of bytes an output.
pub(crate) const Q4_SUFFIX: &str = ".q4_0";

/// The word embeddings, as stored.
pub(crate) enum WordEmbeddings {
    /// One row of f32 a token.
    F32(Vec<f32>),
    /// One row of Q4_0 blocks a token; only looked-up rows are dequantised.
    Q4(Vec<u8>),
}

/// What happens before the first layer.
pub(crate) struct Embeddings {
    /// Word embeddings.
    pub(crate) words: WordEmbeddings,
    /// Rows of `words`.
    pub(crate) vocabulary: usize,
    /// Position embedding plus the embedding of token type 0, one row a position from 0 on.
    pub(crate) positions: Vec<f32>,
    /// Normalisation after the sum.
    pub(crate) norm: Norm,
}

/// One transformer layer.
pub(crate) struct Layer {
    /// Queries (scaled by `1 / sqrt(head size)`), keys and values side by side.
    pub(crate) qkv: Packed,
    /// The queries' bias, scaled; the other two biases are folded away (see `attention`).
    pub(crate) query_bias: Vec<f32>,
    /// Attention output.
    pub(crate) output: Packed,
    /// Its bias, plus `output` applied to the values' bias.
    pub(crate) output_bias: Vec<f32>,
    /// Normalisation after attention.
    pub(crate) attention_norm: Norm,
    /// First product of the feed-forward part.
    pub(crate) up: Packed,
    /// Its bias.
    pub(crate) up_bias: Vec<f32>,
    /// Second product of the feed-forward part.
    pub(crate) down: Packed,
    /// Its bias.
    pub(crate) down_bias: Vec<f32>,
    /// Normalisation after it.
    pub(crate) output_norm: Norm,
}

/// All weights of an encoder.
pub(crate) struct Weights {
    /// Before the layers.
    pub(crate) embeddings: Embeddings,
    /// The layers, first to last.
    pub(crate) layers: Vec<Layer>,
}

/// A reader of tensors that names the file in its errors.
struct Reader<'a> {
    tensors: SafeTensors<'a>,
    file: &'a str,
}

impl Reader<'_> {
    /// A tensor of f32 with exactly `count` values.
    fn vector(&self, name: &str, count: usize) -> Result<Vec<f32>, ModelError> {
        let view = self
            .tensors
            .tensor(name)
            .map_err(|e| ModelError::damaged(self.file, format!("tensor {name}: {e}")))?;
        if view.dtype() != Dtype::F32 || view.data().len() != count * 4 {
            let reason = format!(
                "tensor {name} is {:?} {:?}, expected {count} F32 values",
                view.dtype(),
                view.shape()
            );
            return Err(ModelError::damaged(self.file, reason));
        }
        Ok(view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// The Q4_0 blocks of `rows` rows of `cols` weights, if the matrix is stored so.
    fn blocks(&self, name: &str, rows: usize, cols: usize) -> Result<Option<&[u8]>, ModelError> {
        let Ok(view) = self.tensors.tensor(&format!("{name}{Q4_SUFFIX}")) else {
            return Ok(None);
        };
        if view.dtype() != Dtype::U8 || view.data().len() != rows * cols / q4::BLOCK * q4::BLOCK_BYTES {
            let reason = format!("tensor {name}{Q4_SUFFIX} has {} bytes", view.data().len());
            return Err(ModelError::damaged(self.file, reason));
        }
        Ok(Some(view.data()))
    }

    /// A matrix `[rows, cols]` (outputs, inputs) as f32.
    fn matrix(&self, name: &str, rows: usize, cols: usize) -> Result<Vec<f32>, ModelError> {
        match self.blocks(name, rows, cols)? {
            Some(blocks) => Ok(q4::dequantise(blocks)),
            None => self.vector(name, rows * cols),
        }
    }

    /// The two tensors of a layer normalisation.
    fn norm(&self, name: &str, arch: &Architecture) -> Result<Norm, ModelError> {
        Ok(Norm {
            weight: self.vector(&format!("{name}.weight"), arch.hidden)?,
            shift: self.vector(&format!("{name}.bias"), arch.hidden)?,
            epsilon: arch.norm_epsilon,
        })
    }
}

impl Weights {
    /// Reads the bytes of a safetensors file; `file` names it in errors.
    pub(crate) fn read(bytes: &[u8], file: &str, arch: &Architecture) -> Result<Self, ModelError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| ModelError::damaged(file, e))?;
        let reader = Reader { tensors, file };
        let layers = (0..arch.layers).map(|i| Layer::read(&reader, i, arch)).collect::<Result<_, _>>()?;
        Ok(Self { embeddings: Embeddings::read(&reader, arch)?, layers })
    }
}

impl Embeddings {
    fn read(reader: &Reader<'_>, arch: &Architecture) -> Result<Self, ModelError> {
        const WORDS: &str = "embeddings.word_embeddings.weight";
        let words = match reader.blocks(WORDS, arch.vocabulary, arch.hidden)? {
            Some(blocks) => WordEmbeddings::Q4(blocks.to_vec()),
            None => WordEmbeddings::F32(reader.vector(WORDS, arch.vocabulary * arch.hidden)?),
        };
        let mut positions =
            reader.vector("embeddings.position_embeddings.weight", arch.positions * arch.hidden)?;
        let types =
            reader.vector("embeddings.token_type_embeddings.weight", arch.token_types * arch.hidden)?;
        for row in positions.chunks_exact_mut(arch.hidden) {
            row.iter_mut().zip(&types[..arch.hidden]).for_each(|(position, kind)| *position += kind);
        }
        Ok(Self {
            words,
            vocabulary: arch.vocabulary,
            positions,
            norm: reader.norm("embeddings.LayerNorm", arch)?,
        })
    }
}

impl Layer {
    fn read(reader: &Reader<'_>, index: usize, arch: &Architecture) -> Result<Self, ModelError> {
        let (hidden, inner) = (arch.hidden, arch.feed_forward);
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let matrix = |part: &str, rows, cols| reader.matrix(&name(&format!("{part}.weight")), rows, cols);
        let bias = |part: &str, count| reader.vector(&name(&format!("{part}.bias")), count);

        let scale = 1.0 / ((hidden / arch.heads) as f32).sqrt();
        let mut stacked = matrix("attention.self.query", hidden, hidden)?;
        stacked.iter_mut().for_each(|value| *value *= scale);
        stacked.extend(matrix("attention.self.key", hidden, hidden)?);
        stacked.extend(matrix("attention.self.value", hidden, hidden)?);
        let mut query_bias = bias("attention.self.query", hidden)?;
        query_bias.iter_mut().for_each(|value| *value *= scale);

        let output = matrix("attention.output.dense", hidden, hidden)?;
        let value_bias = bias("attention.self.value", hidden)?;
        let mut output_bias = bias("attention.output.dense", hidden)?;
        for (bias, row) in output_bias.iter_mut().zip(output.chunks_exact(hidden)) {
            let folded: f64 = row.iter().zip(&value_bias).map(|(w, b)| f64::from(*w) * f64::from(*b)).sum();
            *bias += folded as f32;
        }
        Ok(Self {
            qkv: packed(&stacked, 3 * hidden, hidden)?,
            query_bias,
            output: packed(&output, hidden, hidden)?,
            output_bias,
            attention_norm: reader.norm(&name("attention.output.LayerNorm"), arch)?,
            up: packed(&matrix("intermediate.dense", inner, hidden)?, inner, hidden)?,
            up_bias: bias("intermediate.dense", inner)?,
            down: packed(&matrix("output.dense", hidden, inner)?, hidden, inner)?,
            down_bias: bias("output.dense", hidden)?,
            output_norm: reader.norm(&name("output.LayerNorm"), arch)?,
        })
    }
}

/// `[outputs, inputs]` values, packed for the product.
fn packed(values: &[f32], outputs: usize, inputs: usize) -> Result<Packed, ModelError> {
    let wrong = || {
        ModelError::Inference(format!("a matrix of {outputs} outputs and {inputs} inputs cannot be packed"))
    };
    Packed::new(values, outputs, inputs).ok_or_else(wrong)
}
