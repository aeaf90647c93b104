//! Tests of the engine as its users see it.

mod analyzer_sets;
mod compat;
mod concurrency;
mod durability;
mod filters;
mod generations;
mod history;
mod isolation;
mod lifecycle;
mod long_run;
mod many_clients;
mod model;
mod phrases;
mod prefixes;
mod sets;
mod snapshot_crash;
mod snapshots;
mod support;
mod verify;
