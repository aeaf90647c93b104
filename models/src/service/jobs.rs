//! Jobs the inference thread has begun or is about to begin.

use std::collections::{BTreeMap, VecDeque};
use std::iter::Enumerate;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::vec::IntoIter;

use tokio::sync::oneshot;

use super::pieces::Weight;
use super::queue::{Answer, Job, Place};
use crate::batch::{Model, Tokens};
use crate::error::ModelError;

/// A sequence that is ready for the network.
pub(super) struct Sequence {
    /// The job it belongs to.
    pub(super) job: u64,
    /// Which of the job's inputs it is.
    pub(super) at: usize,
    /// What the input weighed.
    pub(super) bytes: usize,
    pub(super) tokens: Tokens,
}

impl Sequence {
    /// The number of its tokens.
    pub(super) fn len(&self) -> usize {
        self.tokens.ids.len()
    }
}

/// A job in progress.
pub(super) struct Active<M: Model> {
    /// Inputs that are not tokenised yet.
    pub(super) rest: Enumerate<IntoIter<M::Input>>,
    /// Bytes of those inputs, at least one each.
    pub(super) rest_bytes: usize,
    /// Sequences that wait for the network.
    pub(super) ready: VecDeque<Sequence>,
    /// Bytes of the inputs whose outputs are missing.
    pub(super) bytes: usize,
    /// How often a younger job went before it, since it last had a turn.
    pub(super) passed_over: u32,
    outputs: Vec<Option<M::Output>>,
    missing: usize,
    reply: oneshot::Sender<Answer<M>>,
    _place: Place,
}

impl<M: Model> Active<M> {
    /// Whether every input is tokenised.
    pub(super) fn tokenised(&self) -> bool {
        self.rest.len() == 0
    }

    /// Tokens of the sequences that wait.
    pub(super) fn ready_tokens(&self) -> usize {
        self.ready.iter().map(Sequence::len).sum()
    }
}

/// Jobs in progress, by the order in which they came.
pub(super) struct Jobs<M: Model> {
    active: BTreeMap<u64, Active<M>>,
    next: u64,
}

impl<M: Model> Jobs<M> {
    pub(super) fn new() -> Self {
        Self { active: BTreeMap::new(), next: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.active.len()
    }

    pub(super) fn get_mut(&mut self, job: u64) -> Option<&mut Active<M>> {
        self.active.get_mut(&job)
    }

    /// The jobs with their numbers, oldest first.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (u64, &mut Active<M>)> {
        self.active.iter_mut().map(|(number, job)| (*number, job))
    }

    /// The jobs, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Active<M>)> {
        self.active.iter().map(|(number, job)| (*number, job))
    }

    /// Drops the jobs whose callers have gone.
    pub(super) fn drop_abandoned(&mut self) {
        self.active.retain(|_, job| !job.reply.is_closed());
    }

    /// The job's last word to its caller, who may have gone.
    fn end(&mut self, job: u64, answer: impl FnOnce(Active<M>) -> (oneshot::Sender<Answer<M>>, Answer<M>)) {
        if let Some(active) = self.active.remove(&job) {
            let (reply, answer) = answer(active);
            drop(reply.send(answer));
        }
    }

    /// Answers a job with an error and drops the rest of it.
    pub(super) fn fail(&mut self, job: u64, error: ModelError) {
        self.end(job, |active| (active.reply, Err(error)));
    }

    /// Keeps an output, and answers when it was the job's last.
    fn put(&mut self, sequence: &Sequence, output: M::Output) {
        let Some(active) = self.active.get_mut(&sequence.job) else { return };
        active.outputs[sequence.at] = Some(output);
        active.bytes -= sequence.bytes;
        active.missing -= 1;
        if active.missing == 0 {
            self.end(sequence.job, |active| {
                (active.reply, Ok(active.outputs.into_iter().flatten().collect()))
            });
        }
    }

    /// Runs a slice. Should it fail, each of its jobs is tried alone, so that one's input cannot fail another.
    pub(super) fn run(&mut self, model: &M, slice: Vec<Sequence>, between: &mut dyn FnMut()) {
        let forward = |tokens: &[&Tokens], between: &mut dyn FnMut()| {
            let outputs = model.forward(tokens, between)?;
            if outputs.len() == tokens.len() {
                return Ok(outputs);
            }
            Err(ModelError::Inference(format!("{} results for {} sequences", outputs.len(), tokens.len())))
        };
        let tokens: Vec<&Tokens> = slice.iter().map(|sequence| &sequence.tokens).collect();
        match caught(|| forward(&tokens, between)) {
            Ok(outputs) => {
                for (sequence, output) in slice.iter().zip(outputs) {
                    self.put(sequence, output);
                }
            }
            Err(error) => {
                let mut jobs: BTreeMap<u64, Vec<Sequence>> = BTreeMap::new();
                for sequence in slice {
                    jobs.entry(sequence.job).or_default().push(sequence);
                }
                match jobs.first_key_value() {
                    Some((job, _)) if jobs.len() == 1 => self.fail(*job, error),
                    _ => jobs.into_values().for_each(|own| self.run_again(model, own, between)),
                }
            }
        }
    }

    /// Runs the sequences of one job, if it is still wanted.
    fn run_again(&mut self, model: &M, own: Vec<Sequence>, between: &mut dyn FnMut()) {
        self.drop_abandoned();
        if own.first().is_some_and(|sequence| self.active.contains_key(&sequence.job)) {
            self.run(model, own, between);
        }
    }
}

impl<M: Model> Jobs<M>
where
    M::Input: Weight,
{
    /// Takes in a job from the queue.
    pub(super) fn admit(&mut self, job: Job<M>) {
        let count = job.inputs.len();
        let active = Active {
            bytes: job.inputs.iter().map(Weight::bytes).sum(),
            rest_bytes: job.inputs.iter().map(|input| input.bytes().max(1)).sum(),
            rest: job.inputs.into_iter().enumerate(),
            ready: VecDeque::new(),
            passed_over: 0,
            outputs: vec![None; count],
            missing: count,
            reply: job.reply,
            _place: job.place,
        };
        self.active.insert(self.next, active);
        self.next += 1;
    }
}

/// Work whose panic is an error.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T, ModelError>) -> Result<T, ModelError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(ModelError::Panicked))
}
