//! Adds a model from a folder in the layout of `sentence-transformers` or `transformers`.
//!
//! The folder is described ([`describe`]), its files are converted, the result is tried out where nobody sees it, and
//! only then it gets its place and its name.

mod folder;
mod network;
mod sentence;
mod tokenizer;

use std::path::Path;

use self::folder::{Folder, inside};
use self::network::Network;
use self::sentence::Sentence;
use crate::config::{Calibration, ModelConfig, ModelKind};
use crate::convert::checkpoint;
use crate::encoder::{Encoder, Precision};
use crate::error::ModelError;
use crate::registry::{InputKind, ModelSpec, Pooling};
use crate::reranker::Reranker;
use crate::store::{Manifest, ModelDir, ModelStore, Staged, TOKENIZER, WEIGHTS, is_name, temp};
use crate::tokenize::TextTokenizer;

/// Fewest tokens a text must have room for, beside special ones and a prefix.
const LEAST_TOKENS: usize = 8;

/// A text longer than this is no prefix, in bytes.
const LONGEST_PREFIX: usize = 4096;

/// What the folder of an added model does not say, or says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddOptions {
    /// The model's name here: `[a-z0-9][a-z0-9._-]{0,62}` and none of the registry's. The folder's name in lower case
    /// unless given.
    pub name: Option<String>,
    /// Put before a query.
    pub query_prefix: Option<String>,
    /// Put before a passage.
    pub passage_prefix: Option<String>,
    /// Tokens a text may have, special ones and the prefix included.
    pub max_tokens: Option<usize>,
    /// How the vectors of an encoder's tokens become one.
    pub pooling: Option<Pooling>,
    /// SPDX licence of the weights.
    pub licence: Option<String>,
}

/// A model read from a folder.
struct Read {
    manifest: Manifest,
    files: Vec<(&'static str, Vec<u8>)>,
}

/// See [`ModelStore::add`].
pub(crate) fn add(store: &ModelStore, path: &Path, options: &AddOptions) -> Result<ModelDir, ModelError> {
    let refused = |reason: String| ModelError::CannotAdd { path: path.to_path_buf(), reason };
    let name = name(path, options).map_err(refused)?;
    let Read { manifest, files } = read(path, name.clone(), options).map_err(refused)?;
    let _lock = temp::lock(store.root(), &name)?;
    temp::remove_leftovers(store.root(), &name);
    let staged = Staged::new(store, &manifest, &files)?;
    drop(files);
    try_out(staged.dir()).map_err(|error| match error {
        ModelError::Damaged { reason, .. } => refused(format!("its weights: {reason}")),
        ModelError::TokenizerMismatch { reason, .. } => refused(format!("its tokenizer: {reason}")),
        ModelError::Inference(reason) => refused(format!("it does not work: {reason}")),
        other => other,
    })?;
    staged.place()
}

/// The name it will have.
fn name(path: &Path, options: &AddOptions) -> Result<String, String> {
    let of_folder = || {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
    };
    let name = options.name.clone().unwrap_or_else(of_folder);
    if !is_name(&name) {
        let rule = "a name is up to 63 of a-z, 0-9, `.`, `_` and `-`, a letter or digit first";
        return Err(format!("`{name}` is no name for a model: {rule}; choose one with --name"));
    }
    if ModelSpec::find(&name).is_some() {
        return Err(format!("`{name}` is a model of the registry; choose another name with --name"));
    }
    Ok(name)
}

/// Describes and converts the folder.
fn read(path: &Path, name: String, options: &AddOptions) -> Result<Read, String> {
    let mut folder = Folder::open(path)?;
    let sentence = sentence::read(&mut folder)?;
    let network = network::read(&mut folder, &inside(&sentence.network, "config.json"))?;
    let tokenizer = tokenizer::read(&mut folder, &sentence.network, &network.architecture)?;
    let config = describe(name, &network, &sentence, &tokenizer, options)?;
    check_prefixes(&config, &tokenizer.json)?;
    let weights = weights(&mut folder, &sentence.network, network.kind)?;
    let files = vec![(WEIGHTS, weights), (TOKENIZER, tokenizer.json)];
    Ok(Read { manifest: Manifest::new(config, folder.sources(), &files), files })
}

/// What the model is.
fn describe(
    name: String,
    network: &Network,
    sentence: &Sentence,
    tokenizer: &tokenizer::Found,
    options: &AddOptions,
) -> Result<ModelConfig, String> {
    let (kind, architecture) = (network.kind, network.architecture);
    let positions = architecture.positions - architecture.first_position;
    let max_tokens = match options.max_tokens {
        Some(most) if most > positions => {
            return Err(format!("--max-tokens {most}: it has {positions} positions"));
        }
        Some(most) => most,
        None => sentence.max_tokens.or(tokenizer.max_tokens).unwrap_or(positions).min(positions),
    };
    let pooling = match (kind, options.pooling.or(sentence.pooling)) {
        (ModelKind::Reranker | ModelKind::Generator, _) => Pooling::Cls,
        (ModelKind::Encoder, Some(pooling)) => pooling,
        (ModelKind::Encoder, None) => {
            return Err("it has no modules.json that names its pooling; give --pooling mean or cls".into());
        }
    };
    let prefix = |option: &Option<String>, said: &str| match kind {
        ModelKind::Encoder => option.clone().unwrap_or_else(|| said.to_owned()),
        ModelKind::Reranker | ModelKind::Generator => String::new(),
    };
    let what = match kind {
        ModelKind::Encoder => format!("sentence encoder, {} dimensions", architecture.hidden),
        ModelKind::Reranker => "cross-encoder reranker".to_owned(),
        ModelKind::Generator => "generator".to_owned(),
    };
    Ok(ModelConfig {
        name,
        kind,
        about: format!("{what}, {} layers, added", architecture.layers),
        licence: options.licence.clone().unwrap_or_else(|| "unknown".to_owned()),
        max_tokens,
        pooling,
        query_prefix: prefix(&options.query_prefix, &sentence.query_prefix),
        passage_prefix: prefix(&options.passage_prefix, &sentence.passage_prefix),
        tokenizer_size: tokenizer.size,
        calibration: (kind == ModelKind::Reranker).then_some(Calibration { slope: 1.0, intercept: 0.0 }),
        architecture,
    })
}

/// Fails unless a text has room beside either prefix.
fn check_prefixes(config: &ModelConfig, tokenizer: &[u8]) -> Result<(), String> {
    let tokenizer = TextTokenizer::read(tokenizer, TOKENIZER, config).map_err(|e| e.to_string())?;
    for prefix in [&config.query_prefix, &config.passage_prefix] {
        let needed = tokenizer.count(prefix) + 2 + LEAST_TOKENS;
        if prefix.len() > LONGEST_PREFIX || config.max_tokens < needed {
            let most = config.max_tokens;
            return Err(format!("{most} tokens are too few for the prefix {prefix:?} and a text"));
        }
    }
    Ok(())
}

/// The network's weights in our layout.
fn weights(folder: &mut Folder, network: &str, kind: ModelKind) -> Result<Vec<u8>, String> {
    if let Some(checkpoint) = folder.bytes(&inside(network, WEIGHTS))? {
        return checkpoint::to_safetensors(&checkpoint, kind);
    }
    if folder.has(&inside(network, "model.safetensors.index.json")) {
        return Err(format!("its weights are divided among several files; save them as one {WEIGHTS}"));
    }
    Err(format!("it has no {WEIGHTS}; other formats of weights are not supported"))
}

/// Loads the model and runs it once.
fn try_out(dir: &ModelDir) -> Result<(), ModelError> {
    const TEXT: &str = "A short text.";
    if dir.config().kind == ModelKind::Reranker {
        return Reranker::load(dir, Precision::default())?.score(TEXT, &[TEXT]).map(drop);
    }
    let encoded = Encoder::load(dir, Precision::default())?.encode(InputKind::Query, &[TEXT])?;
    let vector = encoded.vectors.first().map(Vec::as_slice).unwrap_or_default();
    let length = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    if (length - 1.0).abs() < 1e-3 {
        return Ok(());
    }
    Err(ModelError::Inference(format!("its vector has length {length}")))
}
