//! Jobs nobody waits for.

use std::cmp::Reverse;

use super::Priority;
use super::interactive::Interactive;
use super::jobs::{Active, Jobs, Sequence};
use super::pieces::Weight;
use super::queue::Queue;
use crate::batch::{Model, SLICE_TOKENS};

/// Tokens made ready before a slice is cut: enough to find sequences that fill it.
const WINDOW_TOKENS: usize = 4 * SLICE_TOKENS;

/// Jobs whose sequences may share slices.
const WINDOW_JOBS: usize = 64;

/// The bulk jobs in progress. A slice takes the oldest jobs' sequences in order and fills the room that is left with
/// later ones that fit, so jobs finish in the order they came and a job that comes joins at the next slice. (Sorting
/// all sequences by length would fill slices no better, because a batch has no padding, and delay every job to the end
/// of its window.)
pub(super) struct Bulk<M: Model> {
    jobs: Jobs<M>,
}

impl<M: Model> Bulk<M>
where
    M::Input: Weight,
{
    pub(super) fn new() -> Self {
        Self { jobs: Jobs::new() }
    }

    /// Whether no job is in progress.
    pub(super) fn is_empty(&self) -> bool {
        self.jobs.len() == 0
    }

    /// Runs one slice, if anything waits, with turns of the interactive jobs between its layers.
    pub(super) fn step(&mut self, model: &M, queue: &Queue<M>, interactive: &mut Interactive<M>) {
        queue.drop_abandoned(Priority::Bulk);
        self.jobs.drop_abandoned();
        self.refill(model, queue, interactive);
        self.jobs.drop_abandoned();
        let slice = self.cut();
        if !slice.is_empty() {
            self.jobs.run(model, slice, &mut || interactive.turn(model, queue));
        }
    }

    /// Takes and tokenises jobs until the window is full, with a turn of the interactive jobs after each piece.
    fn refill(&mut self, model: &M, queue: &Queue<M>, interactive: &mut Interactive<M>) {
        while self.jobs.iter().map(|(_, job)| job.ready_tokens()).sum::<usize>() < WINDOW_TOKENS {
            while self.jobs.len() < WINDOW_JOBS && !self.jobs.has_piece() {
                let Some(job) = queue.take_bulk() else { break };
                self.jobs.admit(job);
            }
            if !self.jobs.tokenise(model) {
                return;
            }
            interactive.turn(model, queue);
        }
    }

    /// The next slice, longest sequence first: the threads are then done with it at about the same time.
    fn cut(&mut self) -> Vec<Sequence> {
        let mut slice = Vec::new();
        let mut room = SLICE_TOKENS;
        for (_, job) in self.jobs.iter_mut() {
            fill(&mut slice, &mut room, job);
        }
        slice.sort_by_key(|sequence| Reverse(sequence.len()));
        slice
    }
}

/// Moves sequences that fit from a job to a slice; the first fits always.
fn fill<M: Model>(slice: &mut Vec<Sequence>, room: &mut usize, job: &mut Active<M>) {
    for sequence in std::mem::take(&mut job.ready) {
        if slice.is_empty() || sequence.len() <= *room {
            *room = room.saturating_sub(sequence.len());
            slice.push(sequence);
        } else {
            job.ready.push_back(sequence);
        }
    }
}
