//! The forward pass of a BERT-shaped network (Devlin et al. 2019), on a batch without padding.

use candle_core::{Device, Storage, Tensor};
use rayon::prelude::*;

use super::attention::Attention;
use super::ops::{AddNorm, Product, rows};
use super::weights::{Embeddings, Layer, Reader, Weights};
use crate::batch::Tokens;
use crate::encoder::Precision;
use crate::error::ModelError;
use crate::kernels::{Unit, add_norm};
use crate::registry::Architecture;

/// A loaded network.
pub(crate) struct Bert {
    weights: Weights,
    heads: usize,
    hidden: usize,
}

/// The last layer's token vectors.
pub(crate) struct States {
    tensor: Tensor,
    lengths: Vec<usize>,
    width: usize,
}

impl States {
    /// What `of` makes of each sequence's rows (`[tokens, width]`, given with the width), in order.
    pub(crate) fn map<T: Send>(
        &self,
        of: impl Fn(&[f32], usize) -> Result<T, ModelError> + Sync,
    ) -> Result<Vec<T>, ModelError> {
        let (storage, layout) = self.tensor.storage_and_layout();
        let Storage::Cpu(storage) = &*storage else {
            return Err(ModelError::Inference("the result is not in main memory".into()));
        };
        let mut rest = rows(storage, layout, self.width)?;
        let mut sequences = Vec::with_capacity(self.lengths.len());
        for length in &self.lengths {
            let (sequence, tail) = rest.split_at(length * self.width);
            rest = tail;
            sequences.push(sequence);
        }
        sequences.into_par_iter().map(|rows| of(rows, self.width)).collect()
    }
}

impl Bert {
    /// Reads the weights.
    pub(crate) fn read(
        reader: &Reader<'_>,
        arch: &Architecture,
        precision: Precision,
    ) -> Result<Self, ModelError> {
        let weights = Weights::read(reader, arch, precision)?;
        Ok(Self { weights, heads: arch.heads, hidden: arch.hidden })
    }

    /// The last layer's vectors of the sequences (none empty, none longer than the model's positions). `between` is
    /// called between any two layers.
    pub(crate) fn run(&self, sequences: &[&Tokens], between: &mut dyn FnMut()) -> Result<States, ModelError> {
        let lengths: Vec<usize> = sequences.iter().map(|tokens| tokens.ids.len()).collect();
        let mut x = self.weights.embeddings.look_up(sequences, self.hidden)?;
        for (i, layer) in self.weights.layers.iter().enumerate() {
            if i > 0 {
                between();
            }
            x = self.layer(layer, x, &lengths)?;
        }
        Ok(States { tensor: x, lengths, width: self.hidden })
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
}

/// A token with its place.
struct Token {
    id: usize,
    /// From the start of its sequence, from 0 on.
    at: usize,
    /// 0, or 1 in the second text of a pair.
    kind: usize,
}

impl Embeddings {
    /// Word, position and type embeddings of the tokens, normalised: `[tokens, hidden]`.
    fn look_up(&self, sequences: &[&Tokens], hidden: usize) -> Result<Tensor, ModelError> {
        let place = |sequence: &Tokens| {
            let second = sequence.second;
            let token = move |(at, id): (usize, &u32)| Token {
                id: *id as usize,
                at,
                kind: usize::from(at >= second),
            };
            sequence.ids.iter().enumerate().map(token).collect::<Vec<_>>()
        };
        let tokens: Vec<Token> = sequences.iter().flat_map(|sequence| place(sequence)).collect();
        let outside = |token: &&Token| {
            token.id >= self.vocabulary
                || (token.at + 1) * hidden > self.positions.len()
                || (token.kind + 1) * hidden > self.types.len()
        };
        if let Some(Token { id, at, kind }) = tokens.iter().find(outside) {
            return Err(ModelError::Inference(format!(
                "token {id} of type {kind} at position {at} is outside the embeddings"
            )));
        }
        let unit = Unit::detect();
        let mut values = vec![0.0f32; tokens.len() * hidden];
        values.par_chunks_exact_mut(hidden).zip(&tokens).for_each(|(row, token)| {
            self.words.read_row(token.id, row);
            let position = &self.positions[token.at * hidden..][..hidden];
            let kind = &self.types[token.kind * hidden..][..hidden];
            add_norm(unit, row, position, kind, &self.norm.weight, &self.norm.shift, self.norm.epsilon);
        });
        Ok(Tensor::from_vec(values, (tokens.len(), hidden), &Device::Cpu)?)
    }
}
