//! The dense leg: vectors held in memory; of many, most are judged by an estimate with a known error.

mod best;
mod block;
mod codes;
mod graph;
mod rotation;
mod set;
mod signs;
mod simd;

pub(crate) use graph::Seals;
pub(crate) use set::{Compared, Rows, VectorSet};
pub use simd::{active_kernel, dot};
