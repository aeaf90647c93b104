//! Reads an int8 ONNX export of a BERT encoder or cross-encoder, as ONNX Runtime's dynamic quantisation writes it.
//!
//! A matrix is a constant `[inputs, outputs]` without a telling name. The graph says whose it is:
//! `MatMulInteger(activations, matrix)`, then `Cast`, `Mul` with the product of both scales, and `Add` with the bias,
//! which still has its checkpoint's name, such as `encoder.layer.0.attention.self.query.bias`. Embeddings are
//! constants with names, looked up with `Gather` and then `DequantizeLinear`.
//!
//! Matrices of signed bytes with zero point 0 stay bytes, transposed to `[outputs, inputs]`; so does the table of
//! word embeddings. All else becomes f32: `(value - zero) * scale`.

mod graph;
mod proto;
mod values;

use std::borrow::Cow;

use prost::Message as _;
use safetensors::Dtype;

use self::graph::{Index, Product, Table};
use self::proto::{FLOAT, Graph, INT8, Model, UINT8};
use super::tensors::{NamedTensor, safetensors};
use crate::network::{INT8_SUFFIX, SCALE_SUFFIX, UINT8_SUFFIX, ZERO_SUFFIX};

/// The table that may stay bytes.
const WORDS: &str = "embeddings.word_embeddings.weight";

/// What the names of a network's tensors begin with.
const PARTS: [&str; 4] = ["embeddings.", "encoder.layer.", "pooler.dense.", "classifier."];

/// The file's weights as `model.safetensors`; the error is the reason in words.
pub(super) fn to_safetensors(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let model = Model::decode(bytes).map_err(|e| format!("it is not an ONNX file: {e}"))?;
    let graph = model.graph.ok_or("it is not an ONNX file: it has no graph")?;
    safetensors(&tensors(&graph)?)
}

/// All tensors of the network.
fn tensors(graph: &Graph) -> Result<Vec<NamedTensor<'_>>, String> {
    let index = Index::new(graph);
    let mut tensors = Vec::new();
    for node in &graph.node {
        match node.op_type.as_str() {
            "MatMulInteger" => {
                if let Some(product) = index.product(node)? {
                    tensors.extend(matrix(&product)?);
                }
            }
            "Gather" => {
                if let Some(table) = index.table(node)? {
                    tensors.extend(embeddings(&table)?);
                }
            }
            _ => {}
        }
    }
    for tensor in graph.initializer.iter().filter(|tensor| tensor.data_type == FLOAT) {
        let name = checkpoint_name(&tensor.name);
        let known = PARTS.iter().any(|part| name.starts_with(part));
        if known && (name.ends_with(".weight") || name.ends_with(".bias")) {
            tensors.push(NamedTensor::f32(name.to_owned(), tensor.shape()?, &tensor.floats()?));
        }
    }
    Ok(tensors)
}

/// A name without the prefix a model for a task puts before its encoder's.
fn checkpoint_name(name: &str) -> &str {
    name.strip_prefix("bert.").unwrap_or(name)
}

/// The tensors of a layer's matrix.
fn matrix(product: &Product<'_>) -> Result<Vec<NamedTensor<'static>>, String> {
    let Product { layer, matrix, scale, zero } = product;
    let name = format!("{}.weight", checkpoint_name(layer));
    let &[inputs, outputs] = matrix.shape()?.as_slice() else {
        return Err(matrix.wrong("it is no matrix"));
    };
    let values = matrix.bytes()?;
    let scales = scale.floats()?;
    let zeros = zero.map_or(Ok(vec![0.0]), |zero| {
        Ok::<_, String>(zero.bytes()?.iter().map(|byte| zero.value(*byte)).collect::<Vec<f32>>())
    })?;
    for (tensor, count) in [(*scale, scales.len()), (zero.unwrap_or(scale), zeros.len())] {
        if count != 1 && count != outputs {
            return Err(tensor.wrong(&format!("{count} values for a matrix of {outputs} outputs")));
        }
    }
    let by_output = (0..outputs).flat_map(|o| (0..inputs).map(move |i| (o, i * outputs + o)));
    // The 8-bit product takes magnitudes of up to 127.
    let plain = matrix.data_type == INT8
        && zeros.iter().all(|zero| *zero == 0.0)
        && values.iter().all(|byte| byte.cast_signed() != i8::MIN);
    if plain {
        let bytes: Vec<u8> = by_output.map(|(_, at)| values[at]).collect();
        let shape = vec![outputs, inputs];
        let kept = format!("{name}{INT8_SUFFIX}");
        return Ok(vec![
            NamedTensor { name: kept, dtype: Dtype::I8, shape, bytes: Cow::Owned(bytes) },
            NamedTensor::f32(format!("{name}{SCALE_SUFFIX}"), vec![scales.len()], &scales),
        ]);
    }
    let one = |values: &[f32], output: usize| values[output % values.len()];
    let floats: Vec<f32> = by_output
        .map(|(output, at)| (matrix.value(values[at]) - one(&zeros, output)) * one(&scales, output))
        .collect();
    Ok(vec![NamedTensor::f32(name, vec![outputs, inputs], &floats)])
}

/// The tensors of an embedding table.
fn embeddings<'a>(table: &Table<'a>) -> Result<Vec<NamedTensor<'a>>, String> {
    let Table { values: tensor, scale, zero } = table;
    let name = checkpoint_name(tensor.name.strip_suffix("_quantized").unwrap_or(&tensor.name));
    let (shape, values) = (tensor.shape()?, tensor.bytes()?);
    let zeros = match zero {
        Some(zero) => zero.bytes()?.iter().map(|byte| zero.value(*byte)).collect(),
        None => vec![0.0],
    };
    let (&[scale], &[zero]) = (scale.floats()?.as_slice(), zeros.as_slice()) else {
        return Err(tensor.wrong("it has more than one scale or zero point"));
    };
    if name == WORDS && tensor.data_type == UINT8 {
        let kept = format!("{name}{UINT8_SUFFIX}");
        return Ok(vec![
            NamedTensor { name: kept, dtype: Dtype::U8, shape, bytes: values },
            NamedTensor::f32(format!("{name}{SCALE_SUFFIX}"), vec![1], &[scale]),
            NamedTensor::f32(format!("{name}{ZERO_SUFFIX}"), vec![1], &[zero]),
        ]);
    }
    let floats: Vec<f32> = values.iter().map(|byte| (tensor.value(*byte) - zero) * scale).collect();
    Ok(vec![NamedTensor::f32(name.to_owned(), shape, &floats)])
}

#[cfg(test)]
mod tests;
