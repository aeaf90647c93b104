//! Tests of the engine as its users see it.

mod analyzer_sets;
mod compat;
mod concurrency;
mod crash;
mod durability;
mod filters;
mod generations;
mod isolation;
mod lifecycle;
mod model;
mod phrases;
mod prefixes;
mod sets;
mod support;
mod verify;
