//! Integration tests of `footnote-evals`.

mod golden;
mod metric_properties;
