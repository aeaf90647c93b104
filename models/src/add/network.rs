//! `config.json`: what network it is. Errors are reasons in words.

use serde::Deserialize;
use serde_json::Value;

use super::folder::Folder;
use crate::config::ModelKind;
use crate::registry::Architecture;

/// Networks that differ from BERT only in where positions begin, as `transformers` names them.
const ROBERTA: [&str; 3] = ["roberta", "xlm-roberta", "camembert"];

/// What the network is.
pub(super) struct Network {
    /// Encoder or reranker.
    pub(super) kind: ModelKind,
    /// Sizes.
    pub(super) architecture: Architecture,
}

/// The fields that matter.
#[derive(Deserialize)]
struct Config {
    architectures: Option<Vec<String>>,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f32,
    hidden_act: String,
    position_embedding_type: Option<String>,
    pad_token_id: Option<usize>,
    id2label: Option<serde_json::Map<String, Value>>,
    num_labels: Option<usize>,
    is_decoder: Option<bool>,
}

/// Reads the file.
pub(super) fn read(folder: &mut Folder, name: &str) -> Result<Network, String> {
    let value: Value = folder.json(name)?.ok_or_else(|| format!("it has no {name}"))?;
    let family = value.get("model_type").and_then(Value::as_str).unwrap_or("nothing").to_owned();
    let roberta = ROBERTA.contains(&family.as_str());
    if family != "bert" && !roberta {
        return Err(format!(
            "its model_type is {family}; bert, roberta, xlm-roberta and camembert can be added"
        ));
    }
    let config: Config = serde_json::from_value(value).map_err(|e| format!("{name}: {e}"))?;
    config.supported()?;
    let first_position = if roberta { config.pad_token_id.unwrap_or(1) + 1 } else { 0 };
    let architecture = config.sizes(first_position)?;
    Ok(Network { kind: config.kind()?, architecture })
}

impl Config {
    /// Fails if the network does something ours does not.
    fn supported(&self) -> Result<(), String> {
        if self.hidden_act != "gelu" {
            return Err(format!("its activation is {}; only gelu is supported", self.hidden_act));
        }
        if let Some(positions) = self.position_embedding_type.as_deref().filter(|kind| *kind != "absolute") {
            return Err(format!("its positions are {positions}; only absolute ones are supported"));
        }
        if self.is_decoder == Some(true) {
            return Err("it is a decoder; only encoders are supported".to_owned());
        }
        Ok(())
    }

    /// Encoder, or reranker if it has a head that gives one score.
    fn kind(&self) -> Result<ModelKind, String> {
        let names = self.architectures.as_deref().unwrap_or_default();
        if !names.iter().any(|name| name.ends_with("ForSequenceClassification")) {
            return Ok(ModelKind::Encoder);
        }
        // `transformers` takes two where nothing is said.
        let labels = self.id2label.as_ref().map(serde_json::Map::len).or(self.num_labels).unwrap_or(2);
        if labels != 1 {
            return Err(format!("it sorts texts into {labels} classes; a reranker has one (num_labels 1)"));
        }
        Ok(ModelKind::Reranker)
    }

    /// The sizes, if they can be.
    fn sizes(&self, first_position: usize) -> Result<Architecture, String> {
        let in_range = [
            ("hidden_size", self.hidden_size, 1 << 13),
            ("num_hidden_layers", self.num_hidden_layers, 256),
            ("num_attention_heads", self.num_attention_heads, 256),
            ("intermediate_size", self.intermediate_size, 1 << 15),
            ("vocab_size", self.vocab_size, 1 << 22),
            ("max_position_embeddings", self.max_position_embeddings, 1 << 17),
            ("type_vocab_size", self.type_vocab_size, 16),
        ];
        if let Some((name, size, most)) = in_range.iter().find(|(_, size, most)| *size == 0 || size > most) {
            return Err(format!("its {name} is {size}, and 1 to {most} is supported"));
        }
        for (name, size) in [("hidden_size", self.hidden_size), ("intermediate_size", self.intermediate_size)]
        {
            if !size.is_multiple_of(32) {
                return Err(format!("its {name} is {size}, and a multiple of 32 is needed"));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Err(format!(
                "its {} attention heads do not divide its hidden_size of {}",
                self.num_attention_heads, self.hidden_size
            ));
        }
        if first_position >= self.max_position_embeddings {
            return Err(format!("its positions begin at {first_position}, where they end"));
        }
        if !(self.layer_norm_eps > 0.0 && self.layer_norm_eps < 1.0) {
            return Err(format!("its layer_norm_eps is {}", self.layer_norm_eps));
        }
        Ok(Architecture {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            feed_forward: self.intermediate_size,
            vocabulary: self.vocab_size,
            positions: self.max_position_embeddings,
            first_position,
            token_types: self.type_vocab_size,
            norm_epsilon: self.layer_norm_eps,
        })
    }
}
