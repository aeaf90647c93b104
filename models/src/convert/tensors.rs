//! Tensors on their way into `model.safetensors`.

use std::borrow::Cow;

use safetensors::tensor::{Dtype, TensorView, serialize};

/// A tensor under the name BERT checkpoints give it.
#[derive(Clone, Debug)]
pub(super) struct NamedTensor<'a> {
    /// Its name, with a suffix that says how it is stored (see `network::weights`).
    pub(super) name: String,
    /// The type of its values.
    pub(super) dtype: Dtype,
    /// Rows, then values of a row.
    pub(super) shape: Vec<usize>,
    /// Its values, little-endian.
    pub(super) bytes: Cow<'a, [u8]>,
}

impl NamedTensor<'_> {
    /// A tensor of f32.
    pub(super) fn f32(name: String, shape: Vec<usize>, values: &[f32]) -> Self {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { name, dtype: Dtype::F32, shape, bytes: Cow::Owned(bytes) }
    }
}

/// The tensors as a safetensors file; the error is the reason in words.
pub(super) fn safetensors(tensors: &[NamedTensor<'_>]) -> Result<Vec<u8>, String> {
    let mut views = Vec::with_capacity(tensors.len());
    let mut names = std::collections::HashSet::new();
    for tensor in tensors {
        let name = tensor.name.as_str();
        if !names.insert(name) {
            return Err(format!("two tensors are {name}"));
        }
        let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes);
        views.push((name, view.map_err(|e| format!("tensor {name}: {e}"))?));
    }
    serialize(views, None).map_err(|e| e.to_string())
}
