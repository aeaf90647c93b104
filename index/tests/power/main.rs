//! Killed processes and lost power: nothing that was acknowledged goes.
//!
//! The writer is this test binary again, told by its environment where to write (`writer`). It writes
//! down what it begins and what was acknowledged. The parent lets it be killed (`crash`), or records
//! what it does to its files and replays what a power loss would have left (`power`), and checks what
//! it finds against a model (`world`). README.md says more.
#![cfg(target_os = "linux")]

mod crash;
mod disk;
mod interpose;
mod power;
mod record;
mod recorder;
mod rounds;
#[path = "../it/support.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod support;
mod world;
mod writer;
