//! Texts to unit vectors.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::batch::{self, Model, Tokens};
use crate::config::{ModelConfig, ModelKind};
use crate::error::ModelError;
use crate::network::{Bert, Reader, pool};
use crate::registry::{InputKind, Pooling};
use crate::store::{ModelDir, TOKENIZER, WEIGHTS};
use crate::tokenize::TextTokenizer;

/// How a network's matrix products are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// In f32.
    F32,
    /// In 8-bit integers: weights with one scale an output, activations with one scale and zero a token, found as
    /// they come. The sums are exact, so every processor gives the same vector up to f32 rounding outside them.
    #[default]
    Int8,
}

impl Precision {
    /// The precision's name, as it appears in fingerprints and settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Int8 => "int8",
        }
    }
}

impl std::str::FromStr for Precision {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        match text {
            "f32" => Ok(Self::F32),
            "int8" => Ok(Self::Int8),
            _ => Err(ModelError::UnknownPrecision(text.to_owned())),
        }
    }
}

/// What gives an encoder's vectors their meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncoderInfo {
    /// The model's name in the registry.
    pub name: String,
    /// Values in a vector.
    pub dims: usize,
    /// Tokens a text may have, special ones and the prefix included.
    pub max_tokens: usize,
    /// Put before a query.
    pub query_prefix: String,
    /// Put before a passage.
    pub passage_prefix: String,
    /// How token vectors become one.
    pub pooling: Pooling,
    /// How the products are computed.
    pub precision: Precision,
    /// Hexadecimal SHA-256 of the weights file.
    pub weights_sha256: String,
    /// Hexadecimal SHA-256 of the tokenizer file.
    pub tokenizer_sha256: String,
}

impl EncoderInfo {
    fn new(dir: &ModelDir, precision: Precision) -> Self {
        let config = dir.config();
        Self {
            name: config.name.clone(),
            dims: config.architecture.hidden,
            max_tokens: config.max_tokens,
            query_prefix: config.query_prefix.clone(),
            passage_prefix: config.passage_prefix.clone(),
            pooling: config.pooling,
            precision,
            weights_sha256: dir.sha256(WEIGHTS),
            tokenizer_sha256: dir.sha256(TOKENIZER),
        }
    }

    /// Hexadecimal SHA-256 over weights, tokenizer, prefixes, pooling, maximum length and precision: vectors of two
    /// encoders may be compared only if it is the same.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let max_tokens = self.max_tokens.to_string();
        let mut hash = Sha256::new();
        for part in [
            self.weights_sha256.as_str(),
            &self.tokenizer_sha256,
            &self.query_prefix,
            &self.passage_prefix,
            self.pooling.as_str(),
            &max_tokens,
            self.precision.as_str(),
        ] {
            // Lengths keep (ab, c) and (a, bc) apart.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hex::encode(hash.finalize())
    }
}

/// The result of [`Encoder::encode`].
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// One vector of length 1 a text, in the texts' order.
    pub vectors: Vec<Vec<f32>>,
    /// Tokens that went through the network, special ones and prefixes included.
    pub tokens: usize,
    /// Whether a text had more tokens than the model takes.
    pub truncated: Vec<bool>,
}

/// A loaded sentence encoder. Every call uses all threads of the current rayon pool; call it from one thread at a
/// time (see [`crate::EmbeddingService`]).
pub struct Encoder {
    info: EncoderInfo,
    config: ModelConfig,
    bert: Bert,
    tokenizer: TextTokenizer,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Encoder {
    /// Loads a model; every byte is checked against the manifest's hashes.
    ///
    /// # Errors
    /// A missing, damaged or foreign file, by name; [`ModelError::WrongKind`] if it is a reranker.
    pub fn load(dir: &ModelDir, precision: Precision) -> Result<Self, ModelError> {
        let config = dir.config();
        if config.kind != ModelKind::Encoder {
            return Err(ModelError::WrongKind {
                name: config.name.clone(),
                found: config.kind,
                wanted: ModelKind::Encoder,
            });
        }
        let file = dir.path().join(WEIGHTS);
        let file = file.to_string_lossy();
        // The tokenizer takes about as long to load as the weights.
        let (tokenizer, bert) = rayon::join(
            || TextTokenizer::load(dir),
            || {
                let bytes = dir.read(WEIGHTS)?;
                Bert::read(&Reader::new(&bytes, &file)?, &config.architecture, precision)
            },
        );
        let info = EncoderInfo::new(dir, precision);
        Ok(Self { info, config: config.clone(), bert: bert?, tokenizer: tokenizer? })
    }

    /// What gives the vectors their meaning.
    #[must_use]
    pub fn info(&self) -> &EncoderInfo {
        &self.info
    }

    /// The tokenizer.
    #[must_use]
    pub fn tokenizer(&self) -> TextTokenizer {
        self.tokenizer.clone()
    }

    /// Embeds texts.
    ///
    /// # Errors
    /// [`ModelError::Tokenize`] or [`ModelError::Inference`]; neither is known to happen with a sound model.
    pub fn encode(&self, kind: InputKind, texts: &[&str]) -> Result<Encoded, ModelError> {
        let sequences =
            texts.par_iter().map(|text| self.tokens(kind, text)).collect::<Result<Vec<_>, _>>()?;
        Ok(Encoded {
            vectors: batch::run_all(self, &sequences)?,
            tokens: sequences.iter().map(|tokens| tokens.ids.len()).sum(),
            truncated: sequences.iter().map(|tokens| tokens.truncated).collect(),
        })
    }

    fn tokens(&self, kind: InputKind, text: &str) -> Result<Tokens, ModelError> {
        self.tokenizer.text(self.config.prefix(kind), text, self.info.max_tokens)
    }
}

impl Model for Encoder {
    type Input = (InputKind, String);
    type Output = Vec<f32>;

    fn tokenise(&self, inputs: &[(InputKind, String)]) -> Result<Vec<Tokens>, ModelError> {
        inputs.par_iter().map(|(kind, text)| self.tokens(*kind, text)).collect()
    }

    fn forward(&self, slice: &[&Tokens], between: &mut dyn FnMut()) -> Result<Vec<Vec<f32>>, ModelError> {
        self.bert.run(slice, between, |states| pool(states, self.config.pooling))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_depends_on_every_part() {
        let info = EncoderInfo {
            name: "m".into(),
            dims: 4,
            max_tokens: 8,
            query_prefix: "q".into(),
            passage_prefix: "p".into(),
            pooling: Pooling::Mean,
            precision: Precision::F32,
            weights_sha256: "w".into(),
            tokenizer_sha256: "t".into(),
        };
        let others = [
            EncoderInfo { max_tokens: 9, ..info.clone() },
            EncoderInfo { query_prefix: "qp".into(), passage_prefix: String::new(), ..info.clone() },
            EncoderInfo { passage_prefix: "p ".into(), ..info.clone() },
            EncoderInfo { pooling: Pooling::Cls, ..info.clone() },
            EncoderInfo { precision: Precision::Int8, ..info.clone() },
            EncoderInfo { weights_sha256: "v".into(), ..info.clone() },
            EncoderInfo { tokenizer_sha256: "s".into(), ..info.clone() },
        ];
        for other in others {
            assert_ne!(info.fingerprint(), other.fingerprint(), "{other:?}");
        }
        assert_eq!(info.fingerprint(), info.clone().fingerprint());
    }
}
