//! Integration tests with the real models, through the public API.

mod add;
mod fetch;
mod generator;
mod golden;
mod golden_onnx;
mod hostile;
mod hub;
mod read_only;
mod service;
mod store;
mod support;

/// Cosine of two unit vectors.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}
