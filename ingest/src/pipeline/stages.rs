//! How long each stage of a run was at work.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde::Serialize;

/// A stage of a run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    Accept,
    Extract,
    Chunk,
    Embed,
    Publish,
}

/// Time by stage, counted by the threads as they go.
#[derive(Debug, Default)]
pub(super) struct Stages([AtomicU64; 5]);

impl Stages {
    /// Does the work and counts its time.
    pub(super) fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        let nanos = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0[stage as usize].fetch_add(nanos, Ordering::Relaxed);
        done
    }

    /// What was counted so far.
    pub(super) fn seconds(&self) -> StageSeconds {
        let of = |stage: Stage| self.0[stage as usize].load(Ordering::Relaxed) as f64 / 1e9;
        StageSeconds {
            accept: of(Stage::Accept),
            extract: of(Stage::Extract),
            chunk: of(Stage::Chunk),
            embed: of(Stage::Embed),
            publish: of(Stage::Publish),
        }
    }
}

/// Seconds that the stages of a run were at work, each summed over its threads. The stages overlap: together they may be
/// more than the run took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct StageSeconds {
    /// Comparing documents with what is known, and making them durable.
    pub accept: f64,
    /// Reading text out of documents.
    pub extract: f64,
    /// Cutting text into chunks.
    pub chunk: f64,
    /// Looking up and making vectors.
    pub embed: f64,
    /// Making documents visible in both legs.
    pub publish: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn each_stage_has_its_own_time() {
        let stages = Stages::default();
        assert_eq!(stages.time(Stage::Embed, || 7), 7);
        for _ in 0..2 {
            stages.time(Stage::Chunk, || std::thread::sleep(Duration::from_millis(2)));
        }
        let seconds = stages.seconds();
        assert!(seconds.chunk >= 0.004 && seconds.embed < seconds.chunk && seconds.publish == 0.0);
    }
}
