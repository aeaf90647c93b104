//! Tests of the engine as its users see it.

mod compat;
mod concurrency;
mod crash;
mod durability;
mod filters;
mod isolation;
mod lifecycle;
mod many_clients;
mod model;
mod phrases;
mod snapshot_crash;
mod snapshots;
mod support;
mod verify;
