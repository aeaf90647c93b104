//! One engine asked once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use footnote_index::{Language, Scope};
use footnote_ingest::language;

use super::support::{Found, Shown};
use super::writer::{Writer, citation};
use super::{Counts, Told};
use crate::answers::features::Candidate;
use crate::answers::generate::prompt::{self, Evidence, Nonce, Prompt};
use crate::answers::{confirmed, quote_of};
use crate::app::{App, AppError};
use crate::generators::{Cancel, Engine, GeneratorError, Request, Tokens};
use crate::wire::{Citation, Hit};

/// With less time left an engine is not asked.
const LEAST_TIME: Duration = Duration::from_millis(100);

/// Tokens kept free for the marks a chat template puts around the messages.
const TEMPLATE_TOKENS: usize = 64;

/// What an engine is asked about.
pub(super) struct Attempt<'a> {
    pub(super) app: &'a App,
    pub(super) scope: &'a Scope,
    pub(super) engine: &'a Arc<Engine>,
    pub(super) question: &'a str,
    pub(super) hits: &'a [Hit],
    pub(super) deadline: Instant,
    pub(super) cancel: &'a Cancel,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The sentences served; empty when there are none.
    pub(super) text: String,
    pub(super) citations: Vec<Citation>,
    /// Whether the engine said that the passages do not hold the answer.
    pub(super) refused: bool,
    pub(super) tokens: Option<Tokens>,
    /// What went wrong, if anything did; there may be a text all the same.
    pub(super) reason: Option<String>,
}

impl Attempt<'_> {
    /// Asks the engine; each sentence that is served is told at once. Only a failure of our own is an error.
    pub(super) fn run(&self, tell: &mut dyn FnMut(Told<'_>)) -> Result<Outcome, AppError> {
        let failed = |reason: String| Ok(Outcome { reason: Some(reason), ..Outcome::default() });
        if self.deadline.saturating_duration_since(Instant::now()) < LEAST_TIME {
            return failed("no time was left for it".to_owned());
        }
        let language = language::detect_among(self.question, &Language::ALL.map(Language::code));
        let prompt = match self.prompt(language.and_then(Language::from_code))? {
            Ok(prompt) => prompt,
            Err(reason) => return failed(reason),
        };
        let order: Vec<usize> = prompt.shown.iter().map(|shown| shown.index).collect();
        let passages = order.len();
        let shown = Shown::new(self.hits, order, language.and_then(Language::from_code));
        let confirm = |found: &Found| self.confirm(found);
        let mut writer = Writer::new(shown, passages, language, &confirm, &mut *tell);
        let request = Request {
            system: &prompt.system,
            user: &prompt.user,
            max_tokens: self.app.generators().answers().max_tokens,
            deadline: self.deadline,
            cancel: self.cancel,
        };
        let result = self.engine.generate(&request, &mut |text| writer.push(text));
        let written = writer.finish(result.as_ref().is_ok_and(|done| done.whole))?;
        if written.counts != Counts::default() {
            tell(Told::Counted(written.counts));
        }
        let reason = match &result {
            Err(GeneratorError::Cancelled) => None,
            Err(error) if written.text.is_empty() => Some(error.to_string()),
            Err(error) => Some(format!("its answer is not whole: {error}")),
            Ok(_) if written.text.is_empty() && !written.refused => Some(match written.counts.dropped {
                0 => "it wrote no sentence".to_owned(),
                1 => "the passages do not support its only sentence".to_owned(),
                many => format!("the passages support none of its {many} sentences"),
            }),
            Ok(_) => None,
        };
        // A refusal that broke off is none.
        let refused = written.refused && result.is_ok();
        let tokens = result.ok().map(|done| done.tokens);
        Ok(Outcome { text: written.text, citations: written.citations, refused, tokens, reason })
    }

    /// The messages, as long as the engine's context and the operator's bound allow.
    fn prompt(&self, language: Option<Language>) -> Result<Result<Prompt, String>, AppError> {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes)
            .map_err(|e| AppError::Invalid(format!("the system has no random numbers: {e}")))?;
        let answers = self.app.generators().answers();
        let room = self.engine.context().saturating_sub(answers.max_tokens + TEMPLATE_TOKENS);
        let evidence: Vec<Evidence<'_>> = self
            .hits
            .iter()
            .map(|hit| Evidence {
                title: &hit.title,
                heading_path: &hit.source.heading_path,
                text: &hit.text,
                language: hit.language.as_deref(),
            })
            .collect();
        let request = prompt::Request {
            question: self.question,
            language,
            evidence: &evidence,
            budget: room.min(answers.prompt_tokens),
        };
        let count = |text: &str| self.engine.count(text);
        Ok(prompt::prompt(&request, &Nonce::from_bytes(bytes), &count).map_err(|error| error.to_string()))
    }

    /// The citation of a quote, when the store still has exactly this text at this place.
    fn confirm(&self, found: &Found) -> Result<Option<Citation>, AppError> {
        let hit = &self.hits[found.hit];
        let candidate = Candidate { hit: found.hit, span: found.span.clone(), support: found.support.score };
        let mut quote = quote_of(hit, &candidate);
        let Some(position) = confirmed(self.app, self.scope, hit, &quote)? else { return Ok(None) };
        quote.place.position = position;
        Ok(Some(citation(hit, found, quote)))
    }
}
