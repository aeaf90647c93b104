//! From source files to our own layout: `model.safetensors` and `tokenizer.json`.

mod charsmap;
mod e5s1;
mod unigram;

use crate::error::ModelError;
use crate::registry::{Conversion, ModelSpec, SourceFile};
use crate::store::{TOKENIZER, WEIGHTS};

/// The files of a model's folder, except the manifest. The sources' hashes have been checked.
pub(crate) fn convert(
    spec: &ModelSpec,
    sources: Vec<(&'static SourceFile, Vec<u8>)>,
) -> Result<Vec<(&'static str, Vec<u8>)>, ModelError> {
    match spec.conversion {
        Conversion::Ready => Ok(sources.into_iter().map(|(file, bytes)| (file.name, bytes)).collect()),
        Conversion::E5S1 => {
            let Some((file, bytes)) = sources.first() else {
                return Err(ModelError::damaged(spec.name, "it has no source file"));
            };
            let model = e5s1::read(bytes, &spec.architecture)
                .map_err(|reason| ModelError::damaged(file.name, reason))?;
            let weights = model.safetensors().map_err(|reason| ModelError::damaged(file.name, reason))?;
            let tokenizer =
                unigram::tokenizer_json(&model.tokenizer).map_err(|e| ModelError::damaged(file.name, e))?;
            Ok(vec![(WEIGHTS, weights), (TOKENIZER, tokenizer)])
        }
    }
}
