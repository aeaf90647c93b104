//! Memory for what a forward pass computes, kept from one pass to the next: fresh pages cost a tenth of the time.

use std::sync::{Mutex, PoisonError};

use candle_core::{DType, Device, Result, Tensor};

/// Workspaces kept: one of a long pass, and one of a short pass that ran in its middle.
const KEPT: usize = 2;

/// Rows are allocated in steps of this many, so that passes of similar length share a workspace.
const STEP: usize = 64;

/// The tensors of one forward pass, for up to `capacity` tokens.
pub(crate) struct Workspace {
    capacity: usize,
    x: Tensor,
    qkv: Tensor,
    context: Tensor,
}

/// Views of a workspace for just the tokens of a pass.
pub(crate) struct Views {
    /// The token vectors, `[tokens, hidden]`.
    pub(crate) x: Tensor,
    /// Queries, keys, values, `[tokens, 3 * hidden]`.
    pub(crate) qkv: Tensor,
    /// What attention gathers, `[tokens, hidden]`.
    pub(crate) context: Tensor,
}

impl Workspace {
    fn new(capacity: usize, hidden: usize) -> Result<Self> {
        let tensor = |width: usize| Tensor::zeros((capacity, width), DType::F32, &Device::Cpu);
        Ok(Self { capacity, x: tensor(hidden)?, qkv: tensor(3 * hidden)?, context: tensor(hidden)? })
    }

    /// Views of the first `tokens` rows. What they hold is left over from earlier.
    pub(crate) fn views(&self, tokens: usize) -> Result<Views> {
        let first = |tensor: &Tensor| tensor.narrow(0, 0, tokens);
        Ok(Views { x: first(&self.x)?, qkv: first(&self.qkv)?, context: first(&self.context)? })
    }
}

/// The workspaces that no pass is using.
#[derive(Default)]
pub(crate) struct Workspaces(Mutex<Vec<Workspace>>);

impl Workspaces {
    /// The smallest kept workspace with room for `tokens`, or a new one.
    pub(crate) fn take(&self, tokens: usize, hidden: usize) -> Result<Workspace> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = kept.iter().enumerate().filter(|(_, workspace)| workspace.capacity >= tokens);
        match fitting.min_by_key(|(_, workspace)| workspace.capacity).map(|(index, _)| index) {
            Some(index) => Ok(kept.swap_remove(index)),
            None => Workspace::new(tokens.next_multiple_of(STEP), hidden),
        }
    }

    /// Keeps a workspace for later; of too many, the smallest goes.
    pub(crate) fn put_back(&self, workspace: Workspace) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(workspace);
        if kept.len() > KEPT {
            let smallest = kept.iter().enumerate().min_by_key(|(_, workspace)| workspace.capacity);
            if let Some((index, _)) = smallest {
                kept.swap_remove(index);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_that_fits_is_reused_and_few_are_kept() -> Result<()> {
        let workspaces = Workspaces::default();
        let take = |tokens| workspaces.take(tokens, 32);
        let (large, small) = (take(1000)?, take(3)?);
        assert_eq!((large.capacity, small.capacity), (1024, 64));
        assert_eq!(small.views(3)?.qkv.dims(), [3, 96]);
        workspaces.put_back(large);
        workspaces.put_back(small);
        let again = take(60)?;
        assert_eq!(again.capacity, 64);
        let other = take(60)?;
        assert_eq!(other.capacity, 1024, "better too large than a new one");
        let third = take(60)?;
        assert_eq!(third.capacity, 64);
        for workspace in [again, third, other] {
            workspaces.put_back(workspace);
        }
        assert_eq!(take(500)?.capacity, 1024, "the large one is among those kept");
        Ok(())
    }
}
