//! A cheap model for tests of the scheduler: its outputs follow from its tokens, and it reports every layer.

use std::sync::{Arc, Mutex};

use tokio::sync::oneshot::Receiver;

use super::Priority;
use super::engine::Engine;
use super::pieces::Weight;
use super::queue::{Answer, Queue};
use crate::batch::{Model, Tokens};
use crate::error::ModelError;

/// Layers of a forward pass.
pub(super) const LAYERS: usize = 3;

/// What an input makes the model do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Work,
    Fail,
    Panic,
    PanicTokenising,
}

/// An input of so many tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub(super) id: u32,
    pub(super) tokens: usize,
    pub(super) does: Does,
}

impl Text {
    pub(super) fn new(id: u32, tokens: usize) -> Self {
        Self { id, tokens, does: Does::Work }
    }

    /// What the model makes of it.
    pub(super) fn output(&self) -> (u32, usize) {
        (self.id, self.tokens)
    }
}

impl Weight for Text {
    fn bytes(&self) -> usize {
        self.tokens * 4
    }
}

/// A layer that is about to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layer {
    /// From 0 on.
    pub(super) number: usize,
    /// The sequences' ids.
    pub(super) ids: Vec<u32>,
    /// The sum of their tokens.
    pub(super) tokens: usize,
}

/// Calls its hook at the beginning of every layer.
pub(super) struct Fake {
    pub(super) on_layer: Box<dyn Fn(Layer) + Send>,
}

impl Model for Fake {
    type Input = Text;
    type Output = (u32, usize);

    fn tokenise(&self, inputs: &[Text]) -> Result<Vec<Tokens>, ModelError> {
        let tokens = |text: &Text| {
            assert!(text.does != Does::PanicTokenising, "asked for by the test");
            let second = [Does::Work, Does::Fail, Does::Panic].iter().position(|does| *does == text.does);
            let second = second.unwrap_or_default();
            Tokens { ids: vec![text.id; text.tokens], second, truncated: false }
        };
        Ok(inputs.iter().map(tokens).collect())
    }

    fn forward(&self, slice: &[&Tokens], between: &mut dyn FnMut()) -> Result<Vec<(u32, usize)>, ModelError> {
        let ids: Vec<u32> = slice.iter().map(|tokens| tokens.ids[0]).collect();
        let tokens = slice.iter().map(|tokens| tokens.ids.len()).sum();
        for number in 0..LAYERS {
            if number > 0 {
                between();
            }
            (self.on_layer)(Layer { number, ids: ids.clone(), tokens });
            assert!(number == 0 || slice.iter().all(|tokens| tokens.second != 2), "asked for by the test");
        }
        if slice.iter().any(|tokens| tokens.second == 1) {
            return Err(ModelError::Inference("asked for by the test".into()));
        }
        Ok(slice.iter().map(|tokens| (tokens.ids[0], tokens.ids.len())).collect())
    }
}

/// Jobs that were submitted, what each layer ran, and what is to happen at which layer.
pub(super) struct Stage {
    pub(super) queue: Queue<Fake>,
    pub(super) layers: Mutex<Vec<Layer>>,
}

/// A caller's end of a job.
pub(super) type Caller = Receiver<Answer<Fake>>;

impl Stage {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { queue: Queue::new(limit), layers: Mutex::default() })
    }

    /// Submits a job without waiting.
    pub(super) fn submit(&self, priority: Priority, texts: &[Text]) -> Result<Caller, ModelError> {
        self.queue.push(priority, texts.to_vec(), false)
    }

    /// The layers run so far.
    pub(super) fn layers(&self) -> Vec<Layer> {
        self.layers.lock().unwrap().clone()
    }

    /// Runs all that waits, on this thread. `hook` is called at the beginning of each layer with the number of layers
    /// before it.
    pub(super) fn run(self: &Arc<Self>, hook: impl Fn(usize, &Layer) + Send + 'static) {
        let stage = Arc::clone(self);
        let on_layer = Box::new(move |layer: Layer| {
            let before = stage.layers().len();
            hook(before, &layer);
            stage.layers.lock().unwrap().push(layer);
        });
        let model = Fake { on_layer };
        let mut engine = Engine::new();
        loop {
            let before = self.layers().len();
            engine.step(&model, &self.queue);
            if self.layers().len() == before && !engine.busy() {
                return;
            }
        }
    }
}
