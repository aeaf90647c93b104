//! Counting queries by client and hour. Those of a plan with a limit are counted in `control.db` before they are served, so
//! that the hour goes on after a crash; the others in memory, written every second and at the end.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use footnote_index::{Control, Name, QueryCount};

use crate::http::error::{ApiError, Code};

/// Seconds of a window.
pub(crate) const WINDOW_S: u64 = 3600;

/// Longest time a count stays in memory only, while requests come.
const WRITE_EVERY: Duration = Duration::from_secs(1);

/// A moment of the clock as windows count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Hours since the Unix epoch.
    pub(crate) hour: i64,
    /// Seconds until the next one.
    pub(crate) left_s: u64,
}

impl Window {
    pub(crate) fn now() -> Self {
        Self::at(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs())
    }

    fn at(seconds: u64) -> Self {
        let hour = i64::try_from(seconds / WINDOW_S).unwrap_or(i64::MAX);
        Self { hour, left_s: WINDOW_S - seconds % WINDOW_S }
    }
}

/// What an hourly limit leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hourly {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    pub(crate) reset_s: u64,
}

/// A counted query, to be taken back when it was not served.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    tenant: Name,
    client: Name,
    hour: i64,
    durable: bool,
}

/// Counts not yet written.
#[derive(Debug)]
pub(super) struct Queries {
    pending: Mutex<Pending>,
}

#[derive(Debug)]
struct Pending {
    counts: HashMap<(Name, Name, i64), u64>,
    written: Instant,
}

impl Default for Queries {
    fn default() -> Self {
        Self { pending: Mutex::new(Pending { counts: HashMap::new(), written: Instant::now() }) }
    }
}

impl Queries {
    /// Counts a query of a plan without a limit, in memory; whether it is time to [`Self::write`].
    pub(super) fn count(&self, (tenant, client): (&Name, &Name), window: Window) -> (Charge, bool) {
        let charge =
            Charge { tenant: tenant.clone(), client: client.clone(), hour: window.hour, durable: false };
        let mut pending = self.pending();
        *pending.counts.entry((tenant.clone(), client.clone(), window.hour)).or_default() += 1;
        let due = pending.written.elapsed() >= WRITE_EVERY;
        if due {
            // One writes.
            pending.written = Instant::now();
        }
        (charge, due)
    }

    /// Counts a query of a plan with a limit, durably, or refuses it. Blocks.
    pub(super) fn charge(
        &self,
        control: &Control,
        (tenant, client): (&Name, &Name),
        (plan, limit): (&str, u64),
        window: Window,
    ) -> Result<(Charge, Hourly), ApiError> {
        let Some(used) = control.charge_query(tenant, client, window.hour, limit)? else {
            let detail = format!(
                "the plan {plan} has {limit} queries an hour and they are used; the next hour begins in {} s",
                window.left_s
            );
            return Err(ApiError::new(Code::QuotaExceeded, detail).retry_after(window.left_s));
        };
        let charge =
            Charge { tenant: tenant.clone(), client: client.clone(), hour: window.hour, durable: true };
        Ok((charge, Hourly { limit, remaining: limit.saturating_sub(used), reset_s: window.left_s }))
    }

    /// Takes a count back. Blocks.
    pub(super) fn refund(&self, control: &Control, charge: &Charge) -> Result<(), ApiError> {
        let Charge { tenant, client, hour, durable } = charge.clone();
        if !durable {
            let mut pending = self.pending();
            if let Some(count) = pending.counts.get_mut(&(tenant.clone(), client.clone(), hour))
                && *count > 0
            {
                *count -= 1;
                return Ok(());
            }
        }
        Ok(control.refund_query(&tenant, &client, hour)?)
    }

    /// Writes what is counted in memory. Blocks.
    pub(super) fn write(&self, control: &Control) -> Result<(), ApiError> {
        let counts = {
            let mut pending = self.pending();
            pending.written = Instant::now();
            std::mem::take(&mut pending.counts)
        };
        let rows: Vec<(Name, QueryCount)> = counts
            .into_iter()
            .filter(|(_, queries)| *queries > 0)
            .map(|((tenant, client, hour), queries)| (tenant, QueryCount { client, hour, queries }))
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        control.add_queries(&rows).map_err(|error| {
            let mut pending = self.pending();
            for (tenant, QueryCount { client, hour, queries }) in rows {
                *pending.counts.entry((tenant, client, hour)).or_default() += queries;
            }
            error.into()
        })
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // Every change of it is complete before anything can panic.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use footnote_index::{Engine, EngineOptions};

    use super::*;

    fn name(text: &str) -> Name {
        Name::new(text).expect("name")
    }

    #[test]
    fn a_window_is_an_hour_of_the_clock() {
        for (seconds, hour, left_s) in [(0, 0, 3600), (3599, 0, 1), (3600, 1, 3600), (7201, 2, 3599)] {
            assert_eq!(Window::at(seconds), Window { hour, left_s }, "{seconds}");
        }
    }

    #[test]
    fn what_is_not_limited_is_counted_too_and_taken_back() {
        let dir = tempfile::tempdir().expect("tempdir");
        let engine = Engine::open(dir.path(), EngineOptions::default()).expect("engine");
        let (control, queries) = (engine.control(), Queries::default());
        let (tenant, client) = (name("default"), name("acme"));
        let window = Window { hour: 5, left_s: 60 };
        let charge = || queries.count((&tenant, &client), window).0;
        let (first, _) = (charge(), charge());
        queries.refund(control, &first).expect("refund");
        queries.write(control).expect("write");
        let used = || control.queries(&tenant, 5).expect("queries")[0].queries;
        assert_eq!(used(), 1);
        // One that was written meanwhile is taken back there.
        let last = charge();
        queries.write(control).expect("write");
        assert_eq!(used(), 2);
        queries.refund(control, &last).expect("refund");
        assert_eq!(used(), 1);
    }

    #[test]
    fn a_refusal_says_when_the_next_hour_begins() {
        let dir = tempfile::tempdir().expect("tempdir");
        let engine = Engine::open(dir.path(), EngineOptions::default()).expect("engine");
        let (control, queries) = (engine.control(), Queries::default());
        let (tenant, client) = (name("default"), name("acme"));
        let window = Window { hour: 5, left_s: 77 };
        let charge = || queries.charge(control, (&tenant, &client), ("mini", 1), window);
        let (counted, hourly) = charge().expect("first");
        assert_eq!(hourly, Hourly { limit: 1, remaining: 0, reset_s: 77 });
        let refused = charge().expect_err("second");
        assert_eq!(refused.code(), Code::QuotaExceeded);
        assert!(
            refused.detail().contains("mini") && refused.detail().contains("77 s"),
            "{}",
            refused.detail()
        );
        queries.refund(control, &counted).expect("refund");
        charge().expect("free again");
    }
}
