//! Texts to unit vectors.

mod attention;
mod bert;
mod ops;
mod q4;
mod weights;

use bert::Bert;
pub(crate) use q4::{BLOCK, BLOCK_BYTES};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
pub(crate) use weights::Q4_SUFFIX;

use crate::error::ModelError;
use crate::registry::{InputKind, ModelSpec, Pooling};
use crate::store::{ModelDir, TOKENIZER, WEIGHTS};
use crate::tokenize::TextTokenizer;

/// Tokens that go through the network at once. Larger batches are not faster (the products are at their limit) and
/// make a query wait longer for the batch before it.
pub(crate) const SLICE_TOKENS: usize = 1024;

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
    /// Hexadecimal SHA-256 of the weights file.
    pub weights_sha256: String,
    /// Hexadecimal SHA-256 of the tokenizer file.
    pub tokenizer_sha256: String,
}

impl EncoderInfo {
    fn new(dir: &ModelDir) -> Self {
        let spec = dir.spec();
        Self {
            name: spec.name.to_owned(),
            dims: spec.architecture.hidden,
            max_tokens: spec.max_tokens,
            query_prefix: spec.query_prefix.to_owned(),
            passage_prefix: spec.passage_prefix.to_owned(),
            pooling: spec.pooling,
            weights_sha256: dir.sha256(WEIGHTS),
            tokenizer_sha256: dir.sha256(TOKENIZER),
        }
    }

    /// Hexadecimal SHA-256 over weights, tokenizer, prefixes, pooling and maximum length: vectors of two encoders
    /// may be compared only if it is the same.
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

/// A loaded sentence encoder. Every call uses all threads of the rayon pool; call it from one thread at a time
/// (see [`crate::EmbeddingService`]).
pub struct Encoder {
    info: EncoderInfo,
    spec: &'static ModelSpec,
    bert: Bert,
    tokenizer: TextTokenizer,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("info", &self.info).finish_non_exhaustive()
    }
}

/// Tokenised texts, and the order in which to embed them.
pub(crate) struct Prepared {
    ids: Vec<Vec<u32>>,
    /// Tokens in all.
    pub(crate) tokens: usize,
    /// Which texts were cut.
    pub(crate) truncated: Vec<bool>,
    /// Indices of the texts that go through the network together.
    pub(crate) slices: Vec<Vec<usize>>,
}

impl Encoder {
    /// Loads a model; every byte is checked against the manifest's hashes.
    ///
    /// # Errors
    /// A missing, damaged or foreign file, by name.
    pub fn load(dir: &ModelDir) -> Result<Self, ModelError> {
        let spec = dir.spec();
        // The tokenizer takes about as long to load as the weights.
        let (tokenizer, bert) = rayon::join(
            || {
                TextTokenizer::read(
                    &dir.read(TOKENIZER)?,
                    &dir.path().join(TOKENIZER).to_string_lossy(),
                    spec,
                )
            },
            || {
                let file = dir.path().join(WEIGHTS);
                Bert::read(&dir.read(WEIGHTS)?, &file.to_string_lossy(), &spec.architecture, spec.pooling)
            },
        );
        Ok(Self { info: EncoderInfo::new(dir), spec, bert: bert?, tokenizer: tokenizer? })
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
        let prepared = self.prepare(kind, texts)?;
        let mut vectors = vec![Vec::new(); texts.len()];
        for slice in &prepared.slices {
            for (index, vector) in slice.iter().zip(self.embed_slice(&prepared, slice)?) {
                vectors[*index] = vector;
            }
        }
        Ok(Encoded { vectors, tokens: prepared.tokens, truncated: prepared.truncated })
    }

    /// Tokenises texts and divides them into slices of at most [`SLICE_TOKENS`] tokens (a longer text alone), texts
    /// of similar length together.
    pub(crate) fn prepare(&self, kind: InputKind, texts: &[&str]) -> Result<Prepared, ModelError> {
        let prefix = self.spec.prefix(kind);
        let tokenised = texts
            .par_iter()
            .map(|text| self.tokenizer.ids(prefix, text, self.info.max_tokens))
            .collect::<Result<Vec<_>, _>>()?;
        let truncated = tokenised.iter().map(|text| text.truncated).collect();
        let ids: Vec<Vec<u32>> = tokenised.into_iter().map(|text| text.ids).collect();
        let lengths: Vec<usize> = ids.iter().map(Vec::len).collect();
        Ok(Prepared { tokens: lengths.iter().sum(), truncated, slices: slices(&lengths, SLICE_TOKENS), ids })
    }

    /// The vectors of one of the slices.
    pub(crate) fn embed_slice(
        &self,
        prepared: &Prepared,
        slice: &[usize],
    ) -> Result<Vec<Vec<f32>>, ModelError> {
        let sequences: Vec<&[u32]> = slice.iter().map(|index| prepared.ids[*index].as_slice()).collect();
        self.bert.embed(&sequences)
    }
}

/// Indices in order of length, longest first, divided where the sum of lengths would pass the budget.
fn slices(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(lengths[*index]), *index));
    let mut slices: Vec<Vec<usize>> = Vec::new();
    let mut filled = 0;
    for index in order {
        match slices.last_mut() {
            Some(slice) if filled + lengths[index] <= budget => slice.push(index),
            _ => {
                slices.push(vec![index]);
                filled = 0;
            }
        }
        filled += lengths[index];
    }
    slices
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slices_hold_every_text_once_within_the_budget(
            lengths in proptest::collection::vec(1usize..600, 0..60),
            budget in 1usize..1500,
        ) {
            let slices = slices(&lengths, budget);
            let mut seen: Vec<usize> = slices.iter().flatten().copied().collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
            for slice in &slices {
                let total: usize = slice.iter().map(|index| lengths[*index]).sum();
                prop_assert!(total <= budget || slice.len() == 1);
            }
        }
    }

    #[test]
    fn the_fingerprint_depends_on_every_part() {
        let info = EncoderInfo {
            name: "m".into(),
            dims: 4,
            max_tokens: 8,
            query_prefix: "q".into(),
            passage_prefix: "p".into(),
            pooling: Pooling::Mean,
            weights_sha256: "w".into(),
            tokenizer_sha256: "t".into(),
        };
        let others = [
            EncoderInfo { max_tokens: 9, ..info.clone() },
            EncoderInfo { query_prefix: "qp".into(), passage_prefix: String::new(), ..info.clone() },
            EncoderInfo { passage_prefix: "p ".into(), ..info.clone() },
            EncoderInfo { pooling: Pooling::Cls, ..info.clone() },
            EncoderInfo { weights_sha256: "v".into(), ..info.clone() },
            EncoderInfo { tokenizer_sha256: "s".into(), ..info.clone() },
        ];
        for other in others {
            assert_ne!(info.fingerprint(), other.fingerprint(), "{other:?}");
        }
        assert_eq!(info.fingerprint(), info.clone().fingerprint());
    }
}
