//! The forward pass of a BERT-shaped sentence encoder (Devlin et al. 2019), on a batch without padding.

use candle_core::{Device, Storage, Tensor};
use rayon::prelude::*;

use super::attention::Attention;
use super::ops::{AddNorm, Product, rows};
use super::q4;
use super::weights::{Embeddings, Layer, Weights, WordEmbeddings};
use crate::error::ModelError;
use crate::kernels::{Unit, add_norm};
use crate::registry::{Architecture, Pooling};

/// A loaded network.
pub(crate) struct Bert {
    weights: Weights,
    heads: usize,
    hidden: usize,
    pooling: Pooling,
}

impl Bert {
    /// Reads the weights from the bytes of a safetensors file; `file` names it in errors.
    pub(crate) fn read(
        bytes: &[u8],
        file: &str,
        arch: &Architecture,
        pooling: Pooling,
    ) -> Result<Self, ModelError> {
        let weights = Weights::read(bytes, file, arch)?;
        Ok(Self { weights, heads: arch.heads, hidden: arch.hidden, pooling })
    }

    /// One unit vector a sequence of token ids (special tokens included, none empty, none longer than the model's
    /// positions).
    pub(crate) fn embed(&self, sequences: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        let lengths: Vec<usize> = sequences.iter().map(|ids| ids.len()).collect();
        let mut x = self.weights.embeddings.look_up(sequences, self.hidden)?;
        for layer in &self.weights.layers {
            x = self.layer(layer, x, &lengths)?;
        }
        let (storage, layout) = x.storage_and_layout();
        let Storage::Cpu(storage) = &*storage else {
            return Err(ModelError::Inference("the result is not in main memory".into()));
        };
        self.pool(rows(storage, layout, self.hidden)?, &lengths)
    }

    /// One layer.
    fn layer(&self, layer: &Layer, x: Tensor, lengths: &[usize]) -> Result<Tensor, ModelError> {
        let attention = Attention { lengths, heads: self.heads, query_bias: &layer.query_bias };
        let product = |weights| Product { weights, gelu_bias: None };
        let context = x.apply_op1_no_bwd(&product(&layer.qkv))?.apply_op1_no_bwd(&attention)?;
        let attended = context.apply_op1_no_bwd(&product(&layer.output))?;
        x.inplace_op2(&attended, &AddNorm { bias: &layer.output_bias, norm: &layer.attention_norm })?;
        let inner = x.apply_op1_no_bwd(&Product { weights: &layer.up, gelu_bias: Some(&layer.up_bias) })?;
        let outer = inner.apply_op1_no_bwd(&product(&layer.down))?;
        x.inplace_op2(&outer, &AddNorm { bias: &layer.down_bias, norm: &layer.output_norm })?;
        Ok(x)
    }

    /// Pools the tokens of each sequence (special tokens count, as in sentence-transformers) and normalises in f64.
    fn pool(&self, hidden_states: &[f32], lengths: &[usize]) -> Result<Vec<Vec<f32>>, ModelError> {
        let mut rest = hidden_states;
        let mut vectors = Vec::with_capacity(lengths.len());
        for length in lengths {
            let (states, tail) = rest.split_at(length * self.hidden);
            rest = tail;
            let mut sum = vec![0.0f64; self.hidden];
            let pooled = match self.pooling {
                Pooling::Mean => states,
                Pooling::Cls => &states[..self.hidden],
            };
            for row in pooled.chunks_exact(self.hidden) {
                sum.iter_mut().zip(row).for_each(|(total, value)| *total += f64::from(*value));
            }
            let norm = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
            if !norm.is_finite() || norm == 0.0 {
                return Err(ModelError::Inference(format!(
                    "the vector has length {norm}, so it has no direction"
                )));
            }
            vectors.push(sum.iter().map(|value| (value / norm) as f32).collect());
        }
        Ok(vectors)
    }
}

impl Embeddings {
    /// Word, position and type embeddings of the tokens, normalised: `[tokens, hidden]`.
    fn look_up(&self, sequences: &[&[u32]], hidden: usize) -> Result<Tensor, ModelError> {
        let tokens: Vec<(usize, usize)> = sequences
            .iter()
            .flat_map(|ids| ids.iter().enumerate().map(|(at, id)| (at, *id as usize)))
            .collect();
        if let Some((at, id)) =
            tokens.iter().find(|(at, id)| *id >= self.vocabulary || (at + 1) * hidden > self.positions.len())
        {
            return Err(ModelError::Inference(format!(
                "token {id} at position {at} is outside the embeddings"
            )));
        }
        let unit = Unit::detect();
        let zeros = vec![0.0; hidden];
        let mut values = vec![0.0f32; tokens.len() * hidden];
        values.par_chunks_exact_mut(hidden).zip(&tokens).for_each(|(row, (at, id))| {
            match &self.words {
                WordEmbeddings::F32(words) => row.copy_from_slice(&words[id * hidden..(id + 1) * hidden]),
                WordEmbeddings::Q4(blocks) => {
                    let bytes = hidden / q4::BLOCK * q4::BLOCK_BYTES;
                    q4::for_each(&blocks[id * bytes..(id + 1) * bytes], |i, weight| row[i] = weight);
                }
            }
            let position = &self.positions[at * hidden..(at + 1) * hidden];
            add_norm(unit, row, position, &zeros, &self.norm.weight, &self.norm.shift, self.norm.epsilon);
        });
        Ok(Tensor::from_vec(values, (tokens.len(), hidden), &Device::Cpu)?)
    }
}
