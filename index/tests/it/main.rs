//! Tests of the engine as its users see it.

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
mod support;
mod verify;
