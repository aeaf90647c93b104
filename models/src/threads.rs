//! A chosen number of threads for a model that is called directly.

use std::num::NonZeroUsize;

use crate::error::ModelError;

/// Threads that [`crate::Encoder::encode`] and [`crate::Reranker::score`] compute with when they are called inside
/// [`Self::run`]. The services have threads of their own.
#[derive(Debug)]
pub struct Threads(rayon::ThreadPool);

impl Threads {
    /// Starts so many threads; one a processor if `None`.
    ///
    /// # Errors
    /// [`ModelError::NoThreads`] if the system does not give them.
    pub fn new(count: Option<NonZeroUsize>) -> Result<Self, ModelError> {
        // Zero is rayon's word for its default.
        let builder = rayon::ThreadPoolBuilder::new().num_threads(count.map_or(0, NonZeroUsize::get));
        builder.build().map(Self).map_err(|e| ModelError::NoThreads(e.to_string()))
    }

    /// Does the work on one of the threads; parallel steps inside it use the others.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.0.install(work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_sees_the_chosen_number() -> Result<(), ModelError> {
        let seen = Threads::new(NonZeroUsize::new(3))?.run(rayon::current_num_threads);
        assert_eq!(seen, 3);
        assert!(Threads::new(None)?.run(rayon::current_num_threads) >= 1);
        Ok(())
    }
}
