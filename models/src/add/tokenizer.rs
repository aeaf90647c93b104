//! The tokenizer of a folder that is being added. Errors are reasons in words.

use serde::Deserialize;
use tokenizers::Tokenizer;

use super::folder::{Folder, inside};
use crate::convert::wordpiece;
use crate::registry::Architecture;
use crate::store::TOKENIZER;

/// A tokenizer with what it says about itself.
pub(super) struct Found {
    /// The content of `tokenizer.json`.
    pub(super) json: Vec<u8>,
    /// Its entries.
    pub(super) size: usize,
    /// The greatest length it names, in tokens.
    pub(super) max_tokens: Option<usize>,
}

/// The fields of `tokenizer_config.json` that matter; the values are those of `transformers` where nothing is said.
#[derive(Default, Deserialize)]
struct Config {
    do_lower_case: Option<bool>,
    strip_accents: Option<bool>,
    tokenize_chinese_chars: Option<bool>,
    /// Of any size: "none" is written as a number beyond all integers.
    model_max_length: Option<f64>,
}

/// Reads `tokenizer.json`, or makes it from `vocab.txt`, which only BERT's tokenizer has; both lie in the folder of
/// the network, or in the model's own.
pub(super) fn read(folder: &mut Folder, network: &str, architecture: &Architecture) -> Result<Found, String> {
    let place = if folder.has(&inside(network, TOKENIZER)) || folder.has(&inside(network, "vocab.txt")) {
        network
    } else {
        ""
    };
    let config: Config = folder.json(&inside(place, "tokenizer_config.json"))?.unwrap_or_default();
    let json = match folder.bytes(&inside(place, TOKENIZER))? {
        Some(json) => json,
        None => {
            let vocabulary = folder.bytes(&inside(place, "vocab.txt"))?;
            let vocabulary = vocabulary.ok_or("it has neither tokenizer.json nor vocab.txt")?;
            let lower_case = config.do_lower_case.unwrap_or(true);
            let chinese = config.tokenize_chinese_chars.unwrap_or(true);
            wordpiece::tokenizer_json(&vocabulary, lower_case, config.strip_accents, chinese)?
        }
    };
    let tokenizer = Tokenizer::from_bytes(&json).map_err(|e| format!("its tokenizer: {e}"))?;
    let size = tokenizer.get_vocab_size(true);
    let greatest = tokenizer.get_vocab(true).into_values().max().unwrap_or(0);
    if greatest as usize >= architecture.vocabulary {
        return Err(format!(
            "its tokenizer has ids up to {greatest}, and its word embeddings have {} rows",
            architecture.vocabulary
        ));
    }
    let max_tokens =
        config.model_max_length.filter(|most| (1.0..1e6).contains(most)).map(|most| most as usize);
    Ok(Found { json, size, max_tokens })
}
