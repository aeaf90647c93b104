//! Model files for tests: the one helper every crate's tests use. It fetches what is missing, one process at a
//! time, and fails when it cannot; it never lets a test pass without its model.

use crate::encoder::Encoder;
use crate::fetch::FetchOptions;
use crate::store::ModelStore;

/// The store the environment names, as in production, so that a clean checkout does not fetch twice.
///
/// # Panics
/// If the environment names none.
#[must_use]
pub fn test_store() -> ModelStore {
    ModelStore::from_env().unwrap_or_else(|error| panic!("tests need a model store: {error}"))
}

/// A loaded encoder, fetched first if it is not in the store.
///
/// # Panics
/// If it cannot be fetched or loaded.
#[must_use]
pub fn test_encoder(name: &str) -> Encoder {
    let store = test_store();
    let dir = store.open(name).or_else(|_| store.fetch(name, &FetchOptions::default(), &mut |_| {}));
    let dir = dir.unwrap_or_else(|error| panic!("tests need the model `{name}`: {error}"));
    Encoder::load(&dir).unwrap_or_else(|error| panic!("tests need the model `{name}`: {error}"))
}
