//! The forward pass of a BERT-shaped network (Devlin et al. 2019), on a batch without padding.

use candle_core::{CpuStorage, InplaceOp1, Layout, Storage, bail};
use rayon::prelude::*;

use super::attention::Attention;
use super::ops::{Finish, Project, rows, rows_mut};
use super::weights::{Embeddings, Layer, Reader, Weights};
use super::workspace::{Views, Workspaces};
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
    workspaces: Workspaces,
}

/// The last layer's token vectors.
pub(crate) struct States<'a> {
    rows: &'a [f32],
    lengths: &'a [usize],
    width: usize,
}

impl States<'_> {
    /// What `of` makes of each sequence's rows (`[tokens, width]`, given with the width), in order.
    pub(crate) fn map<T: Send>(
        &self,
        of: impl Fn(&[f32], usize) -> Result<T, ModelError> + Sync,
    ) -> Result<Vec<T>, ModelError> {
        let mut rest = self.rows;
        let mut sequences = Vec::with_capacity(self.lengths.len());
        for length in self.lengths {
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
        Ok(Self { weights, heads: arch.heads, hidden: arch.hidden, workspaces: Workspaces::default() })
    }

    /// Runs the sequences (none empty, none longer than the model's positions) through all layers and gives their last
    /// vectors to `head`. `between` is called between any two layers; it may run other sequences.
    pub(crate) fn run<T>(
        &self,
        sequences: &[&Tokens],
        between: &mut dyn FnMut(),
        head: impl FnOnce(&States<'_>) -> Result<T, ModelError>,
    ) -> Result<T, ModelError> {
        let lengths: Vec<usize> = sequences.iter().map(|tokens| tokens.ids.len()).collect();
        let tokens = lengths.iter().sum();
        let workspace = self.workspaces.take(tokens, self.hidden)?;
        let views = workspace.views(tokens)?;
        views.x.inplace_op1(&LookUp {
            embeddings: &self.weights.embeddings,
            sequences,
            hidden: self.hidden,
        })?;
        for (i, layer) in self.weights.layers.iter().enumerate() {
            if i > 0 {
                between();
            }
            self.layer(layer, &views, &lengths)?;
        }
        let result = {
            let (storage, layout) = views.x.storage_and_layout();
            let Storage::Cpu(storage) = &*storage else {
                return Err(ModelError::Inference("the result is not in main memory".into()));
            };
            head(&States { rows: rows(storage, layout, self.hidden)?, lengths: &lengths, width: self.hidden })
        };
        drop(views);
        self.workspaces.put_back(workspace);
        result
    }

    /// One layer: changes the token vectors in place.
    fn layer(&self, layer: &Layer, views: &Views, lengths: &[usize]) -> Result<(), ModelError> {
        let Views { x, qkv, context } = views;
        let attention = Attention { lengths, heads: self.heads, query_bias: &layer.query_bias };
        qkv.inplace_op2(x, &Project(&layer.qkv))?;
        context.inplace_op2(qkv, &attention)?;
        x.inplace_op2(context, &Finish(layer))?;
        Ok(())
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

/// Word, position and type embeddings of the tokens, normalised.
struct LookUp<'a> {
    embeddings: &'a Embeddings,
    sequences: &'a [&'a Tokens],
    hidden: usize,
}

impl InplaceOp1 for LookUp<'_> {
    fn name(&self) -> &'static str {
        "embeddings"
    }

    fn cpu_fwd(&self, out: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
        let Embeddings { words, vocabulary, positions, types, norm } = self.embeddings;
        let hidden = self.hidden;
        let place = |sequence: &&Tokens| {
            let second = sequence.second;
            let token = move |(at, id): (usize, &u32)| Token {
                id: *id as usize,
                at,
                kind: usize::from(at >= second),
            };
            sequence.ids.iter().enumerate().map(token).collect::<Vec<_>>()
        };
        let tokens: Vec<Token> = self.sequences.iter().flat_map(place).collect();
        let outside = |token: &&Token| {
            token.id >= *vocabulary
                || (token.at + 1) * hidden > positions.len()
                || (token.kind + 1) * hidden > types.len()
        };
        if let Some(Token { id, at, kind }) = tokens.iter().find(outside) {
            bail!("token {id} of type {kind} at position {at} is outside the embeddings");
        }
        let unit = Unit::detect();
        let values = rows_mut(out, layout, hidden)?;
        if values.len() != tokens.len() * hidden {
            bail!("{} tokens got room for {} values", tokens.len(), values.len());
        }
        values.par_chunks_exact_mut(hidden).zip(&tokens).for_each(|(row, token)| {
            words.read_row(token.id, row);
            let position = &positions[token.at * hidden..][..hidden];
            let kind = &types[token.kind * hidden..][..hidden];
            add_norm(unit, row, position, kind, &norm.weight, &norm.shift, norm.epsilon);
        });
        Ok(())
    }
}
