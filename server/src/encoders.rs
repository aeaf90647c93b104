//! Which encoder a client is served with. After the configured model has changed, a client keeps answering with the one its
//! index was built with until it is migrated: that one is loaded when it is first needed.

use std::sync::{Arc, Mutex, PoisonError};

use footnote_index::{GenerationSpec, Scope};
use footnote_ingest::pipeline::Pipeline;
use footnote_models::{ModelStore, Precision};

use crate::app::{AppError, Inference};

/// Earlier encoders held at once; each takes what its model takes (`footnote models list`). The one that was not used for the
/// longest time goes first.
const MOST: usize = 2;

/// The configured pipeline, and those of earlier encoders.
pub(crate) struct Encoders {
    current: Arc<Pipeline>,
    /// Where earlier models are looked for; nowhere when the app was joined from parts.
    store: Option<(ModelStore, Inference)>,
    /// The one used last stands last.
    earlier: Mutex<Vec<Arc<Pipeline>>>,
}

impl Encoders {
    pub(crate) fn new(current: Pipeline) -> Self {
        Self { current: Arc::new(current), store: None, earlier: Mutex::default() }
    }

    /// The same, with a store of models to find earlier ones in.
    pub(crate) fn looked_for_in(self, store: ModelStore, inference: Inference) -> Self {
        Self { store: Some((store, inference)), ..self }
    }

    /// What new indexes are built with.
    pub(crate) fn current(&self) -> &Arc<Pipeline> {
        &self.current
    }

    /// What the client is served with: the current pipeline, or one with the encoder its index was built with.
    ///
    /// # Errors
    /// When that encoder's model is not in the store, or its files are not those it was then; the message says what to run.
    pub(crate) fn of(&self, scope: &Scope) -> Result<Arc<Pipeline>, AppError> {
        let serving = self.current.engine().generation(scope)?;
        let Some(serving) = serving.map(|generation| generation.spec) else {
            return Ok(Arc::clone(&self.current));
        };
        let fits = |pipeline: &Arc<Pipeline>| pipeline.spec().same_encoder(&serving.fingerprint);
        if fits(&self.current) {
            return Ok(Arc::clone(&self.current));
        }
        // Held while a model loads: a second request for it waits instead of loading it again.
        let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        let pipeline = match earlier.iter().position(fits) {
            Some(at) => earlier.remove(at),
            None => self.load(scope, &serving)?,
        };
        if earlier.len() == MOST {
            earlier.remove(0);
        }
        earlier.push(Arc::clone(&pipeline));
        Ok(pipeline)
    }

    fn load(&self, scope: &Scope, serving: &GenerationSpec) -> Result<Arc<Pipeline>, AppError> {
        let current = self.current.spec();
        let other = |why: String| AppError::OtherEncoder {
            client: scope.client().to_string(),
            stored: serving.name.clone(),
            current: current.name.clone(),
            why,
        };
        let Some((store, inference)) = &self.store else {
            return Err(other("no other model can be loaded here".to_owned()));
        };
        let dir = store.open(&serving.model).map_err(|error| other(error.to_string()))?;
        for precision in [inference.precision, opposite(inference.precision)] {
            let inference = Inference { precision, ..*inference };
            let embedder = inference.encoder(&dir).map_err(|error| other(error.to_string()))?;
            let pipeline = self.current.with_embedder(embedder);
            if pipeline.spec().same_encoder(&serving.fingerprint) {
                tracing::warn!(
                    tenant.id = %scope.tenant(), client.id = %scope.client(), model = %serving.model,
                    "the client is served with the model its index was built with until `footnote migrate` is run"
                );
                return Ok(Arc::new(pipeline));
            }
        }
        Err(other(format!("the files of {} are not those the index was built with", serving.model)))
    }
}

fn opposite(precision: Precision) -> Precision {
    match precision {
        Precision::F32 => Precision::Int8,
        Precision::Int8 => Precision::F32,
    }
}
