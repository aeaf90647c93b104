//! A configured engine: a generator with its time, its circuit breaker and what is known of its health.

use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::breaker::{Breaker, Limits, Outcome, State};
use super::error::{GeneratorError, Waited};
use super::thinking::Thinking;
use super::{Done, Generator, Request};

/// How long the outcome of a probe stands.
const FRESH: Duration = Duration::from_secs(15);

/// How long a probe may take.
const PROBE: Duration = Duration::from_millis(1500);

/// Whether an engine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EngineState)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It does.
    Connected,
    /// It failed lately, and is being tried again.
    Degraded,
    /// It cannot be reached, or failed so often that it is left alone for a while.
    Disconnected,
}

/// An engine.
#[derive(Debug)]
pub struct Engine {
    name: String,
    generator: Box<dyn Generator>,
    /// Longest time of one answer.
    timeout: Duration,
    started: Instant,
    breaker: Mutex<Breaker>,
    probe: Mutex<Option<(Instant, bool)>>,
}

impl Engine {
    /// Puts a breaker around a generator.
    pub fn new(name: String, generator: Box<dyn Generator>, timeout: Duration) -> Self {
        let breaker = Mutex::new(Breaker::new(Limits::default()));
        Self { name, generator, timeout, started: Instant::now(), breaker, probe: Mutex::new(None) }
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tokens of prompt and answer together, at most.
    pub fn context(&self) -> usize {
        self.generator.context()
    }

    /// Tokens of a text, or an upper estimate.
    pub fn count(&self, text: &str) -> usize {
        self.generator.count(text)
    }

    /// See [`Generator::generate`]; within its own time too, and only while the breaker lets it.
    ///
    /// # Errors
    /// As [`Generator::generate`], and [`GeneratorError::CircuitOpen`].
    pub fn generate(
        &self,
        request: &Request<'_>,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Done, GeneratorError> {
        let permit = self.breaker().admit(self.now()).map_err(GeneratorError::CircuitOpen)?;
        // Should the generator panic, the half-open breaker must not wait for it for ever.
        let mut report = Report { engine: self, permit, outcome: Outcome::Failure };
        let own = Instant::now() + self.timeout;
        let less_than_its_own = request.deadline < own;
        let mut thinking = Thinking::default();
        let mut answer = |text: &str| {
            let text = thinking.push(text);
            if text.is_empty() { ControlFlow::Continue(()) } else { on_text(&text) }
        };
        let request = Request { deadline: own.min(request.deadline), ..*request };
        let mut result = self.generator.generate(&request, &mut answer);
        let rest = thinking.finish();
        if let Ok(done) = &mut result
            && done.whole
            && !rest.is_empty()
        {
            done.whole = on_text(&rest).is_continue();
        }
        report.outcome = match &result {
            Ok(_) => Outcome::Success,
            // It was given less time than it may take.
            Err(GeneratorError::Timeout(Waited::End)) if less_than_its_own => Outcome::Nothing,
            Err(error) if error.counts() => Outcome::Failure,
            Err(_) => Outcome::Nothing,
        };
        if let Err(error) = &result {
            tracing::warn!(engine = %self.name, %error, "the engine did not answer");
        }
        result
    }

    /// Whether it answers, from what calls found out and a cheap probe now and then.
    pub fn status(&self) -> Status {
        let state = self.breaker().state(self.now());
        if matches!(state, State::Open { .. }) || !self.probed() {
            return Status::Disconnected;
        }
        match state {
            State::Closed(0) => Status::Connected,
            _ => Status::Degraded,
        }
    }

    fn probed(&self) -> bool {
        let mut last = self.probe.lock().unwrap_or_else(PoisonError::into_inner);
        match *last {
            Some((at, ok)) if at.elapsed() < FRESH => ok,
            _ => {
                let ok = self.generator.probe(PROBE).is_ok();
                *last = Some((Instant::now(), ok));
                ok
            }
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Each change of the breaker is one step, so a poisoned lock is still good.
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the breaker how a call ended, however it did.
struct Report<'e> {
    engine: &'e Engine,
    permit: super::breaker::Permit,
    outcome: Outcome,
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        self.engine.breaker().record(self.permit, self.outcome, self.engine.now());
    }
}
