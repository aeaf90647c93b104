//! Pairs of query and passage to scores: a cross-encoder.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::batch::{self, Model, Tokens};
use crate::config::{Calibration, ModelKind};
use crate::encoder::Precision;
use crate::error::ModelError;
use crate::network::{Bert, Classifier, Reader};
use crate::store::{ModelDir, TOKENIZER, WEIGHTS};
use crate::tokenize::TextTokenizer;

/// What gives a reranker's scores their meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct RerankerInfo {
    /// The model's name in the registry.
    pub name: String,
    /// Tokens a pair may have, special ones included; a longer passage is cut.
    pub max_tokens: usize,
    /// How the products are computed.
    pub precision: Precision,
    /// From logit to relevance.
    pub calibration: Calibration,
    /// Hexadecimal SHA-256 of the weights file.
    pub weights_sha256: String,
    /// Hexadecimal SHA-256 of the tokenizer file.
    pub tokenizer_sha256: String,
}

impl RerankerInfo {
    /// Hexadecimal SHA-256 over all that decides a logit (not the calibration).
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let max_tokens = self.max_tokens.to_string();
        let mut hash = Sha256::new();
        for part in
            [self.weights_sha256.as_str(), &self.tokenizer_sha256, self.precision.as_str(), &max_tokens]
        {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hex::encode(hash.finalize())
    }

    /// The score of a logit.
    #[must_use]
    pub fn score(&self, logit: f32) -> Score {
        let Calibration { slope, intercept } = self.calibration;
        let relevance = 1.0 / (1.0 + (-(f64::from(slope) * f64::from(logit) + f64::from(intercept))).exp());
        Score { logit, relevance: relevance as f32 }
    }
}

/// A passage's score for a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The network's output: the order of passages.
    pub logit: f32,
    /// The calibrated probability, 0 to 1, that the passage answers the query; rises with the logit.
    pub relevance: f32,
}

/// The result of [`Reranker::score`].
#[derive(Clone, Debug, PartialEq)]
pub struct Reranked {
    /// One score a passage, in the passages' order.
    pub scores: Vec<Score>,
    /// Tokens that went through the network.
    pub tokens: usize,
    /// Whether a pair had more tokens than the model takes.
    pub truncated: Vec<bool>,
}

/// A query and a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) query: std::sync::Arc<str>,
    pub(crate) passage: String,
}

/// A loaded cross-encoder. Every call uses all threads of the current rayon pool; call it from one thread at a time.
pub struct Reranker {
    info: RerankerInfo,
    bert: Bert,
    classifier: Classifier,
    tokenizer: TextTokenizer,
}

impl std::fmt::Debug for Reranker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reranker").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Reranker {
    /// Loads a model; every byte is checked against the manifest's hashes.
    ///
    /// # Errors
    /// A missing, damaged or foreign file, by name; [`ModelError::WrongKind`] if it is an encoder.
    pub fn load(dir: &ModelDir, precision: Precision) -> Result<Self, ModelError> {
        let config = dir.config();
        let wrong_kind = || ModelError::WrongKind {
            name: config.name.clone(),
            found: config.kind,
            wanted: ModelKind::Reranker,
        };
        let calibration = config.calibration.filter(|_| config.kind == ModelKind::Reranker);
        let calibration = calibration.ok_or_else(wrong_kind)?;
        let file = dir.path().join(WEIGHTS);
        let file = file.to_string_lossy();
        let (tokenizer, network) = rayon::join(
            || TextTokenizer::load(dir),
            || {
                let bytes = dir.read(WEIGHTS)?;
                let reader = Reader::new(&bytes, &file)?;
                let bert = Bert::read(&reader, &config.architecture, precision)?;
                Ok::<_, ModelError>((bert, Classifier::read(&reader, &config.architecture)?))
            },
        );
        let (bert, classifier) = network?;
        let info = RerankerInfo {
            name: config.name.clone(),
            max_tokens: config.max_tokens,
            precision,
            calibration,
            weights_sha256: dir.sha256(WEIGHTS),
            tokenizer_sha256: dir.sha256(TOKENIZER),
        };
        Ok(Self { info, bert, classifier, tokenizer: tokenizer? })
    }

    /// What gives the scores their meaning.
    #[must_use]
    pub fn info(&self) -> &RerankerInfo {
        &self.info
    }

    /// Scores passages for a query.
    ///
    /// # Errors
    /// [`ModelError::Tokenize`] or [`ModelError::Inference`]; neither is known to happen with a sound model.
    pub fn score(&self, query: &str, passages: &[&str]) -> Result<Reranked, ModelError> {
        let query = std::sync::Arc::from(query);
        let pair =
            |passage: &&str| Pair { query: std::sync::Arc::clone(&query), passage: (*passage).to_owned() };
        let sequences = self.tokenise(&passages.iter().map(pair).collect::<Vec<_>>())?;
        let logits = batch::run_all(self, &sequences)?;
        Ok(Reranked {
            scores: logits.into_iter().map(|logit| self.info.score(logit)).collect(),
            tokens: sequences.iter().map(|tokens| tokens.ids.len()).sum(),
            truncated: sequences.iter().map(|tokens| tokens.truncated).collect(),
        })
    }
}

impl Model for Reranker {
    type Input = Pair;
    type Output = f32;

    fn tokenise(&self, pairs: &[Pair]) -> Result<Vec<Tokens>, ModelError> {
        let tokens = |pair: &Pair| self.tokenizer.pair(&pair.query, &pair.passage, self.info.max_tokens);
        pairs.par_iter().map(tokens).collect()
    }

    fn forward(&self, slice: &[&Tokens], between: &mut dyn FnMut()) -> Result<Vec<f32>, ModelError> {
        self.bert.run(slice, between, |states| self.classifier.logits(states))
    }
}
