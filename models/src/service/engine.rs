//! The inference thread.

use super::bulk::Bulk;
use super::interactive::Interactive;
use super::pieces::Weight;
use super::queue::Queue;
use crate::batch::Model;

/// The work in progress of both lanes.
pub(super) struct Engine<M: Model> {
    interactive: Interactive<M>,
    bulk: Bulk<M>,
}

impl<M: Model> Engine<M>
where
    M::Input: Weight,
{
    pub(super) fn new() -> Self {
        Self { interactive: Interactive::new(), bulk: Bulk::new() }
    }

    /// Whether a job is in progress.
    pub(super) fn busy(&self) -> bool {
        !self.interactive.is_empty() || !self.bulk.is_empty()
    }

    /// Runs one micro-batch of the interactive lane and one slice of the bulk lane, where there is one.
    pub(super) fn step(&mut self, model: &M, queue: &Queue<M>) {
        self.interactive.turn(model, queue);
        self.bulk.step(model, queue, &mut self.interactive);
    }
}

/// Closes the queue however the inference thread ends, so that no caller waits for ever.
struct CloseAtEnd<'a, M: Model>(&'a Queue<M>);

impl<M: Model> Drop for CloseAtEnd<'_, M> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The inference thread, which is worker 0 of its own rayon pool: parallel steps of the network begin without a
/// hand-over to another thread, and no other user of rayon can delay them.
///
/// Rayon never gives back what it keeps for a thread that joined a pool this way (a few kilobytes a service), and such
/// a thread takes up others' tasks only while it waits for its own: both are harmless here, because nothing else
/// spawns into this pool. The other workers end when the pool is dropped.
pub(super) fn run<M: Model>(model: &M, queue: &Queue<M>, name: &'static str, threads: usize)
where
    M::Input: Weight,
{
    let _close = CloseAtEnd(queue);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .use_current_thread()
        .thread_name(move |index| format!("{name}-{index}"))
        .build();
    if pool.is_err() {
        return;
    }
    let mut engine = Engine::new();
    while queue.go_on(engine.busy()) {
        engine.step(model, queue);
    }
}
