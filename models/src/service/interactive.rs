//! Jobs somebody waits for.

use super::jobs::{Active, Jobs, Sequence};
use super::pieces::Weight;
use super::queue::Queue;
use crate::batch::Model;

/// Tokens of a micro-batch: what a job that has just come may have to wait for, besides a bulk layer.
pub(super) const MICRO_BATCH_TOKENS: usize = 512;

/// How often a job is passed over by smaller ones that came later before it has a turn.
pub(super) const PASSED_OVER_AT_MOST: u32 = 4;

/// The interactive jobs in progress. Small ones go first, as many together as the budget holds; one larger than the
/// budget goes alone, a budget a turn, with a look at what has come in between.
pub(super) struct Interactive<M: Model> {
    jobs: Jobs<M>,
}

impl<M: Model> Interactive<M>
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

    /// Runs one micro-batch, if anything waits.
    pub(super) fn turn(&mut self, model: &M, queue: &Queue<M>) {
        queue.take_interactive().into_iter().for_each(|job| self.jobs.admit(job));
        if self.is_empty() {
            return;
        }
        self.jobs.drop_abandoned();
        let batch = self.choose(model);
        if !batch.is_empty() {
            self.jobs.run(model, batch, &mut || {});
        }
    }

    /// The sequences of the next micro-batch.
    fn choose(&mut self, model: &M) -> Vec<Sequence> {
        let mut batch = Vec::new();
        let mut room = MICRO_BATCH_TOKENS;
        for job in self.order() {
            let whole = self.ready(model, job, room);
            if !whole && !batch.is_empty() {
                break;
            }
            let Some(active) = self.jobs.get_mut(job) else { continue };
            while let Some(sequence) = active.ready.pop_front_if(|s| batch.is_empty() || s.len() <= room) {
                room = room.saturating_sub(sequence.len());
                batch.push(sequence);
            }
            if !whole {
                break;
            }
        }
        self.count_passed_over(&batch);
        batch
    }

    /// The jobs in the order of their turns: those passed over often by age, the others by what they still need.
    fn order(&self) -> Vec<u64> {
        let key = |(number, job): (u64, &Active<M>)| {
            let due = job.passed_over >= PASSED_OVER_AT_MOST;
            (!due, if due { 0 } else { job.bytes }, number)
        };
        let mut order: Vec<_> = self.jobs.iter().map(key).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, _, number)| number).collect()
    }

    /// Tokenises of a job what can go into `room` tokens; whether all that is left of the job can.
    fn ready(&mut self, model: &M, job: u64, room: usize) -> bool {
        loop {
            let Some(active) = self.jobs.get_mut(job) else { return true };
            let tokens = active.ready_tokens();
            if active.tokenised() || tokens > room {
                return active.tokenised() && tokens <= room;
            }
            self.jobs.tokenise_one(model, job);
        }
    }

    /// Counts for the jobs left out that a younger one was not.
    fn count_passed_over(&mut self, batch: &[Sequence]) {
        let Some(youngest) = batch.iter().map(|sequence| sequence.job).max() else { return };
        for (number, job) in self.jobs.iter_mut() {
            if batch.iter().any(|sequence| sequence.job == number) {
                job.passed_over = 0;
            } else if number < youngest {
                job.passed_over += 1;
            }
        }
    }
}
