//! Integration tests of `footnote-evals`.

mod gate;
mod golden;
mod metric_properties;
mod program;
mod public_sets;
mod retrieval;
mod verification;
