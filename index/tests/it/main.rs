//! Tests of the engine as its users see it.

mod compat;
mod concurrency;
mod durability;
mod filters;
mod isolation;
mod lifecycle;
mod model;
mod phrases;
mod support;
mod verify;
