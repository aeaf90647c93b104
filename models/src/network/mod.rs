//! A BERT-shaped network (Devlin et al. 2019) over batches without padding.

mod attention;
mod bert;
mod heads;
mod matrix;
mod ops;
mod product;
mod q4;
mod weights;
mod words;
mod workspace;

pub(crate) use bert::Bert;
pub(crate) use heads::{Classifier, pool};
pub(crate) use q4::{BLOCK, BLOCK_BYTES};
pub(crate) use weights::{INT8_SUFFIX, Q4_SUFFIX, Reader, SCALE_SUFFIX, UINT8_SUFFIX, ZERO_SUFFIX};
