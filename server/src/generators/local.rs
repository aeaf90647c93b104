//! The engine on this machine: a GGUF model behind its own thread.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use footnote_models::{
    ChatMessage, ChatRole, Finish, GenerationOptions, GenerationRequest, GenerationService, ModelError,
    ModelStore, Piece,
};

use super::error::{GeneratorError, Waited};
use super::{Done, Generator, LOOK, Request, Tokens};

/// A local model.
#[derive(Debug)]
pub(super) struct Local {
    service: GenerationService,
    /// Tokens it is given at most, of those it could see: its memory grows with them.
    context: usize,
}

impl Local {
    /// Loads a model: a path that ends in `.gguf`, or a name of the registry.
    pub(super) fn open(model: &str, context: usize, store: &ModelStore) -> Result<Self, ModelError> {
        let generator = if model.ends_with(".gguf") {
            footnote_models::Generator::open(Path::new(model))?
        } else {
            footnote_models::Generator::load(&store.open(model)?)?
        };
        let context = context.min(generator.info().context);
        let service = GenerationService::spawn(generator, GenerationOptions::default())?;
        Ok(Self { service, context })
    }
}

impl Generator for Local {
    fn context(&self) -> usize {
        self.context
    }

    fn count(&self, text: &str) -> usize {
        self.service.count(text)
    }

    fn generate(
        &self,
        request: &Request<'_>,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Done, GeneratorError> {
        let message = |role, content: &str| ChatMessage { role, content: content.to_owned() };
        let messages = vec![message(ChatRole::System, request.system), message(ChatRole::User, request.user)];
        let prompt = self.service.count_messages(&messages).map_err(failed)?;
        if prompt.saturating_add(request.max_tokens) > self.context {
            let (answer, context) = (request.max_tokens, self.context);
            return Err(failed(ModelError::ContextFull { prompt, answer, context }));
        }
        let generating = self
            .service
            .start(GenerationRequest { messages, max_tokens: request.max_tokens, temperature: 0.0, seed: 0 })
            .map_err(failed)?;
        let mut completion = 0;
        loop {
            // Dropping the conversation on the way out gives it up.
            if request.cancel.is_cancelled() {
                return Err(GeneratorError::Cancelled);
            }
            let left = request.deadline.saturating_duration_since(Instant::now());
            match generating.next(LOOK.min(left)) {
                Some(Piece::Text(text)) => {
                    completion += 1;
                    if on_text(&text).is_break() {
                        return Ok(Done { tokens: Tokens { prompt, completion }, whole: false });
                    }
                }
                Some(Piece::Done(result)) => {
                    let done = result.map_err(failed)?;
                    let tokens = Tokens { prompt: done.prompt_tokens, completion: done.completion_tokens };
                    return Ok(Done { tokens, whole: done.finish == Finish::Stop });
                }
                None if left.is_zero() => return Err(GeneratorError::Timeout(Waited::End)),
                None => {}
            }
        }
    }

    fn probe(&self, _patience: Duration) -> Result<(), GeneratorError> {
        // Loaded is ready; a thread that ended shows in the breaker.
        Ok(())
    }
}

fn failed(error: ModelError) -> GeneratorError {
    match error {
        ModelError::Overloaded { .. } => GeneratorError::Busy,
        ModelError::ContextFull { .. } => GeneratorError::TooLong(error.to_string()),
        other => GeneratorError::Model(other.to_string()),
    }
}
