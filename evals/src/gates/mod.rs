//! Quality gates: what a measurement has to reach before a change may pass.
//!
//! `evals/gates.toml` lists the measurements and their checks. This module reads the file and judges figures; it runs
//! nothing itself.

mod bounds;
mod check;
mod file;
mod sample;

pub use check::{Check, Verdict};
pub use file::{Gate, GateError, Gates};
pub use sample::{Part, SampleCheck, SampleGate, answer_figure};
