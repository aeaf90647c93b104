//! Sweeps: many ways to join the legs, to rerank and to choose how many passages are read, tried on development questions
//! from one run of each leg, and the best of them measured once on questions that chose nothing.

mod halves;
mod join;
mod page;
mod policy;
mod reranks;
mod run;
mod swept;

pub use halves::{Halves, halves};
pub use join::{Join, Normalisation, grid};
pub use page::section;
pub use policy::{Policy, PolicyFigures, policies};
pub use run::{HeldOut, Options, PolicyResult, Set, Sweep, SweepError, Tried, sweep};
