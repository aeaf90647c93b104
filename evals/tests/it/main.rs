//! Integration tests of `footnote-evals`.

mod answer_golden;
mod answer_properties;
mod gate;
mod gold_answers;
mod golden;
mod leakcheck;
mod metric_properties;
mod page;
mod program;
mod public_sets;
mod retrieval;
mod served;
mod significance_golden;
mod significance_properties;
mod suite;
mod verification;
