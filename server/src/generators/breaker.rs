//! A circuit breaker (Nygard 2007): an engine that keeps failing is left alone for a while. Pure; time comes from
//! outside.
//!
//! Closed: everything passes; [`Limits::failures`] failures in a row open it. Open: nothing passes until its pause is
//! over. Then half open: one call passes to try; its success closes, its failure opens for twice as long.

use std::time::Duration;

/// When it opens and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Failures in a row that open it.
    pub(super) failures: u32,
    /// The first pause.
    pub(super) pause: Duration,
    /// The longest pause.
    pub(super) longest: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { failures: 3, pause: Duration::from_secs(10), longest: Duration::from_secs(300) }
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The engine works.
    Success,
    /// It does not.
    Failure,
    /// The call says nothing about the engine: it was cancelled, or the request was wrong.
    Nothing,
}

/// Leave to make one call. Its outcome counts only while the breaker is in the state that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Permit {
    era: u64,
}

/// What the breaker lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Everything; so many failures in a row so far.
    Closed(u32),
    /// Nothing before that time.
    Open {
        /// When its pause is over.
        until: Duration,
    },
    /// One call.
    HalfOpen {
        /// Whether that call is being made.
        trying: bool,
    },
}

/// The state machine. Times are since any fixed moment and must not go back.
#[derive(Debug)]
pub(super) struct Breaker {
    limits: Limits,
    state: State,
    /// The pause of the next opening.
    pause: Duration,
    /// Counts changes of state, so that late outcomes are told apart.
    era: u64,
}

impl Breaker {
    /// A closed one.
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, state: State::Closed(0), pause: limits.pause, era: 0 }
    }

    /// Where it is at `now`.
    pub(super) fn state(&self, now: Duration) -> State {
        match self.state {
            State::Open { until } if now >= until => State::HalfOpen { trying: false },
            state => state,
        }
    }

    /// Leave to call at `now`, or how long the pause lasts yet.
    pub(super) fn admit(&mut self, now: Duration) -> Result<Permit, Duration> {
        match self.state(now) {
            State::Closed(_) => {}
            State::HalfOpen { trying: false } => self.enter(State::HalfOpen { trying: true }),
            State::HalfOpen { trying: true } => return Err(self.limits.pause.min(self.pause)),
            State::Open { until } => return Err(until.saturating_sub(now)),
        }
        Ok(Permit { era: self.era })
    }

    /// Says how a permitted call ended.
    pub(super) fn record(&mut self, permit: Permit, outcome: Outcome, now: Duration) {
        if permit.era != self.era {
            return;
        }
        match (self.state, outcome) {
            (State::Closed(_), Outcome::Success) => self.state = State::Closed(0),
            (State::Closed(failures), Outcome::Failure) if failures + 1 < self.limits.failures => {
                self.state = State::Closed(failures + 1);
            }
            (State::Closed(_) | State::HalfOpen { .. }, Outcome::Failure) => {
                self.enter(State::Open { until: now.saturating_add(self.pause) });
                self.pause = self.pause.saturating_mul(2).min(self.limits.longest);
            }
            (State::HalfOpen { .. }, Outcome::Success) => {
                self.pause = self.limits.pause;
                self.enter(State::Closed(0));
            }
            (State::HalfOpen { .. }, Outcome::Nothing) => self.enter(State::HalfOpen { trying: false }),
            (State::Closed(_), Outcome::Nothing) | (State::Open { .. }, _) => {}
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.era += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits =
        Limits { failures: 3, pause: Duration::from_secs(10), longest: Duration::from_secs(35) };

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_opens_waits_tries_once_and_closes() {
        let mut breaker = Breaker::new(LIMITS);
        for failure in 0..3 {
            assert_eq!(breaker.state(s(0)), State::Closed(failure));
            let permit = breaker.admit(s(0)).expect("closed");
            breaker.record(permit, Outcome::Failure, s(1));
        }
        assert_eq!(breaker.admit(s(4)), Err(s(7)));
        let trial = breaker.admit(s(11)).expect("half open");
        assert!(breaker.admit(s(11)).is_err(), "one at a time");
        breaker.record(trial, Outcome::Failure, s(12));
        assert_eq!(breaker.admit(s(12)), Err(s(20)), "twice as long");
        let abandoned = breaker.admit(s(32)).expect("half open");
        breaker.record(abandoned, Outcome::Nothing, s(33));
        let trial = breaker.admit(s(33)).expect("another may try");
        breaker.record(trial, Outcome::Success, s(34));
        assert_eq!(breaker.state(s(34)), State::Closed(0));
    }

    #[test]
    fn late_outcomes_of_an_earlier_state_do_not_count() {
        let mut breaker = Breaker::new(LIMITS);
        let late = breaker.admit(s(0)).expect("closed");
        for _ in 0..3 {
            let permit = breaker.admit(s(0)).expect("closed");
            breaker.record(permit, Outcome::Failure, s(0));
        }
        breaker.record(late, Outcome::Success, s(1));
        assert!(matches!(breaker.state(s(1)), State::Open { .. }));
        let trial = breaker.admit(s(10)).expect("half open");
        breaker.record(late, Outcome::Failure, s(10));
        breaker.record(trial, Outcome::Success, s(11));
        assert_eq!(breaker.state(s(11)), State::Closed(0));
    }

    /// The rules said another way: from the history of what was admitted and how it ended.
    #[derive(Default)]
    struct Model {
        /// When the pause ends, while open.
        until: Option<u64>,
        row: u32,
        openings: u32,
        /// Which call is the trial, while there is one.
        trial: Option<usize>,
        half: bool,
        /// Calls whose outcome still counts.
        live: Vec<usize>,
    }

    impl Model {
        fn admits(&mut self, call: usize, now: u64) -> bool {
            if self.until.is_some_and(|until| now >= until) {
                self.until = None;
                self.half = true;
            }
            if self.until.is_some() || (self.half && self.trial.is_some()) {
                return false;
            }
            if self.half {
                self.trial = Some(call);
                self.live.clear();
            }
            self.live.push(call);
            true
        }

        fn ended(&mut self, call: usize, outcome: Outcome, now: u64) {
            if !self.live.contains(&call) {
                return;
            }
            self.live.retain(|c| *c != call);
            let trial = self.trial == Some(call);
            match outcome {
                Outcome::Success => {
                    if trial {
                        (self.half, self.trial, self.openings) = (false, None, 0);
                        self.live.clear();
                    }
                    self.row = 0;
                }
                Outcome::Nothing if trial => self.trial = None,
                Outcome::Nothing => {}
                Outcome::Failure => {
                    self.row += 1;
                    if trial || self.row >= 3 {
                        self.until = Some(now + (10u64 << self.openings.min(8)).min(35));
                        self.openings += 1;
                        (self.half, self.trial, self.row) = (false, None, 0);
                        self.live.clear();
                    }
                }
            }
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Wait(u64),
        Call,
        End(usize, Outcome),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let outcome = prop_oneof![
            2 => Just(Outcome::Success),
            4 => Just(Outcome::Failure),
            1 => Just(Outcome::Nothing)
        ];
        let step = prop_oneof![
            1 => (0u64..25).prop_map(Step::Wait),
            3 => Just(Step::Call),
            3 => (0usize..6, outcome).prop_map(|(at, outcome)| Step::End(at, outcome)),
        ];
        prop::collection::vec(step, 0..120)
    }

    proptest! {
        #[test]
        fn it_admits_what_the_model_admits(steps in steps()) {
            let (mut breaker, mut model) = (Breaker::new(LIMITS), Model::default());
            let mut open: Vec<(usize, Permit)> = Vec::new();
            let (mut now, mut calls) = (0, 0);
            for step in steps {
                match step {
                    Step::Wait(seconds) => now += seconds,
                    Step::Call => {
                        let admitted = breaker.admit(s(now));
                        prop_assert_eq!(admitted.is_ok(), model.admits(calls, now), "call {} at {}", calls, now);
                        open.extend(admitted.ok().map(|permit| (calls, permit)));
                        calls += 1;
                    }
                    Step::End(at, outcome) if !open.is_empty() => {
                        let (call, permit) = open.remove(at % open.len());
                        breaker.record(permit, outcome, s(now));
                        model.ended(call, outcome, now);
                    }
                    Step::End(..) => {}
                }
            }
        }
    }
}
