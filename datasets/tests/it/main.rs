//! Integration tests of the sample corpus and the readers.

mod beir;
mod public_sets;
mod run;
mod sample;
mod text;
