//! Tokenisation in bounded pieces.

use super::jobs::{Active, Jobs, Sequence, caught};
use crate::batch::{Model, Tokens};
use crate::error::ModelError;

/// Bytes of text that are tokenised in one go: some milliseconds, which an interactive job may have to wait.
const PIECE_BYTES: usize = 16 * 1024;

/// What an input weighs before its tokens are known.
pub(super) trait Weight {
    /// Bytes of its text.
    fn bytes(&self) -> usize;
}

impl<M: Model> Jobs<M>
where
    M::Input: Weight,
{
    /// Whether the inputs that are not tokenised yet make a piece.
    pub(super) fn has_piece(&self) -> bool {
        self.iter().map(|(_, job)| job.rest_bytes).sum::<usize>() >= PIECE_BYTES
    }

    /// Tokenises the next inputs of all jobs, oldest first, up to [`PIECE_BYTES`]; whether there were any.
    pub(super) fn tokenise(&mut self, model: &M) -> bool {
        let mut piece = Piece::default();
        for (number, job) in self.iter_mut() {
            piece.fill(number, job);
        }
        self.take_in(model, piece)
    }

    /// As [`Self::tokenise`], of one job.
    pub(super) fn tokenise_one(&mut self, model: &M, job: u64) -> bool {
        let mut piece = Piece::default();
        if let Some(active) = self.get_mut(job) {
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
        if let Some(active) = self.get_mut(job) {
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
