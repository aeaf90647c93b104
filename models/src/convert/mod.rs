//! From source files to our own layout: `model.safetensors` and `tokenizer.json`, or `model.gguf`.

mod charsmap;
pub(crate) mod checkpoint;
mod e5s1;
mod onnx;
mod tensors;
mod unigram;
pub(crate) mod wordpiece;

use crate::error::ModelError;
use crate::registry::{Conversion, ModelSpec, SourceFile};
use crate::store::{GGUF, TOKENIZER, WEIGHTS};

/// The files of a model's folder, except the manifest. The sources' hashes have been checked.
pub(crate) fn convert(
    spec: &ModelSpec,
    sources: Vec<(&'static SourceFile, Vec<u8>)>,
) -> Result<Vec<(&'static str, Vec<u8>)>, ModelError> {
    match spec.conversion {
        Conversion::Ready => Ok(sources.into_iter().map(|(file, bytes)| (file.name, bytes)).collect()),
        Conversion::E5S1 => {
            let (file, bytes) = source(spec, &sources, ".bin")?;
            let damaged = |reason: String| ModelError::damaged(file, reason);
            let model = e5s1::read(bytes, &spec.architecture).map_err(damaged)?;
            let weights = model.safetensors().map_err(damaged)?;
            let tokenizer = unigram::tokenizer_json(&model.tokenizer).map_err(damaged)?;
            Ok(vec![(WEIGHTS, weights), (TOKENIZER, tokenizer)])
        }
        Conversion::Int8Onnx => {
            let (file, bytes) = source(spec, &sources, ".onnx")?;
            let weights = onnx::to_safetensors(bytes).map_err(|reason| ModelError::damaged(file, reason))?;
            let (_, tokenizer) = source(spec, &sources, TOKENIZER)?;
            Ok(vec![(WEIGHTS, weights), (TOKENIZER, tokenizer.to_vec())])
        }
        Conversion::Gguf => Ok(sources.into_iter().map(|(_, bytes)| (GGUF, bytes)).collect()),
    }
}

/// Name and bytes of the source file whose name ends so.
fn source<'a>(
    spec: &ModelSpec,
    sources: &'a [(&'static SourceFile, Vec<u8>)],
    ending: &str,
) -> Result<(&'static str, &'a [u8]), ModelError> {
    let found = sources.iter().find(|(file, _)| file.name.ends_with(ending));
    found
        .map(|(file, bytes)| (file.name, bytes.as_slice()))
        .ok_or_else(|| ModelError::damaged(spec.name, format!("it has no source file {ending}")))
}
