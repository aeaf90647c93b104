//! From the last layer's token vectors to what a caller wants: one vector, or one score, a sequence.

use super::bert::States;
use super::weights::Reader;
use crate::error::ModelError;
use crate::registry::{Architecture, Pooling};

/// Pools the tokens of each sequence (special tokens count, as in sentence-transformers) and normalises in f64.
pub(crate) fn pool(states: &States<'_>, pooling: Pooling) -> Result<Vec<Vec<f32>>, ModelError> {
    states.map(|rows, width| {
        let pooled = match pooling {
            Pooling::Mean => rows,
            Pooling::Cls => &rows[..width],
        };
        let mut sum = vec![0.0f64; width];
        for row in pooled.chunks_exact(width) {
            sum.iter_mut().zip(row).for_each(|(total, value)| *total += f64::from(*value));
        }
        let norm = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
        if !norm.is_finite() || norm == 0.0 {
            return Err(ModelError::Inference(format!(
                "the vector has length {norm}, so it has no direction"
            )));
        }
        Ok(sum.iter().map(|value| (value / norm) as f32).collect())
    })
}

/// BERT's head for sequence classification with one class: a dense layer with tanh on the first token (the
/// "pooler"), then a linear layer.
pub(crate) struct Classifier {
    pooler: Vec<f32>,
    pooler_bias: Vec<f32>,
    weight: Vec<f32>,
    bias: f32,
}

impl Classifier {
    /// Reads the head's four tensors.
    pub(crate) fn read(reader: &Reader<'_>, arch: &Architecture) -> Result<Self, ModelError> {
        let width = arch.hidden;
        let bias = reader.vector("classifier.bias", 1)?;
        Ok(Self {
            pooler: reader.matrix("pooler.dense.weight", width, width)?,
            pooler_bias: reader.vector("pooler.dense.bias", width)?,
            weight: reader.matrix("classifier.weight", 1, width)?,
            bias: bias.first().copied().unwrap_or_default(),
        })
    }

    /// One logit a sequence.
    pub(crate) fn logits(&self, states: &States<'_>) -> Result<Vec<f32>, ModelError> {
        states.map(|rows, width| {
            let first = &rows[..width];
            let dot =
                |row: &[f32]| row.iter().zip(first).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum::<f64>();
            let pooled = self.pooler.chunks_exact(width).zip(&self.pooler_bias);
            let pooled = pooled.map(|(row, bias)| (dot(row) + f64::from(*bias)).tanh());
            let logit: f64 = pooled.zip(&self.weight).map(|(value, weight)| value * f64::from(*weight)).sum();
            let logit = (logit + f64::from(self.bias)) as f32;
            if logit.is_finite() {
                return Ok(logit);
            }
            Err(ModelError::Inference(format!("the score is {logit}")))
        })
    }
}
