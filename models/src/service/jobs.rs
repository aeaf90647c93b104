//! Jobs the inference thread has begun or is about to begin.

use std::collections::{BTreeMap, VecDeque};
use std::iter::Enumerate;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::vec::IntoIter;

use tokio::sync::oneshot;

use super::queue::{Answer, Job, Place};
use crate::batch::{Model, Tokens};
use crate::error::ModelError;

/// Bytes of text that are tokenised in one go: a few milliseconds on one thread, less than a bulk layer.
const PIECE_BYTES: usize = 16 * 1024;

/// What an input weighs before its tokens are known.
pub(super) trait Weight {
    /// Bytes of its text.
    fn bytes(&self) -> usize;
}

/// A sequence that is ready for the network.
pub(super) struct Sequence {
    /// The job it belongs to.
    pub(super) job: u64,
    /// Which of the job's inputs it is.
    at: usize,
    /// What the input weighed.
    bytes: usize,
    tokens: Tokens,
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
    rest: Enumerate<IntoIter<M::Input>>,
    /// Bytes of those inputs, at least one each.
    rest_bytes: usize,
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

    /// Whether the inputs that are not tokenised yet make a piece.
    pub(super) fn has_piece(&self) -> bool {
        self.active.values().map(|job| job.rest_bytes).sum::<usize>() >= PIECE_BYTES
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

    fn fail(&mut self, job: u64, error: ModelError) {
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
                slice.iter().zip(outputs).for_each(|(sequence, output)| self.put(sequence, output))
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
}

impl<M: Model> Jobs<M> {
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

    /// Tokenises the next inputs of all jobs, oldest first, up to [`PIECE_BYTES`]; whether there were any.
    pub(super) fn tokenise(&mut self, model: &M) -> bool {
        let mut piece = Piece::default();
        for (number, job) in &mut self.active {
            piece.fill(*number, job);
        }
        self.take_in(model, piece)
    }

    /// As [`Self::tokenise`], of one job.
    pub(super) fn tokenise_one(&mut self, model: &M, job: u64) -> bool {
        let mut piece = Piece::default();
        if let Some(active) = self.active.get_mut(&job) {
            piece.fill(job, active);
        }
        self.take_in(model, piece)
    }

    /// Tokenises a piece. Should it fail, each input is tried alone, and its job fails.
    fn take_in(&mut self, model: &M, piece: Piece<M>) -> bool {
        let Piece { inputs, owners, .. } = piece;
        let some = !inputs.is_empty();
        match caught(|| tokens_of(model, &inputs)) {
            Ok(tokens) => {
                for (owner, tokens) in owners.into_iter().zip(tokens) {
                    self.make_ready(owner, tokens);
                }
            }
            Err(_) => {
                for (owner, input) in owners.into_iter().zip(inputs) {
                    match caught(|| tokens_of(model, std::slice::from_ref(&input))) {
                        Ok(tokens) => tokens.into_iter().for_each(|tokens| self.make_ready(owner, tokens)),
                        Err(error) => self.fail(owner.job, error),
                    }
                }
            }
        }
        some
    }

    fn make_ready(&mut self, owner: Owner, tokens: Tokens) {
        let Owner { job, at, bytes } = owner;
        if let Some(active) = self.active.get_mut(&job) {
            active.ready.push_back(Sequence { job, at, bytes, tokens });
        }
    }
}

/// Whose input it is.
#[derive(Clone, Copy)]
struct Owner {
    job: u64,
    at: usize,
    bytes: usize,
}

/// Inputs that are tokenised in one go.
struct Piece<M: Model> {
    inputs: Vec<M::Input>,
    owners: Vec<Owner>,
    bytes: usize,
}

impl<M: Model> Default for Piece<M> {
    fn default() -> Self {
        Self { inputs: Vec::new(), owners: Vec::new(), bytes: 0 }
    }
}

impl<M: Model> Piece<M>
where
    M::Input: Weight,
{
    /// Takes inputs of a job while there is room.
    fn fill(&mut self, number: u64, job: &mut Active<M>) {
        while self.bytes < PIECE_BYTES {
            let Some((at, input)) = job.rest.next() else { return };
            let bytes = input.bytes();
            self.bytes += bytes.max(1);
            job.rest_bytes -= bytes.max(1);
            self.owners.push(Owner { job: number, at, bytes });
            self.inputs.push(input);
        }
    }
}

/// One tokenised sequence an input.
fn tokens_of<M: Model>(model: &M, inputs: &[M::Input]) -> Result<Vec<Tokens>, ModelError> {
    let tokens = model.tokenise(inputs)?;
    if tokens.len() == inputs.len() {
        return Ok(tokens);
    }
    Err(ModelError::Tokenize(format!("{} sequences for {} texts", tokens.len(), inputs.len())))
}

/// Work whose panic is an error.
fn caught<T>(work: impl FnOnce() -> Result<T, ModelError>) -> Result<T, ModelError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(ModelError::Panicked))
}
