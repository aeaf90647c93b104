//! Takes the tensors of a network out of a checkpoint of `transformers`, under the names BERT's have. Errors are
//! reasons in words.

use std::borrow::Cow;

use safetensors::{Dtype, SafeTensors};

use super::tensors::{NamedTensor, safetensors};
use crate::config::ModelKind;

/// What a model for a task puts before its encoder's names.
const PREFIXES: [&str; 4] = ["bert.", "roberta.", "camembert.", "model."];

/// What the names of the encoder's tensors begin with.
const ENCODER: [&str; 2] = ["embeddings.", "encoder.layer."];

/// What the names of the head's tensors begin with.
const HEAD: [&str; 2] = ["pooler.dense.", "classifier."];

/// `model.safetensors` with what the network needs and nothing else.
pub(crate) fn to_safetensors(checkpoint: &[u8], kind: ModelKind) -> Result<Vec<u8>, String> {
    let file = SafeTensors::deserialize(checkpoint).map_err(|e| format!("model.safetensors: {e}"))?;
    let mut tensors = Vec::new();
    for (name, view) in file.iter() {
        let ours = our_name(name);
        let begins = |parts: &[&str]| parts.iter().any(|part| ours.starts_with(part));
        let wanted = begins(&ENCODER) || (kind == ModelKind::Reranker && begins(&HEAD));
        if !wanted || !(ours.ends_with(".weight") || ours.ends_with(".bias")) {
            continue;
        }
        let dtype = view.dtype();
        if ![Dtype::F32, Dtype::F16, Dtype::BF16].contains(&dtype) {
            return Err(format!("tensor {name} is of type {dtype:?}; F32, F16 and BF16 are supported"));
        }
        let (shape, bytes) = (view.shape().to_vec(), Cow::Borrowed(view.data()));
        tensors.push(NamedTensor { name: ours, dtype, shape, bytes });
    }
    safetensors(&tensors)
}

/// The name BERT's checkpoints have for a tensor. RoBERTa's head is BERT's with its two layers named otherwise; old
/// checkpoints name the parameters of normalisations as TensorFlow does.
fn our_name(name: &str) -> String {
    let name = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    name.replace("classifier.dense.", "pooler.dense.")
        .replace("classifier.out_proj.", "classifier.")
        .replace("LayerNorm.gamma", "LayerNorm.weight")
        .replace("LayerNorm.beta", "LayerNorm.bias")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_of_bert() {
        for (theirs, ours) in [
            ("bert.embeddings.LayerNorm.gamma", "embeddings.LayerNorm.weight"),
            ("encoder.layer.3.output.dense.bias", "encoder.layer.3.output.dense.bias"),
            ("roberta.encoder.layer.0.output.LayerNorm.beta", "encoder.layer.0.output.LayerNorm.bias"),
            ("classifier.dense.weight", "pooler.dense.weight"),
            ("classifier.out_proj.bias", "classifier.bias"),
            ("bert.pooler.dense.bias", "pooler.dense.bias"),
            ("classifier.weight", "classifier.weight"),
        ] {
            assert_eq!(our_name(theirs), ours);
        }
    }

    #[test]
    fn only_what_the_network_needs_is_taken_and_other_types_are_named() -> Result<(), String> {
        let floats = [0u8; 8];
        let tensor = |name: &str, dtype| {
            let shape = vec![if dtype == Dtype::F32 { 2 } else { 1 }];
            NamedTensor { name: name.into(), dtype, shape, bytes: Cow::Borrowed(&floats[..]) }
        };
        let all = [
            tensor("bert.embeddings.position_ids", Dtype::I64),
            tensor("bert.encoder.layer.0.output.dense.bias", Dtype::F32),
            tensor("bert.pooler.dense.bias", Dtype::F32),
            tensor("cls.predictions.bias", Dtype::F32),
        ];
        let checkpoint = safetensors(&all)?;
        let names = |kind| -> Result<Vec<String>, String> {
            let bytes = to_safetensors(&checkpoint, kind)?;
            let file = SafeTensors::deserialize(&bytes).map_err(|e| e.to_string())?;
            let mut names: Vec<String> = file.names().into_iter().map(ToString::to_string).collect();
            names.sort_unstable();
            Ok(names)
        };
        assert_eq!(names(ModelKind::Encoder)?, ["encoder.layer.0.output.dense.bias"]);
        assert_eq!(names(ModelKind::Reranker)?, ["encoder.layer.0.output.dense.bias", "pooler.dense.bias"]);
        let double = safetensors(&[tensor("encoder.layer.0.output.dense.weight", Dtype::F64)])?;
        let error = to_safetensors(&double, ModelKind::Encoder).expect_err("F64");
        assert!(error.contains("output.dense.weight") && error.contains("F64"), "{error}");
        Ok(())
    }
}
