//! Loads `model.safetensors` into the shapes the forward pass wants.
//!
//! A matrix is stored in one of these forms: `name` as F32, F16 or BF16; `name.q4_0`, bytes of Q4_0 blocks;
//! `name.int8` with `name.scale`, F32: one scale a row (output), or one for all. Word embeddings may be stored as
//! `name.uint8` with one `name.scale` and one `name.zero`, F32.

use half::{bf16, f16};
use rayon::prelude::*;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::matrix::{Linear, Matrix};
use super::ops::Norm;
use super::q4;
use super::words::WordEmbeddings;
use crate::encoder::Precision;
use crate::error::ModelError;
use crate::registry::Architecture;

/// The suffix of a matrix stored as Q4_0 blocks, one row of bytes an output.
pub(crate) const Q4_SUFFIX: &str = ".q4_0";

/// The suffix of a matrix stored as signed bytes.
pub(crate) const INT8_SUFFIX: &str = ".int8";

/// The suffix of word embeddings stored as unsigned bytes.
pub(crate) const UINT8_SUFFIX: &str = ".uint8";

/// The suffix of the scales of either.
pub(crate) const SCALE_SUFFIX: &str = ".scale";

/// The suffix of the zero point of unsigned bytes.
pub(crate) const ZERO_SUFFIX: &str = ".zero";

/// What happens before the first layer.
pub(crate) struct Embeddings {
    /// Word embeddings.
    pub(crate) words: WordEmbeddings,
    /// Rows of `words`.
    pub(crate) vocabulary: usize,
    /// Position embeddings, one row a position of a text from 0 on.
    pub(crate) positions: Vec<f32>,
    /// Token type embeddings.
    pub(crate) types: Vec<f32>,
    /// Normalisation after the sum.
    pub(crate) norm: Norm,
}

/// One transformer layer.
pub(crate) struct Layer {
    /// Queries (scaled by `1 / sqrt(head size)`), keys and values side by side.
    pub(crate) qkv: Linear,
    /// The queries' bias, scaled; the other two biases are folded away (see `attention`).
    pub(crate) query_bias: Vec<f32>,
    /// Attention output.
    pub(crate) output: Linear,
    /// Its bias, plus `output` applied to the values' bias.
    pub(crate) output_bias: Vec<f32>,
    /// Normalisation after attention.
    pub(crate) attention_norm: Norm,
    /// First product of the feed-forward part.
    pub(crate) up: Linear,
    /// Its bias.
    pub(crate) up_bias: Vec<f32>,
    /// Second product of the feed-forward part.
    pub(crate) down: Linear,
    /// Its bias.
    pub(crate) down_bias: Vec<f32>,
    /// Normalisation after it.
    pub(crate) output_norm: Norm,
}

/// All weights of a network.
pub(crate) struct Weights {
    /// Before the layers.
    pub(crate) embeddings: Embeddings,
    /// The layers, first to last.
    pub(crate) layers: Vec<Layer>,
}

/// A reader of tensors that names the file in its errors.
pub(crate) struct Reader<'a> {
    tensors: SafeTensors<'a>,
    file: &'a str,
}

impl<'a> Reader<'a> {
    /// Reads the directory of a safetensors file; `file` names it in errors.
    pub(crate) fn new(bytes: &'a [u8], file: &'a str) -> Result<Self, ModelError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| ModelError::damaged(file, e))?;
        Ok(Self { tensors, file })
    }

    fn damaged(&self, name: &str, reason: impl std::fmt::Display) -> ModelError {
        ModelError::damaged(self.file, format!("tensor {name}: {reason}"))
    }

    /// A tensor that may be absent.
    fn find(&self, name: &str) -> Option<TensorView<'_>> {
        self.tensors.tensor(name).ok()
    }

    /// The bytes of a tensor that has exactly `bytes` of them in values of type `dtype`, if it is there.
    fn bytes(&self, name: &str, dtype: Dtype, bytes: usize) -> Result<Option<&[u8]>, ModelError> {
        let Some(view) = self.find(name) else { return Ok(None) };
        if view.dtype() != dtype || view.data().len() != bytes {
            let found = format!("{:?} {:?}, expected {bytes} bytes of {dtype:?}", view.dtype(), view.shape());
            return Err(self.damaged(name, found));
        }
        Ok(Some(view.data()))
    }

    /// A tensor of exactly `count` finite floats, as f32.
    pub(crate) fn vector(&self, name: &str, count: usize) -> Result<Vec<f32>, ModelError> {
        let view = self.tensors.tensor(name).map_err(|e| self.damaged(name, e))?;
        let (two, four) = (view.data().as_chunks::<2>().0.iter(), view.data().as_chunks::<4>().0.iter());
        let values: Vec<f32> = match view.dtype() {
            Dtype::F32 => four.map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            Dtype::F16 => two.map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
            Dtype::BF16 => two.map(|bytes| bf16::from_le_bytes(*bytes).to_f32()).collect(),
            other => return Err(self.damaged(name, format!("its type {other:?} is none of F32, F16, BF16"))),
        };
        if values.len() != count {
            return Err(self.damaged(name, format!("shape {:?}, expected {count} values", view.shape())));
        }
        self.finite(name, values)
    }

    /// The values, unless one is infinite or no number.
    fn finite(&self, name: &str, values: Vec<f32>) -> Result<Vec<f32>, ModelError> {
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(self.damaged(name, format!("it holds {value}"))),
            None => Ok(values),
        }
    }

    /// The matrix `[outputs, inputs]` in the form in which it is stored.
    fn stored(&self, name: &str, outputs: usize, inputs: usize) -> Result<Matrix, ModelError> {
        let count = outputs * inputs;
        let blocks =
            self.bytes(&format!("{name}{Q4_SUFFIX}"), Dtype::U8, count / q4::BLOCK * q4::BLOCK_BYTES)?;
        if let Some(blocks) = blocks {
            return Ok(Matrix::from_f32(self.finite(name, q4::dequantise(blocks))?, inputs));
        }
        if let Some(bytes) = self.bytes(&format!("{name}{INT8_SUFFIX}"), Dtype::I8, count)? {
            let scale = format!("{name}{SCALE_SUFFIX}");
            let one = self.find(&scale).is_some_and(|view| view.data().len() == 4);
            let mut scales = self.vector(&scale, if one { 1 } else { outputs })?;
            if one {
                scales = vec![scales[0]; outputs];
            }
            let values = bytes.iter().map(|byte| i8::from_le_bytes([*byte])).collect();
            return Ok(Matrix::from_int8(values, scales, inputs));
        }
        Ok(Matrix::from_f32(self.vector(name, count)?, inputs))
    }

    /// A matrix `[outputs, inputs]`, row after row, as f32.
    pub(crate) fn matrix(&self, name: &str, outputs: usize, inputs: usize) -> Result<Vec<f32>, ModelError> {
        Ok(self.stored(name, outputs, inputs)?.into_f32())
    }

    /// The two tensors of a layer normalisation.
    fn norm(&self, name: &str, arch: &Architecture) -> Result<Norm, ModelError> {
        Ok(Norm {
            weight: self.vector(&format!("{name}.weight"), arch.hidden)?,
            shift: self.vector(&format!("{name}.bias"), arch.hidden)?,
            epsilon: arch.norm_epsilon,
        })
    }

    /// The word embeddings.
    fn words(&self, arch: &Architecture) -> Result<WordEmbeddings, ModelError> {
        const WORDS: &str = "embeddings.word_embeddings.weight";
        let (count, width) = (arch.vocabulary * arch.hidden, arch.hidden);
        let blocks =
            self.bytes(&format!("{WORDS}{Q4_SUFFIX}"), Dtype::U8, count / q4::BLOCK * q4::BLOCK_BYTES)?;
        if let Some(blocks) = blocks {
            return Ok(WordEmbeddings::Q4 { blocks: blocks.to_vec(), width });
        }
        if let Some(values) = self.bytes(&format!("{WORDS}{UINT8_SUFFIX}"), Dtype::U8, count)? {
            let one = |suffix: &str| Ok::<_, ModelError>(self.vector(&format!("{WORDS}{suffix}"), 1)?[0]);
            let (scale, zero) = (one(SCALE_SUFFIX)?, one(ZERO_SUFFIX)?);
            return Ok(WordEmbeddings::Uint8 { values: values.to_vec(), scale, zero, width });
        }
        WordEmbeddings::half(&self.vector(WORDS, count)?, width)
            .ok_or_else(|| self.damaged(WORDS, "a value is beyond 65,504, the greatest in half precision"))
    }
}

impl Weights {
    /// Reads all tensors of the layers and before them.
    pub(crate) fn read(
        reader: &Reader<'_>,
        arch: &Architecture,
        precision: Precision,
    ) -> Result<Self, ModelError> {
        let layer = |index| Layer::read(reader, index, arch, precision);
        let layers = (0..arch.layers).into_par_iter().map(layer).collect::<Result<_, _>>()?;
        Ok(Self { embeddings: Embeddings::read(reader, arch)?, layers })
    }
}

impl Embeddings {
    fn read(reader: &Reader<'_>, arch: &Architecture) -> Result<Self, ModelError> {
        let hidden = arch.hidden;
        let positions = "embeddings.position_embeddings.weight";
        let mut positions = reader.matrix(positions, arch.positions, hidden)?;
        positions.drain(..arch.first_position * hidden);
        let types = "embeddings.token_type_embeddings.weight";
        Ok(Self {
            words: reader.words(arch)?,
            vocabulary: arch.vocabulary,
            positions,
            types: reader.matrix(types, arch.token_types, hidden)?,
            norm: reader.norm("embeddings.LayerNorm", arch)?,
        })
    }
}

impl Layer {
    fn read(
        reader: &Reader<'_>,
        index: usize,
        arch: &Architecture,
        precision: Precision,
    ) -> Result<Self, ModelError> {
        let (hidden, inner) = (arch.hidden, arch.feed_forward);
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let matrix = |part: &str, rows, cols| reader.stored(&name(&format!("{part}.weight")), rows, cols);
        let bias = |part: &str, count| reader.vector(&name(&format!("{part}.bias")), count);

        let scale = 1.0 / ((hidden / arch.heads) as f32).sqrt();
        let mut stacked = matrix("attention.self.query", hidden, hidden)?;
        stacked.scale(scale);
        stacked.append(matrix("attention.self.key", hidden, hidden)?);
        stacked.append(matrix("attention.self.value", hidden, hidden)?);
        let mut query_bias = bias("attention.self.query", hidden)?;
        query_bias.iter_mut().for_each(|value| *value *= scale);

        let output = matrix("attention.output.dense", hidden, hidden)?;
        let mut output_bias = bias("attention.output.dense", hidden)?;
        let folded = output.times(&bias("attention.self.value", hidden)?);
        output_bias.iter_mut().zip(folded).for_each(|(bias, folded)| *bias += folded);
        Ok(Self {
            qkv: stacked.pack(precision)?,
            query_bias,
            output: output.pack(precision)?,
            output_bias,
            attention_norm: reader.norm(&name("attention.output.LayerNorm"), arch)?,
            up: matrix("intermediate.dense", inner, hidden)?.pack(precision)?,
            up_bias: bias("intermediate.dense", inner)?,
            down: matrix("output.dense", hidden, inner)?.pack(precision)?,
            down_bias: bias("output.dense", hidden)?,
            output_norm: reader.norm(&name("output.LayerNorm"), arch)?,
        })
    }
}
