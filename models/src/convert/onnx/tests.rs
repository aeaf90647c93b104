use safetensors::SafeTensors;

use super::proto::{Node, Tensor};
use super::*;

fn node(op_type: &str, input: &[&str], output: &str) -> Node {
    let input = input.iter().map(|name| (*name).to_owned()).collect();
    Node { input, output: vec![output.to_owned()], op_type: op_type.to_owned() }
}

fn floats(name: &str, dims: &[i64], values: &[f32]) -> Tensor {
    let values = values.to_vec();
    Tensor {
        name: name.into(),
        dims: dims.to_vec(),
        data_type: FLOAT,
        float_data: values,
        ..Tensor::default()
    }
}

fn integers(name: &str, data_type: i32, dims: &[i64], values: &[i32]) -> Tensor {
    let values = values.to_vec();
    Tensor { name: name.into(), dims: dims.to_vec(), data_type, int32_data: values, ..Tensor::default() }
}

/// One layer `bert.encoder.layer.0.output.dense` of 3 inputs and 2 outputs, and the word embeddings.
fn network(matrix: Tensor, scale: Tensor, zero: Tensor) -> Model {
    let node = vec![
        node("Gather", &["bert.embeddings.word_embeddings.weight_quantized", "ids"], "words_q"),
        node("DequantizeLinear", &["words_q", "w_scale", "w_zero"], "words"),
        node("DynamicQuantizeLinear", &["words"], "x"),
        node("Mul", &["x_scale", "scale"], "scales"),
        node("MatMulInteger", &["x", "matrix", "x_zero", "zero"], "y"),
        node("Cast", &["y"], "y_float"),
        node("Mul", &["y_float", "scales"], "y_scaled"),
        node("Add", &["bert.encoder.layer.0.output.dense.bias", "y_scaled"], "out"),
    ];
    let words = "bert.embeddings.word_embeddings.weight_quantized";
    let initializer = vec![
        integers(words, UINT8, &[2, 3], &[0, 1, 2, 253, 254, 255]),
        floats("w_scale", &[], &[0.5]),
        integers("w_zero", UINT8, &[], &[7]),
        floats("bert.encoder.layer.0.output.dense.bias", &[2], &[0.25, -0.25]),
        matrix,
        scale,
        zero,
    ];
    Model { graph: Some(Graph { node, initializer }) }
}

fn signed(values: &[i32]) -> Tensor {
    integers("matrix", INT8, &[3, 2], values)
}

fn tensor(file: &SafeTensors<'_>, name: &str) -> (Dtype, Vec<usize>, Vec<u8>) {
    let view = file.tensor(name).unwrap_or_else(|e| panic!("{name}: {e}"));
    (view.dtype(), view.shape().to_vec(), view.data().to_vec())
}

fn f32s(file: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    tensor(file, name).2.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

const NAME: &str = "encoder.layer.0.output.dense.weight";

#[test]
fn bytes_stay_bytes_transposed_under_their_layers_name() -> Result<(), String> {
    let zero = integers("zero", INT8, &[2], &[0, 0]);
    let model = network(signed(&[1, -2, 3, -4, 5, -6]), floats("scale", &[2], &[0.5, 2.0]), zero);
    let bytes = to_safetensors(&model.encode_to_vec())?;
    let file = SafeTensors::deserialize(&bytes).map_err(|e| e.to_string())?;
    let (dtype, shape, values) = tensor(&file, &format!("{NAME}.int8"));
    assert_eq!((dtype, shape), (Dtype::I8, vec![2, 3]));
    assert_eq!(values, [1, 3, 5, -2, -4, -6].map(i8::cast_unsigned));
    assert_eq!(f32s(&file, &format!("{NAME}.scale")), [0.5, 2.0]);
    assert_eq!(f32s(&file, "encoder.layer.0.output.dense.bias"), [0.25, -0.25]);
    let words = "embeddings.word_embeddings.weight";
    assert_eq!(
        tensor(&file, &format!("{words}.uint8")),
        (Dtype::U8, vec![2, 3], vec![0, 1, 2, 253, 254, 255])
    );
    assert_eq!(f32s(&file, &format!("{words}.zero")), [7.0]);
    Ok(())
}

#[test]
fn other_zero_points_types_and_the_least_byte_become_floats() -> Result<(), String> {
    let one_scale = || floats("scale", &[], &[0.5]);
    let no_zero = || integers("zero", INT8, &[], &[0]);
    let unsigned = integers("matrix", UINT8, &[3, 2], &[128, 129, 130, 131, 0, 255]);
    let cases = [
        (signed(&[1, 2, 3, 4, 5, 6]), integers("zero", INT8, &[2], &[1, -1]), [0.0, 1.0, 2.0, 1.5, 2.5, 3.5]),
        (unsigned, integers("zero", UINT8, &[], &[128]), [0.0, 1.0, -64.0, 0.5, 1.5, 63.5]),
        (signed(&[-128, 2, 3, 4, 5, 6]), no_zero(), [-64.0, 1.5, 2.5, 1.0, 2.0, 3.0]),
    ];
    for (matrix, zero, expected) in cases {
        let bytes = to_safetensors(&network(matrix, one_scale(), zero).encode_to_vec())?;
        let file = SafeTensors::deserialize(&bytes).map_err(|e| e.to_string())?;
        assert_eq!(f32s(&file, NAME), expected);
        assert_eq!(tensor(&file, NAME).1, [2, 3]);
    }
    Ok(())
}

#[test]
fn a_file_that_does_not_add_up_says_where() {
    let scale = || floats("scale", &[], &[0.5]);
    let zero = || integers("zero", INT8, &[], &[0]);
    let sound = || signed(&[1, 2, 3, 4, 5, 6]);
    let mut no_bias = network(sound(), scale(), zero());
    no_bias.graph.iter_mut().for_each(|graph| drop(graph.node.pop()));
    let mut elsewhere = sound();
    elsewhere.data_location = 1;
    let cases = [
        (network(signed(&[1, 2]), scale(), zero()), "tensor matrix: 2 values where its shape [3, 2] says 6"),
        (network(signed(&[1, 2, 3, 4, 5, 600]), scale(), zero()), "does not fit"),
        (network(integers("matrix", INT8, &[-3, 2], &[]), scale(), zero()), "negative"),
        (network(integers("matrix", INT8, &[i64::MAX, i64::MAX], &[]), scale(), zero()), "too large"),
        (network(integers("matrix", INT8, &[6], &[1; 6]), scale(), zero()), "no matrix"),
        (network(sound(), floats("scale", &[3], &[1.0; 3]), zero()), "3 values for a matrix of 2 outputs"),
        (
            network(sound(), scale(), integers("zero", INT8, &[3], &[1; 3])),
            "3 values for a matrix of 2 outputs",
        ),
        (network(elsewhere, scale(), zero()), "in another file"),
        (no_bias, "leads to no scale and bias"),
        (Model { graph: None }, "no graph"),
    ];
    for (model, expected) in cases {
        let error = to_safetensors(&model.encode_to_vec()).expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn damaged_files_are_errors_and_never_panics() {
    let zero = integers("zero", INT8, &[2], &[0, 0]);
    let model = network(signed(&[1, -2, 3, -4, 5, -6]), floats("scale", &[2], &[0.5, 2.0]), zero);
    let sound = model.encode_to_vec();
    let mut refused = 0;
    for at in 0..sound.len() {
        refused += usize::from(to_safetensors(&sound[..at]).is_err());
        for bit in 0..8 {
            let mut damaged = sound.clone();
            damaged[at] ^= 1 << bit;
            refused += usize::from(to_safetensors(&damaged).is_err());
        }
    }
    assert!(refused > sound.len() / 2, "{refused} of {}", 9 * sound.len());
}
