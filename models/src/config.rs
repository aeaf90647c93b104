//! What a model is, apart from its weights.

use serde::{Deserialize, Serialize};

use crate::registry::{Architecture, InputKind, ModelSpec, Pooling};

/// What a model does with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// One unit vector a text.
    Encoder,
    /// One score a pair of query and passage (a cross-encoder).
    Reranker,
    /// Text that goes on with a conversation.
    Generator,
}

/// Logistic calibration of a reranker's logit: relevance is `1 / (1 + exp(-(slope * logit + intercept)))` (Platt
/// 1999).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Factor of the logit.
    pub slope: f32,
    /// Added to it.
    pub intercept: f32,
}

/// What a model is: a row of the registry, or worked out from the folder of an added model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelConfig {
    /// Its name here.
    pub name: String,
    /// What it does.
    pub kind: ModelKind,
    /// What it is, in a few words.
    pub about: String,
    /// SPDX licence of the weights, or `unknown`.
    pub licence: String,
    /// Tokens a text (or pair) may have, special ones and the prefix included.
    pub max_tokens: usize,
    /// Pooling; rerankers take the first token.
    pub pooling: Pooling,
    /// Put before a query.
    pub query_prefix: String,
    /// Put before a passage.
    pub passage_prefix: String,
    /// Entries of the tokenizer; the word embeddings may have spare rows beyond them.
    pub tokenizer_size: usize,
    /// From logit to relevance, for rerankers.
    pub calibration: Option<Calibration>,
    /// Sizes.
    pub architecture: Architecture,
}

impl ModelConfig {
    /// The prefix of a kind of text.
    #[must_use]
    pub fn prefix(&self, kind: InputKind) -> &str {
        match kind {
            InputKind::Query => &self.query_prefix,
            InputKind::Passage => &self.passage_prefix,
        }
    }
}

impl From<&ModelSpec> for ModelConfig {
    fn from(spec: &ModelSpec) -> Self {
        Self {
            name: spec.name.to_owned(),
            kind: spec.kind,
            about: spec.about.to_owned(),
            licence: spec.licence.to_owned(),
            max_tokens: spec.max_tokens,
            pooling: spec.pooling,
            query_prefix: spec.query_prefix.to_owned(),
            passage_prefix: spec.passage_prefix.to_owned(),
            tokenizer_size: spec.tokenizer_size,
            calibration: spec.calibration,
            architecture: spec.architecture,
        }
    }
}
