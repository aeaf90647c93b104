//! What goes through a network together.

use crate::error::ModelError;

/// Tokens that go through a network at once. Larger batches are not faster (the products are at their limit) and
/// take more memory.
pub(crate) const SLICE_TOKENS: usize = 1024;

/// A text or a pair of texts as a network takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// Token ids, special ones included.
    pub(crate) ids: Vec<u32>,
    /// Where the second text of a pair begins (its tokens have type 1); the number of ids if there is none.
    pub(crate) second: usize,
    /// Whether the text had more tokens than the model takes.
    pub(crate) truncated: bool,
}

/// A model as the batching service sees it: inputs become tokens, slices of tokens become outputs.
pub(crate) trait Model: Send + 'static {
    /// A text with its kind, or a pair of texts.
    type Input: Send + 'static;
    /// A vector, or a score.
    type Output: Clone + Send + 'static;

    /// The tokens of each input, in order.
    ///
    /// # Errors
    /// [`ModelError::Tokenize`].
    fn tokenise(&self, inputs: &[Self::Input]) -> Result<Vec<Tokens>, ModelError>;

    /// The output of each sequence of a slice, in order. `between` is called between any two layers, so that more
    /// urgent work can be done there; it may call this function of the same model.
    ///
    /// # Errors
    /// [`ModelError::Inference`].
    fn forward(&self, slice: &[&Tokens], between: &mut dyn FnMut()) -> Result<Vec<Self::Output>, ModelError>;
}

/// Indices in order of length, longest first, divided where the sum of lengths would pass the budget.
pub(crate) fn slices(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(lengths[*index]), *index));
    let mut slices: Vec<Vec<usize>> = Vec::new();
    let mut filled = 0;
    for index in order {
        match slices.last_mut() {
            Some(slice) if filled + lengths[index] <= budget => slice.push(index),
            _ => {
                slices.push(vec![index]);
                filled = 0;
            }
        }
        filled += lengths[index];
    }
    slices
}

/// The outputs of all sequences, in order, slice by slice.
pub(crate) fn run_all<M: Model>(model: &M, sequences: &[Tokens]) -> Result<Vec<M::Output>, ModelError> {
    let lengths: Vec<usize> = sequences.iter().map(|tokens| tokens.ids.len()).collect();
    let mut outputs = vec![None; sequences.len()];
    for slice in slices(&lengths, SLICE_TOKENS) {
        let batch: Vec<&Tokens> = slice.iter().map(|index| &sequences[*index]).collect();
        for (index, output) in slice.iter().zip(model.forward(&batch, &mut || {})?) {
            outputs[*index] = Some(output);
        }
    }
    let missing = || ModelError::Inference("a slice gave fewer results than it had sequences".to_owned());
    outputs.into_iter().collect::<Option<Vec<_>>>().ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slices_hold_every_text_once_within_the_budget(
            lengths in proptest::collection::vec(1usize..600, 0..60),
            budget in 1usize..1500,
        ) {
            let slices = slices(&lengths, budget);
            let mut seen: Vec<usize> = slices.iter().flatten().copied().collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
            for slice in &slices {
                let total: usize = slice.iter().map(|index| lengths[*index]).sum();
                prop_assert!(total <= budget || slice.len() == 1);
            }
        }
    }
}
