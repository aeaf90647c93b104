//! Model files for tests: the one helper every crate's tests use. It fetches what is missing, one process at a
//! time, and fails when it cannot; it never lets a test pass without its model.

use crate::encoder::{Encoder, Precision};
use crate::fetch::FetchOptions;
use crate::generator::Generator;
use crate::reranker::Reranker;
use crate::store::{ModelDir, ModelStore};

/// The store the environment names, as in production, so that a clean checkout does not fetch twice.
///
/// # Panics
/// If the environment names none.
#[must_use]
pub fn test_store() -> ModelStore {
    ModelStore::from_env().unwrap_or_else(|error| panic!("tests need a model store: {error}"))
}

/// A loaded encoder in the default precision, fetched first if it is not in the store.
///
/// # Panics
/// If it cannot be fetched or loaded.
#[must_use]
pub fn test_encoder(name: &str) -> Encoder {
    test_encoder_at(name, Precision::default())
}

/// A loaded encoder, fetched first if it is not in the store.
///
/// # Panics
/// If it cannot be fetched or loaded.
#[must_use]
pub fn test_encoder_at(name: &str, precision: Precision) -> Encoder {
    Encoder::load(&test_model(name), precision)
        .unwrap_or_else(|error| panic!("tests need the model `{name}`: {error}"))
}

/// A loaded reranker in the default precision, fetched first if it is not in the store.
///
/// # Panics
/// If it cannot be fetched or loaded.
#[must_use]
pub fn test_reranker(name: &str) -> Reranker {
    test_reranker_at(name, Precision::default())
}

/// A loaded reranker, fetched first if it is not in the store.
///
/// # Panics
/// If it cannot be fetched or loaded.
#[must_use]
pub fn test_reranker_at(name: &str, precision: Precision) -> Reranker {
    Reranker::load(&test_model(name), precision)
        .unwrap_or_else(|error| panic!("tests need the model `{name}`: {error}"))
}

/// A loaded generator, fetched first if it is not in the store.
///
/// # Panics
/// If it cannot be fetched or loaded.
#[must_use]
pub fn test_generator(name: &str) -> Generator {
    Generator::load(&test_model(name))
        .unwrap_or_else(|error| panic!("tests need the model `{name}`: {error}"))
}

/// A model's folder, fetched first if it is not in the store.
///
/// # Panics
/// If it cannot be fetched.
#[must_use]
pub fn test_model(name: &str) -> ModelDir {
    let store = test_store();
    store
        .open(name)
        .or_else(|_| store.fetch(name, &FetchOptions::default(), &mut |_| {}))
        .unwrap_or_else(|error| panic!("tests need the model `{name}`: {error}"))
}
