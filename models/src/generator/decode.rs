//! The loop: read the conversation, then write token after token.

use std::ops::ControlFlow;

use super::network::Memory;
use super::sample::Sampler;
use super::{ChatMessage, Generator, template};
use crate::error::ModelError;

/// Tokens of a prompt that are read at a time: between two such pieces the work can be cancelled.
const PIECE: usize = 64;

/// A conversation to go on with.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerationRequest {
    /// The turns so far, oldest first.
    pub messages: Vec<ChatMessage>,
    /// Most tokens to write.
    pub max_tokens: usize,
    /// 0 picks the likeliest token each time; more lets others have a chance.
    pub temperature: f32,
    /// What chance depends on when the temperature is above 0.
    pub seed: u64,
}

/// What ended an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model said that it is done.
    Stop,
    /// `max_tokens` were written.
    Length,
    /// The caller wants no more.
    Cancelled,
}

/// What was written, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Tokens of the conversation.
    pub prompt_tokens: usize,
    /// Tokens written.
    pub completion_tokens: usize,
    /// Why it ended.
    pub finish: Finish,
}

impl Generator {
    /// Goes on with a conversation and gives each piece of text to `on_text` as soon as its characters are whole.
    /// `cancelled` is asked before every token and every piece of the prompt; `on_text` ends the work with `Break`.
    ///
    /// # Errors
    /// [`ModelError::ContextFull`] when conversation and answer do not fit; [`ModelError::Tokenize`] and
    /// [`ModelError::Inference`], not known to happen with a sound model.
    pub fn generate(
        &self,
        request: &GenerationRequest,
        cancelled: &dyn Fn() -> bool,
        on_text: &mut dyn FnMut(String) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError> {
        let ids = self.vocabulary.encode(&template::layout(self.info.family, &request.messages))?;
        if ids.len().saturating_add(request.max_tokens) > self.info.context {
            return Err(ModelError::ContextFull {
                prompt: ids.len(),
                answer: request.max_tokens,
                context: self.info.context,
            });
        }
        let mut generation =
            Generation { prompt_tokens: ids.len(), completion_tokens: 0, finish: Finish::Cancelled };
        let mut memory = self.network.memory();
        let Some(mut vector) = self.read_prompt(&ids, &mut memory, cancelled)? else { return Ok(generation) };
        let mut sampler = Sampler::new(request.temperature, request.seed);
        let mut decode = self.vocabulary.decoder();
        while generation.completion_tokens < request.max_tokens {
            if cancelled() {
                return Ok(generation);
            }
            let scores = self.network.scores(&vector)?;
            let id = sampler
                .pick(&scores)
                .ok_or_else(|| ModelError::Inference("no score is a number".to_owned()))?;
            generation.completion_tokens += 1;
            if self.vocabulary.ends(id) {
                generation.finish = Finish::Stop;
                return Ok(generation);
            }
            if id > self.vocabulary.largest_id() {
                return Err(ModelError::Inference(format!("token {id} is in no vocabulary")));
            }
            let text = if self.vocabulary.is_control(id) { None } else { decode(id)? };
            if text.is_some_and(|text| on_text(text).is_break()) {
                return Ok(generation);
            }
            vector = self.network.read_tokens(&[id], &mut memory)?;
        }
        generation.finish = Finish::Length;
        Ok(generation)
    }

    /// Reads the conversation; `None` when it was cancelled.
    fn read_prompt(
        &self,
        ids: &[u32],
        memory: &mut Memory,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<f32>>, ModelError> {
        let mut vector = None;
        for piece in ids.chunks(PIECE) {
            if cancelled() {
                return Ok(None);
            }
            vector = Some(self.network.read_tokens(piece, memory)?);
        }
        Ok(vector)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ChatMessage, ChatRole};
    use super::*;
    use crate::registry::DEFAULT_GENERATOR;
    use crate::testing::test_generator;

    #[test]
    fn a_prompt_read_in_pieces_is_the_prompt_read_whole() -> Result<(), ModelError> {
        let generator = test_generator(DEFAULT_GENERATOR);
        let content = "The meadow is green and the sky is blue; the code is 7351. ".repeat(7);
        let messages = [ChatMessage { role: ChatRole::User, content }];
        let ids = generator.vocabulary.encode(&template::layout(generator.info.family, &messages))?;
        assert!(ids.len() > 2 * PIECE, "{}", ids.len());
        let mut memory = generator.network.memory();
        let whole = generator.network.read_tokens(&ids, &mut memory)?;
        assert_eq!(memory.tokens, ids.len());
        let mut memory = generator.network.memory();
        let pieces = generator.read_prompt(&ids, &mut memory, &|| false)?.unwrap_or_default();
        let length = whole.iter().map(|v| v * v).sum::<f32>().sqrt();
        let apart = whole.iter().zip(&pieces).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt();
        assert!(whole.len() == pieces.len() && apart < 1e-3 * length, "{apart} of {length}");
        Ok(())
    }
}
