//! The dense leg: exact search over unit vectors held in memory.

mod set;
mod simd;

pub(crate) use set::{Rows, VectorSet};
pub use simd::{active_kernel, dot};
