//! What `sentence-transformers` keeps beside the network: pooling, prompts, the greatest length. Errors are reasons
//! in words.

use std::collections::HashMap;

use serde::Deserialize;

use super::folder::{Folder, inside};
use crate::registry::Pooling;

/// Where the greatest length is kept; the name depends on the network.
const LENGTH_FILES: [&str; 4] = [
    "sentence_bert_config.json",
    "sentence_roberta_config.json",
    "sentence_xlm-roberta_config.json",
    "sentence_camembert_config.json",
];

/// The pooling file's fields end so when they are set for one of ours.
const MEAN: &str = "pooling_mode_mean_tokens";
const CLS: &str = "pooling_mode_cls_token";

/// What the folder says beside `config.json`.
#[derive(Default)]
pub(super) struct Sentence {
    /// The network's own folder; empty if it is the model's.
    pub(super) network: String,
    /// Pooling, if it is said.
    pub(super) pooling: Option<Pooling>,
    /// Put before a query.
    pub(super) query_prefix: String,
    /// Put before a passage.
    pub(super) passage_prefix: String,
    /// Tokens a text may have, if it is said.
    pub(super) max_tokens: Option<usize>,
}

#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    class: String,
}

#[derive(Default, Deserialize)]
struct Prompts {
    #[serde(default)]
    prompts: HashMap<String, String>,
    default_prompt_name: Option<String>,
}

#[derive(Deserialize)]
struct Length {
    max_seq_length: Option<usize>,
}

/// Reads the files that are there.
pub(super) fn read(folder: &mut Folder) -> Result<Sentence, String> {
    let mut sentence = Sentence::default();
    let modules: Vec<Module> = folder.json("modules.json")?.unwrap_or_default();
    let prompts = prompts(folder)?;
    for module in &modules {
        match module.class.rsplit('.').next().unwrap_or_default() {
            "Transformer" => sentence.network.clone_from(&module.path),
            "Pooling" => sentence.pooling = Some(pooling(folder, &module.path, &prompts)?),
            "Normalize" => {}
            other => {
                return Err(format!("it has a module {other} after the network, which is not supported"));
            }
        }
    }
    (sentence.query_prefix, sentence.passage_prefix) = prompts;
    for name in LENGTH_FILES {
        if let Some(Length { max_seq_length }) = folder.json(&inside(&sentence.network, name))? {
            sentence.max_tokens = max_seq_length;
        }
    }
    Ok(sentence)
}

/// The prompts of queries and passages, by the names `sentence-transformers` looks for.
fn prompts(folder: &mut Folder) -> Result<(String, String), String> {
    let Prompts { mut prompts, default_prompt_name } =
        folder.json("config_sentence_transformers.json")?.unwrap_or_default();
    let default = default_prompt_name.and_then(|name| prompts.get(&name).cloned()).unwrap_or_default();
    let mut first = |names: &[&str]| names.iter().find_map(|name| prompts.remove(*name));
    let query = first(&["query"]);
    let passage = first(&["document", "passage", "corpus"]);
    Ok((query.unwrap_or_else(|| default.clone()), passage.unwrap_or(default)))
}

/// The pooling, if it is one of ours.
fn pooling(folder: &mut Folder, path: &str, prompts: &(String, String)) -> Result<Pooling, String> {
    let name = inside(path, "config.json");
    let fields: serde_json::Map<String, serde_json::Value> =
        folder.json(&name)?.ok_or_else(|| format!("modules.json names {name}, which is not there"))?;
    let prompted = !(prompts.0.is_empty() && prompts.1.is_empty());
    if prompted && fields.get("include_prompt") == Some(&false.into()) {
        return Err("it leaves the prompt out of the pooling, which is not supported".to_owned());
    }
    let set = fields.iter().filter(|(name, value)| name.starts_with("pooling_mode") && **value == true);
    let mut set: Vec<&str> = set.map(|(name, _)| name.as_str()).collect();
    if let Some(mode) = fields.get("pooling_mode").and_then(|mode| mode.as_str()) {
        set.push(mode);
    }
    match set[..] {
        [MEAN | "mean"] => Ok(Pooling::Mean),
        [CLS | "cls"] => Ok(Pooling::Cls),
        _ => Err(format!("its pooling is {}; mean or cls is supported", set.join(" and "))),
    }
}
